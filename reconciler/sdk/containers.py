"""Sprints, components and the like that are not there yet: they are made before the items that need them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, runtime_checkable

from reconciler.sdk.values import Kind, Ref, Value

__all__ = ["MakesContainers", "is_unmade", "unmade", "with_made"]

_UNMADE: Final = "new:"


def unmade(kind: Kind, name: str) -> Ref:
    """Stand for one that a plan would have made: `normalize` gives it for a field that `makes` what it lacks.

    Names that differ in case alone stand for one.
    """
    return Ref(f"{_UNMADE}{kind}:{name.casefold()}", name)


def is_unmade(value: object) -> bool:
    """Whether a value stands for one that is not there yet."""
    return isinstance(value, Ref) and value.id.startswith(_UNMADE)


def with_made(value: Value, kind: Kind, make: Callable[[Kind, str], Ref]) -> Value:
    """A field's value with what `make` gives, in the place of each that is not there yet."""
    if isinstance(value, tuple):
        return tuple(with_made(each, kind, make) for each in value)
    return make(kind, value.name) if isinstance(value, Ref) and is_unmade(value) else value


@runtime_checkable
class MakesContainers(Protocol):
    """A provider that makes what fields list and people name: it gives `unmade` values, and is asked to make them."""

    def make_container(self, kind: Kind, name: str) -> Ref:
        """Make one, or give the one that is there by now: whoever asks twice gets the same.

        Args:
            kind: the field's: `component`, `version`, `sprint`.
            name: as the spec says it.

        Raises:
            ValidationError, AuthorizationError: the site refused it.
            UnreachableError: whether it was made can't be known yet.
        """
        ...
