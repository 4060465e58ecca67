"""What proves that a webhook came from where it says: a signature of its body, or a secret that it brings along."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import Final

from reconciler.errors import DeliveryRefused

__all__ = ["check_basic", "check_shared", "check_signature"]

_SIGNATURE: Final = re.compile(r"([\w-]+)=([0-9A-Fa-f]+)", re.ASCII)
_METHOD: Final = "sha256"


def check_signature(header: str, body: bytes, secret: str) -> None:
    """Check `X-Hub-Signature: sha256=<hex>`: the HMAC of the body as it came, byte for byte (FACTS A16).

    Args:
        header: the header's value; empty where there was none.
        body: what was received, before anything parsed it.
        secret: not empty.

    Raises:
        DeliveryRefused: there is no signature, it was made by another method or with another secret, or the body is
            another one.
    """
    if not header:
        raise DeliveryRefused(
            "it is not signed",
            detail="There is no X-Hub-Signature header.",
            hint="give the webhook a secret where it is registered",
        )
    parts = _SIGNATURE.fullmatch(header.strip())
    if parts is None:
        raise DeliveryRefused("its signature can't be read", hint="X-Hub-Signature looks like sha256=0123abcd..")
    method, given = parts[1].casefold(), parts[2].casefold()
    if method != _METHOD:
        raise DeliveryRefused(f"its signature was made by {method!r}; only {_METHOD} proves anything")
    wanted = hmac.new(_bytes(secret), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, given):
        raise DeliveryRefused(
            "its signature does not fit",
            detail="It was signed with another secret, or the body is not what was sent.",
            hint="the body has to be the raw bytes that were received: not printed anew, no line break added",
        )


def check_basic(header: str, secret: str) -> None:
    """Check `Authorization: Basic <user and password>`, whoever the user is, for the secret as the password.

    Raises:
        DeliveryRefused: there is none that can be read, or it is another password.
    """
    scheme, _, encoded = header.strip().partition(" ")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True) if scheme.casefold() == "basic" else b""
    except (binascii.Error, ValueError):
        pair = b""
    user, colon, password = pair.partition(b":")
    del user
    if not colon:
        raise DeliveryRefused(
            "it brings no Basic authentication",
            hint="give the subscription a user name and the secret as its password",
        )
    if not hmac.compare_digest(password, _bytes(secret)):
        raise DeliveryRefused("the password of its Basic authentication is another one")


def check_shared(value: str, secret: str, header: str) -> None:
    """Check a header's value that has to be the secret itself.

    Args:
        header: its name, for the message.

    Raises:
        DeliveryRefused: it is not.
    """
    if not hmac.compare_digest(value.encode("utf-8", "surrogatepass"), _bytes(secret)):
        raise DeliveryRefused(f"its header {header} holds another secret")


def _bytes(secret: str) -> bytes:
    """A secret as the operator's environment holds it, which may be bytes that are no text."""
    return secret.encode("utf-8", "surrogateescape")
