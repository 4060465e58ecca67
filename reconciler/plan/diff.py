"""The three-way diff: what the spec says now, what it said when it was last applied, and what people made of it.

Desired against base says whether the spec changed; live against observed says whether a person did. The two pairs are
never mixed, so that what a platform does to a value can't show up as an eternal difference. Desired meets live only
where a field is claimed for the first time and where both changed.

    spec changed  person changed          then
    no            no                      nothing
    yes           no                      write
    yes           yes, to the same value  record
    no            yes, owner spec         revert
    no            yes, owner people       keep
    yes           yes, to another value   conflict
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from reconciler.sdk import Opaque, Rich, Value
from reconciler.spec.configuration import Conflicts, Ownership, Template

__all__ = [
    "LOST",
    "UNKNOWN",
    "Decision",
    "Desired",
    "Known",
    "Resolution",
    "SetDecision",
    "Unknown",
    "decide",
    "decide_set",
]


class Unknown:
    """A value that nobody recorded: the field was never claimed, or never read back."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()

LOST: Final = Opaque("not known any more", "lost")
"""A base that was recorded, and that nothing is left of: nobody can say whether the spec changed since."""

Known: TypeAlias = "Value | Unknown"
Desired: TypeAlias = "Value | Template | Unknown"
"""`UNKNOWN`: the spec says nothing. A `Template` has parts that are known after apply: it equals nothing yet."""

Verdict: TypeAlias = Literal["nothing", "write", "revert", "keep", "record", "release", "stop"]
Resolution: TypeAlias = Literal["spec", "people", "stop"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to one field.

    write: send desired. revert: send desired over a person's change. keep: a person's change stands, and nothing is
    recorded. record: base becomes desired and observed becomes live, without a write. release: base and observed are
    dropped, live stays. stop: the item is left alone. `conflict` says who won where both changed.
    """

    verdict: Verdict
    conflict: Resolution | None = None
    first_claim: bool = False


_NOTHING = Decision("nothing")


def decide(
    *,
    desired: Desired,
    base: Known,
    observed: Known,
    live: Value,
    owner: Ownership,
    behind: bool = False,
    conflicts: Conflicts | None = None,
) -> Decision:
    """Decide one field that holds a single value, of an item that exists.

    Args:
        behind: the field is a status, and desired lies in an earlier category than live.
        conflicts: who wins where both changed, as the policy says; `None` where it says nothing.
    """
    if isinstance(desired, Unknown) or owner == "nobody":
        return _NOTHING if isinstance(base, Unknown) else Decision("release")
    if owner == "seed":
        return _NOTHING
    if isinstance(base, Unknown):
        return _first_claim(desired, live, conflicts, behind=behind)
    if base == LOST:
        return Decision("record") if _same(desired, live) else Decision("stop", "stop")
    spec_changed = not _same(desired, base)
    person_changed = not _same(base if isinstance(observed, Unknown) else observed, live)
    if not person_changed:
        return _overwriting("write", live) if spec_changed else _NOTHING
    if _same(desired, live):
        return Decision("record")
    if spec_changed:
        return _conflict(live, conflicts, behind=behind)
    if owner == "people" or behind:
        return Decision("keep")
    return _overwriting("revert", live)


def _first_claim(desired: Value | Template, live: Value, conflicts: Conflicts | None, *, behind: bool) -> Decision:
    if _same(desired, live):
        return Decision("record", first_claim=True)
    if live is None or live == ():
        return Decision("write", first_claim=True)
    found = _conflict(live, conflicts, behind=behind)
    return Decision(found.verdict, found.conflict, first_claim=True)


def _conflict(live: Value, conflicts: Conflicts | None, *, behind: bool) -> Decision:
    """A text of many lines is nobody's to throw away, and nobody's progress goes back without a word."""
    if isinstance(live, Rich):
        return Decision("stop", "stop")
    if behind and conflicts != "spec":
        return Decision("record", "people")
    match conflicts:
        case "stop":
            return Decision("stop", "stop")
        case "people":
            return Decision("record", "people")
    return Decision("write", "spec")


def _same(one: Value | Template, other: Value | Template) -> bool:
    if isinstance(one, Template) or isinstance(other, Template):
        return one is other
    return one == other


def _overwriting(verdict: Literal["write", "revert"], live: Value) -> Decision:
    """What Markdown can't say is never written over: not even where it seems to be our own."""
    return Decision("stop", "stop") if isinstance(live, Rich) and live.lossy else Decision(verdict)


@dataclass(frozen=True, slots=True)
class SetDecision:
    """What happens to one set, by element.

    Attributes:
        add: elements to add because the spec changed; `restore` because a person took them away.
        remove: elements of ours that left the spec.
        dismiss: elements of people's, removed because the spec owns the whole set.
        gone: elements of ours that a person took away and that stay away.
        claim: elements that become ours and were there before: shared.
        base, shared: what the state keeps afterwards.
    """

    add: tuple[Value, ...] = ()
    restore: tuple[Value, ...] = ()
    remove: tuple[Value, ...] = ()
    dismiss: tuple[Value, ...] = ()
    gone: tuple[Value, ...] = ()
    claim: tuple[Value, ...] = ()
    base: tuple[Value, ...] = ()
    shared: tuple[Value, ...] = ()

    @property
    def added(self) -> tuple[Value, ...]:
        """All that is sent to be added."""
        return self.add + self.restore

    @property
    def removed(self) -> tuple[Value, ...]:
        """All that is sent to be removed."""
        return self.remove + self.dismiss


def decide_set(
    *,
    desired: tuple[Value, ...] | Unknown,
    base: tuple[Value, ...] | Unknown,
    shared: Collection[Value],
    live: tuple[Value, ...],
    owner: Ownership,
    exact: bool = False,
    not_kept: Collection[Value] = (),
    ours_elsewhere: Collection[Value] = (),
    wanted_elsewhere: Collection[Value] = (),
) -> SetDecision:
    """Decide one set, of an item that exists: the spec adds and removes its own elements, people's stay.

    Args:
        desired: `UNKNOWN`: the spec says nothing any more; what is ours stays on the item and is let go.
        exact: the spec owns the whole set; where people own the field, they keep what they put there.
        not_kept: elements of ours that were written and that the platform did not keep: not sent again.
        ours_elsewhere: elements that another item of ours put there: the other end of a link.
        wanted_elsewhere: elements that another item of ours wants there.
    """
    known = () if isinstance(base, Unknown) else base
    if isinstance(desired, Unknown) or owner == "nobody":
        return SetDecision()
    if owner == "seed":
        return SetDecision(base=known, shared=tuple(each for each in known if each in shared))
    there = frozenset(live)
    wanted = tuple(dict.fromkeys(desired))
    fresh = [each for each in wanted if each not in known]
    missing = [each for each in wanted if each in known and each not in there and each not in not_kept]
    left = [each for each in known if each not in wanted]
    whole = exact and owner == "spec"
    claim = tuple(each for each in fresh if each in there and each not in ours_elsewhere)
    return SetDecision(
        add=tuple(each for each in fresh if each not in there),
        restore=tuple(missing) if owner == "spec" else (),
        remove=tuple(
            each for each in left if each in there and (whole or each not in shared) and each not in wanted_elsewhere
        ),
        dismiss=tuple(
            each for each in live if whole and each not in wanted and each not in known and each not in wanted_elsewhere
        ),
        gone=tuple(missing) if owner == "people" else (),
        claim=claim,
        base=wanted,
        shared=tuple(each for each in wanted if each in shared or each in claim),
    )
