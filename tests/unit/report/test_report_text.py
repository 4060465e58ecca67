"""Text from elsewhere does no harm, and long text is cut with a note."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.diagnostics import Diagnostic, Place, diagnostics_of
from reconciler.errors import Refused
from reconciler.plan.document import Action, FieldChange, PlanDocument
from reconciler.report.diagnostics import diagnostic_lines, render_diagnostics
from reconciler.report.document import json_document, json_line
from reconciler.report.terminal import render_plan
from reconciler.report.text import columns, cut, safe, wrapped
from reconciler.report.values import awaited_text, shown


def test_escapes_are_shown_not_sent() -> None:
    """A title can't colour, move or clear the terminal, nor turn the direction of what follows."""
    assert safe("\x1b[2Jred\x07\u202egnp\u2028\x9b31m") == "\\x1b[2Jred\\x07\\u202egnp\\u2028\\x9b31m"


def test_letters_of_all_scripts_stay() -> None:
    """Accents, wide letters, joined emoji and joiners that a script needs are left alone."""
    text = "Prüfung 広い 👩‍💻 می‌خواهم"
    assert safe(text) == text


@given(st.text())
def test_no_text_holds_a_control_character(text: str) -> None:
    """Whatever comes in, nothing that a terminal obeys goes out, and it can be encoded."""
    shown_text = safe(text)
    assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in shown_text)
    shown_text.encode()
    assert safe(shown_text) == shown_text


@given(st.text(max_size=200).map(safe), st.integers(8, 100))
def test_cut_text_fits(text: str, width: int) -> None:
    """A text that is cut fits the width; one that fits is whole."""
    assert columns(cut(text, width)) <= width
    assert cut(text, width) == text or columns(text) > width


def test_a_cut_says_how_much_is_missing() -> None:
    """The reader knows how much more there is; where there is no room for that, that there is more."""
    assert cut("a" * 100, 40) == "a" * 21 + "… (+79 characters)"
    assert cut("a" * 100, 10) == "aaaaaaaaa…"


def test_wide_letters_take_two_columns() -> None:
    """Columns line up with wide and combining letters."""
    assert [columns(each) for each in ("wide", "広い", "e\u0301", "👩‍💻")] == [4, 4, 1, 4]


def test_a_long_word_stays_whole() -> None:
    """A URL that is longer than a line can still be copied; paragraphs stay apart."""
    url = "https://fund.example/" + "x" * 60
    assert wrapped(f"see {url}\n\nand\tmore", 40) == ["see", url, "", "and more"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "(empty)"),
        ("", '""'),
        ("todo", "todo"),
        ("In Progress", '"In Progress"'),
        (12000000.0, "12000000"),
        (2.5, "2.5"),
        (True, "true"),
        (["a", "b c"], 'a, "b c"'),
        ([], "(empty)"),
        ([{"a": 1}], '[{"a": 1}]'),
        ({"title": "Data room", "url": "https://data.example"}, "Data room <https://data.example>"),
        ({"id": "4711"}, "id 4711"),
        ({"a": "\x1b"}, '{"a": "\\u001b"}'),
    ],
)
def test_values_in_words(value: object, words: str) -> None:
    """Each form of value reads as a person would write it."""
    assert shown(value) == words  # type: ignore[arg-type]


def test_what_is_known_after_apply_reads_as_in_the_spec() -> None:
    """An awaited key is shown as the expression that the spec holds for it."""
    assert awaited_text(["See ", {"address": "deal", "attribute": "key"}]) == "See ${items.deal.key}"
    assert awaited_text("plain") == "plain"
    assert awaited_text([1]) == "1"


