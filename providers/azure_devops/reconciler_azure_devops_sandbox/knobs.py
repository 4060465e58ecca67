"""What can be turned, and what the platform's documents leave open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler_azure_devops_sandbox.fields import FIELDS
from reconciler_azure_devops_sandbox.organisation import PERMISSIONS

__all__ = ["Knobs"]


@dataclass(frozen=True, slots=True)
class _Knob:
    """A knob: what it starts with, which values it takes, and how to say that."""

    start: Any
    fits: Callable[[Any], bool]
    takes: str


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _switch(start: bool) -> _Knob:
    return _Knob(start, lambda value: isinstance(value, bool), "true or false")


def _choice(*values: str) -> _Knob:
    return _Knob(values[0], lambda value: value in values, " or ".join(values))


def _limit(start: int) -> _Knob:
    return _Knob(
        start, lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
        "a whole number above zero",
    )  # fmt: skip


def _is_throttling(value: Any) -> bool:
    return value is None or (
        isinstance(value, Mapping)
        and value.keys() == {"limit", "per_seconds"}
        and all(_number(each) and each > 0 for each in value.values())
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _are_transitions(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(moves, Mapping) and all(_are_texts(each) for each in moves.values()) for moves in value.values()
    )


def _are_fields(value: Any) -> bool:
    return isinstance(value, list) and all(each in FIELDS for each in value)


def _are_demands(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_are_fields, value.values()))


_KNOBS = {
    "lag": _Knob(0.0, lambda value: _number(value) and value >= 0, "seconds, zero or more"),
    "usage_limit": _Knob(None, _is_throttling, 'null or {"limit": units, "per_seconds": seconds}'),
    "transitions": _Knob({}, _are_transitions, "{type: {state: [states that may follow]}}"),
    "demanded": _Knob({}, _are_demands, "{state: [reference names of fields]}"),
    "required_fields": _Knob([], _are_fields, "a list of reference names of fields"),
    "permissions_denied": _Knob(
        [],
        lambda value: isinstance(value, list) and all(each in PERMISSIONS for each in value),
        f"a list of {', '.join(PERMISSIONS)}",
    ),
    "sign_in": _choice("page", "redirect"),
    "links_bump_rev": _switch(False),
    "resource_links_bump_rev": _switch(True),
    "duplicate_hyperlinks": _choice("accepted", "refused"),
    "tag_casing": _choice("first", "as_sent"),
    "tag_order": _choice("sorted", "as_sent"),
    "contains_tags": _choice("whole", "substring"),
    "html": _choice("normalised", "as_sent"),
    "markdown": _switch(True),
    "markdown_angles": _choice("as_sent", "encoded"),
    "markdown_is_final": _switch(True),
    "remove_absent": _choice("ignored", "refused"),
    "omitted": _choice("absent", "null"),
    "initial_state": _choice("any", "first"),
    "suppressing_without_permission": _choice("refused", "parameter_ignored"),
    "clone_links": _switch(True),
    "batch_limit": _limit(200),
    "revision_limit": _limit(10_000),
}


class Knobs:
    """The knobs of the Azure DevOps sandbox.

    lag: seconds for which a query may miss a write; in the second half of them it flickers (FACTS B5, assumed).
    usage_limit: a budget of units in a sliding window (FACTS B10).
    transitions: by type name, what may follow each state, in place of the process's rules (FACTS B7).
    demanded: by state, fields that an item in it has to have (FACTS B7).
    required_fields: fields that every item whose type has them has to have (FACTS B7).
    permissions_denied: permissions that the account lacks.
    sign_in: what a wrong credential meets: a page with 203, or a redirect with 302 (FACTS B1).
    links_bump_rev: whether a link between items makes a revision, at both ends (FACTS F says no; E leaves it open).
    resource_links_bump_rev: whether a hyperlink, artifact or file does (the published examples say yes).
    duplicate_hyperlinks: what becomes of a hyperlink whose URL is there already (FACTS B6, assumed).
    tag_casing: whether a tag keeps the project's first spelling (FACTS B6, assumed).
    tag_order: in which order tags come back (FACTS B6, assumed).
    contains_tags: what CONTAINS finds in tags (FACTS B5, assumed).
    html: whether the server writes HTML its own way (FACTS B8, assumed).
    markdown: whether long texts can be Markdown; older servers can't (FACTS B8).
    markdown_angles: whether angle brackets in Markdown are encoded (FACTS B8, assumed).
    markdown_is_final: whether a field that became Markdown can't become HTML again (FACTS B8, assumed).
    remove_absent: what `remove` of an empty field does (FACTS B2, assumed).
    omitted: what stands for an unreadable item under errorPolicy omit (FACTS B4, assumed).
    initial_state: whether an item can be created in a later state (FACTS B7, assumed).
    suppressing_without_permission: what suppressNotifications does without the permission (FACTS B2, assumed).
    clone_links: whether a copy made in the web interface carries its source's links (assumed).
    batch_limit: requests in a $batch (FACTS B3, assumed).
    revision_limit: revisions that an item can have before its updates fail (FACTS B2).
    """

    def __init__(self) -> None:
        self._values = {name: knob.start for name, knob in _KNOBS.items()}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def as_json(self) -> dict[str, Any]:
        """All of them."""
        return dict(self._values)

    def turn(self, name: str, value: Any) -> None:
        """Set one.

        Raises:
            KeyError: there is no such knob.
            ValueError: it does not take this value.
        """
        knob = _KNOBS[name]
        if not knob.fits(value):
            raise ValueError(f"{name} is {knob.takes}")
        self._values[name] = value
