"""Commands on the state: mv, rm, pull, push, unlock, history."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from acceptance.harness import Result, Site, Workspace
from acceptance.platforms import Platform, on_each_platform

from reconciler.state.locking import Holder, hold

SPEC = "  a: {type: task, title: A}\n  b: {type: task, title: B, due: 2027-03-31, apply_after: [a]}\n"


@pytest.fixture
def small(workspace: Workspace) -> Workspace:
    """Two applied items."""
    workspace.items(SPEC)
    workspace.apply()
    return workspace


def addresses(workspace: Workspace) -> dict[str, str]:
    """The state's keys by address."""
    return {each["address"]: each["key"] for each in workspace.run("state", "list", "--format", "json").json}


def saved(workspace: Workspace, name: str = "pulled.json") -> Path:
    """A file with what `state pull` writes."""
    path = workspace.path.parent / name
    path.write_text(workspace.run("state", "pull").out, encoding="utf-8")
    return path


def push_altered(workspace: Workspace, alter: Callable[[dict[str, Any]], object]) -> Result:
    """Pull, change what was pulled, and push that."""
    path = saved(workspace)
    data = json.loads(path.read_text(encoding="utf-8"))
    alter(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    return workspace.run("state", "push", str(path))


@on_each_platform
class TestMoving:
    """`state mv FROM TO`."""

    def test_the_item_stays_and_its_address_changes(self, site: Site, platform: Platform, small: Workspace) -> None:
        """Nothing is sent; the next apply writes the address into the marker, and nothing else."""
        first, second = platform.keys(1, 2)
        with site.watched() as during:
            result = small.run("state", "mv", "b", "c")
        assert (result.code, during) == (0, [])
        assert f"{second} is at c now" in result.text
        assert f"the specs have no item at c: the next apply would remove {second}" in result.text
        assert addresses(small) == {"a": first, "c": second}
        small.replace("  b:", "  c:")
        (action,) = small.plan()["actions"]
        assert (action["address"], [each["field"] for each in action["changes"]]) == ("c", ["marker"])
        small.apply()
        assert small.plan()["actions"] == []

    def test_into_a_group(self, small: Workspace) -> None:
        """Addresses may be typed with a dot, and come back canonical."""
        moved = small.run("state", "mv", "b", "tasks.legal", "--format", "json").json
        assert moved["address"] == 'tasks["legal"]'

    def test_where_it_can_not(self, platform: Platform, small: Workspace) -> None:
        """From where nothing is, and onto another item."""
        assert "the state has no item at x" in small.run("state", "mv", "x", "c").text
        result = small.run("state", "mv", "b", "a")
        assert (result.code, f"the state has an item at a already: {platform.key(1)}" in result.text) == (1, True)


@on_each_platform
class TestForgetting:
    """`state rm ADDRESS`."""

    def test_the_item_stays_and_is_taken_up_again(self, site: Site, platform: Platform, small: Workspace) -> None:
        """Nothing is sent; while the specs have the address, the marked item is adopted and none is created."""
        first, second = platform.keys(1, 2)
        with site.watched() as during:
            result = small.run("state", "rm", "b")
        assert (result.code, during) == (0, [])
        assert f"b ({second}) is forgotten" in result.text
        assert addresses(small) == {"a": first}
        assert [(each["address"], each["action"]) for each in small.plan()["actions"]] == [("b", "adopt")]
        small.apply()
        assert addresses(small) == {"a": first, "b": second}
        assert len(site.cards()) == 2
        assert small.plan()["actions"] == []

    def test_not_a_protected_one(self, platform: Platform, small: Workspace) -> None:
        """Protection ends by applying `protect: false`, not by forgetting."""
        small.replace("title: A", "title: A, protect: true")
        small.apply()
        result = small.run("state", "rm", "a")
        assert (result.code, f"a ({platform.key(1)}) is protected" in result.text) == (5, True)

    def test_one_that_is_not_there(self, platform: Platform, small: Workspace) -> None:
        """As JSON too."""
        assert small.run("state", "rm", "x").code == 1
        assert small.run("state", "rm", "b", "--format", "json").json["key"] == platform.key(2)

    def test_without_a_state(self, workspace: Workspace) -> None:
        """There is nothing to forget or to move, and no state is made."""
        workspace.items(SPEC)
        for command in (["rm", "a"], ["mv", "a", "b"]):
            assert "nothing was applied" in workspace.run("state", *command).text
        assert not list(workspace.path.glob(".reconciler/*.db"))


class TestPullAndPush:
    """`state pull` and `state push FILE`. What is refused is a file, beside which no platform is asked."""

    @on_each_platform
    def test_there_and_back(self, small: Workspace) -> None:
        """What was pulled can be pushed where the state is lost, and is then the same."""
        path = saved(small)
        for each in small.path.glob(".reconciler/*.db"):
            each.unlink()
        assert small.run("state", "push", str(path)).text == "The state has 2 items now."
        assert json.loads(small.run("state", "pull").out) == json.loads(path.read_text(encoding="utf-8"))
        assert small.plan()["actions"] == []

    @on_each_platform
    def test_it_holds_everything(self, platform: Platform, small: Workspace) -> None:
        """Items, every journalled operation, and every run, as JSON and not as text in JSON."""
        pulled = json.loads(small.run("state", "pull").out)
        assert [each["address"] for each in pulled["items"]] == ["a", "b"]
        assert pulled["items"][0]["base"][platform.title] == "A"
        assert [each["kind"] for each in pulled["operations"]][:2] == ["create", "create"]
        assert [each["command"] for each in pulled["runs"]] == ["apply"]

    def test_not_an_older_one(self, small: Workspace) -> None:
        """A file that does not know a run of the state would lose what that run did."""
        path = saved(small)
        small.replace("title: B", "title: Bee")
        small.apply()
        result = small.run("state", "push", str(path))
        assert (result.code, "is older than the state here" in result.text) == (5, True)
        assert small.plan()["actions"] == []

    def test_not_another_states(self, small: Workspace) -> None:
        """Two states of one workspace that began apart share no history."""
        result = push_altered(small, lambda data: data["workspace"].update(lineage="another"))
        assert (result.code, "descends from another state" in result.text) == (5, True)

    def test_not_one_with_writes_missing(self, small: Workspace) -> None:
        """An operation that the journal has and the file has not is as bad as a run."""
        result = push_altered(small, lambda data: data["operations"].pop(0))
        assert (result.code, "lacks writes" in result.text) == (5, True)

    def test_not_another_workspaces(self, small: Workspace) -> None:
        """Another id, another name or another instance."""
        result = push_altered(small, lambda data: data["workspace"].update(name="theirs"))
        assert (result.code, "is the state of another workspace" in result.text) == (5, True)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("no JSON", "Expecting value"),
            ("[]", "it is no JSON object"),
            ('{"format_version": "9"}', "its format_version is '9'"),
            ('{"format_version": "1.0", "workspace": {}}', "workspace[0] has no 'id'"),
        ],
    )
    def test_not_another_file(self, small: Workspace, text: str, says: str) -> None:
        """The mistake is named with its place in the file."""
        path = small.path.parent / "file.json"
        path.write_text(text, encoding="utf-8")
        result = small.run("state", "push", str(path))
        assert result.code == 1
        assert says in result.text

    def test_nothing_to_pull_or_push(self, workspace: Workspace) -> None:
        """Without a state there is nothing to pull; a file has to be there."""
        workspace.items(SPEC)
        assert "there is no state to pull" in workspace.run("state", "pull").text
        assert "there is no file" in workspace.run("state", "push", "nowhere.json").text


