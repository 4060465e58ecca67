"""A workspace, a site and its people in one process, and a model of what must be true of them at every moment."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias
from unittest import mock

from faults.azure import AzureLine
from faults.jira import JiraLine
from faults.specs import Spec

from reconciler.errors import ReconcilerError
from reconciler.live import connections
from reconciler.sdk import concurrency, session
from reconciler.state import sqlite_lease
from reconciler.state.records import ItemRecord
from reconciler.workflow import Applied, Limits, PlanDocument, Request, apply_specs, make_plan, rebuild

__all__ = ["BOUNDARIES", "COLOURS", "LOSSES", "Killed", "Line", "Spec", "World"]

Line: TypeAlias = JiraLine | AzureLine

BOUNDARIES = (
    "journal.before", "journal.after", "send.before", "send.late", "send.after", "record.before", "record.after",
)  # fmt: skip
LOSSES = ("cut_before", "cut_after", "late", "later")
"""How an answer gets lost: nothing arrived, all did, or the request arrives after the sender gave up; `later` is sent
for the second time, after a 429."""

COLOURS = ("blue", "green")
"""Labels that the specs and people both use."""


class Killed(BaseException):
    """The process is gone: nothing of ours catches this."""


class _OneAtATime(Executor):
    """Does at once what it is given."""

    def __init__(self, max_workers: int) -> None:
        pass

    def submit(self, do: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Do it, here."""
        future: Future[Any] = Future()
        try:
            future.set_result(do(*arguments, **named))
        except Exception as problem:
            future.set_exception(problem)
        return future


