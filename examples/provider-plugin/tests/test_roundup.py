"""The SDK's suite on a real tracker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from reconciler_roundup import RoundupPlugin
from tracker import BOT, LENA, client, running

from reconciler.sdk import Credential, PluginConfig
from reconciler.sdk.conformance import Bench, ProviderSuite


class Clock:
    """Time that moves when somebody waits."""

    def __init__(self) -> None:
        self._time = datetime.now(UTC)

    def now(self) -> datetime:
        return self._time

    def sleep(self, seconds: float) -> None:
        self._time += timedelta(seconds=max(0.0, seconds))


@dataclass
class Lena:
    """Somebody else who works there."""

    client: httpx.Client
    name: str = "Lena Gray"

    def retitle(self, id: str, title: str) -> None:
        self._patch(id, {"title": title})

    def label(self, id: str, label: str) -> None:
        known = self.client.get("/rest/data/keyword", params={"@verbose": "2"}).json()["data"]["collection"]
        if label not in {each["name"] for each in known}:
            self.client.post("/rest/data/keyword", json={"name": label}).raise_for_status()
        attributes = self.client.get(f"/rest/data/issue/{id}", params={"@verbose": "2"}).json()["data"]["attributes"]
        self._patch(id, {"keyword": [*(each["name"] for each in attributes["keyword"]), label]})

    def clone(self, id: str) -> str:
        attributes = self.client.get(f"/rest/data/issue/{id}").json()["data"]["attributes"]
        copied = {name: attributes[name] for name in ("title", "reconciler")}
        answer = self.client.post("/rest/data/issue", json=copied)
        return str(answer.raise_for_status().json()["data"]["id"])

    def _patch(self, id: str, values: dict[str, object]) -> None:
        etag = self.client.get(f"/rest/data/issue/{id}").headers["ETag"]
        self.client.patch(f"/rest/data/issue/{id}", json=values, headers={"If-Match": etag}).raise_for_status()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("roundup") / "tracker") as url:
        yield url


class TestRoundup(ProviderSuite):
    """Roundup, whose every write is guarded by an ETag."""

    @pytest.fixture
    def bench(self, url: str) -> Iterator[Bench]:
        with client(url, LENA) as lena:
            yield Bench(
                RoundupPlugin,
                PluginConfig("roundup", url, "issue", Credential(*BOT)),
                Lena(lena),
                Clock(),
                type="task",
                samples={
                    "title": ("One", "Another"),
                    "labels": (["ours", "also-ours"], ["new"]),
                    "priority": ("high", "low"),
                    "assignee": ("lena", "Reconciler"),
                },
                refused={"priority": "no such"},
            )
