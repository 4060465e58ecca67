"""Names that people write, resolved to the platform's ids."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Final

from reconciler.errors import BadValue
from reconciler.sdk.values import Ref

__all__ = ["listed", "nearest", "resolve", "unknown"]

_ALIKE: Final = 0.75
"""How much of two words is the same where one is a slip for the other: `hihg` and `high` still, `blocked` and `closed`
not.
"""


def nearest(word: str, among: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """The names that `word` may have meant, likeliest first, then those whose first words it is."""
    by_fold: dict[str, str] = {}
    for each in among:
        by_fold.setdefault(each.casefold(), each)
    said = word.casefold()
    close = difflib.get_close_matches(said, by_fold, n=most, cutoff=_ALIKE)
    longer = [each for each in by_fold if each.startswith(f"{said} ")]
    return tuple(by_fold[each] for each in dict.fromkeys((*close, *longer)))[:most]


def listed(names: Iterable[str], *, most: int = 12) -> str:
    """Names for a message, in the order given, each once: the first so many, and how many more there are."""
    every = list(dict.fromkeys(names))
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")


def resolve(text: str, among: Sequence[Ref], what: str) -> Ref:
    """Find what a text names: by id, by exact name, by a name that is unique without case.

    Args:
        text: what a person wrote.
        among: all that there are.
        what: the kind of thing, for the message: "priority".

    Raises:
        BadValue: nothing goes by this text (its options are the names, nearest first), or several things do (its
            options are their ids).
    """
    by_id = next((each for each in among if each.id == text), None)
    if by_id is not None:
        return by_id
    for matches in (
        [each for each in among if each.name == text],
        [each for each in among if each.name.casefold() == text.casefold()],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            ids = ", ".join(each.id for each in matches)
            raise BadValue(
                f"more than one {what} is called {text!r}",
                detail=f"their ids: {ids}",
                hint="name it by its id",
                options=tuple(each.id for each in matches),
            )
    raise unknown(text, [each.name for each in among], what)


def unknown(text: str, names: Sequence[str], what: str, shown: Sequence[str] = ()) -> BadValue:
    """Make the error for a name that nothing has. It offers the nearest; where none is near, it lists what there is.

    Args:
        text, what: as for `resolve`.
        names: all that would have been taken, in the order in which they are listed.
        shown: what is listed in their place.
    """
    close = nearest(text, names)
    rest = [each for each in dict.fromkeys(names) if each not in close]
    there = f"there are: {listed(shown or rest)}" if rest else ""
    hint = f"did you mean {close[0]!r}?" if close else there
    return BadValue(f"no {what} is called {text!r}", hint=hint, options=(*close, *rest))
