"""A marker tells an incident's item from the specs' own, on every platform, so that a lost state can."""

from __future__ import annotations

import json
from dataclasses import replace

from reconciler_azure_devops.marker import marker_from, marker_url

from reconciler.apply.markers import is_current, marker_of, record_from
from reconciler.plan.document import WorkspaceName
from reconciler.sdk import Item, Marker, Ref, decode_marker, encode_marker
from reconciler.state.records import ItemRecord, Sightings

WORKSPACE = WorkspaceName(name="deals", id="w-1", instance="")
RECORD = ItemRecord(
    'outage["db-1"]', "jira", "site", "1", "INVEST-1", "", Ref("1", "Bug"), "Down", {}, {}, sightings=Sightings(3)
)
MARKER = marker_of(RECORD, WORKSPACE, "op")


def test_it_says_so_as_json_and_as_a_url() -> None:
    """Both forms read back; a marker of the specs' items is as it always was."""
    assert MARKER.origin == "incident"
    assert decode_marker(json.loads(json.dumps(encode_marker(MARKER, 4000)))) == MARKER
    read = marker_from(marker_url(MARKER))
    assert read is not None
    assert (read.origin, read.address) == ("incident", RECORD.address)
    plain = marker_of(replace(RECORD, sightings=None), WORKSPACE, "op")
    assert "origin" not in encode_marker(plain, 4000)
    assert "origin" not in marker_url(plain)


def test_a_marker_of_another_origin_is_not_current() -> None:
    """An item that moved from one to the other gets a new marker."""
    assert is_current(MARKER, RECORD, WORKSPACE)
    assert not is_current(MARKER, replace(RECORD, sightings=None), WORKSPACE)


def test_what_is_left_of_an_incident() -> None:
    """That it is one, and was reported at least once."""
    live = Item("1", "INVEST-1", "", Ref("1", "Bug"), {}, "", MARKER)
    assert _record(MARKER, live).sightings == Sightings(1, exact=False)
    assert _record(replace(MARKER, origin="spec"), live).sightings is None


def _record(marker: Marker, live: Item) -> ItemRecord:
    return record_from(
        marker, live, None, address=marker.address, provider="jira", site="site", project="p", title="Down"
    )
