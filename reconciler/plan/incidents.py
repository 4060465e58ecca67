"""How reports of an incident are counted, and what happens to the item that it has already. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import BadValue
from reconciler.plan.desired import Dialect
from reconciler.plan.document import Action, FieldChange, Leaving, Reported
from reconciler.plan.items import is_done
from reconciler.plan.speech import Speech, find_field
from reconciler.sdk import FieldInfo, Incident, Item, SiteDescription, TypeInfo
from reconciler.spec.configuration import Authored, DesiredItem, Template
from reconciler.state.records import Archive, ItemRecord, RunRecord, Sightings

__all__ = [
    "RESUMED",
    "again",
    "cut_off_run",
    "is_last_report",
    "reported",
    "seen_again",
    "seen_first",
    "without_bad_values",
]


RESUMED: Final = "resumed"
"""Stands among the counts of a run that was cut off, once another has done what it left."""
_SPARED: Final = frozenset(
    ("assignee", "watchers", "priority", "labels", "components", "fix_versions", "sprint", "area")
)
"""Fields without which an incident's item is better than no item, with all of `fields`."""


def without_bad_values(
    draft: DesiredItem, type: TypeInfo, site: SiteDescription, dialect: Dialect
) -> tuple[DesiredItem, tuple[Diagnostic, ...]]:
    """The item without values that the site does not take, and a warning for each: nobody mends a template at night."""
    fields: dict[str, Authored] = {}
    warnings: list[Diagnostic] = []
    for word, authored in draft.fields.items():
        info = find_field(type, word) if word in _SPARED or word.startswith("fields.") else None
        if word == "title":
            authored = replace(authored, value=_cut(authored.value, type.by_word("title")))
        if info is None or authored.value is None or isinstance(authored.value, Template):
            fields[word] = authored
            continue
        many = isinstance(authored.value, (tuple, list))
        taken: list[object] = []
        for value in authored.value if isinstance(authored.value, (tuple, list)) else (authored.value,):
            try:
                dialect.normalize(site, type.ref.id, info.id, value)
                taken.append(value)
            except BadValue as problem:
                options = f"it takes: {', '.join(problem.options)}" if problem.options else ""
                summary = f"{draft.address} is made without its {word}: {problem.summary}"
                hint = problem.hint or options
                warnings.append(warning("left_out", summary, place=authored.place, hint=hint, snippet=authored.snippet))
        if taken:
            fields[word] = replace(authored, value=tuple(taken) if many else taken[0])
    return replace(draft, fields=fields), tuple(warnings)


def seen_first(incident: Incident, now: datetime) -> Sightings:
    """What is known when an incident is reported for the first time."""
    at = _text(incident.at or now)
    return Sightings(1, first=at, last=at, report=_digest(incident))


def seen_again(before: Sightings | None, incident: Incident, now: datetime) -> Sightings:
    """What is known when an incident is reported once more, or its end.

    Args:
        before: `None` where the item is known by its marker alone: it was reported at least once.
    """
    known = before or Sightings(1, exact=False)
    if incident.resolved:
        return replace(known, resolved=known.resolved or _text(now), report=_digest(incident))
    last = max(known.last, _text(incident.at or now))
    return replace(known, count=known.count + 1, last=last, resolved="", report=_digest(incident))


def is_last_report(record: ItemRecord, incident: Incident) -> bool:
    """Whether a report is word for word the last that was counted."""
    return record.sightings is not None and record.sightings.report == _digest(incident)


def cut_off_run(record: ItemRecord, archive: Archive) -> RunRecord | None:
    """The run that counted the last report, if it did not come to its end, and no other has resumed it since.

    Args:
        record: of the incident's item.
        archive: the whole state.
    """
    runs = {each.id: each for each in archive.runs}
    counted = [
        runs.get(each.run)
        for each in archive.operations
        if each.address == record.address and each.after is not None and each.after.sightings == record.sightings
    ]
    last = counted[-1] if counted else None
    if last is None or RESUMED in last.counts or (last.finished_at and last.counts.keys() <= {"done"}):
        return None
    return last


def reported(sightings: Sightings) -> Reported:
    """How a plan says it."""
    return Reported(**asdict(sightings), comment=_comment(sightings))


def again(
    record: ItemRecord,
    live: Item,
    sightings: Sightings,
    wanted: DesiredItem,
    speech: Speech,
    *,
    adopted: bool,
    reopen: bool,
) -> Action:
    """What happens to an item whose incident is reported once more: its comment, and its status where it is to reopen.

    Args:
        live: with its status.
        wanted: what the template makes of this report.
        adopted: the state did not know the item.
        reopen: an item that is done is opened again, unless the report is that the incident is over.
    """
    type = speech.site.types[live.type.id]
    return Action(
        address=record.address,
        action="adopt" if adopted else "update",
        provider=record.provider,
        id=record.id,
        key=record.key,
        url=record.url,
        title=record.title,
        type=type.word or type.ref.name,
        reason="its incident was reported again",
        changes=_reopening(live, wanted, speech) if reopen and not sightings.resolved else (),
        protect=record.protect,
        leaving=Leaving(on_remove=record.on_remove, comment=record.close_comment, through=wanted.through),
        live_type=live.type.id,
        incident=reported(sightings),
    )


def _reopening(live: Item, wanted: DesiredItem, speech: Speech) -> tuple[FieldChange, ...]:
    type = speech.site.types[live.type.id]
    info = type.by_word("status")
    if info is None or not is_done(type, live.fields.get(info.id)):
        return ()
    said = wanted.fields.get("status")
    first = next((each.ref for each in type.statuses if each.category == "new"), None)
    after: JsonValue = str(said.value) if said and said.value else speech.say(info, first)
    if after is None:
        return ()
    before = speech.say(info, live.fields.get(info.id))
    return (FieldChange(field="status", before=before, after=after, ownership="spec", reason="reported again"),)


def _cut(title: object, info: FieldInfo | None) -> object:
    most = info.max_length if info else None
    return f"{title[: most - 1]}…" if isinstance(title, str) and most is not None and len(title) > most else title


def _comment(sightings: Sightings) -> str | None:
    """The item's one comment, in Markdown; `None` while there is nothing to say beside the item itself."""
    parts = []
    if sightings.count > 1:
        number = f"{'' if sightings.exact else 'at least '}{sightings.count:,} times"
        since = f"first {sightings.first}, " if sightings.first else ""
        parts.append(f"Reported {number}: {since}last {sightings.last}.")
    if sightings.resolved:
        parts.append(f"Reported as resolved {sightings.resolved}.")
    return " ".join(parts) or None


def _digest(incident: Incident) -> str:
    """Fingerprint what a report says: 16 hex of SHA-256."""
    said = {**asdict(replace(incident, labels={})), "labels": dict(incident.labels)}
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
