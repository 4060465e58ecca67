"""What the everyday verbs found, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from reconciler.report.text import columns, cut, safe
from reconciler.sdk import Hit

__all__ = ["hit_data", "render_hits"]

_STATUS_COLUMNS: Final = 16
_LEAST_TITLE: Final = 40


def hit_data(hit: Hit, address: str | None) -> dict[str, str | None]:
    """A found item as JSON says it; the address is `null` where the state does not know the item."""
    return {
        "key": hit.key,
        "id": hit.id,
        "address": address,
        "type": hit.type,
        "title": hit.title,
        "status": hit.status,
        "url": hit.url,
    }


def render_hits(hits: Sequence[Hit], addresses: Mapping[str, str], *, width: int) -> str:
    """One line an item: key, status, title, the address if the state knows it, and the URL whole.

    Args:
        hits: in the order to show.
        addresses: by remote id.
        width: of the terminal, in columns. Long titles give way, up to a point; then the URLs run over it.
    """
    keys = _padded([safe(each.key) for each in hits])
    statuses = _padded([cut(safe(each.status), _STATUS_COLUMNS) for each in hits])
    named = _padded([safe(addresses.get(each.id, "")) for each in hits])
    urls = [safe(each.url) for each in hits]
    taken = max((columns(f"{a}{b}{c}{d}") for a, b, c, d in zip(keys, statuses, named, urls, strict=True)), default=0)
    titles = _padded([cut(safe(each.title), max(width - taken - 8, _LEAST_TITLE)) for each in hits])
    rows = zip(keys, statuses, titles, named, urls, strict=True)
    return "\n".join("  ".join(cell for cell in row if cell) for row in rows)


def _padded(texts: Sequence[str]) -> list[str]:
    widest = max(map(columns, texts), default=0)
    return [text + " " * (widest - columns(text)) for text in texts]
