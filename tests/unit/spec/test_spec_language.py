"""The language's features, one by one, as a user writes them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from reconciler.diagnostics import Diagnostic
from reconciler.errors import SpecError, UsageError
from reconciler.spec import load
from reconciler.spec.configuration import Configuration, ItemAttribute, Reference, Template

Spec = Callable[..., Configuration]
Mistakes = Callable[..., tuple[Diagnostic, ...]]


def test_an_item_says_what_is_wanted(spec: Spec) -> None:
    """Every field has its value in its own type, and its place."""
    item = spec(
        "items:\n"
        "  deal:\n"
        "    type: epic\n"
        "    title: 2026\n"
        "    description: 1.10\n"
        "    due: 2026-12-31\n"
        "    story_points: 2.5\n"
        "    components: [Core]\n"
        "    assignee: null\n"
        "    labels: [a, b, a]\n"
        "    documents: [{title: Room, url: 'https://data.example/a'}]\n"
        "    fields: {amount: 5, sector: [a, b], since: 2026-01-01, extra: {x: 1}}\n"
        "    protect: true\n"
        "    ownership: {due: people, fields.amount: seed}\n"
    ).items["deal"]
    assert (item.address, item.group, item.key, item.provider, item.type.value) == (
        "deal",
        "deal",
        None,
        "jira",
        "epic",
    )
    assert {word: each.value for word, each in item.fields.items()} == {
        "title": "2026",
        "description": "1.10",
        "due": date(2026, 12, 31),
        "story_points": 2.5,
        "components": ("Core",),
        "assignee": None,
        "labels": ("a", "b"),
        "documents": ({"title": "Room", "url": "https://data.example/a"},),
        "fields.amount": 5,
        "fields.sector": ("a", "b"),
        "fields.since": "2026-01-01",
        "fields.extra": {"x": 1},
    }
    assert item.protect
    assert item.ownership == {"due": "people", "fields.amount": "seed"}
    assert str(item.fields["due"].place) == "main.yaml:8:10"
    assert item.fields["due"].snippet == "    due: 2026-12-31"
    assert str(item.place) == "main.yaml:4:3"


def test_for_each_makes_an_item_for_each_key(spec: Spec) -> None:
    """A map gives keys and values, a list of texts both from one."""
    items = spec(
        "items:\n"
        "  a: {type: task, title: '${each.key} ${each.value.t}', for_each: {x: {t: one}, y: {t: two}}}\n"
        "  b: {type: task, title: '${each.value}', for_each: ['2026', 2027]}\n"
    ).items
    assert {address: item.fields["title"].value for address, item in items.items()} == {
        'a["x"]': "x one",
        'a["y"]': "y two",
        'b["2026"]': "2026",
        'b["2027"]': "2027",
    }
    assert (items['a["x"]'].group, items['a["x"]'].key) == ("a", "x")


def test_a_matrix_combines_its_axes(spec: Spec) -> None:
    """Keys are joined by `/`, and each axis has its key and value."""
    items = spec(
        "items:\n  a:\n    type: task\n    title: '${each.company.value.name} ${each.quarter.key}'\n"
        "    when: each.key != 'b/q2'\n"
        "    matrix: {company: {a: {name: Acme}, b: {name: Globex}}, quarter: [q1, q2]}\n"
    ).items
    assert {address: item.fields["title"].value for address, item in items.items()} == {
        'a["a/q1"]': "Acme q1",
        'a["a/q2"]': "Acme q2",
        'a["b/q1"]': "Globex q1",
    }


def test_a_matrix_has_its_limit(mistakes: Mistakes) -> None:
    """Axes that multiply to more items than a workspace may have are refused before any is made."""
    axes = ", ".join(f"{name}: '${{range(1000)}}'" for name in "abcd")
    (told,) = mistakes(f"items:\n  a: {{type: task, title: x, matrix: {{{axes}}}}}\n")
    assert told.code == "too_large"


def test_defaults_are_inherited_word_by_word(spec: Spec) -> None:
    """Single values are overridden, sets unite, maps (ownership too) merge by key, `exact` drops what was there."""
    items = spec(
        "defaults:\n"
        "  type: task\n"
        "  labels: [all]\n"
        "  fields: {amount: 1, sector: x}\n"
        "  ownership: {due: people}\n"
        "  links: {blocks: {key: OLD-1}}\n"
        "items:\n"
        "  a: {title: a, labels: [own], fields: {amount: 2}, ownership: {start: seed}, links: {blocks: b}}\n"
        "  b: {title: b, type: epic, labels: {exact: true, values: [own]}, fields: {exact: true, sector: y}}\n"
        "  c: {title: c, labels: [], links: {exact: true, relates_to: [a]}}\n"
    ).items
    a, b, c = items["a"], items["b"], items["c"]
    assert (a.type.value, b.type.value) == ("task", "epic")
    assert (a.fields["labels"].value, b.fields["labels"].value, c.fields["labels"].value) == (
        ("all", "own"),
        ("own",),
        ("all",),
    )
    assert (a.fields["labels"].exact, b.fields["labels"].exact, c.fields["links"].exact) == (False, True, True)
    assert (a.fields["fields.amount"].value, a.fields["fields.sector"].value) == (2, "x")
    assert ("fields.amount" in b.fields, b.fields["fields.sector"].value) == (False, "y")
    assert a.ownership == {"due": "people", "start": "seed"}
    assert a.fields["links"].value == {"blocks": (Reference(key="OLD-1"), Reference(address="b"))}
    assert c.fields["links"].value == {"relates_to": (Reference(address="a"),)}


def test_references_reach_items_groups_and_the_outside(spec: Spec) -> None:
    """An address in any spelling, a handle, a group's bare name for all that are wanted, and what others made."""
    items = spec(
        "items:\n"
        "  g: {type: task, title: x, for_each: [a, b, c], when: each.key != 'c'}\n"
        "  one: {type: task, title: x, parent: 'g[\"a\"]', links: {blocks: g, relates_to: [g.b, '${items.g.a}']}}\n"
        "  two: {type: task, title: x, parent: {id: 4711}, links: {causes: '${items.g}'}, apply_after: [one, g]}\n"
        "  three: {type: task, title: x, parent: '${items.one}', links: {blocks: {url: 'https://x.example/1'}}}\n"
        "  five: {type: task, title: \"${join([k for k in items.g], '+')} ${'a' in items.g}\",\n"
        "    links: {blocks: '${[items.one, items.two]}'}}\n"
        "  four: {type: task, title: x, parent: '${omit}', links: {blocks: '${omit}'}, apply_after: g.a}\n"
    ).items
    assert items["five"].fields["links"].value == {"blocks": (Reference(address="one"), Reference(address="two"))}
    assert items["five"].fields["title"].value == "a+b+c true"
    both = (Reference(address='g["a"]'), Reference(address='g["b"]'))
    assert items["one"].fields["parent"].value == both[0]
    assert items["one"].fields["links"].value == {"blocks": both, "relates_to": (both[1], both[0])}
    assert items["two"].fields["parent"].value == Reference(id="4711")
    assert items["two"].fields["links"].value == {"causes": both}
    assert items["two"].apply_after == ("one", 'g["a"]', 'g["b"]')
    assert items["three"].fields["parent"].value == Reference(address="one")
    assert items["three"].fields["links"].value == {"blocks": (Reference(url="https://x.example/1"),)}
    assert "parent" not in items["four"].fields
    assert items["four"].apply_after == ('g["a"]',)


