"""The plugin's reading half on the sandbox: what one made of the vendor's texts against what the other did."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from azure_in_process import AzureInProcess
from reconciler_azure_devops.client import Client
from reconciler_azure_devops.fields import from_json, to_json
from reconciler_azure_devops.html import from_markdown

from reconciler.sdk import AuthenticationError, Link, Ref, Rich

TITLE, TEXT, TAGS = "System.Title", "System.Description", "System.Tags"
LABEL = "rc-0123456789ab"

PIECES = [
    "# Head\n", "- a\n", "  - b\n", "1. x\n", "5. y\n", "> q\n", "---\n", "```py\nx<y\n```\n", "- [ ] t\n", "\n\n",
    "**b** _i_ `c` ~~s~~\n", "[l](https://x.example/z?a=1&b=2)\n", "| a | b |\n|---|---|\n| 1 |  |\n", "<br>\n",
    "text  \nmore\n", "***x***\n", "![i](https://a.example/b.png)\n", "&nbsp;\n", "<div>raw</div>\n", "@Lea\n",
    "a_b 1 * 2\n", "    code  two\n", "ä € 🙂\n",
]  # fmt: skip


@pytest.fixture
def azure() -> AzureInProcess:
    return AzureInProcess()


def created(azure: AzureInProcess, type: str = "Task", *relations: Mapping[str, Any], **fields: Any) -> str:
    """Create an item with fields in the platform's own form."""
    values = {TITLE: "An item", **{name.replace("__", "."): value for name, value in fields.items()}}
    patch = [{"op": "add", "path": f"/fields/{name}", "value": value} for name, value in values.items()]
    patch += [{"op": "add", "path": "/relations/-", "value": each} for each in relations]
    return str(Client(azure.plugin.session).create(azure.project, type, patch, "op")["id"])


def to(azure: AzureInProcess, rel: str, id: str) -> dict[str, Any]:
    return {"rel": rel, "url": Client(azure.plugin.session).item_url(id)}


def read(azure: AzureInProcess, id: str, *fields: str) -> Mapping[str, Any]:
    (found,) = azure.provider.fetch({id: fields})
    assert found.item is not None
    return found.item.fields


@pytest.mark.parametrize(
    ("project", "words", "statuses"),
    [
        ("INVEST", {"epic", "feature", "story", "task", "bug"}, {"todo", "in_progress", "done", "cancelled"}),
        ("BASIC", {"epic", "story", "task"}, {"todo", "in_progress", "done"}),
        ("SCRUM", {"epic", "feature", "story", "task", "bug"}, {"todo", "in_progress", "done", "cancelled"}),
        ("CMMI", {"epic", "feature", "story", "task", "bug"}, {"todo", "in_progress", "done"}),
    ],
)
def test_every_process_has_the_standard_words(project, words, statuses):
    """Nothing is known of a process but what it says of itself (FACTS B7)."""
    site = AzureInProcess(project=project).provider.describe_site(("epic", "story", "task"))
    assert {each.word for each in site.types.values() if each.word} == words
    task = next(each for each in site.types.values() if each.word == "task")
    assert statuses <= set(task.fields["System.State"].words)
    for type in (each for each in site.types.values() if each.word in {"epic", "story", "task"}):
        said = {each.word for each in type.fields.values()}
        assert {"title", "description", "status", "priority", "assignee", "labels", "parent", "area", "sprint"} <= said
        assert {"links", "documents", "commits", "pull_requests"} <= said
        assert type.initial in {each.ref.id for each in type.statuses}


def test_the_example_finds_all_its_fields(azure):
    """The investment example's words are there on the epic and on tasks, as on Jira."""
    site = azure.provider.describe_site(("epic", "task"), ("l.gray@fund.example",))
    epic, task = (next(each for each in site.types.values() if each.word == word) for word in ("epic", "task"))
    for word in ("story_points", "due", "priority", "documents", "fields.amount", "fields.sector", "fields.risk"):
        assert epic.by_word(word) is not None, word
    for word in ("story_points", "due", "priority", "parent", "labels"):
        assert task.by_word(word) is not None, word
    assert [each.name for each in site.users] == ["Lena Gray"]


