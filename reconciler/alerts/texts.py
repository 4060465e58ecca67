"""Texts of strangers made fit for a work item: nobody is mentioned, and logs stay in their block."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["closed", "defused", "fenced"]

_MENTION: Final = re.compile(r"@(?=<)|\[(?=~)")
"""How Markdown in Azure DevOps and wiki markup in Jira begin the mention of a person."""
_FENCE: Final = re.compile(r"`{3,}")
_FENCE_LINE: Final = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<rest>.*)")
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_ESCAPE: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")


_JOINER: Final = "\u200d"
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)


def defused(text: str) -> str:
    """The text without terminal escapes and control characters; what would mention a person has a space in it."""
    return _MENTION.sub(lambda found: f"{found[0]} ", _clean(text))


def closed(markdown: str) -> str:
    """The text, with its last block of code ended where it was left open: what follows is no part of it."""
    fence = ""
    for line in markdown.split("\n"):
        found = _FENCE_LINE.fullmatch(line)
        if found is None:
            continue
        if not fence:
            fence = found["fence"]
        elif found["fence"].startswith(fence) and not found["rest"].strip():
            fence = ""
    return f"{markdown}\n{fence}" if fence else markdown


def fenced(logs: str, room: int) -> str:
    """Logs as a block of code that nothing in them ends, and that mentions nobody. Empty for no logs.

    Where they are longer than `room` characters their end is kept, which is where the news is, and a line below the
    block says how much of them is left out. The cut falls between two lines, unless that would leave out the half of
    what there is room for; then between two characters as a person sees them.
    """
    clean = defused(logs.replace("\r\n", "\n")).strip("\n")
    if not clean or room <= 0:
        return ""
    kept = clean[_cut(clean, room) :]
    longest = max((len(each) for each in _FENCE.findall(kept)), default=2)
    fence = "`" * (longest + 1)
    block = f"{fence}\n{kept}\n{fence}"
    if len(kept) == len(clean):
        return block
    return f"{block}\n\nCut: the first {len(clean) - len(kept):,} of {len(clean):,} characters are left out."


def _cut(text: str, room: int) -> int:
    """Where the end of a text begins that has at most so many characters."""
    start = max(len(text) - room, 0)
    if start == 0 or text[start - 1] == "\n":
        return start
    line = text.find("\n", start, start + room // 2) + 1
    whole = line or next((at for at in range(start, len(text)) if not _joined(text, at)), start)
    return whole if whole < len(text) else start


def _joined(text: str, at: int) -> bool:
    """Whether a character is drawn together with the one before: an accent, a skin tone, a flag's second letter."""
    this = text[at]
    if this == _JOINER or text[at - 1] == _JOINER or unicodedata.category(this) in {"Mn", "Mc", "Me"}:
        return True
    if ord(this) in _FLAG_LETTERS:
        before = text[:at]
        return (len(before) - len(before.rstrip("".join(map(chr, _FLAG_LETTERS))))) % 2 == 1
    return ord(this) in _SKIN_TONES


def _clean(text: str) -> str:
    return _UNSEEN.sub("", _ESCAPE.sub("", text))
