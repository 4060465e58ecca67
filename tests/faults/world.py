"""A workspace, a site and its people in one process, and a model of what must be true of them at every moment."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
from acceptance.harness import HEAD
from jira_in_process import InProcess

from reconciler.errors import ReconcilerError
from reconciler.live import connections
from reconciler.sdk import session
from reconciler.state import sqlite
from reconciler.workflow import Applied, Limits, PlanDocument, Request, apply_specs, make_plan, rebuild

__all__ = ["BOUNDARIES", "Killed", "Spec", "World"]

BOUNDARIES = ("journal.before", "journal.after", "send.before", "send.after", "record.before", "record.after")
_ENVIRONMENT = {"JIRA_URL": "http://127.0.0.1/jira", "JIRA_EMAIL": "sandbox@example.com", "JIRA_API_TOKEN": "sandbox"}
_CLOSED = "Cancelled"
_CLONE = "CLONE - "


class Killed(BaseException):
    """The process is gone: nothing of ours catches this."""


class _Line(InProcess):
    """The platform takes one request at a time, as the sandbox does."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            return super().handle_request(request)


@dataclass
class Spec:
    """One item as the spec wants it. Its title begins with its name, which no other item's does."""

    name: str
    version: int = 0
    status: str = ""
    blocks: str = ""
    document: bool = False

    def text(self, address: str) -> str:
        """As YAML."""
        wanted: dict[str, Any] = {"type": "task", "title": f"{self.name} {self.version}", "labels": ["ours"]}
        if self.status:
            wanted["status"] = self.status
        if self.blocks:
            wanted["links"] = {"blocks": [self.blocks]}
        if self.document:
            wanted["documents"] = [{"title": "Room", "url": f"https://data.example/{self.name}"}]
        return f"  {address}: {json.dumps(wanted)}\n"


