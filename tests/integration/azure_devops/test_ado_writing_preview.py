"""What writes would take, as a plan shows it: requests, paths of statuses, and what the site would refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from azure_in_process import TASK, AzureInProcess

from reconciler.sdk import Change, Draft, Item, Link, Preview, Ref, Rich, Transition

TITLE, TAGS, STATE, PARENT = "System.Title", "System.Tags", "System.State", "System.Parent"
PRIORITY = "Microsoft.VSTS.Common.Priority"
PROPOSED, ACTIVE, RESOLVED, CLOSED = (Ref(each, each) for each in ("Proposed", "Active", "Resolved", "Closed"))
MAIL = "notifies whoever follows it: this account can't suppress that"


@pytest.fixture
def azure() -> AzureInProcess:
    """CMMI's states don't all follow each other: a proposed item is resolved by way of Active or Closed."""
    site = AzureInProcess(project="CMMI")
    site.provider.describe_site(("task",))
    return site


def made(site: AzureInProcess, operation: str = "op", **fields: Any) -> Item:
    outcome = site.create(site.draft(operation, **fields))
    assert outcome.item is not None, outcome
    return site.read(outcome.item.id, TITLE, TAGS, STATE, PARENT)


def previewed(site: AzureInProcess, *writes: Draft | Change, live: bool) -> list[Preview]:
    before = len(site.requests)
    found = {each.operation: each for each in site.provider.preview(writes, live=live)}
    sent = site.requests[before:]
    assert all(each.startswith(("GET", "POST /_apis/wit/w")) or "validateOnly=true" in each for each in sent), sent
    return [found[each.operation] for each in writes]


def test_requests_are_counted_by_kind(azure):
    """Without asking the site anything."""
    item = made(azure)
    document = Link("Hyperlink", "https://x.example", True, "X")
    changes = [
        Change("fields", item, {TITLE: "New"}, {TAGS: (Ref("a"),), "documents": (document,)}),
        Change("links", item, {PARENT: None}, remove={"documents": (document,)}),
        Change("marker", item, marker=azure.marker("op2", item=item.id)),
        Change("new marker", replace(item, marker=None), marker=azure.marker("op2", item=item.id)),
        Change("all", item, {TITLE: "New", PARENT: None}, transition=Transition((ACTIVE, RESOLVED)), comment="Done"),
    ]
    azure.requests.clear()
    previews = previewed(azure, azure.draft(), *changes, live=False)
    assert azure.requests == []
    assert [dict(each.requests) for each in previews] == [
        {"create": 1}, {"edit": 1}, {"link": 1}, {"marker": 1}, {"marker": 2}, {"edit": 2, "link": 1},
    ]  # fmt: skip
    assert [each.notifies for each in previews] == [False, True, False, False, False, True]
    assert previews[1].notices == (MAIL,)


def test_a_batch_is_counted_once():
    """With the first of its writes."""
    site = AzureInProcess({"batch": True})
    item = made(site)
    changes = [Change(f"c{each}", item, {TITLE: "New"}) for each in range(3)]
    alone = Change("alone", item, {PARENT: None})
    previews = previewed(site, site.draft("a"), site.draft("b"), *changes, alone, live=False)
    assert [dict(each.requests) for each in previews] == [{"batch": 1}, {}, {"batch": 1}, {}, {}, {"link": 1}]


@pytest.mark.parametrize("live", [False, True])
def test_a_path_is_found_over_what_may_be_passed(azure, live):
    """The workflow is the type's; the way is shown, and no other is taken."""
    item = made(azure)
    [preview] = previewed(azure, Change("op2", item, transition=Transition((RESOLVED,), through="any")), live=live)
    assert preview.transition is not None
    assert preview.transition.path == (ACTIVE, RESOLVED)
    assert (preview.requests, preview.problems) == ({"edit": 2}, ())


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize(
    ("through", "words"), [((), "from Proposed"), ((Ref("X", "X"),), "nor is there a path over X")]
)
def test_a_status_that_nothing_leads_to_is_a_problem(azure, live, through, words):
    """With the statuses that there are."""
    item = made(azure)
    [preview] = previewed(azure, Change("op2", item, transition=Transition((RESOLVED,), through=through)), live=live)
    [problem] = preview.problems
    assert (problem.code, problem.field) == ("no_path", STATE)
    assert words in problem.message
    assert problem.options == (ACTIVE, CLOSED)


@pytest.mark.parametrize(("through", "words"), [((ACTIVE,), "over Active"), ("any", "over statuses that are not done")])
def test_an_item_whose_status_is_not_known_is_looked_at(azure, through, words):
    """Where reads are allowed; else it is said that a path is looked for later."""
    item = replace(made(azure), fields={})
    change = Change("op2", item, transition=Transition((RESOLVED,), through=through))
    [foreseen] = previewed(azure, change, live=False)
    assert f"the path to Resolved is looked for once the item is there, {words} at most" in foreseen.notices
    [looked] = previewed(azure, change, live=True)
    assert looked.transition is not None
    assert looked.transition.path == (ACTIVE, RESOLVED)


