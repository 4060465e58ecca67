"""What `doctor --write-check` measures, on sites that are well and on sites that are not."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import pytest
from asgi_client import HandClock
from azure_in_process import AzureInProcess
from jira_in_process import InProcess

from reconciler.errors import Interrupted
from reconciler.live.connections import Connection
from reconciler.report.probes import Probe
from reconciler.sdk import Change, Clock, Item, Outcome, Problem, Provider, ProviderError
from reconciler.workflow.write_checks import _Check


def _checked(provider: Provider, clock: Clock) -> dict[str, Probe]:
    nothing = cast("Any", None)
    probes = _Check(Connection("tracker", nothing, provider, nothing), clock).probes()
    return {each.what: each for each in probes}


@pytest.fixture
def jira() -> InProcess:
    return InProcess()


def _left(site: InProcess) -> list[str]:
    return [each["key"] for each in site.platform.board()["cards"]]


class Wrapped:
    """A provider of which a test replaces a method."""

    def __init__(self, provider: Provider, **replaced: Any) -> None:
        self._provider = provider
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)


def _wrapped(provider: Provider, **replaced: Any) -> Provider:
    return cast("Provider", Wrapped(provider, **replaced))


def test_a_site_that_is_well(jira: InProcess) -> None:
    """Every read sees the item, the search finds it at once, it keeps its marker, and nothing is left of it."""
    found = _checked(jira.provider, jira.clock)
    assert {what: each.value for what, each in found.items()} == {
        "create": None,
        "reads after creating": 10,
        "search lag": 0.0,
        "marker kept": True,
        "reads after changing": 10,
        "may write without mail": True,
        "marker written": True,
        "delete": None,
    }
    assert all(each.ok for each in found.values())
    assert _left(jira) == []


def test_azure_devops_is_checked_alike() -> None:
    """Its account can't be asked whether it may write without mail, so its changes send mail."""
    site = AzureInProcess()
    found = _checked(site.provider, site.clock)
    assert [what for what, each in found.items() if not each.ok] == ["may write without mail"]
    assert found["marker kept"].value is True


def test_the_searchs_lag_is_measured_to_its_last_flicker(jira: InProcess) -> None:
    """An index that shows the item and loses it again has not found it yet."""
    jira.turn(lag=20.0)
    found = _checked(jira.provider, jira.clock)["search lag"]
    assert found.ok
    assert found.value is not None
    assert 10 <= found.value <= 21


def test_a_search_slower_than_configured(jira: InProcess) -> None:
    """The option that has to be longer is named: settling relies on it."""
    jira.turn(lag=40.0)
    found = _checked(jira.connect(index_lag=5), jira.clock)["search lag"]
    assert (found.ok, found.hint) == (False, "raise the provider's `index_lag` above 5, where it has that option")


def test_a_search_that_does_not_find_it(jira: InProcess) -> None:
    """Two minutes are the end."""
    jira.turn(lag=500.0)
    found = _checked(jira.provider, jira.clock)["search lag"]
    assert (found.ok, found.found, found.value) == (False, "not found within 120 s", None)
    assert _left(jira) == []


def test_reads_that_lag(jira: InProcess) -> None:
    """Reads in bulk that are behind are said to be; the marker is looked for once they see the item."""
    jira.turn(lag=5.0, bulkfetch_lags=True)
    found = _checked(jira.provider, jira.clock)
    assert (found["reads after creating"].ok, found["reads after creating"].found) == (False, "0 of 10 saw it")
    assert found["marker kept"].ok


def test_an_item_that_no_read_shows(jira: InProcess) -> None:
    """That ends the measuring, and it is deleted all the same."""
    jira.turn(lag=500.0, bulkfetch_lags=True)
    found = _checked(jira.provider, jira.clock)
    assert "can't be read" in found["measuring"].found
    assert found["delete"].ok


def test_an_account_that_may_not_suppress_mail(jira: InProcess) -> None:
    """That is no failure: plans say how much mail an apply sends."""
    jira.turn(denied=["ADMINISTER", "ADMINISTER_PROJECTS"])
    found = _checked(jira.provider, jira.clock)["may write without mail"]
    assert (found.ok, found.required, found.found) == (False, False, "no: its changes send mail")


