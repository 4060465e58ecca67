"""The signs of wiki markup, for its reader and its writer: when one is markup, and when it stands for itself.

A sign opens a phrase after no letter and before no space; it closes one after no space and before no letter. Anywhere
else it is in braces, as `{*}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = [
    "BREAK",
    "CLOSED",
    "CODE",
    "CODE_END",
    "CODE_END_SHOWN",
    "ENTITY",
    "ESCAPABLE",
    "LIST",
    "OPEN",
    "PHRASES",
    "SIGNS",
    "URL",
    "can_close",
    "can_open",
]

PHRASES: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("*", {"type": "strong"}),
    ("_", {"type": "em"}),
    ("-", {"type": "strike"}),
    ("+", {"type": "underline"}),
    ("^", {"type": "subsup", "attrs": {"type": "sup"}}),
    ("~", {"type": "subsup", "attrs": {"type": "sub"}}),
)
"""Signs with their marks, the outermost first."""
SIGNS: Final[Mapping[str, dict[str, Any]]] = dict(PHRASES)
CODE: Final = ("{{", "}}")
CODE_END, CODE_END_SHOWN = "{code}", "{\u200bcode}"
"""What ends a block of code, and how a block shows it without ending there: nothing else is as wide as nothing."""
BREAK: Final = "\\\\"
URL: Final = re.compile(r"(?:https?|ftp)://[^\s<>\[\]{}|\\\"!*]*")
"""A URL in a text is one piece: no sign in it is markup."""
ENTITY: Final = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
ESCAPABLE: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~")
"""What a backslash before it makes stand for itself."""
LIST: Final = re.compile(r"(?P<signs>[*#-]{1,20})(?:[ \t]+(?P<rest>.*)|$)")
"""An item of a list, from the beginning of its line; a list goes no deeper than twenty levels."""
OPEN, CLOSED = "☐", "☑"
"""What tasks begin with: wiki markup has none."""


def can_open(before: str, after: str) -> bool:
    """Whether a sign between these characters opens a phrase; "" stands for the end of the line."""
    return not before.isalnum() and bool(after) and not after.isspace()


def can_close(before: str, after: str) -> bool:
    """Whether a sign between these characters closes a phrase."""
    return bool(before) and not before.isspace() and not after.isalnum()
