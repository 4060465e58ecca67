"""`docs/writing-a-provider.md` against the example that it explains."""

from __future__ import annotations

import textwrap

import pytest
from doc_pages import ROOT, Block, blocks

PAGE = ROOT / "docs" / "writing-a-provider.md"
PLUGIN = ROOT / "examples" / "provider-plugin"


def dedented_lines(text: str) -> list[str]:
    """Lines without what they are indented by, so that an excerpt of a class compares with its source."""
    return [line.strip() for line in textwrap.dedent(text).strip().splitlines()]


SOURCES = [dedented_lines(path.read_text(encoding="utf-8")) for path in sorted(PLUGIN.rglob("*.py"))]


@pytest.mark.parametrize("block", blocks("python", PAGE), ids=lambda each: each.where)
def test_every_piece_of_code_is_the_examples(block: Block) -> None:
    """Line by line as it stands in the example, which the tests run."""
    wanted = dedented_lines(block.text)
    assert any(
        source[at : at + len(wanted)] == wanted for source in SOURCES for at in range(len(source) - len(wanted) + 1)
    )


def test_the_entry_point_is_the_examples() -> None:
    """What makes it a plugin is in its project file."""
    [block] = blocks("toml", PAGE)
    assert block.text in (PLUGIN / "pyproject.toml").read_text(encoding="utf-8")
