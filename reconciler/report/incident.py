"""What became of reported incidents, for a person and for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from reconciler.diagnostics import Diagnostic
from reconciler.report.records import reports
from reconciler.report.style import Line, Span, Style, line, to_text
from reconciler.report.text import columns, safe, wrapped
from reconciler.state.records import Sightings

__all__ = ["IncidentReport", "IncidentResult", "ReportedIncident", "incident_data", "render_incidents"]

IncidentResult: TypeAlias = Literal["created", "counted", "resolved", "ignored", "failed", "unsettled"]
"""`ignored`: the end of an incident that has no item."""


@dataclass(frozen=True, slots=True)
class ReportedIncident:
    """What became of one incident of a payload.

    Attributes:
        sightings: its reports as far as they are known; `None` where it has no item.
        key, url: of its item; empty where there is none.
        problems: what did not go as it should, in words.
    """

    address: str
    title: str
    result: IncidentResult
    sightings: Sightings | None = None
    key: str = ""
    url: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """What became of a payload.

    Attributes:
        form: whose it is: PagerDuty, Opsgenie, Alertmanager, Grafana, Datadog, generic or mapped.
        ignored: what in it neither begins an incident nor ends one, in words.
        diagnostics: what of it could not be read or is passed over, and what the items lack.
    """

    form: str
    incidents: tuple[ReportedIncident, ...]
    ignored: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something could not be done."""
        return any(each.result == "failed" for each in self.incidents)

    @property
    def in_part(self) -> bool:
        """Whether something is left: it is not known what became of it, or the platform did not keep all of it."""
        return any(each.result == "unsettled" or each.problems for each in self.incidents)


_LOOKS: Final[dict[IncidentResult, tuple[str, Style]]] = {
    "created": ("+", "added"),
    "counted": ("~", "changed"),
    "resolved": ("✓", "added"),
    "ignored": ("·", "quiet"),
    "failed": ("✗", "alarm"),
    "unsettled": ("?", "alarm"),
}


def incident_data(report: IncidentReport) -> dict[str, Any]:
    """A report as JSON says it."""
    return {
        "format": report.form,
        "incidents": [
            {
                "address": each.address,
                "title": each.title,
                "result": each.result,
                "count": each.sightings.count if each.sightings else 0,
                "exact": each.sightings is None or each.sightings.exact,
                "key": each.key or None,
                "url": each.url or None,
                "problems": list(each.problems),
            }
            for each in report.incidents
        ],
        "ignored": list(report.ignored),
    }


def render_incidents(report: IncidentReport, *, color: bool, width: int) -> str:
    """Each incident with what became of it; what in the payload was none; at least one line."""
    lines = [row for each in report.incidents for row in _incident(each, _widths(report.incidents), width)]
    lines += [line("  ", Span("· ", "quiet"), safe(f"{each}: nothing to do")) for each in report.ignored]
    lines = lines or [line("  ", Span("· ", "quiet"), "nothing in it is an incident that can be read")]
    return to_text(lines, color=color)


def _widths(incidents: Sequence[ReportedIncident]) -> tuple[int, int]:
    return (
        max(columns(safe(each.address)) for each in incidents),
        max(columns(safe(each.key)) for each in incidents),
    )


def _incident(incident: ReportedIncident, widths: tuple[int, int], width: int) -> Iterator[Line]:
    sign, style = _LOOKS[incident.result]
    address, key = f"{safe(incident.address):<{widths[0]}}", f"{safe(incident.key):<{widths[1]}}"
    yield line("  ", Span(f"{sign} ", style), Span(address, "strong"), f"  {key}  ", _words(incident))
    for text in (incident.title, incident.url, *incident.problems):
        for row in wrapped(safe(text), width - 6) if text else ():
            yield line("      ", row)


def _words(incident: ReportedIncident) -> str:
    match incident.result:
        case "counted" if incident.sightings is not None:
            return reports(incident.sightings)
        case "resolved":
            return "reported as resolved"
        case "ignored":
            return "resolved, and it has no item"
        case "unsettled":
            return "sent, and not known to have arrived; report it again to find out"
    return incident.result
