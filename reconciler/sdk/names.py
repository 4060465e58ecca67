"""Names that people write, resolved to the platform's ids."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from reconciler.errors import BadValue
from reconciler.sdk.values import Ref

__all__ = ["nearest", "resolve", "unknown"]


def nearest(word: str, among: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """The names that `word` may have meant, likeliest first; none where nothing is close."""
    by_fold: dict[str, str] = {}
    for each in among:
        by_fold.setdefault(each.casefold(), each)
    close = difflib.get_close_matches(word.casefold(), by_fold, n=most, cutoff=0.6)
    return tuple(by_fold[each] for each in close)


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


def unknown(text: str, names: Sequence[str], what: str) -> BadValue:
    """Make the error for a name that nothing has."""
    close = nearest(text, names)
    rest = sorted(set(names) - set(close), key=lambda each: (each.casefold(), each))
    if close:
        hint = f"did you mean {close[0]!r}?"
    elif rest and len(rest) <= 20:
        hint = f"there are: {', '.join(rest)}"
    else:
        hint = ""
    return BadValue(f"no {what} is called {text!r}", hint=hint, options=(*close, *rest))
