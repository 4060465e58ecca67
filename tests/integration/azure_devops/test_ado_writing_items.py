"""Items are created and changed on the sandbox: in one document each, after the revision that was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from azure_in_process import TASK, AzureInProcess
from reconciler_azure_devops.client import Client

from reconciler.sdk import Change, Draft, Outcome, Ref, Rich, Transition, Value, marker_label

TITLE, TEXT, TAGS, STATE = "System.Title", "System.Description", "System.Tags", "System.State"
AREA, SPRINT, PRIORITY = "System.AreaPath", "System.IterationPath", "Microsoft.VSTS.Common.Priority"
DUE, COMMENT = "Microsoft.VSTS.Scheduling.DueDate", "comment"
NEW, ACTIVE, CLOSED = Ref("New"), Ref("Active"), Ref("Closed")


@pytest.fixture
def azure() -> AzureInProcess:
    return described()


def described(**options: object) -> AzureInProcess:
    site = AzureInProcess(options)
    site.provider.describe_site(("task", "epic"), ("l.gray@fund.example",))
    return site


def made(site: AzureInProcess, operation: str = "op", **fields: Any) -> str:
    outcome = site.create(site.draft(operation, **fields))
    assert outcome.item is not None, outcome
    return outcome.item.id


def changed(site: AzureInProcess, id: str, operation: str = "op2", **parts: Any) -> Outcome:
    return site.update(Change(operation, site.read(id, TITLE, TAGS, STATE), **parts))


def value(site: AzureInProcess, id: str, field: str) -> Value:
    return site.read(id, field).fields[field]


def raw(site: AzureInProcess, id: str) -> Mapping[str, Any]:
    return Client(site.plugin.session, markdown=True).item(id)


def writes(site: AzureInProcess) -> list[str]:
    return [each for each in site.requests if each.startswith(("PATCH", "POST")) and "batch" not in each]


def test_a_status_a_comment_and_fields_are_one_revision(azure):
    """One document, and one mail (FACTS B2)."""
    id = made(azure)
    outcome = changed(azure, id, set={TITLE: "New"}, transition=Transition((ACTIVE,)), comment="Begun **now**")
    assert (outcome.result, outcome.applied) == ("done", {TITLE, STATE, COMMENT})
    live = raw(azure, id)
    assert (live["rev"], live["fields"][TITLE], live["fields"][STATE]) == (2, "New", "Active")
    said = [each["text"] for each in Client(azure.plugin.session).comments("INVEST", id)]
    assert len(said) == 1
    assert "<strong>now</strong>" in said[0]
    assert "op2" in said[0]


def test_a_path_takes_a_document_for_each_status(azure):
    """The fields go with the first, the comment with the last."""
    azure.turn(transitions={"Task": {"New": ["Active"], "Active": ["Closed"], "Closed": []}})
    id = made(azure)
    path = Transition((ACTIVE, CLOSED))
    assert changed(azure, id, set={TITLE: "New"}, transition=path, comment="Done").result == "done"
    updates = list(Client(azure.plugin.session).updates(id))
    assert [sorted({TITLE, STATE, "System.History"} & set(each["fields"])) for each in updates[1:]] == [
        [STATE, TITLE],
        ["System.History", STATE],
    ]


def test_a_path_that_is_blocked_says_how_far_it_got(azure):
    """What was written before counts as applied, but for a status on the way; the site's words say the rest."""
    azure.turn(transitions={"Task": {"New": ["Active"], "Active": ["New"]}})
    id = made(azure)
    outcome = changed(azure, id, set={TITLE: "New"}, transition=Transition((ACTIVE, CLOSED)))
    assert (outcome.result, outcome.applied) == ("partial", {TITLE})
    assert outcome.problems[0].field == STATE
    assert outcome.problems[0].message.endswith("; it is in Active now")
    assert value(azure, id, STATE) == ACTIVE


def test_a_refused_document_writes_nothing(azure):
    """It is one transaction, and the problem names its field (FACTS B7)."""
    id = made(azure)
    outcome = changed(azure, id, set={TITLE: "New", PRIORITY: Ref("9")})
    assert (outcome.result, outcome.applied) == ("refused", frozenset())
    assert outcome.problems[0].field == PRIORITY
    assert raw(azure, id)["rev"] == 1


