"""`reconciler webhook`: is a delivery one of ours, and what has to be registered."""

from __future__ import annotations

import json

import click

from reconciler.cli.invocation import Invocation, directory_argument, format_option, shared_options

__all__ = ["webhook"]

_provider_option = click.option("--provider", default="", metavar="NAME", help="The provider, where there are several.")


@click.group()
def webhook() -> None:
    """Check what a platform sent, and register where it is to send it."""


@webhook.command(short_help="Say whose a webhook is, and what proves it.")
@click.argument("file")
@directory_argument
@click.option("--headers", metavar="FILE", help="The headers: lines of `Name: value`, or a JSON object.")
@_provider_option
@format_option
@shared_options
@click.pass_obj
def verify(invocation: Invocation, file: str, directory: str, headers: str | None, provider: str) -> int:
    """Say whose the webhook in FILE is (- for standard input), which items it is about, and what proves it.

    FILE holds the body as it came, byte for byte. Exits 1 where it is no webhook of DIR's platforms, where its sender
    is shown to be another, and where it tells of an event that is ignored.
    """
    from reconciler import workflow
    from reconciler.report.webhooks import examined_data, render_examined

    body = workflow.read_body(invocation.path(file))
    captured = None if headers is None else workflow.read_headers(invocation.path(headers))
    examined = workflow.verify_webhook(invocation.request(directory), body, captured, provider)
    if invocation.format == "json":
        invocation.say(json.dumps(examined_data(examined), indent=2, ensure_ascii=False))
    else:
        invocation.say(render_examined(examined, color=invocation.color))
    return 0 if examined.delivery.understood else 1


@webhook.command(short_help="Print what has to be registered, or register it.")
@directory_argument
@click.option("--url", required=True, metavar="URL", help="Where the webhooks are to go.")
@_provider_option
@click.option("--make", is_flag=True, help="Register what is missing; it may be said again.")
@format_option
@shared_options
@click.pass_obj
def register(invocation: Invocation, directory: str, url: str, provider: str, *, make: bool) -> int:
    """Print what has to be registered at a provider of DIR so that it tells URL of changes; with --make, do it.

    Exits 1 where something is registered already that differs.
    """
    from reconciler import workflow
    from reconciler.report.webhooks import offer_data, registered_data, render_offer, render_registered

    request = invocation.request(directory)
    if not make:
        offer = workflow.offer_webhooks(request, url, provider)
        if invocation.format == "json":
            invocation.say(json.dumps(offer_data(offer), indent=2, ensure_ascii=False))
        else:
            invocation.say(render_offer(offer, color=invocation.color, width=invocation.width))
        return 0
    offer, registered = workflow.register_webhooks(request, url, provider)
    if invocation.format == "json":
        invocation.say(json.dumps(registered_data(offer, registered), indent=2, ensure_ascii=False))
    else:
        invocation.say(render_registered(offer, registered, color=invocation.color, width=invocation.width))
    return 1 if any(each.state == "differs" for each in registered) else 0
