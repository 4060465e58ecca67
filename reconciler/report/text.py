"""Text that came from elsewhere, made fit for a terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from itertools import accumulate, takewhile
from typing import Final

__all__ = ["columns", "counted", "cut", "safe", "unseen", "wrapped"]

_HARMLESS: Final = frozenset("\u200c\u200d")
"""Joiners, without which some scripts and emoji fall apart."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def safe(text: str) -> str:
    r"""Show what can't be seen as its escape: a terminal's escape sequence becomes `\x1b[31m`, harmless text."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(each) for each in text)


def unseen(character: str) -> bool:
    """Whether a character moves the cursor, turns the direction of writing or can't be encoded."""
    return character not in _HARMLESS and unicodedata.category(character) in _UNSEEN


def columns(text: str) -> int:
    """How wide a text is on a terminal: wide characters count twice, combining ones not at all."""
    if text.isascii():
        return len(text)
    return sum(_width(each) for each in text)


def cut(text: str, width: int) -> str:
    """Fit a text into so many columns, eight at least, and say how much is missing where it was too long."""
    width = max(width, 8)
    if columns(text) <= width:
        return text
    start = _start(text, width - len(_missing(len(text))))
    if columns(start) < width // 2:
        return _start(text, width - 1) + "…"
    return start + _missing(len(text) - len(start))


def wrapped(text: str, width: int) -> list[str]:
    """Break a text of any number of paragraphs into safe lines; a word that is too long stays whole, to be copied."""
    rows: list[str] = []
    for paragraph in text.expandtabs(4).split("\n"):
        rows.extend(textwrap.wrap(safe(paragraph), width, break_long_words=False, break_on_hyphens=False) or [""])
    return rows


def counted(number: int, noun: str) -> str:
    """`1 item`, `2 items`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _missing(characters: int) -> str:
    return f"… (+{characters:,} characters)"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode() if unseen(character) else character


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _start(text: str, width: int) -> str:
    """As much as fits of a text that does not."""
    ends = accumulate(_width(each) for each in text)
    return text[: sum(1 for _ in takewhile(lambda end: end <= width, ends))]