@pytest.mark.parametrize(
    ("result", "said"), [("done", "no: the change itself was ignored"), ("refused", "no: refused: not quietly")]
)
def test_a_site_that_takes_no_quiet_changes(jira: InProcess, result: Any, said: str) -> None:
    """Accepted and not done, or refused: the same change with mail arrives, and that is what is said."""

    def update(changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        problems = (Problem("forbidden", "not quietly"),) if result == "refused" else ()
        if quiet:
            return (Outcome(each.operation, result, problems=problems) for each in changes)
        return jira.provider.update(changes, quiet=False)

    found = _checked(_wrapped(jira.provider, update=update), jira.clock)
    assert found["reads after changing"].value == 10
    assert (found["may write without mail"].found, found["may write without mail"].value) == (said, False)


def test_a_change_that_is_refused(jira: InProcess) -> None:
    """In the platform's words, and the item is deleted."""

    def update(changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        return (Outcome(each.operation, "refused", problems=(Problem("rule", "not today"),)) for each in changes)

    found = _checked(_wrapped(jira.provider, update=update), jira.clock)
    assert (found["change"].ok, found["change"].found) == (False, "refused: not today")
    assert found["delete"].ok


def test_types_that_need_more_than_a_title(jira: InProcess) -> None:
    """Nothing is created; each type and what it needs are named."""
    jira.turn(required=["duedate"])
    found = _checked(jira.provider, jira.clock)
    assert list(found) == ["create"]
    assert "Task needs Due date" in found["create"].hint
    assert found["create"].required


def test_a_creation_whose_answer_is_lost(jira: InProcess) -> None:
    """The title to look for is said, for nobody knows whether it is there."""
    jira.faults.append(("POST", "/issue/bulk$", "cut_after"))
    found = _checked(jira.provider, jira.clock)
    assert (list(found), found["create"].ok) == (["create"], False)
    assert "look for 'Write check of reconciler" in found["create"].hint


def test_a_deletion_whose_answer_is_lost(jira: InProcess) -> None:
    """It is looked whether the item is still there."""
    jira.faults.append(("DELETE", "/issue/", "cut_after"))
    assert _checked(jira.provider, jira.clock)["delete"].ok
    jira.faults.append(("DELETE", "/issue/", "cut_before"))
    found = _checked(jira.provider, jira.clock)["delete"]
    (key,) = _left(jira)
    assert (found.ok, found.required) == (False, True)
    assert found.found.startswith(f"{key} is still there: unknown")
    assert found.hint.endswith(f"/browse/{key}")


def test_a_deletion_that_fails_whole(jira: InProcess) -> None:
    """The item's URL is said too."""

    def remove(items: Mapping[str, Item]) -> Iterator[Outcome]:
        raise ProviderError("the site is down")

    found = _checked(_wrapped(jira.provider, remove=remove), jira.clock)["delete"]
    assert (found.found, "/browse/" in found.hint) == ("the site is down", True)


class _Stopping(HandClock):
    """Somebody presses Ctrl-C at the first wait."""

    def sleep(self, seconds: float) -> None:
        raise Interrupted


def test_an_interruption_leaves_nothing_behind(jira: InProcess) -> None:
    """The item is deleted before the command ends."""
    jira.turn(lag=30.0)
    with pytest.raises(Interrupted):
        _checked(jira.provider, _Stopping())
    assert _left(jira) == []


def test_what_an_interruption_had_to_leave_is_said(jira: InProcess, caplog: pytest.LogCaptureFixture) -> None:
    """With its URL."""
    caplog.set_level(logging.WARNING, "reconciler.write_check")
    jira.turn(lag=30.0)

    def remove(items: Mapping[str, Item]) -> Iterator[Outcome]:
        return (Outcome(each, "refused") for each in items)

    with pytest.raises(Interrupted):
        _checked(_wrapped(jira.provider, remove=remove), _Stopping())
    (key,) = _left(jira)
    assert f"{key} is still there: refused; delete it by hand: " in caplog.text


def test_sites_without_a_searchable_marker_are_not_searched(jira: InProcess) -> None:
    """With `marker: none` there is nothing to find it by."""
    assert "search lag" not in _checked(jira.connect(marker="none"), jira.clock)
