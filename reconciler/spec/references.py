"""Which items a value means: an address, a group, or an item outside of the specs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from reconciler.spec.address import address_of, split_address
from reconciler.spec.configuration import Reference, Template
from reconciler.spec.fields import check_url
from reconciler.spec.problems import ValueProblem, did_you_mean
from reconciler.spec.values import Group, ItemHandle, kind_of, shown

__all__ = ["References"]

_OUTSIDE = ("key", "id", "url")


class References:
    """Resolves references against the items that these specs want.

    Args:
        groups: the names of all items.
        instances: by a name, whether each instance's `when` holds, by key; a single item's key is `None`.
    """

    def __init__(self, groups: Collection[str], instances: Callable[[str], Mapping[str | None, bool]]) -> None:
        self._groups = groups
        self._instances = instances

    def one(self, value: object) -> Reference:
        """Resolve what stands for one item.

        Raises:
            ValueProblem: it is none, or a group.
        """
        if isinstance(value, (Mapping, Reference)):
            return self._outside(value)
        group, key = self._named(value)
        instances = self._instances(group)
        if key is None and None not in instances:
            example = next(iter(instances), None)
            hint = f"name one of them, as {address_of(group, example)}" if example else "it has no instances"
            raise ValueProblem(f"`{group}` is a group of items, one item is needed", code="bad_reference", hint=hint)
        return Reference(address=self._present(group, key))

    def several(self, value: object) -> tuple[Reference, ...]:
        """Resolve what stands for one item or for all of a group, the instances that are wanted."""
        if isinstance(value, tuple):
            found = [reference for each in value for reference in self.several(each)]
            return tuple(dict.fromkeys(found))
        if isinstance(value, (Mapping, Reference)):
            return (self._outside(value),)
        group, key = self._named(value)
        instances = self._instances(group)
        if key is None and None not in instances:
            return tuple(Reference(address=address_of(group, each)) for each, wanted in instances.items() if wanted)
        return (Reference(address=self._present(group, key)),)

    def _named(self, value: object) -> tuple[str, str | None]:
        if isinstance(value, Group):
            return value.group, None
        text = value.address if isinstance(value, ItemHandle) else value
        if isinstance(text, Template):
            raise ValueProblem(
                "a reference is an address, this is known after apply",
                code="known_after_apply",
                hint="write the address",
            )
        if not isinstance(text, str):
            hint = "write an address, or {key: OLD-900}"
            raise ValueProblem(f"an item is needed, this is {kind_of(value)}", code="wrong_type", hint=hint)
        parts = split_address(text)
        if parts is None:
            outside = f"an item that is not in these specs is {{key: {text}}}"
            raise ValueProblem(f"{shown(text)} is not an item's address", code="bad_reference", hint=outside)
        if parts[0] not in self._groups:
            hint = did_you_mean(parts[0], self._groups, "an item that is not in these specs is {key: OLD-900}")
            raise ValueProblem(f"there is no item `{text}`", code="unknown_item", hint=hint)
        return parts

    def _present(self, group: str, key: str | None) -> str:
        instances = self._instances(group)
        if key not in instances:
            if None in instances:
                raise ValueProblem(
                    f"`{group}` is one item, it has no `{key}`", code="unknown_item", hint=f"write `{group}`"
                )
            hint = did_you_mean(key or "", [each for each in instances if each is not None])
            raise ValueProblem(f"there is no item `{address_of(group, key)}`", code="unknown_item", hint=hint)
        if not instances[key]:
            raise ValueProblem(
                f"`{address_of(group, key)}` is not wanted: its `when` is false",
                code="unknown_item",
                hint="give this item the same condition, or use `omit` in an expression",
            )
        return address_of(group, key)

    def _outside(self, value: Mapping[str, object] | Reference) -> Reference:
        if isinstance(value, Reference):
            return value if value.address is None else self.one(value.address)
        keys = [each for each in value if each in _OUTSIDE]
        if len(value) != 1 or not keys:
            hint = "write exactly one of {key: OLD-900}, {id: 4711} and {url: ...}"
            raise ValueProblem("this does not name an item outside of the specs", code="bad_reference", hint=hint)
        name = value[keys[0]]
        text = str(name) if isinstance(name, (str, int)) and not isinstance(name, bool) else ""
        if not text.strip():
            raise ValueProblem(f"`{keys[0]}` is a text, this is {kind_of(name)}", code="wrong_type")
        if keys[0] == "url":
            check_url(text)
        return Reference(**{keys[0]: text})
