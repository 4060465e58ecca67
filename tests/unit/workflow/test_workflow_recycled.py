"""What lies in a recycle bin, and the state knows nothing of, is named once."""

from __future__ import annotations

from dataclasses import replace

from memory_bin import with_bin
from memory_engine import Engine
from memory_site import configuration, item

from reconciler.workflow.recycled import recycled_warnings


def test_an_address_that_its_marker_tells_is_said(engine: Engine) -> None:
    """Two providers that share a site name it once; what the state knows is the plan's to say."""
    site = with_bin(engine)
    specs = configuration(item("a", title="One"))
    engine.apply(specs)
    [id] = site.items
    site.bin(id)
    connection = engine.connections["tracker"]
    twice = {"tracker": connection, "other": replace(connection, name="other")}
    sites = dict.fromkeys(twice, site.site)
    [told] = recycled_warnings(specs.workspace, twice, sites, ())
    assert 'One" of this workspace lies in the recycle bin, at a' in told.summary
    assert "state rebuild" in (told.hint or "")
    assert not list(recycled_warnings(specs.workspace, twice, sites, {(site.site.site, id)}))
