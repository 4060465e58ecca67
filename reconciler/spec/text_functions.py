"""The functions that make texts, and those that read the workspace's files."""

from __future__ import annotations

import re
import unicodedata

from reconciler.spec.arguments import BadArgument, Surroundings, as_list, as_number, as_plain_text, take
from reconciler.spec.configuration import Template
from reconciler.spec.problems import ValueProblem
from reconciler.spec.values import as_text, shown

__all__ = ["join", "lower", "money", "read_csv", "read_file", "replace", "slug", "split", "upper"]


def money(_: Surroundings, amount: object, currency: object) -> str:
    """An amount with its currency: `USD 1,250,000`; cents where there are any."""
    number, code = take(0, as_number, amount), take(1, as_plain_text, currency)
    if not re.fullmatch("[A-Z]{3}", code):
        raise BadArgument(1, ValueProblem(f"{shown(code)} is not a currency's code", hint="write 'USD', 'EUR', 'GBP'"))
    return f"{code} {number:,.0f}" if float(number).is_integer() else f"{code} {number:,.2f}"


def slug(here: Surroundings, text: object) -> str:
    """Small letters, digits and hyphens alone."""
    given = take(0, as_plain_text, text)
    here.spend(len(given))
    ascii_text = unicodedata.normalize("NFKD", given).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
    if not made:
        raise BadArgument(
            0, ValueProblem(f"nothing of {shown(given)} can stand in a slug", hint="use letters a to z or digits")
        )
    return made


def join(here: Surroundings, elements: object, separator: object) -> object:
    """The elements as one text."""
    if isinstance(elements, str) and isinstance(separator, tuple):
        raise BadArgument(0, ValueProblem("the list comes first", hint="write join(list, ', ')"))
    texts = [take(0, as_text, each) for each in take(0, as_list, elements)]
    between = take(1, as_plain_text, separator)
    if any(isinstance(each, Template) for each in texts):
        raise BadArgument(
            0,
            ValueProblem(
                "it holds a text that is known after apply", code="known_after_apply", hint="put it into a text"
            ),
        )
    here.spend((sum(map(len, texts)) + len(between) * len(texts)) // 16)
    return between.join(texts)


def split(here: Surroundings, text: object, separator: object) -> tuple[str, ...]:
    """The parts of a text."""
    given, between = take(0, as_plain_text, text), take(1, as_plain_text, separator)
    if not between:
        raise BadArgument(1, ValueProblem("an empty separator", hint="write ',' for one"))
    here.spend(len(given))
    return tuple(given.split(between))


def upper(here: Surroundings, text: object) -> str:
    """The text in capitals."""
    given = take(0, as_plain_text, text)
    here.spend(len(given) // 16)
    return str(given.upper())


def lower(here: Surroundings, text: object) -> str:
    """The text in small letters."""
    given = take(0, as_plain_text, text)
    here.spend(len(given) // 16)
    return str(given.lower())


def replace(here: Surroundings, text: object, old: object, new: object) -> str:
    """The text with every `old` made `new`."""
    given, before, after = take(0, as_plain_text, text), take(1, as_plain_text, old), take(2, as_plain_text, new)
    if not before:
        raise BadArgument(1, ValueProblem("an empty text can't be replaced", hint="name what should be replaced"))
    here.spend((len(given) + given.count(before) * len(after)) // 16)
    return str(given.replace(before, after))


def read_file(here: Surroundings, path: object) -> str:
    """The text of a file of the workspace."""
    text: str = take(0, lambda given: here.file(as_plain_text(given)), path)
    here.spend(len(text) // 16)
    return text


def read_csv(here: Surroundings, path: object) -> tuple[dict[str, object], ...]:
    """The rows of a CSV file as maps of texts, named by its first row."""
    import csv

    text = read_file(here, path)
    here.spend(len(text) // 64)
    rows = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        made = tuple(dict(row) for row in rows)
    except csv.Error as problem:
        raise BadArgument(0, ValueProblem(f"line {rows.line_num} of {path} is not CSV: {problem}")) from problem
    for number, row in enumerate(made, 2):
        if None in row or None in row.values():
            raise BadArgument(
                0, ValueProblem(f"row {number} of {path} has not as many values as the first row has names")
            )
    return made
