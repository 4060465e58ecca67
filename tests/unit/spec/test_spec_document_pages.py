"""Documents whose page is another item's: the URL is known after apply."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import SpecError
from reconciler.spec import load
from reconciler.spec.configuration import Configuration, ItemAttribute, Template


def _load(folder: Path, documents: str) -> Configuration:
    (folder / "main.yaml").write_text(
        "workspace: {name: w, id: 6f0c2f3e-0000-4000-8000-000000000001}\n"
        "providers: {jira: {project: INVEST}}\n"
        "items:\n"
        "  b: {type: task, title: The other}\n"
        f"  a: {{type: task, title: x, documents: {documents}}}\n",
        encoding="utf-8",
    )
    return load(folder, environment={})


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("${items.b.url}", (ItemAttribute("b", "url"),)),
        ("${items.b.url}?tab=notes", (ItemAttribute("b", "url"), "?tab=notes")),
        ("https://x.example/${items.b.key}", ("https://x.example/", ItemAttribute("b", "key"))),
    ],
)
def test_a_url_may_be_known_after_apply(tmp_path: Path, url: str, parts: tuple[object, ...]) -> None:
    """It stays a text with parts until the other item is there; the title is known."""
    found = _load(tmp_path, f'[{{title: Page, url: "{url}"}}]').items["a"].fields["documents"].value
    assert found == ({"title": "Page", "url": Template(parts)},)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("documents", "code", "said"),
    [
        ('[{title: Page, url: "see ${items.b.url}"}]', "wrong_value", "whole address"),
        ('[{title: Page, url: "${items.b.key}"}]', "wrong_value", "whole address"),
        ('[{title: "${items.b.key}", url: "https://x.example"}]', "known_after_apply", "known after apply"),
        ('[{title: "${items.b.key}", url: "${items.b.url}"}]', "known_after_apply", "known after apply"),
        ('[{url: "${items.b.url}"}]', "missing", "`title`"),
        ('[{title: Page, url: "${items.b.url}", kind: x}]', "unknown_key", "`kind`"),
    ],
)
def test_what_can_never_be_a_page_is_refused(tmp_path: Path, documents: str, code: str, said: str) -> None:
    """Whatever the other item's URL, key and id will be: the mistake has its place."""
    with pytest.raises(SpecError) as caught:
        _load(tmp_path, documents)
    (found,) = caught.value.diagnostics
    assert (found.code, found.place.line if found.place else 0) == (code, 5)
    assert said in found.summary
