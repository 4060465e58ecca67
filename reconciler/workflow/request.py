"""What a command is asked to work on."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.sdk import Clock, SystemClock
from reconciler.spec import load
from reconciler.spec.configuration import Configuration
from reconciler.state.sqlite import SqliteStore
from reconciler.stop import Stop

__all__ = ["Request", "policy_files"]


def policy_files(environment: Mapping[str, str], named: Sequence[Path] = ()) -> tuple[Path, ...]:
    """The files with the operator's policy: what `RECONCILER_POLICY` names, and those named on the command line."""
    always = environment.get("RECONCILER_POLICY", "")
    return (*((Path(always),) if always else ()), *named)


@dataclass(frozen=True, slots=True)
class Request:
    """A workspace, and how its variables are given.

    Args:
        path: its directory, or one spec file.
        values: `--var`, by name.
        value_files: `--var-file`, in order.
        policies: `--policy`; what `RECONCILER_POLICY` names holds beside them.
        environment: the operator's; specs see only its `RECONCILER_VAR_*`.
        stop: how a run is told to end early.
        clock: waits and time.
    """

    path: Path
    values: Mapping[str, str] = field(default_factory=dict)
    value_files: tuple[Path, ...] = ()
    policies: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    stop: Stop = field(default_factory=Stop)
    clock: Clock = field(default_factory=SystemClock)

    @property
    def directory(self) -> Path:
        """Where the specs and the state are."""
        return self.path if self.path.is_dir() else self.path.parent

    def load(self) -> Configuration:
        """Read and evaluate the specs.

        Raises:
            SpecError: they hold mistakes; all are in it.
        """
        return load(
            self.path,
            values=self.values,
            value_files=self.value_files,
            policies=policy_files(self.environment, self.policies),
            environment=self.environment,
        )

    def store(self, configuration: Configuration) -> SqliteStore:
        """Where the state of these specs is kept."""
        workspace = configuration.workspace
        return SqliteStore(
            self.directory,
            id=workspace.id,
            name=workspace.name,
            instance=workspace.instance,
            clock=self.clock,
            previous_name=workspace.previous_name,
        )

    def commit(self) -> str | None:
        """The git commit that the specs lie in, or `None` outside a checkout."""
        try:
            found = subprocess.run(
                ["git", "rev-parse", "HEAD"],  # noqa: S607  whichever git the operator has
                cwd=self.directory,
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return found.stdout.strip() if found.returncode == 0 else None
