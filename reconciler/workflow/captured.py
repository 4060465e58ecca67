"""A webhook's delivery as somebody captured it: its body in one file, its headers in another."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Final

from reconciler.errors import UsageError

__all__ = ["read_body", "read_headers"]

_LINE: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)")


def read_body(path: Path) -> bytes:
    """The bytes of a file as they are, of standard input where its name is `-`.

    Raises:
        UsageError: there is no such file.
    """
    if path.name == "-":
        return sys.stdin.buffer.read()
    return _read(path)


def read_headers(path: Path) -> dict[str, str]:
    """Headers from a file: a line `Name: value` for each, or a JSON object whose values are texts or lists of texts.

    Several of one name become one with commas, as in HTTP.

    Raises:
        UsageError: there is no such file, or it holds something else.
    """
    try:
        text = _read(path).decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise UsageError(f"{path} is not text in UTF-8", hint="it should hold the headers") from problem
    found: dict[str, list[str]] = {}
    for name, value in _from_json(path, text) if text.lstrip().startswith("{") else _from_lines(path, text):
        found.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(values) for name, values in found.items()}


def _from_lines(path: Path, text: str) -> list[tuple[str, str]]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = _LINE.fullmatch(line.rstrip())
        if parts is None:
            raise UsageError(
                f"{path}:{number} is no header", hint="a header is a line like `X-Hub-Signature: sha256=..`"
            )
        found.append((parts[1], parts[2]))
    return found


def _from_json(path: Path, text: str) -> list[tuple[str, str]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"{path} begins like JSON and is none", detail=str(problem)) from problem
    found = []
    for name, value in data.items():
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, str):
                raise UsageError(
                    f"{path}: the header {name!r} is no text", hint="the values are texts, or lists of texts"
                )
            found.append((name, each))
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise UsageError(f"{path} can't be read", detail=problem.strerror or str(problem)) from problem
