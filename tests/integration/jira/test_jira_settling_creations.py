"""What became of a creation whose answer was lost: on the sandbox, at any lag."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jira_in_process import InProcess

from reconciler.sdk import Change, Draft, Item

BULK = "/issue/bulk$"


def lost(site: InProcess, fault: str = "cut_after", draft: Draft | None = None):
    """Create with a lost answer; the pending operation as it was journalled."""
    draft = draft or site.draft()
    pending = site.pending(draft, site.provider.highest_key())
    site.faults.append(("POST", BULK, fault))
    assert site.create(draft).result == "unknown"
    return pending


@pytest.mark.parametrize("options", [{}, {"marker": "none"}, {"marker": "field", "marker_field": "Sector"}])
@pytest.mark.parametrize("lag", [0, 5, 60])
def test_one_that_arrived_is_live_at_once(options: dict[str, object], lag: float) -> None:
    """By key, long before a search knows it; with all that the draft said, and its marker."""
    site = InProcess(options)
    site.turn(lag=lag)
    site.person("create", set={"summary": "Theirs"})
    pending = lost(site, draft=site.draft(labels=("a", "b"), description=None))
    found = site.settle(pending)
    assert (found.asked, found.state) == ("op", "live")
    assert found.item is not None
    assert found.item.fields == {"summary": "Ours", "labels": ("a", "b"), "description": None}
    assert found.item.marker == site.marker("op")


@pytest.mark.parametrize("lag", [0, 5, 60])
def test_one_that_never_arrived_is_absent_after_two_minutes(lag: float) -> None:
    """A create is absent after 120 s: 30 s in which it may be sent, 30 s to arrive, 60 s until a search sees it."""
    site = InProcess()
    site.turn(lag=lag)
    site.person("create", set={"summary": "Theirs"})
    pending = lost(site, "cut_before")
    assert site.settle(pending).state == "undecided"
    site.wait(119)
    assert site.settle(pending).state == "undecided"
    site.wait(1)
    assert site.settle(pending).state == "absent"


def test_the_options_change_the_times() -> None:
    """`request_timeout` and `index_lag`: a site that answers and indexes faster is decided sooner."""
    site = InProcess({"request_timeout": 5, "index_lag": 2.5})
    pending = lost(site, "cut_before")
    site.wait(37)
    assert site.settle(pending).state == "undecided"
    site.wait(0.5)
    assert site.settle(pending).state == "absent"


def test_one_that_arrives_late_is_live() -> None:
    """At the last moment that the request has."""
    site = InProcess()
    pending = lost(site, "hold")
    site.wait(59)
    assert site.settle(pending).state == "undecided"
    site.deliver()
    assert site.settle(pending).state == "live"


def test_a_batch_is_settled_together() -> None:
    """One look for all; each finds its own."""
    site = InProcess()
    drafts = [site.draft(f"op{each}", summary=f"T{each}") for each in range(3)]
    pending = [site.pending(each) for each in drafts]
    site.faults.append(("POST", BULK, "cut_after"))
    assert {each.result for each in site.provider.create(drafts)} == {"unknown"}
    site.requests.clear()
    found = {each.asked: each for each in site.provider.settle([*pending, site.pending(site.draft("other"))])}
    assert {key: each.item and each.item.fields["summary"] for key, each in found.items()} == {
        "op0": "T0", "op1": "T1", "op2": "T2", "other": None,
    }  # fmt: skip
    assert len([each for each in site.requests if "bulkfetch" in each]) == 2


@pytest.mark.parametrize("lag", [0, 60])
def test_the_first_of_several_is_the_original(lag: float) -> None:
    """A clone carries the operation too, and was made later; so does what a request delivered twice made."""
    site = InProcess()
    site.turn(lag=lag)
    pending = lost(site, "twice")
    found = site.settle(pending)
    assert found.item is not None
    site.person("clone", item=found.item.key)
    again = site.settle(pending)
    assert again.item is not None
    assert again.item.id == found.item.id


def test_a_copy_is_never_the_one() -> None:
    """Its marker names another item, and the original is gone."""
    site = InProcess()
    created = site.create(site.draft())
    item = site.read(created.item.id)
    (outcome,) = site.provider.update([_with_marker(site, item)], quiet=False)
    assert outcome.result == "done"
    site.person("clone", item=item.key)
    site.person("delete", item=item.key)
    pending = site.pending(site.draft())
    site.wait(120)
    assert site.settle(pending).state == "absent"


def test_one_that_knows_its_own_id_is_certain() -> None:
    """Even where an item that came before it carries the operation without saying whose it is."""
    site = InProcess()
    first, second = site.create(site.draft()), site.create(site.draft())
    site.update(_with_marker(site, site.read(second.item.id)))
    found = site.settle(site.pending(site.draft()))
    assert found.item is not None
    assert found.item.id == second.item.id != first.item.id


def test_a_marker_of_another_workspace_proves_nothing() -> None:
    """Operation ids are read from an item that anybody may edit."""
    site = InProcess()
    theirs = replace(site.draft(), marker=replace(site.marker("op"), workspace="another"))
    site.create(theirs)
    assert site.settle(site.pending(site.draft())).state == "undecided"


def test_a_label_taken_off_hides_nothing() -> None:
    """The property proves; the label only finds."""
    site = InProcess()
    pending = lost(site)
    (label,) = site.platform._tenant.store.find("INVEST-1").values["labels"]
    site.person("edit", item="INVEST-1", remove_labels=[label])
    found = site.settle(pending)
    assert (found.state, found.item.marker.operation) == ("live", "op")


def test_a_gap_is_bridged_to_what_a_search_sees() -> None:
    """A hundred missing in a row prove nothing while a higher key is known: without a label, keys are all there is."""
    site = InProcess({"marker": "none"})
    site.person("create", set={"summary": "Theirs"})
    key = site.provider.highest_key()
    site.skip_keys(350)
    pending = lost(site)
    site.wait(120)
    assert site.settle(replace(pending, highest_key=key)).state == "live"


def test_an_item_that_can_not_be_told_keeps_it_open() -> None:
    """Jira names an issue that it failed to read: that one might be ours."""
    site = InProcess()
    pending = lost(site, "cut_before")
    site.wait(120)
    broken = site.handle_request

    def failing(request):
        answer = broken(request)
        if "bulkfetch" in str(request.url):
            return type(answer)(200, json={"issues": [], "issueErrors": [{"id": "10001", "errorMessage": "?"}]})
        return answer

    site.handle_request = failing
    assert site.settle(pending).state == "undecided"


def test_one_without_a_marker_stays_undecided() -> None:
    """Nothing would prove it."""
    site = InProcess()
    pending = site.pending(replace(site.draft(), marker=None))
    site.wait(500)
    assert site.settle(pending).state == "undecided"


OTHERS = st.lists(st.sampled_from(["create", "clone", "delete", "gap"]), max_size=4)


@settings(max_examples=150)
@given(data=st.data())
def test_settling_never_gives_up_an_item_that_is_there(data: Any) -> None:
    """Whatever the lag, the gaps, other people's items and the time of asking: absent means that it never comes.

    The request arrives at any moment until the ceiling, or never; the lag is at most what the options say.
    """
    marker = data.draw(st.sampled_from([{}, {"marker": "none"}, {"marker": "field", "marker_field": "Sector"}]))
    site = InProcess(marker)
    site.turn(lag=data.draw(st.sampled_from([0, 5, 60])), bulkfetch_lags=data.draw(st.booleans()))
    for action in data.draw(OTHERS):
        _others(site, action)
    site.wait(data.draw(st.integers(0, 90)))
    pending = lost(site, "hold")
    arrives = data.draw(st.none() | st.integers(0, 60))
    asked = sorted(data.draw(st.lists(st.integers(0, 200), min_size=1, max_size=4)))
    start, ours = site.clock.now(), None
    for moment in sorted({*asked, *([arrives] if arrives is not None else [])}):
        site.wait(moment - (site.clock.now() - start).total_seconds())
        if moment == arrives:
            site.deliver()
            ours = site.platform._tenant.store.find(f"INVEST-{site.platform._tenant.store._last_key}").id
            for action in data.draw(OTHERS):
                _others(site, action, ours)
        if moment not in asked:
            continue
        found = site.settle(pending)
        if arrives is None:
            assert found.state == ("absent" if moment >= 120 else "undecided")
        elif ours is None:
            assert found.state == "undecided"
        else:
            assert found.state == "live" or (found.state == "undecided" and moment - arrives < 60)
            assert found.item is None or found.item.id == ours


def _others(site: InProcess, action: str, ours: str | None = None) -> None:
    issues = [each for each in site.platform._tenant.store.issues.values() if each.id != ours]
    match action:
        case "gap":
            site.skip_keys(130)
        case "delete" if issues:
            site.person("delete", item=issues[-1].key)
        case "clone" if ours:
            site.person("clone", item=ours)
        case _:
            site.person("create", set={"summary": "Theirs"})


def _with_marker(site: InProcess, item: Item) -> Change:
    return Change("own", item, marker=site.marker("op", item=item.id))