@dataclass
class World:
    """Attributes:
    specs: what the spec says, by address.
    moved: moves that the spec declares, from and to.
    people: what people wrote into fields that the spec does not own, by key and field id.
    """

    specs: dict[str, Spec] = field(default_factory=dict)
    moved: list[tuple[str, str]] = field(default_factory=list)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.line = _Line()
        self.directory = Path(tempfile.mkdtemp())

    def close(self) -> None:
        """Remove its files."""
        shutil.rmtree(self.directory)

    def write(self) -> None:
        """Write the specs to their file."""
        items = "".join(each.text(address) for address, each in self.specs.items())
        moves = "".join(f"  - {{from: {old}, to: {new}}}\n" for old, new in self.moved)
        text = HEAD + (f"items:\n{items}" if items else "") + (f"moved:\n{moves}" if moves else "")
        (self.directory / "main.yaml").write_text(text, encoding="utf-8")

    def request(self) -> Request:
        """What a command gets to work on."""
        return Request(self.directory, environment=_ENVIRONMENT, clock=self.line.clock)

    def plan(self) -> PlanDocument:
        """Plan."""
        self.write()
        with self._on_the_line():
            return make_plan(self.request())

    def apply(self) -> Applied:
        """Apply with everybody's consent, settling as long as the command does by default."""
        self.write()
        with self._on_the_line():
            return apply_specs(self.request(), "plan", lambda _: True, Limits(), lambda _: None)

    def rebuild(self) -> None:
        """Lose the state, and rebuild it from the marked items once the index shows them all."""
        self.write()
        self.line.wait(200)
        shutil.rmtree(self.directory / ".reconciler")
        with self._on_the_line():
            rebuild(self.request(), lambda _: True)

    def back_up(self) -> None:
        """Copy the state."""
        shutil.copytree(self.directory / ".reconciler", self.directory / ".backup")

    def restore(self) -> None:
        """Put the copy of the state back, however old it is."""
        shutil.rmtree(self.directory / ".reconciler")
        (self.directory / ".backup").rename(self.directory / ".reconciler")

    def killed(self, boundary: str, nth: int) -> None:
        """Apply, and end at the nth passing of a boundary; or at the end, where there are fewer."""
        with _kill(boundary, nth), suppress(Killed, ReconcilerError):
            self.apply()

    def settled(self) -> Applied:
        """Apply until nothing is unsettled, which one wait of two minutes has to be enough for."""
        applied = self.apply()
        if applied.in_part:
            self.line.wait(120)
            applied = self.apply()
        return applied

    @contextmanager
    def _on_the_line(self) -> Iterator[None]:
        with mock.patch.object(connections, "Session", partial(session.Session, transport=self.line)):
            yield

    def keys(self) -> list[str]:
        """Of the items that are open, copies among them."""
        return [card["key"] for card in self._cards() if card["status"] != _CLOSED]

    def _cards(self) -> list[dict[str, Any]]:
        cards: list[dict[str, Any]] = self.line.platform.board()["cards"]
        return cards

    def unfinished(self) -> set[str]:
        """Names of items that nobody finished or cancelled, copies aside."""
        over = {_CLOSED, "Done"}
        return {each["title"].split()[0] for each in self._cards() if each["status"] not in over} - {_CLONE.split()[0]}

    def named(self) -> dict[str, list[str]]:
        """Keys of the open items that are no copies, by the name that their title begins with."""
        found: dict[str, list[str]] = {}
        for card in self._cards():
            if card["status"] != _CLOSED and not card["title"].startswith(_CLONE):
                found.setdefault(card["title"].split()[0], []).append(card["key"])
        return found

    def fields(self, key: str) -> dict[str, Any]:
        """An issue's fields, as the site shows them."""
        answer = self.line._asker.get(f"/rest/api/3/issue/{key}", fields="*all")
        assert answer.status == 200, answer.content
        fields: dict[str, Any] = answer.json["fields"]
        return fields

    def overwritten(self) -> list[str]:
        """What has become of people's edits, where they are not as people left them."""
        wrong = []
        for key, wanted in self.people.items():
            live = self.fields(key)
            wrong += [f"{key}: {id} is {live[id]!r}" for id in wanted.keys() - {"labels"} if live[id] != wanted[id]]
            wrong += [f"{key}: the label {label} is gone" for label in wanted.get("labels", set()) - {*live["labels"]}]
        return wrong

    def person_writes(self, key: str, number: int) -> None:
        """A person writes a description, takes the item, and puts a label on it."""
        self.line.person("edit", item=key, set={"description": f"note {number}"}, add_labels=[f"note-{number}"])
        labels = self.people.get(key, {}).get("labels", set()) | {f"note-{number}"}
        self.people[key] = {"description": self.fields(key)["description"], "labels": labels}

    def person_clones(self, key: str) -> None:
        """A person clones an item; what the copy has of its source's people stays as it is."""
        copy = self.line.person("clone", item=key)["key"]
        live = self.fields(copy)
        self.people[copy] = {
            "summary": live["summary"],
            "description": live["description"],
            "labels": {*live["labels"]},
        }


@contextmanager
def _kill(boundary: str, nth: int) -> Iterator[None]:
    """End the process, as far as one that goes on can, at the nth passing of a boundary and at all that follow."""
    place, side = boundary.split(".")
    passings = 0

    def passed() -> None:
        nonlocal passings
        passings += 1
        if passings >= nth:
            raise Killed

    owner, name = {
        "journal": (sqlite._SqliteLease, "journal"),
        "record": (sqlite._SqliteLease, "record"),
        "send": (session, "_send"),
    }[place]
    do = getattr(owner, name)

    def struck(*arguments: Any, **named: Any) -> Any:
        if place == "send" and arguments[1].method == "GET":
            return do(*arguments, **named)
        if passings >= nth:
            raise Killed
        if side == "before":
            passed()
        result = do(*arguments, **named)
        if side == "after":
            passed()
        return result

    with mock.patch.object(owner, name, struck):
        yield