def test_an_item_variable_is_a_reference(spec: Spec) -> None:
    """A variable can name an item, of these specs or not."""
    items = spec(
        "variables: {epic: {type: item}, first: {type: item, default: a}}\n"
        "items:\n"
        "  a: {type: task, title: 'under ${var.epic.key}', parent: '${var.epic}'}\n"
        "  b: {type: task, title: x, parent: '${var.first}'}\n",
        files={"default.vars.yaml": "epic: {key: OLD-900}\n"},
    ).items
    assert items["a"].fields["parent"].value == Reference(key="OLD-900")
    assert items["a"].fields["title"].value == "under OLD-900"
    assert items["b"].fields["parent"].value == Reference(address="a")


def test_items_read_each_other(spec: Spec) -> None:
    """A value is the specs' own, in whatever order the items stand; the rest is known after apply."""
    items = spec(
        "items:\n"
        "  a:\n"
        "    type: task\n"
        "    title: ${items.g.x.title}!\n"
        "    due: ${days(items.b.due, 1)}\n"
        "    description: 'See ${items.b.key} at ${items.b.url}.'\n"
        "    story_points: ${items.b.fields.amount + get(items.b, 'story_points', 1)}\n"
        "    labels: ${items.b.labels + keys(items.g)}\n"
        "    fields: {sector: '${items.b.id}'}\n"
        "  b: {type: task, title: b, due: 2026-01-31, fields: {amount: 4}, labels: [l]}\n"
        "  g: {type: task, title: '${each.key}', for_each: [x, y]}\n"
    ).items
    fields = items["a"].fields
    assert (fields["title"].value, fields["due"].value, fields["story_points"].value) == ("x!", date(2026, 2, 1), 5)
    assert fields["labels"].value == ("l", "x", "y")
    key, url = ItemAttribute("b", "key"), ItemAttribute("b", "url")
    assert fields["description"].value == Template(("See ", key, " at ", url, "."))
    assert fields["fields.sector"].value == Template((ItemAttribute("b", "id"),))