def test_an_item_is_read_with_everything(azure):
    """Fields, people, tags, paths and relations, from both ends of a link."""
    azure.provider.describe_site(("epic",))
    epic = created(
        azure, "Epic", System__Tags="B; a; " + LABEL, System__AssignedTo="l.gray@fund.example",
        Microsoft__VSTS__Common__Priority=1, Microsoft__VSTS__Scheduling__TargetDate="2027-03-31T00:00:00Z",
        System__AreaPath="INVEST\\Legal",
    )  # fmt: skip
    document = {"rel": "Hyperlink", "url": "https://x.example/a", "attributes": {"comment": "Data room"}}
    task = created(
        azure,
        "Task",
        to(azure, "System.LinkTypes.Hierarchy-Reverse", epic),
        to(azure, "System.LinkTypes.Dependency-Forward", epic),
        document,
    )
    fields = (
        TAGS,
        "System.AssignedTo",
        "Microsoft.VSTS.Common.Priority",
        "Microsoft.VSTS.Scheduling.TargetDate",
        "System.AreaPath",
        "System.State",
        "links",
        "System.Parent",
    )
    assert read(azure, epic, *fields) == {
        TAGS: (Ref("a"), Ref("b")),
        "System.AssignedTo": Ref("l.gray@fund.example"),
        "Microsoft.VSTS.Common.Priority": Ref("1"),
        "Microsoft.VSTS.Scheduling.TargetDate": date(2027, 3, 31),
        "System.AreaPath": Ref("INVEST\\Legal"),
        "System.State": Ref("New"),
        "links": (Link("System.LinkTypes.Dependency", task, False),),
        "System.Parent": None,
    }
    assert read(azure, task, "links", "documents", "System.Parent") == {
        "links": (Link("System.LinkTypes.Dependency", epic, True),),
        "documents": (Link("Hyperlink", "https://x.example/a", True, "Data room"),),
        "System.Parent": Ref(epic),
    }
    assert [each.id for each in azure.provider.children([epic])] == [task]


@pytest.mark.parametrize("seed", range(3))
def test_a_text_reads_back_as_it_was_sent(azure, seed):
    """Whatever the site does to the HTML that it is given, live equals desired, and can be said again."""
    provider = azure.provider
    site = provider.describe_site(("task",))
    chance = random.Random(seed)
    texts = [*PIECES, *("".join(chance.choices(PIECES, k=chance.randint(2, 6))) for _ in range(40))]
    for text in texts:
        desired = provider.normalize(site, "Task", TEXT, text)
        live = read(azure, created(azure, **{TEXT: from_markdown(text)}), TEXT)[TEXT]
        assert live == desired, text
        if isinstance(live, Rich) and not live.lossy:
            assert provider.normalize(site, "Task", TEXT, provider.express(site, TEXT, live)) == live


@pytest.mark.parametrize("text", PIECES)
def test_a_text_that_is_kept_as_markdown_reads_back_too(text):
    """The item names the format of its texts, in the version of the API that the option asks for (FACTS B8)."""
    azure = AzureInProcess(options={"text_format": "markdown"})
    site = azure.provider.describe_site(("task",))
    patch = [
        {"op": "add", "path": f"/fields/{TITLE}", "value": "x"},
        {"op": "add", "path": f"/fields/{TEXT}", "value": text},
        {"op": "add", "path": f"/multilineFieldsFormat/{TEXT}", "value": "markdown"},
    ]
    id = str(Client(azure.plugin.session, markdown=True).create("INVEST", "Task", patch, "op")["id"])
    assert read(azure, id, TEXT)[TEXT] == azure.provider.normalize(site, "Task", TEXT, text)


def test_what_is_deleted_is_told_from_what_is_hidden(azure):
    """The recycle bin knows; an item without permission looks like none."""
    gone, hidden = created(azure), created(azure)
    azure.person("delete", item=gone)
    azure.person("hide", item=hidden)
    found = {each.asked: each.state for each in azure.provider.fetch({gone: (), hidden: (), "99999": ()})}
    assert found == {gone: "deleted", hidden: "not_visible", "99999": "not_visible"}
    azure.person("show", item=hidden)
    assert [each.state for each in azure.provider.fetch({hidden: ()})] == ["live"]


def test_marked_items_are_found_by_their_tag(azure):
    """On the whole site, those that were created since a time, whoever's the rest of the tags is."""
    first = created(azure, System__Tags=LABEL)
    azure.wait(3600)
    later = created(azure, System__Tags=f"x; {LABEL}")
    created(azure, System__Tags="rc-ba9876543210")
    azure.wait(600)
    assert [each.id for each in azure.provider.find_marked(LABEL)] == [first, later]
    since = azure.clock.now() - timedelta(minutes=30)
    assert [each.id for each in azure.provider.find_marked(LABEL, since)] == [later]
    assert azure.provider.highest_key() == str(int(later) + 1)


