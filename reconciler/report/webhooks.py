"""What `reconciler webhook` says: of one delivery, and of what has to be registered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.report.style import BLANK, Line, Span, line, to_text
from reconciler.report.text import safe, wrapped
from reconciler.sdk import Delivery, Hook, Registered, Registration

__all__ = [
    "Examined",
    "Offer",
    "examined_data",
    "offer_data",
    "registered_data",
    "render_examined",
    "render_offer",
    "render_registered",
]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found out about a delivery.

    Attributes:
        provider: whose it is.
        platform: the provider's plugin, as people call it.
        delivery: what it says.
        proof: what proves who sent it; empty where nothing was proven.
        doubt: why nothing was; empty where something was.
        stale: why a receiver would refuse it by now; empty where it would take it.
    """

    provider: str
    platform: str
    delivery: Delivery
    proof: str
    doubt: str
    stale: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What would be registered.

    Attributes:
        variable: the environment variable with the secret.
        is_set: whether it is.
    """

    provider: str
    platform: str
    registration: Registration
    variable: str
    is_set: bool


def examined_data(examined: Examined) -> dict[str, Any]:
    """A delivery as JSON says it."""
    delivery = examined.delivery
    return {
        "provider": examined.provider,
        "platform": examined.platform,
        "event": delivery.event,
        "understood": delivery.understood,
        "items": list(delivery.items),
        "at": delivery.at.isoformat() if delivery.at else None,
        "delivery": delivery.id,
        "verified": bool(examined.proof),
        "reason": examined.proof or examined.doubt,
        "stale": examined.stale or None,
    }


def render_examined(examined: Examined, *, color: bool) -> str:
    """One line a finding."""
    delivery = examined.delivery
    ignored = "" if delivery.understood else ": ignored, it is not about work items"
    rows = [
        ("platform", Span(f"{examined.platform} (provider {safe(examined.provider)})")),
        ("event", Span(safe(delivery.event) + ignored, "plain" if delivery.understood else "changed")),
        ("items", Span(safe(", ".join(delivery.items)) or "it names none")),
        ("at", Span(f"{delivery.at:%Y-%m-%d %H:%M:%S} UTC" if delivery.at else "it does not say when")),
        ("delivery", Span(safe(delivery.id))),
        (
            "sender",
            Span(f"verified: {safe(examined.proof)}", "added")
            if examined.proof
            else Span(f"not verified: {safe(examined.doubt)}", "alarm"),
        ),
    ]
    if examined.stale:
        rows.append(("age", Span(f"a receiver refuses it now: {safe(examined.stale)}", "changed")))
    return to_text([line(f"{name:<9} ", span) for name, span in rows], color=color)


def offer_data(offer: Offer) -> dict[str, Any]:
    """What would be registered as JSON says it."""
    return {
        "provider": offer.provider,
        "platform": offer.platform,
        "page": offer.registration.page,
        "hooks": [
            {"name": each.name, "settings": dict(each.settings), "secret": {"setting": each.secret, **_secret(offer)}}
            for each in offer.registration.hooks
        ],
        "notes": list(offer.registration.notes),
    }


def render_offer(offer: Offer, *, color: bool, width: int) -> str:
    """The page, the entries as one form with its values, and what to know."""
    hooks = offer.registration.hooks
    lines = [
        line(Span(f"{offer.platform} (provider {safe(offer.provider)})", "strong"), ": enter this at"),
        line("  ", safe(offer.registration.page)),
        BLANK,
        *_form(hooks, offer, width),
        BLANK,
    ]
    for note in offer.registration.notes:
        lines += [
            line(Span(f"{'  ' if number else '- '}{row}", "quiet"))
            for number, row in enumerate(wrapped(note, width - 2))
        ]
    return to_text(lines, color=color)


def registered_data(offer: Offer, registered: Sequence[Registered]) -> dict[str, Any]:
    """What became of each entry as JSON says it."""
    return {
        "provider": offer.provider,
        "platform": offer.platform,
        "hooks": [
            {"name": each.hook.name, "id": each.id, "state": each.state, "detail": each.detail or None}
            for each in registered
        ],
    }


def render_registered(offer: Offer, registered: Sequence[Registered], *, color: bool, width: int) -> str:
    """One line an entry: its sign, its name, the platform's id and what became of it."""
    signs = {"made": Span("+", "added"), "there": Span("=", "quiet"), "differs": Span("!", "alarm")}
    words = {"made": "made", "there": "was there already", "differs": "is there, and differs"}
    first = max((len(each.hook.name) for each in registered), default=0)
    second = max((len(each.id) for each in registered), default=0)
    lines: list[Line] = []
    for each in registered:
        row = f" {each.hook.name:<{first}}  {safe(each.id):<{second}}  {words[each.state]}"
        lines.append(line(signs[each.state], row))
        if each.detail:
            lines.append(line(Span(f"    {safe(each.detail)}", "changed")))
    said = {each.state for each in registered}
    after = []
    if "differs" in said:
        after.append(f"Change what differs, or delete it and run this again: {offer.registration.page}")
    if "there" in said:
        after.append(
            f"No platform tells a secret. Whether what was there has that of {offer.variable} shows a delivery: "
            "`reconciler webhook verify`."
        )
    lines += [line(Span(row, "quiet")) for text in after for row in wrapped(text, width)]
    return to_text(lines, color=color)


def _form(hooks: Sequence[Hook], offer: Offer, width: int) -> Iterator[Line]:
    """One form: where the entries differ, a value for each of them, in their order."""
    secret = f"the value of {offer.variable}" + ("" if offer.is_set else ", which is not set yet")
    rows = {name: list(dict.fromkeys(each.settings[name] for each in hooks)) for name in hooks[0].settings}
    rows[hooks[0].secret] = [secret]
    differing = [name for name, values in rows.items() if len(values) > 1]
    if differing:
        yield line(f"  {len(hooks)} entries, which differ in {', '.join(differing)}:")
    first = max(map(len, rows))
    for name, values in rows.items():
        for number, text in enumerate(row for value in values for row in wrapped(value, max(width - first - 4, 20))):
            yield line("  ", Span(f"{'' if number else name:<{first}}", "quiet"), f"  {text}")


def _secret(offer: Offer) -> dict[str, Any]:
    return {"variable": offer.variable, "is_set": offer.is_set}
