"""A person's wish to stop, on its way from a signal to whoever waits or writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.errors import Interrupted

__all__ = ["Stop"]


class Stop:
    """Asked for once, and for good. Any thread may look; it holds no lock, so that a signal handler may set it.

    Attributes:
        exit_code: what the process ends with: 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP.
        asked: whether to begin nothing more.
        waits: whether something is in flight that has to be finished and recorded first.
    """

    def __init__(self) -> None:
        self.exit_code = 130
        self.asked = False
        self.waits = False

    def ask(self, exit_code: int) -> None:
        """Begin nothing more."""
        self.exit_code = exit_code
        self.asked = True

    def check(self) -> None:
        """Return unless a stop was asked for.

        Raises:
            Interrupted: it was; carries the exit code.
        """
        if self.asked:
            raise Interrupted(self.exit_code)

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """A block that has writes in flight: a stop lets it take their answers first.

        Raises:
            Interrupted: at its end, where a stop was asked for meanwhile.
        """
        self.waits = True
        try:
            yield
        finally:
            self.waits = False
        self.check()
