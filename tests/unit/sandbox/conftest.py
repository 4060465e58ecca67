"""A Jira site in memory, asked without a server."""

from __future__ import annotations

from typing import Any

import pytest
from asgi_client import Answered, Asker, HandClock
from reconciler_jira_sandbox import sandbox
from reconciler_jira_sandbox.jira import Jira

API = "/rest/api/3"


class Site:
    """The platform with its clock, the events that it journalled, and a signed-in client and a stranger."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.events: list[Any] = []
        self.platform: Jira = sandbox(self.clock, self.events.append)
        application = self.platform.application
        self.client = Asker(application, "/jira", ("sandbox@example.com", "sandbox"))
        self.stranger = Asker(application, "/jira", ("sandbox@example.com", "guess"))

    def turn(self, **knobs: Any) -> None:
        for name, value in knobs.items():
            self.platform.turn(name, value)

    def ask(self, method: str, path: str, body: Any = None) -> Answered:
        return self.client.ask(method, API + path, body)

    def get(self, path: str, **query: str) -> Answered:
        return self.client.get(API + path, **query)

    def post(self, path: str, body: Any = None, **query: str) -> Answered:
        return self.client.post(API + path, body, **query)

    def put(self, path: str, body: Any = None, **query: str) -> Answered:
        return self.client.put(API + path, body, **query)

    def delete(self, path: str, **query: str) -> Answered:
        return self.client.delete(API + path, **query)

    def draft(self, summary: str = "Title", kind: str = "Task", **fields: Any) -> dict[str, Any]:
        named = {"project": {"key": "INVEST"}, "issuetype": {"name": kind}, "summary": summary}
        return {"fields": {**named, **fields}}

    def make(self, summary: str = "Title", kind: str = "Task", **fields: Any) -> str:
        """Create an issue and give its id."""
        answer = self.post("/issue", self.draft(summary, kind, **fields))
        assert answer.status == 201, answer.json
        return str(answer.json["id"])

    def fields(self, issue: str) -> dict[str, Any]:
        fields: dict[str, Any] = self.get(f"/issue/{issue}").json["fields"]
        return fields

    def transition_to(self, issue: str, status: str) -> str:
        offered = self.get(f"/issue/{issue}/transitions").json["transitions"]
        return next(str(each["id"]) for each in offered if each["to"]["name"] == status)

    def found(self, jql: str) -> list[str]:
        return [each["id"] for each in self.post("/search/jql", {"jql": jql}).json["issues"]]


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def text() -> Any:
    def document(words: str) -> dict[str, Any]:
        return {
            "type": "doc",
            "version": 1,
            "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}],
        }

    return document
