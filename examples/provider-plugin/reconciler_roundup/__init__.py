"""Roundup (https://www.roundup-tracker.org) as a provider of reconciler, over its REST interface."""

from reconciler_roundup.plugin import RoundupPlugin

__all__ = ["RoundupPlugin"]
