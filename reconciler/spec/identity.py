"""Where a workspace's id is written, to the character, so that it can be changed and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import UsageError
from reconciler.spec.documents import spec_files

__all__ = ["WrittenId", "find_workspace_id"]


@dataclass(frozen=True, slots=True)
class WrittenId:
    """An id in a file: the characters from `start` up to `end`, its quotes among them, of the text as it is stored."""

    id: str
    file: Path
    start: int
    end: int


def find_workspace_id(path: Path) -> WrittenId | None:
    """Find the id of the workspace in a directory of specs, or in one file; `None` where none has one.

    Raises:
        UsageError: a file can't be read, or is no YAML.
    """
    import yaml

    for file in spec_files(path):
        try:
            with file.open(encoding="utf-8", newline="") as source:
                root = yaml.compose(source.read(), Loader=yaml.SafeLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
            hint = "mend it first: `reconciler validate` shows where"
            raise UsageError(f"{file} can't be read", detail=str(problem), hint=hint) from problem
        found = _value(_value(root, "workspace"), "id")
        if isinstance(found, yaml.ScalarNode):
            return WrittenId(found.value, file, found.start_mark.index, found.end_mark.index)
    return None


def _value(node: object, key: str) -> object:
    import yaml

    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)
