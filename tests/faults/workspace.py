"""A workspace whose commands live on the sandbox's clock, and can be struck at any boundary."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from acceptance.harness import HEAD, Result, Site, Workspace

__all__ = ["FaultWorkspace"]

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

    def struck(self, at: str, *signals: str, nth: int = 1, method: str = "", path: str = "") -> Result:
        """Apply by a new interpreter, and at a boundary send signals to it, or with none fill the disk."""
        strike: dict[str, object] = {"at": at, "nth": nth, "signals": signals}
        if method:
            strike |= {"method": method, "path": path}
        return _ended(self.start("apply", "--auto-approve", FAULTS_STRIKE=json.dumps(strike)))

    def hanging(self, site: Site) -> Result:
        """Apply, and put the clock forward until the request that hangs is cut."""
        process = self.start("apply", "--auto-approve")
        site.wait_for_fault()
        site.control("POST", "clock", {"advance": 50})
        return _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> Result:
    out, err = process.communicate(timeout=60)
    result = Result(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in result.err, result.err
    return result
