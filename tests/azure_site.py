"""An Azure DevOps organisation in memory, behind the sandbox's wire, asked without a server."""

from __future__ import annotations

from typing import Any

from asgi_client import Answered, HandClock
from azure_organisation import PatchAsker
from reconciler_azure_devops_sandbox import sandbox

from reconciler.sandbox.mounting import Sandbox

__all__ = ["INVEST", "AzureSite"]

INVEST = "/INVEST"
_ORGANISATION = "/azure/sandbox"


class AzureSite:
    """The organisation `sandbox`, with the control interface and a clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.whole = Sandbox({"azure_devops": sandbox}, clock=self.clock, data=None, cut=lambda _scope: None)
        self.client = PatchAsker(self.whole, "", ("anybody", "sandbox"))
        self.stranger = PatchAsker(self.whole, "", ("anybody", "guess"))

    def ask(self, method: str, path: str, body: Any = None, version: str = "7.1", **query: Any) -> Answered:
        """Ask below the organisation; parameters whose names have a `$` are given without it."""
        dollars = {"top": "$top", "depth": "$depth", "expand": "$expand", "timeframe": "$timeframe",
                   "reclassify": "$reclassifyId", "skip": "$skip"}  # fmt: skip
        asked = {dollars.get(name, name): str(value) for name, value in query.items()}
        if version:
            asked["api-version"] = version
        return self.client.ask(method, _ORGANISATION + path, body, **asked)

    def get(self, path: str, **query: Any) -> Answered:
        return self.ask("GET", path, **query)

    def good(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """What is answered, which has to be good."""
        answer = self.ask(method, path, body, **query)
        assert 200 <= answer.status < 300, answer.content
        return answer.json

    def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, str]:
        """The status and the message of a refusal."""
        answer = self.ask(method, path, body, **query)
        assert answer.status >= 400, answer.content
        return answer.status, answer.json["message"]

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        answer = self.client.ask(method, f"/_sandbox/{path}", body)
        assert answer.status == 200, answer.content
        return answer.json

    def turn(self, **knobs: Any) -> None:
        self.control("knobs", knobs, "PATCH")

    def exchanges(self) -> list[dict[str, Any]]:
        """All that was asked and answered."""
        found: list[dict[str, Any]] = self.client.ask("GET", "/_sandbox/requests?bodies=1").json
        return found

    def make(self, title: str = "Title", kind: str = "Task", project: str = "INVEST", **fields: Any) -> int:
        """Create an item and give its id. A field's name has `_` for `.`; `links` are (rel, id) pairs."""
        links = fields.pop("links", ())
        named = {"System.Title": title, **{name.replace("_", "."): value for name, value in fields.items()}}
        body = [{"op": "add", "path": f"/fields/{name}", "value": value} for name, value in named.items()]
        body += [{"op": "add", "path": "/relations/-", "value": self.link(rel, target)} for rel, target in links]
        return int(self.good("POST", f"/{project}/_apis/wit/workitems/${kind}", body)["id"])

    def link(self, rel: str, target: int) -> dict[str, str]:
        return {"rel": rel, "url": f"http://127.0.0.1:1{_ORGANISATION}/_apis/wit/workItems/{target}"}

    def set(self, item: int, **fields: Any) -> Any:
        """Write fields of an item."""
        named = {name.replace("_", "."): value for name, value in fields.items()}
        body = [{"op": "add", "path": f"/fields/{name}", "value": value} for name, value in named.items()]
        return self.good("PATCH", f"/_apis/wit/workitems/{item}", body)

    def find(self, where: str, scope: str = INVEST, **query: Any) -> list[int]:
        """The ids that a query finds."""
        text = f"SELECT [System.Id] FROM WorkItems WHERE {where}"
        found = self.good("POST", f"{scope}/_apis/wit/wiql", {"query": text}, **query)
        return [each["id"] for each in found["workItems"]]

    def hops(self, where: str, mode: str, **query: Any) -> list[tuple[int | None, int]]:
        """The pairs that a query for links finds; an item that hops start from has no source."""
        text = f"SELECT [System.Id] FROM WorkItemLinks WHERE {where} MODE ({mode})"
        found = self.good("POST", f"{INVEST}/_apis/wit/wiql", {"query": text}, **query)
        return [(each["source"]["id"] if "source" in each else None, each["target"]["id"])
                for each in found["workItemRelations"]]  # fmt: skip