def test_a_persons_edit_since_then_refuses_the_document(azure):
    """The revision that was read is tested by the site itself (FACTS B2)."""
    id = made(azure)
    item = azure.read(id, TITLE)
    azure.person("edit", item=id, set={PRIORITY: 1})
    outcome = azure.update(Change("op2", item, {TITLE: "New"}))
    assert (outcome.result, outcome.problems[0].code) == ("changed", "changed")
    assert value(azure, id, TITLE) == "Ours"


def test_an_edit_on_the_way_leaves_the_rest(azure):
    """Between two statuses too: it is said how far it came, and the status counts as not applied."""
    azure.turn(transitions={"Task": {"New": ["Active"], "Active": ["Closed"], "Closed": []}})
    id = made(azure)
    item = azure.read(id, TITLE)
    session = azure.plugin.session
    send = session.send

    def meddled(method, path, **more):
        if method == "PATCH" and more["body"][-1]["value"] == "Closed":
            azure.person("edit", item=id, set={TITLE: "Theirs"})
        return send(method, path, **more)

    session.send = meddled  # type: ignore[method-assign]
    outcome = azure.update(Change("op2", item, transition=Transition((ACTIVE, CLOSED))))
    assert (outcome.result, outcome.applied) == ("changed", frozenset())
    assert outcome.problems[0].message.endswith("; it is in Active now")
    assert value(azure, id, TITLE) == "Theirs"


def test_tags_are_elements_without_case(azure):
    """People's stay, however they spell what we name."""
    id = made(azure, **{TAGS: (Ref("ours", "Ours"), Ref("old", "old"))})
    azure.person("edit", item=id, add_labels=["Theirs"])
    outcome = changed(azure, id, add={TAGS: (Ref("new", "new"), Ref("theirs", "THEIRS"))}, remove={TAGS: (Ref("old"),)})
    assert outcome.result == "done"
    assert value(azure, id, TAGS) == (Ref("new"), Ref("ours"), Ref("theirs"))
    assert marker_label("6f0c2f3e-0000-4000-8000-000000000001", "acme") in raw(azure, id)["fields"][TAGS]


@pytest.mark.parametrize("remove_absent", ["ignored", "refused"])
def test_fields_are_cleared(azure, remove_absent):
    """By an empty text, which a site takes of a field that is empty already (FACTS B2)."""
    azure.turn(remove_absent=remove_absent)
    full = {TEXT: Rich("a", "x"), "System.AssignedTo": Ref("l.gray@fund.example"), DUE: date(2027, 1, 2)}
    id = made(azure)
    for values in (full, dict.fromkeys(full), dict.fromkeys(full)):
        assert changed(azure, id, set=values).result == "done"
    assert set(azure.read(id, *full).fields.values()) == {None}


def test_a_text_keeps_the_format_that_it_has():
    """A new one is Markdown where the spec says so; an existing one is never switched (FACTS B8)."""
    site = described(text_format="markdown")
    marked = made(site, **{TEXT: Rich("**a**", "x")})
    assert raw(site, marked)["fields"][TEXT] == "**a**"
    theirs = str(site.person("create", type="Task", set={TITLE: "Theirs", TEXT: "<p>a</p>"})["id"])
    for id in (marked, theirs):
        text = site.plugin.provider.normalize(site.provider.describe_site(("task",)), "Task", TEXT, "*b*")
        assert changed(site, id, set={TEXT: text}).result == "done"
        assert value(site, id, TEXT) == text
    assert raw(site, marked)["fields"][TEXT] == "*b*"
    assert raw(site, theirs)["fields"][TEXT] == "<p><em>b</em></p>"
    assert raw(site, theirs)["multilineFieldsFormat"] == {TEXT: "html"}


def test_a_marker_is_written_dropped_and_written_again(azure):
    """Tag and hyperlink come and go together, and only one hyperlink of ours is ever there."""
    id = made(azure)
    for operation in ("op2", "op3"):
        assert changed(azure, id, operation, marker=azure.marker(operation, item=id)).result == "done"
    ours = [each for each in raw(azure, id)["relations"] if "reconciler.invalid" in each["url"]]
    assert len(ours) == 1
    assert (azure.read(id).marker or azure.marker("none")).operation == "op3"
    assert changed(azure, id, "op4", marker="drop").result == "done"
    assert azure.read(id).marker is None
    assert TAGS not in raw(azure, id)["fields"]
    assert not raw(azure, id).get("relations")
    assert changed(azure, id, "op5", marker=azure.marker("op5", item=id)).result == "done"
    assert azure.read(id).marker == azure.marker("op5", item=id)