def test_queries_and_conditions_find_items(azure):
    """WIQL as people write it, or only what stands after its WHERE."""
    task, bug = created(azure), created(azure, "Bug")
    azure.wait(600)
    assert [each.id for each in azure.provider.search("[System.WorkItemType] = 'Bug'", (TITLE,))] == [bug]
    whole = "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project ORDER BY [System.Id] DESC"
    assert [each.id for each in azure.provider.search(whole, (TITLE,))][:2] == [bug, task]


def test_two_hundred_items_are_one_read(azure):
    """With their links, and without a word about types."""
    ids = [created(azure) for _ in range(205)]
    azure.requests.clear()
    assert len(list(azure.provider.fetch(dict.fromkeys(ids, (TITLE, "links"))))) == 205
    assert azure.requests == ["POST /_apis/wit/workitemsbatch"] * 2


@pytest.mark.parametrize("options", [{}, {"sign_in": "entra"}])
def test_a_wrong_token_is_a_refused_sign_in(azure, options):
    """Under either scheme; a right one is who it is."""
    assert azure.connect(**options).authenticate() == Ref("sandbox@example.com")
    wrong = azure.connect(secret="wrong", **options)
    with pytest.raises(AuthenticationError):
        wrong.authenticate()
    assert not wrong.health_check().ok


def test_values_come_back_as_they_were_written(azure):
    """Each kind of field, over the wire: what `to_json` says, `from_json` reads."""
    provider = azure.provider
    site = provider.describe_site(("epic",), ("o.haddad@fund.example",))
    said: dict[str, object] = {
        TITLE: "A deal", TEXT: "**a**", TAGS: ["Big deal", "x"], "System.AssignedTo": "Omar Haddad",
        "Microsoft.VSTS.Common.Priority": "critical", "Microsoft.VSTS.Scheduling.StoryPoints": 2.5,
        "Microsoft.VSTS.Scheduling.TargetDate": "2027-03-31", "System.AreaPath": "Legal",
        "System.IterationPath": "Sprint 2", "Custom.InvestmentAmount": 75_000_000, "Custom.RiskLevel": "high",
        "Custom.Sector": "Industrial Automation", "Custom.Headcount": 7, "Custom.Confidential": False,
        "Custom.Tranche": 25, "Custom.Signing": "2026-03-31T17:00:00+02:00", "Custom.Notes": "two\nlines",
        "Custom.Sponsor": "Omar Haddad", "Custom.Thesis": "a **good** buy",
    }  # fmt: skip
    assert said.keys() <= site.types["Epic"].fields.keys() | {"Microsoft.VSTS.Scheduling.TargetDate"}
    said = {field: value for field, value in said.items() if field in site.types["Epic"].fields}
    site_users = provider.describe_site(("epic",), ("Omar Haddad",))
    desired = {field: provider.normalize(site_users, "Epic", field, value) for field, value in said.items()}
    types = azure.provider._types.of(desired)
    sent = {field: to_json(types[field], value) for field, value in desired.items()}
    people = {"System.AssignedTo", "Custom.Sponsor"}
    live = read(azure, created(azure, "Epic", **sent), *desired)
    assert live == desired
    assert {field: from_json(types[field], data) for field, data in sent.items() if field not in people} == {
        field: value for field, value in desired.items() if field not in people
    }


def test_the_everyday_verbs_show_items_in_a_specs_words(azure):
    """By id or URL, and by query."""
    id = created(
        azure,
        System__AssignedTo="l.gray@fund.example",
        System__Tags="B; " + LABEL,
        **{TEXT: "<div>Hello <b>you</b></div>"},
    )
    azure.wait(600)
    item = azure.plugin.get_work_item(f"http://127.0.0.1/azure/sandbox/INVEST/_workitems/edit/{id}")
    assert (item.id, item.type, item.title, item.status) == (id, "task", "An item", "todo")
    assert (item.description, item.labels, item.priority) == ("Hello **you**", ("B",), "high")
    assert item.assignee == "Lena Gray <l.gray@fund.example>"
    (found,) = azure.plugin.search_work_items(f"[System.Id] = {id}")
    assert found == item


def test_a_site_that_asks_for_a_pause_gets_it(azure):
    """It says so beside its answers before it refuses, and is never pressed so far (FACTS B10)."""
    azure.turn(usage_limit={"limit": 5, "per_seconds": 60})
    began = azure.clock.now()
    for _ in range(20):
        azure.plugin.authenticate()
    assert timedelta(minutes=2) < azure.clock.now() - began < timedelta(minutes=5)
    assert len(azure.requests) == 20


def test_a_site_is_described_in_eight_requests(azure):
    """And one for each type that is used, and each person whom no type lists."""
    azure.provider.describe_site(("epic", "task"))
    assert len(azure.requests) == 8 + 2
    assert all(each.startswith("GET ") for each in azure.requests)
