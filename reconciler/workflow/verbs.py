"""The everyday verbs' way to a provider: one that the specs configure, without a plan and without the state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reconciler.errors import UsageError
from reconciler.live.connections import Connection, connect
from reconciler.sdk import WriteGate
from reconciler.sdk.names import nearest
from reconciler.workflow.request import Request

__all__ = ["OpenGate", "connected"]


class OpenGate:
    """The gate of verbs that write one thing at once: nothing is journalled, so there is nothing to check."""

    def open(self, operations: Sequence[str]) -> None:
        """Let pass."""
        del operations


@contextmanager
def connected(request: Request, provider: str, *, gate: WriteGate) -> Iterator[Connection]:
    """Connect one provider of the specs, and close its session at the end. Sends nothing yet.

    Args:
        provider: its name; empty for the only one.
        gate: `ShutGate()` for what only reads, `OpenGate()` for a verb that writes.

    Raises:
        SpecError, ConfigurationError: as of `connect`.
        UsageError: the specs have no provider of this name, or several and none was named.
    """
    blocks = request.load().providers
    if not provider and len(blocks) == 1:
        [provider] = blocks
    if not provider:
        raise UsageError("the specs have several providers", hint=f"name one: --provider {' | '.join(blocks)}")
    if provider not in blocks:
        close = nearest(provider, blocks)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(blocks)}"
        raise UsageError(f"the specs have no provider {provider!r}", hint=hint)
    with connect(blocks, [provider], request.environment, gate=gate, clock=request.clock) as connections:
        yield connections[provider]
