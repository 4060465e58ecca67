"""Markers in a text field instead of hyperlinks: whole, with their digests."""

from __future__ import annotations

from dataclasses import replace

import pytest
from azure_in_process import AzureInProcess

from reconciler.sdk import BadValue, Change, Draft, Item, Marker, Ref, marker_label

STORY = Ref("User Story", "User Story")
FIELD = "Microsoft.VSTS.Common.AcceptanceCriteria"
TITLE = "System.Title"


@pytest.fixture
def azure() -> AzureInProcess:
    return AzureInProcess({"marker_field": FIELD})


def digested(site: AzureInProcess, operation: str, item: str | None) -> Marker:
    marker = site.marker(operation, 'tasks["<legal> & more"]', item)
    return replace(marker, base={TITLE: "0" * 16}, observed={TITLE: "1" * 16}, truncated=False)


def made(site: AzureInProcess) -> Item:
    outcome = site.create(Draft("op", STORY, {TITLE: "Ours"}, digested(site, "op", None)))
    assert outcome.item is not None, outcome
    return site.read(outcome.item.id, "documents")


def test_a_marker_is_read_as_it_was_written(azure):
    """In a field of HTML, whatever the site makes of it; the tag finds it."""
    item = made(azure)
    assert item.marker == digested(azure, "op", None)
    label = marker_label(item.marker.workspace, item.marker.instance)
    assert [each.marker for each in azure.provider.find_marked(label)] == [item.marker]


def test_it_comes_with_the_fields_in_one_document(azure):
    """And is dropped by one, tag and field."""
    item = made(azure)
    marker = digested(azure, "op2", item.id)
    azure.requests.clear()
    assert azure.update(Change("op2", item, {TITLE: "New"}, marker=marker)).result == "done"
    assert azure.update(Change("op3", azure.read(item.id), marker="drop")).result == "done"
    assert sum(each.startswith("PATCH") for each in azure.requests) == 2
    assert azure.read(item.id).marker is None
    assert azure.update(Change("op4", azure.read(item.id), marker=marker)).result == "done"
    assert azure.read(item.id).marker == marker


def test_the_field_is_not_the_specs(azure):
    """It can't be written but by us."""
    info = azure.provider.describe_site(("story",)).types["User Story"].fields[FIELD]
    assert not info.writable
    assert "markers" in info.why


@pytest.mark.parametrize("name", [TITLE, "Story Points", "No such field"])
def test_a_field_that_can_hold_no_marker_is_refused(name):
    """One line has no room, and what is not there neither."""
    site = AzureInProcess({"marker_field": name})
    with pytest.raises(BadValue):
        list(site.provider.create([site.draft()]))
