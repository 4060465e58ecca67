"""Commands that begin: a new workspace, the schema for editors."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from reconciler.errors import UsageError
from reconciler.spec import json_schema, scaffold
from reconciler.state.directory import make_private_directory

__all__ = ["initialize", "write_schema"]


def initialize(directory: Path, name: str) -> list[Path]:
    """Write a workspace that validates, with an id of its own, and the schema for editors.

    Returns:
        The files, in the order to read them.

    Raises:
        UsageError: one of them is there already; nothing is written then.
    """
    files = {directory / file: text for file, text in scaffold(name, str(uuid.uuid4())).items()}
    taken = [path for path in files if path.exists()]
    if taken:
        raise UsageError(f"{taken[0]} is there already", hint="start in an empty directory, or edit what is there")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"{directory} can't be written", detail=problem.strerror or str(problem)) from problem
    return [*files, write_schema(directory)]


def write_schema(directory: Path) -> Path:
    """Write `.reconciler/schema.json`, which the first line of a spec names to editors."""
    path = make_private_directory(directory) / "schema.json"
    try:
        path.write_text(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"{path} can't be written", detail=problem.strerror or str(problem)) from problem
    return path
