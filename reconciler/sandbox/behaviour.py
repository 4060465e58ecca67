"""The form of a sandbox's table of behaviours: what it promises to do as its platform does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It has a test of its name (`test_<name>`).

    Attributes:
        fact: the section of the fact sheet that it comes from.
        certainty: `verified` was seen on a live site, `documented` stands in the vendor's words, `assumed` neither.
        knob: what turns an assumed rule round that could hurt a reconciler if it were otherwise.
    """

    name: str
    fact: str
    certainty: Literal["verified", "documented", "assumed"]
    text: str
    knob: str = ""
