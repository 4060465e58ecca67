"""The provider, put together of its parts."""

from __future__ import annotations

from reconciler_roundup.describing import Describing
from reconciler_roundup.settling import Settling
from reconciler_roundup.writing import Writing

__all__ = ["RoundupProvider"]


class RoundupProvider(Describing, Writing, Settling):
    """One tracker and one class of its items; see `reconciler.sdk.Provider` for what the methods promise."""
