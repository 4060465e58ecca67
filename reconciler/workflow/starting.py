"""Commands that begin: a new workspace, the schema for editors."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from reconciler.errors import UsageError
from reconciler.spec import find_workspace_id, json_schema, scaffold
from reconciler.state.directory import make_private_directory

__all__ = ["give_new_id", "initialize", "write_schema"]


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


def give_new_id(path: Path) -> tuple[Path, str]:
    """Give the workspace of copied specs an id of its own; nothing else in its file changes.

    Returns:
        The file, and the id.

    Raises:
        UsageError: no file there has a workspace with an id, or it can't be written.
    """
    place = find_workspace_id(path)
    if place is None:
        raise UsageError(
            f"no spec in {path} has a workspace with an id", hint="`reconciler init DIR` starts a workspace"
        )
    fresh = str(uuid.uuid4())
    try:
        with place.file.open(encoding="utf-8", newline="") as source:
            text = source.read()
        with place.file.open("w", encoding="utf-8", newline="") as target:
            target.write(text[: place.start] + fresh + text[place.end :])
    except OSError as problem:
        raise UsageError(f"{place.file} can't be written", detail=problem.strerror or str(problem)) from problem
    return place.file, fresh


def write_schema(directory: Path) -> Path:
    """Write `.reconciler/schema.json`, which the first line of a spec names to editors."""
    path = make_private_directory(directory) / "schema.json"
    try:
        path.write_text(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"{path} can't be written", detail=problem.strerror or str(problem)) from problem
    return path
