"""The gate that each write passes on its way out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

__all__ = ["OpenGate", "WriteGate"]


class WriteGate(Protocol):
    """Opened by the session just before a write is sent, after every wait."""

    def open(self, operations: Sequence[str]) -> datetime | None:
        """Journal these operations durably and prove the lease.

        Returns:
            The time after which the request must not be sent any more; `None` for no such time. The session checks
            it last, just before the socket, and opens the gate again where it has passed.

        Raises:
            LeaseLost: nothing may be sent any more.
        """
        ...


class OpenGate:
    """For writes outside a plan: journals nothing, stops nothing."""

    def open(self, operations: Sequence[str]) -> datetime | None:  # noqa: ARG002  the protocol's signature
        """Let them pass."""
        return None
