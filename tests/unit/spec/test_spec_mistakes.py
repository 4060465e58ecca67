"""What a user is told about a mistake: what, where to the character, and what to do.

In each case `§` stands before the character that the diagnostic must point at.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.diagnostics import Diagnostic, diagnostics_of
from reconciler.errors import SpecError

HEAD = "workspace: {name: deals, id: w-1}\nproviders: {jira: {project: INVEST, fields: {amount: Amount}}}\n"
ITEM = "  type: task\n  title: Deal\n"

CASES: dict[str, tuple[str, str, str]] = {
    # YAML
    "duplicate key": ("items:\n  a: {type: task, title: x, §title: y}\n", "duplicate_key", "remove one of them"),
    "duplicate address": (
        "items:\n  a: {type: task, title: x}\n  §a: {type: task, title: y}\n",
        "duplicate_key",
        "rename",
    ),
    "merge key": ("items:\n  a: &a {type: task}\n  b: {§<<: *a, title: x}\n", "merge_key", "`defaults`"),
    "tag": ("items:\n  a: {type: task, title: §!!str x}\n", "tag", "in quotes"),
    "several documents": ("items: {}\n§---\nitems: {}\n", "several_documents", "remove the `---`"),
    "unquoted expression in braces": ("items:\n  a: {title: §${var.x}}\n", "syntax", 'write "${...}"'),
    "unquoted expression in brackets": ("items:\n  a: {labels: [b, §${var.x}]}\n", "syntax", 'write "${...}"'),
    "colon in a text": ("items:\n  a:\n    title: Investment§: Acme\n", "syntax", "in quotes"),
    "tab": ("items:\n§\ta: 1\n", "syntax", "spaces"),
    "open quote": ("items:\n  a: {title: §'x}\n", "syntax", "close it"),
    "open bracket": ("items:\n  a:\n    labels: §[a, b\n    title: x\n", "syntax", "close it"),
    "indentation": ("items:\n  a:\n    title: x\n   §type: task\n", "syntax", "align"),
    "text that begins with @": ("items:\n  a:\n    title: §@x\n", "syntax", "quotes"),
    "bad escape": ('items:\n  a:\n    title: "x§\\q"\n', "syntax", "double it"),
    "text that begins with *": ("items:\n  a:\n    title: §*x\n", "unknown_alias", "in quotes"),
    "alias of itself": ("items:\n  a: &a\n    title: [§*a]\n", "alias_cycle", "write it out"),
    "list as a key": ("items:\n  ? §[a]\n  : b\n", "bad_key", "write a text"),
    "no key": ("items: {§'': b}\n", "bad_key", "write the key"),
    "huge number": (f"locals: {{a: §{'9' * 500}}}\n", "too_large", "quote it"),
    # the top level
    "unknown top-level key": ("§itemz: {}\n", "unknown_key", "did you mean `items`?"),
    "top-level synonym": ("§vars: {}\n", "unknown_key", "write `variables`"),
    "later top-level key": ("§modules: {}\n", "not_in_this_version", "remove it"),
    "a list of items": ("items: §[a]\n", "wrong_type", "`name: ...`"),
    "bad name": ("items:\n  §Due-Diligence: {type: task, title: x}\n", "bad_name", "`due_diligence`"),
    # items
    "item is a text": ("items:\n  a: §x\n", "wrong_type", "`title:`"),
    "unknown item key": (
        "items:\n  a: {type: task, title: x, §priorty: high}\n",
        "unknown_key",
        "did you mean `priority`?",
    ),
    "synonym": ("items:\n  a: {type: task, title: x, §tags: [a]}\n", "unknown_key", "write `labels`"),
    "synonym of a later key": ("items:\n  a: {type: task, title: x, §iteration: 1}\n", "unknown_key", "`sprint`"),
    "later item key": ("items:\n  a: {type: task, title: x, §sprint: 1}\n", "not_in_this_version", "remove it"),
    "alias outside of fields": (
        "items:\n  a: {type: task, title: x, §amount: 1}\n",
        "unknown_key",
        "`fields: {amount: ...}`",
    ),
    "item key in defaults": ("defaults: {§for_each: [a]}\n", "unknown_key", "at the items"),
    "no title": ("items:\n  §a: {type: task}\n", "missing", "`title: ...`"),
    "no type": ("items:\n  §a: {title: x}\n", "missing", "`type: task`"),
    "empty title": ("items:\n  a: {type: task, title: §''}\n", "wrong_value", "what the item is about"),
    "title of two lines": (
        "items:\n  a:\n    type: task\n    title: §|\n      one\n      two\n",
        "wrong_value",
        "on one line",
    ),
    "list for a text": ("items:\n  a: {type: task, title: §[x]}\n", "wrong_type", ""),
    "label with a space": (
        "items:\n  a: {type: task, title: x, labels: [ok, §due diligence]}\n",
        "wrong_value",
        "`due_diligence`",
    ),
    "labels are no list": ("items:\n  a: {type: task, title: x, labels: §urgent}\n", "wrong_type", "write [ ]"),
    "labels are null": ("items:\n  a: {type: task, title: x, labels: §null}\n", "null", "write []"),
    "bad date": ("items:\n  a: {type: task, title: x, due: §31.12.2026}\n", "bad_date", "2026-12-24"),
    "no such day": ("items:\n  a: {type: task, title: x, due: §2026-02-30}\n", "bad_date", "month and day"),
    "number in quotes": ("items:\n  a: {type: task, title: x, story_points: §'5'}\n", "wrong_type", "quotes"),
    "nothing after a key": ("items:\n  a:\n    type: task\n    title: x\n    due:§\n", "null", "remove the line"),
    "document without url": ("items:\n  a: {type: task, title: x, documents: [§{title: y}]}\n", "missing", "https://"),
    "document without scheme": (
        "items:\n  a: {type: task, title: x, documents: [§{title: y, url: x.example}]}\n",
        "wrong_value",
        "https://",
    ),
    "unknown owner": ("items:\n  a: {type: task, title: x, ownership: {title: §peple}}\n", "wrong_value", "`people`"),
    "ownership of no field": (
        "items:\n  a: {type: task, title: x, ownership: {titel: §people}}\n",
        "unknown_key",
        "did you mean `title`?",
    ),
    "protect is a text": ("items:\n  a: {type: task, title: x, protect: '§yes'}\n", "unknown_name", "var.yes"),
    # references
    "unknown parent": (
        "items:\n  deal:\n  " + "  type: epic\n    title: y\n  a: {type: task, title: x, parent: §dael}\n",
        "unknown_item",
        "did you mean `deal`?",
    ),
    "key as an address": ("items:\n  a: {type: task, title: x, parent: §OLD-900}\n", "bad_reference", "{key: OLD-900}"),
    "group as parent": (
        "items:\n  g: {type: task, title: x, for_each: [b]}\n  a: {type: task, title: x, parent: §g}\n",
        "bad_reference",
        'g["b"]',
    ),
    "unknown instance": (
        "items:\n  g: {type: task, title: x, for_each: [legal]}\n  a: {type: task, title: x, parent: §g.legl}\n",
        "unknown_item",
        "`legal`",
    ),
    "link to itself": ("items:\n  a: {type: task, title: x, links: {blocks: [§a]}}\n", "bad_reference", "another item"),
    "unwanted target": (
        "items:\n  b: {type: task, title: x, when: false}\n  a: {type: task, title: x, links: {blocks: §b}}\n",
        "unknown_item",
        "same condition",
    ),
    "outside reference with two keys": (
        "items:\n  a: {type: task, title: x, parent: §{key: A-1, id: 4}}\n",
        "bad_reference",
        "exactly one",
    ),
    "circle of parents": (
        "items:\n  a: {type: task, title: x, parent: §b}\n  b: {type: task, title: x, parent: a}\n",
        "cycle",
        "out of the circle",
    ),
    "circle of values": (
        (
            'items:\n  a: {type: task, title: x, due: "${items.b.due}"}\n'
            '  b: {type: task, title: x, due: "${items.a.§due}"}\n'
        ),
        "cycle",
        "write one of these values out",
    ),
    "circle of locals": ('locals:\n  a: "${local.§a}"\nitems:\n  x: {type: task, title: "${local.a}"}\n', "cycle", ""),
    # instances
    "bad instance key": ("items:\n  a: {type: task, title: x, for_each: [§'a b']}\n", "bad_key", "slug"),
    "instance key twice": ("items:\n  a: {type: task, title: x, for_each: [b, §b]}\n", "duplicate_key", "remove one"),
    "for_each over a text": ("items:\n  a: {type: task, title: x, for_each: §b}\n", "wrong_type", "[a, b]"),
    "for_each and matrix": (
        "items:\n  a: {type: task, title: x, for_each: [b], matrix: §{c: [d]}}\n",
        "wrong_value",
        "axis",
    ),
    "axis called key": ("items:\n  a: {type: task, title: x, matrix: {§key: [d]}}\n", "bad_name", "meaning"),
    "when is a number": ("items:\n  a: {type: task, title: x, when: §5}\n", "wrong_type", "compare it"),
    # expressions
    "unknown name": ('items:\n  a: {type: task, title: "x ${§company}"}\n', "unknown_name", "`var.company`"),
    "unknown variable": ('items:\n  a: {type: task, title: "x ${var.§company}"}\n', "unknown_name", "holds nothing"),
    "unknown function": ('items:\n  a: {type: task, title: "x ${§uper(1)}"}\n', "unknown_function", "`upper`"),
    "wrong argument": ('items:\n  a: {type: task, title: "x ${upper(§5)}"}\n', "wrong_type", "upper(text)"),
    "too few arguments": ('items:\n  a: {type: task, title: "x ${§join([1])}"}\n', "expression", "join(list, ', ')"),
    "method call": ('items:\n  a: {type: task, title: "x ${§workspace.name.upper()}"}\n', "expression", "upper(x)"),
    "open expression": ('items:\n  a: {type: task, title: "x §${var.a"}\n', "syntax", "missing `}`"),
    "no operator": ('items:\n  a: {type: task, title: "x ${§1 2}"}\n', "syntax", "operator"),
    "null from an expression": ('items:\n  a: {type: task, title: x, assignee: §"${null}"}\n', "null", "`omit`"),
    "each outside": ('items:\n  a: {type: task, title: "x ${§each.key}"}\n', "unknown_name", "for_each"),
    "known after apply in a title": (
        'items:\n  b: {type: task, title: y}\n  a: {type: task, title: §"x ${items.b.key}"}\n',
        "known_after_apply",
        "description",
    ),
    "expression in the second line of a block": (
        "items:\n  a:\n    type: task\n    title: x\n    description: |\n      one\n      two ${§nope}\n",
        "unknown_name",
        "var.nope",
    ),
    "expression over several lines": (
        "items:\n  a:\n    type: task\n    title: x\n    description: |\n      ${ [1,\n         §nope] }\n",
        "unknown_name",
        "var.nope",
    ),
    "unknown calendar": (
        (
            "calendars: {london: {}}\n"
            "items:\n  a: {type: task, title: x, due: \"${workdays('2026-01-01', 1, §'lodon')}\"}\n"
        ),
        "unknown_name",
        "`london`",
    ),
    # variables and calendars
    "missing variable": ("variables:\n  §a: {type: string}\n", "missing_variable", "RECONCILER_VAR_A"),
    "no variable type": ("variables:\n  §a: {default: 1}\n", "missing", "`type: string`"),
    "bad variable type": ("variables:\n  a: {type: §strng, default: x}\n", "wrong_value", "`string`"),
    "variable key": ("variables:\n  a: {type: string, §defualt: x}\n", "unknown_key", "`default`"),
    "variable shorthand": ("variables:\n  a: §string\n", "wrong_type", "{type: string}"),
    "default of another type": (
        "variables:\n  a: {type: number, default: §'$40,000,000'}\n",
        "wrong_type",
        "write 40000000",
    ),
    "default not in one_of": (
        "variables:\n  a: {type: string, one_of: [low, high], default: §hihg}\n",
        "not_one_of",
        "`high`",
    ),
    "failed check": ("variables:\n  a: {type: number, check: value > 0, default: §-1}\n", "check_failed", "value > 0"),
    "yes for a flag": ("variables:\n  a: {type: bool, default: §yes}\n", "wrong_type", "true or false"),
    "expression as a default": ('variables:\n  a: {type: string, default: §"${1}"}\n', "wrong_value", "`locals`"),
    "message without check": ("variables:\n  a: {type: string, message: §x, default: x}\n", "missing", "check"),
    "bad weekday": ("calendars: {a: {weekend: [§Saturday]}}\n", "wrong_value", "`sat`"),
    "bad holiday": ("calendars: {a: {holidays: [§25.12.2026]}}\n", "bad_date", "2026-12-24"),
    "calendar is a list": ("calendars: {a: §[sat]}\n", "wrong_type", "weekend:"),
    "weekend is a text": ("calendars: {a: {weekend: §sat}}\n", "wrong_type", "write [ ]"),
    "weekend is the week": (
        "calendars: {a: {weekend: §[mon, tue, wed, thu, fri, sat, sun]}}\n",
        "wrong_value",
        "leave out",
    ),
    "one_of is a text": ("variables:\n  a: {type: string, one_of: §x, default: x}\n", "wrong_type", "[a, b]"),
    "message is a list": ("variables:\n  a: {type: string, check: 'true', message: §[x]}\n", "wrong_type", ""),
    "expression in a list as a default": (
        'variables:\n  a: {type: any, default: [b, {c: §"${1}"}]}\n',
        "wrong_value",
        "",
    ),
    "list for a single value": ("variables:\n  a: {type: string, default: §[x]}\n", "wrong_type", ""),
    "null for a text": ("variables:\n  a: {type: list(string), default: [§null]}\n", "wrong_type", '""'),
    "local that is left out": (
        'locals: {a: §"${omit}"}\nitems: {x: {type: task, title: "${local.a}"}}\n',
        "wrong_value",
        "a value",
    ),
    "folded text": (
        "items:\n  a:\n    type: task\n    title: x\n    description: >\n      one\n      two\n      ${§nope} three\n",
        "unknown_name",
        "var.nope",
    ),
    "the second of two": ('items:\n  a: {type: task, title: "${1} ${§b} ${b}"}\n', "unknown_name", "var.b"),
    "escaped text": ('items:\n  a: {type: task, title: "\\x41\\x42 ${§nope}"}\n', "unknown_name", "var.nope"),
    "expression broken by an escape": (
        "items:\n  a: {type: task, title: \"${join(['a'], §'\\n')}\"}\n",
        "syntax",
        "write \\\\n",
    ),
    "calendar key": ("calendars: {a: {§holiday: []}}\n", "unknown_key", "`holidays`"),
}


@pytest.mark.parametrize(("text", "code", "hint"), CASES.values(), ids=CASES)
def test_a_mistake_is_told_with_its_place(
    text: str, code: str, hint: str, mistakes: Callable[..., tuple[Diagnostic, ...]]
) -> None:
    """The diagnostic has a stable code, points at the character, shows the line and says what to do."""
    before = (HEAD + text).partition("§")[0]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = mistakes(text.replace("§", ""))
    told = [each for each in found if each.code == code]
    assert told, found
    place = told[0].place
    assert place is not None
    assert (place.file, place.line, place.column) == ("main.yaml", line, column)
    assert hint in told[0].hint
    assert told[0].snippet == (HEAD + text).replace("§", "").split("\n")[line - 1][:300]
    assert not told[0].summary.endswith(".")


PROVIDERS: dict[str, tuple[str, str, str]] = {
    "credentials": ("jira: {project: A, §api_token: x}", "secret_in_spec", "RECONCILER_JIRA_URL"),
    "a url": ("jira: {§url: 'https://x.example'}", "secret_in_spec", "environment"),
    "unknown status": ("jira: {statuses: {§in_reveiw: x}}", "unknown_key", "`in_review`"),
    "two names for a type": ("jira: {types: {epic: §[a, b]}}", "wrong_type", "without [ ]"),
    "bad alias": ("jira: {fields: {§Amount: x}}", "bad_name", "small letters"),
    "fields are a list": ("jira: {fields: §[x]}", "wrong_type", "{word: Its name there}"),
    "a list for a name": ("jira: {project: §[x]}", "wrong_type", ""),
    "a text for a block": ("jira: §INVEST", "wrong_type", "{project: KEY}"),
    "a local in a block": ('jira: {project: "${§local.x}"}', "unknown_name", "var"),
}


@pytest.mark.parametrize(("text", "code", "hint"), PROVIDERS.values(), ids=PROVIDERS)
def test_a_provider_block_has_only_what_a_spec_may_say(
    text: str, code: str, hint: str, mistakes: Callable[..., tuple[Diagnostic, ...]]
) -> None:
    """A block that names a site or a secret, or a word that maps nothing, is refused where it stands."""
    whole = "workspace: {name: a, id: b}\nproviders:\n  " + text + "\n"
    (told, *_) = mistakes(whole.replace("§", ""), head="")
    assert told.code == code
    assert told.place is not None
    assert (told.place.line, told.place.column) == (3, whole.split("\n")[2].index("§") + 1)
    assert hint in told.hint


WORKSPACES: dict[str, tuple[str, str, str]] = {
    "none": ("items: {}\n", "missing", "reconciler init"),
    "no id": ("workspace: {name: a}\n", "missing", "reconciler init"),
    "no name": ("workspace: {id: a}\n", "missing", "name: deals"),
    "two words": ("workspace: {name: my deals, id: a}\n", "wrong_value", "letters"),
    "previous name": ("workspace: {name: a, id: b, previous_name: c}\n", "not_in_this_version", "remove"),
    "unknown key": ("workspace: {name: a, id: b, instnce: c}\n", "unknown_key", "`instance`"),
    "bad instance": ("workspace: {name: a, id: b, instance: 'a b'}\n", "wrong_value", "slug"),
    "a text": ("workspace: a\nitems: {}\n", "wrong_type", "keys and values"),
    "twice": ("workspace: {name: a, id: b}\nworkspace: {name: a, id: b}\n", "duplicate_key", "remove"),
}


@pytest.mark.parametrize(("text", "code", "hint"), WORKSPACES.values(), ids=WORKSPACES)
def test_a_workspace_says_who_it_is(
    text: str, code: str, hint: str, mistakes: Callable[..., tuple[Diagnostic, ...]]
) -> None:
    """Name and id are needed and plain; an instance can stand in a file's name and a marker."""
    (told, *_) = mistakes(text, head="")
    assert told.code == code
    assert hint in told.hint


