"""What the specs say about care: removal in other ways, conflicts, missing items, limits, paths, mail."""

from __future__ import annotations

from acceptance.field_views import View
from acceptance.harness import Site, Workspace, writes
from acceptance.marker_views import with_option
from acceptance.platforms import Platform, on_each_platform

pytestmark = on_each_platform

RECREATED = {"jira": "create", "azure_devops": "update"}
"""What becomes of a deleted item: Azure DevOps has it in its recycle bin, from where it is brought back."""

QUIET = {"jira": ("", "notifyUsers=false"), "azure_devops": ("quiet: true", "suppressNotifications=true")}
"""The option that says that the account may suppress mail, which Jira tells itself, and what does it in an edit."""

GROUP = "  all:\n    for_each: [{keys}]\n    type: task\n    title: {title} ${{each.key}}\n"


def group(workspace: Workspace, count: int, title: str = "Task") -> None:
    """A spec with so many tasks."""
    workspace.items(GROUP.format(keys=", ".join(f"t{number}" for number in range(count)), title=title))


def test_deleting_goes_leaf_first_and_never_takes_others_along(
    workspace: Workspace, site: Site, platform: Platform
) -> None:
    """`on_remove: delete` as last applied: refused while a child stays, else the leaves go first."""
    deal = "  deal: {type: epic, title: Deal, on_remove: delete}\n"
    task = "  task: {type: task, title: Task, parent: deal, on_remove: delete}\n"
    keep = "  keep: {type: task, title: Keep}\n"
    workspace.items(deal + task + keep)
    workspace.apply()
    keys = workspace.keys()
    theirs = str(site.act("create", by="Lena Gray", set={platform.title: "Theirs"})["key"])
    below = {
        "jira": {"set": {"parent": keys["deal"]}},
        "azure_devops": {"add_relations": [{"rel": "System.LinkTypes.Hierarchy-Reverse", "item": keys["deal"]}]},
    }
    site.edit("Lena Gray", theirs, **below[site.platform])
    workspace.items(keep)
    refused = workspace.run("apply", "--auto-approve")
    assert refused.code == 5
    assert f"deal ({keys['deal']}) can't be deleted: it has children that stay {theirs}" in refused.text
    assert len(site.cards()) == 4

    site.act("delete", by="Lena Gray", item=theirs)
    with site.watched() as during:
        workspace.apply()
    deleted = [each["path"].split("/")[-1] for each in writes(during) if each["method"] == "DELETE"]
    assert len(deleted) == 2
    assert list(site.cards()) == [keys["keep"]]
    assert workspace.plan()["actions"] == []


def test_a_child_that_moves_elsewhere_does_not_stay(workspace: Workspace, platform: Platform, view: View) -> None:
    """One apply gives a child another parent, and then deletes the parent that it had."""
    other = "  other: {type: epic, title: Other}\n"
    workspace.items(
        f"{other}  deal: {{type: epic, title: Deal, on_remove: delete}}\n"
        "  task: {type: task, title: Task, parent: deal}\n"
    )
    workspace.apply()
    workspace.items(f"{other}  task: {{type: task, title: Task, parent: other}}\n")
    done = {each["address"]: each["result"] for each in workspace.apply()["results"]}
    assert done == {"task": "done", "deal": "done"}
    assert view.seen("parent", platform.key(3)) == "Other"
    assert workspace.plan()["actions"] == []


def test_a_forgotten_item_stays_as_it_is_and_is_nobodys(workspace: Workspace, platform: Platform, view: View) -> None:
    """`on_remove: forget` drops the marker first and then the record; the item's work goes on."""
    keep = "  keep: {type: task, title: Keep}\n"
    workspace.items(keep + "  task: {type: task, title: Task, on_remove: forget, labels: [ours]}\n")
    workspace.apply()
    task = workspace.keys()["task"]
    workspace.items(keep)
    [action] = workspace.plan()["actions"]
    assert (action["action"], action["address"]) == ("forget", "task")
    workspace.apply()
    seen = [view.seen(word, task) for word in ("status", "labels")]
    assert seen == [platform.statuses["todo"], ["ours"]]
    assert workspace.plan()["actions"] == []
    workspace.items(keep + "  task: {type: task, title: Task}\n")
    assert [each["action"] for each in workspace.plan()["actions"]] == ["create"]


