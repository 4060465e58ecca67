"""Shows an escaped pipe in a table's code as a pipe, as other readers of Markdown do; see `mkdocs.yml`."""

from __future__ import annotations

import re

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor

__all__ = ["makeExtension"]

_CELL = re.compile(r"<td\b.*?</td>", re.DOTALL)
_CODE = re.compile(r"<code>.*?</code>", re.DOTALL)


class _Pipes(Postprocessor):
    def run(self, text: str) -> str:
        return _CELL.sub(lambda cell: _CODE.sub(lambda code: code[0].replace(r"\|", "|"), cell[0]), text)


class _Extension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  the library's name
        """Come after the step that puts code back into its place."""
        md.postprocessors.register(_Pipes(md), "pipes", 0)


def makeExtension(**options: object) -> Extension:  # noqa: N802  the library's name
    """What the library calls."""
    return _Extension(**options)
