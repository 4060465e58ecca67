"""Expressions: what they give, what they refuse, and that no text makes them do anything else."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.spec.budget import Budget
from reconciler.spec.calendars import WEEKENDS_ONLY, Calendar, add_days, add_months
from reconciler.spec.configuration import ItemAttribute, Template
from reconciler.spec.evaluator import Evaluator
from reconciler.spec.expressions import parse
from reconciler.spec.problems import ValueProblem
from reconciler.spec.templates import parse as parse_template
from reconciler.spec.templates import render
from reconciler.spec.values import OMIT, deep_size

LATER = Template((ItemAttribute("deal", "key"),))
NAMES: Mapping[str, object] = {
    "var": {
        "amount": 40_000_000,
        "stage": "term_sheet",
        "close": date(2026, 12, 31),
        "leads": {"legal": "l.gray@fund.example"},
        "rows": ({"id": "a", "n": 1}, {"id": "b", "n": 2}),
        "nothing": None,
        "later": LATER,
    },
}
FILES = {"deals.csv": "id,name\na,Acme\nb,Globex\n", "bad.csv": "id,name\na\n", "broken.csv": 'id\n"x'}


def evaluator() -> Evaluator:
    """An evaluator with a budget of its own."""
    return Evaluator(NAMES, Budget(), lambda _: WEEKENDS_ONLY, FILES.__getitem__)


def value(text: str) -> object:
    """Work an expression out."""
    return evaluator().evaluate(parse(text))


def text_of(text: str) -> object:
    """Work a text with expressions in it out."""
    return render(parse_template(text), evaluator().evaluate)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 if var.amount > 10_000_000 else 3", 8),
        ("var.stage in ['term_sheet', 'closed'] and not false", True),
        ("var.nothing or 'x'", "x"),
        ("1 < 2 <= 2 != 3", True),
        ("2 < 1 < nothing_is_read_here if false else 0", None),
        ("'a' + 'b' + upper('c')", "abC"),
        ("[1] + [2, 3]", (1, 2, 3)),
        ("-7 // 2, +1", None),
        ("-7 // 2", -4),
        ("7 % 4 + 7 / 2", 6.5),
        ("'text'[1]", "e"),
        ("'text'[-2:]", "xt"),
        ("[1, 2, 3][:2]", (1, 2)),
        ("var.rows[1]['n']", 2),
        ("{'a': 1, 'b': {'c': 2}}.b.c", 2),
        ("[x * 2 for x in range(5) if x > 2]", (6, 8)),
        ("{k: len(var.leads[k]) for k in var.leads}", {"legal": 19}),
        ("sum(r.n for r in var.rows)", 3),
        ("'legal' in var.leads", True),
        ("'err' in 'terror'", True),
        ("'x' not in [1, 'y']", True),
        ("[2 >= 2, 'b' > 'a', 1 <= 0, var.close < var.close]", (True, True, False, False)),
        ("min(var.close, '2026-01-01')", None),
        ("days('2026-02-27', 2)", date(2026, 3, 1)),
        ("months('2026-01-31', 1)", date(2026, 2, 28)),
        ("months('2026-01-31', -2)", date(2025, 11, 30)),
        ("workdays(var.close, -1)", date(2026, 12, 30)),
        ("workdays('2026-05-01', 1)", date(2026, 5, 4)),
        ("workdays('2026-05-02', 0)", date(2026, 5, 4)),
        ("workdays('2026-05-01', 0, '')", date(2026, 5, 1)),
        ("days_between('2026-01-01', '2026-02-01')", 31),
        ("end_of_month('2028-02-10')", date(2028, 2, 29)),
        ("quarter('2026-04-01')", 2),
        (
            "format_date('2026-03-05', '%A %d %B %Y, %a %b %y %m %j %V 100%%')",
            "Thursday 05 March 2026, Thu Mar 26 03 064 10 100%",
        ),
        ("money(1250000, 'USD')", "USD 1,250,000"),
        ("money(0.5, 'EUR')", "EUR 0.50"),
        ("slug('Ünïted  Robots & Co.')", "united-robots-co"),
        ("join(['a', 1, 2.0, true, var.close], '/')", "a/1/2/true/2026-12-31"),
        ("split('a,b', ',')", ("a", "b")),
        ("lower(replace('A_B', '_', ' '))", "a b"),
        ("get(var.leads, 'tax', 'none')", "none"),
        ("get(var.leads, 'tax')", None),
        ("get([1, 2], 5, 0)", 0),
        ("get([1, 2], -1)", 2),
        ("lookup(var.leads, 'legal')", "l.gray@fund.example"),
        ("merge({'a': 1, 'b': 1}, {'b': 2})", {"a": 1, "b": 2}),
        ("keys({'b': 1, 'a': 2}) + values({'c': 3})", ("b", "a", 3)),
        ("keys(by(var.rows, 'id'))", ("a", "b")),
        ("by(csv('deals.csv'), 'id').b.name", "Globex"),
        ("len(file('deals.csv'))", 24),
        ("range(2, 5)", (2, 3, 4)),
        ("range(5, 2)", ()),
        ("unique([1, 'a', 1, 1.0, 'a'])", (1, "a", 1.0)),
        ("sorted(['b', 'a'])", ("a", "b")),
        ("[min(3, 1), max([1, 2]), round(2.567, 1), round(2.5), sum([])]", (1, 2, 2.6, 2, 0)),
        ("var.close > '2026-12-24' and '2026-12-31' == var.close", True),
        ("omit", OMIT),
        ("null == None and true == True", True),
        ("[var.amount,\n 1][1]", 1),
        ("'}' + \"'\" + '\\n'", "}'\n"),
    ],
)
def test_expressions_give_what_they_say(text: str, expected: object) -> None:
    """Operators, parts, comprehensions and every function."""
    if expected is None and not text.startswith("get"):
        with pytest.raises(ValueProblem):
            value(text)
    else:
        assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "offset", "words"),
    [
        ("var.amount.__class__", 11, "no `__class__`"),
        ("().__class__.__bases__", 0, "[ ]"),
        ("[].append(1)", 0, "functions can be called"),
        ("''.__class__", 3, "no `__class__`"),
        ("__import__('os')", 0, "no function `__import__`"),
        ("__builtins__", 0, "no name"),
        ("lambda: 1", 0, "functions can't be made"),
        ("(x := 1)", 1, ":="),
        ("f'{1}'", 0, "f-texts"),
        ("b'x'", 0, "bytes"),
        ("1j", 0, "complex"),
        ("...", 0, "ellipsis"),
        ("{1, 2}", 0, "key"),
        ("{**{}}", 0, "**"),
        ("[*[1]]", 1, "`*`"),
        ("max(*[1])", 4, "`*`"),
        ("{x for x in [1]}", 0, "set"),
        ("[[y for y in [1]] for x in [1]]", 0, "inside of another"),
        ("[x for x in [1] for y in [2]]", 0, "inside of another"),
        ("[x for x, y in [1]]", 0, "one name"),
        ("[var for var in [1]]", 9, "meaning already"),
        ("join(list=[1])", 0, "names"),
        ("await x", 0, ""),
        ("1 is 1", 5, "`is`"),
        ("1 << 9", 5, "`<<`"),
        ("9 ** 9 ** 9", 5, "`**`"),
        ("~1", 1, "`~`"),
        ("'a' * 1000000000", 0, "a text * a number"),
        ("[0] * 1000000000", 0, "a list * a number"),
        ("'%9999999d' % 1", 0, "a text % a number"),
        ("true + 1", 0, "true or false + a number"),
        ("999999999999 * 999999999999", 0, "too large"),
        ("1e308 * 10", 0, "finite"),
        ("1e999", 0, "digits"),
        ("1 / 0", 0, "zero"),
        ("1" * 60, 0, "digits"),
        ("1" * 5000, None, "5000 characters"),
        ("range(10000000)", 0, "too much work"),
        ("[x for x in range(190000)]", 0, "too much work"),
        ("join(range(90000), 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')", 0, "too much work"),
        ("(" * 300 + "1" + ")" * 300, None, ""),
        ("-" * 3000 + "1", 0, "parts in each other"),
        ("+".join("1" * 1900), 0, "parts in each other"),
        ("not " * 900 + "1", 0, "parts in each other"),
        ("[" * 150 + "]" * 150, 0, "parts in each other"),
        ("workdays('2026-01-01', 99999999)", 0, "century"),
        ("days('9999-12-31', 1)", 0, "no date"),
        ("months('0001-01-01', -1)", 0, "no date"),
        ("workdays('9999-12-31', 5)", 0, "no date"),
        ("replace('aaa', '', 'b')", 15, "empty"),
        ("split('a', '')", 11, "empty"),
        ("format_date('2026-01-01', '%Q')", 26, "%Q"),
        ("money(1, 'dollars')", 9, "currency"),
        ("slug('!')", 5, "slug"),
        ("join('-', [1])", 5, "list comes first"),
        ("join([var.later], '')", 5, "known after apply"),
        ("join(5, ',')", 5, "a list is needed"),
        ("unique(var)", 7, "a list is needed"),
        ("merge(5)", 6, "a map is needed"),
        ("sum(['1'])", 4, "a number is needed"),
        ("days(5, 1)", 5, "a date is needed"),
        ("upper(null)", 6, "null"),
        ("upper(var.close)", 10, "a date"),
        ("upper(omit)", 6, "omit"),
        ("upper(range(1000))", 6, "a list of 1000"),
        ("[range(9000) for x in range(30)]", 1, "too much work"),
        ("[var.rows for x in range(40000)]", 0, "too large"),
        ("sorted([1, 'a'])", 7, "order"),
        ("sorted([[1], [2]])", 7, "order"),
        ("min([])", 4, "empty list"),
        ("len(5)", 4, "length"),
        ("round(1.5, 99)", 11, "digits"),
        ("days('2026-01-01', 1.5)", 19, "whole number"),
        ("by(var.rows, 'nope')", 13, "no `nope`"),
        ("by([{'a': 1}, {'a': 1}], 'a')", 3, "two rows"),
        ("lookup(var.leads, 'leagl')", 18, "leagl"),
        ("csv('bad.csv')", 4, "as many values"),
        ("csv('broken.csv')", 4, "not CSV"),
        ("var.later == 'x'", 0, "can't be compared"),
        ("var.later and true", 0, "neither true nor false"),
        ("var.later * 2", 0, "no meaning"),
        ("var.close - 1", 0, "a date - a number"),
        ("'a' + 1", 0, "a text + a number"),
        ("[1] + {}", 0, "a list + a map"),
        ("'a' < 1", 0, "no order"),
        ("1 in 5", 0, "does not look"),
        ("'x'[5]", 0, "no place 5"),
        ("'x'['a']", 0, "is a number"),
        ("{'a': 1}[1]", 0, "a key is a text"),
        ("{1: 2}", 1, "a key is a text"),
        ("[1, 2][::2]", 0, "cut out"),
        ("[1, 2]['a':]", 0, "whole numbers"),
        ("-'a'", 0, "number is needed"),
        ("[x for x in 5]", 0, "goes over"),
        ("[y for x in [1]]", 1, "no name `y`"),
        ("var.leads.leagl", 10, "no `leagl`"),
        ("upper", 0, "is a function"),
        ("modules.x", 0, "not in this version"),
        ("local.x", 0, "can't be used here"),
        ("", None, "empty"),
        ("1 # one", 2, "#"),
        ("a) + (b", 1, "closes nothing"),
        ("'a", 0, "never closed"),
    ],
)
def test_what_is_refused_says_where_and_why(text: str, offset: int | None, words: str) -> None:
    """Nothing outside the language is worked out, however it is written, and none of it takes long."""
    began = time.process_time()
    with pytest.raises(ValueProblem) as caught:
        value(text)
    assert time.process_time() - began < 2
    assert words in caught.value.summary
    assert caught.value.offset == offset or offset is None


_numbers = st.integers(-1000, 1000).map(str) | st.sampled_from(["0.5", "2.25", "1e3"])
_arithmetic = st.recursive(
    _numbers,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner)
        | st.builds("(-{})".format, inner)
        | st.builds(
            "({} if {} {} {} else {})".format, inner, inner, st.sampled_from(["<", "<=", "==", "!="]), inner, inner
        )
    ),
    max_leaves=8,
)
_texts = st.recursive(
    st.text("abc' {}$\\\"é", max_size=4).map(repr),
    lambda inner: (
        st.builds("({} + {})".format, inner, inner)
        | st.builds("[{}, {}][{}]".format, inner, inner, st.sampled_from(["0", "1", "-1"]))
        | st.builds("{}[{}:{}]".format, inner, st.integers(-3, 3), st.integers(-3, 3))
        | st.builds("({} if {} in {} else {})".format, inner, inner, inner, inner)
    ),
    max_leaves=6,
)


@given(_arithmetic | _texts)
def test_python_says_the_same(text: str) -> None:
    """On what both know, the evaluator and Python's own agree."""
    try:
        expected = eval(text, {"__builtins__": {}})
    except (ZeroDivisionError, OverflowError):
        with pytest.raises(ValueProblem):
            value(text)
        return
    assume(not isinstance(expected, (int, float)) or abs(expected) < 1e17)
    try:
        ours = value(text)
    except ValueProblem as problem:
        assume(problem.code != "budget")
        raise
    assert ours == expected
    assert type(ours) is type(expected)


