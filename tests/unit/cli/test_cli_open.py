"""`reconciler open`: when a browser is started."""

from __future__ import annotations

import webbrowser

import pytest

from reconciler import workflow
from reconciler.cli.invocation import Invocation
from reconciler.cli.main import run
from reconciler.workflow import Located

URL = "https://site.example/browse/INVEST-1"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a browser was started with. Standard output is a terminal, and the item is known."""
    urls: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: not urls.append(url))
    monkeypatch.setattr(workflow, "locate", lambda *_: Located("jira", "deal", "1", "INVEST-1", URL))
    monkeypatch.setattr(Invocation, "at_terminal", True)
    return urls


def test_at_a_terminal_the_browser_is_started(opened, capsys):
    """And the URL is printed all the same."""
    assert run(["open", "deal"]) == 0
    assert opened == [URL]
    assert capsys.readouterr().out == f"{URL}\n"


@pytest.mark.parametrize("option", [["--print"], ["--format", "json"]])
def test_it_is_not_where_the_url_is_wanted_alone(opened, option):
    """For a script at a terminal."""
    assert run(["open", "deal", *option]) == 0
    assert opened == []


def test_it_is_not_without_a_terminal(opened, monkeypatch):
    """A command in a pipeline starts nothing."""
    monkeypatch.setattr(Invocation, "at_terminal", False)
    assert run(["open", "deal"]) == 0
    assert opened == []


def test_what_is_no_web_page_is_never_handed_to_a_browser(opened, monkeypatch):
    """A URL that a state or a site gives could name a program of this machine."""
    monkeypatch.setattr(workflow, "locate", lambda *_: Located("jira", "deal", "1", "INVEST-1", "file:///etc/passwd"))
    assert run(["open", "deal"]) == 0
    assert opened == []


def test_a_browser_that_does_not_start_is_said(opened, monkeypatch, capsys):
    """The URL is there to be copied, so it is no failure."""
    monkeypatch.setattr(webbrowser, "open", lambda _url: False)
    assert run(["open", "deal"]) == 0
    assert "No browser could be started." in capsys.readouterr().err
