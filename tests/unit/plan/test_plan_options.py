"""Options of providers in a plan's document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from memory_engine import Engine
from memory_site import configuration

from reconciler.plan.document import PlanDocument


def test_a_plan_holds_options_of_every_shape(engine: Engine) -> None:
    """Lists and maps of a spec come as JSON's, and the document reads back as it was."""
    specs = configuration()
    options = {"create": ("area", "sprint"), "more": {"deep": (1, None)}, "on": date(2027, 1, 2), "batch": True}
    block = replace(specs.providers["tracker"], options=options)
    document = engine.plan(replace(specs, providers={"tracker": block}))
    assert document.providers[0].options == {
        "create": ["area", "sprint"], "more": {"deep": [1, None]}, "on": "2027-01-02", "batch": True,
    }  # fmt: skip
    assert PlanDocument.model_validate_json(document.model_dump_json()) == document
