"""Documents on the screen, also those whose page is known after apply."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from reconciler.report.values import shown


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://data.example/room", "Room <https://data.example/room>"),
        ([{"address": "deal", "attribute": "url"}], "Room <${items.deal.url}>"),
        (["https://x.example/", {"address": "deal", "attribute": "key"}], "Room <https://x.example/${items.deal.key}>"),
    ],
)
def test_a_document_shows_its_title_and_its_page(url: JsonValue, said: str) -> None:
    """What is known after apply stands there as a spec would write it."""
    assert shown({"title": "Room", "url": url}) == said
