"""Which of the items that carry this workspace's marker are its own, and which are copies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from memory_site import configuration

from reconciler.errors import Refused
from reconciler.sdk import Item, Marker, Ref
from reconciler.workflow.originals import Originals, originals

WORKSPACE = configuration().workspace
MARKER = Marker(1, WORKSPACE.id, WORKSPACE.name, WORKSPACE.instance, "a", None, "op-1", False, False, {}, {})


def live(id: str, marker: Marker | None = MARKER, **changes: Any) -> Item:
    """An item that was found, with a marker."""
    changed = replace(marker, **changes) if marker else None
    return Item(id, f"INVEST-{id}", f"https://site-1.example/{id}", Ref("t2", "Task"), {}, "1", changed)


def sort_out(*items: Item, addresses: tuple[str, ...] = ("a", "b"), records: Any = (), created: Any = ()) -> Originals:
    """Sort out items of one provider."""
    found = [("tracker", "site-1", each) for each in items]
    return originals(WORKSPACE, found, created, addresses, dict.fromkeys(records))


def chosen(found: Originals) -> dict[str, str]:
    """The ids by address."""
    return {address: each.item.id for address, each in found.by_address.items()}


def reasons(found: Originals) -> list[str]:
    """Why the others were left alone."""
    return [each.summary for each in found.others]


def test_an_own_id_is_certain() -> None:
    """A copy of it, whose marker still has the original's id, is left alone, though it were older."""
    found = sort_out(live("9", item="10"), live("10", item="10"))
    assert chosen(found) == {"a": "10"}
    assert reasons(found) == [
        "INVEST-9 is left alone: it is a copy: its marker was written for the item with the id 10"
    ]


def test_of_twins_of_one_operation_the_first_is_the_original() -> None:
    """Of several with one operation and no own id the lowest numeric id is the original: 9 before 10."""
    found = sort_out(live("10"), live("9"))
    assert chosen(found) == {"a": "9"}
    assert reasons(found) == ["INVEST-10 is left alone: another item stands at its address a"]


def test_one_that_knows_itself_wins_over_one_that_does_not() -> None:
    """A marker without an id, beside a certain one, is that one's copy."""
    assert chosen(sort_out(live("9"), live("10", item="10"))) == {"a": "10"}


def test_a_clone_of_a_creation_whose_item_is_known_is_none() -> None:
    """It takes no address, though the item that it was made of has moved to another one."""
    found = sort_out(live("10"), created=("op-1",))
    assert chosen(found) == {}
    assert reasons(found) == [
        "INVEST-10 is left alone: it is a copy: its marker is the one that another item was created with"
    ]


@pytest.mark.parametrize("changes", [{"item": "10"}, {"operation": "op-2"}])
def test_two_that_can_not_be_told_apart_stop(changes: dict[str, str]) -> None:
    """Nothing is chosen by chance: both are named."""
    first = live("9", item="9") if "item" in changes else live("9")
    with pytest.raises(Refused, match="2 items claim the address a") as caught:
        sort_out(first, live("10", **changes))
    assert len(caught.value.diagnostics) == 2


def test_a_label_without_proof_is_no_proof() -> None:
    """A person's label, or another workspace's marker beside it, is left alone and said."""
    found = sort_out(live("1", None), live("2", workspace="another"))
    assert chosen(found) == {}
    assert all("nothing that proves it" in each for each in reasons(found))


def test_hidden_addresses_are_known_by_the_specs() -> None:
    """One that the specs no longer have can't be named."""
    found = sort_out(live("1", address=replace(MARKER, address="b").hidden_address))
    assert chosen(found) == {"b": "1"}
    gone = sort_out(live("1", address=replace(MARKER, address="c").hidden_address))
    assert chosen(gone) == {}
    assert "its address is hidden" in reasons(gone)[0]


def test_what_the_state_knows_stays() -> None:
    """An address that is taken takes no other item."""
    found = sort_out(live("1", item="1"), records=("a",))
    assert chosen(found) == {}
    assert reasons(found) == ["INVEST-1 is left alone: another item stands at its address a"]


def test_a_newer_marker_stops() -> None:
    """What it says can't be read by this version."""
    with pytest.raises(Refused, match="marked by a newer reconciler"):
        sort_out(live("1", version=2))


def test_another_name_stops() -> None:
    """Renamed or copied: only a person knows."""
    with pytest.raises(Refused, match="marked as an item of the workspace 'other'"):
        sort_out(live("1", name="other"))
