"""What the language's fields become on the site: people, texts, custom fields, words, nulls, and whose value stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from acceptance.field_views import View
from acceptance.harness import Site, Workspace
from acceptance.platforms import AZURE_DEVOPS, JIRA, Platform, on_each_platform

LENA = "Lena Gray"


def applied(workspace: Workspace) -> dict[str, str]:
    """Apply, and give the keys of what was written, by address."""
    return {each["address"]: each["key"] for each in workspace.apply()["results"]}


def settled(workspace: Workspace) -> None:
    """The next plan is empty."""
    result = workspace.run("plan", "--detailed-exitcode")
    assert result.code == 0, result.out + result.err


def description(site: Site, key: str) -> str:
    """A description as the platform keeps it."""
    if site.platform == "jira":
        return str(site.issue(key)["description"])
    url = f"{site.endpoints.sites['azure_devops']}/_apis/wit/workitems/{key}"
    answer = httpx.get(url, params={"api-version": "7.1"}, auth=("anybody", "sandbox"))
    return str(answer.json()["fields"]["System.Description"])


_OMAR = {
    "jira": "712020:00000000-0000-4000-8000-000000000003",
    "jira_datacenter": "o.haddad",
    "azure_devops": "Omar Haddad",
}
"""What names a person beside an e-mail address: an account id, a user name, or a display name."""
_ASSIGNEE = {"jira": "Assignee", "azure_devops": "Assigned To"}


@on_each_platform
def test_an_assignee_is_named_by_email_or_account(
    workspace: Workspace, site: Site, platform: Platform, view: View
) -> None:
    """The assignee is found by e-mail, or as the platform names people; a reassignment is kept; null clears it."""
    workspace.items(
        "  a: {type: task, title: A, assignee: l.gray@fund.example}\n"
        f"  b: {{type: task, title: B, assignee: '{_OMAR[platform.name]}'}}\n"
    )
    keys = applied(workspace)
    assert [view.seen("assignee", keys[each]) for each in ("a", "b")] == [LENA, "Omar Haddad"]
    settled(workspace)
    site.edit("Mei Tanaka", keys["a"], set={_ASSIGNEE[site.platform]: "Mei Tanaka"})
    settled(workspace)
    workspace.items("  a: {type: task, title: A}\n  b: {type: task, title: B, assignee: null}\n")
    workspace.apply()
    assert [view.seen("assignee", keys[each]) for each in ("a", "b")] == ["Mei Tanaka", None]
    settled(workspace)


_RISK = {"jira": "customfield_10052", "azure_devops": "Custom.RiskLevel"}


@on_each_platform
def test_custom_fields_by_friendly_name_name_and_id(workspace: Workspace, site: Site, platform: Platform) -> None:
    """A custom field goes by the provider's friendly name, by the site's name, or by its id; typed by its schema."""
    workspace.head = platform.head.replace("INVEST}", "INVEST, fields: {amount: Investment amount}}")
    item = "  a: {{type: epic, title: A, fields: {{amount: {0}, Sector: {1}, {2}: critical}}}}\n".format
    workspace.items(item("1.5", "Energy", _RISK[site.platform]))
    a = applied(workspace)["a"]
    assert platform.custom(site, a) == (1.5, "Energy", "Critical")
    settled(workspace)
    workspace.items(item("null", "'1.10'", _RISK[site.platform]))
    plan = workspace.plan()
    assert {each["field"]: each["after"] for each in plan["actions"][0]["changes"]} == {
        "fields.amount": None,
        "fields.Sector": "1.10",
    }
    workspace.apply()
    assert platform.custom(site, a) == (None, "1.10", "Critical")
    settled(workspace)


_WORDS = {
    "jira": "types: {feature: Story}, priorities: {critical: High}, statuses: {blocked: [Blocked]}",
    "azure_devops": "types: {feature: User Story}, priorities: {critical: '2'}, statuses: {blocked: [Resolved]}",
}
"""What a provider's block may say of the standard words."""
_OWN = {"jira": ("Lowest", "Highest", "In Review"), "azure_devops": ("5", "1", "Closed")}
"""A priority that the site lacks, one that it has, and a status of its own."""
_BECAME: Mapping[str, tuple[list[object], ...]] = {
    "jira": (["Story", "Bug", "Task"], ["High", "Highest", "Low"], ["Blocked", "To Do", "In Review"]),
    "azure_devops": (["User Story", "Bug", "Task"], [2, 1, 4], ["Resolved", "New", "Closed"]),
}
"""The types, priorities and statuses of the three items."""


