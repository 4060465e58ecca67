"""What `create` promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from reconciler.sdk.conformance.line import Line
from reconciler.sdk.values import Ref

__all__ = ["Creating"]


class Creating:
    """`Provider.create`."""

    def test_what_was_sent_is_what_is_there(self, line: Line) -> None:
        """Each field that the draft says, and that can be written at creation, reads back as its normal form."""
        at_once = {
            word: first for word, (first, _) in line.bench.samples.items() if "create" in line.field(word).writable
        }
        draft = line.draft(**at_once)
        outcome = line.create(draft)
        assert (outcome.result, outcome.applied) == ("done", frozenset(draft.fields))
        assert outcome.item is not None
        assert outcome.item.key
        assert outcome.item.url.startswith("http")
        item = line.read(outcome.item.id, *draft.fields)
        assert {field: item.fields[field] for field in draft.fields} == dict(draft.fields)
        assert (item.id, item.key, item.type) == (outcome.item.id, outcome.item.key, draft.type)

    def test_each_draft_has_one_outcome(self, line: Line) -> None:
        """However many there are, and in whatever order they come."""
        drafts = [line.draft() for _ in range(7)]
        outcomes = list(line.provider.create(drafts))
        assert sorted(each.operation for each in outcomes) == sorted(each.operation for each in drafts)
        ids = {each.item.id for each in outcomes if each.item}
        assert len(ids) == len(drafts)

    def test_every_operation_passes_the_gate_before_it_is_sent(self, line: Line) -> None:
        """The journal hears of each draft, once for each request that it takes, and of nothing else."""
        drafts = [line.draft() for _ in range(3)]
        list(line.provider.create(drafts))
        assert {each for batch in line.written for each in batch} == {each.operation for each in drafts}

    def test_one_that_is_refused_spoils_no_other(self, line: Line) -> None:
        """The refused one says why; the others are made."""
        drafts = [line.draft() for _ in range(3)]
        bad = replace(drafts[1], type=Ref("no-such-type", "no such type"))
        outcomes = {each.operation: each for each in line.provider.create([drafts[0], bad, drafts[2]])}
        assert [outcomes[each.operation].result for each in drafts] == ["done", "refused", "done"]
        assert outcomes[bad.operation].problems

    def test_an_answer_that_is_lost_is_unknown(self, line: Line) -> None:
        """It is sent once: whether the site executed it is for settling to find out."""
        for fault in ("cut before", "cut after", "503 before", "503 after"):
            line.faults.append(fault)
            line.written.clear()
            assert line.create(line.draft()).result == "unknown", fault
            assert len(line.written) == 1, fault

    def test_a_429_is_waited_for(self, line: Line) -> None:
        """As long as the site says; nothing was executed, so it is sent again, and makes one item."""
        started = line.bench.clock.now()
        draft = line.draft()
        line.faults.append("429")
        assert line.create(draft).result == "done"
        assert line.bench.clock.now() - started >= timedelta(seconds=7)
