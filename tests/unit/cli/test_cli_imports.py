"""`--help` answers at once: nothing heavy is imported for it."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from reconciler.cli.main import reconciler

CLEAN = {"PATH": "/usr/bin:/bin"}
"""An environment in which nothing measures coverage: that imports much, and takes time."""

HEAVY = {"httpx", "pydantic", "yaml", "deepdiff", "uvicorn", "rich", "marklas", "sqlite3", "asyncio", "ruamel"}
COMMANDS = tuple(reconciler.list_commands(click.Context(reconciler)))

SCRIPT = """
import sys
from reconciler.cli.main import run
code = run(sys.argv[1:])
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("arguments", [(), *((command,) for command in COMMANDS)])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """Help of the whole and of each command imports no HTTP, no models, no YAML."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments, "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=CLEAN,
    )
    assert "Usage: reconciler" in done.stdout
    assert HEAVY & set(done.stderr.split()) == set()


@pytest.mark.parametrize("arguments", [("--help",), ("plan", "--help")])
def test_help_is_quick(arguments: tuple[str, ...]) -> None:
    """Help takes less than a quarter of a second of processor time, whatever else the machine does."""
    best = min(_processor_seconds(*arguments) for _ in range(3))
    assert best < 0.25


def _processor_seconds(*arguments: str) -> float:
    script = f"import time\nfrom reconciler.cli.main import run\nrun({list(arguments)!r})\nprint(time.process_time())"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60, env=CLEAN
    )
    return float(done.stdout.split()[-1])
