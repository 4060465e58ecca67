"""What the server makes of HTML: dangerous parts go, and the rest is written its own way (FACTS B8)."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

__all__ = ["encoded_markdown", "normalised"]

_DROPPED_WHOLE = frozenset({"script", "style", "iframe", "object", "embed", "form", "input", "textarea", "title"})
_VOID = frozenset({"br", "hr", "img", "col", "wbr"})
_SCHEMES = ("javascript:", "vbscript:", "data:text")


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._open: list[str] = []
        self._muted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED_WHOLE:
            self._muted += tag not in ("input", "embed")
        elif not self._muted:
            safe = ((name, escape(value or "", quote=True)) for name, value in attrs if _safe(name, value))
            kept = "".join(f' {name}="{value}"' for name, value in safe)
            self.pieces.append(f"<{tag}{kept}>")
            if tag not in _VOID:
                self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED_WHOLE:
            self._muted = max(0, self._muted - 1)
        elif tag in self._open:
            while self._open:
                last = self._open.pop()
                self.pieces.append(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self._muted:
            self.pieces.append(escape(data, quote=False).replace("\N{NO-BREAK SPACE}", "&nbsp;"))

    def finish(self) -> str:
        self.close()
        self.pieces += [f"</{tag}>" for tag in reversed(self._open)]
        return "".join(self.pieces).strip()


def normalised(html: str) -> str:
    """Parsed and written again: safe elements and attributes only, every element closed, one way of quoting."""
    writer = _Writer()
    writer.feed(html)
    return writer.finish()


def encoded_markdown(text: str) -> str:
    """Markdown with its angle brackets as entities."""
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _safe(name: str, value: str | None) -> bool:
    return not name.startswith("on") and not (value or "").strip().casefold().startswith(_SCHEMES)
