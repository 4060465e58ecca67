"""The provider's first part: what the tracker offers, and what a spec's values mean to it."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.sdk import SiteDescription, Value
from reconciler_roundup import words
from reconciler_roundup.client import Part
from reconciler_roundup.site import describe

__all__ = ["Describing"]


class Describing(Part):
    """`describe_site`, `normalize` and `express`."""

    def describe_site(self, types: Collection[str], users: Collection[str] = ()) -> SiteDescription:
        """Read what the tracker offers; it has one type, whatever is asked for."""
        del types
        return describe(self.client, self.config, users)

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        """Turn a spec's value into the normal form. Pure."""
        return words.normalize(site, type, field, value)

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        """Turn a normal form into what a spec would say. Pure."""
        return words.express(site, field, value)
