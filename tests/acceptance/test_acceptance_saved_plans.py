"""A saved plan is what was approved: it is carried out as it stands, or refused."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from acceptance.field_views import View
from acceptance.harness import Site, Workspace, writes
from acceptance.platforms import Platform, on_each_platform

pytestmark = on_each_platform

DOCUMENT = {
    "format_version", "workspace", "spec", "state", "site", "actions", "drift", "conflicts", "requests", "summary",
    "diagnostics", "digest",
}  # fmt: skip
ACTION = {
    "address", "previous_address", "action", "provider", "id", "key", "url", "title", "type", "reason", "changes",
}  # fmt: skip
CHANGE = {"field", "before", "after", "unknown", "added", "removed", "path", "ownership", "reason"}
REQUESTS = {
    "jira": {"edit": 7, "bulk marker": 1},
    "jira_datacenter": {"edit": 7, "marker": 7},
    "azure_devops": {"edit": 7},
}
"""What changing seven items takes: a marker is written with the item, after it, or after all of them."""
COUNTS = {"create", "update", "adopt", "close", "delete", "forget", "move", "unchanged"}


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON without the digest."""
    body = {name: value for name, value in document.items() if name != "digest"}
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rewrite(path: Path, **changes: Any) -> None:
    """Change a plan and give it the digest that fits, as somebody would who knows how."""
    document = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({**document, "digest": digest(document)}))


def refused(workspace: Workspace, site: Site, *arguments: str, **elsewhere: Path) -> str:
    """The words with which an apply is refused (5), after making sure that nothing was written."""
    with site.watched() as during:
        result = workspace.run("apply", *arguments, **elsewhere)
    assert result.code == 5, result.out + result.err
    assert writes(during) == []
    return result.text


def test_the_document_has_the_keys_that_scripts_rely_on(applied: Workspace, site: Site, platform: Platform) -> None:
    """`--format json` and `--out` give the same document, with every key of the contract and its own digest."""
    keys = applied.keys()
    site.edit(
        "Omar Haddad",
        keys['tasks["legal"]'],
        status=platform.statuses["in_progress"],
        set={platform.title: "Mine", platform.due: "2027-01-01"},
    )
    applied.replace("close_date: 2027-03-31", "close_date: 2027-04-14", "default.vars.yaml")
    result = applied.run("plan", "--format", "json", "--out", "a.plan")
    assert result.code == 0
    document = result.json
    assert json.loads((applied.path / "a.plan").read_text()) == document
    assert stat.S_IMODE((applied.path / "a.plan").stat().st_mode) == 0o600
    assert document.keys() >= DOCUMENT
    assert document["format_version"] == "1.0"
    assert document["workspace"] == {
        "name": "investment-asset-plan",
        "id": "3b9d1f52-7c64-4e0a-9a58-0d6c2f1e8b47",
        "instance": "acme-robotics",
    }
    assert document["spec"].keys() == {"digest", "commit"}
    assert document["state"].keys() == {"lineage", "last_run"}
    assert all(document["state"].values())
    [where] = document["site"]
    assert where.keys() == {"provider", "plugin", "id", "url", "project"}
    assert (where["provider"], where["plugin"], where["project"]) == (platform.plugin, platform.plugin, "INVEST")
    assert where["url"] == site.endpoints.sites[site.platform]
    assert document["summary"].keys() == COUNTS
    assert [each["action"] for each in document["actions"]] == ["update"] * 7
    for action in document["actions"]:
        assert action.keys() >= ACTION
        assert all(change.keys() == CHANGE for change in action["changes"])
    assert [each.keys() for each in document["drift"]] == [
        {"address", "field", "before", "after", "kept", "by", "at"}
    ] * len(document["drift"])
    assert {(each["field"], each["kept"]) for each in document["drift"]} == {("status", True), ("title", False)}
    [conflict] = document["conflicts"]
    assert conflict.keys() == {"address", "field", "base", "desired", "live", "resolution", "by", "at"}
    assert (conflict["field"], conflict["resolution"], conflict["by"]) == ("due", "spec", "Omar Haddad")
    assert (conflict["base"], conflict["desired"], conflict["live"]) == ("2027-03-01", "2027-03-15", "2027-01-01")
    assert document["requests"] == {platform.plugin: REQUESTS[platform.name]}
    assert document["digest"] == digest(document)

    done = applied.run("apply", "a.plan", "--format", "json").json
    assert done.keys() == {
        "format_version", "workspace", "run", "plan_digest", "results", "summary", "diagnostics",
    }  # fmt: skip
    assert done["plan_digest"] == document["digest"]
    assert done["workspace"] == document["workspace"]
    assert re.fullmatch("[0-9a-f]{32}", done["run"])
    keys = {"address", "action", "result", "id", "key", "url", "problems"}
    assert [each.keys() for each in done["results"]] == [keys] * 7
    assert [each["result"] for each in done["results"]] == ["done"] * 7
    assert done["summary"] == {"done": 7, "skipped": 0, "failed": 0, "unsettled": 0, "not_kept": 0}


