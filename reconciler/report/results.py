"""What an apply did, for a person who waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reconciler.plan.document import ActionKind
from reconciler.plan.results import ApplyDocument, ApplyResult, ResultKind
from reconciler.report.changes import annotated
from reconciler.report.heading import workspace_title
from reconciler.report.style import BLANK, Line, Span, Style, line, to_text
from reconciler.report.text import columns, safe, wrapped

__all__ = ["render_results"]

_FOLD: Final = 40
_ADDRESS_COLUMNS: Final = 40

_PAST: Final[dict[ActionKind, str]] = {
    "create": "created",
    "update": "updated",
    "adopt": "adopted",
    "move": "moved",
    "close": "closed",
    "delete": "deleted",
    "forget": "forgotten",
}

_LOOKS: Final[dict[ResultKind, tuple[str, Style, str]]] = {
    "done": ("✓", "added", ""),
    "skipped": ("·", "changed", "skipped, nothing was sent"),
    "failed": ("✗", "alarm", "failed"),
    "unsettled": ("?", "alarm", "sent, and not known to have arrived; the next run finds out"),
    "not_kept": ("!", "changed", "written, but the platform did not keep all of it"),
}


def render_results(document: ApplyDocument, *, color: bool, width: int) -> str:
    """Each item with what became of it, what went wrong in full, and the counts.

    Args:
        width: of the terminal, in columns.
    """
    done = [each for each in document.results if each.result == "done"]
    others = [each for each in document.results if each.result != "done"]
    lines = [line(Span(f"Apply of {workspace_title(document.workspace)}", "strong")), BLANK]
    shown = (*done[:_FOLD], *others)
    address_column = min(max((columns(safe(each.address)) for each in shown), default=0), _ADDRESS_COLUMNS)
    key_column = max((columns(safe(each.key or "")) for each in shown), default=0)
    for each in shown:
        lines.extend(_result(each, address_column, key_column, width))
    if len(done) > _FOLD:
        lines.append(line("  ", Span(f"… {len(done) - _FOLD:,} more done; `--format json` lists all", "quiet")))
    if document.results:
        lines.append(BLANK)
    return to_text([*lines, _summary(document)], color=color)


def _result(result: ApplyResult, address_column: int, key_column: int, width: int) -> Iterator[Line]:
    sign, style, note = _LOOKS[result.result]
    address, key = f"{safe(result.address):<{address_column}}", f"  {safe(result.key or ''):<{key_column}}"
    head = line("  ", Span(f"{sign} ", style), Span(address, "strong"), key)
    words = note or f"{_PAST[result.action]}  {result.url or ''}".rstrip()
    first, *under = annotated([head], words, width)
    yield first
    for more in under:
        yield line("      ", *more)
    for problem in result.problems:
        for row in wrapped(problem, width - 6):
            yield line("      ", row)


def _summary(document: ApplyDocument) -> Line:
    counts = document.summary.model_dump()
    words = [f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items() if number or name == "done"]
    return line(Span("Apply: ", "strong"), f"{', '.join(words)}.")
