"""A workspace whose commands live on the sandbox's clock, and can be struck at any boundary."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from acceptance.harness import HEAD, Result, Site, Workspace

__all__ = ["APPLY", "FaultWorkspace"]

APPLY = ("apply", "--auto-approve")
_HOOK = Path(__file__).parent / "hook"


@dataclass
class FaultWorkspace(Workspace):
    """A workspace whose commands live on the sandbox's clock.

    Attributes:
        head: the beginning of its specs.
    """

    head: str = HEAD

    def items(self, text: str) -> None:
        """Write a spec of the head and these items, each line indented by two."""
        self.write(f"{self.head}items:\n{text}")

    @classmethod
    def on(cls, site: Site, folder: Path, head: str = HEAD) -> FaultWorkspace:
        """An empty one in a folder."""
        path, home = folder / "specs", folder / "home"
        path.mkdir()
        home.mkdir()
        clock = f"{site.endpoints.url}/_sandbox/clock"
        modules = os.pathsep.join(filter(None, (str(_HOOK), os.environ.get("PYTHONPATH"))))
        settings = {**site.settings, "PYTHONPATH": modules, "FAULTS_CLOCK": clock}
        return cls(path, home, settings, head)

    def struck(
        self,
        at: str,
        *signals: str,
        nth: int = 1,
        method: str = "",
        path: str = "",
        command: Sequence[str] = APPLY,
    ) -> Result:
        """Run a command, and at a boundary send signals to it, or with none fill the disk.

        What is killed is a fork, as for `run`. What has to deal with signals is a new interpreter.
        """
        strike: dict[str, object] = {"at": at, "nth": nth, "signals": signals}
        if method:
            strike |= {"method": method, "path": path}
        environment = {"FAULTS_STRIKE": json.dumps(strike)}
        if signals == ("SIGKILL",):
            return self.run(*command, **environment)
        return _ended(self.start(*command, **environment))

    def hanging(self, site: Site, command: Sequence[str]) -> Result:
        """Run a command, and put the clock forward until the request that hangs is cut."""
        process = self.start(*command)
        site.wait_for_fault()
        site.control("POST", "clock", {"advance": 50})
        return _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> Result:
    out, err = process.communicate(timeout=60)
    result = Result(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in result.err, result.err
    return result
