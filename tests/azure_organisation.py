"""Azure DevOps' sandbox in memory, asked without a server."""

from __future__ import annotations

import json
import re
from typing import Any

from asgi_client import Answered, Asker, HandClock
from reconciler_azure_devops_sandbox import sandbox
from reconciler_azure_devops_sandbox.azure import AzureDevOps

__all__ = ["Organisation", "PatchAsker", "field", "link", "operation"]

HOST = "http://127.0.0.1:1/azure/sandbox"


class PatchAsker(Asker):
    """Sends JSON Patch documents where work items want them."""

    def content_type(self, method: str, path: str) -> str:
        patches = re.search(r"/workitems/[^/]+$", path, re.IGNORECASE) and method in ("POST", "PATCH")
        return "application/json-patch+json" if patches else "application/json"


def operation(op: str, path: str, value: Any = None) -> dict[str, Any]:
    """An operation of a JSON Patch document."""
    return {"op": op, "path": path} if op == "remove" else {"op": op, "path": path, "value": value}


def field(name: str, value: Any, op: str = "add") -> dict[str, Any]:
    """An operation on a field; a name without a dot is one of `System`."""
    return operation(op, f"/fields/{name if '.' in name else f'System.{name}'}", value)


def link(rel: str, target: int | str, **attributes: Any) -> dict[str, Any]:
    """An operation that adds a relation: to an item by its id, or to a URL."""
    url = f"{HOST}/_apis/wit/workItems/{target}" if isinstance(target, int) else target
    return operation("add", "/relations/-", {"rel": rel, "url": url, "attributes": attributes})


class Organisation:
    """The platform with its clock, the events that it journalled, and a signed-in client and a stranger."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.events: list[Any] = []
        self.platform: AzureDevOps = sandbox(self.clock, self.events.append)
        self.client = PatchAsker(self.platform.application, "/azure", ("anyone", "sandbox"))
        self.stranger = PatchAsker(self.platform.application, "/azure", ("anyone", "guess"))

    def turn(self, **knobs: Any) -> None:
        """Turn knobs."""
        for name, value in knobs.items():
            self.platform.turn(name, value)

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Answered:
        """Ask for a path below `_apis/wit` of the organisation; one with a leading slash stands below it."""
        where = f"/sandbox{path}" if path.startswith("/") else f"/sandbox/_apis/wit/{path}"
        parts = "&".join(f"{name}={value}" for name, value in {"api-version": "7.1", **query}.items())
        return self.client.ask(method, f"{where}?{parts}", body)

    def get(self, path: str, **query: str) -> Answered:
        return self.ask("GET", path, **query)

    def post(self, path: str, body: Any = None, **query: str) -> Answered:
        return self.ask("POST", path, body, **query)

    def patch(self, item: int, *operations: Any, **query: str) -> Answered:
        """Patch an item."""
        return self.ask("PATCH", f"workitems/{item}", list(operations), **query)

    def change(self, item: int, *operations: Any, **query: str) -> dict[str, Any]:
        """Patch an item, which has to succeed, and give the answer."""
        answer = self.patch(item, *operations, **query)
        assert answer.status == 200, answer.json
        shown: dict[str, Any] = answer.json
        return shown

    def create(self, kind: str, *operations: Any, project: str = "INVEST", **query: str) -> Answered:
        """Create an item."""
        return self.ask("POST", f"/{project}/_apis/wit/workitems/${kind}", list(operations), **query)

    def make(self, title: str = "Title", kind: str = "Task", *operations: Any, project: str = "INVEST") -> int:
        """Create an item, which has to succeed, and give its id."""
        answer = self.create(kind.replace(" ", "%20"), field("Title", title), *operations, project=project)
        assert answer.status == 200, answer.json
        return int(answer.json["id"])

    def item(self, item: int, expand: str = "all") -> dict[str, Any]:
        """An item."""
        shown: dict[str, Any] = self.get(f"workitems/{item}", **{"$expand": expand}).json
        return shown

    def value(self, item: int, name: str) -> Any:
        """A field's value; a name without a dot is one of `System`; `None` where it is absent."""
        return self.item(item)["fields"].get(name if "." in name else f"System.{name}")

    def relations(self, item: int) -> list[tuple[str, str]]:
        """Each relation's type and what its URL ends with, sorted."""
        shown = self.item(item, "relations").get("relations", [])
        return sorted((each["rel"].removeprefix("System.LinkTypes."), each["url"].rpartition("/")[2]) for each in shown)

    def index(self, item: int, rel: str, end: str) -> int:
        """A relation's index, by its type and what its URL ends with."""
        shown = self.item(item, "relations")["relations"]
        return next(
            number for number, each in enumerate(shown)
            if each["rel"].endswith(rel) and each["url"].endswith(f"/{end}")
        )  # fmt: skip

    def person(self, action: str, **details: Any) -> dict[str, Any]:
        """Let a person do something."""
        return self.platform.act(action, {"by": "Omar Haddad", **details})

    def replayed(self) -> AzureDevOps:
        """Another platform that took all events in, as after a restart."""
        fresh = sandbox(self.clock, lambda _event: None)
        for event in json.loads(json.dumps(self.events)):
            fresh.replay(event)
        return fresh
