"""Which addresses stand in the specs, and what `moved`, `removed` and `imports` have done to them so far."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.spec.address import address_of
from reconciler.spec.entries import Parts, refuse_second
from reconciler.spec.nodes import Node
from reconciler.spec.problems import Broken, ValueProblem, did_you_mean

__all__ = ["Standing"]


class Standing:
    """The addresses of these specs.

    Args:
        instances: by the name of an item, its keys and whether each is wanted; a single item's key is `None`. An item
            whose instances can't be told has `None` for all of them.
    """

    def __init__(self, instances: Mapping[str, Mapping[str | None, bool] | None]) -> None:
        self._instances = instances
        self._leaving: dict[str, Node] = {}
        self._arriving: dict[str, Node] = {}

    def keys(self, group: str) -> tuple[str, ...]:
        """The keys of a group's instances, wanted or not; empty for a single item, and where there is no such item."""
        return tuple(key for key in self._told(group) if key is not None)

    def is_wanted(self, parts: Parts) -> bool:
        """Whether this address is an item of the specs."""
        return self._told(parts[0]).get(parts[1], False)

    def check_present(self, node: Node, parts: Parts) -> None:
        """Check that the specs hold this one item; its `when` may be false.

        Raises:
            Mistake: they don't, or it is a group.
        """
        group, key = parts
        address = address_of(group, key)
        if group not in self._instances:
            hint = did_you_mean(group, self._instances, "name an item of these specs, or remove the entry")
            raise ValueProblem(f"there is no item `{address}`", code="unknown_item", hint=hint).at(node)
        told = self._told(group)
        if key in told:
            return
        keys = self.keys(group)
        if key is None and None not in told:
            hint = f"name one of them, as {address_of(group, keys[0])}" if keys else "it has no instances"
            summary = f"`{group}` is a group of items, one item is needed"
            raise ValueProblem(summary, code="bad_reference", hint=hint).at(node)
        hint = did_you_mean(key or "", keys, f"write `{group}`" if None in told else "")
        raise ValueProblem(f"there is no item `{address}`", code="unknown_item", hint=hint).at(node)

    def check_gone(self, node: Node, parts: Parts) -> None:
        """Check that the specs hold this item no more.

        Raises:
            Mistake: they want it.
        """
        if self.is_wanted(parts):
            summary = f"`{address_of(*parts)}` still is an item of these specs"
            raise ValueProblem(summary, code="still_there", hint="remove the item, or this entry").at(node)

    def leave(self, address: str, node: Node) -> None:
        """Note that an address is left, once.

        Raises:
            Mistake: that stands elsewhere too.
        """
        refuse_second(self._leaving, address, node, f"`{address}` is moved or removed a second time")

    def arrive(self, address: str, node: Node) -> None:
        """Note that an address takes an item over, once.

        Raises:
            Mistake: that stands elsewhere too.
        """
        refuse_second(self._arriving, address, node, f"`{address}` takes an item over a second time")

    def _told(self, group: str) -> Mapping[str | None, bool]:
        told = self._instances.get(group, {})
        if told is None:
            raise Broken
        return told