def test_half_a_marker_is_made_whole(azure):
    """A person who takes the tag off takes the marker off; it is put back whole."""
    id = made(azure)
    label = marker_label("6f0c2f3e-0000-4000-8000-000000000001", "acme")
    azure.person("edit", item=id, remove_labels=[label])
    assert azure.read(id).marker is None
    assert changed(azure, id, marker=azure.marker("op2", item=id)).result == "done"
    assert azure.read(id).marker == azure.marker("op2", item=id)


def test_a_newer_marker_is_left_alone(azure):
    """What a newer version wrote there, this one can't keep; the item is not removed either."""
    id = made(azure)
    item = azure.read(id)
    assert item.marker is not None
    newer = replace(item, marker=replace(item.marker, version=2))
    assert azure.update(Change("op2", newer, marker=azure.marker("op2"))).result == "refused"
    [outcome] = azure.provider.remove({"op3": newer})
    assert outcome.result == "refused"


def test_a_marker_that_is_too_long_is_refused_before_it_is_sent(azure):
    """A limit, said with the address."""
    long = azure.marker("op", address="a" * 2100)
    outcome = azure.create(Draft("op", TASK, {TITLE: "x"}, long))
    assert (outcome.result, outcome.problems[0].code) == ("refused", "limit")
    id = made(azure, "op1")
    assert changed(azure, id, marker=long).problems[0].code == "limit"
    assert raw(azure, id)["rev"] == 1


def test_areas_and_sprints_are_made_where_the_provider_may():
    """The upper ones first, each once, though several items name it at once (FACTS B8)."""
    site = described(create=["area", "sprint"])
    drafts = [
        site.draft(f"op{each}", **{AREA: Ref("INVEST\\Legal\\Deals\\Acme"), SPRINT: Ref("INVEST\\Q1\\Sprint 9")})
        for each in range(4)
    ]
    previews = {each.operation: each for each in site.provider.preview(drafts, live=True)}
    assert [each.problems for each in previews.values()] == [()] * 4
    assert [previews[f"op{each}"].requests.get("area or sprint", 0) for each in range(4)] == [4, 0, 0, 0]
    made = {text for each in previews.values() for text in each.notices if text.endswith("is made")}
    assert "INVEST/Legal/Deals is made" in made
    assert len(made) == 4
    site.requests.clear()
    outcomes = list(site.provider.create(drafts))
    assert [each.result for each in outcomes] == ["done"] * 4
    assert sum("classificationnodes" in each for each in writes(site)) == 4
    assert value(site, outcomes[0].item.id, AREA) == Ref("INVEST\\Legal\\Deals\\Acme")
    other = described()
    outcome = other.create(other.draft("op", **{AREA: Ref("INVEST\\Nowhere")}))
    assert outcome.result == "refused"
    assert not [each for each in other.requests if each.startswith("POST") and "classificationnodes" in each]


def test_an_area_that_somebody_made_meanwhile_is_taken():
    """The site refuses a second one of the same name; what is there is used."""
    site = described(create=["area"])
    described(create=["area"])
    Client(site.plugin.session).add_node("INVEST", "areas", (), "Tax")
    id = made(site, **{AREA: Ref("INVEST\\Tax")})
    assert value(site, id, AREA) == Ref("INVEST\\Tax")


@pytest.mark.parametrize(("fault", "result"), [("cut_after", "done"), ("cut_before", "not_sent")])
def test_an_area_whose_answer_is_lost(fault, result):
    """It is looked at; where it is not there, the item was not sent."""
    site = described(create=["area"])
    site.faults.append(("POST", "classificationnodes", fault))
    assert site.create(site.draft("op", **{AREA: Ref("INVEST\\Tax")})).result == result


def test_an_area_that_may_not_be_made_is_a_problem():
    """The item is not sent then."""
    site = described(create=["area"])
    outcome = site.create(site.draft("op", **{AREA: Ref("INVEST\\Bad*Name")}))
    assert outcome.result == "refused"
    assert outcome.problems
    assert site.provider.highest_key() == ""


