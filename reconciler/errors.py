"""Everything that `reconciler` raises on purpose.

ReconcilerError                 exit 1 where nothing more special applies
├── SpecError                   the specs hold mistakes; carries all of their diagnostics
├── UsageError                  the command line asks for something that can't be
├── ConfigurationError          the operator's settings are missing or contradict each other
├── StateError                  the state is corrupt, newer than this version, or another workspace's
│   ├── LeaseHeld               exit 6: another process is writing
│   └── LeaseLost               the right to write ended while this process was running
├── Refused                     exit 5: nothing was sent
├── Interrupted                 exit 130, 143 on SIGTERM, 129 on SIGHUP
└── PluginError                 a platform or its plugin could not do what was asked
    ├── BadValue                a value that the site does not take: a user, an option, a date
    ├── DeliveryRefused         a webhook's delivery that is not the platform's, or not a new one
    └── ProviderError           a whole call failed
        ├── AuthenticationError who we are was not accepted
        ├── AuthorizationError  we may not do or see this
        ├── NotFoundError       it is not there, or hidden from us
        ├── ConflictError       somebody changed it at the same instant
        ├── ValidationError     the platform understood and said no
        ├── RateLimitError      the platform asked to wait for longer than we may
        ├── UnreachableError    no answer: DNS, connection, TLS, time-out, a proxy's page
        └── UnknownOutcome      a write was sent and its answer was lost
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

__all__ = [
    "AuthenticationError",
    "AuthorizationError",
    "BadValue",
    "ConfigurationError",
    "ConflictError",
    "DeliveryRefused",
    "Interrupted",
    "LeaseHeld",
    "LeaseLost",
    "NotFoundError",
    "PluginError",
    "ProviderError",
    "RateLimitError",
    "ReconcilerError",
    "Refused",
    "SpecError",
    "StateError",
    "UnknownOutcome",
    "UnreachableError",
    "UsageError",
    "ValidationError",
]


class ReconcilerError(Exception):
    """The root of the tree: what happened, and what to do about it.

    Args:
        summary: one sentence, no final period; the class's docstring where it is empty.
        detail: more of what happened, any number of lines.
        hint: what to do.
    """

    code: ClassVar[str] = "error"
    exit_code: int = 1

    def __init__(self, summary: str = "", *, detail: str = "", hint: str = "") -> None:
        self.summary = summary or (self.__doc__ or "").partition("\n")[0].rstrip(".")
        self.detail = detail
        self.hint = hint
        super().__init__(self.summary)


class SpecError(ReconcilerError):
    """The specs hold mistakes.

    `diagnostics` holds all that were found, each with its place; `reconciler.diagnostics.diagnostics_of` reads
    them.
    """

    code = "spec"

    def __init__(self, diagnostics: Sequence[object]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__()

    def __str__(self) -> str:
        return "\n".join(str(each) for each in self.diagnostics)


class UsageError(ReconcilerError):
    """The command line asks for something that can't be."""

    code = "usage"


class ConfigurationError(ReconcilerError):
    """The operator's settings are missing or contradict each other."""

    code = "configuration"


class StateError(ReconcilerError):
    """The state can't be used."""

    code = "state"


class LeaseHeld(StateError):
    """Another process holds the right to write."""

    code = "lease_held"
    exit_code = 6


class LeaseLost(StateError):
    """The right to write ended while this process was running."""

    code = "lease_lost"


class Refused(ReconcilerError):
    """Nothing was sent.

    `diagnostics` holds the reasons where there are several.
    """

    code = "refused"
    exit_code = 5

    def __init__(
        self, summary: str = "", *, detail: str = "", hint: str = "", diagnostics: Sequence[object] = ()
    ) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(summary, detail=detail, hint=hint)


class Interrupted(ReconcilerError):
    """Stopped by a signal; what was in flight was finished and recorded."""

    code = "interrupted"

    def __init__(self, exit_code: int = 130) -> None:
        self.exit_code = exit_code
        super().__init__()


class PluginError(ReconcilerError):
    """A platform or its plugin could not do what was asked."""

    code = "plugin"


class BadValue(PluginError):
    """The site does not take this value.

    Args:
        summary: what is wrong with it.
        options: the names that would be taken, nearest first; empty where any text is.
    """

    code = "bad_value"

    def __init__(self, summary: str, *, detail: str = "", hint: str = "", options: Sequence[str] = ()) -> None:
        self.options = tuple(options)
        super().__init__(summary, detail=detail, hint=hint)


class DeliveryRefused(PluginError):
    """A webhook's delivery is not the platform's, or not a new one."""

    code = "delivery_refused"


class ProviderError(PluginError):
    """A whole call to a platform failed; inputs without a result are unknown.

    Args:
        status: the HTTP status, where there was an answer.
        reasons: the platform's own words, by field id where it named one ("" else). Untrusted, localised, never
            matched on.
    """

    code = "provider"

    def __init__(
        self,
        summary: str = "",
        *,
        detail: str = "",
        hint: str = "",
        status: int | None = None,
        reasons: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.status = status
        self.reasons = tuple(reasons)
        super().__init__(summary, detail=detail, hint=hint)


class AuthenticationError(ProviderError):
    """The platform did not accept who we are."""

    code = "authentication"


class AuthorizationError(ProviderError):
    """The account may not do or see this."""

    code = "authorization"


class NotFoundError(ProviderError):
    """It is not there, or hidden from this account."""

    code = "not_found"


class ConflictError(ProviderError):
    """Somebody changed it at the same instant."""

    code = "conflict"


class ValidationError(ProviderError):
    """The platform understood the request and refused it."""

    code = "validation"


class RateLimitError(ProviderError):
    """The platform asked to wait for longer than this run may."""

    code = "rate_limit"


class UnreachableError(ProviderError):
    """The platform gave no answer that can be read."""

    code = "unreachable"


class UnknownOutcome(ProviderError):
    """A write was sent and its answer was lost; it may or may not have happened."""

    code = "unknown_outcome"