def test_hostile_values_reach_no_terminal(make_plan: Callable[..., PlanDocument]) -> None:
    """Whatever a platform's titles, keys, names and URLs hold, a plan's text and JSON hold no escape."""
    bad = "x\x1b]0;owned\x07\u202e\x9b"
    change = FieldChange(field=bad, before=bad, after=bad + "\n" + bad, ownership="spec", reason=bad)
    sets = FieldChange(field="labels", added=(bad,), removed=(bad,), ownership="spec", reason=bad)
    inside = FieldChange(field="f", before={bad: bad}, after={bad: "y", "n": bad}, ownership="spec", reason=bad)
    drift = {"address": bad, "field": bad, "before": bad, "after": None, "by": bad, "at": bad}
    document = make_plan(
        workspace={"name": bad, "id": bad, "instance": bad},
        site=[{"provider": bad, "plugin": bad, "id": bad, "url": bad, "project": bad}],
        targets=[bad],
        actions=[
            Action(
                address=bad,
                previous_address=bad,
                action="update",
                provider=bad,
                key=bad,
                title=bad,
                type=bad,
                reason=bad,
                changes=(change, sets, inside),
            )
        ],
        drift=[{**drift, "kept": True}],
        conflicts=[{"address": bad, "field": bad, "live": bad, "resolution": "spec", "by": bad, "at": bad}],
        requests={bad: {bad: 1}},
        summary={"update": 1},
    )
    for text in (render_plan(document, color=False, width=80), json_document(document)):
        assert not any(each in text for each in "\x1b\x07\u202e\x9b")
    assert json.loads(json_document(document))["workspace"]["name"] == bad


def test_json_is_readable_and_reads_back() -> None:
    """Letters stay as they are in JSON; what can't be seen, and half characters, are escaped, and read back."""
    record = {"text": "Prüfung \u202e \ud83d \U000e0001 \x7f"}
    text = json_line(record)
    assert text == '{"text": "Prüfung \\u202e \\ud83d \\udb40\\udc01 \\u007f"}\n'
    assert json.loads(text) == record


def test_diagnostics_as_json_lines() -> None:
    """A script gets one object a line, with the same eight keys whether there is a place or not."""
    found = [
        Diagnostic("error", "unknown_key", "What", place=Place("main.yaml", 3, 5), hint="Do"),
        Diagnostic("note", "other", "That", detail="two\nlines"),
    ]
    first, second = (json.loads(each) for each in diagnostic_lines(found).splitlines())
    assert (first["file"], first["line"], first["column"], first["hint"]) == ("main.yaml", 3, 5, "Do")
    assert second == {
        "severity": "note",
        "code": "other",
        "summary": "That",
        "detail": "two\nlines",
        "file": None,
        "line": None,
        "column": None,
        "hint": "",
    }


def test_a_long_summary_stays_behind_its_rule() -> None:
    """A summary of several lines and a place without its source line are printed as they are."""
    text = render_diagnostics(
        [Diagnostic("note", "x", "word " * 12, place=Place("a.yaml", 1, 1))], color=False, width=40
    )
    assert text.splitlines() == [
        "╷",
        "│ Note: word word word word word word",
        "│ word word word word word word",
        "│",
        "│   on a.yaml, line 1, column 1",
        "╵",
        "",
        "1 note.",
    ]


def test_one_line_that_is_wrong_for_many_items_is_told_once() -> None:
    """With how many more it holds for, and all of them counted; another value or place is another finding."""
    place = Place("main.yaml", 35, 11)

    def found(item: str, value: str, where: Place = place) -> Diagnostic:
        return Diagnostic("error", "bad_value", f"status of {item}: no status is called '{value}'", place=where)

    many = [found("a", "Dnoe"), found("b", "Dnoe"), found("c", "Tood"), found("d", "Dnoe")]
    text = render_diagnostics([*many, found("e", "Dnoe", Place("main.yaml", 9, 1))], color=False, width=80)
    assert text.count("no status is called 'Dnoe'") == 2
    assert text.count("no status is called 'Tood'") == 1
    assert "The same holds for 2 more items of this line." in text
    assert text.splitlines()[-1] == "5 errors."


def test_no_diagnostics_are_no_text() -> None:
    """Where nothing was found, nothing is printed."""
    assert render_diagnostics([], color=True, width=80) == ""
    assert diagnostic_lines([]) == ""


def test_what_to_do_about_several_findings_stands_at_the_last() -> None:
    """An exception that carries findings keeps its own hint, but for a last finding that has one."""
    one, two = Diagnostic("error", "twins", "A is marked"), Diagnostic("error", "twins", "B is marked")
    said = diagnostics_of(Refused("2 items claim it", hint="take one label off", diagnostics=[one, two]))
    assert [each.hint for each in said] == ["", "take one label off"]
    own = Diagnostic("error", "twins", "C is marked", hint="its own")
    assert diagnostics_of(Refused("1 item", hint="take one label off", diagnostics=[own])) == (own,)
    assert [each.hint for each in diagnostics_of(Refused("no", hint="say yes"))] == ["say yes"]
