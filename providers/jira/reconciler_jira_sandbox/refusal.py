"""Jira's way to say no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Refusal", "missing_issue"]


class Refusal(Exception):
    """An error answer: Jira's ErrorCollection (FACTS A14)."""

    def __init__(self, status: int, *messages: str, errors: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.messages: Sequence[str] = messages
        self.errors = dict(errors or {})
        super().__init__("; ".join([*messages, *(f"{name}: {text}" for name, text in self.errors.items())]))

    def as_json(self) -> dict[str, Any]:
        """The body."""
        return {"errorMessages": list(self.messages), "errors": self.errors}


def missing_issue() -> Refusal:
    """404 for an issue that is not there or is hidden: Jira does not say which (FACTS A1)."""
    return Refusal(404, "Issue does not exist or you do not have permission to see it.")
