"""A picture of a plan as a terminal shows it, for pages that can't run one. Needs no font from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from reconciler.plan.document import PlanDocument
from reconciler.report.style import Line, Span, Style, line
from reconciler.report.terminal import plan_lines
from reconciler.report.text import columns

__all__ = ["plan_svg"]

_WIDTH: Final = 88
_LAST_ROWS: Final = 3
_CELL: Final = 8.4
_ROW: Final = 19
_LEFT: Final = 20
_TOP: Final = 58
_FONT: Final = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_FILLS: Final[dict[Style, str]] = {
    "plain": "#d5dae3",
    "strong": "#ffffff",
    "quiet": "#8791a3",
    "added": "#7fd194",
    "changed": "#e6c166",
    "removed": "#f08a85",
    "kept": "#74c7d6",
    "alarm": "#ff7b72",
}
_DOTS: Final[tuple[Style, ...]] = ("removed", "changed", "added")


def plan_svg(document: PlanDocument, *, command: str = "reconciler plan", rows: int = 46) -> str:
    """Draw what `render_plan` prints, under the command that printed it, as an SVG document.

    Args:
        rows: the most that are drawn; of a longer plan the middle is left out, and the picture says so.
    """
    lines = [line(Span("$ ", "quiet"), Span(command, "strong")), (), *_shortened(plan_lines(document, _WIDTH), rows)]
    width, height = round(_LEFT * 2 + _WIDTH * _CELL), _TOP + _ROW * len(lines) + 6
    body = "\n".join(each for number, parts in enumerate(lines) for each in _row(parts, _TOP + _ROW * number))
    dots = "".join(f'<circle cx="{24 + 20 * n}" cy="22" r="6" fill="{_FILLS[each]}"/>' for n, each in enumerate(_DOTS))
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">
<title id="title">{escape(command)}</title>
<rect width="{width}" height="{height}" rx="10" fill="#161b26"/>
<g>{dots}</g>
<g font-family="{_FONT}" font-size="14" xml:space="preserve">
{body}
</g>
</svg>
"""


def _shortened(lines: Sequence[Line], rows: int) -> list[Line]:
    """Leave out whole items from the middle: the cut is at the last blank line that fits."""
    if len(lines) <= rows:
        return list(lines)
    first = max((n for n, each in enumerate(lines[: rows - _LAST_ROWS - 1]) if not each), default=0)
    last = [each for each in lines[-_LAST_ROWS:] if each]
    note = line("  ", Span(f"⋮ {len(lines) - first - len(last):,} more lines", "quiet"))
    return [*lines[: first + 1], note, (), *last]


def _row(parts: Line, y: int) -> Iterator[str]:
    column = 0
    for span in parts:
        wide = columns(span.text)
        bare = span.text.strip(" ")
        if bare:
            x = _LEFT + (column + len(span.text) - len(span.text.lstrip(" "))) * _CELL
            weight = ' font-weight="bold"' if span.style in {"strong", "alarm"} else ""
            # The length keeps the columns straight whichever font there is.
            yield (
                f'<text x="{x:.1f}" y="{y}" fill="{_FILLS[span.style]}"{weight} '
                f'textLength="{columns(bare) * _CELL:.1f}" lengthAdjust="spacingAndGlyphs">{escape(bare)}</text>'
            )
        column += wide
