"""An alert as a payload tells of it, and the incident that it is; what is wanting or can't be read is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from reconciler.alerts.picking import at, first, is_nothing, text
from reconciler.alerts.texts import defused
from reconciler.diagnostics import Diagnostic, warning
from reconciler.sdk import Incident

__all__ = ["Alert", "Told", "Unnamed", "incident_of", "passed_over"]

_TITLE: Final = 200
_SHOWN: Final = 60
_URL: Final = re.compile(r"https?://[^\s<>\"\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as a payload tells of it.

    Attributes:
        titles: what may be its title, by the field that it stands in; the first that says anything is.
        keys: the same, for its deduplication key.
        times: the same, for when it happened; the first that can be read.
        pages: the same, for its page; the first that is a URL.
        severity, text, logs, components, source, labels, resolved: as in `Incident`.
    """

    titles: Mapping[str, Any]
    keys: Mapping[str, Any]
    times: Mapping[str, Any] = field(default_factory=dict)
    pages: Mapping[str, Any] = field(default_factory=dict)
    severity: str = ""
    text: str = ""
    logs: str = ""
    components: tuple[str, ...] = ()
    source: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    resolved: bool = False


Told: TypeAlias = Alert | Diagnostic | str
"""What a payload tells, in its order: alerts, warnings, and in words what neither begins nor ends an incident."""


class Unnamed(Exception):
    """An alert has no title, or nothing that tells it from others; the message says so."""


def passed_over(what: str, why: str) -> Diagnostic:
    """Say that no item is made of something of which one should be."""
    return warning("passed_over", f"{what} is passed over: {why}", hint="look at what the tool is set up to send")


def incident_of(alert: Alert, form: str) -> tuple[Incident, tuple[Diagnostic, ...]]:
    """Make the incident, with its texts defused and a title of one line; and say what could not be read.

    Args:
        alert: as the payload tells of it.
        form: whose payload that is, as `Alerts.form` says it.

    Raises:
        Unnamed: it has no title, or no key.
    """
    title = _one_line(_named(form, "a title", alert.titles))
    key = _named(form, "anything to tell it from others", alert.keys)
    when, bad_times = _time(title, alert.times)
    page, bad_pages = _page(title, alert.pages)
    incident = Incident(
        title,
        key,
        severity=defused(alert.severity),
        at=when,
        text=defused(alert.text),
        logs=alert.logs,
        components=tuple(map(defused, alert.components)),
        url=page,
        source=defused(alert.source),
        labels={defused(name): defused(value) for name, value in alert.labels.items()},
        resolved=alert.resolved,
    )
    return incident, (*bad_times, *bad_pages)


def _named(form: str, what: str, places: Mapping[str, Any]) -> str:
    said = first(*places.values())
    if not said:
        *others, last = (f"`{each}`" for each in places)
        fields = f"{', '.join(others)} or {last}" if others else last
        whose = "the payload" if form in {"mapped", "generic"} else f"{form}'s payload"
        raise Unnamed(f"{whose} has an alert without {what}: nothing stands at {fields}")
    return said


def _one_line(title: str) -> str:
    said = " ".join(defused(title).split()) or "An alert"
    return said if len(said) <= _TITLE else f"{said[: _TITLE - 1]}…"


def _time(title: str, places: Mapping[str, Any]) -> tuple[datetime | None, tuple[Diagnostic, ...]]:
    bad: list[str] = []
    for name, value in places.items():
        try:
            if found := at(value):
                return found, ()
        except ValueError:
            bad.append(name)
    hint = "write ISO 8601, as 2026-11-23T17:00:00Z, or seconds since 1970; the time of the report stands in for it"
    return None, tuple(_unreadable(title, "time", name, places[name], hint) for name in bad[:1])


def _page(title: str, places: Mapping[str, Any]) -> tuple[str, tuple[Diagnostic, ...]]:
    said = {name: value for name, value in places.items() if not is_nothing(value)}
    found = next((url for each in said.values() if _URL.fullmatch(url := text(each))), "")
    if found:
        return found, ()
    hint = "a page's URL begins with https:// or http://, and has no blanks"
    return "", tuple(_unreadable(title, "page", name, said[name], hint) for name in list(said)[:1])


def _unreadable(title: str, what: str, name: str, value: Any, hint: str) -> Diagnostic:
    said = defused(str(value))
    shown = repr(said if len(said) <= _SHOWN else f"{said[: _SHOWN - 1]}…")
    return warning("unreadable", f"the {what} of {title!r} can't be read: `{name}` is {shown}", hint=hint)
