"""What an apply did, for a person who waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reconciler.plan.document import ActionKind
from reconciler.plan.results import ApplyDocument, ApplyResult, ResultKind
from reconciler.report.changes import annotated
from reconciler.report.heading import workspace_title
from reconciler.report.style import BLANK, Line, Span, Style, line, to_text
from reconciler.report.text import safe, wrapped

__all__ = ["render_results"]

_FOLD: Final = 40

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
    for each in (*done[:_FOLD], *others):
        lines.extend(_result(each, width))
    if len(done) > _FOLD:
        lines.append(line("  ", Span(f"… {len(done) - _FOLD:,} more done; `--format json` lists all", "quiet")))
    if document.results:
        lines.append(BLANK)
    return to_text([*lines, _summary(document)], color=color)


def _result(result: ApplyResult, width: int) -> Iterator[Line]:
    sign, style, note = _LOOKS[result.result]
    head = line("  ", Span(f"{sign} ", style), Span(safe(result.address), "strong"))
    if result.key:
        head = (*head, Span(f"  {safe(result.key)}"))
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