class TestUnlocking:
    """`state unlock` explains the lock; it takes it from nobody. No platform has a part in it."""

    def test_nobody_holds_it(self, small: Workspace) -> None:
        """An apply that ended gives its lock back; the note of one that was killed is told and wiped out, once."""
        assert small.run("state", "unlock").text == "Nobody holds the lock."
        (lock,) = small.path.glob(".reconciler/*.lock")
        note = {"pid": 4711, "host": "there", "since": "2026-11-23T12:00:00+00:00", "command": "reconciler apply"}
        lock.write_text(json.dumps(note), encoding="utf-8")
        assert "Its last holder was cut off: process 4711 on there" in small.run("state", "unlock").text
        assert small.run("state", "unlock").text == "Nobody holds the lock."
        assert small.run("state", "unlock", "--format", "json").json == {"locked": False, "last_holder": None}

    def test_a_running_process_holds_it(self, small: Workspace) -> None:
        """It is named, exit 6, and keeps the lock."""
        (lock,) = small.path.glob(".reconciler/*.lock")
        with hold(
            lock, Holder(4711, "there", datetime(2026, 11, 23, 12, 0, tzinfo=UTC).isoformat(), "reconciler apply")
        ):
            result = small.run("state", "unlock")
            assert (result.code, "process 4711 on there" in result.text) == (6, True)
            assert "nothing to remove by hand" in result.text
            assert small.run("apply", "--auto-approve").code == 6
        assert small.run("state", "unlock").code == 0


class TestHistory:
    """`state history`."""

    @on_each_platform
    def test_who_did_what(self, small: Workspace) -> None:
        """Oldest first, with the command, what came of it and the limits that were accepted."""
        small.run("state", "mv", "b", "c")
        found: list[dict[str, Any]] = small.run("state", "history", "--format", "json").json
        assert [each["command"] for each in found] == ["apply", "state mv"]
        assert [each["counts"] for each in found] == [{"done": 2}, {"moved": 1}]
        assert all(each["who"] and each["finished_at"] for each in found)
        text = small.run("state", "history").out.splitlines()
        assert len(text) == 2
        assert "apply" in text[0]
        assert "2 done" in text[0]

    def test_before_anything(self, workspace: Workspace) -> None:
        """There is nothing yet."""
        workspace.items(SPEC)
        assert workspace.run("state", "history").text == "Nothing was applied yet."
        assert workspace.run("state", "history", "--format", "json").json == []


@on_each_platform
def test_an_unsettled_item_is_neither_moved_nor_forgotten(site: Site, platform: Platform, small: Workspace) -> None:
    """While the outcome of a write is unknown, its address keeps its item."""
    site.fault({"status": 503}, when="after", **platform.edit)
    small.replace("title: B", "title: Bee")
    small.apply("--settle", "0", code=4)
    for command in (["rm", "b"], ["mv", "b", "c"]):
        result = small.run("state", *command)
        assert (result.code, "b is unsettled" in result.text) == (5, True)