def test_a_comment_goes_with_closing(workspace: Workspace, site: Site, platform: Platform, view: View) -> None:
    """`close_comment` as last applied is left by the request that closes; without one an item closes silently."""
    keep = "  keep: {type: task, title: Keep}\n"
    workspace.items(keep + "  task: {type: task, title: Task, close_comment: The deal is off.}\n")
    workspace.apply()
    task = workspace.keys()["task"]
    workspace.items(keep)
    with site.watched() as during:
        workspace.apply()
    assert not [each for each in writes(during) if each["path"].endswith(("/comment", "/comments"))]
    seen = [view.seen(word, task) for word in ("comments", "status")]
    assert seen == [1, platform.statuses["cancelled"]]


def test_conflicts_go_as_the_policy_says(workspace: Workspace, site: Site, platform: Platform, view: View) -> None:
    """`people` keeps what a person wrote and shows it once; `stop` leaves the item alone; `spec` replaces it."""
    spec = "  one: {{type: task, title: One, due: {due}}}\n"
    for winner, live, code in (("people", "2027-05-05", 0), ("stop", "2027-05-05", 4), ("spec", "2027-03-03", 0)):
        workspace.items(spec.format(due="2027-01-01"))
        workspace.write(f"{(workspace.path / 'main.yaml').read_text()}policy: {{conflicts: spec}}\n")
        workspace.apply()
        site.edit("Lena Gray", platform.key(1), set={platform.due: "2027-05-05"})
        workspace.items(spec.format(due="2027-03-03"))
        workspace.write(f"{(workspace.path / 'main.yaml').read_text()}policy: {{conflicts: {winner}}}\n")
        [conflict] = workspace.plan()["conflicts"]
        assert (conflict["resolution"], conflict["by"]) == (winner, "Lena Gray")
        workspace.apply(code=code)
        assert view.seen("due", platform.key(1)) == live
        assert bool(workspace.plan()["conflicts"]) == (winner == "stop")


def test_a_status_goes_back_only_where_the_policy_says_so(workspace: Workspace, site: Site, platform: Platform) -> None:
    """Without a word people win where they moved a card further; `conflicts: spec` moves it back."""
    spec = "  one: {{type: task, title: One, status: {status}}}\n"
    workspace.items(spec.format(status="todo"))
    workspace.apply()
    for word in ("in_progress", "done"):
        site.edit("Lena Gray", platform.key(1), status=platform.statuses[word])
    workspace.items(spec.format(status="in_progress"))
    assert workspace.plan()["actions"] == []
    workspace.write((workspace.path / "main.yaml").read_text() + "policy: {conflicts: spec}\n")
    [action] = workspace.plan()["actions"]
    assert [(each["field"], each["after"]) for each in action["changes"]] == [("status", "in_progress")]


def test_missing_items_go_as_the_policy_says(workspace: Workspace, site: Site, platform: Platform) -> None:
    """`stop` wants their exact number; `recreate` makes or brings back what was deleted; all at once always stop."""
    group(workspace, 3)
    workspace.apply()
    site.act("delete", by="Lena Gray", item=platform.key(2))
    group(workspace, 3, "Job")
    assert workspace.run("apply", "--auto-approve").code == 5
    assert workspace.run("apply", "--auto-approve", "--accept-missing", "2").code == 5
    accepted = workspace.apply("--accept-missing", "1")
    assert accepted["summary"]["done"] == 2
    assert len(site.cards()) == 2

    text = (workspace.path / "main.yaml").read_text()
    workspace.write(text + "policy: {on_missing: recreate}\n")
    [action] = workspace.plan()["actions"]
    assert (action["action"], action["address"], action["missing"]) == (RECREATED[site.platform], 'all["t1"]', True)
    workspace.apply()
    assert sorted(card["title"] for card in site.cards().values()) == ["Job t0", "Job t1", "Job t2"]
    assert workspace.plan()["actions"] == []

    for key in list(site.cards()):
        site.act("hide", item=key)
    refused = workspace.run("apply", "--auto-approve")
    assert refused.code == 5
    assert "the site shows none of the 3 items that the state knows" in refused.text


