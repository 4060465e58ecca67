"""Templates of incidents: what an alert fills in, what stands for what is not said, and how mistakes are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from reconciler.diagnostics import Diagnostic
from reconciler.errors import SpecError
from reconciler.sdk import Incident
from reconciler.spec.configuration import Configuration, DesiredItem, Reference

Spec = Callable[..., Configuration]
Mistakes = Callable[..., tuple[Diagnostic, ...]]

ALERT = Incident(
    "Database down",
    "db-1",
    severity="SEV1",
    at=datetime(2026, 11, 23, 17, 5, tzinfo=UTC),
    text="1 % free",
    logs="FATAL",
    components=("billing", "Checkout"),
    url="https://alerts.example/1",
    source="watch",
    labels={"team": "blue"},
)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def made(configuration: Configuration, incident: Incident = ALERT, room: int = 1000) -> DesiredItem:
    """What the only template makes of an incident."""
    (template,) = configuration.incidents.values()
    return template.item(incident, "db-1", NOW, room)


def values(item: DesiredItem) -> dict[str, Any]:
    """Its fields as plain values."""
    return {word: each.value for word, each in item.fields.items()}


def test_a_type_alone_is_a_template(spec: Spec) -> None:
    """Title, description, priority and assignee are the alert's where neither template nor defaults say anything."""
    item = made(spec("incidents: {outage: {type: bug, owners: {checkout: ada@x.example}}}\n"))
    assert (item.address, item.group, item.key) == ('outage["db-1"]', "outage", "db-1")
    assert (item.type.value, item.provider) == ("bug", "jira")
    told = values(item)
    assert (told["title"], told["priority"], told["assignee"]) == ("Database down", "critical", "ada@x.example")
    assert told["description"] == (
        "- **Severity:** SEV1\n- **Source:** watch\n- **At:** 2026-11-23 17:05 UTC\n"
        "- **Components:** billing, Checkout\n- **Page:** <https://alerts.example/1>\n\n"
        "1 % free\n\nLabels: `team: blue`\n\n```\nFATAL\n```"
    )


def test_what_nobody_knows_is_left_alone(spec: Spec) -> None:
    """Without a known severity or owner, priority and assignee are left out; the report's time stands in."""
    item = made(spec("incidents: {outage: {type: bug}}\n"), Incident("Down", "d", severity="purple"))
    assert "priority" not in item.fields
    assert "assignee" not in item.fields
    assert "2026-11-24 00:00 UTC" in str(values(item)["description"])


def test_a_templates_own_words_count(spec: Spec) -> None:
    """Expressions over the alert give any field; defaults are below the template, and above what is filled in."""
    item = made(
        spec(
            "defaults: {labels: [fund], priority: low}\n"
            "items: {board: {type: epic, title: Board}}\n"
            "incidents:\n  outage:\n    type: bug\n    parent: board\n"
            '    title: "[${upper(alert.source)}] ${alert.title}"\n'
            "    labels: [incident, \"${get(alert.labels, 'team', 'nobody')}\"]\n"
            '    due: "${workdays(alert.date, 2)}"\n'
            '    fields: {amount: "${len(alert.components)}"}\n'
        )
    )
    told = values(item)
    assert told["title"] == "[WATCH] Database down"
    assert told["labels"] == ("fund", "incident", "blue")
    assert (told["due"], told["fields.amount"], told["priority"]) == (date(2026, 11, 25), 2, "low")
    assert told["parent"] == Reference(address="board")


def test_severities_and_owners_of_the_specs(spec: Spec) -> None:
    """Their capitals do not matter; the first component that anybody owns counts, and `*` owns the rest."""
    configuration = spec(
        "variables: {lead: {type: string, default: omar@x.example}}\n"
        "incidents:\n  outage:\n    type: bug\n    severities: {Sev1: low, purple: high}\n"
        '    owners: {CHECKOUT: ada@x.example, "*": "${var.lead}"}\n'
    )
    assert (values(made(configuration))["priority"], values(made(configuration))["assignee"]) == (
        "low",
        "ada@x.example",
    )
    other = values(made(configuration, Incident("Down", "d", severity="PURPLE", components=("mail",))))
    assert (other["priority"], other["assignee"]) == ("high", "omar@x.example")


def test_logs_take_the_room_that_there_is(spec: Spec) -> None:
    """Their end is shown, and a line says how much."""
    item = made(spec("incidents: {outage: {type: bug}}\n"), Incident("Down", "d", logs="a" * 50 + "b" * 50), 50)
    cut = f"```\n{'b' * 50}\n```\n\nCut: the first 50 of 100 characters are left out."
    assert cut in str(values(item)["description"])


