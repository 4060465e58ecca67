"""The real command in a process of its own, a directory of specs for it, and the sandbox that it talks to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from acceptance.forkserver import Forkserver

from reconciler.sandbox.serving import Endpoints

__all__ = ["EXAMPLE", "HEAD", "Result", "Site", "Workspace", "kinds", "writes"]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "investment-asset-plan"

_HOOK = Path(__file__).resolve().parents[1] / "faults" / "hook"
"""The folder of the module that puts a command on the sandbox's clock."""

HEAD = """\
workspace: {name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}
providers: {jira: {project: INVEST}}
"""
"""The beginning of a spec with one workspace and one provider; it takes two lines."""

_FRAME = str.maketrans(dict.fromkeys("│╷╵", " "))

_READS = (
    ("POST", "/issue/bulkfetch"),
    ("POST", "/changelog/bulkfetch"),
    ("POST", "/permissions/check"),
    ("POST", "/search/jql"),
    ("POST", "/jql/"),
    ("POST", "/rest/api/3/workflows"),
    ("POST", "/rest/api/2/search"),
    ("POST", "/_apis/wit/wiql"),
    ("POST", "/_apis/wit/workitemsbatch"),
)


@dataclass(frozen=True)
class Result:
    """What a command left behind: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which has to be one JSON document and nothing else."""
        return json.loads(self.out)

    @property
    def diagnostics(self) -> list[dict[str, Any]]:
        """Standard error as JSON lines, nothing else."""
        return [json.loads(line) for line in self.err.splitlines()]

    @property
    def text(self) -> str:
        """All that a person reads, in one line: what the terminal's width broke and framed is joined."""
        return " ".join(f"{self.out}\n{self.err}".translate(_FRAME).split())


@dataclass
class Site:
    """The sandbox, as the operator of the site and the people on it use it."""

    endpoints: Endpoints
    platform: str = "jira"
    api: str = "/rest/api/3"

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables that a command needs to sign in."""
        if self.platform == "azure_devops":
            return {"AZURE_DEVOPS_ORG_URL": self.endpoints.sites["azure_devops"], "AZURE_DEVOPS_PAT": "sandbox"}
        return {
            "JIRA_URL": self.endpoints.sites["jira"],
            "JIRA_EMAIL": "sandbox@example.com",
            "JIRA_API_TOKEN": "sandbox",
        }

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Use the control interface; a mistake fails the test with its words."""
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.endpoints.url}/_sandbox/{path}"
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as problem:
            raise AssertionError(problem.read().decode()) from problem

    def edit(self, person: str, key: str, **edit: Any) -> None:
        """A person edits an item: `set` {field: value}, `status`, `add_labels`, `remove_labels`."""
        self.act("edit", by=person, item=key, **edit)

    def act(self, action: str, **details: Any) -> dict[str, Any]:
        """A person creates, deletes, clones, hides or shows an item."""
        done: dict[str, Any] = self.control("POST", f"people/{action}", {"platform": self.platform, **details})
        return done

    def fault(self, what: Any, *, path: str = "", method: str | None = None, **rest: Any) -> None:
        """The next matching request goes wrong; `rest` is `when`, `times`, `skip`."""
        skip = rest.pop("skip", 0)
        self.control("POST", "faults", {"match": {"method": method, "path": path, "skip": skip}, "what": what, **rest})

    def wait_for_fault(self) -> None:
        """Wait until a fault has struck: a command's request is in the air."""
        assert any(each["struck"] for each in self.control("GET", "faults?struck=25")), "no request met the fault"

    def turn(self, **knobs: Any) -> None:
        """Turn knobs."""
        self.control("PATCH", "knobs", knobs)

    def now(self) -> datetime:
        """The sandbox's time."""
        return datetime.fromisoformat(self.control("GET", "clock")["now"])

    def requests(self) -> list[dict[str, Any]]:
        """All exchanges with the platform so far, with bodies."""
        exchanges: list[dict[str, Any]] = self.control("GET", "requests?bodies=1")
        return exchanges

    @contextmanager
    def watched(self) -> Iterator[list[dict[str, Any]]]:
        """The exchanges of a `with` block, in the list that it gives, filled at its end."""
        before = len(self.requests())
        during: list[dict[str, Any]] = []
        yield during
        during.extend(self.requests()[before:])

    def issue(self, key: str) -> dict[str, Any]:
        """An issue's fields as the site shows them, by field id."""
        fields: dict[str, Any] = self._get(f"issue/{key}", fields="*all")["fields"]
        return fields

    def id_of(self, key: str) -> str:
        """An issue's id."""
        return str(self._get(f"issue/{key}", fields="summary")["id"])

    def pages(self, key: str) -> list[dict[str, Any]]:
        """An issue's remote links."""
        pages: list[dict[str, Any]] = self._get(f"issue/{key}/remotelink")
        return pages

    def _get(self, path: str, **query: str) -> Any:
        url = f"{self.endpoints.sites['jira']}{self.api}/{path}"
        answer = httpx.get(url, params=query, auth=("sandbox@example.com", "sandbox"))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def cards(self) -> dict[str, dict[str, Any]]:
        """The board's cards by key."""
        boards = (each for each in self.control("GET", "board") if each["platform"] == self.platform)
        return {card["key"]: card for board in boards for card in board["cards"]}


