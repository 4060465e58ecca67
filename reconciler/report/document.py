"""Documents as JSON: valid, stable, and harmless on a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reconciler.report.text import unseen

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["json_document", "json_line"]


def json_document(document: BaseModel) -> str:
    """A plan's or an apply's document, in the order of its fields; ends with a line break."""
    return _harmless(json.dumps(document.model_dump(mode="json"), ensure_ascii=False, indent=2)) + "\n"


def json_line(record: dict[str, Any]) -> str:
    """One record on one line; ends with a line break."""
    return _harmless(json.dumps(record, ensure_ascii=False)) + "\n"


def _harmless(text: str) -> str:
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(_escaped(each) for each in text)


def _escaped(character: str) -> str:
    if character == "\n" or not unseen(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
