"""What leaves the specs is closed, leaves first, within limits, and never where it is protected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from acceptance.field_views import View
from acceptance.harness import Site, Workspace, writes
from acceptance.platforms import Platform, on_each_platform

pytestmark = on_each_platform

MARKS: Final[Mapping[str, Callable[[Mapping[str, Any]], bool]]] = {
    "jira": lambda sent: sent["path"].endswith("/properties/reconciler"),
    "azure_devops": lambda sent: {each["path"].split("/")[1] for each in sent["request"]} <= {"rev", "relations"},
}
"""Whether a request writes a marker and nothing else: a property on Jira, a hyperlink on Azure DevOps."""

GROUP = "  all:\n    for_each: [{keys}]\n    type: task\n    title: Task ${{each.key}}\n"


def group(workspace: Workspace, count: int) -> None:
    """A spec with so many tasks."""
    workspace.items(GROUP.format(keys=", ".join(f"t{number}" for number in range(count))))


def statuses(site: Site) -> dict[str, str]:
    """The status of each card."""
    return {key: card["status"] for key, card in site.cards().items()}


def moved(exchanges: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the items whose status is written, in order: by a transition on Jira, as a field on Azure DevOps."""
    ends = [each["path"].removesuffix("/transitions") for each in exchanges if _moves(each)]
    return [each.rpartition("/")[2] for each in ends]


def _moves(exchange: Mapping[str, Any]) -> bool:
    if exchange["method"] == "POST":
        return bool(exchange["path"].endswith("/transitions"))
    return exchange["method"] == "PATCH" and "/fields/System.State" in {each["path"] for each in exchange["request"]}


def test_destroy_closes_all_leaves_first(applied: Workspace, site: Site, platform: Platform, view: View) -> None:
    """`destroy` plans an empty spec: seven items are cancelled, children before their parent, without a limit."""
    with site.watched() as during:
        result = applied.run("destroy", "--auto-approve", "--format", "json")
    assert result.code == 0
    assert [each["action"] for each in result.json["results"]] == ["close"] * 7
    assert set(statuses(site).values()) == {platform.statuses["cancelled"]}
    closed = moved(writes(during))
    assert len(closed) == 7
    deal = applied.run("state", "show", "deal", "--format", "json").json
    assert (closed[-1], deal["closed"]) == (deal["id"], True)
    assert [view.seen("comments", key) for key in site.cards()] == [0] * 7
    again = applied.run("destroy", "--auto-approve")
    assert again.code == 0
    assert "(closed)" in applied.run("state", "list").out


def test_a_closed_address_that_comes_back_reopens(applied: Workspace, site: Site, platform: Platform) -> None:
    """After a destroy, apply brings the same items back to where work begins: nothing is made twice."""
    applied.run("destroy", "--auto-approve")
    plan = applied.plan()
    assert plan["summary"]["create"] == 0
    assert plan["summary"]["update"] == 7
    applied.apply()
    assert statuses(site) == dict.fromkeys(platform.keys(*range(1, 8)), platform.statuses["todo"])
    assert applied.run("plan", "--detailed-exitcode").code == 0


def test_a_protected_item_refuses_a_whole_destroy(example: Workspace, site: Site, platform: Platform) -> None:
    """One protected item refuses destroy (5) and nothing is closed; protection ends only by applying its end."""
    example.replace("    type: epic\n", "    type: epic\n    protect: true\n")
    example.apply()
    with site.watched() as during:
        result = example.run("destroy", "--auto-approve")
    assert (result.code, writes(during)) == (5, [])
    assert f"deal ({platform.key(1)}) is protected" in result.text
    assert "protect: false" in result.text

    example.replace("    protect: true\n", "    protect: false\n")
    assert example.run("destroy", "--auto-approve").code == 5
    example.apply()
    assert example.run("destroy", "--auto-approve").code == 0
    assert set(statuses(site).values()) == {platform.statuses["cancelled"]}