def test_a_text_of_any_length_is_cut(spec: Spec) -> None:
    """What a tool says at length is cut too."""
    item = made(spec("incidents: {outage: {type: bug}}\n"), Incident("Down", "d", text="x" * 100_000))
    assert len(str(values(item)["description"])) < 8_200


def test_what_a_template_says_of_reports(spec: Spec) -> None:
    """Whether an item opens again, where a tool's fields stand, and which provider holds the item."""
    template = spec(
        "incidents: {outage: {type: bug, reopen: true, map: {title: event.name}, provider: jira}}\n"
    ).incidents["outage"]
    assert (template.reopen, template.provider, dict(template.paths)) == (True, "jira", {"title": "event.name"})


@pytest.mark.parametrize(
    ("template", "said", "hint"),
    [
        ("{type: bug, for_each: [a]}", "a template has no `for_each`", "write it at the items that it is for"),
        ("{type: bug, severitys: {}}", "a template has no `severitys`", "did you mean `severities`?"),
        ("{title: x}", "`outage` has no type", "write `type: task` here or in `defaults`"),
        (
            "{type: bug, title: '${alert.titel}'}",
            "there is no part of an alert called `titel`",
            "did you mean `title`?",
        ),
        (
            "{type: bug, parent: deal}",
            "there is no item `deal`",
            "an item that is not in these specs is {key: OLD-900}",
        ),
        ("{type: bug, reopen: maybe}", "there is no name `maybe`", None),
        ("{type: bug, severities: [a]}", "`severities` is a list; a map is needed", "write `severities: {...}`"),
        ("{type: bug, owners: {a: [x]}}", "`owners`: `a` needs a text", ""),
        ("{type: bug, map: {titel: a.b}}", "an incident has no field `titel`", "did you mean `title`?"),
        ("{type: bug, provider: jria}", "there is no provider `jria`", "did you mean `jira`?"),
        ("{type: bug, documents: [{title: A, url: '${alert.url}'}]}", "`documents`", None),
        ("[]", "`outage` is a list; a map is needed", None),
    ],
)
def test_mistakes_are_found_before_any_alert(template: str, said: str, hint: str | None, mistakes: Mistakes) -> None:
    """A template is tried on an alert that says everything, and on one that says next to nothing."""
    (found,) = mistakes(f"incidents:\n  outage: {template}\n")
    assert said in found.summary
    assert found.place is not None
    assert (found.place.file, found.place.line) == ("main.yaml", 4)
    assert hint is None or found.hint == hint


def test_names_are_shared_with_items(mistakes: Mistakes) -> None:
    """A template may not be called as an item is."""
    (found,) = mistakes("items: {outage: {type: bug, title: x}}\nincidents: {outage: {type: bug}}\n")
    assert (found.code, found.summary) == ("duplicate_address", "`outage` is an item already")


def test_alert_means_something_in_templates_alone(mistakes: Mistakes) -> None:
    """Elsewhere the name is known, and told to be of no use."""
    (found,) = mistakes("items: {a: {type: bug, title: '${alert.title}'}}\n")
    assert (found.summary, found.hint) == ("`alert` has no meaning here", "it is for the templates under `incidents`")


def test_templates_need_a_provider(mistakes: Mistakes) -> None:
    """As items do."""
    found = mistakes("incidents: {outage: {type: bug}}\n", head="workspace: {name: deals, id: w-1}\n")
    assert "no provider is declared" in found[0].summary


def test_an_alert_that_does_not_fit_is_told_at_its_place(spec: Spec) -> None:
    """What no sample could show is a mistake in the template too."""
    configuration = spec("incidents: {outage: {type: bug, due: \"${get(alert.labels, 'due', omit)}\"}}\n")
    assert "due" not in made(configuration, Incident("Down", "d")).fields
    with pytest.raises(SpecError) as caught:
        made(configuration, Incident("Down", "d", labels={"due": "soon"}))
    (found,) = caught.value.diagnostics
    assert isinstance(found, Diagnostic)
    assert (found.place is not None and found.place.line, "`due`" in found.summary) == (3, True)


def test_what_is_the_same_for_every_alert_is_known(spec: Spec) -> None:
    """So that the site's names can be checked before there is one."""
    fixed = (
        spec(
            "incidents:\n  outage: {type: bug, labels: [a], components: [Platform], area: '${alert.source}x',"
            " due: '${alert.date}'}\n"
        )
        .incidents["outage"]
        .fixed
    )
    assert fixed is not None
    assert (fixed.type.value, set(fixed.fields)) == ("bug", {"title", "labels", "components"})
