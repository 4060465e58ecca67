"""Webhooks: is a captured delivery one of ours, and what has to be registered so that there are any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

from reconciler.errors import ConfigurationError, DeliveryRefused, UnknownOutcome, UsageError
from reconciler.live.connections import ShutGate
from reconciler.live.secrets import Kept, find_secret, secret_of
from reconciler.live.settings import variables
from reconciler.report.webhooks import Examined, Offer
from reconciler.sdk import (
    OpenGate,
    PluginRegistry,
    ReceivesWebhooks,
    Registered,
    RegistersWebhooks,
    WriteGate,
)
from reconciler.sdk.bodies import check_size, lowered
from reconciler.sdk.webhooks import check_age
from reconciler.spec import holds_specs
from reconciler.workflow.request import Request
from reconciler.workflow.verbs import Ground, chosen, connected_on, ground_of

__all__ = ["Examined", "Offer", "offer_webhooks", "register_webhooks", "verify_webhook"]

_HERE = ("127.0.0.1", "localhost", "::1")


def verify_webhook(request: Request, body: bytes, headers: Mapping[str, str] | None, provider: str = "") -> Examined:
    """Find out whose a delivery is, what it says, and whether that is proven. Sends nothing.

    Args:
        request: with the specs; where there are none, any installed platform's is looked for.
        body: the bytes as they came.
        headers: those that came with it; `None` where nobody kept them.
        provider: whose it has to be; empty for any.

    Raises:
        DeliveryRefused: it is no webhook of theirs, or one whose sender is shown to be another.
        UsageError: there is no such provider, or none that has webhooks.
    """
    ground = _ground(request, provider)
    names = [chosen(ground, provider)] if provider else list(ground.blocks)
    receivers = {name: plugin for name in names if (plugin := _receiver(ground, name))}
    if not receivers:
        raise UsageError("no provider of the specs has webhooks")
    check_size(body)
    given = None if headers is None else lowered(headers)
    found: list[Examined] = []
    refused: dict[str, DeliveryRefused] = {}
    for name, plugin in receivers.items():
        try:
            found.append(_examined(request, ground, name, plugin, body, given))
        except DeliveryRefused as problem:
            refused[name] = problem
    if not found:
        why = (
            f"{name}: {each.summary}" + (f". {each.detail}" if each.detail else "") for name, each in refused.items()
        )
        hints = dict.fromkeys(each.hint for each in refused.values() if each.hint)
        raise DeliveryRefused("this is no webhook of ours", detail="\n".join(why), hint="; ".join(hints))
    return max(found, key=lambda each: bool(each.proof))


def offer_webhooks(request: Request, url: str, provider: str = "") -> Offer:
    """Say what has to be registered so that a provider's events go to a URL. Sends nothing.

    Raises:
        UsageError: the URL is none that a webhook may go to, or there is no such provider.
        ConfigurationError: the provider is not configured, or can't register webhooks.
    """
    _check_url(url)
    ground = ground_of(request, provider)
    with _registrar(request, ground, provider, ShutGate()) as (name, plugin):
        return _offer(request, ground, name, plugin, url)


def register_webhooks(request: Request, url: str, provider: str = "") -> tuple[Offer, tuple[Registered, ...]]:
    """Register what is missing.

    Raises:
        ConfigurationError: there is no secret: a webhook that can't be verified is none.
        AuthorizationError: the account may not.
        UsageError, UnknownOutcome: as of the others.
    """
    _check_url(url)
    ground = ground_of(request, provider)
    with _registrar(request, ground, provider, OpenGate()) as (name, plugin):
        offer = _offer(request, ground, name, plugin, url)
        kept = _kept(request, ground, name, plugin)
        if kept is None:
            raise ConfigurationError(
                f"{offer.variable} is not set: a webhook that nobody can verify is not registered",
                detail=plugin.webhook_secret.help,
                hint="set it to a long random text; `openssl rand -hex 32` makes one",
            )
        try:
            return offer, tuple(plugin.register(url, secret_of(kept, request.environment)))
        except UnknownOutcome as problem:
            hint = "run it again: what arrived is found, and not made twice"
            raise UnknownOutcome(problem.summary, detail=problem.detail, hint=hint, status=problem.status) from problem


def _ground(request: Request, provider: str) -> Ground:
    """The specs' providers; without specs and a name, each plugin as a provider of its own."""
    if provider or holds_specs(request.path):
        return ground_of(request, provider)
    grounds = [ground_of(request, each) for each in PluginRegistry().names]
    return replace(grounds[0], blocks={name: block for each in grounds for name, block in each.blocks.items()})


def _receiver(ground: Ground, name: str) -> ReceivesWebhooks | None:
    """The plugin of a provider, where it has webhooks."""
    plugin = PluginRegistry().load(ground.blocks[name].plugin)
    return plugin if isinstance(plugin, ReceivesWebhooks) else None


def _examined(
    request: Request,
    ground: Ground,
    name: str,
    plugin: ReceivesWebhooks,
    body: bytes,
    headers: Mapping[str, str] | None,
) -> Examined:
    """Examine a delivery as one of this provider's.

    Raises:
        DeliveryRefused: it is none of its platform, or its sender is shown to be another.
    """
    delivery = plugin.read_delivery(headers or {}, body)
    kept = _kept(request, ground, name, plugin)
    proof = doubt = stale = ""
    if kept is None:
        doubt = f"{variables(ground.blocks, name, plugin.webhook_secret)[-1]} is not set"
    elif headers is None:
        doubt = "no headers were given (--headers FILE)"
    else:
        proof = plugin.check_sender(headers, body, secret_of(kept, request.environment))
    try:
        check_age(delivery, request.clock.now())
    except DeliveryRefused as problem:
        stale = problem.summary
    return Examined(name, _title(ground, name), delivery, proof, doubt, stale)


@contextmanager
def _registrar(
    request: Request, ground: Ground, provider: str, gate: WriteGate
) -> Iterator[tuple[str, RegistersWebhooks]]:
    """A provider's name, and its plugin with a session.

    Raises:
        ConfigurationError: it can't register webhooks.
    """
    with connected_on(request, ground, provider, gate=gate) as connection:
        plugin = connection.plugin
        if not isinstance(plugin, RegistersWebhooks):
            raise ConfigurationError(f"the plugin for {plugin.metadata().title} can't register webhooks")
        yield connection.name, plugin


def _offer(request: Request, ground: Ground, name: str, plugin: RegistersWebhooks, url: str) -> Offer:
    return Offer(
        name,
        _title(ground, name),
        plugin.registration(url),
        variables(ground.blocks, name, plugin.webhook_secret)[-1],
        _kept(request, ground, name, plugin) is not None,
    )


def _kept(request: Request, ground: Ground, name: str, plugin: ReceivesWebhooks) -> Kept | None:
    """Where the operator keeps the secret."""
    return find_secret(variables(ground.blocks, name, plugin.webhook_secret), request.environment)


def _title(ground: Ground, name: str) -> str:
    return PluginRegistry().load(ground.blocks[name].plugin).metadata().title


def _check_url(url: str) -> None:
    """Check that webhooks may go to a URL: https, or http to this machine, where somebody tries things out.

    Raises:
        UsageError: they may not.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.username or parts.fragment or " " in url or not (url.isascii() and url.isprintable()):
        example = "https://hooks.example.com/reconciler"
        raise UsageError(f"{url!r} is not a URL for webhooks", hint=f"it looks like {example}")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _HERE):
        raise UsageError(
            f"webhooks go over https alone, not to {parts.scheme}://{host}",
            hint="what they carry is confidential, and so is the password that proves where some come from",
        )
