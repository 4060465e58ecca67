"""YAML text -> values with places: YAML 1.2's core rules, and budgets that hostile files meet."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.spec.nodes import ListNode, MapNode, Node, Scalar, plain
from reconciler.spec.problems import Findings, Mistake
from reconciler.spec.reader import MOST_BYTES, MOST_DEPTH, read
from reconciler.spec.scalars import resolve


def read_text(text: str, findings: Findings | None = None) -> Node | None:
    """Read a text that has no mistakes, unless the findings are given."""
    mine = findings or Findings()
    node = read("m.yaml", text.encode(), mine)
    assert findings or not mine.all()
    return node


def values(text: str) -> Any:
    """The plain values of a text."""
    node = read_text(text)
    return plain(node) if node else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("-7", -7),
        ("+7", 7),
        ("1_000", "1_000"),
        ("1.10", 1.1),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("12:30:45", "12:30:45"),
        ("2026-01-02", "2026-01-02"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        ("0b1", "0b1"),
        ("~", None),
        ("Null", None),
        ("", None),
        ("True", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("9" * 500 + "x", "9" * 500 + "x"),
    ],
)
def test_plain_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    """What teams write in specs means what YAML 1.2 says: `no` is a text, `010` is ten, a date stays text."""
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_not_a_number_is_one() -> None:
    """`.nan` is the number that is none."""
    assert math.isnan(float(resolve(".nan") or 0))


def test_a_text_keeps_how_it_was_written() -> None:
    """A version number that looks like a number can be had as it stands."""
    node = read_text("a: 1.10")
    assert isinstance(node, MapNode)
    scalar = node.get("a")
    assert isinstance(scalar, Scalar)
    assert (scalar.value, scalar.text) == (1.1, "1.10")


def test_every_value_knows_its_place() -> None:
    """Lines and columns count from 1, in characters; keys have places of their own."""
    node = read_text("é: 1\nitems:\n  - x\n  - {ключ: 'y'}\n")
    assert isinstance(node, MapNode)
    elements = node.get("items")
    assert isinstance(elements, ListNode)
    inner = elements.elements[1]
    assert isinstance(inner, MapNode)
    assert str(elements.elements[0].place) == "m.yaml:3:5"
    assert str(inner.entries["ключ"].key.place) == "m.yaml:4:6"
    assert str(inner.entries["ключ"].value.place) == "m.yaml:4:12"


_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)
_data = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts.filter(bool), inner, max_size=4),
    max_leaves=12,
)


def as_tuples(data: Any) -> Any:
    """Lists as the reader gives them."""
    if isinstance(data, list):
        return tuple(as_tuples(each) for each in data)
    return {key: as_tuples(each) for key, each in data.items()} if isinstance(data, dict) else data


@given(st.dictionaries(_texts.filter(bool), _data, min_size=1, max_size=4), st.booleans())
def test_what_pyyaml_writes_is_read_back(data: dict[str, Any], flow: bool) -> None:
    """For texts in quotes and values that YAML 1.1 and 1.2 agree on, block and flow."""
    text = yaml.dump(data, allow_unicode=True, default_style=None, default_flow_style=flow, sort_keys=False)
    node = read("m.yaml", text.encode(), Findings())
    ours = plain(node) if node else None
    theirs = YAML(typ="safe", pure=True).load(text)
    if _agrees(theirs, data):
        assert ours == as_tuples(data)


def _agrees(left: Any, right: Any) -> bool:
    """Whether an independent reader of YAML 1.2 sees what was written, and all keys are texts."""
    return bool(left == right and type(left) is type(right))


def test_an_empty_text_holds_nothing() -> None:
    """A file of comments alone is no mistake."""
    assert read_text("") is None
    assert read_text("# later\n") is None


def test_the_byte_order_mark_is_no_text() -> None:
    """Files that Windows editors save are read."""
    assert plain(read("m.yaml", b"\xef\xbb\xbfa: 1", Findings()) or pytest.fail("nothing")) == {"a": 1}


def test_aliases_stand_for_their_anchor() -> None:
    """A value that is written once can be used twice."""
    assert values("a: &x [1, 2]\nb: *x\nc: &y z\nd: *y") == {"a": (1, 2), "b": (1, 2), "c": "z", "d": "z"}


def test_a_comment_that_cuts_a_text_is_a_warning() -> None:
    """`Ticket #4` loses its number to YAML, which says nothing about it."""
    findings = Findings()
    read_text("a: Ticket #4 for us\nb: fine # comment\nc: 5 #five\nd: 'quoted #4'\n", findings)
    (told,) = findings.all()
    assert (told.severity, told.code) == ("warning", "cut_by_comment")
    assert "#4 for us" in told.summary
    assert str(told.place) == "m.yaml:1:11"


def billion_laughs() -> str:
    """Nine aliases of nine aliases, nine times."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (billion_laughs(), "too_large"),
        ("[" * 100_000, "too_deep"),
        ("a:\n" + "".join(" " * n + "- \n" for n in range(1, 200)), "too_deep"),
        ("{a: " * 5_000, "too_deep"),
        ("- " * 5_000 + "x", "too_deep"),
        ("a: &a [*a]", "alias_cycle"),
        ("a: " + "9" * 100_000, "too_large"),
        ("a: x\0", "syntax"),
        ("%YAML 3.0\n---\na: 1", "syntax"),
    ],
)
def test_hostile_files_end_quickly(text: str, code: str) -> None:
    """A file that means harm is refused with words, at once."""
    began = time.process_time()
    with pytest.raises(Mistake) as caught:
        read("m.yaml", text.encode(), Findings())
    assert caught.value.diagnostic.code == code
    assert time.process_time() - began < 2


def test_depth_within_the_budget_is_read() -> None:
    """The limit is where it is said to be."""
    assert read_text("[" * MOST_DEPTH + "]" * MOST_DEPTH) is not None


def test_a_file_too_large_is_not_parsed() -> None:
    """Size is looked at first."""
    with pytest.raises(Mistake) as caught:
        read("m.yaml", b"x" * (MOST_BYTES + 1), Findings())
    assert caught.value.diagnostic.code == "too_large"


def test_a_file_that_is_not_utf_8_names_the_line() -> None:
    """A file in another encoding is refused where its first foreign byte is."""
    with pytest.raises(Mistake) as caught:
        read("m.yaml", b"a: 1\nb: \xff", Findings())
    assert str(caught.value.diagnostic.place) == "m.yaml:2:1"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text at all makes the reader fail in any other way than with a diagnostic."""
    data = text.encode("utf-8", "replace")
    try:
        found = read("m.yaml", data, Findings())
        line = found.line if found else 1
    except Mistake as problem:
        line = problem.diagnostic.place.line if problem.diagnostic.place else 0
    assert 1 <= line <= text.count("\n") + text.count("\r") + 1 + sum(text.count(each) for each in "\x85\u2028\u2029")