def test_the_same_specs_and_the_same_site_give_the_same_plan(workspace: Workspace) -> None:
    """A plan made twice is the same document to the byte, digest included, whatever order the site answers in."""
    workspace.items(
        "  all: {for_each: [a, b, c, d, e, f, g, h], type: task, title: 'Task ${each.key}', status: in_progress}\n"
    )
    first, second = workspace.run("plan", "--format", "json"), workspace.run("plan", "--format", "json")
    assert first.code == 0
    assert (first.out, first.err) == (second.out, second.err)


def test_a_saved_plan_is_shown_and_applied_without_asking(example: Workspace) -> None:
    """`show PLAN` prints what `plan` printed; `apply PLAN` needs no word more and no spec."""
    planned = example.run("plan", "--out", "a.plan")
    assert "Plan: 7 to create" in planned.out
    shown = example.run("show", "a.plan")
    assert shown.code == 0
    assert shown.out.strip() in planned.out
    assert example.run("show", "a.plan", "--format", "json").json["summary"]["create"] == 7
    for file in example.path.glob("*.yaml"):
        file.unlink()
    applied = example.run("apply", "a.plan")
    assert applied.code == 0
    assert "Apply: 7 done." in applied.out


def test_a_plan_is_applied_to_the_state_at_chdir_or_below_the_current_directory(
    example: Workspace, site: Site, platform: Platform, view: View, tmp_path: Path
) -> None:
    """A plan's state is looked for at -C, else where it was made if that is at or below here; elsewhere it stops."""
    example.run("plan", "--out", "a.plan")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    plan = str(example.path / "a.plan")
    with site.watched() as during:
        lost = example.run("apply", plan, cwd=elsewhere)
    assert (lost.code, writes(during)) == (1, [])
    assert "not at or below" in lost.text
    assert "-C DIR" in lost.text
    assert example.run("apply", plan, cwd=tmp_path).code == 0
    assert len(site.cards()) == 7
    assert not (tmp_path / ".reconciler").exists()

    example.replace("title: Reference Checks", "title: Reference Calls")
    example.run("plan", "--out", "b.plan")
    assert "lineage" in refused(example, site, "-C", str(elsewhere), str(example.path / "b.plan"))
    assert example.run("-C", str(example.path), "apply", "b.plan", cwd=elsewhere).code == 0
    assert view.seen("title", example.keys()['tasks["references"]']) == "[Acme Robotics] Reference Calls"


def test_a_plan_is_applied_once(example: Workspace, site: Site) -> None:
    """A plan that was applied is refused, and says that it was."""
    example.run("plan", "--out", "a.plan")
    assert example.run("apply", "a.plan").code == 0
    assert "applied before" in refused(example, site, "a.plan")
    assert len(site.cards()) == 7


def test_a_plan_is_stale_after_another_run(applied: Workspace, site: Site) -> None:
    """A plan made before another run wrote is refused as stale, and says which run it knows."""
    applied.replace("title: Reference Checks", "title: Reference Calls")
    applied.run("plan", "--out", "a.plan")
    applied.replace("title: Management Interviews", "title: Interviews")
    run = applied.apply()["run"]
    words = refused(applied, site, "a.plan")
    assert "stale" in words
    assert run in words


def test_a_plan_of_the_first_run_is_refused_where_a_state_has_begun(example: Workspace, site: Site) -> None:
    """A plan made before there was a state is stale once another process created the items."""
    example.run("plan", "--out", "a.plan")
    example.apply()
    assert "stale" in refused(example, site, "a.plan")
    assert len(site.cards()) == 7


def test_a_refresh_only_plan_shows_drift_and_cannot_be_applied(
    applied: Workspace, site: Site, platform: Platform
) -> None:
    """`plan --refresh-only` shows drift alone, even where the specs changed, and its plan is refused."""
    keys = applied.keys()
    site.edit("Omar Haddad", keys['tasks["legal"]'], set={platform.title: "Mine"})
    applied.replace("title: Reference Checks", "title: Reference Calls")
    result = applied.run("plan", "--refresh-only", "--out", "a.plan", "--format", "json")
    assert result.code == 0
    assert result.json["actions"] == []
    assert [(each["address"], each["by"]) for each in result.json["drift"]] == [('tasks["legal"]', "Omar Haddad")]
    assert "Reference Calls" not in applied.run("plan", "--refresh-only").text
    assert "--refresh-only" in refused(applied, site, "a.plan")