def kinds(exchanges: list[dict[str, Any]]) -> Counter[str]:
    """How many requests of each operation."""
    return Counter(each["operation"] for each in exchanges)


def writes(exchanges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that change something, whether or not they were carried out."""
    return [each for each in exchanges if each["method"] != "GET" and not _only_asks(each)]


def _only_asks(exchange: Mapping[str, Any]) -> bool:
    reads = any(exchange["method"] == verb and part in exchange["path"] for verb, part in _READS)
    return reads or "validateOnly=true" in exchange["query"]


@cache
def _forkserver() -> Forkserver:
    return Forkserver()


@dataclass
class Workspace:
    """A directory of specs, and commands run in it.

    Attributes:
        path: the specs' directory; commands start there.
        home: an empty directory, HOME for the commands.
        settings: what the operator's environment holds beside PATH and HOME.
        head: the beginning of the specs that `items` writes.
    """

    path: Path
    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    head: str = HEAD

    def copy_example(self) -> None:
        """Begin with the investment example."""
        shutil.copytree(EXAMPLE, self.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".reconciler"))

    def write(self, text: str, file: str = "main.yaml") -> None:
        """Write a spec file."""
        (self.path / file).write_text(text, encoding="utf-8")

    def items(self, text: str) -> None:
        """Write a spec of its head and these items, each line indented by two."""
        self.write(f"{self.head}items:\n{text}")

    def replace(self, old: str, new: str, file: str = "main.yaml") -> None:
        """Change a spec file; what is to be changed has to be there."""
        text = (self.path / file).read_text(encoding="utf-8")
        assert old in text
        self.write(text.replace(old, new), file)

    def keys(self) -> dict[str, str]:
        """The keys of the state's items, by address."""
        listed = self.run("state", "list", "--format", "json")
        assert listed.code == 0, listed.err
        return {each["address"]: each["key"] for each in listed.json}

    def keep_time_with(self, site: Site) -> None:
        """Let commands live on the sandbox's clock: they put it forward where they would wait."""
        self.settings |= {"PYTHONPATH": str(_HOOK), "FAULTS_CLOCK": f"{site.endpoints.url}/_sandbox/clock"}

    def environment(self) -> dict[str, str]:
        """The environment of a command: clean, but for what measures coverage in it."""
        passed = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COVERAGE_")}
        return {**passed, "HOME": str(self.home), **self.settings}

    def command(self, *arguments: str) -> list[str]:
        """The command line of a process."""
        return [sys.executable, "-m", "reconciler", *arguments]

    def run(self, *arguments: str, cwd: Path | None = None, **environment: str) -> Result:
        """Run a command to its end, without a terminal."""
        environment = {**self.environment(), **environment}
        code, out, err = _forkserver().run(arguments, cwd or self.path, environment, timeout=60)
        result = Result(code, out.decode(), err.decode())
        assert "Traceback" not in result.err or "debug" in arguments, result.err
        return result

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a command by an interpreter of its own and let it run."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.path,
            env={**self.environment(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def plan(self, *arguments: str) -> Mapping[str, Any]:
        """A plan as JSON, which has to succeed."""
        result = self.run("plan", "--format", "json", *arguments)
        assert result.code == 0, result.err
        document: Mapping[str, Any] = result.json
        return document

    def apply(self, *arguments: str, code: int = 0) -> Mapping[str, Any]:
        """Apply without asking, as JSON, which has to end with `code`."""
        result = self.run("apply", "--auto-approve", "--format", "json", *arguments)
        assert result.code == code, result.out + result.err
        document: Mapping[str, Any] = result.json
        return document
