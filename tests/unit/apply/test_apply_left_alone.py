"""An item that a conflict leaves alone at its old address, and others that need it at its new one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from memory_engine import Engine
from memory_site import configuration, item, to

from reconciler.diagnostics import Place
from reconciler.spec.configuration import Configuration, Move

PLACE = Place("main.yaml", 1, 1)


def specs(description: str, **other: Any) -> Configuration:
    """`old` is `new` from now on, and `other` needs it there."""
    wanted = configuration(item("new", type="epic", title="old", description=description), item("other", **other))
    return replace(wanted, moved=(Move("old", "new", PLACE),))


def conflicting(engine: Engine) -> None:
    """The item has its old address, and a description that a person changed."""
    engine.apply(configuration(item("old", type="epic", description="ours")))
    engine.edit("old", description="theirs")


def test_a_link_to_it_waits(engine: Engine) -> None:
    """The other item is made, its link is not: that is said, and no failure. Once the two agree, it is there."""
    conflicting(engine)
    results = engine.apply(specs("ours, anew", links={"blocks": to("new")}))
    assert {address: (each.result, each.problems) for address, each in results.items()} == {
        "other": ("skipped", ("waits for new",))
    }
    assert set(engine.lease.items) == {"old", "other"}
    engine.edit("old", description="ours, anew")
    assert {each.result for each in engine.apply(specs("ours, anew", links={"blocks": to("new")})).values()} == {"done"}
    assert [each.target for each in engine.live("other")["links"]] == [engine.lease.items["new"].id]
    assert engine.plan(specs("ours, anew", links={"blocks": to("new")})).actions == ()


def test_what_is_below_it_waits(engine: Engine) -> None:
    """Its child is not made: it has no parent yet that the plan could name."""
    conflicting(engine)
    results = engine.apply(specs("ours, anew", parent=to("new")[0]))
    assert (results["other"].result, results["other"].problems) == ("skipped", ("waits for new",))
    assert set(engine.lease.items) == {"old"}
