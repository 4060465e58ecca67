"""The documentation as tests read it: pages, tables and fenced blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Block", "blocks", "page", "pages", "plain", "table"]

ROOT = Path(__file__).resolve().parents[1]
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, its language, its text without the indentation."""

    where: str
    language: str
    text: str


def pages() -> list[Path]:
    """Every page that people read."""
    readme = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("examples/*/README.md")]
    return [*readme, *sorted((ROOT / "docs").glob("*.md"))]


def page(name: str) -> str:
    """A page of `docs/`."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(language: str, *paths: Path) -> list[Block]:
    """The fenced blocks of one language, of all pages or of those named."""
    found = []
    for path in paths or pages():
        text = path.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            body = re.sub(f"^{match[1]}", "", match[3], flags=re.MULTILINE)
            if match[2] == language:
                found.append(Block(f"{path.name}:{line}", match[2], body))
    return found


def table(text: str, *header: str) -> list[tuple[str, ...]]:
    """The rows of the one table with this header, cells as they are written."""
    lines = text.splitlines()
    starts = [index for index, line in enumerate(lines) if _cells(line) == header]
    assert len(starts) == 1, f"there are {len(starts)} tables of {header}"
    rows = []
    for line in lines[starts[0] + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(_cells(line))
    return rows


def plain(cell: str) -> str:
    """A cell that is code, without its backquotes."""
    return cell.strip().strip("`").strip()


def _cells(line: str) -> tuple[str, ...]:
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|")) if line.startswith("|") else []
    return tuple(cell.strip().replace("\\|", "|") for cell in cells)
