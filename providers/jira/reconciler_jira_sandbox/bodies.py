"""Reads the parts of a request's body; a part of the wrong type is refused as Jira does, with 400."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler_jira_sandbox.refusal import Refusal

__all__ = ["mapping_of", "mappings_of", "number_of", "text_of", "texts_of"]


def mapping_of(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object; empty where it is absent."""
    value = body.get(name) or {}
    if not isinstance(value, Mapping):
        raise Refusal(400, f"'{name}' must be an object.")
    return value


def mappings_of(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list of objects; empty where it is absent."""
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise Refusal(400, f"'{name}' must be a list of objects.")
    return value


def texts_of(body: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts; empty where it is absent."""
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Refusal(400, f"'{name}' must be a list of texts.")
    return value


def text_of(body: Mapping[str, Any], name: str) -> str:
    """A text; empty where it is absent."""
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise Refusal(400, f"'{name}' must be a text.")
    return value


def number_of(body: Mapping[str, Any], name: str, default: int) -> int:
    """A whole number of zero or more."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Refusal(400, f"'{name}' must be a number of zero or more.")
    return value
