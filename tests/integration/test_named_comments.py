"""A comment with a name: one of it on an item, whatever else people say there; on both platforms' sandboxes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from azure_in_process import AzureInProcess
from in_process import PlatformInProcess
from jira_in_process import InProcess

from reconciler.sdk import Change, Found, Item, Pending, Transition


@pytest.fixture(params=[InProcess, AzureInProcess], ids=["jira", "azure_devops"])
def platform(request: pytest.FixtureRequest) -> PlatformInProcess:
    """A platform in this process."""
    made: PlatformInProcess = request.param()
    return made


def read(platform: PlatformInProcess, item: Item) -> Item:
    """The item as it is now."""
    [found] = platform.provider.fetch({item.id: ()})
    assert found.item is not None
    return found.item


def say(platform: PlatformInProcess, item: Item, text: str, operation: str, **more: object) -> Change:
    """Write the named comment; what was sent."""
    change = Change(operation, read(platform, item), comment=text, comment_name="counter")
    change = replace(change, **more)  # type: ignore[arg-type]
    [outcome] = platform.provider.update([change], quiet=False)
    assert (outcome.result, "comment" in outcome.applied) == ("done", True)
    return change


def settled(platform: PlatformInProcess, change: Change) -> Found:
    """What became of a change, long after it was sent."""
    sent_before = platform.clock.now() - timedelta(hours=1)
    [found] = platform.provider.settle([Pending(change, sent_before)])
    return found


def created(platform: PlatformInProcess) -> Item:
    """A new item."""
    [outcome] = platform.provider.create([platform.draft("a" * 32)])
    assert outcome.item is not None
    return outcome.item


def test_it_is_found_among_hundreds(platform: PlatformInProcess) -> None:
    """People's comments since then push it far back; it is rewritten all the same, and settling finds it."""
    item = created(platform)
    say(platform, item, "Reported 2 times", "b" * 32)
    for number in range(210):
        platform.person("comment", item=item.key, text=f"We look at it: {number}")
    change = say(platform, item, "Reported 3 times", "c" * 32)
    found = settled(platform, change)
    assert found.item is not None
    assert found.item.fields["comment"] == "Reported 3 times"
    lost = replace(change, operation="d" * 32)
    again = settled(platform, lost)
    assert again.item is not None
    assert "comment" not in again.item.fields


def test_it_goes_apart_from_a_transition(platform: PlatformInProcess) -> None:
    """A status and the comment are two writes, so that the comment that is there can be rewritten."""
    item = created(platform)
    site = platform.provider.describe_site([item.type.name])
    done = next(each.ref for each in site.types[item.type.id].statuses if each.category == "active")
    say(platform, item, "Reported 2 times", "b" * 32)
    change = say(platform, item, "Reported 3 times", "c" * 32, transition=Transition((done,)))
    found = settled(platform, change)
    assert found.item is not None
    assert (done in found.item.fields.values(), found.item.fields["comment"]) == (True, "Reported 3 times")