def test_a_batch_has_an_answer_for_each():
    """Creations and changes go together, and one that is refused spoils no other (FACTS B3)."""
    site = described(batch=True)
    drafts = [site.draft(f"op{each}") for each in range(3)]
    drafts[1] = site.draft("op1", **{PRIORITY: Ref("9")})
    drafts.append(Draft("long", TASK, {TITLE: "x"}, site.marker("long", address="a" * 2100)))
    site.requests.clear()
    outcomes = {each.operation: each for each in site.provider.create(drafts)}
    assert {key: each.result for key, each in outcomes.items()} == {
        "op0": "done", "op1": "refused", "op2": "done", "long": "refused",
    }  # fmt: skip
    assert outcomes["op1"].problems[0].field == PRIORITY
    assert writes(site) == []
    assert [each for each in site.requests if "$batch" in each] == ["PATCH /_apis/wit/$batch"]
    first, second = (outcomes[each].item.id for each in ("op0", "op2"))
    stale = site.read(second, TITLE)
    changes = [
        Change("a", site.read(first, TITLE), {TITLE: "New"}),
        Change("b", stale, {TITLE: "New"}),
        Change("c", replace(stale, id="9999"), {TITLE: "New"}),
        Change("d", replace(site.read(first, TITLE)), remove={TAGS: (Ref("none"),)}),
    ]
    site.person("edit", item=second, set={TITLE: "Theirs"})
    assert {each.operation: each.result for each in site.provider.update(changes, quiet=False)} == {
        "a": "done", "b": "changed", "c": "gone", "d": "done",
    }  # fmt: skip
    assert value(site, second, TITLE) == "Theirs"


def test_a_batch_whose_answer_is_lost_is_unknown():
    """Each of its operations is to be settled."""
    site = described(batch=True)
    site.faults.append(("PATCH", "batch", "cut_after"))
    outcomes = list(site.provider.create([site.draft(f"op{each}") for each in range(2)]))
    assert [each.result for each in outcomes] == ["unknown", "unknown"]


def test_what_is_removed_lies_in_the_recycle_bin_and_comes_back(azure):
    """It is found there by whoever looks before making it anew (FACTS B9)."""
    id = made(azure)
    [outcome] = azure.provider.remove({"op2": azure.read(id)})
    assert outcome.result == "done"
    [found] = azure.provider.fetch({id: ()})
    assert found.state == "deleted"
    [outcome] = azure.provider.restore({"op3": id})
    assert (outcome.operation, outcome.result) == ("op3", "done")
    assert azure.read(id).marker == azure.marker("op")
    [outcome] = azure.provider.restore({"op4": "9999"})
    assert outcome.result == "gone"
    [outcome] = azure.provider.restore({"op5": id})
    assert outcome.result == "done"


def test_whether_an_item_is_back_already_may_not_be_known(azure):
    """It is not in the recycle bin, and the look after it fails: what the platform said stands."""
    id = made(azure)
    azure.faults += [("POST", "workitemsbatch", "cut_before")] * 20
    [outcome] = azure.provider.restore({"op2": id})
    assert outcome.result == "gone"


def test_history_says_who_did_what(azure):
    """Fields, tags without markers', parents and documents, with people's names."""
    parent, id = made(azure, "a"), made(azure, "b")
    azure.wait(60)
    azure.person("edit", item=id, set={TITLE: "Theirs"}, add_labels=["theirs"])
    azure.wait(60)
    relation = {"rel": "Hyperlink", "url": "https://x.example", "attributes": {"comment": "Page"}}
    azure.person("edit", item=id, add_relations=[relation])
    parents = {"rel": "System.LinkTypes.Hierarchy-Reverse", "item": parent}
    azure.person("edit", item=id, add_relations=[parents])
    [history] = azure.provider.history([id], [TITLE, TAGS, "documents", "System.Parent"])
    edits = [(field, by.name, before, after) for field, _, by, before, after in history.edits[1:]]
    assert edits == [
        (TAGS, "Omar Haddad", "", "theirs"),
        (TITLE, "Omar Haddad", "Ours", "Theirs"),
        ("documents", "Omar Haddad", "", "Page"),
        ("System.Parent", "Omar Haddad", "", parent),
    ]
    assert [each[1] for each in history.edits] == sorted(each[1] for each in history.edits)
    [nobodys] = azure.provider.history(["9999"], [TITLE])
    assert (nobodys.complete, nobodys.edits) == (False, ())
