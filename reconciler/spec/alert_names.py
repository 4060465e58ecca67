"""What `alert` means in the templates of incidents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from reconciler.alerts.texts import closed, defused, fenced
from reconciler.sdk import Incident
from reconciler.sdk.incident import SEVERITIES
from reconciler.spec.values import OMIT, Namespace

__all__ = ["ALERT_NAMES", "SAMPLES", "AlertRules", "alert_names"]

ALERT_NAMES: Final[Mapping[str, str]] = {
    "title": "What happened, on one line.",
    "severity": "How bad it is, in the tool's own word; empty where it says nothing.",
    "priority": "The priority that `severities` give that word; left out where they give none.",
    "at": "When it happened, as 2026-11-23 17:05 UTC; of an alert without a time, when it was reported.",
    "date": "The day of that, for `workdays(alert.date, 2)`.",
    "components": "What is hit: a list.",
    "owner": "Who owns the first component that `owners` know; left out where they know none.",
    "dedupe_key": "Equal for all reports of one incident.",
    "url": "Its page in the tool; empty where there is none.",
    "source": "The tool, or what it watches.",
    "labels": "What else the tool says: a map. `get(alert.labels, 'team', 'nobody')`.",
    "text": "What the tool says about it.",
    "logs": "Lines of a log as a block of code, cut to what fits.",
    "report": "All of this as Markdown: what a description says by default.",
}
"""The names below `alert`, and what each is."""

_TEXT: Final = 8_000
_SHOWN_LABELS: Final = 30


@dataclass(frozen=True, slots=True)
class AlertRules:
    """What a template says of severities and owners: by small letters, priorities and people."""

    severities: Mapping[str, str]
    owners: Mapping[str, str]

    def priority(self, severity: str) -> str | None:
        """The priority that a severity means; `None` where nobody says."""
        word = severity.casefold()
        return self.severities.get(word) or SEVERITIES.get(word)

    def owner(self, components: tuple[str, ...]) -> str | None:
        """Who owns the first of these that anybody owns."""
        known = (self.owners.get(each.casefold()) for each in components)
        return next((each for each in known if each), self.owners.get("*"))


def alert_names(incident: Incident, reported: datetime, room: int, rules: AlertRules) -> Namespace:
    """Give `alert` its meaning.

    Args:
        reported: when the report came, for one that does not say when it happened.
        room: characters of logs that are shown; their end is kept.
    """
    at = (incident.at or reported).astimezone(UTC)
    logs = fenced(incident.logs, room)
    text = closed(incident.text if len(incident.text) <= _TEXT else f"{incident.text[:_TEXT]}…")
    values: dict[str, object] = {
        "title": incident.title,
        "severity": incident.severity,
        "priority": rules.priority(incident.severity) or OMIT,
        "at": f"{at:%Y-%m-%d %H:%M} UTC",
        "date": at.date(),
        "components": incident.components,
        "owner": rules.owner(incident.components) or OMIT,
        "dedupe_key": defused(incident.dedupe_key),
        "url": incident.url,
        "source": incident.source,
        "labels": incident.labels,
        "text": text,
        "logs": logs,
        "report": _report(incident, f"{at:%Y-%m-%d %H:%M} UTC", text, logs),
    }
    return Namespace("part of an alert called", tuple(values), values.__getitem__)


def _report(incident: Incident, at: str, text: str, logs: str) -> str:
    facts = (
        ("Severity", incident.severity),
        ("Source", incident.source),
        ("At", at),
        ("Components", ", ".join(incident.components)),
        ("Page", f"<{incident.url}>" if incident.url else ""),
    )
    labels = [f"{key}: {value}" for key, value in list(incident.labels.items())[:_SHOWN_LABELS]]
    parts = (
        "\n".join(f"- **{name}:** {' '.join(value.split())}" for name, value in facts if value),
        text,
        f"Labels: {', '.join(f'`{_plain(each)}`' for each in labels)}" if labels else "",
        logs,
    )
    return "\n\n".join(each for each in parts if each)


def _plain(label: str) -> str:
    """A label on one line, fit to stand between backticks."""
    return " ".join(label.replace("`", "'").split())[:200]


class _AnyLabels(Mapping[str, str]):
    """Labels of which any may be asked for: which ones an alert has, nobody knows before it comes."""

    def __getitem__(self, key: str) -> str:
        return "2026-01-01"

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


SAMPLES: Final = (
    (
        Incident(
            "Checkout is slow",
            "sample",
            severity="critical",
            text="p99 above 2 s",
            logs="timeout",
            components=("the checkout",),
            url="https://alerts.example/1",
            source="a sample",
            labels=_AnyLabels(),
        ),
        "",
    ),
    (
        Incident("Mail", "another", at=datetime(2026, 2, 2, tzinfo=UTC)),
        "It happens with an alert that says nothing but its title, and a template has to fit that too.",
    ),
)
"""An alert that says everything, and one that says next to nothing; each with what to say of mistakes that it shows."""
