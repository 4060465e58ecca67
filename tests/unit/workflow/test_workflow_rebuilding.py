"""A state that is lost at any moment of any history and rebuilt plans what the kept one would have planned."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_engine import Engine, MemoryProvider
from memory_site import configuration, item, site_description, to

from reconciler.errors import Refused
from reconciler.plan.document import PlanDocument
from reconciler.sdk import Found, Ref, digest
from reconciler.spec.configuration import Configuration
from reconciler.workflow.rebuilding import Rebuilt, propose

SITE = site_description()
SITES = {"tracker": replace(SITE, capabilities=replace(SITE.capabilities, marker_in_reads=True))}

_LABELS = st.lists(st.sampled_from(["one", "two", "three"]), unique=True).map(tuple)
_SPECS = st.fixed_dictionaries(
    {"title": st.sampled_from(["A", "B"])},
    optional={
        "due": st.sampled_from(["2027-03-31", "2027-04-30", None]),
        "labels": _LABELS,
        "status": st.sampled_from(["todo", "in_progress", "done"]),
        "description": st.sampled_from(["**x**", "y"]),
        "links": st.just({"blocks": to("b")}),
        "cf_amount": st.sampled_from([5, 7.5]),
    },
)
_EDITS = st.fixed_dictionaries(
    {},
    optional={
        "summary": st.sampled_from(["B", "Theirs"]),
        "duedate": st.none(),
        "labels": _LABELS,
        "status": st.sampled_from([Ref("s1", "To Do"), Ref("s2", "In Progress"), Ref("s3", "Done")]),
        "description": st.sampled_from(["theirs", "y"]),
        "cf1": st.sampled_from([5, 9]),
    },
)
_STEPS = st.lists(st.tuples(st.sampled_from(["apply", "edit", "spec"]), _SPECS, _EDITS), min_size=1, max_size=8)


def specs(fields: dict[str, Any]) -> Configuration:
    """A workspace whose item `a` has these fields."""
    words = {name.replace("cf_amount", "cf_cf1"): value for name, value in fields.items()}
    return configuration(item("a", **words), item("b"))


def rebuilt(engine: Engine, now: Configuration) -> Rebuilt:
    """Lose the state, and record what its markers give."""
    found = propose(now, None, engine.connections)
    engine.lease.items = {each.record.address: each.record for each in found.items}
    engine.lease.operations = {}
    return found


def essence(document: PlanDocument) -> dict[str, Any]:
    """What a plan says, apart from which state it is of, and from values that only the state had."""
    data = document.model_dump(mode="json")
    drift = [{**each, "before": None} for each in data["drift"]]
    conflicts = [{**each, "base": None} for each in data["conflicts"]]
    codes = sorted((each["code"], each["summary"]) for each in data["diagnostics"])
    recordings = [{**each, "released": sorted(each["released"])} for each in data["recordings"]]
    return {"actions": data["actions"], "recordings": recordings, "drift": drift, "conflicts": conflicts,
            "summary": data["summary"], "codes": codes}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(steps=_STEPS)
def test_the_plan_is_the_same(steps: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> None:
    """Whatever the specs and people did, before and after the last apply."""
    with tempfile.TemporaryDirectory() as directory:
        engine = Engine(Path(directory), dict(SITES))
        now = specs({"title": "A"})
        engine.apply(now)
        for step, fields, edit in steps:
            if step == "spec":
                now = specs(fields)
            elif step == "edit":
                engine.edit("a", **edit)
            else:
                engine.apply(now)
        kept = engine.plan(now)
        rebuilt(engine, now)
        assert essence(engine.plan(now)) == essence(kept)


class TestFinding:
    """What is found and said, before anything is recorded."""

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Engine:
        """Two applied items."""
        engine = Engine(tmp_path, dict(SITES))
        engine.apply(configuration(item("a", due="2027-03-31", labels=("one",)), item("b")))
        return engine

    def test_who_changed_what(self, engine: Engine) -> None:
        """By the spec's words: what people changed, what the specs changed, and what left them."""
        engine.edit("a", duedate=None)
        found = rebuilt(engine, configuration(item("a", title="Anew", due="2027-03-31", labels=("one",))))
        (first, second) = found.items
        assert (first.by_people, first.by_spec, first.unknown) == (("due",), (), ())
        assert (first.in_spec, second.in_spec) == (True, False)
        assert second.record.title == "b"

    def test_a_value_that_is_nowhere_any_more(self, engine: Engine) -> None:
        """Both sides changed: neither the old value nor what was observed is left, and both are said."""
        engine.edit("a", summary="Theirs")
        found = rebuilt(engine, configuration(item("a", title="Anew"), item("b")))
        assert (found.items[0].by_people, found.items[0].by_spec) == (("title",), ("due", "title")[1:])

    def test_the_state_says_what_is_known(self, engine: Engine) -> None:
        """Items of the state are not looked at again."""
        found = propose(configuration(item("a"), item("b")), engine.lease.state(), engine.connections)
        assert (found.items, found.kept) == ((), 2)

    def test_an_item_that_can_not_be_read(self, engine: Engine) -> None:
        """Nothing is recorded of it, or of any other: the state would be half of one."""
        now = configuration(item("a"), item("b"))
        engine.tracker.hidden = {"1001"}
        with pytest.raises(Refused, match="was found, and can't be read"):
            propose(now, None, engine.connections)

    def test_where_markers_are_not_searchable(self, engine: Engine) -> None:
        """It is refused, and names the provider."""
        capabilities = replace(SITE.capabilities, searchable_marker=False)
        engine.tracker.site = replace(SITE, capabilities=capabilities)
        with pytest.raises(Refused, match="the items of tracker can't be found again"):
            propose(configuration(item("a")), None, engine.connections)

    def test_a_platform_that_recalls_is_asked_to(self, engine: Engine) -> None:
        """Where markers have no room for digests, what its history tells of the last writes stands for them."""
        provider = Recalling(engine.tracker.site, engine.tracker.log, engine.tracker.gate)
        provider.items = {
            id: replace(each, marker=each.marker and replace(each.marker, base={}, observed={}, truncated=True))
            for id, each in engine.tracker.items.items()
        }
        engine.providers["tracker"] = provider
        engine.edit("a", duedate=None)
        found = rebuilt(engine, configuration(item("a", title="Anew", due="2027-03-31", labels=("one",)), item("b")))
        first = found.items[0]
        assert (first.by_people, first.unknown) == (("due",), ("title",))
        assert first.record.base["labels"] == ("one",)


class Recalling(MemoryProvider):
    """A site that knows what was written."""

    def recall(self, wanted: Mapping[str, Collection[str]]) -> Iterator[Found]:
        seen = {"summary": "a", "duedate": date(2027, 3, 31)}
        observed = {id: digest(value) for id, value in seen.items()} | {f"labels/{digest('one')}": "ours"}
        for found in self.fetch(wanted, markers=True):
            if found.item and found.item.marker:
                marker = replace(found.item.marker, observed=observed if found.asked == "1001" else {})
                yield replace(found, item=replace(found.item, marker=marker))
