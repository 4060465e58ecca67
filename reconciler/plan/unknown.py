"""Types and fields that a site does not have, as a person reads it: what was meant, or what there is."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.diagnostics import Diagnostic, error
from reconciler.plan.desired import word_of
from reconciler.sdk import FieldInfo, SiteDescription, TypeInfo
from reconciler.sdk.names import listed, nearest
from reconciler.spec.configuration import Authored

__all__ = ["unknown_field", "unknown_type"]

_HANDFUL = 5


def unknown_type(authored: Authored, site: SiteDescription) -> Diagnostic:
    """No type goes by this name. The nearest is offered; where none is near, the types are listed."""
    name, types = str(authored.value), site.types.values()
    close = nearest(name, [each for type in types for each in (type.ref.name, type.word) if each])
    return error(
        "unknown_type",
        f"{name!r} is no work item type of this site",
        detail="" if close or not types else f"It has: {listed(map(_both_names, types))}.",
        place=authored.place,
        snippet=authored.snippet,
        hint=f"did you mean {close[0]!r}?" if close else "",
    )


def unknown_field(word: str, authored: Authored, type: TypeInfo, site: SiteDescription) -> Diagnostic:
    """The type has no such field.

    Where other types have it, they are named, and what this type has of the same kind. Else the nearest name is
    offered; where none is near, the fields are listed: custom ones for a custom one.
    """
    name = word.removeprefix("fields.")
    custom = word != name
    fields = [each for each in type.fields.values() if each.kind != "unsupported" and each.writable]
    having = {each.ref.name: found for each in site.types.values() if (found := _field_of(each, word, name))}
    detail = ""
    close: tuple[str, ...] = ()
    if having:
        kinds = {each.kind for each in having.values()}
        words = [word_of(each) for each in fields if each.kind in kinds]
        alike = [each for each in words if each.startswith("fields.") or not custom]
        detail = f"Of the types in use, {_joined(list(having))} {'has' if len(having) == 1 else 'have'} it."
        if alike:
            detail += f" Of the same kind {type.ref.name} has: {listed(alike, most=_HANDFUL)}."
    else:
        bare = {word_of(each).removeprefix("fields."): word_of(each) for each in fields}
        close = tuple(bare[each] for each in nearest(name, bare))
        if not close:
            words = [each for each in bare.values() if each.startswith("fields.") == custom]
            detail = f"{type.ref.name} has: {listed(sorted(words or bare.values()))}."
    return error(
        "unknown_field",
        f"{word!r} is no field of {type.ref.name} of this site",
        detail=detail,
        place=authored.place,
        snippet=authored.snippet,
        hint=f"did you mean {close[0]!r}?" if close else "",
    )


def _both_names(type: TypeInfo) -> str:
    return f"{type.word} ({type.ref.name})" if type.word else type.ref.name


def _field_of(type: TypeInfo, word: str, name: str) -> FieldInfo | None:
    """The field of a type that goes by this word, or for a custom one by this id or name; none that can't be used."""
    custom = word != name
    for each in type.fields.values():
        if each.kind != "unsupported" and (each.word == word or (custom and name in (each.id, each.name))):
            return each
    return None


def _joined(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
