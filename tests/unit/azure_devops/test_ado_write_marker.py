"""Markers in hyperlinks and in text fields, and what counts as one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciler_azure_devops.marker import label_of, marker_from, marker_url
from reconciler_azure_devops.marking import Marking

from reconciler.sdk import Marker, MarkerTooLong

WORKSPACE = "6f0c2f3e-0000-4000-8000-000000000001"
MARKER = Marker(1, WORKSPACE, "deals", "acme", 'tasks["legal"]', None, "op1", False, False, {}, {}, True)
LABEL = label_of(MARKER)

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=40)
MARKERS = st.builds(
    Marker,
    st.just(1),
    TEXTS,
    TEXTS,
    st.one_of(st.just(""), TEXTS),
    TEXTS,
    st.one_of(st.none(), st.integers(1, 10**6).map(str)),
    TEXTS,
    st.booleans(),
    st.booleans(),
    st.just({}),
    st.just({}),
    st.just(True),
)


def item(*relations, tags=LABEL, id=7, **fields):
    return {"id": id, "fields": {"System.Tags": tags, **fields}, "relations": list(relations)}


def hyperlink(marker):
    [relation] = Marking().relations(marker)
    return relation


def test_the_form_of_a_marker():
    """Workspace, instance and address are the path; each part is percent-encoded."""
    full = replace(MARKER, item="7", protect=True, closed=True)
    assert marker_url(full) == (
        f"https://reconciler.invalid/{WORKSPACE}/acme/tasks%5B%22legal%22%5D"
        "?op=op1&item=7&name=deals&v=1&protect=1&closed=1"
    )
    assert "item=" not in marker_url(MARKER)


@given(MARKERS)
def test_a_marker_reads_back(marker):
    """Whatever its parts are made of; digests have no room in a URL."""
    assert marker_from(marker_url(marker)) == marker


def test_a_decoded_address_reads_back():
    """A site that decodes the path of a URL breaks no address, one with a slash in it neither."""
    marker = replace(MARKER, address='deals["acme/2026"]')
    url = marker_url(marker).replace("%2F", "/").replace("%5B", "[").replace("%5D", "]")
    assert marker_from(url) == marker


def test_one_that_is_too_long_is_refused():
    """No URL has more than 2,000 characters."""
    with pytest.raises(MarkerTooLong):
        marker_url(replace(MARKER, address="a" * 2000))


@pytest.mark.parametrize(
    "url",
    [
        "https://data.example/a",
        "https://reconciler.invalid/",
        f"https://reconciler.invalid/{WORKSPACE}/acme/deal",
        f"https://reconciler.invalid/{WORKSPACE}/acme/deal?op=1&name=deals&v=x",
        f"https://reconciler.invalid/{WORKSPACE}/acme/deal?op=1&v=1",
        f"https://reconciler.invalid/{WORKSPACE}/acme/deal?name=deals&v=1",
        f"https://reconciler.invalid/{WORKSPACE}/acme?op=1&name=deals&v=1",
        "https://reconciler.invalid//acme/deal?op=1&name=deals&v=1",
        f"https://reconciler.invalid/{WORKSPACE}/acme/deal?op=1&name=deals&v=0",
    ],
)
def test_what_is_no_marker(url):
    """Anybody may edit a hyperlink: what we did not write is none of ours."""
    assert marker_from(url) is None


def test_a_newer_version_is_known_for_one():
    """Whatever else it says; it is never written over."""
    marker = marker_from(f"https://reconciler.invalid/{WORKSPACE}/acme/deal?v=2&new=1")
    assert marker is not None
    assert (marker.version, marker.workspace, marker.instance) == (2, WORKSPACE, "acme")


def test_a_hyperlink_with_its_tag_is_a_marker():
    """The tag is compared without case, as tags are."""
    assert Marking().read([item(hyperlink(MARKER), tags=f"a; {LABEL.upper()}")]) == {"7": MARKER}


@pytest.mark.parametrize("found", [item(hyperlink(MARKER), tags="a"), item(tags=LABEL), {"id": 7}])
def test_half_a_marker_is_none(found):
    """Without its tag it can't be found again, and without the hyperlink nothing proves: it is put back."""
    assert Marking().read([found]) == {}


def test_of_several_the_items_own_counts():
    """A newer version's first, then the one that names the item, then a creation's."""
    copy, own, newer = replace(MARKER, item="3"), replace(MARKER, item="7"), replace(MARKER, version=2)
    links = [hyperlink(each) for each in (copy, MARKER, own)]
    assert Marking().read([item(*links)]) == {"7": own}
    assert Marking().read([item(*links[:2])]) == {"7": MARKER}
    assert Marking().read([item(*links, hyperlink(newer))])["7"].version == 2


@pytest.mark.parametrize("type", ["plainText", "html"])
@given(marker=MARKERS)
def test_a_field_holds_a_marker_whole(type, marker):
    """Digests too, and in a field of HTML whatever the site wraps it in."""
    marker = replace(marker, base={"System.Title": "0" * 16}, observed={"System.Title": "1" * 16}, truncated=False)
    marking = Marking("Custom.Marker", type)
    text = marking.fields(marker)["Custom.Marker"]
    wrapped = f"<div>{text}</div>" if type == "html" else text
    assert marking.read([item(tags=label_of(marker), **{"Custom.Marker": wrapped})]) == {"7": marker}
    assert marking.relations(marker) == []


@pytest.mark.parametrize("data", [None, "", "{", "[1]", '{"version": 1}', 7])
def test_a_field_without_a_marker(data):
    """Anybody may edit it."""
    assert Marking("Custom.Marker", "plainText").read([item(**{"Custom.Marker": data})]) == {}


def test_hyperlinks_go_when_another_comes():
    """No hyperlink of ours outlives another; with a field they are not looked at."""
    assert Marking().is_stale(hyperlink(MARKER))
    assert not Marking().is_stale({"rel": "Hyperlink", "url": "https://data.example"})
    assert not Marking("Custom.Marker", "html").is_stale(hyperlink(MARKER))
