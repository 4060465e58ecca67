"""What `doctor` found, for a person whose sign-in does not work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.report.style import Line, Span, line, to_text
from reconciler.report.text import safe

__all__ = ["Probe", "render_probes"]


@dataclass(frozen=True, slots=True)
class Probe:
    """One check of a provider: what was looked at, what was found, and what to do where it failed.

    `required` says that nothing works without it. `value` is what was measured, as a number: reads of ten, seconds,
    or whether it is so.
    """

    provider: str
    what: str
    ok: bool
    found: str
    hint: str = ""
    required: bool = True
    value: float | None = None


def render_probes(probes: Sequence[Probe], *, color: bool) -> str:
    """One line a check, by provider; a failed one with its remedy."""
    first = max((len(each.what) for each in probes), default=0)
    lines: list[Line] = []
    provider = ""
    for each in probes:
        if each.provider != provider:
            provider = each.provider
            lines.append(line(Span(safe(provider), "strong")))
        sign = Span("✓", "added") if each.ok else Span("✗", "alarm") if each.required else Span("·", "changed")
        lines.append(line("  ", sign, Span(f" {safe(each.what):<{first}}  {safe(each.found)}")))
        if each.hint:
            lines.extend(line(Span(f"    {safe(text)}", "quiet")) for text in each.hint.splitlines())
    return to_text(lines, color=color)
