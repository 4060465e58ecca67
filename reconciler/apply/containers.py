"""What items need and a site does not have yet: components, versions, sprints, made just before their first item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reconciler.apply.intents import Intent
from reconciler.errors import BadValue, ProviderError
from reconciler.sdk import Kind, MakesContainers, Provider, Ref, is_unmade, unmade
from reconciler.sdk.containers import with_made

__all__ = ["made_for", "unmade_in"]


def unmade_in(intent: Intent) -> Iterator[tuple[Kind, Ref]]:
    """What an intent writes that is not there yet, with the kind of its field."""
    for id, value in (*intent.set.items(), *intent.add.items()):
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Ref) and is_unmade(each):
                yield intent.type.fields[id].kind, each


def made_for(intent: Intent, provider: Provider, made: dict[str, Ref]) -> Intent:
    """The intent with what is there once that is made which it needs.

    Args:
        made: by what stands for them, those that the run has made on this site; it grows.

    Raises:
        BadValue: one could not be made. Nothing was sent for the item.
    """
    if not isinstance(provider, MakesContainers):
        return intent
    maker: MakesContainers = provider

    def make(kind: Kind, name: str) -> Ref:
        stand_in = unmade(kind, name).id
        if stand_in not in made:
            try:
                made[stand_in] = maker.make_container(kind, name)
            except ProviderError as problem:
                said = "; ".join((problem.summary, *filter(None, (problem.detail, problem.hint))))
                raise BadValue(f"the {kind} {name!r} could not be made: {said}") from problem
        return made[stand_in]

    kinds = {id: info.kind for id, info in intent.type.fields.items()}
    return replace(
        intent,
        set={id: with_made(value, kinds[id], make) for id, value in intent.set.items()},
        add={id: tuple(with_made(each, kinds[id], make) for each in new) for id, new in intent.add.items()},
    )
