"""What issues are called: Data Center names epics and the ends of links by their keys (FACTS A17)."""

from __future__ import annotations

from collections.abc import Callable

from reconciler_jira.calls import Json

__all__ = ["Called"]


class Called:
    """The keys of issues by id, and back; each is read at most once. Safe to share between threads.

    `read` reads an issue by id or key; `None` where there is none that this account sees.
    """

    def __init__(self, read: Callable[[str], Json | None]) -> None:
        self._read = read
        self._keys: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def learn(self, issue: Json) -> None:
        """Take over what an issue that was read is called."""
        if issue.get("id") and issue.get("key"):
            id, key = str(issue["id"]), str(issue["key"])
            self._keys[id], self._ids[key] = key, id

    def key_of(self, id: str) -> str | None:
        """An issue's key; `None` where it can't be seen."""
        if id not in self._keys:
            self.learn(self._read(id) or {})
        return self._keys.get(id)

    def by_key(self, key: str) -> Json:
        """An issue as `{id, key}`; one that can't be seen goes by its key."""
        if key not in self._ids:
            told = self._read(key)
            self._ids[key] = str(told["id"]) if told and told.get("id") else key
        return {"id": self._ids[key], "key": key}