def test_a_reference_to_what_is_created_later_is_a_dependency(mistakes: Mistakes) -> None:
    """Two items that each put the other's key into their text can't be created."""
    (told,) = mistakes(
        "items:\n"
        "  a: {type: task, title: x, description: '${items.b.key}'}\n"
        "  b: {type: task, title: x, apply_after: c}\n"
        "  c: {type: task, title: x, parent: a}\n"
    )
    assert "a → b → c → a" in told.summary


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("due: '${items.no.due}'", "not wanted"),
        ("due: '${items.b.due}'", "no field of `b` called `due`"),
        ("assignee: '${items.c.assignee}'", "leaves `assignee` out"),
        ("labels: ['${items.c.key}']", "known after apply only"),
        ("when: items.c.key == 'A-1'", "can't be compared"),
        ("when: items.c == 'A-1'", "can't be compared"),
        ("parent: '${items.c.key}'", "known after apply"),
        ("links: '${1}'", "a map is needed"),
        ("labels: {exact: true}", "is a list"),
        ("apply_after: {key: OLD-1}", "items of these specs"),
        ("parent: 5", "an item is needed"),
        ("parent: [c]", "an item is needed"),
        ("parent: {key: ''}", "is a text"),
        ("parent: c.x", "is one item"),
        ("due: 5", "not a date"),
        ("due: '${5}'", "a date is needed"),
        ("documents: x", "a list is needed"),
        ("documents: [x]", "a document is a map"),
        ("documents: [{title: x, url: 'https://x.example', link: y}]", "no `link`"),
        ("documents: [{title: x, url: 'https://[x'}]", "not a whole address"),
        ("components: ['']", "empty"),
        ("fields: {amount: '${items}'}", "not a value"),
        ("fields: {amount: '${null}'}", "`fields.amount` is null"),
        ("fields: {amount: .inf}", "finite"),
        ("type: null", "can't be empty"),
        ("title: '${omit}'", "has no title"),
        ("ownership: {fields: people}", "no field `fields`"),
        ("ownership: {sprnt: people}", "no field `sprnt`"),
        ("watchers: a@x.example", "a list is needed"),
        ("fix_versions: ['']", "empty"),
        ("sprint: ['7']", "a text is needed"),
        ("area: ''", "empty"),
        ("commits: abc1234", "a list is needed"),
        ("commits: [{repo: 'https://x.example/y'}]", "needs a `sha`"),
        ("commits: [{sha: abc1234}]", "needs a `repo`"),
        ("commits: [{repo: x, sha: main}]", "not the sha of a commit"),
        ("commits: [{repo: x, sha: abc1234, branch: y}]", "no `branch`"),
        ("commits: [{title: x}]", "needs a `url`"),
        ("commits: [[x]]", "a text is needed"),
        ("pull_requests: [{title: x, url: y}]", "not a whole address"),
        ("pull_requests: [{title: x, url: 'https://x.example', state: open}]", "no `state`"),
        ("provider: jria", "no provider `jria`"),
        ("for_each: {a: 1, b/c: 2}", "can't be a key"),
        ("for_each: [{a: 1}]", "a list of texts"),
        ("matrix: {}", "a matrix is a map"),
        ("matrix: {A: [b]}", "name an axis"),
        ("when: '${1} x'", "true or false"),
        ("when: 'nope('", "never closed"),
    ],
)
def test_what_can_not_be_is_refused(item: str, words: str, mistakes: Mistakes) -> None:
    """Whatever an item can't have is told in words that name it."""
    mine = {"type": "type: task", "title": "title: x", item.partition(":")[0]: item}
    found = mistakes(
        "items:\n"
        "  no: {type: task, title: x, due: 2026-01-01, when: false}\n"
        "  b: {type: task, title: x}\n"
        "  c: {type: task, title: x, assignee: '${omit}'}\n"
        "  d:\n" + "".join(f"    {each}\n" for each in mine.values())
    )
    assert any(words in each.summary for each in found), found


