"""The verbs that are safe to repeat, and what there has to be of each once it was."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from functools import partial

from faults.scenarios import Sent
from faults.verb import Stage, Verb, plan_is_empty, read, two_items
from faults.verb_incident import INCIDENT

__all__ = ["VERBS"]

# Webhooks

_URL = "http://127.0.0.1:9/reconciler"  # nothing is sent there: no item changes
_AZURE_EVENTS = 4


def _no_items(stage: Stage) -> None:
    stage.workspace.write(stage.platform.head)


def _registered(stage: Stage, _runs: int, times: int) -> list[str]:
    """What is wrong with what is registered on the site: each of ours is there once."""
    if stage.is_azure:
        found = [each["eventType"] for each in read(stage, "/_apis/hooks/subscriptions")["value"]]
    else:
        found = [each["url"] for each in read(stage, "/rest/webhooks/1.0/webhook")]
    due = (_AZURE_EVENTS if stage.is_azure else 1) + times - 1
    there = Counter(found)
    return [] if len(found) == due and max(there.values()) == times else [f"registered: {dict(there)}"]


_WEBHOOK = Verb(
    "webhook register",
    lambda _stage: ("webhook", "register", "--url", _URL, "--make"),
    {
        "jira": Sent("POST", "/webhooks/1.0/webhook$", adds=True),
        "azure_devops": Sent("POST", "/hooks/subscriptions$", requests=_AZURE_EVENTS, adds=True),
    },
    _registered,
    _no_items,
)
"""On Jira Data Center the command registers nothing."""


# Links

_SHA = "4800cfa0be564b1e606d6811e99e0380f765a9c4"


def _repository(stage: Stage) -> str:
    if stage.is_azure:
        return f"{stage.site.endpoints.sites['azure_devops']}/INVEST/_git/valuation-models"
    return "https://github.com/fund/valuation-models"


def _commit(stage: Stage) -> tuple[str, ...]:
    return ("link", "task", "--commit", _SHA, "--repo", _repository(stage))


def _pull_request(stage: Stage) -> tuple[str, ...]:
    return ("link", "task", "--pull-request", f"{_repository(stage)}/{'pullrequest' if stage.is_azure else 'pull'}/1")


def _document(_stage: Stage) -> tuple[str, ...]:
    return ("link", "task", "--document", "https://data.example/room", "--title", "Data room")


def _linked(stage: Stage, _runs: int, _times: int) -> list[str]:
    """What is wrong with the links of Task: it has one, and it is a person's."""
    [key] = [key for key, card in stage.site.cards().items() if card["title"] == "Task"]
    if stage.is_azure:
        relations = read(stage, f"/_apis/wit/workitems/{key}", **{"$expand": "relations"}).get("relations", ())
        ends = [each["url"] for each in relations if each["rel"] in ("ArtifactLink", "Hyperlink")]
        ends = [each for each in ends if "reconciler.invalid" not in each]
    else:
        ends = [each["object"]["url"] for each in stage.site.pages(key)]
    return [*([] if len(ends) == 1 else [f"links: {ends}"]), *plan_is_empty(stage)]


_REMOTE_LINK = Sent("POST", "/remotelink$")


def _link(what: str, arguments: Callable[[Stage], tuple[str, ...]]) -> Verb:
    sent = {"jira": _REMOTE_LINK, "jira_datacenter": _REMOTE_LINK, "azure_devops": Sent("PATCH", r"/workitems/\d+$")}
    return Verb(f"link --{what}", arguments, sent, _linked, two_items)


# The state alone

_LOCAL = Sent("", "")


def _kept(addresses: set[str], command: str, stage: Stage, _runs: int, _times: int) -> list[str]:
    """What is wrong with the state: these addresses, and one run of the command that came to its end."""
    listed = {each["address"] for each in stage.workspace.run("state", "list", "--format", "json").json}
    runs = stage.workspace.run("state", "history", "--format", "json").json
    ended = [each["counts"] for each in runs if each["command"] == command and each["finished_at"]]
    wrong = [] if listed == addresses else [f"the state has {sorted(listed)}"]
    return wrong if len(ended) == 1 else [*wrong, f"the history says {ended} of {command}"]


def _lost(stage: Stage) -> None:
    """Two items were applied, the index shows them, and the state is gone."""
    two_items(stage)
    stage.site.control("POST", "clock", {"advance": 120})
    shutil.rmtree(stage.workspace.path / ".reconciler")


def _applied_meanwhile(stage: Stage) -> list[str]:
    """What is wrong where somebody applies before the state is whole: it is refused, or has nothing to do."""
    applied = stage.workspace.run("apply", "--auto-approve")
    wrong = [] if applied.code in {0, 5} else [f"an apply meanwhile ended with {applied.code}: {applied.text}"]
    return wrong if len(stage.site.cards()) == 2 else [*wrong, f"an apply meanwhile made {stage.site.cards()}"]


def _rebuilt(stage: Stage, runs: int, times: int) -> list[str]:
    return [*_kept({"task", "other"}, "state rebuild", stage, runs, times), *plan_is_empty(stage)]


VERBS: dict[str, Verb] = {
    each.name: each
    for each in (
        _WEBHOOK,
        _link("commit", _commit),
        _link("pull-request", _pull_request),
        _link("document", _document),
        *INCIDENT,
        Verb(
            "state rm",
            lambda _stage: ("state", "rm", "other"),
            {"jira": _LOCAL},
            partial(_kept, {"task"}, "state rm"),
            two_items,
            local=True,
            spent=True,
        ),
        Verb(
            "state mv",
            lambda _stage: ("state", "mv", "other", "chore"),
            {"jira": _LOCAL},
            partial(_kept, {"task", "chore"}, "state mv"),
            two_items,
            local=True,
            spent=True,
        ),
        Verb(
            "state rebuild",
            lambda _stage: ("state", "rebuild", ".", "--auto-approve"),
            dict.fromkeys(("jira", "azure_devops", "jira_datacenter"), _LOCAL),
            _rebuilt,
            _lost,
            _applied_meanwhile,
            local=True,
        ),
    )
}
