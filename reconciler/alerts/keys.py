"""Deduplication keys as keys of instances."""

from __future__ import annotations

import hashlib
import re
from typing import Final

__all__ = ["instance_key"]

_MOST: Final = 64
_KEPT: Final = 48
_FITS: Final = re.compile(rf"[A-Za-z0-9._-]{{1,{_MOST}}}")
_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]+")


def instance_key(dedupe_key: str) -> str:
    """Make an instance's key of a deduplication key; the same of the same, another of another.

    One of up to 64 letters, digits, `.`, `_` and `-` stays as it is. Of any other the rest becomes `-`, what is left is
    cut to 48 characters, and 12 hex of the SHA-256 over the whole key follow.
    """
    if _FITS.fullmatch(dedupe_key):
        return dedupe_key
    digest = hashlib.sha256(dedupe_key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    readable = _OTHER.sub("-", dedupe_key).strip("-")[:_KEPT]
    return f"{readable}-{digest}" if readable else digest
