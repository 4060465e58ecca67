"""Texts in Markdown: the spec's, and those that a site keeps as such (FACTS B8). They compare by their HTML."""

from __future__ import annotations

from reconciler.sdk import Rich
from reconciler_azure_devops.canonical import canonical, fingerprint
from reconciler_azure_devops.html import from_markdown

__all__ = ["rich_of_markdown", "unescaped"]


def rich_of_markdown(text: str) -> Rich | None:
    """Make the normal form of a Markdown text; `None` where it is empty."""
    form = canonical(from_markdown(text))
    return Rich(text, fingerprint(form)) if form else None


def unescaped(text: str) -> str:
    """Undo what a site does to Markdown that it keeps: `<` and `>` come as entities."""
    return text.replace("\r\n", "\n").replace("&lt;", "<").replace("&gt;", ">").strip("\n")
