"""Whether a configured site can be used."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.errors import ProviderError
from reconciler.sdk.site import SiteDescription
from reconciler.sdk.values import Ref

__all__ = ["Health"]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a site can be used: the account that we are, what the site offers it, and what is wrong.

    Without an account signing in failed; with one and without a site, looking at the project did.
    """

    account: Ref | None = None
    site: SiteDescription | None = None
    problem: ProviderError | None = None

    @property
    def ok(self) -> bool:
        """Whether it can."""
        return self.problem is None
