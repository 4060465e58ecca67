"""Commands in processes of their own, forked from one that has their modules loaded.

Imports are most of what a short command costs, several times over where coverage is measured. So a test process keeps
one interpreter that has imported everything and runs nothing; each command is a fork of it, with its own arguments,
environment, directory and streams. So is what the crash suite kills; what has to deal with signals there is a new
interpreter.

Azure DevOps' items are created several at a time, so their ids come in any order. Where the environment has
CREATE_IN_ORDER, a fork creates them one after the other: a test can then say which item has which id.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

__all__ = ["Forkserver"]

_PACKAGES = ("reconciler", "reconciler_jira", "reconciler_azure_devops")
_LATE = (
    "certifi",
    "coverage",
    "deepdiff",
    "h11",
    "html_to_markdown",
    "httpcore",
    "httpx",
    "marklas",
    "nh3",
    "pydantic.dataclasses",
    "rich.console",
    "rich.text",
    "ruamel.yaml",
    "yaml",
)
"""What the packages import only when they need it."""


class Forkserver:
    """The loaded interpreter; it ends with the process that made it."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, __file__, str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd="/")
        atexit.register(self._close)

    def _close(self) -> None:
        self._control.close()
        self._process.wait(timeout=10)

    def run(
        self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float
    ) -> tuple[int, bytes, bytes]:
        """Run `reconciler` with these arguments to its end, without a terminal.

        Args:
            timeout: seconds; a command that takes longer is killed.

        Returns:
            The exit code, negative for a signal, and what came on standard output and standard error.

        Raises:
            TimeoutError: It took longer.
        """
        ours, theirs = socket.socketpair()
        with ours, theirs, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            with Path(os.devnull).open("rb") as nothing:
                files = [theirs.fileno(), nothing.fileno(), out.fileno(), err.fileno()]
                socket.send_fds(self._control, [b"!"], files)
            theirs.close()
            with ours.makefile("rw", encoding="utf-8") as wire:
                wire.write(json.dumps([list(arguments), str(cwd), dict(environment)]) + "\n")
                wire.flush()
                process = int(wire.readline())
                ours.settimeout(timeout)
                try:
                    code = int(wire.readline())
                except TimeoutError:
                    os.kill(process, signal.SIGKILL)
                    raise
            out.seek(0)
            err.seek(0)
            return code, out.read(), err.read()


def _serve(control: socket.socket) -> None:
    """Fork for each request, until nobody is there to ask; tell of each its process id, then how it ended."""
    for package in _PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                with suppress(ImportError):  # the command that needs it says so
                    importlib.import_module(module.name)
    for name in _LATE:
        importlib.import_module(name)
    _save_coverage()
    gc.freeze()
    ended, wake = socket.socketpair()
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    running: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([control, ended], [], [])
        if ended in ready:
            ended.recv(4096)
            _tell(running)
        if control in ready:
            _, files, _, _ = socket.recv_fds(control, 1, 4)
            if not files:
                return
            connection = socket.socket(fileno=files[0])
            with connection.makefile(encoding="utf-8") as wire:
                arguments, cwd, environment = json.loads(wire.readline())
            process = os.fork()
            if process == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for held in (control, ended, wake, connection, *running.values()):
                    held.close()
                _become(arguments, cwd, environment, files[1:])
            running[process] = connection
            connection.sendall(f"{process}\n".encode())
            for each in files[1:]:
                os.close(each)


def _tell(running: dict[int, socket.socket]) -> None:
    """Tell whoever waits for them how commands ended."""
    while running:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == 0:
            return
        with running.pop(process) as connection, suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _save_coverage() -> None:
    """What imports ran is saved once, here; a fork goes on measuring, with all that coverage found out by then."""
    if "COVERAGE_PROCESS_CONFIG" in os.environ:
        import coverage

        current = coverage.Coverage.current()
        assert current is not None
        current.save()


def _become(arguments: Sequence[str], cwd: str, environment: Mapping[str, str], streams: Sequence[int]) -> NoReturn:
    """Go on as `python -m reconciler` would in this directory, with this environment and these streams."""
    for target, each in enumerate(streams):
        os.dup2(each, target)
        os.close(each)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - streams stay open
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)  # noqa: SIM115
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = ["reconciler", *arguments]
    added = [each for each in environment.get("PYTHONPATH", "").split(os.pathsep) if each]
    sys.path[:0] = [cwd, *added]
    if any((Path(each) / "sitecustomize.py").exists() for each in added):
        sys.modules.pop("sitecustomize", None)
        importlib.import_module("sitecustomize")
    if environment.get("CREATE_IN_ORDER"):
        creating = vars(importlib.import_module("reconciler_azure_devops.creating"))
        creating["as_completed"] = functools.partial(creating["as_completed"], workers=1)
    runpy.run_module("reconciler", run_name="__main__")
    sys.exit()


if __name__ == "__main__":
    sys.path.pop(0)
    _serve(socket.socket(fileno=int(sys.argv[1])))