def test_several_providers_must_be_told_apart(spec: Spec, mistakes: Mistakes) -> None:
    """With one provider it goes without saying which; with several it is said, in `defaults` too."""
    head = (
        "workspace: {name: a, id: b}\nproviders: {jira: , other: {plugin: jira, project: '${var.p}', api_version: 3}}\n"
    )
    head += "variables: {p: {type: string, default: OTH}}\n"
    (told,) = mistakes("items: {a: {type: task, title: x}}\n", head=head)
    assert "jira, other" in told.hint
    configuration = spec(
        "defaults: {provider: '${var.p and \"other\"}'}\nitems: {a: {type: task, title: x}}\n", head=head
    )
    assert configuration.items["a"].provider == "other"
    block = configuration.providers["other"]
    assert (block.plugin, block.project, block.options) == ("jira", "OTH", {"api_version": 3})
    assert configuration.providers["jira"].project is None


def test_a_provider_maps_words(spec: Spec) -> None:
    """Standard words have the platform's names; a status may have several."""
    head = (
        "workspace: {name: a, id: b}\nproviders:\n  jira:\n    project: 42\n    types: {epic: Opportunity}\n"
        "    statuses: {in_review: [Legal review, Peer review], done: Closed}\n    priorities: {critical: Highest}\n"
    )
    block = spec("", head=head).providers["jira"]
    assert block.project == "42"
    assert block.types == {"epic": "Opportunity"}
    assert block.statuses == {"in_review": ("Legal review", "Peer review"), "done": ("Closed",)}
    assert block.priorities == {"critical": "Highest"}


def test_items_need_a_provider(mistakes: Mistakes) -> None:
    """Without any provider that is told once, not for each item."""
    (told,) = mistakes(
        "items: {a: {type: task, title: x}, b: {type: task, title: x}}\n", head="workspace: {name: a, id: b}\n"
    )
    assert "providers" in told.hint


VARIABLES = "variables: {a: {type: number, default: 1}}\nitems: {x: {type: task, title: x, story_points: '${var.a}'}}\n"


def test_later_sources_of_a_variable_win(spec: Spec) -> None:
    """Default, environment, default.vars.yaml, --var-file in their order, --var."""

    def points(**more: object) -> object:
        return spec(VARIABLES, **more).items["x"].fields["story_points"].value

    assert points() == 1
    assert points(environment={"RECONCILER_VAR_A": "2", "RECONCILER_VAR_B": "9"}) == 2
    files = {"default.vars.yaml": "a: 3\n", "one.vars.yaml": "a: 4\n", "two.vars.yaml": "a: 5\n"}
    assert points(environment={"RECONCILER_VAR_A": "2"}, files=files) == 3
    assert points(value_files=["one.vars.yaml"]) == 4
    assert points(value_files=["one.vars.yaml", "two.vars.yaml"]) == 5
    assert points(value_files=["one.vars.yaml"], values={"a": "6"}) == 6


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("string", "1.10", "1.10"),
        ("string", "no", "no"),
        ("string", "", ""),
        ("string", "${var.b}", "${var.b}"),
        ("integer", "12", "12"),
        ("bool", "true", "true"),
        ("date", "2026-01-02", "2026-01-02"),
        ("list(integer)", "[1, 2]", "1+2"),
        ("map(list(string))", "{a: [1.10]}", "1.10"),
        ("any", "[a, {b: c}]", "a"),
    ],
)
def test_a_text_is_read_for_the_declared_type(kind: str, text: str, expected: str, spec: Spec) -> None:
    """`--var` gives YAML, but a string takes its text as it stands, and values are never scanned for `${`."""
    shown = {"list(integer)": "join(var.v, '+')", "map(list(string))": "var.v.a[0]", "any": "var.v[0]"}.get(
        kind, "var.v"
    )
    title = spec(
        f'variables: {{v: {{type: {kind}}}}}\nitems: {{x: {{type: task, title: "t${{{shown}}}"}}}}\n',
        values={"v": text},
    )
    assert title.items["x"].fields["title"].value == "t" + expected


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("integer", "1.5", "whole number"),
        ("number", "40,000,000", "number is needed"),
        ("bool", "yes", "true or false"),
        ("date", "tomorrow", "not a date"),
        ("list(string)", "a", "list of string"),
        ("map(string)", "[a]", "map of string"),
        ("item", "{key: a, id: b}", "item is needed"),
        ("number", "[1", "not closed"),
        ("number", "", "number is needed"),
        ("string", None, "has no value"),
    ],
)
def test_a_text_of_another_type_is_refused(kind: str, text: str | None, words: str, mistakes: Mistakes) -> None:
    """What --var gives is held against the declared type, and named by its flag."""
    values = {} if text is None else {"v": text}
    (told, *_) = mistakes(f"variables: {{v: {{type: {kind}}}}}\n", values=values)
    assert words in told.summary
    if told.code != "missing_variable":
        assert str(told.place).startswith("--var v:1:")


