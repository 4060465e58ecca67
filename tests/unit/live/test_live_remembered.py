"""Names in specs, held against sites as they were last read. No session ever opens a connection here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from memory_engine import HandClock
from memory_site import MemoryDialect, configuration, item, site_description, to

from reconciler.diagnostics import Diagnostic
from reconciler.live import connections, remembered
from reconciler.live.remembered import name_problems, remembered_sites
from reconciler.live.snapshots import save_snapshots
from reconciler.sdk import DevOpsIntegrationPlugin, PluginConfig, PluginMetadata, Provider, Ref, Setting
from reconciler.spec.configuration import DesiredItem, ProviderBlock, Reference

SITE = site_description()
CLOCK = HandClock()


class RememberedPlugin(DevOpsIntegrationPlugin):
    """A plugin of the small site; making its provider needs no credential."""

    @classmethod
    def metadata(cls) -> PluginMetadata:
        settings = (
            Setting("URL", "MEM_URL", "url", "the site"),
            Setting("TOKEN", "MEM_TOKEN", "secret", "its token"),
            Setting("PROJECT", "MEM_PROJECT", "project", "the project"),
        )
        return PluginMetadata("memory", "Memory Tracker", "1", settings, frozenset({"text"}))

    @classmethod
    def authorization(cls, config: PluginConfig) -> str:  # noqa: ARG003  the contract's signature
        raise AssertionError("nobody signs in offline")

    @property
    def provider(self) -> Provider:
        assert (self.config.credential.secret, self.config.project) == ("", "INVEST")
        dialect: Any = MemoryDialect()
        return dialect  # type: ignore[no-any-return]

    def authenticate(self) -> Ref:
        raise AssertionError("nobody signs in offline")


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Registry:
        def load(self, name: str) -> type[DevOpsIntegrationPlugin]:
            assert name == "memory"
            return RememberedPlugin

    monkeypatch.setattr(connections, "PluginRegistry", Registry)
    monkeypatch.setattr(remembered, "PluginRegistry", Registry)


def _said(*items: DesiredItem, **sites: Any) -> list[Diagnostic]:
    return name_problems(configuration(*items), sites or {"tracker": SITE}, CLOCK)


class TestWhichSnapshotsCount:
    """One that may speak of something else is as good as none."""

    @pytest.fixture(autouse=True)
    def _kept(self, tmp_path: Path) -> None:
        self.directory = tmp_path
        self.blocks = dict(configuration().providers)
        save_snapshots(tmp_path, self.blocks, {"tracker": SITE})

    def _found(
        self, blocks: Mapping[str, ProviderBlock] | None = None, age: timedelta = timedelta(), **environment: str
    ) -> set[str]:
        now = SITE.read_at + age
        return set(remembered_sites(self.directory, self.blocks if blocks is None else blocks, environment, now))

    def test_a_gateway_names_the_site_by_its_id(self) -> None:
        """Its URL is not the one that people see, and the site is the same."""
        assert self._found(MEM_URL=f"https://gateway.example/sites/{SITE.site}") == {"tracker"}
        assert self._found(MEM_URL="https://gateway.example/sites/another") == set()

    def test_of_the_last_seven_days(self) -> None:
        """An older one says nothing."""
        assert self._found(age=timedelta(days=7)) == {"tracker"}
        assert self._found(age=timedelta(days=7, seconds=1)) == set()

    def test_none_was_kept(self, tmp_path: Path) -> None:
        """Then there is nothing to say."""
        assert remembered_sites(tmp_path / "elsewhere", self.blocks, {}, SITE.read_at) == {}

    def test_of_the_providers_that_the_specs_name(self) -> None:
        """A provider that left the specs is not asked for."""
        assert self._found({}) == set()

    @pytest.mark.parametrize(
        "changes",
        [
            {"project": "OTHER"},
            {"fields": {"amount": "Deal size"}},
            {"statuses": {"done": ("Closed",)}},
            {"options": {"marker": "none"}},
        ],
    )
    def test_by_the_words_of_the_specs_as_they_are(self, changes: dict[str, Any]) -> None:
        """The site was read by the block's words: where they changed, it has to be read again."""
        assert self._found({"tracker": replace(self.blocks["tracker"], **changes)}) == set()

    def test_of_the_operators_site(self) -> None:
        """A variable that names another URL wins over what was kept; the same one changes nothing."""
        assert self._found(MEM_URL="https://site-1.example/") == {"tracker"}
        assert self._found(MEM_URL="https://other.example") == set()

    def test_of_the_operators_project(self) -> None:
        """Where the specs name none."""
        blocks = {"tracker": replace(self.blocks["tracker"], project=None)}
        save_snapshots(self.directory, blocks, {"tracker": SITE})
        assert self._found(blocks) == self._found(blocks, MEM_PROJECT="invest") == {"tracker"}
        assert self._found(blocks, MEM_PROJECT="OTHER") == set()


class TestNames:
    """What the site did not offer when it was read."""

    def test_what_fits_is_not_mentioned(self) -> None:
        """Types, fields, options, statuses, links and people that are known."""
        fine = item(
            "a", type="epic", priority="critical", status="done", cf_amount=5, assignee="lea@example.com",
            links={"blocks": to("b")},
        )  # fmt: skip
        assert _said(fine, item("b", parent=to("a")[0])) == []

    def test_each_mistake_has_its_place_and_the_sites_age(self) -> None:
        """With the nearest name; and since the site may have changed, how to read it anew."""
        (type, status) = _said(item("a", type="taks"), item("b", status="dnoe"))
        assert (type.code, type.hint) == ("unknown_type", "did you mean 'Task'?")
        assert status.summary.startswith("status of b: ")
        for each in (type, status):
            assert str(each.place).startswith("main.yaml:")
            assert each.detail.endswith("So it was on 2026-01-05 00:00 UTC; `reconciler plan` reads the site anew.")

    def test_a_type_whose_fields_no_plan_has_read_yet(self) -> None:
        """Nothing is said of its items; others may refer to them."""
        unread = replace(SITE, types={**SITE.types, "t2": replace(SITE.types["t2"], fields={})})
        items = (item("a", type="task", priority="nonsense"), item("b", type="epic", links={"blocks": to("a")}))
        assert _said(*items, tracker=unread) == []

    def test_a_provider_that_was_never_read(self) -> None:
        """Nothing is said of its items."""
        both = configuration(item("a", provider="other", type="taks"), providers=("tracker", "other"))
        assert name_problems(both, {"tracker": SITE}, CLOCK) == []
        assert name_problems(both, {}, CLOCK) == []

    def test_items_outside_the_specs_are_not_judged(self) -> None:
        """Only the site knows whether they are there."""
        assert _said(item("a", links={"blocks": (Reference(key="OLD-900"),)})) == []

    def test_a_person_who_was_not_looked_up(self) -> None:
        """Is no mistake; one called almost like somebody known is a warning."""
        assert _said(item("a", assignee="new.colleague@example.com")) == []
        (found,) = _said(item("a", assignee="lae@example.com"))
        assert (found.severity, found.code) == ("warning", "unmet_user")
        assert found.summary == "assignee of a: 'lae@example.com' was not looked up yet"
        assert found.hint == "did you mean 'lea@example.com'?"
