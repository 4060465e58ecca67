"""Values of a plan's document, in words."""

from __future__ import annotations

import json

from pydantic import JsonValue

from reconciler.report.text import safe

__all__ = ["EMPTY", "awaited_text", "is_text_block", "shown"]

EMPTY = "(empty)"


def shown(value: JsonValue) -> str:
    """A value on one line, fit for a terminal: texts with spaces in quotes, an empty field as `(empty)`."""
    match value:
        case None:
            return EMPTY
        case str():
            return f'"{safe(value)}"' if not value or any(each.isspace() for each in value) else safe(value)
        case float() if value.is_integer():
            return str(int(value))
        case {"title": str(title), "url": url, **rest} if not rest:
            return f"{safe(title)} <{safe(awaited_text(url))}>"
        case {"id": str(id), **rest} if not rest:
            return f"id {safe(id)}"
        case list() if all(not isinstance(each, list | dict) for each in value):
            return ", ".join(shown(each) for each in value) or EMPTY
    return safe(json.dumps(value, ensure_ascii=False))


def awaited_text(parts: JsonValue) -> str:
    """A text with parts that are known after apply, each as a spec would write it: `${items.deal.key}`."""
    texts = []
    for part in parts if isinstance(parts, list) else [parts]:
        match part:
            case {"address": str(address), "attribute": str(attribute)}:
                texts.append(f"${{items.{address}.{attribute}}}")
            case _:
                texts.append(part if isinstance(part, str) else json.dumps(part, ensure_ascii=False))
    return "".join(texts)


def is_text_block(value: JsonValue) -> bool:
    """Whether a value is a text of several lines."""
    return isinstance(value, str) and "\n" in value.strip("\n")
