"""What ties an item to its workspace and address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.sdk.conformance.line import Line
from reconciler.sdk.items import Item, marker_label
from reconciler.sdk.provider import Recalls
from reconciler.sdk.values import digest

__all__ = ["Marking"]

_SECOND = timedelta(seconds=1)


class Marking:
    """Markers, `find_marked`, and `Recalls.recall`."""

    def test_the_marker_comes_with_the_creation(self, line: Line) -> None:
        """Workspace, instance, address and operation read back; the own id is not known yet."""
        if line.site().capabilities.marker != "in_create":
            pytest.skip("the platform takes the marker in a second write")
        draft = line.draft()
        outcome = line.create(draft)
        assert outcome.item is not None
        marker, sent = line.read(outcome.item.id).marker, draft.marker
        assert marker is not None
        assert sent is not None
        assert (marker.workspace, marker.instance, marker.operation) == (sent.workspace, sent.instance, sent.operation)
        assert marker.is_at(sent.address)
        assert marker.item is None

    def test_a_marker_is_written_with_a_change(self, line: Line) -> None:
        """Own id, name, protection and closing too."""
        item = line.created()
        marker = replace(line.marker("op-2", "other", item.id), name="deals", protect=True, closed=True)
        assert line.update(line.change(item, marker=marker)).result == "done"
        found = line.read(item.id).marker
        assert found is not None
        assert (found.item, found.name, found.operation) == (item.id, "deals", "op-2")
        assert (found.protect, found.closed) == (True, True)
        assert found.is_at("other")

    def test_a_marker_is_dropped(self, line: Line) -> None:
        """Then the item is nobody's, and is found no more."""
        item = line.created()
        assert line.update(line.change(line.read(item.id), marker="drop")).result == "done"
        assert line.read(item.id).marker is None
        assert self._found(line) == []

    def test_a_label_finds_its_own(self, line: Line) -> None:
        """All of a workspace, each once, with its marker; nothing of another."""
        ours, other = [line.created() for _ in range(3)], Line(line.bench)
        try:
            other.created()
        finally:
            other.close()
        found = self._found(line)
        assert sorted(each.id for each in found) == sorted(each.id for each in ours)
        assert all(each.marker is not None for each in found)

    def test_reading_upwards_finds_what_a_search_misses(self, line: Line) -> None:
        """Above a key that is known, at once."""
        known = line.created()
        line.wait(line.bench.lag + _SECOND)
        other = line.created()
        label = marker_label(line.workspace, "acme")
        found = list(line.provider.find_marked(label, above=known.key))
        assert other.id in {each.id for each in found}

    def test_a_copy_tells_itself(self, line: Line) -> None:
        """Its marker names another item than itself, or it has none."""
        item = line.created()
        marker = line.marker("op-2", "deal", item.id)
        line.update(line.change(line.read(item.id), marker=marker))
        clone = line.bench.people.clone(item.id)
        if clone is None:
            pytest.skip("the platform has no copying")
        copied = line.read(clone).marker
        assert copied is None or copied.item == item.id

    def test_the_marker_outlives_other_changes(self, line: Line) -> None:
        """A change that keeps it, and people's own changes."""
        item = line.created()
        before = line.read(item.id).marker
        line.bench.people.label(item.id, "theirs")
        line.update(line.change(line.read(item.id), {line.field("title").id: "Changed"}))
        after = line.read(item.id).marker
        assert before is not None
        assert after is not None
        assert (after.workspace, after.address) == (before.workspace, before.address)

    def test_our_labels_show_no_marker(self, line: Line) -> None:
        """What finds an item is no label that a plan would show or a spec could remove."""
        labels = line.field("labels").id
        item = line.created(labels=line.bench.samples["labels"][0])
        value = line.value(item.id, labels)
        assert isinstance(value, tuple)
        shown = line.provider.express(line.site(), labels, value)
        assert isinstance(shown, list)
        assert not [each for each in shown if str(each).startswith("rc-")]

    def test_what_our_writes_left_is_recalled(self, line: Line) -> None:
        """Of a text the digest of what we wrote last, whatever a person made of it since; of labels, ours alone."""
        provider, item = line.provider, line.created(labels=line.bench.samples["labels"][0])
        if not (isinstance(provider, Recalls) and item.marker is not None and item.marker.truncated):
            pytest.skip("markers have room for what was written")
        title, labels = line.field("title").id, line.field("labels").id
        ours = line.value(item.id, labels)
        assert isinstance(ours, tuple)
        assert line.update(line.change(item, {title: "Ours"})).result == "done"
        line.bench.people.retitle(item.id, "Theirs")
        line.bench.people.label(item.id, "theirs")
        (found,) = provider.recall({item.id: (title, labels)})
        assert found.item is not None
        assert found.item.fields[title] == "Theirs"
        assert found.item.marker is not None
        observed = found.item.marker.observed
        assert observed[title] == digest("Ours")
        elements = {each for each in observed if each.startswith(f"{labels}/")}
        assert elements == {f"{labels}/{digest(each)}" for each in ours}

    def _found(self, line: Line) -> list[Item]:
        line.wait(line.bench.lag + _SECOND)
        return list(line.provider.find_marked(marker_label(line.workspace, "acme")))
