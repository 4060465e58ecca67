"""What `update`, `preview` and `history` promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.errors import BadValue
from reconciler.sdk.conformance.line import Line
from reconciler.sdk.items import Item
from reconciler.sdk.values import Fields, Ref, Value
from reconciler.sdk.writes import Change, Draft, Transition

__all__ = ["Changing"]

_THEIRS = "theirs"


class Changing:
    """`Provider.update` and what belongs to it."""

    def test_every_sample_can_be_written(self, line: Line) -> None:
        """Each field takes its second value in place of its first, and reads back as its normal form."""
        for word, (first, second) in line.bench.samples.items():
            field = line.field(word)
            at_once = {word: first} if "create" in field.writable else {}
            item = line.created(**at_once)
            wanted = line.normal(word, second)
            if field.many:
                before, after = _elements(line.normal(word, first) if at_once else None), _elements(wanted)
                change = line.change(item, add={field.id: after}, remove={field.id: before} if before else {})
            else:
                change = line.change(item, {field.id: wanted})
            assert line.update(change).result == "done", word
            assert line.value(item.id, field.id) == wanted, word

    def test_only_what_is_named_is_written(self, line: Line) -> None:
        """What a person wrote into another field meanwhile stands."""
        item = line.created()
        line.bench.people.label(item.id, _THEIRS)
        title = line.field("title").id
        line.update(line.change(line.read(item.id, title), {title: "Ours again"}))
        assert line.normal("labels", _THEIRS) in _labels(line, item.id)
        assert line.value(item.id, title) == "Ours again"

    def test_people_keep_their_elements(self, line: Line) -> None:
        """Sets are written by element: ours come and go, theirs stay."""
        first, second = (_elements(line.normal("labels", each)) for each in line.bench.samples["labels"])
        labels = line.field("labels").id
        item = line.created(labels=line.bench.samples["labels"][0])
        line.bench.people.label(item.id, _THEIRS)
        change = line.change(line.read(item.id, labels), add={labels: second}, remove={labels: first})
        assert line.update(change).result == "done"
        assert set(_labels(line, item.id)) == {*second, line.normal("labels", _THEIRS)}

    def test_an_empty_field_is_empty(self, line: Line) -> None:
        """`None` clears each field that may be empty, and it reads back as `None`."""
        for word, (first, _) in line.bench.samples.items():
            field = line.field(word)
            if field.many or field.required or "create" not in field.writable or word == "title":
                continue
            try:
                line.normal(word, None)
            except BadValue:  # what every item has: it is refused before it is sent
                continue
            item = line.created(**{word: first})
            outcome = line.update(line.change(item, {field.id: None}))
            if outcome.result == "refused":  # a site may forbid it, and then says so
                assert outcome.problems, word
                continue
            assert line.value(item.id, field.id) is None, word

    def test_the_same_change_twice_ends_alike(self, line: Line) -> None:
        """A repeatable write does no harm when it happens twice."""
        item = line.created()
        title, labels = line.field("title").id, line.field("labels").id
        ours = _elements(line.normal("labels", line.bench.samples["labels"][0]))
        for _ in range(2):
            current = line.read(item.id, title, labels)
            assert line.update(line.change(current, {title: "Twice"}, add={labels: ours})).result == "done"
        assert line.value(item.id, title) == "Twice"
        assert set(_labels(line, item.id)) == set(ours)

    def test_a_guarded_field_is_not_written_over(self, line: Line) -> None:
        """Where the platform offers it, a write that does not know a person's change to the item is `changed`."""
        title = line.field("title").id
        if title not in line.site().capabilities.guarded:
            pytest.skip("the platform writes without a condition")
        item = line.created()
        line.bench.people.retitle(item.id, "Theirs")
        outcome = line.update(line.change(item, {title: "Ours"}))
        assert (outcome.result, outcome.applied) == ("changed", frozenset())
        assert line.value(item.id, title) == "Theirs"

    def test_a_named_comment_is_written_anew(self, line: Line) -> None:
        """The second of a name takes the place of the first, and arrives by its own operation."""
        item = line.created()
        first, second = (
            replace(line.change(line.read(item.id)), comment=text, comment_name="counter") for text in ("One", "Two")
        )
        outcome = line.update(first)
        if outcome.result == "refused" and outcome.problems:
            pytest.skip("this plugin writes no comments")
        assert outcome.result == "done"
        assert "comment" in _settled(line, first)
        second = replace(second, item=line.read(item.id))
        assert line.update(second).result == "done"
        assert "comment" in _settled(line, second)

    def test_an_item_that_is_not_there_is_gone(self, line: Line) -> None:
        """It is an outcome, and spoils no other."""
        item = line.created()
        title = line.field("title").id
        lost = line.change(replace(item, id=line.bench.stranger), {title: "Nobody's"})
        good = line.change(item, {title: "Somebody's"})
        outcomes = {each.operation: each.result for each in line.provider.update([lost, good], quiet=False)}
        assert outcomes == {lost.operation: "gone", good.operation: "done"}

    def test_a_lost_answer_is_unknown(self, line: Line) -> None:
        """It is not sent again: a person may have come between."""
        title = line.field("title").id
        for fault in ("cut before", "cut after", "503 before", "503 after"):
            item = line.created()
            line.written.clear()
            line.faults.append(fault)
            assert line.update(line.change(item, {title: "Lost"})).result == "unknown", fault
            assert len(line.written) == 1, fault

    def test_a_status_is_reached(self, line: Line) -> None:
        """By one transition, to a status that the description or a preview offers."""
        kind = line.kind(line.site())
        status = next(each for each in kind.fields.values() if each.word == "status")
        item = line.read(line.created().id, status.id)
        goal = next(
            (goal for goal in (each.ref for each in kind.statuses) if self._leads(line, item, goal, status.id)), None
        )
        assert goal is not None, "no status can be reached from the first"
        [outcome] = line.provider.update([replace(line.change(item), transition=Transition((goal,)))], quiet=False)
        assert outcome.result == "done", outcome
        assert line.value(item.id, status.id) == goal

    def _leads(self, line: Line, item: Item, goal: Ref, status: str) -> bool:
        if item.fields[status] == goal:
            return False
        [preview] = line.provider.preview([replace(line.change(item), transition=Transition((goal,)))], live=True)
        return not preview.problems

    def test_a_preview_writes_nothing(self, line: Line) -> None:
        """It counts the requests that a write takes, and passes no gate."""
        item = line.created()
        line.written.clear()
        writes: list[Draft | Change] = [line.draft(), line.change(item, {line.field("title").id: "Seen"})]
        previews = list(line.provider.preview(writes, live=True))
        assert sorted(each.operation for each in previews) == sorted(each.operation for each in writes)
        assert all(sum(each.requests.values()) >= 1 for each in previews)
        assert line.written == []

    def test_history_says_who(self, line: Line) -> None:
        """A person's change of a title, with their name, the time and both texts."""
        item = line.created(title="Ours at first")
        started = line.bench.clock.now()
        line.bench.people.retitle(item.id, "Theirs now")
        title = line.field("title").id
        [history] = line.provider.history([item.id], [title])
        assert history.item == item.id
        if not history.complete and not history.edits:
            pytest.skip("the platform shows no history")
        field, at, by, before, after = history.edits[-1]
        assert (field, before, after) == (title, "Ours at first", "Theirs now")
        assert by.name == line.bench.people.name
        assert at.tzinfo is not None
        assert abs((at - started).total_seconds()) < 24 * 3600


def _settled(line: Line, change: Change) -> Fields:
    """What settling shows of a change that was answered."""
    line.wait(timedelta(minutes=30))
    found = line.settled(line.pending(change))
    return found.item.fields if found.item is not None else {}


def _elements(value: Value) -> tuple[Value, ...]:
    assert value is None or isinstance(value, tuple)
    return value or ()


def _labels(line: Line, id: str) -> tuple[Value, ...]:
    return _elements(line.value(id, line.field("labels").id))
