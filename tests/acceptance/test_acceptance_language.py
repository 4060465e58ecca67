"""What the language's fields become on the site: links, documents, people, parents, custom fields, ownership."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from acceptance.harness import HEAD, Site, Workspace, kinds, writes

LENA = "Lena Gray"


def links(site: Site, key: str) -> set[tuple[str, str]]:
    """An issue's links as it reads them: ("blocks", "INVEST-2")."""
    found = set()
    for link in site.issue(key)["issuelinks"]:
        if "outwardIssue" in link:
            found.add((link["type"]["outward"], link["outwardIssue"]["key"]))
        else:
            found.add((link["type"]["inward"], link["inwardIssue"]["key"]))
    return found


def documents(site: Site, key: str) -> list[tuple[str, str]]:
    """An issue's remote links: title and URL."""
    url = f"{site.endpoints.sites['jira']}/rest/api/3/issue/{key}/remotelink"
    answer = httpx.get(url, auth=("sandbox@example.com", "sandbox"))
    return [(each["object"]["title"], each["object"]["url"]) for each in answer.json()]


def settled(workspace: Workspace) -> None:
    """The next plan is empty."""
    result = workspace.run("plan", "--detailed-exitcode")
    assert result.code == 0, result.out + result.err


def test_links_read_this_item_does_that(workspace: Workspace, site: Site) -> None:
    """`links: {blocks: [b]}` on a is "a blocks b" on the site; a group's name means all; circles are fine."""
    workspace.items(
        "  a: {type: task, title: A, links: {blocks: [b], relates_to: [group]}}\n"
        "  b: {type: task, title: B, links: {blocks: [c], caused_by: [c]}}\n"
        "  c: {type: task, title: C, links: {blocks: [a]}}\n"
        "  group: {for_each: [x, y], type: task, title: 'Group ${each.key}'}\n"
    )
    workspace.apply()
    assert links(site, "INVEST-1") == {
        ("blocks", "INVEST-2"), ("is blocked by", "INVEST-3"), ("relates to", "INVEST-4"), ("relates to", "INVEST-5"),
    }  # fmt: skip
    assert links(site, "INVEST-2") == {
        ("is blocked by", "INVEST-1"), ("blocks", "INVEST-3"), ("is caused by", "INVEST-3"),
    }  # fmt: skip
    settled(workspace)
    assert len(site.cards()) == 5


def test_both_ends_make_one_link_which_moves_without_a_change(workspace: Workspace, site: Site) -> None:
    """A link written at both ends is made once; written at the other end alone it stays; written nowhere it goes."""
    both = "  a: {{type: task, title: A{0}}}\n  b: {{type: task, title: B{1}}}\n"
    workspace.items(both.format(", links: {blocks: [b]}", ", links: {blocked_by: [a]}"))
    with site.watched() as during:
        workspace.apply()
    assert kinds(during)["linkIssues"] == 1
    assert links(site, "INVEST-1") == {("blocks", "INVEST-2")}
    settled(workspace)

    workspace.items(both.format("", ", links: {blocked_by: [a]}"))
    with site.watched() as during:
        workspace.apply()
    assert kinds(writes(during)) == {"bulkSetIssuePropertiesByIssue": 1}, "the markers say whose the link is"
    assert links(site, "INVEST-1") == {("blocks", "INVEST-2")}
    settled(workspace)

    workspace.items(both.format("", ", links: {blocked_by: []}"))
    workspace.apply()
    assert links(site, "INVEST-1") == set()
    settled(workspace)


def test_links_that_leave_the_spec_go_and_peoples_stay(workspace: Workspace, site: Site) -> None:
    """The spec takes away the links that it made and no others; one to an item outside the specs works by key."""
    outside = site.act("create", by=LENA, set={"summary": "Outside"})["key"]
    workspace.items(
        f"  a: {{type: task, title: A, links: {{blocks: [b, {{key: {outside}}}]}}}}\n  b: {{type: task, title: B}}\n"
    )
    workspace.apply()
    ours = {("blocks", "INVEST-3"), ("blocks", outside)}
    assert links(site, "INVEST-2") == ours
    workspace.items(
        f"  a: {{type: task, title: A, links: {{blocks: [{{key: {outside}}}]}}}}\n  b: {{type: task, title: B}}\n"
    )
    [change] = workspace.plan()["actions"][0]["changes"]
    assert (change["field"], change["added"]) == ("links.blocks", [])
    assert "b" in str(change["removed"])
    workspace.apply()
    assert links(site, "INVEST-2") == {("blocks", outside)}
    settled(workspace)


