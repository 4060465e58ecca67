"""What a history's specs want of one item."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

__all__ = ["Spec"]


@dataclass
class Spec:
    """One item as the spec wants it. Its title begins with its name, which no other item's does."""

    name: str
    version: int = 0
    status: str = ""
    blocks: str = ""
    document: bool = False
    points: int = 0
    colours: tuple[str, ...] = ()

    def text(self, address: str, type: str) -> str:
        """As YAML."""
        title, labels = f"{self.name} {self.version}", ["ours", *self.colours]
        wanted: dict[str, Any] = {"type": type, "title": title, "labels": labels}
        if self.status:
            wanted["status"] = self.status
        if self.points:
            wanted["story_points"] = self.points
        if self.blocks:
            wanted["links"] = {"blocks": [self.blocks]}
        if self.document:
            wanted["documents"] = [{"title": "Room", "url": f"https://data.example/{self.name}"}]
        return f"  {address}: {json.dumps(wanted)}\n"
