"""What the language says about promises that the engine keeps: null."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.diagnostics import Diagnostic

Mistakes = Callable[..., tuple[Diagnostic, ...]]


@pytest.mark.parametrize(
    ("field", "word"), [("due: '${null}'", "due"), ("fields: {amount: '${get({}, \"x\", null)}'}", "fields.amount")]
)
def test_an_expression_that_gives_null_is_an_error(field: str, word: str, mistakes: Mistakes) -> None:
    """Only a literal null clears a field: an expression that gives null names the field and the expression."""
    (told,) = mistakes(f"items:\n  a: {{type: task, title: A}}\n  b:\n    type: task\n    title: B\n    {field}\n")
    assert told.summary.startswith(f"`{word}` is null: ${{")
    assert told.hint == "`omit` leaves the field alone; only a literal null clears it"
    assert told.place is not None
    assert told.place.line == 8
