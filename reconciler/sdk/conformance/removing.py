"""What `remove` promises."""

from __future__ import annotations

from uuid import uuid4

from reconciler.sdk.conformance.line import Line

__all__ = ["Removing"]


class Removing:
    """`Provider.remove`."""

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
