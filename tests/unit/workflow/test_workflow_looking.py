"""Commands that look, and commands that begin."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from memory_engine import Engine
from memory_site import configuration, item

from reconciler.errors import AuthenticationError, ProviderError, ReconcilerError, SpecError, UsageError
from reconciler.live.connections import Connection
from reconciler.live.snapshots import save_snapshots
from reconciler.sdk import Health, Ref
from reconciler.workflow import Request, initialize, inspecting, validate, write_schema
from reconciler.workflow.inspecting import list_state, probe_sites, show_item

SPECS = configuration(item("a", due="2026-04-01", ownership={"due": "people"}), item('x["1"]'))


@pytest.fixture
def request_(engine: Engine) -> Any:
    """Two applied items, of which the second has lost an answer since."""
    engine.apply(SPECS)
    engine.tracker.lost = {'x["1"]'}
    engine.apply(configuration(SPECS.items["a"], item('x["1"]', due="2026-05-01")))
    store = SimpleNamespace(read=engine.lease.state)
    return SimpleNamespace(
        directory=engine.directory, environment={}, clock=engine.clock, load=lambda: SPECS, store=lambda _: store
    )


def test_what_is_known_of_an_item(engine: Engine, request_: Any) -> None:
    """By the spec's words, each field with its owner, what was applied and what was read back."""
    save_snapshots(engine.directory, SPECS.providers, engine.sites)
    found = show_item(request_, "a")
    assert {each.field: each.ownership for each in found.fields} == {"title": "spec", "due": "people"}
    assert (found.record.key, found.unsettled) == ("INVEST-1", ())


def test_without_a_snapshot_fields_go_by_their_ids(request_: Any, engine: Engine) -> None:
    """And an open operation is named; an address may be typed with a dot."""
    (engine.directory / ".reconciler" / "site" / "tracker.json").unlink()
    found = show_item(request_, "x.1")
    assert ([each.field for each in found.fields], found.unsettled) == (["summary"], ("update",))


def test_an_item_that_left_the_specs_is_shown_too(request_: Any) -> None:
    """With the default owners."""
    request_.load = lambda: configuration()
    assert {each.ownership for each in show_item(request_, "a").fields} == {"spec"}


def test_an_address_that_the_state_lacks(request_: Any) -> None:
    """The canonical address is named."""
    with pytest.raises(UsageError, match=r'the state has no item at x\["9"\]'):
        show_item(request_, "x.9")


def test_the_state_and_the_specs_as_they_are(request_: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both without asking any site; a provider block that no plugin fits is a mistake with its place."""
    with pytest.raises(SpecError, match=r"main\.yaml:1:1: error: no plugin 'memory' is installed"):
        validate(request_)
    monkeypatch.setattr("reconciler.workflow.inspecting.block_problems", lambda _: [])
    state = list_state(request_)
    assert state is not None
    assert set(state.items) == {"a", 'x["1"]'}
    monkeypatch.setattr("reconciler.workflow.inspecting.remembered_sites", lambda *_: {})
    assert validate(request_).configuration is SPECS


class TestProbing:
    """`doctor` signs in, looks at the project and at what the account may do."""

    @pytest.fixture(autouse=True)
    def _connected(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.engine = engine
        self.problem: ProviderError | None = None

        def health_check(name: str, types: list[str]) -> Health:
            if self.problem:
                return Health(problem=self.problem)
            return Health(Ref("u0", "Reconciler"), engine.connections[name].provider.describe_site(types))

        @contextmanager
        def connect(
            blocks: Any, names: Any, environment: Any, *, gate: Any, clock: Any
        ) -> Iterator[Mapping[str, Connection]]:
            session: Any = SimpleNamespace(url="https://site-1.example")
            yield {
                name: replace(
                    engine.connections[name],
                    plugin=cast("Any", SimpleNamespace(health_check=partial(health_check, name))),
                    session=session,
                )
                for name in names
            }

        monkeypatch.setattr(inspecting, "connect", connect)

    def test_all_is_well(self, request_: Any) -> None:
        """Settings, account, project with its types, permissions."""
        probes = probe_sites(request_)
        assert [(each.what, each.ok) for each in probes] == [
            ("settings", True), ("sign-in", True), ("project", True), ("may browse", True),
        ]  # fmt: skip
        assert probes[2].found == "INVEST with Opportunity, Sub-task, Task"

    def test_the_token_is_refused(self, request_: Any) -> None:
        """The step that failed is named, with what to do; the steps after it are not taken."""
        self.problem = AuthenticationError("the site did not accept the credential", detail="401")
        probes = probe_sites(request_)
        assert [(each.what, each.ok) for each in probes] == [("settings", True), ("sign-in", False)]
        assert (probes[1].found, probes[1].hint) == ("the site did not accept the credential", "401")


class TestBeginning:
    """`init` and `schema`."""

    def test_a_new_workspace_validates(self, tmp_path: Path) -> None:
        """It has an id of its own, and the schema that its first line names to editors."""
        files = initialize(tmp_path / "new", "deals")
        assert all(path.exists() for path in files)
        specs = Request(tmp_path / "new").load()
        assert specs.workspace.name == "deals"
        assert initialize(tmp_path / "other", "deals")
        assert Request(tmp_path / "other").load().workspace.id != specs.workspace.id

    def test_nothing_is_overwritten(self, tmp_path: Path) -> None:
        """The file that is in the way is named, and nothing is written."""
        (first, *_) = initialize(tmp_path, "deals")
        first.write_text("mine")
        with pytest.raises(UsageError, match="is there already"):
            initialize(tmp_path, "deals")
        assert first.read_text() == "mine"

    def test_where_nothing_can_be_written(self, tmp_path: Path) -> None:
        """The system's reason is passed on, for both commands."""
        (tmp_path / "file").write_text("")
        for begin in (lambda: initialize(tmp_path / "file" / "new", "deals"), lambda: write_schema(tmp_path / "file")):
            with pytest.raises(ReconcilerError, match=r"can't (be written|make)"):
                begin()

    def test_the_schema_is_json(self, tmp_path: Path) -> None:
        """It is made where the state is kept."""
        path = write_schema(tmp_path)
        assert path == tmp_path / ".reconciler" / "schema.json"
        assert "properties" in json.loads(path.read_text())


class TestRequests:
    """What a command is asked to work on."""

    def test_a_directory_or_one_of_its_files(self, tmp_path: Path) -> None:
        """The state lies beside the specs."""
        (tmp_path / "main.yaml").write_text("")
        assert Request(tmp_path).directory == Request(tmp_path / "main.yaml").directory == tmp_path

    def test_the_commit(self, tmp_path: Path) -> None:
        """Of the checkout that the specs lie in; none outside of one, none where there is no git."""
        assert Request(tmp_path).commit() is None
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], cwd=tmp_path, check=True)
        assert len(Request(tmp_path).commit() or "") == 40

    def test_no_git(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A machine without it plans all the same."""
        monkeypatch.setenv("PATH", str(tmp_path))
        assert Request(tmp_path).commit() is None

    def test_the_store_is_the_instances_own(self, tmp_path: Path) -> None:
        """It is there once a lease was taken, and knows its workspace."""
        store = Request(tmp_path).store(SPECS)
        assert store.read() is None
        with store.lease():
            state = store.read()
        assert state is not None
        assert state.workspace.instance == "acme"