@on_each_platform
def test_standard_words_and_the_sites_own(workspace: Workspace, site: Site, platform: Platform, view: View) -> None:
    """Standard words are mapped, the site's own names work, and the provider's block decides between them."""
    wrong, right, status = _OWN[site.platform]
    workspace.head = platform.head.replace("INVEST}", f"INVEST, {_WORDS[site.platform]}}}")
    workspace.items(
        f"  a: {{type: feature, title: A, priority: critical, status: blocked}}\n"
        f"  b: {{type: Bug, title: B, priority: {wrong}}}\n"
        f"  c: {{type: task, title: C, priority: low, status: {status}}}\n"
    )
    refused = workspace.run("plan")
    assert refused.code == 1
    assert str(platform.priorities["low"]) in refused.text.partition("there are: ")[2]
    workspace.replace(f"priority: {wrong}", f"priority: {right}")
    keys = applied(workspace)
    for word, became in zip(("type", "priority", "status"), _BECAME[site.platform], strict=True):
        assert [view.seen(word, keys[each]) for each in ("a", "b", "c")] == became
    settled(workspace)


_PAGES = {"jira": "/browse/INVEST-1", "azure_devops": "/_workitems/edit/1"}


@on_each_platform
def test_a_key_in_a_text_is_filled_in_when_it_is_known(workspace: Workspace, site: Site, platform: Platform) -> None:
    """`${items.deal.key}` in a description is unknown in the first plan, filled at apply, and settled afterwards."""
    workspace.items(
        "  deal: {type: epic, title: Deal}\n"
        "  a: {type: task, title: A, parent: deal, description: 'Part of ${items.deal.key}: ${items.deal.url}'}\n"
    )
    changes = workspace.plan()["actions"][1]["changes"]
    [unknown] = [each for each in changes if each["field"] == "description"]
    assert unknown["unknown"] is True
    assert unknown["after"][:3] == ["Part of ", {"address": "deal", "attribute": "key"}, ": "]
    assert "known after apply" in workspace.run("plan").text
    workspace.apply()
    text = description(site, platform.key(2))
    assert f"Part of {platform.key(1)}: " in text
    assert _PAGES[site.platform] in text
    settled(workspace)


_RICH = {
    "jira": ["'type': 'strong'", "'href': 'https://example.com'"],
    "jira_datacenter": ["*Bold*", "[a link|https://example.com]"],
    "azure_devops": ["<strong>Bold</strong>", '<a href="https://example.com">a link</a>'],
}


@on_each_platform
def test_a_description_is_markdown_and_people_may_rewrite_it(
    workspace: Workspace, site: Site, platform: Platform, view: View
) -> None:
    """Markdown becomes rich text; a person's text is kept; where both change, the item stops and is left alone (4)."""
    workspace.items("  a: {type: task, title: A, description: '**Bold** and [a link](https://example.com)'}\n")
    a = applied(workspace)["a"]
    text = description(site, a)
    assert [each for each in _RICH[platform.name] if each not in text] == []
    settled(workspace)
    site.edit(LENA, a, set={"Description": "My own words"})
    settled(workspace)
    workspace.items("  a: {type: task, title: B, description: 'New words'}\n")
    result = workspace.run("apply", "--auto-approve", "--format", "json")
    assert result.code == 4
    assert [each["code"] for each in result.diagnostics] == ["conflict"]
    assert (view.seen("description", a), view.seen("title", a)) == ("My own words", "A")
    assert workspace.run("drift").code == 3


@on_each_platform
def test_ownership_decides_whose_value_stands(workspace: Workspace, site: Site, platform: Platform, view: View) -> None:
    """A status that the spec owns goes back, people's title stays, a seed is written once, nobody's field never."""
    workspace.items(
        "  spec: {type: task, title: Spec, status: in_progress, ownership: {status: spec}}\n"
        "  people: {type: task, title: People, ownership: {title: people}}\n"
        "  seed: {type: task, title: Seed, priority: critical, ownership: {priority: seed}}\n"
        "  nobody: {type: task, title: Nobody, priority: low, ownership: {priority: nobody}}\n"
    )
    keys = applied(workspace)
    active, low = platform.statuses["in_progress"], platform.priorities["low"]
    assert view.seen("status", keys["spec"]) == active
    assert view.seen("priority", keys["seed"]) == platform.priorities["critical"]
    assert view.seen("priority", keys["nobody"]) != low
    settled(workspace)
    site.edit(LENA, keys["spec"], status=platform.statuses["todo"])
    site.edit(LENA, keys["people"], set={platform.title: "Ours"})
    site.edit(LENA, keys["seed"], set={"Priority": low})
    plan = workspace.plan()
    assert [(each["address"], each["changes"][0]["field"]) for each in plan["actions"]] == [("spec", "status")]
    assert {(each["address"], each["kept"]) for each in plan["drift"]} >= {("spec", False), ("people", True)}
    workspace.replace("priority: critical", "priority: high")
    workspace.apply()
    stands = {"spec": "status", "people": "title", "seed": "priority"}
    assert [view.seen(word, keys[item]) for item, word in stands.items()] == [active, "Ours", low]
    settled(workspace)


