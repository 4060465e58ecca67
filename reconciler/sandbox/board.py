"""The board page: one file, which may run its own script, use its own style and ask its own server, nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from reconciler.sandbox.wire import Response

__all__ = ["board_page"]

_PAGE = Path(__file__).with_name("board.html")


@cache
def board_page() -> Response:
    """The page, with a content security policy that names its script and its style by their digests."""
    body = _PAGE.read_bytes()
    policy = (
        f"default-src 'none'; script-src {_digest(body, b'script')}; style-src {_digest(body, b'style')}; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }
    return Response(200, [(name.encode(), value.encode()) for name, value in headers.items()], body)


def _digest(page: bytes, tag: bytes) -> str:
    match = re.search(rb"<%b>(.*?)</%b>" % (tag, tag), page, re.DOTALL)
    assert match is not None
    return f"'sha256-{base64.b64encode(hashlib.sha256(match[1]).digest()).decode()}'"