def test_unknown_variables_are_refused(mistakes: Mistakes) -> None:
    """A value for a variable that nobody declared is a slip, in a file and on the command line."""
    (flag, key) = mistakes(VARIABLES, files={"default.vars.yaml": "aa: 2\nzzz: 1\n"}, values={"ab": "1"})[:2]
    assert "--var ab" in flag.summary
    assert (str(key.place), key.code) == ("default.vars.yaml:1:1", "unknown_variable")
    assert "`a`" in key.hint


def test_a_file_of_values_is_a_map(mistakes: Mistakes) -> None:
    """A list of values has no names."""
    (told,) = mistakes(VARIABLES, files={"default.vars.yaml": "- 1\n"})
    assert told.code == "wrong_type"


def test_a_missing_file_of_values_is_named(spec: Spec) -> None:
    """A slip in --var-file is the command line's mistake."""
    with pytest.raises(UsageError, match=r"nope\.vars\.yaml"):
        spec(VARIABLES, value_files=["nope.vars.yaml"])


def test_a_null_default_makes_a_variable_optional(spec: Spec) -> None:
    """The value is null then, and expressions can ask for it."""
    title = "${'none' if var.v == null else var.v}"
    text = "variables: {v: {type: date, default: null, check: false}}\n"
    text += f'items: {{x: {{type: task, title: "{title}"}}}}\n'
    assert spec(text).items["x"].fields["title"].value == "none"


def test_an_instance_is_a_workspace_of_its_own(spec: Spec) -> None:
    """Its name comes from the variables, and is known to expressions."""
    head = "workspace: {name: deals, id: w-1, instance: '${slug(var.c)}'}\nproviders: {jira: {project: A}}\n"
    text = (
        "variables: {c: {type: string}}\nitems: {x: {type: task, title: '${workspace.name}/${workspace.instance}'}}\n"
    )
    configuration = spec(text, head=head, values={"c": "Acme Robotics"})
    assert configuration.workspace.instance == "acme-robotics"
    assert configuration.items["x"].fields["title"].value == "deals/acme-robotics"


def test_digests_follow_what_was_read(spec: Spec) -> None:
    """Another value, another file or another text of one is another digest; the same is the same."""
    first, again = spec(VARIABLES), spec(VARIABLES)
    assert first.digest == again.digest
    other = spec(VARIABLES, values={"a": "2"})
    assert other.digest != first.digest
    assert other.variables["a"] != first.variables["a"]
    assert len(first.variables["a"]) == 16
    read = "items: {x: {type: task, title: \"${split(file('notes.txt'), ' ')[0]}\"}}\n"
    notes = [spec(read, files={"notes.txt": text}).digest for text in ("a b", "a c")]
    assert notes[0] != notes[1]


def test_local_values_may_use_each_other(spec: Spec) -> None:
    """In any order, lists and maps too."""
    text = (
        "locals: {b: '${local.a * 2}', a: 2, m: {x: ['${local.b}']}}\n"
        "calendars: {l: {weekend: [fri, sat], holidays: [2026-01-04]}}\n"
        "items: {x: {type: task, title: '${local.m.x[0]}', due: \"${workdays('2026-01-01', 1, 'l')}\"}}\n"
    )
    fields = spec(text).items["x"].fields
    assert (fields["title"].value, fields["due"].value) == ("4", date(2026, 1, 5))


