"""What became of a write whose answer was lost."""

from __future__ import annotations

from datetime import timedelta

from reconciler.sdk.conformance.line import Fault, Line
from reconciler.sdk.items import Found
from reconciler.sdk.writes import Draft, Pending

__all__ = ["Settling"]

_LONG = timedelta(minutes=30)


class Settling:
    """`Provider.settle`."""

    def test_a_creation_that_arrived_is_live(self, line: Line) -> None:
        """At once or as soon as a search sees it, with all that the draft said and its marker."""
        draft, pending = self._lost(line, "cut after")
        found = line.settled(pending)
        if found.state == "undecided":
            line.wait(_LONG)
            found = line.settled(pending)
        assert (found.asked, found.state) == (draft.operation, "live")
        assert found.item is not None
        assert {field: found.item.fields[field] for field in draft.fields} == dict(draft.fields)
        assert found.item.marker is not None
        assert found.item.marker.operation == draft.operation

    def test_a_creation_that_did_not_arrive_is_absent_only_in_time(self, line: Line) -> None:
        """Undecided while the request may arrive and a search may miss it."""
        _, pending = self._lost(line, "cut before")
        assert line.settled(pending).state == "undecided"
        line.wait(_LONG)
        assert line.settled(pending).state == "absent"

    def test_a_copy_is_not_taken_for_the_original(self, line: Line) -> None:
        """Of several with one operation the first is the original."""
        draft, pending = self._lost(line, "cut after")
        line.wait(_LONG)
        first = line.settled(pending)
        assert first.item is not None
        clone = line.bench.people.clone(first.item.id)
        line.wait(_LONG)
        again = line.settled(pending)
        assert again.item is not None
        assert again.item.id == first.item.id != clone
        assert draft.operation == again.asked

    def test_a_change_that_arrived_shows_what_was_sent(self, line: Line) -> None:
        """Its fields as they are now."""
        found, title = self._changed(line, "cut after")
        assert found.state == "live"
        assert found.item is not None
        assert found.item.fields[title] == "Lost"

    def test_a_change_that_did_not_arrive_shows_what_was_there(self, line: Line) -> None:
        """Once the request can't arrive any more."""
        found, title = self._changed(line, "cut before")
        assert found.state == "live"
        assert found.item is not None
        assert found.item.fields[title] == "Before"

    def test_a_change_may_still_arrive(self, line: Line) -> None:
        """Until its time is over nothing is said."""
        item = line.created(title="Before")
        change = line.change(item, {line.field("title").id: "Lost"})
        pending = line.pending(change)
        line.faults.append("cut before")
        line.update(change)
        assert line.settled(pending).state == "undecided"

    def test_a_removal_that_arrived(self, line: Line) -> None:
        """The item can't be read any more."""
        item = line.created()
        change = line.change(item)
        pending = line.pending(change)
        line.faults.append("cut after")
        [outcome] = line.provider.remove({change.operation: item})
        assert outcome.result == "unknown"
        line.wait(_LONG)
        assert line.settled(pending).state in {"not_visible", "deleted", "absent"}

    def test_settling_writes_nothing(self, line: Line) -> None:
        """It only looks."""
        _, pending = self._lost(line, "cut after")
        line.written.clear()
        line.settled(pending)
        assert line.written == []

    def test_all_that_is_pending_is_answered_once(self, line: Line) -> None:
        """Creations and changes together."""
        _, creation = self._lost(line, "cut after")
        change = line.pending(line.change(line.created(), {line.field("title").id: "Lost"}))
        line.wait(_LONG)
        found = [each.asked for each in line.provider.settle([creation, change])]
        assert sorted(found) == sorted((creation.write.operation, change.write.operation))

    def _lost(self, line: Line, fault: Fault) -> tuple[Draft, Pending]:
        known = line.created()
        line.wait(line.bench.lag + timedelta(seconds=1))
        draft = line.draft()
        pending = line.pending(draft, line.provider.highest_key() or known.key)
        line.faults.append(fault)
        assert line.create(draft).result == "unknown"
        return draft, pending

    def _changed(self, line: Line, fault: Fault) -> tuple[Found, str]:
        title = line.field("title").id
        change = line.change(line.created(title="Before"), {title: "Lost"})
        pending = line.pending(change)
        line.faults.append(fault)
        assert line.update(change).result == "unknown"
        line.wait(_LONG)
        return line.settled(pending), title