def test_documents_are_added_retitled_and_removed(workspace: Workspace, site: Site) -> None:
    """A document is a remote link by its URL: a new title is the same link, one that left the spec is taken away."""
    item = "  a: {{type: task, title: A, documents: [{0}]}}\n"
    room = "{{title: {0}, url: 'https://data.example/room'}}".format
    workspace.items(item.format(f"{room('Data room')}, {{title: Terms, url: 'https://data.example/terms'}}"))
    workspace.apply()
    assert documents(site, "INVEST-1") == [
        ("Data room", "https://data.example/room"),
        ("Terms", "https://data.example/terms"),
    ]
    settled(workspace)
    workspace.items(item.format(room("Virtual data room")))
    workspace.apply()
    assert documents(site, "INVEST-1") == [("Virtual data room", "https://data.example/room")]
    settled(workspace)
    workspace.items(item.format(""))
    workspace.apply()
    assert documents(site, "INVEST-1") == []
    settled(workspace)


def test_components_people_and_labels_by_element(workspace: Workspace, site: Site) -> None:
    """Components and labels are the spec's by element; `exact: true` owns the whole set; `[]` takes ours away."""
    workspace.items("  a: {type: task, title: A, components: [Finance, legal], labels: [one, two]}\n")
    workspace.apply()
    site.edit(LENA, "INVEST-1", add_labels=["theirs"])
    site.edit(LENA, "INVEST-1", set={"Components": ["Finance", "Legal", "Tech"]})
    workspace.items("  a: {type: task, title: A, components: [Finance], labels: [two]}\n")
    workspace.apply()
    found = site.issue("INVEST-1")
    assert {each["name"] for each in found["components"]} == {"Finance", "Tech"}
    assert {"two", "theirs"} == {each for each in found["labels"] if not each.startswith("rc-")}
    settled(workspace)
    workspace.items("  a: {type: task, title: A, components: [], labels: {values: [two], exact: true}}\n")
    workspace.apply()
    found = site.issue("INVEST-1")
    assert {each["name"] for each in found["components"]} == {"Tech"}
    marks = set(found["labels"]) - {"two"}
    assert [each[:3] for each in marks] == ["rc-"]
    settled(workspace)


def test_an_assignee_is_named_by_email_or_account(workspace: Workspace, site: Site) -> None:
    """The assignee is found by e-mail or account id; a person's reassignment is kept; null clears it."""
    workspace.items(
        "  a: {type: task, title: A, assignee: l.gray@fund.example}\n"
        "  b: {type: task, title: B, assignee: '712020:00000000-0000-4000-8000-000000000003'}\n"
    )
    workspace.apply()
    assert site.issue("INVEST-1")["assignee"]["displayName"] == LENA
    assert site.issue("INVEST-2")["assignee"]["displayName"] == "Omar Haddad"
    settled(workspace)
    site.edit("Mei Tanaka", "INVEST-1", set={"Assignee": "Mei Tanaka"})
    settled(workspace)
    workspace.items("  a: {type: task, title: A}\n  b: {type: task, title: B, assignee: null}\n")
    workspace.apply()
    assert site.issue("INVEST-1")["assignee"]["displayName"] == "Mei Tanaka"
    assert site.issue("INVEST-2")["assignee"] is None
    settled(workspace)


def test_custom_fields_by_friendly_name_name_and_id(workspace: Workspace, site: Site) -> None:
    """A custom field goes by the provider's friendly name, by the site's name, or by its id; typed by its schema."""
    workspace.write(
        HEAD.replace("INVEST}", "INVEST, fields: {amount: Investment amount}}") + "items:\n"
        "  a: {type: epic, title: A, fields: {amount: 1.5, Sector: Energy, customfield_10052: critical}}\n"
    )
    workspace.apply()
    found = site.issue("INVEST-1")
    assert found["customfield_10050"] == 1.5
    assert found["customfield_10051"] == "Energy"
    assert found["customfield_10052"]["value"] == "Critical"
    settled(workspace)
    workspace.replace("amount: 1.5, Sector: Energy", "amount: null, Sector: '1.10'")
    plan = workspace.plan()
    assert {each["field"]: each["after"] for each in plan["actions"][0]["changes"]} == {
        "fields.amount": None,
        "fields.Sector": "1.10",
    }
    workspace.apply()
    found = site.issue("INVEST-1")
    assert (found["customfield_10050"], found["customfield_10051"]) == (None, "1.10")
    settled(workspace)


