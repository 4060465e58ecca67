"""The spec language: YAML text -> `Configuration`, every value with its file, line and column.

Importing this is cheap: what reads and works out is imported when it is called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.spec.address import canonical_address
from reconciler.spec.configuration import Configuration, Policy

if TYPE_CHECKING:
    from reconciler.spec.identity import WrittenId

__all__ = ["canonical_address", "find_workspace_id", "holds_specs", "json_schema", "load", "load_policies", "scaffold"]


def load(
    path: Path,
    *,
    values: Mapping[str, str] | None = None,
    value_files: Sequence[Path] = (),
    policies: Sequence[Path] = (),
    environment: Mapping[str, str],
) -> Configuration:
    """Read the specs of a workspace.

    Args:
        path: a directory, or one file in it. Places in diagnostics begin with it as it is given.
        values: of variables, as `--var name=value` gives them.
        value_files: as `--var-file` gives them; the last counts most.
        policies: files with the operator's policy, which the specs can only tighten.
        environment: `RECONCILER_VAR_<NAME>` is read from it, and nothing else.

    Raises:
        SpecError: with every mistake that was found.
        UsageError: there is nothing at `path`, or a file of values or a policy can't be read.
    """
    from reconciler.spec.loader import load as run

    return run(path, values=values, value_files=value_files, policies=policies, environment=environment)


def holds_specs(path: Path) -> bool:
    """Whether a directory, or one file, has anything of a workspace's specs; a file that can't be read may have."""
    from reconciler.spec.documents import holds_specs as run

    return run(path)


def load_policies(paths: Sequence[Path]) -> Policy:
    """Read the operator's policy, where no specs are at hand to tighten it.

    Args:
        paths: files with a `policy`; all of them hold.

    Raises:
        SpecError: with every mistake that was found.
        UsageError: a file can't be read.
    """
    from reconciler.spec.policy import load_policies as run

    return run(paths)


def json_schema() -> dict[str, object]:
    """The JSON Schema of spec files, for editors."""
    from reconciler.spec.schema import json_schema as run

    return run()


def scaffold(name: str, workspace_id: str, *, plugin: str = "jira", project: str | None = None) -> Mapping[str, str]:
    """The files of a new workspace: name to text. They load as they stand.

    Args:
        name: of the workspace: letters, digits, `.`, `_` and `-`.
        workspace_id: an id that no other workspace has.
        project: the project's key; without one the operator's environment names it.
    """
    from reconciler.spec.scaffolding import scaffold as run

    return run(name, workspace_id, plugin=plugin, project=project)


def find_workspace_id(path: Path) -> WrittenId | None:
    """Where the id of the workspace in a directory of specs, or in one file, is written; `None` where it has none.

    Raises:
        UsageError: a file can't be read, or is no YAML.
    """
    from reconciler.spec.identity import find_workspace_id as run

    return run(path)
