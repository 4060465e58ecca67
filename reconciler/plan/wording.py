"""A plan in the spec's language: decided items become the actions, drift and conflicts of a plan's document."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from reconciler.plan.authors import Author, Authors
from reconciler.plan.desired import Want
from reconciler.plan.document import MARKER, Action, Claim, Conflict, Drift, FieldChange, Leaving, Recording
from reconciler.plan.items import REMOVALS, DecidedField, DecidedSet, ItemPlan
from reconciler.plan.pages import parts_of
from reconciler.plan.parting import Parting, parting_of
from reconciler.plan.speech import Speech
from reconciler.sdk import FieldInfo, Ref, Value, encode
from reconciler.spec.configuration import Template

__all__ = ["Wording"]


_MARKER: Final = "it proves whose item this is"
_BACK: Final = "brought back from the recycle bin"


@dataclass(frozen=True, slots=True)
class Wording:
    """Words decisions for one plan.

    Args:
        speeches: by provider.
        authors: who changed what.
    """

    speeches: Mapping[str, Speech]
    authors: Authors

    def action(self, item: ItemPlan) -> Action | None:
        """What is sent for an item, or `None` where nothing is."""
        if item.stopped or not (item.sends or (item.kind in REMOVALS and item.records)):
            return None
        known = None if item.kind == "create" else item.record
        return Action(
            address=item.address,
            previous_address=item.previous_address,
            action=item.kind,
            provider=item.provider,
            id=known.id if known else None,
            key=known.key if known else None,
            url=known.url if known else None,
            title=item.title,
            type=item.type.word or item.type.ref.name,
            reason=_reason(item),
            changes=tuple(self._changes(item)),
            depends_on=tuple(sorted(item.needs)),
            protect=item.protect,
            leaving=_leaving(item.parting),
            missing=item.missing,
            parent=_parent(item),
            live_type=item.live.type.id if item.live else None,
        )

    def recording(self, item: ItemPlan) -> Recording | None:
        """What the state learns about an item beside what is written, or `None`."""
        if item.stopped or not (item.records or item.kind == "adopt"):
            return None
        before = None if item.kind == "create" else item.record
        return Recording(
            address=item.address,
            claimed=tuple(self._claims(item)),
            released=item.released,
            protect=item.protect if before is not None and before.protect != item.protect else None,
            closed=item.closed if before is not None and before.closed != item.closed else None,
            leaving=_leaving(item.parting) if before is not None and parting_of(before) != item.parting else None,
            type=encode(item.became),
        )

    def _claims(self, item: ItemPlan) -> Iterator[Claim]:
        for each in item.fields:
            verdict = each.decision.verdict
            if verdict == "record" and not isinstance(each.want.value, Template):
                yield Claim(field=each.want.info.id, base=encode(each.want.value), observed=encode(each.live))
            elif item.kind == "adopt" and verdict in {"nothing", "keep"}:
                yield Claim(field=each.want.info.id, base=encode(each.base), observed=encode(each.observed))
        for group in item.sets:
            if group.recorded or item.kind == "adopt":
                yield Claim(
                    field=group.want.info.id,
                    base=[encode(element) for element in group.decision.base],
                    shared=tuple(encode(element) for element in group.decision.shared),
                )

    def drift(self, item: ItemPlan) -> Iterator[Drift]:
        """What people changed since the last apply."""
        for each in item.fields:
            if each.decision.verdict in {"keep", "revert"}:
                before, after = (self._say(item, each.want, value) for value in (each.observed, each.live))
                kept = item.stopped or each.decision.verdict == "keep"
                yield _drift(item, each.want.word, before, after, self._author(item, each), kept=kept)
        for group in item.sets:
            for elements, stays in ((group.decision.restore, False), (group.decision.gone, True)):
                by = self._mover(item, group.want.info, taken=elements)
                for word, shown in self._elements(item, group.want, elements).items():
                    yield _drift(item, word, list(shown), [], by, kept=item.stopped or stays)
            by = self._mover(item, group.want.info, put=group.decision.dismiss)
            for word, shown in self._elements(item, group.want, group.decision.dismiss).items():
                yield _drift(item, word, [], list(shown), by, kept=item.stopped)

    def conflicts(self, item: ItemPlan) -> Iterator[Conflict]:
        """What both the spec and a person changed."""
        for each in item.fields:
            if each.decision.conflict is None:
                continue
            author = self._author(item, each)
            desired, _ = self._desired(item, each.want)
            yield Conflict(
                address=item.address,
                field=each.want.word,
                base=self._say(item, each.want, each.base),
                desired=desired,
                live=self._say(item, each.want, each.live),
                resolution=each.decision.conflict,
                by=author.name if author else None,
                at=author.at.isoformat() if author else None,
            )

    def _changes(self, item: ItemPlan) -> Iterator[FieldChange]:
        for each in item.fields:
            if each.decision.verdict in {"write", "revert"}:
                after, unknown = self._desired(item, each.want)
                yield FieldChange(
                    field=each.want.word,
                    before=self._say(item, each.want, each.live),
                    after=after,
                    unknown=unknown,
                    ownership=each.want.owner,
                    reason=self._why(item, each),
                )
        for group in item.sets:
            if group.sends:
                yield from self._set_changes(item, group)
        if item.marker_missing and item.kind == "update":
            before = "out of date" if item.live and item.live.marker else "missing"
            yield FieldChange(field=MARKER, before=before, after="written", ownership="spec", reason=_MARKER)

    def _set_changes(self, item: ItemPlan, group: DecidedSet) -> Iterator[FieldChange]:
        added = self._elements(item, group.want, group.decision.added)
        removed = self._elements(item, group.want, group.decision.removed)
        moved = group.decision.restore, group.decision.dismiss
        reverts = not (group.decision.add or group.decision.remove)
        if item.kind == "create":
            reason = "in the spec"
        else:
            reason = _reverted(self._mover(item, group.want.info, *moved)) if reverts else "the spec changed"
        for word in dict.fromkeys((*added, *removed)):
            yield FieldChange(
                field=word,
                added=tuple(added.get(word, ())),
                removed=tuple(removed.get(word, ())),
                ownership=group.want.owner,
                reason=reason,
            )

    def _speech(self, item: ItemPlan) -> Speech:
        return self.speeches[item.provider]

    def _say(self, item: ItemPlan, want: Want, value: Value) -> JsonValue:
        return self._speech(item).say(want.info, value)

    def _elements(self, item: ItemPlan, want: Want, elements: Iterable[Value]) -> dict[str, list[JsonValue]]:
        return self._speech(item).say_elements(want.info, want.word, elements)

    def _desired(self, item: ItemPlan, want: Want) -> tuple[JsonValue, bool]:
        if isinstance(want.value, Template):
            return parts_of(want.value), True
        return self._say(item, want, want.value), False

    def _author(self, item: ItemPlan, each: DecidedField) -> Author | None:
        """Who made a field what it is on the site."""
        if item.live is None:
            return None
        return self.authors.of_value(item.provider, item.live.id, each.want.info.id, each.live, each.observed)

    def _mover(
        self, item: ItemPlan, info: FieldInfo, taken: Collection[Value] = (), put: Collection[Value] = ()
    ) -> Author | None:
        """Who took elements out of a set, or put others into it."""
        return self.authors.of_elements(item.provider, item.live.id, info.id, taken, put) if item.live else None

    def _why(self, item: ItemPlan, each: DecidedField) -> str:
        author = self._author(item, each)
        if item.kind == "create":
            return "in the spec"
        if item.kind in REMOVALS:
            return "no longer in the spec"
        if each.decision.verdict == "revert":
            return _reverted(author)
        if each.decision.conflict == "spec":
            came = "the spec says it for the first time" if each.decision.first_claim else "the spec changed"
            return f"{came}; replaces {f'what {author.name} wrote' if author else 'the live value'}"
        if each.decision.first_claim:
            return "empty on the item"
        return "the spec changed"


def _drift(
    item: ItemPlan, word: str, before: JsonValue, after: JsonValue, author: Author | None, *, kept: bool
) -> Drift:
    return Drift(
        address=item.address,
        field=word,
        before=before,
        after=after,
        kept=kept,
        by=author.name if author else None,
        at=author.at.isoformat() if author else None,
    )


def _leaving(parting: Parting) -> Leaving:
    return Leaving(on_remove=parting.on_remove, comment=parting.comment, through=parting.through)


def _parent(item: ItemPlan) -> str | None:
    info = item.type.by_word("parent")
    if info is None or item.live is None or info.id not in item.live.fields:
        return None
    parent = item.live.fields[info.id]
    return parent.id if isinstance(parent, Ref) else ""


def _reason(item: ItemPlan) -> str:
    if item.missing:
        return _BACK if item.kind in {"update", "move"} else "the site shows its item no more"
    match item.kind:
        case "create":
            return "not in the state"
        case "adopt":
            return "on the site already"
        case "move":
            return "its address changed"
        case "close" | "delete" | "forget":
            return "no longer in the spec"
    if item.record is not None and item.record.closed:
        return "back in the spec"
    reverts = any(each.decision.verdict == "revert" for each in item.fields) or any(
        each.decision.restore or each.decision.dismiss for each in item.sets
    )
    writes = any(each.decision.verdict == "write" for each in item.fields) or any(
        each.decision.add or each.decision.remove for each in item.sets
    )
    if reverts and writes:
        return "the spec changed, and so did people"
    if item.marker_missing and not reverts and not writes:
        return "its marker is not as it should be"
    return "a person changed what the spec owns" if reverts else "the spec changed"


def _reverted(author: Author | None) -> str:
    who = f"{author.name} changed it on {author.when}" if author else "it was changed on the site"
    return f"{who}; the spec owns it"