def test_all_mistakes_are_told_at_once_in_order(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """One mistake hides no other, in one item or in several, and they come in the order of the file."""
    found = mistakes(
        "items:\n"
        "  a: {type: task, titel: x, labels: [a b, c d], due: soon}\n"
        "  b: {type: task, title: '${nope}', story_points: many, parent: c}\n"
        "  c: {type: task, title: x, ownership: {due: me, start: you}}\n"
    )
    assert [each.place.line for each in found if each.place] == [4] * 5 + [5] * 2 + [6] * 2
    assert [each.code for each in found][:2] == ["missing", "unknown_key"]


def test_values_of_names_are_shown(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """Somebody who reads that a number is needed sees which value was there instead."""
    (told,) = mistakes(
        "variables: {amount: {type: string, default: many}}\n"
        "items:\n  a: {type: task, title: x, story_points: '${var.amount + 1}'}\n"
    )
    assert told.values == {"var.amount": '"many"'}


def test_instances_repeat_no_mistake(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """A mistake that a hundred instances share is told once, and says how often it was met."""
    (told,) = mistakes("items:\n  a: {type: task, title: x, for_each: '${range(100)}', due: soon}\n")
    assert "99 more times" in told.detail


def test_a_broken_value_breaks_no_other_silently(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """Whatever reads a value with a mistake says nothing more: the cause is told once, at its place."""
    (told,) = mistakes(
        "locals: {a: '${nope}'}\n"
        "items:\n"
        "  x: {type: task, title: '${local.a}', due: '${local.a}'}\n"
        "  y: {type: task, title: '${items.x.title}'}\n"
    )
    assert told.code == "unknown_name"
    assert told.place is not None
    assert told.place.line == 3


def test_a_thousand_mistakes_are_enough(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """A file of nonsense ends in a list that somebody can still scroll, and says that it is not all."""
    found = mistakes("items:\n" + "".join(f"  i{n}: {{type: task, title: x, bogus: 1}}\n" for n in range(1500)))
    assert len(found) == 1001
    assert [each.code for each in found if each.severity == "note"] == ["too_many"]


def test_two_files_give_both_places(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """An address that two files claim is shown with both places."""
    (told,) = mistakes(
        "items: {deal: {type: task, title: x}}\n", files={"more.yaml": "items: {deal: {type: task, title: y}}\n"}
    )
    assert told.code == "duplicate_address"
    assert str(told.place) == "more.yaml:1:9"
    assert "main.yaml:3:9" in told.detail


def test_a_workspace_is_declared_once(mistakes: Callable[..., tuple[Diagnostic, ...]]) -> None:
    """Two files that each declare it are shown with both places."""
    (told,) = mistakes("", files={"more.yaml": "workspace: {name: deals, id: w-2}\n"})
    assert (told.code, str(told.place)) == ("duplicate_key", "more.yaml:1:1")
    assert "main.yaml:1:1" in told.detail


def test_the_exception_says_what_it_carries() -> None:
    """Text and diagnostics of the exception are the same findings."""
    finding = Diagnostic("error", "x", "something is wrong")
    problem = SpecError([finding])
    assert str(problem) == "error: something is wrong"
    assert diagnostics_of(problem) == (finding,)