def test_values_that_explode_are_refused(mistakes: Mistakes) -> None:
    """Thirty locals, each twice the one before, would be a billion elements."""
    text = "locals:\n  a0: [x, x]\n" + "".join(
        f"  a{n}: ['${{local.a{n - 1}}}', '${{local.a{n - 1}}}']\n" for n in range(1, 31)
    )
    (told,) = mistakes(text + "items: {x: {type: task, title: x, fields: {amount: '${local.a30}'}}}\n")
    assert told.code == "budget"


def test_a_local_that_nobody_reads_is_checked(mistakes: Mistakes) -> None:
    """A mistake waits for no reader."""
    (told,) = mistakes("locals: {a: '${nope}'}\n")
    assert told.code == "unknown_name"


def test_many_instances_of_a_mistake_end_quickly(mistakes: Mistakes) -> None:
    """Ten thousand instances of one slip, with many names to compare it with, cost seconds at the most."""
    names = "variables:\n" + "".join(f"  name_{n}: {{type: string, default: x}}\n" for n in range(300))
    began = time.process_time()
    (told,) = mistakes(names + "items: {a: {type: task, title: '${var.nam_7}', for_each: '${range(10000)}'}}\n")
    assert "name_7" in told.hint
    assert time.process_time() - began < 10


def test_long_chains_end_in_words(mistakes: Mistakes) -> None:
    """Values that need each other five hundred deep are refused, not crashed on."""
    text = "locals:\n  a0: 1\n" + "".join(f"  a{n}: '${{local.a{n - 1} + 1}}'\n" for n in range(1, 500))
    found = mistakes(text + "items: {x: {type: task, title: '${local.a499}'}}\n")
    assert found[0].code == "budget"


def test_an_unread_key_is_a_warning(spec: Spec) -> None:
    """A key of `each.value` that no expression reads was meant for something."""
    text = (
        "items:\n"
        "  a: {type: task, title: '${each.value.title}', for_each: {x: {title: y, befor: 3}}, when: each.value.on}\n"
    ).replace("befor: 3", "befor: 3, on: true")
    (told,) = spec(text).diagnostics
    assert (told.severity, told.code) == ("warning", "unread")
    assert "befor" in told.summary
    assert spec(text.replace("value.title", 'value[each.key and "title"]')).diagnostics == ()


def test_which_files_are_read(spec: Spec, mistakes: Mistakes) -> None:
    """`*.yaml` with our keys; not values, tests, dotfiles or other people's; a `.yml` that holds ours is an error."""
    others = {
        ".hidden.yaml": "nope",
        "a.test.yaml": "nope",
        "a.vars.yaml": "nope",
        "sub/b.yaml": "items: 5",
        "ci.yml": "on: push",
    }
    (told,) = spec("", files={**others, "compose.yaml": "services: {}\n"}).diagnostics
    assert (told.severity, told.code) == ("note", "ignored_file")
    assert "compose.yaml" in told.summary
    (wrong,) = mistakes("", files={"compose.yaml": "items: {}", "more.yml": "items: {}\n"})
    assert (wrong.code, wrong.hint) == ("bad_suffix", "rename it to more.yaml")


def test_one_file_can_be_the_workspace(spec: Spec, tmp_path: Path) -> None:
    """Given a file, the others of its directory are not read, but for the default values."""
    spec("items: {a: {type: task, title: x}}\n")
    (tmp_path / "other.yaml").write_text("items: {b: {type: task, title: x}}\n")
    configuration = load(tmp_path / "main.yaml", environment={})
    assert list(configuration.items) == ["a"]
    assert configuration.directory == str(tmp_path)


def test_nothing_there_is_a_usage_error(tmp_path: Path) -> None:
    """A slip in the directory's name is the command line's mistake."""
    with pytest.raises(UsageError, match="no file or directory"):
        load(tmp_path / "nope", environment={})


def test_an_empty_directory_has_no_workspace(tmp_path: Path) -> None:
    """And says how to begin one."""
    with pytest.raises(SpecError) as caught:
        load(tmp_path, environment={})
    assert "reconciler init" in str(getattr(caught.value.diagnostics[0], "hint", ""))