def test_a_rule_that_no_type_tells_shows_when_the_site_is_asked(azure):
    """An inherited process can have rules of its own about which state follows which."""
    item = made(azure)
    azure.turn(transitions={"Task": {"Proposed": ["Closed"]}})
    change = Change("op2", item, transition=Transition((ACTIVE,)))
    assert previewed(azure, change, live=False)[0].problems == ()
    [preview] = previewed(azure, change, live=True)
    assert [each.field for each in preview.problems] == [STATE]


def test_the_site_says_what_it_would_refuse(azure):
    """By field, of creations and of changes, and nothing is written (FACTS B2)."""
    item = made(azure, **{TAGS: (Ref("old"),)})
    bad = azure.draft("bad", **{PRIORITY: Ref("9")})
    good = azure.draft("good", **{"System.Description": Rich("a", "x")})
    changes = [
        Change("bad change", item, {PRIORITY: Ref("9")}),
        Change("good change", item, {"System.Description": Rich("a", "x")}, remove={TAGS: (Ref("old"),)}),
    ]
    previews = previewed(azure, bad, good, *changes, live=True)
    assert [[each.field for each in one.problems] for one in previews] == [[PRIORITY], [], [PRIORITY], []]
    assert azure.read(item.id, TAGS).revision == "1"
    assert azure.provider.highest_key() == item.id


def test_what_is_yet_to_be_made_is_no_problem(azure):
    """Parents and links to items that have no id yet are left out of what the site validates."""
    parent, link = Ref("awaited:deal"), Link("System.LinkTypes.Related", "awaited:deal")
    item = made(azure)
    previews = previewed(
        azure,
        azure.draft("new", **{PARENT: parent, "links": (link,)}),
        Change("old", item, {TITLE: "New", PARENT: parent}, {"links": (link,)}),
        live=True,
    )
    assert [each.problems for each in previews] == [(), ()]


def test_an_item_that_is_gone_is_a_problem(azure):
    """And one whose marker has no room."""
    item = made(azure)
    gone = Change("gone", replace(item, id="9999"), {TITLE: "New"})
    unread = Change("unread", replace(item, id="9999", fields={}), transition=Transition((ACTIVE,)))
    long = Draft("long", TASK, {TITLE: "x"}, azure.marker("long", address="a" * 2100))
    longer = Change("longer", item, {TITLE: "x"}, marker=azure.marker("longer", address="a" * 2100))
    previews = previewed(azure, gone, unread, live=True)
    assert [each.problems[0].code for each in previews] == ["gone", "gone"]
    for live in (False, True):
        previews = previewed(azure, long, longer, live=live)
        assert [each.problems[0].code for each in previews] == ["limit", "limit"]
    assert azure.update(longer).result == "partial"


def test_areas_that_are_made_are_known_without_a_description():
    """A run that never described the site reads its trees once."""
    site = AzureInProcess({"create": ["area"]})
    drafts = [site.draft(each, **{"System.AreaPath": Ref(f"INVEST\\{each}")}) for each in ("Legal", "Tax")]
    notices = {each.operation: each.notices for each in site.provider.preview(drafts, live=False)}
    assert notices == {"Legal": (), "Tax": ("INVEST/Tax is made",)}
    assert sum("classificationnodes" in each for each in site.requests) == 1


def test_a_change_of_fields_needs_no_description(azure):
    """The path is only looked for where the workflow is known: an undescribed site says it when it is asked."""
    item = made(azure)
    other = AzureInProcess(project="CMMI")
    change = Change("op2", item, transition=Transition((ACTIVE,)))
    [preview] = previewed(other, change, live=False)
    assert (preview.problems, preview.transition) == ((), change.transition)
    [plain] = previewed(other, Change("op3", replace(item, fields={}), transition=Transition((ACTIVE,))), live=False)
    assert plain.notices == (MAIL,)


@pytest.mark.parametrize("stated", [False, True])
def test_mail_is_suppressed_where_the_account_is_said_to_be_allowed_to(stated):
    """Without the option, nothing is asked for. With it a change asks for silence, and counts as one that sends mail
    all the same: whether the account may can't be read, and a spec doesn't lift the limit.
    """
    site = AzureInProcess({"quiet": stated})
    assert site.provider.describe_site(("task",)).capabilities.quiet is stated
    item = made(site)
    change = Change("op2", item, {TITLE: "New"})
    [preview] = previewed(site, change, live=False)
    assert preview.notifies
    assert preview.notices != (MAIL,) if stated else preview.notices == (MAIL,)
    [outcome] = site.provider.update([change], quiet=True)
    assert outcome.result == "done"
    [again] = site.provider.update([Change("op3", made(site, "other"), {TITLE: "New"})], quiet=False)
    assert again.result == "done"
    asked = ["suppressNotifications=true" in each for each in site.requests if each.startswith("PATCH")]
    assert asked == [stated, False]


def test_an_account_that_may_not_suppress_mail_is_refused():
    """The option says more than is true: the platform's refusal is the outcome, and nothing was written."""
    site = AzureInProcess({"quiet": True})
    site.turn(permissions_denied=["suppress_notifications"])
    item = made(site)
    [outcome] = site.provider.update([Change("op2", item, {TITLE: "New"})], quiet=True)
    assert (outcome.result, [each.code for each in outcome.problems]) == ("refused", ["forbidden"])
    assert site.read(item.id, TITLE).fields == {TITLE: "Ours"}