def test_standard_words_and_the_sites_own(workspace: Workspace, site: Site) -> None:
    """Standard words are mapped, the site's own names work, and the provider's block decides between them."""
    workspace.write(
        HEAD.replace(
            "INVEST}", "INVEST, types: {feature: Story}, priorities: {critical: High}, statuses: {blocked: [Blocked]}}"
        )
        + "items:\n"
        "  a: {type: feature, title: A, priority: critical, status: in_review}\n"
        "  b: {type: Bug, title: B, priority: Lowest}\n"
        "  c: {type: task, title: C, priority: low, status: Blocked}\n"
    )
    refused = workspace.run("plan")
    assert refused.code == 1
    assert "Low" in refused.text
    workspace.replace("Lowest", "Highest")
    workspace.apply()
    found = [site.issue(f"INVEST-{number}") for number in (1, 2, 3)]
    assert [each["issuetype"]["name"] for each in found] == ["Story", "Bug", "Task"]
    assert [each["priority"]["name"] for each in found] == ["High", "Highest", "Low"]
    assert [each["status"]["name"] for each in found] == ["In Review", "To Do", "Blocked"]
    settled(workspace)


def test_a_parent_is_set_changed_and_cleared(workspace: Workspace, site: Site) -> None:
    """A parent may be another item, one outside the specs, or null; each change is one edit."""
    outside = site.act("create", by=LENA, type="Epic", set={"summary": "Outside"})["key"]
    epics = "  one: {{type: epic, title: One}}\n  two: {{type: epic, title: Two}}\n"
    items = epics + "  a: {{title: A, type: task, parent: {}}}\n"
    for parent, key in [("one", "INVEST-2"), ("two", "INVEST-3"), (f"{{key: {outside}}}", outside), ("null", None)]:
        workspace.items(items.format(parent))
        workspace.apply()
        found: dict[str, Any] = site.issue("INVEST-4").get("parent") or {}
        assert found.get("key") == key
        settled(workspace)


def test_a_key_in_a_text_is_filled_in_when_it_is_known(workspace: Workspace, site: Site) -> None:
    """`${items.deal.key}` in a description is unknown in the first plan, filled at apply, and settled afterwards."""
    workspace.items(
        "  deal: {type: epic, title: Deal}\n"
        "  a: {type: task, title: A, parent: deal, description: 'Part of ${items.deal.key}: ${items.deal.url}'}\n"
    )
    changes = workspace.plan()["actions"][1]["changes"]
    [description] = [each for each in changes if each["field"] == "description"]
    assert description["unknown"] is True
    assert description["after"][:3] == ["Part of ", {"address": "deal", "attribute": "key"}, ": "]
    assert "known after apply" in workspace.run("plan").text
    workspace.apply()
    text = str(site.issue("INVEST-2")["description"])
    assert "Part of INVEST-1: " in text
    assert "/browse/INVEST-1" in text
    settled(workspace)


def test_a_description_is_markdown_and_people_may_rewrite_it(workspace: Workspace, site: Site) -> None:
    """Markdown becomes rich text; a person's text is kept; where both change, the item stops and is left alone (4)."""
    workspace.items("  a: {type: task, title: A, description: '**Bold** and [a link](https://example.com)'}\n")
    workspace.apply()
    text = str(site.issue("INVEST-1")["description"])
    assert "'type': 'strong'" in text
    assert "https://example.com" in text
    settled(workspace)
    site.edit(LENA, "INVEST-1", set={"Description": "My own words"})
    settled(workspace)
    workspace.items("  a: {type: task, title: B, description: 'New words'}\n")
    result = workspace.run("apply", "--auto-approve", "--format", "json")
    assert result.code == 4
    assert [each["code"] for each in result.diagnostics] == ["conflict"]
    found = site.issue("INVEST-1")
    assert "My own words" in str(found["description"])
    assert found["summary"] == "A"
    assert workspace.run("drift").code == 3


