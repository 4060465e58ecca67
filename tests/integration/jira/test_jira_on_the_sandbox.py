"""The Jira plugin over real HTTP, against the sandbox, which was written from the same facts by other hands."""

from __future__ import annotations

from datetime import date

import pytest

from reconciler.sdk import (
    AuthenticationError,
    BadValue,
    Change,
    Draft,
    Link,
    Marker,
    NotFoundError,
    Ref,
    Transition,
    ValidationError,
    WorkItem,
    WorkItemPriority,
    WorkItemStatus,
    marker_label,
)


@pytest.fixture(scope="module")
def site(plugin):
    return plugin.provider.describe_site(("epic", "task"), ("sandbox@example.com",))


@pytest.fixture
def normal(plugin, site):
    def made(type: str, **said: object) -> dict[str, object]:
        kind = next(each for each in site.types.values() if each.word == type)
        fields = {kind.by_word(word).id: value for word, value in said.items()}
        return {id: plugin.provider.normalize(site, kind.ref.id, id, value) for id, value in fields.items()}

    return made


def marker(operation: str, workspace: str, item: str | None = None) -> Marker:
    return Marker(1, workspace, "deals", "acme", "deal", item, operation, False, False, {"summary": "0" * 16}, {})


def read(plugin, id, *fields):
    (found,) = plugin.provider.fetch({id: fields}, markers=True)
    return found.item


@pytest.fixture
def make(plugin, site, normal):
    def made(workspace: str, type: str = "task", **said: object):
        kind = next(each for each in site.types.values() if each.word == type)
        draft = Draft("op1", kind.ref, normal(type, **said), marker(f"op-{workspace}", workspace))
        (outcome,) = plugin.provider.create([draft])
        assert outcome.result == "done", outcome.problems
        return outcome.item

    return made


def test_what_is_created_is_what_is_read(plugin, site, normal, make):
    """Every kind of field comes back equal to what was sent, and with its marker."""
    said = {
        "title": "Investment: Acme",
        "description": "**Amount:** <5 M>\n\n- a\n- b\n\n1. x\n\n- [ ] task\n\n| a | b |\n| --- | --- |\n| 1 | 2 |",
        "labels": ["investment", "opportunity"],
        "priority": "critical",
        "assignee": "sandbox@example.com",
        "due": date(2026, 3, 31),
        "start": date(2026, 1, 5),
        "story_points": 13,
        "fields.amount": 5_000_000,
        "fields.risk": "high",
    }
    item = make("w-create", "epic", **said)
    wanted = normal("epic", **said)
    live = read(plugin, item.id, *wanted)
    assert live.fields == wanted
    assert live.marker == marker("op-w-create", "w-create")
    assert live.type.name == "Epic"


def test_marked_items_are_found(plugin, make):
    """By label, with their markers, and nobody else's."""
    item = make("w-find", title="Findable")
    found = list(plugin.provider.find_marked(marker_label("w-find", "acme")))
    assert [(each.id, each.marker.workspace) for each in found] == [(item.id, "w-find")]


def test_an_element_that_is_refused_leaves_the_others(plugin, site, normal):
    """One bad label, two good items."""
    kind = next(each for each in site.types.values() if each.word == "task")
    drafts = [
        Draft(f"op{each}", kind.ref, {"summary": f"T{each}", "labels": labels}, marker(f"op{each}", "w-part"))
        for each, labels in enumerate([("a",), ("two words",), ("b",)])
    ]
    results = {each.operation: each for each in plugin.provider.create(drafts)}
    assert [results[f"op{each}"].result for each in range(3)] == ["done", "refused", "done"]
    assert results["op1"].problems[0].field == "labels"


def test_one_change_writes_all_of_its_parts(plugin, site, normal, make):
    """Fields, parent, status, link, document and comment; then each is taken back."""
    epic = make("w-change", "epic", title="Deal")
    task = make("w-change", title="Legal")
    provider, type = plugin.provider, task.type.id
    link = provider.normalize(site, type, "issuelinks", Link("blocks", epic.id))
    room = provider.normalize(site, type, "remotelinks", {"title": "Room", "url": "https://data.example/acme"})
    fields = ("summary", "labels", "parent", "status", "issuelinks", "remotelinks", "duedate")
    change = Change(
        "op2",
        read(plugin, task.id, *fields),
        set=normal("task", title="Legal review", due=date(2026, 4, 1)) | {"parent": Ref(epic.id)},
        add={"labels": ("urgent",), "issuelinks": (link,), "remotelinks": (room,)},
        transition=Transition((normal("task", status="in_progress")["status"],)),
        comment="on its **way**",
        marker=marker("op2", "w-change", task.id),
    )
    (outcome,) = provider.update([change], quiet=True)
    assert outcome.result == "done", outcome.problems
    live = read(plugin, task.id, *fields)
    assert live.fields == {
        "summary": "Legal review",
        "labels": ("urgent",),
        "parent": Ref(epic.id),
        "status": Ref(normal("task", status="in_progress")["status"].id),
        "issuelinks": (link,),
        "remotelinks": (room,),
        "duedate": date(2026, 4, 1),
    }
    assert live.marker.item == task.id
    assert read(plugin, epic.id, "issuelinks").fields["issuelinks"] == (Link(link.type, task.id, outward=False),)

    renamed = Link("remote", room.target, True, "Data room")
    back = Change(
        "op3",
        live,
        set={"parent": None, "duedate": None},
        add={"remotelinks": (renamed,)},
        remove={"labels": ("urgent",), "issuelinks": (link,), "remotelinks": (room,)},
    )
    (outcome,) = provider.update([back], quiet=False)
    assert outcome.result == "done", outcome.problems
    live = read(plugin, task.id, *fields)
    assert live.fields["remotelinks"] == (renamed,)
    assert live.fields["remotelinks"][0].title == "Data room"
    assert (live.fields["parent"], live.fields["duedate"]) == (None, None)
    assert (live.fields["labels"], live.fields["issuelinks"]) == ((), ())
    assert live.marker is not None

    (outcome,) = provider.update([Change("op4", live, remove={"remotelinks": (renamed,)})], quiet=False)
    assert read(plugin, task.id, "remotelinks").fields["remotelinks"] == ()