@given(st.text(st.sampled_from("${}'\"()[]\\ab1+,.:# \n"), max_size=30))
def test_any_text_is_worked_out_or_refused(text: str) -> None:
    """No text makes a template fail in any other way, and a place that is given lies in the text."""
    offset: int | None = 0
    try:
        text_of(text)
    except ValueProblem as problem:
        offset = problem.offset
    assert offset is None or 0 <= offset <= len(text)


@given(st.text(max_size=30))
def test_an_escaped_text_is_itself(text: str) -> None:
    """`$${` is the way to write any text whatever."""
    assume(not text.endswith("$"))
    assume("$$" not in text)
    assert text_of(text.replace("${", "$${")) == text


@given(st.text(max_size=30))
def test_values_are_never_scanned_again(text: str) -> None:
    """What a variable holds is put in as it is, be it an expression."""
    names = {"var": {"x": text}}
    own = Evaluator(names, Budget(), lambda _: WEEKENDS_ONLY, FILES.__getitem__)
    assert render(parse_template("a ${var.x} b"), own.evaluate) == f"a {text} b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${var.amount}", 40_000_000),
        ("${var.amount}!", "40000000!"),
        ("${'}'} ${ {'a': '{'}['a'] }", "} {"),
        ("$${var.amount} ${1}", "${var.amount} 1"),
        ("cost: $5", "cost: $5"),
        ("", ""),
        ("${2.0} ${0.1} ${1 == 1} ${var.close}", "2 0.1 true 2026-12-31"),
        ("${var.later}", LATER),
        (
            "see ${var.later}, ${var.later}",
            Template(("see ", ItemAttribute("deal", "key"), ", ", ItemAttribute("deal", "key"))),
        ),
        ("${'see ' + var.later}", Template(("see ", ItemAttribute("deal", "key")))),
    ],
)
def test_texts_are_put_together(text: str, expected: object) -> None:
    """One whole expression keeps its type, others become text; what is known after apply stays a part."""
    assert text_of(text) == expected


