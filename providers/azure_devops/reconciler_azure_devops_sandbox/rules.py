"""What a type's rules say of an item's values before they are saved (FACTS B7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reconciler_azure_devops_sandbox.definitions import Category, Field, WorkItemType
from reconciler_azure_devops_sandbox.fields import CORE, FIELDS
from reconciler_azure_devops_sandbox.knobs import Knobs
from reconciler_azure_devops_sandbox.refusal import RuleBreach

__all__ = ["Rules"]

_COMMON = "Microsoft.VSTS.Common"
_STAMPS: Mapping[Category, str] = {"InProgress": "Activated", "Resolved": "Resolved", "Completed": "Closed"}


class Rules:
    """The rules of all types, as the knobs bend them."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs

    def has(self, kind: WorkItemType, reference: str) -> bool:
        """Whether items of a type have a field."""
        return reference in CORE or reference in kind.fields

    def allowed(self, kind: WorkItemType, field: Field) -> tuple[str, ...]:
        """The only values that a field takes; empty where any is."""
        rule = kind.fields.get(field.reference)
        if rule is not None and rule.allowed:
            return rule.allowed
        return () if field.suggested else field.picklist

    def required(self, kind: WorkItemType, state: str) -> list[str]:
        """The fields that an item in a state has to have."""
        demanded = [*self._knobs["required_fields"], *self._knobs["demanded"].get(state, ())]
        always = [name for name, rule in kind.fields.items() if rule.required]
        return [each for each in ("System.Title", *always, *demanded) if self.has(kind, each)]

    def first_states(self, kind: WorkItemType) -> tuple[str, ...]:
        """The states that a new item may have."""
        states = tuple(each.name for each in kind.states)
        return states[:1] if self._knobs["initial_state"] == "first" else states

    def next_states(self, kind: WorkItemType, state: str) -> tuple[str, ...]:
        """The states that may follow one, itself included."""
        given = self._knobs["transitions"].get(kind.name)
        return kind.next_states(state) if given is None else (state, *given.get(state, ()))

    def defaults(self, kind: WorkItemType) -> dict[str, Any]:
        """What a new item starts with."""
        start = {name: rule.default for name, rule in kind.fields.items() if rule.default is not None}
        return {**start, "System.State": kind.states[0].name, "System.Reason": kind.initial_reason}

    def stamp(self, kind: WorkItemType, fields: dict[str, Any], before: str | None, at: str, by: str) -> None:
        """Set what a change of state sets by itself."""
        state = fields["System.State"]
        if state == before:
            return
        fields[f"{_COMMON}.StateChangeDate"] = at
        category = next(each.category for each in kind.states if each.name == state)
        if category in _STAMPS and f"{_COMMON}.{_STAMPS[category]}Date" in kind.fields:
            fields |= {f"{_COMMON}.{_STAMPS[category]}Date": at, f"{_COMMON}.{_STAMPS[category]}By": by}
        if category != "Completed":
            for each in ("ClosedDate", "ClosedBy"):
                fields.pop(f"{_COMMON}.{each}", None)

    def check(self, kind: WorkItemType, fields: dict[str, Any], open_to: Collection[str]) -> list[RuleBreach]:
        """What is wrong with values that are to be saved; values of a list take its spelling.

        Args:
            open_to: the states that the item may have now.
        """
        breaches = [
            _breach(each, "required", "invalidEmpty") for each in self.required(kind, fields["System.State"])
            if each not in fields
        ]  # fmt: skip
        for reference in kind.fields:
            allowed = self.allowed(kind, FIELDS[reference])
            if allowed and reference in fields:
                spelt = next((each for each in allowed if each.casefold() == str(fields[reference]).casefold()), None)
                if spelt is None:
                    breaches.append(_breach(reference, "hasValues", "limitedToValues", "invalidListValue"))
                elif isinstance(fields[reference], str):
                    fields[reference] = spelt
        return [*breaches, *_state_breaches(kind, fields, open_to)]


def _state_breaches(kind: WorkItemType, fields: dict[str, Any], open_to: Collection[str]) -> list[RuleBreach]:
    wanted = str(fields["System.State"]).casefold()
    spelt = next((each.name for each in kind.states if each.name.casefold() == wanted), None)
    if spelt is None:
        return [_breach("System.State", "required", "hasValues", "limitedToValues", "invalidListValue")]
    fields["System.State"] = spelt
    if spelt in open_to:
        return []
    flags = ("required", "hasValues", "limitedToValues", "allowsOldValue", "invalidNotOldValue")
    return [_breach("System.State", *flags)]


def _breach(reference: str, *flags: str) -> RuleBreach:
    return RuleBreach(reference, FIELDS[reference].name, *flags)
