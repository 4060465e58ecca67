"""Links to other sites and documents under any edits of the spec, while people add documents of their own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from memory_engine import Engine
from memory_site import configuration, item, site_description, to

from reconciler.sdk import Link, Value
from reconciler.spec.configuration import Configuration, ItemAttribute, Template

OTHERS = ("there", "far")
PLAN = {"title": "Plan", "url": "https://docs.example/plan"}
PAGE = {"title": "The room", "url": Template((ItemAttribute("there", "url"),))}
KEYS = st.fixed_dictionaries(
    {},
    optional={
        "links": st.lists(st.sampled_from(OTHERS), unique=True),
        "documents": st.lists(st.sampled_from((0, 1)), unique=True),
    },
)


def _specs(named: dict[str, list[Any]]) -> Configuration:
    fields: dict[str, Any] = {}
    if "links" in named:
        fields["links"] = {"blocks": to(*named["links"])}
    if "documents" in named:
        fields["documents"] = tuple((PLAN, PAGE)[each] for each in named["documents"])
    others = (item(each, provider="other") for each in OTHERS)
    return configuration(item("here", **fields), *others, providers=("tracker", "other"))


def _documents(engine: Engine) -> tuple[Link, ...]:
    return _links(engine.live("here").get("documents"))


def _links(value: Value) -> tuple[Link, ...]:
    return tuple(each for each in value if isinstance(each, Link)) if isinstance(value, tuple) else ()


@settings(max_examples=40)
@given(st.lists(st.tuples(KEYS, st.booleans()), min_size=1, max_size=6))
def test_any_edits_of_the_spec(steps: list[tuple[dict[str, list[Any]], bool]]) -> None:
    """After each apply the next plan is empty, each page that is named is ours once, and people's documents stay."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder), {"tracker": site_description(), "other": site_description("site-2")})
        theirs: list[Link] = []
        for number, (named, person) in enumerate(steps):
            specs = _specs(named)
            assert {each.result for each in engine.apply(specs).values()} <= {"done"}
            again = engine.plan(specs)
            assert (again.actions, again.recordings, again.drift) == ((), (), ())
            ours = [each.target for each in _links(engine.lease.items["here"].base.get("documents"))]
            assert len(ours) == len(set(ours))
            wanted = {engine.lease.items[each].url for each in named.get("links", ())}
            wanted |= {(PLAN["url"], engine.lease.items["there"].url)[each] for each in named.get("documents", ())}
            assert wanted == set(ours) or not named
            assert wanted <= {each.target for each in _documents(engine)}
            assert set(theirs) <= set(_documents(engine))
            if person:
                theirs.append(Link("page", f"https://mine.example/{number}", title="blocks: mine"))
                engine.edit("here", documents=(*_documents(engine), theirs[-1]))