def test_peoples_labels_and_the_markers_outlive_ours(plugin, make):
    """Elements are added and removed by operations, never the whole set."""
    item = make("w-labels", title="Labels", labels=["ours"])
    before = read(plugin, item.id, "labels")
    list(plugin.provider.update([Change("p", before, add={"labels": ("theirs",)})], quiet=False))
    list(plugin.provider.update([Change("q", before, remove={"labels": ("ours",)})], quiet=False))
    after = read(plugin, item.id, "labels")
    assert after.fields["labels"] == ("theirs",)
    assert after.marker is not None


def test_markers_of_many_go_together(plugin, make):
    """Two markers, one task."""
    items = [read(plugin, make("w-multi", title=f"M{each}").id) for each in range(2)]
    changes = [Change(f"m{each.id}", each, marker=marker("m", "w-multi", each.id)) for each in items]
    assert [each.result for each in plugin.provider.update(changes, quiet=False)] == ["done", "done"]
    assert [read(plugin, each.id).marker.item for each in items] == [each.id for each in items]


def test_history_names_who_and_what(plugin, make):
    """The title's way, oldest first."""
    item = make("w-history", title="First")
    for title in ("Second", "Third"):
        (outcome,) = plugin.provider.update([Change("h", read(plugin, item.id), set={"summary": title})], quiet=False)
        assert outcome.result == "done"
    (history,) = plugin.provider.history((item.id,), ("summary",))
    assert [(each[3], each[4]) for each in history.edits] == [("First", "Second"), ("Second", "Third")]
    assert history.edits[0][2] == plugin.authenticate()


def test_a_wrong_token_is_refused(connect):
    """With the platform's 401, at the first request."""
    with pytest.raises(AuthenticationError):
        connect(secret="wrong").provider.describe_site(())


def test_a_project_that_is_not_there_is_not_found(connect):
    """Nearest keys are offered where the account sees any."""
    with pytest.raises(NotFoundError, match="no project 'INVSET'"):
        connect(project="INVSET").provider.describe_site(())


def test_an_item_made_by_a_verb_reads_as_it_was_said(plugin, make):
    """The everyday verbs: a status by a transition after creation, a parent by its key."""
    epic = make("w-verb", "epic", title="Deal")
    said = WorkItem(
        "task",
        "By hand",
        description="**b**",
        status=WorkItemStatus.IN_PROGRESS,
        priority=WorkItemPriority.HIGH,
        assignee="sandbox@example.com",
        labels=("a", "b"),
        parent=epic.key,
        due=date(2026, 3, 31),
        story_points=3,
        fields={"risk": "High"},
    )
    made = plugin.create_work_item(said)
    assert (made.type, made.title, made.description) == ("task", "By hand", "**b**")
    assert made.status is WorkItemStatus.IN_PROGRESS
    assert made.priority is WorkItemPriority.HIGH
    assert (made.labels, made.parent, made.due, made.story_points) == (("a", "b"), epic.id, date(2026, 3, 31), 3.0)
    assert made.fields["risk"] == "High"
    assert plugin.get_work_item(made.url) == made

    changed = plugin.update_work_item(
        made.key,
        {"title": "By hand, again", "labels": ["b", "c"], "status": "done", "due": None, "fields.Sector": "Tech"},
    )
    assert (changed.title, changed.labels, changed.status) == ("By hand, again", ("b", "c"), WorkItemStatus.DONE)
    assert (changed.due, changed.fields["Sector"]) == (None, "Tech")
    assert plugin.update_work_item(made.key, {"title": "By hand, again"}) == changed
    assert made.key in {each.key for each in plugin.search_work_items("project = INVEST")}


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (WorkItem("taks", "x"), "no type is called 'taks'"),
        (WorkItem("Task", "x", fields={"Sectro": "y"}), "no field of Task is called 'fields.Sectro'"),
        (WorkItem("Task", "x", priority="urgent"), "no priority is called 'urgent'"),
        (WorkItem("Task", "x", assignee="nobody@example.com"), "no user is called"),
    ],
)
def test_a_verb_says_what_it_does_not_know(plugin, item, said):
    """With the nearest names, and nothing sent."""
    before = dict(plugin.session.sent)
    with pytest.raises(BadValue, match=said):
        plugin.create_work_item(item)
    after = dict(plugin.session.sent)
    assert (after.get("once"), after.get("repeatable")) == (before.get("once"), before.get("repeatable"))


def test_a_verb_raises_what_the_platform_refused(plugin, make):
    """In its words."""
    item = make("w-refused", "epic", title="Top")
    task = make("w-refused", title="Low")
    with pytest.raises(ValidationError):
        plugin.update_work_item(item.key, {"parent": task.key})


def test_an_item_that_nobody_sees_is_not_found(plugin):
    """A 404 is no proof of deletion, and says so."""
    with pytest.raises(NotFoundError, match="INVEST-9999"):
        plugin.get_work_item("INVEST-9999")