@pytest.mark.parametrize(
    ("text", "offset", "words"),
    [
        ("a ${null}", 4, "null"),
        ("a ${[1]}", 4, "a list"),
        ("a ${omit}", 4, "omit"),
        ("a ${var}", 4, "a map"),
        ("ab ${", 3, "never closed"),
        ("ab ${}", 5, "empty"),
        ("ab ${nope}", 5, "nope"),
    ],
)
def test_what_is_no_text_is_refused(text: str, offset: int, words: str) -> None:
    """Nothing is put into a text that has no one way to be said there."""
    with pytest.raises(ValueProblem) as caught:
        text_of(text)
    assert caught.value.offset == offset
    assert words in caught.value.summary


def test_all_expressions_share_a_budget() -> None:
    """Many small pieces of work are too much as well as one large piece."""
    own = Evaluator(NAMES, Budget(100), lambda _: WEEKENDS_ONLY, FILES.__getitem__)
    own.evaluate(parse("range(60)"))
    with pytest.raises(ValueProblem, match="together"):
        own.evaluate(parse("range(60)"))


def test_shared_parts_are_counted_each_time() -> None:
    """A value of thirty lists in each other stands for a billion elements, and is measured in no time."""
    nested: Any = ("x",)
    for _ in range(30):
        nested = (nested, nested)
    assert deep_size(nested, 1000) == 1000
    assert deep_size({"a": ("b", "c" * 32)}, 1000) == 6


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(-400, 400),
    st.sets(st.dates(date(2000, 1, 1)), max_size=5),
)
def test_working_days_go_there_and_back(start: date, count: int, holidays: set[date]) -> None:
    """A day reached by working days is worked, as many working days lie between, and the way back leads home."""
    calendar = Calendar(frozenset((5, 6)), frozenset(holidays))
    start = calendar.shift(start, 0)
    end = calendar.shift(start, count)
    assert calendar.is_workday(end)
    assert calendar.shift(end, -count) == start
    low, high = sorted((start, end))
    between = sum(calendar.is_workday(add_days(low, n)) for n in range((high - low).days))
    assert between == abs(count)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(-500, 500))
def test_months_keep_the_day_or_end_the_month(start: date, count: int) -> None:
    """The day of the month stays, unless the month is shorter."""
    end = add_months(start, count)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
    assert end.day == start.day or add_days(end, 1).month != end.month


def test_a_calendar_without_working_days_ends() -> None:
    """A calendar on which nobody ever works is a mistake, not a loop."""
    with pytest.raises(ValueProblem, match="no working day"):
        Calendar(frozenset(range(7)), frozenset()).shift(date(2026, 1, 1), 1)
