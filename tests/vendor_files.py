"""The vendors' OpenAPI files, and what comes of holding exchanges against one."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Verdict", "folder_with"]


@dataclass
class Verdict:
    """`counts` by kind of judgement; `problems` in words, empty where everything conforms."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return ", ".join(f"{count} {kind}" for kind, count in sorted(self.counts.items()))


def folder_with(file: str) -> Path | None:
    """The folder of the vendors' files: VENDOR_API_DIR, else ../shared/api beside the checkout; None without `file`."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "api"
    folder = Path(os.environ.get("VENDOR_API_DIR", beside))
    return folder if (folder / file).is_file() else None
