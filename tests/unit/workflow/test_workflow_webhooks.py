"""Webhooks of a plugin that has none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.errors import ConfigurationError, UsageError
from reconciler.sdk import DevOpsIntegrationPlugin, PluginMetadata
from reconciler.workflow import Request, offer_webhooks, verify_webhook, webhooks

HEAD = "workspace: {name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}\nproviders: {tracker: {project: INVEST}}\n"


class Tracker(DevOpsIntegrationPlugin):
    """A plugin as it was before webhooks."""

    name = "tracker"
    authorization = None
    provider = None
    authenticate = None

    @classmethod
    def metadata(cls) -> PluginMetadata:
        return PluginMetadata("tracker", "Tracker", "1", (), frozenset())


@pytest.fixture
def request_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Request:
    @contextmanager
    def connected_on(*_arguments: Any, **_named: Any) -> Iterator[Any]:
        yield SimpleNamespace(name="tracker", plugin=Tracker(None, None))

    monkeypatch.setattr(webhooks, "PluginRegistry", lambda: SimpleNamespace(load=lambda _name: Tracker))
    monkeypatch.setattr(webhooks, "connected_on", connected_on)
    (tmp_path / "main.yaml").write_text(HEAD)
    return Request(tmp_path)


def test_there_is_nothing_to_verify(request_: Request) -> None:
    """None of the specs' platforms sends webhooks."""
    with pytest.raises(UsageError, match="no provider of the specs has webhooks"):
        verify_webhook(request_, b"{}", None)


def test_there_is_nothing_to_register(request_: Request) -> None:
    """The plugin is named."""
    with pytest.raises(ConfigurationError, match="Tracker can't register webhooks"):
        offer_webhooks(request_, "https://hooks.example.com/")
