"""A chart of a team's past sprints as an SVG document: what each committed to beside what it completed.

It tells its numbers in words for those who can't see it, follows the reader's dark or light setting, needs no font from
elsewhere, and tells the two kinds of bars apart by pattern as well as by colour.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from reconciler.report.text import counted, safe
from reconciler.report.velocity_words import amount_text, last_day, number, size_of, summary_texts
from reconciler.sdk import Measures, Sprint, Velocity

__all__ = ["velocity_svg"]

_LEFT: Final = 56
_RIGHT: Final = 24
_TOP: Final = 116
_PLOT: Final = 220
_BOTTOM: Final = 68
_SLOT: Final = 108
_BAR: Final = 32
_LEAST: Final = 640
_LETTER: Final = 7.5
"""How wide a letter of a label is, in user units, on the average."""
_TITLE_LETTER: Final = 10.5
_STEPS: Final = (1, 2, 5)

_STYLE: Final = """\
text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; fill: #1f2733 }
.title { font-size: 17px; font-weight: 600 } .quiet { font-size: 12px; fill: #5b6675 }
.page { fill: #ffffff } .rule { stroke: #d9dee6 } .axis, .hatch { stroke: #5b6675 }
.mean { stroke: #1f2733; stroke-dasharray: 6 4 }
.committed { fill: url(#hatch); stroke: #5b6675 } .completed { fill: #1a7f4b }
.value { font-weight: 600; stroke: #ffffff; stroke-width: 4px; paint-order: stroke }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e8ef } .quiet { fill: #a3adbd } .page { fill: #161b26 } .rule { stroke: #333c4c }
  .axis, .hatch, .committed { stroke: #a3adbd } .mean { stroke: #e4e8ef } .completed { fill: #4cc38a }
  .value { stroke: #161b26 }
}"""


def velocity_svg(days: int, velocity: Velocity, measures: Measures) -> str:
    """Draw the sprints, oldest first; without any, the picture says so."""
    sprints, unit = velocity.sprints, velocity.unit
    width = max(_LEAST, _LEFT + _RIGHT + _SLOT * len(sprints))
    height = _TOP + _PLOT + _BOTTOM
    title = f"Velocity of {velocity.team.name or velocity.team.id}"
    count = counted(len(sprints), "sprint") if sprints else "no sprint"
    when = f"{count} that ended in the last {counted(days, 'day')}, in {unit or 'items'}"
    drawn = "\n".join(_drawn(velocity, measures, width)) if sprints else ""
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" \
aria-labelledby="title desc">
<title id="title">{_escaped(title)}</title>
<desc id="desc">{_escaped(_told(when, velocity, measures))}</desc>
<style>
{_STYLE}
</style>
<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
<line class="hatch" x1="0" y1="0" x2="0" y2="6" stroke-width="2"/></pattern></defs>
<rect class="page" width="{width}" height="{height}" rx="8"/>
<text class="title" x="{_LEFT}" y="34">{_fitted(title, (width - _LEFT - _RIGHT) * _LETTER / _TITLE_LETTER)}</text>
<text class="quiet" x="{_LEFT}" y="56">{_fitted(when, width - _LEFT - _RIGHT)}</text>
{drawn}
</svg>
"""


def _told(when: str, velocity: Velocity, measures: Measures) -> str:
    """All that the picture shows, in words."""
    sprints = (f"{_said(each, velocity.unit)}." for each in velocity.sprints)
    numbers = (f"{what or 'Completed'}: {text}." for what, text in summary_texts(velocity, measures))
    return "\n".join([f"{when}.", *sprints, *numbers])


def _drawn(velocity: Velocity, measures: Measures, width: int) -> Iterator[str]:
    sprints, unit = velocity.sprints, velocity.unit
    step, top = _scale(max(max(size_of(each.committed, unit), size_of(each.completed, unit)) for each in sprints))
    for index in range(round(top / step) + 1):
        y = _height(index * step, top)
        yield f'<line class="{"rule" if index else "axis"}" x1="{_LEFT}" y1="{y}" x2="{width - _RIGHT}" y2="{y}"/>'
        yield f'<text class="quiet" x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{number(index * step)}</text>'
    series = measures.points if unit else measures.items
    if series is not None:
        y = _height(series.mean, top)
        yield f'<line class="mean" x1="{_LEFT}" y1="{y}" x2="{width - _RIGHT}" y2="{y}"/>'
    slot = (width - _LEFT - _RIGHT) / len(sprints)
    for index, each in enumerate(sprints):
        yield from _bars(each, unit, _LEFT + slot * (index + 0.5), slot, top)
    yield from _legend()


def _bars(sprint: Sprint, unit: str, middle: float, slot: float, top: float) -> Iterator[str]:
    yield "<g>"
    yield f"<title>{_escaped(_said(sprint, unit))}</title>"
    bars = (("committed", sprint.committed, middle - _BAR - 2), ("completed", sprint.completed, middle + 2))
    for kind, amount, x in bars:
        size = size_of(amount, unit)
        y = _height(size, top)
        said = "?" if amount is None else number(size)
        yield f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{_BAR}" height="{_TOP + _PLOT - y:.1f}"/>'
        yield f'<text class="value" x="{x + _BAR / 2:.1f}" y="{y - 6:.1f}" text-anchor="middle">{said}</text>'
    bottom = _TOP + _PLOT
    name = textwrap.wrap(sprint.name, int((slot - 8) / _LETTER), max_lines=2, placeholder="…")
    for row, text in enumerate(name):
        yield f'<text x="{middle:.1f}" y="{bottom + 20 + 16 * row}" text-anchor="middle">{_escaped(text)}</text>'
    y = bottom + 22 + 16 * len(name)
    yield f'<text class="quiet" x="{middle:.1f}" y="{y}" text-anchor="middle">{last_day(sprint)}</text>'
    yield "</g>"


def _said(sprint: Sprint, unit: str) -> str:
    committed, completed = (amount_text(each, unit) for each in (sprint.committed, sprint.completed))
    return f"{sprint.name}: committed {committed}; completed {completed}"


def _legend() -> Iterator[str]:
    y, x = 70, _LEFT
    for kind in ("committed", "completed"):
        yield f'<rect class="{kind}" x="{x}" y="{y}" width="12" height="12"/>'
        yield f'<text class="quiet" x="{x + 18}" y="{y + 10}">{kind}</text>'
        x += 94
    yield f'<line class="mean" x1="{x}" y1="{y + 6}" x2="{x + 22}" y2="{y + 6}"/>'
    yield f'<text class="quiet" x="{x + 28}" y="{y + 10}">mean completed</text>'


def _scale(most: float) -> tuple[float, float]:
    """The step between two rules and the topmost: at most six steps of 1, 2 or 5 times a power of ten."""
    if most <= 0:
        return 1.0, 1.0
    power = 10.0 ** math.floor(math.log10(most / 6))
    step = next(each * power for each in (*_STEPS, 10) if each * power * 6 >= most)
    return step, step * math.ceil(most / step)


def _height(size: float, top: float) -> float:
    """Where a bar of a size ends, from the picture's upper edge."""
    return round(_TOP + _PLOT * (1 - size / top), 1)


def _fitted(text: str, width: float) -> str:
    """A text in so much room, cut where it is longer."""
    most = int(width / _LETTER)
    return _escaped(text if len(text) <= most else f"{text[: most - 1]}…")


def _escaped(text: str) -> str:
    return escape("\n".join(safe(each) for each in text.split("\n")))