@on_each_platform
def test_progress_is_never_moved_back(workspace: Workspace, site: Site, platform: Platform, view: View) -> None:
    """Where a person finished an item, neither a spec that owns the status nor its new, earlier value takes it back."""
    workspace.items("  a: {type: task, title: A, status: todo, ownership: {status: spec}}\n")
    a = applied(workspace)["a"]
    site.edit(LENA, a, status=platform.statuses["done"])
    assert [each["kept"] for each in workspace.plan()["drift"]] == [True]
    workspace.replace("status: todo", "status: in_progress")
    plan = workspace.plan()
    assert [each["resolution"] for each in plan["conflicts"]] == ["people"]
    workspace.apply()
    assert view.seen("status", a) == platform.statuses["done"]
    settled(workspace)


_REQUESTS = {
    "jira": {"bulk create": 2, "bulk marker": 1},
    "jira_datacenter": {"bulk create": 2, "marker": 5, "edit": 5},
    "azure_devops": {"create": 5, "marker": 5},
}
"""What five items take of which one has to be there before the others."""


@on_each_platform
def test_a_matrix_makes_one_item_for_each_combination(workspace: Workspace, site: Site, platform: Platform) -> None:
    """A matrix joins its keys by "/"; `apply_after` puts one item before another; addresses work in `state show`."""
    workspace.items(
        "  reviews:\n"
        "    matrix: {company: {acme: {name: Acme}, globex: {name: Globex}}, quarter: [Q1, Q2]}\n"
        "    type: task\n"
        "    title: '${each.company.value.name} ${each.quarter.value}'\n"
        "    apply_after: [first]\n"
        "  first: {type: task, title: First}\n"
    )
    plan = workspace.plan()
    assert plan["requests"] == {site.platform: _REQUESTS[platform.name]}
    workspace.apply()
    titles = {key: card["title"] for key, card in site.cards().items()}
    assert titles.pop(platform.key(1)) == "First"
    assert set(titles.values()) == {"Acme Q1", "Acme Q2", "Globex Q1", "Globex Q2"}
    assert workspace.run("state", "show", 'reviews["acme/Q2"]').code == 0
    settled(workspace)


@on_each_platform
def test_null_clears_and_an_absent_field_is_left_alone(workspace: Workspace, site: Site, view: View) -> None:
    """A literal null clears a field; a field that leaves the spec stays on the site and is people's from then on."""
    words = ("due", "start", "story_points")
    workspace.items("  a: {type: task, title: A, due: 2027-01-04, start: 2027-01-01, story_points: 5}\n")
    a = applied(workspace)["a"]
    assert [view.seen(each, a) for each in words] == ["2027-01-04", "2027-01-01", 5]
    workspace.items("  a: {type: task, title: A, due: null, story_points: null}\n")
    workspace.apply()
    assert [view.seen(each, a) for each in words] == [None, "2027-01-01", None]
    settled(workspace)
    site.edit(LENA, a, set={"Start Date": "2027-02-02"})
    settled(workspace)
    assert workspace.plan()["drift"] == []


_UNCERTAIN: tuple[tuple[Platform, dict[str, Any]], ...] = (
    (JIRA, {"adf_local_ids": True}),
    (JIRA, {"bulk_changelog_created": "epoch_ms"}),
    (JIRA, {"lag": 3600}),
    (AZURE_DEVOPS, {"html": "as_sent", "tag_casing": "as_sent", "tag_order": "as_sent", "contains_tags": "substring"}),
    (AZURE_DEVOPS, {"links_bump_rev": True, "remove_absent": "refused", "omitted": "null"}),
    (AZURE_DEVOPS, {"initial_state": "first", "resource_links_bump_rev": False, "lag": 3600}),
)
"""What the platforms' documents leave open. Data Center's servers are in test_acceptance_jira_datacenter."""


@pytest.mark.parametrize(("site", "knobs"), _UNCERTAIN, indirect=["site"], ids=lambda each: getattr(each, "name", None))
def test_the_main_job_holds_whichever_way_the_platform_is(
    example: Workspace, site: Site, platform: Platform, knobs: dict[str, Any]
) -> None:
    """What is not certain about it changes nothing: the second plan is empty, a person's edit is named."""
    site.turn(**knobs)
    deal = applied(example)["deal"]
    settled(example)
    site.edit(LENA, deal, set={platform.title: "Mine"})
    [drift] = example.plan()["drift"]
    assert (drift["by"], drift["at"][:3]) == (LENA, "202")