def test_forgetting_what_is_missing(workspace: Workspace, site: Site, platform: Platform) -> None:
    """`on_missing: forget` lets go of it, and the next plan makes the address anew."""
    group(workspace, 3)
    workspace.apply()
    site.act("delete", by="Lena Gray", item=platform.key(2))
    workspace.write((workspace.path / "main.yaml").read_text() + "policy: {on_missing: forget}\n")
    [action] = workspace.plan()["actions"]
    assert (action["action"], action["key"]) == ("forget", platform.key(2))
    with site.watched() as during:
        workspace.apply()
    assert writes(during) == []
    assert [each["action"] for each in workspace.plan()["actions"]] == ["create"]


def test_changing_more_than_half_needs_the_number(workspace: Workspace, site: Site) -> None:
    """Of ten or more items: the plan warns, and the apply asks for the exact number."""
    group(workspace, 10)
    workspace.apply()
    group(workspace, 10, "Job")
    refused = workspace.run("apply", "--auto-approve")
    assert refused.code == 5
    assert "10 of 10 open items would be changed" in refused.text
    assert "--accept-changes 10" in refused.text
    assert "change_limit" in [each["code"] for each in workspace.plan()["diagnostics"]]
    workspace.apply("--accept-changes", "10")


def test_one_deals_file_over_anothers_is_stopped_at_any_size(workspace: Workspace, site: Site) -> None:
    """A variable changed, and most titles would change with it: it is named, and nothing is sent."""
    items = "items:\n  one: {type: task, title: 'Call ${var.company}'}\n"
    workspace.write(f"{workspace.head}variables: {{company: {{type: string}}}}\n{items}")
    workspace.apply("--var", "company=Acme")
    with site.watched() as during:
        refused = workspace.run("apply", "--auto-approve", "--var", "company=Globex")
    assert (refused.code, writes(during)) == (5, [])
    assert "`company` changed, and 1 of 1 titles would change with it" in refused.text
    workspace.apply("--var", "company=Globex", "--accept-changes", "1")


def test_mail_that_cannot_be_suppressed_is_counted(workspace: Workspace, site: Site) -> None:
    """Above 25 changes that send mail, the exact number is asked for; `destroy` too."""
    group(workspace, 26)
    workspace.apply()
    refused = workspace.run("destroy", "--auto-approve")
    assert refused.code == 5
    assert "26 changes would send mail" in refused.text
    assert workspace.run("destroy", "--auto-approve", "--accept-notifications", "26").code == 0


def test_quiet_edits_send_no_mail_where_the_account_may(workspace: Workspace, site: Site, platform: Platform) -> None:
    """`notify: quiet` goes with each edit; without it mail is as usual."""
    option, silence = QUIET[site.platform]
    workspace.head = with_option(workspace.head, option)
    workspace.items("  one: {type: task, title: One}\n")
    workspace.apply()
    for policy in ("normal", "quiet"):
        workspace.items(f"  one: {{type: task, title: Now {policy}}}\n")
        workspace.write((workspace.path / "main.yaml").read_text() + f"policy: {{notify: {policy}}}\n")
        with site.watched() as during:
            workspace.apply()
        [edit] = [each for each in writes(during) if platform.fields_sent(each)]
        assert (silence in edit["query"]) == (policy == "quiet")


def test_a_saved_plan_is_what_the_specs_say(workspace: Workspace, site: Site) -> None:
    """`apply PLAN --spec DIR` plans anew and wants the same actions."""
    group(workspace, 3)
    workspace.run("plan", "--out", "a.plan")
    group(workspace, 4)
    refused = workspace.run("apply", "a.plan", "--spec", ".")
    assert refused.code == 5
    assert 'These differ: all["t3"]' in refused.text
    assert site.cards() == {}
    group(workspace, 3)
    assert workspace.run("apply", "a.plan", "--spec", ".").code == 0
    assert len(site.cards()) == 3
    assert workspace.run("apply", ".", "--spec", ".").code == 1
