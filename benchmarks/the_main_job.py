"""How long the main job takes as it grows, and how many requests it makes of the site.

Each command runs in a process of its own, against a sandbox in another, which answers at once: the times are the
program's, start-up included, and not a network's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SIZES = (7, 700, 7_000)
LARGEST = 10_000
COMMAND = Path(sys.executable).parent / "reconciler"

SPEC = """\
workspace: {name: bench, id: bench}
providers: {jira: {project: INVEST}}
variables: {close_date: {type: date, default: 2027-03-31}}
defaults: {labels: [bench], status: todo}
items:
  deal: {type: epic, title: Deal, due: "${var.close_date}"}
  tasks:
    for_each: "${range(1, ITEMS)}"
    type: task
    parent: deal
    title: "Task ${each.key}"
    description: "Do **${each.key}** by ${format_date(var.close_date, '%d %B %Y')}."
    story_points: 3
    due: "${workdays(items.deal.due, -5)}"
"""


@dataclass(frozen=True)
class Run:
    """One command: its seconds, and its requests by the platform's name for them."""

    seconds: float
    requests: Counter[str]


def main() -> None:
    """Print one line for each measurement."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        specs = write_specs(directory, LARGEST)
        print(f"validate {LARGEST:,} items: {run(['validate', specs], os.environ).seconds:.1f} s", flush=True)
        for items in SIZES:
            with sandbox() as environment:
                specs = write_specs(directory, items)
                say(f"plan {items:,} new items", run(["plan", specs], environment))
                say(f"apply them, and verify {items:,}", run(["apply", specs, "--auto-approve"], environment))
                say(f"plan {items:,} unchanged items", run(["plan", specs, "--detailed-exitcode"], environment))
                if items < SIZES[-1]:
                    later = [specs, "--var", "close_date=2027-04-14"]
                    say(f"apply a new date to {items:,}", run(["apply", *later, "--auto-approve"], environment))
                    continue
                write_specs(directory, LARGEST, specs)
                grown = run(["apply", specs, "--auto-approve"], environment)
                say(f"apply {LARGEST - items:,} more beside them", grown)
                say(f"plan {LARGEST:,} unchanged items", run(["plan", specs, "--detailed-exitcode"], environment))


def write_specs(directory: Path, items: int, specs: str = "") -> str:
    """Write specs of so many items, in a directory of their own or over those in `specs`."""
    path = Path(specs) if specs else directory / str(items)
    path.mkdir(exist_ok=True)
    (path / "main.yaml").write_text(SPEC.replace("ITEMS", str(items)), encoding="utf-8")
    return str(path)


@contextmanager
def sandbox() -> Iterator[dict[str, str]]:
    """Serve an empty Jira, and give the environment with which commands find it."""
    process = subprocess.Popen([COMMAND, "sandbox", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        where = json.loads(process.stdout.readline())
        yield {
            **os.environ,
            "JIRA_URL": where["jira_url"],
            "JIRA_EMAIL": "sandbox@example.com",
            "JIRA_API_TOKEN": "sandbox",
        }
    finally:
        process.terminate()
        process.wait()


def run(arguments: list[str], environment: dict[str, str] | os._Environ[str]) -> Run:
    """Run a command that has to end with 0; what it prints is thrown away."""
    url = environment.get("JIRA_URL", "").removesuffix("/jira")
    if url:
        control(url, "DELETE")
    start = time.perf_counter()
    subprocess.run([COMMAND, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    return Run(seconds, Counter(each["operation"] for each in control(url, "GET")) if url else Counter())


def control(url: str, method: str) -> list[dict[str, str]]:
    """Read, or forget, the requests that the sandbox has seen."""
    request = urllib.request.Request(f"{url}/_sandbox/requests", method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read()) or []


def say(what: str, found: Run) -> None:
    """Print a measurement, the most frequent requests first."""
    kinds = ", ".join(f"{count:,} {name}" for name, count in found.requests.most_common(4))
    print(f"{what}: {found.seconds:.1f} s, {found.requests.total():,} requests ({kinds})", flush=True)


if __name__ == "__main__":
    main()
