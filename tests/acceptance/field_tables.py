"""The support matrices of `docs/fields.md`, from the cases that prove them.

`python -m acceptance.field_tables`, run in `tests/`, writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from acceptance.field_cases import CASES, PLATFORMS, Case
from acceptance.field_kinds import KINDS

from reconciler.spec.vocabulary import FIELDS

__all__ = ["cells", "table", "table_of_kinds"]


def cells() -> Iterator[tuple[str, str]]:
    """Every word and platform."""
    return ((word, platform) for platform in CASES for word in (*CASES[platform], *KINDS[platform]))


def table() -> str:
    """The support matrix of the language's own fields, in Markdown."""
    return _table("Field", {f"`{word}`": [CASES[platform][word] for platform in PLATFORMS] for word in FIELDS})


def table_of_kinds() -> str:
    """The support matrix of custom fields, in Markdown."""
    kinds = KINDS["jira"]
    return _table("Kind", {kind.replace("_", " "): [KINDS[each][kind] for each in PLATFORMS] for kind in kinds})


def _table(heading: str, rows: Mapping[str, list[Case]]) -> str:
    lines = (f"| {word} | {' | '.join(each.cell for each in cases)} |" for word, cases in rows.items())
    return "\n".join((f"| {heading} | {' | '.join(PLATFORMS.values())} |", "|---|---|---|", *lines, ""))


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n{table_of_kinds()}")
