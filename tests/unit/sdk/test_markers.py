"""Markers, and what a platform may hide of them."""

from __future__ import annotations

from dataclasses import replace

from reconciler.sdk import Marker

DEAL = Marker(1, "ws", "deals", "acme", "deal", None, "op", False, False, {}, {})


def test_a_marker_is_at_its_address_alone():
    """Plain or hidden, and whoever reads the hidden one learns nothing of the address."""
    hidden = replace(DEAL, address=DEAL.hidden_address)
    for marker in (DEAL, hidden):
        assert marker.is_at("deal")
        assert not marker.is_at("task")
    assert hidden.address.startswith("sha256:")
    assert "deal" not in hidden.address
    assert hidden.hidden_address == hidden.address


def test_a_hidden_address_is_the_workspaces_own():
    """The same address of another instance looks different."""
    other = replace(DEAL, instance="beta")
    assert other.hidden_address != DEAL.hidden_address
    assert not replace(other, address=other.hidden_address).is_at(DEAL.hidden_address + "x")