def test_a_changed_plan_is_no_plan(example: Workspace, site: Site) -> None:
    """A plan that was edited after it was made is not applied, nor a file that is none; each says so in words."""
    example.run("plan", "--out", "a.plan")
    path = example.path / "a.plan"
    whole = path.read_text()
    spoilt = {
        whole.replace("Financial Due Diligence", "Anything"): "changed after it was made",
        whole.replace('"format_version": "1.0"', '"format_version": "9.0"'): '"9.0"',
        whole.replace('"action": "create"', '"action": "explode"'): "no plan",
        "not a plan": "no plan",
        "[]": "no plan",
    }
    for text, words in spoilt.items():
        path.write_text(text)
        result = example.run("apply", "a.plan")
        assert result.code == 1, words
        assert words.replace('"', "'") in result.text.replace('"', "'")
    missing = example.run("apply", "nowhere.plan")
    assert missing.code == 1
    assert "nowhere.plan" in missing.text
    assert site.cards() == {}


def test_a_forged_plan_is_refused(applied: Workspace, site: Site, platform: Platform) -> None:
    """A plan with a fitting digest is still not believed: its items have to be the state's, on this site."""
    applied.replace("title: Reference Checks", "title: Reference Calls")
    theirs = site.act("create", by="Lena Gray", set={platform.title: "Mine"})
    applied.run("plan", "--out", "a.plan")
    path = applied.path / "a.plan"
    genuine = path.read_text()
    [action] = json.loads(genuine)["actions"]
    [where] = json.loads(genuine)["site"]
    forgeries: list[tuple[dict[str, Any], str]] = [
        ({"actions": [{**action, "id": theirs["id"]}]}, "not the state's"),
        ({"actions": [{**action, "address": "another"}]}, "not the state's"),
        ({"actions": [{**action, "action": "create"}]}, "has it already"),
        ({"actions": [{**action, "action": "delete"}]}, "what was applied is to close it"),
        ({"site": [{**where, "id": "another-site"}]}, "another site"),
    ]
    for changes, words in forgeries:
        path.write_text(genuine)
        rewrite(path, **changes)
        assert words in refused(applied, site, "a.plan")
    path.write_text(genuine)
    assert applied.run("apply", "a.plan").code == 0


def test_what_moved_since_the_plan_is_left_alone(
    applied: Workspace, site: Site, platform: Platform, view: View
) -> None:
    """A field of the plan that a person changed meanwhile is skipped and named, exit 4; the other items are written."""
    keys = applied.keys()
    applied.replace("close_date: 2027-03-31", "close_date: 2027-04-14", "default.vars.yaml")
    applied.run("plan", "--out", "a.plan")
    site.edit("Omar Haddad", keys['tasks["legal"]'], set={platform.due: "2027-01-01"})
    site.edit(
        "Lena Gray",
        keys['tasks["market"]'],
        status=platform.statuses["in_progress"],
        set={platform.title: "Not in the plan"},
    )
    result = applied.run("apply", "a.plan", "--format", "json")
    assert result.code == 4
    results = {each["address"]: each for each in result.json["results"]}
    assert results['tasks["legal"]']["result"] == "skipped"
    assert "due was changed since the plan by Omar Haddad at" in results['tasks["legal"]']["problems"][0]
    assert result.json["summary"] == {"done": 6, "skipped": 1, "failed": 0, "unsettled": 0, "not_kept": 0}
    assert view.seen("due", keys['tasks["legal"]']) == "2027-01-01"
    assert view.seen("title", keys['tasks["market"]']) == "Not in the plan"
    assert view.seen("due", keys['tasks["market"]']) == "2027-03-08"


def test_a_target_brings_what_it_needs_and_nothing_else(example: Workspace) -> None:
    """`--target` plans an item with what it needs: a task brings its parent; a group's name brings all of it."""
    addresses = [each["address"] for each in example.plan("--target", "tasks.legal")["actions"]]
    assert addresses == ["deal", 'tasks["legal"]']
    assert [each["address"] for each in example.plan("--target", "deal")["actions"]] == ["deal"]
    assert len(example.plan("--target", "tasks")["actions"]) == 7
    unknown = example.run("plan", "--target", "tasks.legla")
    assert unknown.code == 1
    assert 'there is no item at tasks["legla"] did you mean tasks["legal"]?' in unknown.text

    example.run("plan", "--target", "deal", "--out", "a.plan")
    assert example.run("apply", "a.plan").code == 0
    assert example.plan()["summary"] == {**dict.fromkeys(COUNTS, 0), "create": 6, "unchanged": 1}


@pytest.mark.parametrize("place", ["no/such/place.plan", "."])
def test_a_plan_that_cannot_be_saved_says_so(example: Workspace, place: str) -> None:
    """`--out` to a place that can't be written is an error in words."""
    result = example.run("plan", "--out", place)
    assert result.code == 1
    assert "can't be saved" in result.text
