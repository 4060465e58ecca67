"""What can be turned, and what a platform's documents leave open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reconciler_jira_sandbox.site import FIELDS, PERMISSIONS, STATUSES, TYPES

__all__ = ["Knobs"]

_DEFAULTS: dict[str, Any] = {
    "jira_deployment": "cloud",
    "datacenter_version": "9.12.4",
    "datacenter_creation": "keeps_properties",
    "datacenter_bulk": "there",
    "datacenter_properties": "there",
    "lag": 0.0,
    "throttling": None,
    "workflows": {},
    "denied": ["ADMINISTER"],
    "off_screen": [],
    "required": [],
    "quiet_without_permission": "parameter_ignored",
    "empty_adf": "accepted",
    "adf_local_ids": False,
    "jql_label_case": "insensitive",
    "bulkfetch_lags": False,
    "bulk_changelog_created": "iso",
    "clone_properties": True,
    "page_cap": 100,
    "workflow_reads": "by_permission",
    "autowatch": True,
    "comment_webhooks": "with_issue",
    "agile_reads": "allowed",
    "estimation": "points",
}

_CHOICES = {
    "jira_deployment": ("cloud", "datacenter"),
    "datacenter_creation": ("keeps_properties", "drops_properties"),
    "datacenter_bulk": ("there", "missing"),
    "datacenter_properties": ("there", "read_only", "403", "404", "405", "501"),
    "quiet_without_permission": ("parameter_ignored", "edit_ignored"),
    "empty_adf": ("accepted", "refused"),
    "jql_label_case": ("insensitive", "sensitive"),
    "bulk_changelog_created": ("iso", "epoch_ms"),
    "workflow_reads": ("by_permission", "refused"),
    "comment_webhooks": ("with_issue", "alone"),
    "agile_reads": ("allowed", "without_configuration", "refused"),
    "estimation": ("points", "items"),
}

_SHAPES = {
    "datacenter_version": "three numbers with points between them",
    "lag": "seconds, zero or more",
    "throttling": 'null, "documented" or {"endpoint": LIMIT, "issue": LIMIT}; a LIMIT is {"limit", "per_seconds"}',
    "workflows": '{type: [{"name", "from": [status] or null, "to": status, "required": [field id], "assigned": bool}]}',
    "denied": f"a list of {', '.join(PERMISSIONS)}",
    "off_screen": "a list of field ids",
    "required": "a list of field ids",
    "adf_local_ids": "true or false",
    "bulkfetch_lags": "true or false",
    "clone_properties": "true or false",
    "page_cap": "a whole number above zero",
    "autowatch": "true or false",
}


class Knobs:
    """The knobs of the Jira sandbox.

    jira_deployment: which Jira the site is.
    datacenter_version: of Data Center: older ones have another endpoint for create screens (FACTS A17).
    datacenter_creation: what a creation on Data Center does with properties (FACTS A17, assumed).
    datacenter_bulk: whether Data Center creates several issues in one request (FACTS A17, assumed).
    datacenter_properties: whether Data Center has entity properties, or with what it, or a proxy before it, refuses
        them; then they are dropped from whatever else is written. With `read_only` they are shown, and a request that
        writes one is refused (FACTS A17, assumed).
    lag: seconds for which a search may miss a write; in the second half of them it flickers (FACTS A4).
    throttling: token buckets for each endpoint and for the writes to each issue, of Jira's sizes or of others (FACTS
        A13).
    workflows: by type name, the transitions that replace "any to any", and with them the type's statuses (FACTS A6).
    denied: permissions that the account lacks.
    off_screen: fields taken off all screens (FACTS A5).
    required: fields that creation demands beside the summary.
    quiet_without_permission: what `notifyUsers=false` does without administration rights (FACTS A5, assumed).
    empty_adf: whether a document without content clears a field or is refused (FACTS A10, assumed).
    adf_local_ids: whether the server adds `localId` attributes to documents (FACTS A10, assumed).
    jql_label_case: how JQL compares labels (FACTS A9, assumed).
    bulkfetch_lags: whether reads in bulk by id lag like searches (FACTS A3, assumed).
    bulk_changelog_created: how histories in bulk write their time: a text as in the schema, or a number as in the
        published example (assumed).
    clone_properties: whether a clone carries its source's entity properties (FACTS A12, assumed).
    workflow_reads: whether an administrator's account may read workflows, or its token has not the scope (FACTS A6).
    autowatch: whether the creator of an issue watches it (FACTS A9, assumed).
    comment_webhooks: whether a webhook about a comment carries its issue (FACTS A16, assumed).
    agile_reads: whether boards and sprints can be read, or the token has not their scopes, or it lacks the one for a
        board's configuration alone (FACTS A1).
    estimation: whether the board estimates by story points, or counts items.
    page_cap: issues on a page of a search that asks for fields (FACTS A4, assumed).
    """

    def __init__(self) -> None:
        self._values = dict(_DEFAULTS)

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
        if name not in _DEFAULTS:
            raise KeyError(name)
        if not _fits(name, value):
            takes = " or ".join(_CHOICES[name]) if name in _CHOICES else _SHAPES[name]
            raise ValueError(f"{name} is {takes}")
        self._values[name] = value


def _fits(name: str, value: Any) -> bool:
    match name:
        case "datacenter_version":
            return isinstance(value, str) and re.fullmatch(r"\d+\.\d+\.\d+", value) is not None
        case "lag":
            return _number(value) and value >= 0
        case "throttling":
            return value in (None, "documented") or (
                isinstance(value, Mapping)
                and value.keys() <= {"endpoint", "issue"}
                and all(map(_is_limit, value.values()))
            )
        case "denied":
            return isinstance(value, list) and all(each in PERMISSIONS for each in value)
        case "off_screen" | "required":
            return isinstance(value, list) and all(each in FIELDS for each in value)
        case "workflows":
            return isinstance(value, Mapping) and all(
                kind in {each.name for each in TYPES} and isinstance(moves, list) and all(map(_is_move, moves))
                for kind, moves in value.items()
            )
        case "page_cap":
            return isinstance(value, int) and not isinstance(value, bool) and value > 0
        case "adf_local_ids" | "bulkfetch_lags" | "clone_properties" | "autowatch":
            return isinstance(value, bool)
    return value in _CHOICES[name]


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_limit(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and value.keys() == {"limit", "per_seconds"}
        and all(_number(each) and each > 0 for each in value.values())
        and value["limit"] >= 1
    )


def _is_move(value: Any) -> bool:
    names = {each.name for each in STATUSES}
    return (
        isinstance(value, Mapping)
        and value.keys() <= {"name", "from", "to", "required", "assigned"}
        and value.get("to") in names
        and all(each in names for each in value.get("from") or [])
        and all(each in FIELDS for each in value.get("required") or [])
    )
