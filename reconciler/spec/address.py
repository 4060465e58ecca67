"""Addresses: what items are called, in one spelling."""

from __future__ import annotations

import re

from reconciler.errors import UsageError

__all__ = ["address_of", "canonical_address", "is_key", "is_name", "split_address"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEY = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
_ADDRESS = re.compile(rf"({_NAME.pattern})(?:\.({_KEY.pattern})|\[(\"?)({_KEY.pattern})\3\])?")


def is_name(text: str) -> bool:
    """Whether this can name an item, a variable and the like: `[a-z][a-z0-9_]*`."""
    return _NAME.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Whether this can be an instance's key: `[A-Za-z0-9._-]+`, those of a matrix joined by `/`."""
    return _KEY.fullmatch(text) is not None


def address_of(group: str, key: str | None) -> str:
    """The canonical address of an item, or of a group's instance."""
    return group if key is None else f'{group}["{key}"]'


def split_address(text: str) -> tuple[str, str | None] | None:
    """Read an address in any spelling as group and key; `None` where it is none."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return None
    return match[1], match[2] or match[4]


def canonical_address(text: str) -> str:
    """Spell an address in the one way that plans and states use: `tasks.legal` is `tasks["legal"]`.

    Raises:
        UsageError: it is no address.
    """
    parts = split_address(text.strip())
    if parts is None:
        raise UsageError(
            f"{text!r} is not an item's address",
            hint="write `deal`, or `tasks.legal` for one instance; `reconciler state list` shows what there is",
        )
    return address_of(*parts)
