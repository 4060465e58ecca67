"""Webhooks: a platform's word that something changed.

A delivery is verified, recognised when it comes again, and only ever a hint to read the items. Nothing in it is taken
for what they are now: it may be late, out of order, or lost.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final, Protocol, TypeAlias, runtime_checkable

from reconciler.errors import ConfigurationError, DeliveryRefused
from reconciler.sdk.bodies import check_size, lowered
from reconciler.sdk.clock import Clock
from reconciler.sdk.config import Setting

__all__ = ["Deliveries", "Delivery", "Headers", "ReceivesWebhooks", "check_age", "receive"]

_log = logging.getLogger("reconciler.webhooks")

Headers: TypeAlias = Mapping[str, str]
"""A request's headers. Plugins get them with their names in lower case."""

_OLD: Final = timedelta(hours=2)
"""How long ago an event may have been. Jira tells of it within 15 minutes, and again five times (FACTS A16)."""

_AHEAD: Final = timedelta(minutes=5)
"""How far ahead it may be: clocks differ."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a platform told.

    Attributes:
        id: the platform's name for it, the same when it is sent again.
        digest: of the body. A signature covers the body alone, so whoever repeats one can make up its headers.
        event: the platform's own name: `jira:issue_updated`.
        items: remote ids, or keys where it has no ids, of the items to read; empty where it names none.
        at: when it happened, in UTC; `None` where it does not say.
        understood: whether it is about work items or what they lie in. What is not is answered, and ignored.
        repeated: whether `Deliveries` has seen it before.
    """

    id: str
    digest: str
    event: str
    items: tuple[str, ...]
    at: datetime | None
    understood: bool
    repeated: bool = False


@runtime_checkable
class ReceivesWebhooks(Protocol):
    """What a plugin has beside the rest where its platform tells of changes. All of it is pure, and needs no session.

    Attributes:
        webhook_secret: the setting that holds what the platform and we alone know.
    """

    webhook_secret: ClassVar[Setting]

    @classmethod
    def read_delivery(cls, headers: Headers, body: bytes) -> Delivery:
        """Read what was received, trusted or not.

        Args:
            headers: their names in lower case.

        Raises:
            DeliveryRefused: it is no webhook of this platform.
        """
        ...

    @classmethod
    def check_sender(cls, headers: Headers, body: bytes, secret: str) -> str:
        """Check that the platform sent it.

        Args:
            headers: their names in lower case.
            body: the bytes as they came.
            secret: not empty.

        Returns:
            What proves it, in words.

        Raises:
            DeliveryRefused: nothing does.
        """
        ...


def receive(plugin: ReceivesWebhooks, headers: Headers, body: bytes, secret: str, now: datetime) -> Delivery:
    """Take a delivery in: only one that is proven to be the platform's, and not an old one sent anew.

    Raises:
        ConfigurationError: there is no secret, so nothing can be proven.
        DeliveryRefused: it is too large, not the platform's, or too old.
    """
    if not secret:
        raise ConfigurationError(
            f"{plugin.webhook_secret.variable} is not set, so no webhook can be verified",
            detail=plugin.webhook_secret.help,
            hint="set it, and give the same secret to the webhook: `reconciler webhook register`",
        )
    check_size(body)
    names = lowered(headers)
    plugin.check_sender(names, body, secret)
    delivery = plugin.read_delivery(names, body)
    check_age(delivery, now)
    if not delivery.understood:
        _log.info("webhook %s: %s is ignored", delivery.id, delivery.event)
    return delivery


def check_age(delivery: Delivery, now: datetime) -> None:
    """Check that what it tells of happened lately; one that does not say when passes.

    Raises:
        DeliveryRefused: it did not, or it will only happen.
    """
    if delivery.at is None:
        return
    if now - delivery.at > _OLD:
        hours = _OLD.total_seconds() / 3600
        raise DeliveryRefused(
            f"it tells of {delivery.at:%Y-%m-%d %H:%M:%S} UTC, more than {hours:.0f} hours ago",
            hint="an old delivery is not taken again: what it told of, a plan reads anyway",
        )
    if delivery.at - now > _AHEAD:
        raise DeliveryRefused(
            f"it tells of {delivery.at:%Y-%m-%d %H:%M:%S} UTC, which is yet to come",
            hint="set this machine's clock",
        )


class Deliveries:
    """The deliveries that came lately, so that one that comes again is recognised. For any number of threads.

    Each is remembered for as long as `check_age` lets it pass, from when it first came; of very many the oldest are
    forgotten first.

    Args:
        clock: tells when to forget.
        most: how many are remembered.
    """

    def __init__(self, clock: Clock, most: int = 10_000) -> None:
        self._clock = clock
        self._most = 2 * most
        self._seen: OrderedDict[str, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, delivery: Delivery) -> Delivery:
        """Remember a delivery; gives it back, `repeated` where its id or its body came before."""
        now = self._clock.now()
        keys = (f"id {delivery.id}", f"body {delivery.digest}")
        with self._lock:
            while self._seen and now - next(iter(self._seen.values())) > _OLD + _AHEAD:
                self._seen.popitem(last=False)
            repeated = any(key in self._seen for key in keys)
            for key in keys:
                self._seen.setdefault(key, now)
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)
        return replace(delivery, repeated=repeated)
