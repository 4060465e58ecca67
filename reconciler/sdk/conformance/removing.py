"""What `remove` promises, and `restore` where there is a recycle bin."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reconciler.sdk import Restores, marker_label
from reconciler.sdk.conformance.line import Line

__all__ = ["Removing"]


class Removing:
    """`Provider.remove`, and `Restores.restore`."""

    def test_what_is_removed_is_gone(self, line: Line) -> None:
        """It can't be read any more; others stay."""
        item, other = line.created(), line.created()
        operation = uuid4().hex
        [outcome] = line.provider.remove({operation: item})
        assert (outcome.operation, outcome.result) == (operation, "done")
        assert line.found(item.id).state in {"deleted", "not_visible", "absent"}
        assert line.found(other.id).state == "live"

    def test_removing_twice_is_gone(self, line: Line) -> None:
        """What is not there is `gone`, and no error."""
        item = line.created()
        list(line.provider.remove({uuid4().hex: item}))
        [outcome] = line.provider.remove({uuid4().hex: item})
        assert outcome.result == "gone"

    def test_each_removal_passes_the_gate(self, line: Line) -> None:
        """The journal hears of it first."""
        item = line.created()
        operation = uuid4().hex
        line.written.clear()
        list(line.provider.remove({operation: item}))
        assert [each for batch in line.written for each in batch] == [operation]

    def test_what_is_restored_is_as_it_was(self, line: Line) -> None:
        """What `fetch` calls deleted comes back under its id, with its marker; to restore it twice is `done` too."""
        provider = line.provider
        if not isinstance(provider, Restores):
            pytest.skip("the platform has no recycle bin")
        item = line.created()
        list(provider.remove({uuid4().hex: item}))
        assert line.found(item.id).state == "deleted"
        operation = uuid4().hex
        line.written.clear()
        assert [each.result for each in provider.restore({operation: item.id})] == ["done"]
        assert [each for batch in line.written for each in batch] == [operation]
        assert line.read(item.id).marker == item.marker
        assert [each.result for each in provider.restore({uuid4().hex: item.id})] == ["done"]

    def test_what_is_marked_in_the_recycle_bin_is_named(self, line: Line) -> None:
        """By the label alone; what is still there, or carries another label, is not."""
        provider = line.provider
        if not isinstance(provider, Restores):
            pytest.skip("the platform has no recycle bin")
        item, other = line.created(), line.created()
        list(provider.remove({uuid4().hex: item}))
        assert item.marker is not None
        label = marker_label(item.marker.workspace, item.marker.instance)
        named = {each.id for each in provider.recycled(label)}
        assert item.id in named
        assert other.id not in named
        assert list(provider.recycled("rc-000000000000")) == []

    def test_what_was_never_there_is_not_restored(self, line: Line) -> None:
        """It is `gone`, and no error."""
        provider = line.provider
        if not isinstance(provider, Restores):
            pytest.skip("the platform has no recycle bin")
        [outcome] = provider.restore({uuid4().hex: line.bench.stranger})
        assert outcome.result == "gone"