def test_a_protected_item_that_left_the_specs_refuses_the_apply(workspace: Workspace, site: Site) -> None:
    """Plan names a protected item that left the specs; apply refuses all (5), other changes with it."""
    workspace.items("  kept: {type: task, title: Kept, protect: true}\n  other: {type: task, title: Other}\n")
    workspace.apply()
    kept = workspace.keys()["kept"]
    workspace.items("  other: {type: task, title: Changed}\n")
    assert f"kept ({kept}) is protected" in workspace.run("plan").text
    with site.watched() as during:
        result = workspace.run("apply", "--auto-approve")
    assert (result.code, writes(during)) == (5, [])


def test_removals_beyond_the_limit_need_the_exact_number(workspace: Workspace, site: Site, platform: Platform) -> None:
    """Of 10 open items 3 may go without a word; 4 need --accept-removals 4, neither 3 nor 5."""
    group(workspace, 10)
    workspace.apply()
    group(workspace, 6)
    plan = workspace.run("plan")
    assert plan.code == 0
    assert "--accept-removals 4" in plan.text
    for words in ((), ("--accept-removals", "3"), ("--accept-removals", "5")):
        with site.watched() as during:
            result = workspace.run("apply", "--auto-approve", *words)
        assert (result.code, writes(during)) == (5, []), words
        assert "--accept-removals 4" in result.text
    workspace.run("plan", "--out", "a.plan")
    assert workspace.run("apply", "a.plan").code == 5
    assert workspace.run("apply", "a.plan", "--accept-removals", "4").code == 0
    assert list(statuses(site).values()).count(platform.statuses["cancelled"]) == 4

    group(workspace, 4)
    assert workspace.run("apply", "--auto-approve").code == 0
    assert list(statuses(site).values()).count(platform.statuses["cancelled"]) == 6


def test_when_turning_false_is_a_removal(workspace: Workspace, site: Site, platform: Platform) -> None:
    """An instance whose `when` turns false is closed, and comes back when it turns true."""
    todo, cancelled = platform.statuses["todo"], platform.statuses["cancelled"]
    variables = "variables: {legal: {type: bool, default: true}}\n"
    workspace.items("  legal: {type: task, title: Legal, when: var.legal}\n  other: {type: task, title: Other}\n")
    workspace.write((workspace.path / "main.yaml").read_text() + variables)
    workspace.apply()
    keys = workspace.keys()
    legal, other = keys["legal"], keys["other"]
    plan = workspace.plan("--var", "legal=false")
    assert [(each["address"], each["action"]) for each in plan["actions"]] == [("legal", "close")]
    workspace.apply("--var", "legal=false")
    assert statuses(site) == {legal: cancelled, other: todo}
    assert workspace.plan("--var", "legal=false")["summary"]["unchanged"] >= 1
    workspace.apply()
    assert statuses(site) == {legal: todo, other: todo}


def test_an_item_that_people_finished_is_left_as_it_is(workspace: Workspace, site: Site, platform: Platform) -> None:
    """Removing an item that is done already sends nothing but its marker: done stays done."""
    todo, done = platform.statuses["todo"], platform.statuses["done"]
    workspace.items("  one: {type: task, title: One}\n  two: {type: task, title: Two}\n")
    workspace.apply()
    keys = workspace.keys()
    one, two = keys["one"], keys["two"]
    site.edit("Lena Gray", two, status=done)
    workspace.items("  one: {type: task, title: One}\n")
    with site.watched() as during:
        workspace.apply()
    [sent] = writes(during)
    assert (MARKS[site.platform](sent), moved([sent])) == (True, [])
    assert statuses(site) == {one: todo, two: done}
    assert workspace.run("plan", "--detailed-exitcode").code == 0


def test_a_missing_item_stops_the_apply(applied: Workspace, site: Site) -> None:
    """An item that can't be read any more is named and never created again: apply is refused (5)."""
    legal = applied.keys()['tasks["legal"]']
    site.act("hide", item=legal)
    applied.replace("title: Reference Checks", "title: Reference Calls")
    plan = applied.run("plan")
    assert f'tasks["legal"] ({legal}) can\'t be read' in plan.text
    with site.watched() as during:
        result = applied.run("apply", "--auto-approve")
    assert (result.code, writes(during)) == (5, [])
    site.act("show", item=legal)
    assert applied.run("apply", "--auto-approve").code == 0
