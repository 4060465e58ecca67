"""Markdown to Azure DevOps' HTML and back (FACTS B8). What is compared of either is the canonical form of the HTML."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from reconciler.sdk import Rich
from reconciler_azure_devops.canonical import Form, canonical, clean, fingerprint

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

__all__ = ["from_markdown", "rich_of"]


def from_markdown(text: str) -> str:
    """Make HTML of Markdown. Raw HTML in it is text, and so is a link to a scheme that could do harm."""
    return str(_markdown().render(text)).strip()


@lru_cache(maxsize=4096)  # a plan reads each text several times
def rich_of(html: str) -> Rich | None:
    """Make the normal form of an HTML text as the site has it; `None` where it is empty.

    It is lossy where the Markdown that shows it, made HTML again, is another text.
    """
    form = canonical(html)
    if not form:
        return None
    shown, faithful = _shown(clean(html), form)
    return Rich(shown, fingerprint(form), not faithful)


def _shown(html: str, form: Form) -> tuple[str, bool]:
    """The Markdown that shows a text, and whether it says all of it.

    Characters that Markdown may misread are escaped only where they would be.
    """
    from html_to_markdown import ConversionOptions, convert

    plain = (convert(html).content or "").strip("\n")
    if canonical(from_markdown(plain)) == form:
        return plain, True
    options = ConversionOptions(escape_asterisks=True, escape_underscores=True, escape_misc=True)
    escaped = (convert(html, options).content or "").strip("\n")
    return (escaped, True) if canonical(from_markdown(escaped)) == form else (plain, False)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