def test_ownership_decides_whose_value_stands(workspace: Workspace, site: Site) -> None:
    """A status that the spec owns goes back, people's title stays, a seed is written once, nobody's field never."""
    workspace.items(
        "  spec: {type: task, title: Spec, status: in_progress, ownership: {status: spec}}\n"
        "  people: {type: task, title: People, ownership: {title: people}}\n"
        "  seed: {type: task, title: Seed, priority: high, ownership: {priority: seed}}\n"
        "  nobody: {type: task, title: Nobody, priority: high, ownership: {priority: nobody}}\n"
    )
    workspace.apply()
    assert site.issue("INVEST-1")["status"]["name"] == "In Progress"
    assert site.issue("INVEST-3")["priority"]["name"] == "High"
    assert (site.issue("INVEST-4")["priority"] or {}).get("name") != "High"
    settled(workspace)
    site.edit(LENA, "INVEST-1", status="To Do")
    site.edit(LENA, "INVEST-2", set={"Summary": "Ours"})
    site.edit(LENA, "INVEST-3", set={"Priority": "Low"})
    plan = workspace.plan()
    assert [(each["address"], each["changes"][0]["field"]) for each in plan["actions"]] == [("spec", "status")]
    assert {(each["address"], each["kept"]) for each in plan["drift"]} >= {("spec", False), ("people", True)}
    workspace.replace("priority: high, ownership: {priority: seed}", "priority: critical, ownership: {priority: seed}")
    workspace.apply()
    assert site.issue("INVEST-1")["status"]["name"] == "In Progress"
    assert site.issue("INVEST-2")["summary"] == "Ours"
    assert site.issue("INVEST-3")["priority"]["name"] == "Low"
    settled(workspace)


def test_progress_is_never_moved_back(workspace: Workspace, site: Site) -> None:
    """Where a person finished an item, neither a spec that owns the status nor its new, earlier value takes it back."""
    workspace.items("  a: {type: task, title: A, status: todo, ownership: {status: spec}}\n")
    workspace.apply()
    site.edit(LENA, "INVEST-1", status="Done")
    assert [each["kept"] for each in workspace.plan()["drift"]] == [True]
    workspace.replace("status: todo", "status: in_progress")
    plan = workspace.plan()
    assert [each["resolution"] for each in plan["conflicts"]] == ["people"]
    workspace.apply()
    assert site.issue("INVEST-1")["status"]["name"] == "Done"
    settled(workspace)


def test_a_matrix_makes_one_item_for_each_combination(workspace: Workspace, site: Site) -> None:
    """A matrix joins its keys by "/"; `apply_after` puts one item before another; addresses work in `state show`."""
    workspace.items(
        "  reviews:\n"
        "    matrix: {company: {acme: {name: Acme}, globex: {name: Globex}}, quarter: [Q1, Q2]}\n"
        "    type: task\n"
        "    title: '${each.company.value.name} ${each.quarter.value}'\n"
        "    apply_after: [first]\n"
        "  first: {type: task, title: First}\n"
    )
    plan = workspace.plan()
    assert plan["requests"] == {"jira": {"bulk create": 2, "bulk marker": 1}}
    workspace.apply()
    titles = {key: card["title"] for key, card in site.cards().items()}
    assert titles.pop("INVEST-1") == "First"
    assert set(titles.values()) == {"Acme Q1", "Acme Q2", "Globex Q1", "Globex Q2"}
    assert workspace.run("state", "show", 'reviews["acme/Q2"]').code == 0
    settled(workspace)


def test_null_clears_and_an_absent_field_is_left_alone(workspace: Workspace, site: Site) -> None:
    """A literal null clears a field; a field that leaves the spec stays on the site and is people's from then on."""
    workspace.items("  a: {type: task, title: A, due: 2027-01-04, start: 2027-01-01, story_points: 5}\n")
    workspace.apply()
    found = site.issue("INVEST-1")
    assert (found["duedate"], found["customfield_10015"], found["customfield_10028"]) == ("2027-01-04", "2027-01-01", 5)
    workspace.items("  a: {type: task, title: A, due: null, story_points: null}\n")
    workspace.apply()
    found = site.issue("INVEST-1")
    assert (found["duedate"], found["customfield_10015"], found["customfield_10028"]) == (None, "2027-01-01", None)
    settled(workspace)
    site.edit(LENA, "INVEST-1", set={"Start date": "2027-02-02"})
    settled(workspace)
    assert workspace.plan()["drift"] == []


@pytest.mark.parametrize("knob", [{"adf_local_ids": True}, {"bulk_changelog_created": "epoch_ms"}, {"lag": 3600}])
def test_the_main_job_holds_whichever_way_jira_is(example: Workspace, site: Site, knob: dict[str, Any]) -> None:
    """What is not certain about Jira changes nothing: the second plan is empty, a person's edit is named."""
    site.turn(**knob)
    example.apply()
    settled(example)
    site.edit(LENA, "INVEST-4", set={"Summary": "Mine"})
    [drift] = example.plan()["drift"]
    assert (drift["by"], drift["at"][:3]) == (LENA, "202")