@pytest.mark.parametrize(
    "path", ["../secret.txt", "/etc/hostname", ".env", ".git/config", "link.txt", "sub", "none.txt", "", "latin.txt"]
)
def test_a_spec_reads_no_file_outside(path: str, mistakes: Mistakes, tmp_path: Path) -> None:
    """Neither by dots, nor by an absolute path, nor by a link, nor what a dot hides."""
    (tmp_path.parent / "secret.txt").write_text("secret")
    (tmp_path / "link.txt").symlink_to(tmp_path.parent / "secret.txt")
    (tmp_path / "latin.txt").write_bytes(b"\xff")
    files = {".env": "secret", ".git/config": "secret", "sub/a.txt": "x"}
    (told,) = mistakes(f"items: {{a: {{type: task, title: \"${{file('{path}')}}\"}}}}\n", files=files)
    assert told.code in ("file", "encoding")
    assert "secret" not in told.summary.replace("secret.txt", "")


def test_a_link_out_of_the_directory_is_no_spec(mistakes: Mistakes, tmp_path: Path) -> None:
    """Specs and default values are the workspace's own files."""
    (tmp_path.parent / "outside.txt").write_text("items: {}\n")
    (tmp_path / "linked.yaml").symlink_to(tmp_path.parent / "outside.txt")
    (told,) = mistakes("")
    assert told.code == "file"
    (tmp_path / "linked.yaml").unlink()
    (tmp_path / "default.vars.yaml").symlink_to(tmp_path.parent / "outside.txt")
    with pytest.raises(UsageError, match="leads out"):
        load(tmp_path, environment={})


def test_a_pipe_is_no_spec(mistakes: Mistakes, tmp_path: Path) -> None:
    """What is not a file is refused, not waited for."""
    import os

    os.mkfifo(tmp_path / "pipe.yaml")
    (told,) = mistakes("")
    assert "regular file" in told.summary


def test_a_reference_to_a_broken_item_says_nothing_more(mistakes: Mistakes) -> None:
    """An item that is no map is told once; what refers to it is not to blame."""
    (told,) = mistakes("items:\n  a: x\n  b: {type: task, title: '${items.a.title}', parent: a}\n")
    assert told.code == "wrong_type"


def test_a_workspace_has_its_limit(mistakes: Mistakes) -> None:
    """More items than a platform's project can bear are refused, made by several groups too."""
    groups = "".join(
        f"  g{n}: {{type: task, title: x, for_each: '${{range(60000)}}', when: false}}\n" for n in range(2)
    )
    (told,) = mistakes("items:\n" + groups)
    assert told.code == "too_large"


def test_a_condition_may_stand_in_braces(spec: Spec) -> None:
    """Bare or as a whole expression, as a literal or worked out."""
    conditions = ("true", "1 < 2", "'${1 < 2}'", "each.value == 'x'")
    items = "".join(
        f"  a{n}: {{type: task, title: x, for_each: [x], when: {each}}}\n" for n, each in enumerate(conditions)
    )
    assert len(spec("items:\n" + items).items) == len(conditions)


def test_sets_may_be_worked_out_whole(spec: Spec) -> None:
    """A list of labels or documents can be one expression, and `omit` leaves an element out."""
    fields = (
        spec(
            "items:\n  a:\n    type: task\n    title: x\n"
            "    labels: ${[omit, 'a'] if true else omit}\n"
            "    components: ${omit}\n"
            "    documents: \"${[{'title': 'Room', 'url': 'https://x.example'}, omit]}\"\n"
            '    fields: {amount: "${[1, omit]}", more: ["${omit}", 2]}\n'
        )
        .items["a"]
        .fields
    )
    assert fields["labels"].value == ("a",)
    assert "components" not in fields
    assert fields["documents"].value == ({"title": "Room", "url": "https://x.example"},)
    assert (fields["fields.amount"].value, fields["fields.more"].value) == ((1,), (2,))


def test_a_broken_expression_hides_what_it_reads(mistakes: Mistakes) -> None:
    """Where an expression can't be read, no key is called unread."""
    head = "items:\n  a: {type: task, for_each: {x: {t: 1}}, "
    for rest in ("title: '${each.value.t + }'}\n", "title: x, when: each.value.t == }\n"):
        assert [each.code for each in mistakes(head + rest)] == ["syntax"]


def test_unread_keys_of_lists_and_plain_values(spec: Spec) -> None:
    """Instances whose values are no maps have no keys to read; reading in a list counts."""
    text = "items:\n  a: {type: task, title: x, labels: ['${each.value.t}'], for_each: {x: {t: a}, y: {t: b}}}\n"
    assert spec(text).diagnostics == ()
    assert spec("items:\n  a: {type: task, title: x, for_each: {x: 1}}\n").diagnostics == ()