@dataclass
class World:
    """Attributes:
    line: the platform.
    specs: what the spec says, by address.
    moved: moves that the spec declares, from and to.
    people: what people wrote into fields that the spec does not own, by key: title, description, labels.
    copies: keys of clones.
    written: names, fields and values of those edits of people's that the specs may come to agree with.
    """

    line: Line
    specs: dict[str, Spec] = field(default_factory=dict)
    moved: list[tuple[str, str]] = field(default_factory=list)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    copies: set[str] = field(default_factory=set)
    written: set[tuple[str, str, object]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.ids = count(1)

    def close(self) -> None:
        """Remove its files."""
        shutil.rmtree(self.directory)

    def write(self) -> None:
        """Write the specs to their file."""
        items = "".join(each.text(address, self.line.type) for address, each in self.specs.items())
        moves = "".join(f"  - {{from: {old}, to: {new}}}\n" for old, new in self.moved)
        text = self.line.head + (f"items:\n{items}" if items else "") + (f"moved:\n{moves}" if moves else "")
        (self.directory / "main.yaml").write_text(text, encoding="utf-8")

    def request(self) -> Request:
        """What a command gets to work on."""
        return Request(self.directory, environment=self.line.environment, clock=self.line.clock)

    def plan(self) -> PlanDocument:
        """Plan."""
        self.write()
        with self._on_the_line():
            return make_plan(self.request())

    def apply(self, patience: float = 120.0) -> Applied:
        """Apply with everybody's consent, and settle as long as the command does by default, or as patience lasts."""
        self.write()
        with self._on_the_line():
            limits = Limits(patience=patience)
            return apply_specs(self.request(), "plan", lambda _: True, limits, lambda _: None)

    def rebuild(self) -> None:
        """Lose the state, and rebuild it from the marked items once the index shows them all."""
        self.write()
        self.line.wait(200)
        shutil.rmtree(self.directory / ".reconciler")
        with self._on_the_line():
            rebuild(self.request(), lambda _: True)

    def copy_state(self) -> None:
        """Take a copy of the state along to another machine."""
        shutil.copytree(self.directory / ".reconciler", self.directory / ".elsewhere")

    def change_machines(self) -> None:
        """Go on with the copy of the state on the other machine, however old it is; this one's stays as it is."""
        self.line.land()
        here, there, between = (self.directory / name for name in (".reconciler", ".elsewhere", ".between"))
        here.rename(between)
        there.rename(here)
        between.rename(there)

    def killed(self, boundary: str, nth: int) -> None:
        """Apply, and end at the nth passing of a boundary; or at the end, where there are fewer."""
        with _kill(boundary, nth, self.line), suppress(Killed, ReconcilerError):
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
        """The same history goes the same way again: no chance in waits and ids, and one thing at a time."""
        here = partial(session.Session, transport=self.line, jitter=lambda: 0.5)
        with (
            mock.patch.object(connections, "Session", here),
            mock.patch.object(uuid, "uuid4", side_effect=(uuid.UUID(int=each) for each in self.ids)),
            mock.patch.object(concurrency, "ThreadPoolExecutor", _OneAtATime),
        ):
            yield

    def known(self) -> set[str]:
        """The addresses that this machine's state has."""
        return set(self._records())

    def _records(self) -> Mapping[str, ItemRecord]:
        self.write()
        request = self.request()
        state = request.store(request.load()).read()
        return state.items if state else {}

    def _key(self, address: str) -> str:
        """Of the item that the state has at an address, or where it is to be moved from."""
        records, sources = self._records(), {new: old for old, new in self.moved}
        while address not in records:
            address = sources[address]
        return records[address].key

    def keys(self) -> list[str]:
        """Of the items that are open, copies among them."""
        return [card["key"] for card in self.line.cards() if card["status"] not in self.line.closed]

    def unfinished(self) -> set[str]:
        """Names of items that nobody finished or cancelled, copies aside."""
        cards = (card for card in self.line.cards() if card["status"] not in self.line.over)
        return {card["title"].split()[0] for card in cards if card["key"] not in self.copies}

    def named(self) -> dict[str, list[str]]:
        """Keys of the open items that are no copies, by the name that their title begins with."""
        return self._named(closed=False)

    def closed(self) -> dict[str, list[str]]:
        """Keys of the closed items that are no copies, by name."""
        return self._named(closed=True)

    def _named(self, *, closed: bool) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for card in self.line.cards():
            if (card["status"] in self.line.closed) is closed and card["key"] not in self.copies:
                found.setdefault(card["title"].split()[0], []).append(card["key"])
        return found

    def overwritten(self) -> list[str]:
        """What has become of people's edits, where they are not as people left them."""
        wrong = []
        for key, wanted in self.people.items():
            live = self.line.read_fields(key)
            wrong += [f"{key}: {id} is {live[id]!r}" for id in wanted.keys() - {"labels"} if live[id] != wanted[id]]
            wrong += [f"{key}: the label {label} is gone" for label in wanted.get("labels", set()) - {*live["labels"]}]
        return wrong

    def _name(self, key: str) -> str:
        return str(self.line.read_fields(key)["title"]).split()[0]

    def person_writes(self, key: str, number: int) -> None:
        """A person writes a description, takes the item, and puts a label on it."""
        self.line.person("edit", item=key, set={"description": f"note {number}"}, add_labels=[f"note-{number}"])
        labels = self.people.get(key, {}).get("labels", set()) | {f"note-{number}"}
        self.people[key] = {"description": self.line.read_fields(key)["description"], "labels": labels}

    def person_disagrees(self, key: str, points: int, colours: dict[str, bool]) -> None:
        """A person estimates an item, and puts labels on or takes them off; the specs may say otherwise."""
        on, off = ([each for each, wanted in colours.items() if wanted is up] for up in (True, False))
        self.line.person("edit", item=key, set={self.line.names["points"]: points}, add_labels=on, remove_labels=off)
        self.written.add((self._name(key), "story_points", points))
        if "labels" in self.people.get(key, {}):
            self.people[key]["labels"] -= set(off)

    def person_retitles(self, key: str, title: str) -> None:
        """A person gives an item another title; on a copy it stands."""
        self.line.person("edit", item=key, set={self.line.names["title"]: title})
        if "title" in self.people.get(key, {}):
            self.people[key]["title"] = title

    def person_agrees(self, address: str, field: str) -> None:
        """A person brings a field of an address's item in line with the specs."""
        spec, key = self.specs[address], self._key(address)
        wanted = {"title": f"{spec.name} {spec.version}", "story_points": spec.points, "status": spec.status}
        value = wanted[field]
        if field == "status":
            self.line.person("edit", item=key, status=self.line.statuses[spec.status])
        else:
            self.line.person("edit", item=key, set={self.line.names[field.removeprefix("story_")]: value})
        self.written.add((spec.name, field, value))

    def was_written(self, address: str, field: str, value: object) -> bool:
        """Whether a person gave a field of an address's item this value at some time."""
        return (self.specs[address].name, field, value) in self.written

    def person_clones(self, key: str) -> None:
        """A person clones an item; what the copy has of its source's people stays as it is."""
        copy = self.line.person("clone", item=key)["key"]
        self.copies.add(copy)
        self.people[copy] = self.line.read_fields(copy)


@contextmanager
def _kill(boundary: str, nth: int, line: Line) -> Iterator[None]:
    """End the process, as far as one that goes on can, at the nth passing of a boundary and at all that follow."""
    place, side = boundary.split(".")
    passings = 0

    def passed() -> None:
        nonlocal passings
        passings += 1
        if passings >= nth:
            raise Killed

    owner, name = {
        "journal": (sqlite_lease.SqliteLease, "journal"),
        "record": (sqlite_lease.SqliteLease, "record"),
        "send": (session, "_send"),
    }[place]
    do = getattr(owner, name)

    def struck(*arguments: Any, **named: Any) -> Any:
        if place == "send" and line.reads(arguments[1]):
            return do(*arguments, **named)
        if passings >= nth:
            raise Killed
        if side == "late" and passings + 1 == nth:
            line.delay(arguments[1])
        if side in {"before", "late"}:
            passed()
        result = do(*arguments, **named)
        if side == "after":
            passed()
        return result

    with mock.patch.object(owner, name, struck):
        yield
