"""Sprints, versions, watchers, commits and pull requests: how they are described, said, read and written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reconciler_jira.fields import FieldType, from_json

from reconciler.sdk import BadValue, Change, Link, Opaque, ProviderError, Ref

TASK = "101"
SPRINT = "customfield_20"
AGILE = "/rest/agile/1.0"
SHA = "4800cfa0be564b1e606d6811e99e0380f765a9c4"
REPOSITORY = "https://code.example/fund/portal"
LEA, MAX = Ref("5b10", "Lea Gray"), Ref("5b11", "Max Stone")
PERMISSIONS = {name: {"havePermission": True} for name in ("VIEW_VOTERS_AND_WATCHERS", "MANAGE_WATCHERS")}


def board(id: int, type: str = "scrum") -> dict[str, Any]:
    return {"id": id, "name": f"Board {id}", "type": type}


def sprint(id: int, name: str = "", state: str = "active") -> dict[str, Any]:
    return {"id": id, "name": name or f"Sprint {id}", "state": state}


def page(*values: Any, last: bool = True) -> dict[str, Any]:
    return {"startAt": 0, "maxResults": 50, "isLast": last, "values": list(values)}


@pytest.fixture
def jira(jira, canned):
    """The project with versions, a scrum board, a kanban board, and an account that may manage watchers."""
    screen = [
        *canned.SCREEN,
        canned.screen_field("fixVersions", "Fix versions", {"type": "array", "items": "version"}),
        canned.screen_field(SPRINT, "Sprint", {"type": "array", "items": "json", "custom": "com.x:gh-sprint"}),
    ]
    jira.on("GET", r"/issue/createmeta/INVEST/issuetypes/\d+", {"fields": screen, "total": len(screen)})
    project = jira.answers["GET", "/project/INVEST"]
    versions = [{"id": "80", "name": "1.0"}, {"id": "81", "name": "2.0"}, {"id": "82", "name": "0.9", "archived": True}]
    jira.on("GET", "/project/INVEST", {**project, "versions": versions})
    jira.on("GET", "/mypermissions", {"permissions": PERMISSIONS})
    jira.on("GET", f"{AGILE}/board", page(board(1), board(2, "kanban"), board(3, "simple")))
    jira.on("GET", f"{AGILE}/board/1/sprint", page(sprint(7), sprint(8)))
    jira.on("GET", f"{AGILE}/board/3/sprint", page(sprint(8), sprint(9, "Later", "future")))
    return jira


@pytest.fixture
def described(jira, provider) -> Callable[[], Any]:
    """Describes the site anew and gives the task's type."""

    def describe() -> Any:
        return provider.describe_site(("task",), ()).types[TASK]

    return describe


def test_the_open_sprints_of_all_boards_are_read_once_each(jira, described):
    """A kanban board has none; closed ones are not asked for."""
    field = described().by_word("sprint")
    assert (field.id, field.kind, field.many) == (SPRINT, "sprint", False)
    assert [(each.id, each.name) for each in field.options] == [("7", "Sprint 7"), ("8", "Sprint 8"), ("9", "Later")]
    (asked, _) = jira.sent("GET", f"{AGILE}/board/./sprint")
    assert asked.url.params["state"] == "active,future"
    assert jira.sent("GET", f"{AGILE}/board")[0].url.params["projectKeyOrId"] == "INVEST"


def test_all_pages_of_sprints_are_read(jira, described):
    """Until the last page says so, or one is empty."""
    pages = iter([page(sprint(7), last=False), page(sprint(8), last=False), page(last=False)])
    jira.on("GET", f"{AGILE}/board", page(board(1)))
    jira.on("GET", f"{AGILE}/board/1/sprint", lambda _: next(pages))
    assert [each.id for each in described().by_word("sprint").options] == ["7", "8"]
    assert [each.url.params["startAt"] for each in jira.sent("GET", f"{AGILE}/board/1/sprint")] == ["0", "1", "2"]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_without_the_scopes_sprints_go_by_id(status, jira, provider):
    """A token without agile scopes reads no board; a name is refused then, with what to do (FACTS A1)."""
    jira.on("GET", f"{AGILE}/board", (status, {"message": "scope does not match"}))
    site = provider.describe_site(("task",), ())
    assert site.types[TASK].by_word("sprint").options is None
    normal = provider.normalize(site, TASK, SPRINT, "41")
    assert normal == Ref("41")
    assert provider.express(site, SPRINT, normal) == "41"
    with pytest.raises(BadValue) as caught:
        provider.normalize(site, TASK, SPRINT, "Sprint 7")
    assert "can't read sprints" in caught.value.summary
    assert "read:sprint:jira-software" in caught.value.hint


def test_a_failure_of_the_boards_is_no_lack_of_scopes(jira, described):
    """A server that is down is told as such."""
    jira.on("GET", f"{AGILE}/board", (400, {"errorMessages": ["odd"]}))
    with pytest.raises(ProviderError) as caught:
        described()
    assert caught.value.status == 400


def test_no_board_is_read_where_no_screen_has_sprints(jira, canned, described):
    """Then the field is refused with the reason, like that of versions."""
    jira.on("GET", r"/issue/createmeta/INVEST/issuetypes/\d+", {"fields": canned.SCREEN, "total": len(canned.SCREEN)})
    type = described()
    assert jira.sent("GET", f"{AGILE}/board") == []
    for word in ("sprint", "fix_versions"):
        field = type.by_word(word)
        assert (field.kind, field.writable, field.why) == (
            "unsupported", frozenset(), "it is on no create screen of this type",
        )  # fmt: skip


def test_versions_are_those_that_take_issues(described):
    """Archived ones are left out."""
    field = described().by_word("fix_versions")
    assert (field.id, field.kind, field.many) == ("fixVersions", "version", True)
    assert [each.name for each in field.options] == ["1.0", "2.0"]


def test_jira_has_no_areas(described):
    """The reason is told wherever a spec names one."""
    field = described().by_word("area")
    assert field.kind == "unsupported"
    assert "components" in field.why


@pytest.mark.parametrize("lacking", sorted(PERMISSIONS))
def test_watchers_need_both_permissions(lacking, jira, described):
    """Who sees only some of them, or may not change them, can't own any."""
    assert "update" in described().by_word("watchers").writable
    granted = {name: each for name, each in PERMISSIONS.items() if name != lacking}
    jira.on("GET", "/mypermissions", {"permissions": granted})
    field = described().by_word("watchers")
    assert (field.writable, field.why) == (frozenset(), "this account may not see and manage watchers")


@pytest.mark.parametrize(
    ("field", "value", "normal", "expressed"),
    [
        (SPRINT, "Sprint 7", Ref("7", "Sprint 7"), "Sprint 7"),
        (SPRINT, "later", Ref("9", "Later"), "Later"),
        (SPRINT, 8, Ref("8", "Sprint 8"), "Sprint 8"),
        ("fixVersions", ["2.0", "80"], (Ref("80", "1.0"), Ref("81", "2.0")), ["1.0", "2.0"]),
        ("fixVersions", "2.0", Ref("81", "2.0"), "2.0"),
        (
            "commits",
            f"{REPOSITORY}@{SHA}",
            Link("commit", f"{REPOSITORY}/commit/{SHA}", True, "Commit 4800cfa0be"),
            {"title": "Commit 4800cfa0be", "url": f"{REPOSITORY}/commit/{SHA}"},
        ),
        (
            "commits",
            f"https://gitlab.fund.example/a/b@{SHA}",
            Link("commit", f"https://gitlab.fund.example/a/b/-/commit/{SHA}", True, "Commit 4800cfa0be"),
            {"title": "Commit 4800cfa0be", "url": f"https://gitlab.fund.example/a/b/-/commit/{SHA}"},
        ),
        (
            "commits",
            "https://bitbucket.org/a/b@abcdef1",
            Link("commit", "https://bitbucket.org/a/b/commits/abcdef1", True, "Commit abcdef1"),
            {"title": "Commit abcdef1", "url": "https://bitbucket.org/a/b/commits/abcdef1"},
        ),
        (
            "pull_requests",
            f"{REPOSITORY}/pull/12/files",
            Link("pull_request", f"{REPOSITORY}/pull/12/files", True, "Pull request 12"),
            {"title": "Pull request 12", "url": f"{REPOSITORY}/pull/12/files"},
        ),
        (
            "pull_requests",
            {"title": "Multiples", "url": f"{REPOSITORY}/pulls/7"},
            Link("pull_request", f"{REPOSITORY}/pulls/7", True, "Multiples"),
            {"title": "Multiples", "url": f"{REPOSITORY}/pulls/7"},
        ),
    ],
)  # fmt: skip
def test_each_has_its_normal_form(described, provider, field, value, normal, expressed):
    """Names become ids, a commit its page; what is expressed gives the same again."""
    described()
    site = provider.describe_site(("task",), ())
    assert provider.normalize(site, TASK, field, value) == normal
    assert provider.express(site, field, normal) == expressed
    assert provider.normalize(site, TASK, field, expressed) == normal


SHAS = st.text("0123456789abcdef", min_size=7, max_size=64)
PAGES = st.builds("https://{}.example/{}".format, st.sampled_from(["a", "gitlab"]), st.text("abc/12-", max_size=20))
PULL_REQUESTS = st.builds("{}/pull/{}".format, PAGES, st.integers(1, 999))
ELEMENTS = st.one_of(
    st.tuples(st.just("commits"), st.builds("{}@{}".format, PAGES, SHAS)),
    st.tuples(st.just("commits"), PAGES),
    st.tuples(st.just("pull_requests"), PULL_REQUESTS),
    st.tuples(st.just("pull_requests"), st.builds(lambda url: {"title": "Page", "url": url}, PULL_REQUESTS)),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ELEMENTS)
def test_normalizing_an_expressed_page_gives_the_same(site, provider, said):
    """Whatever page a commit or pull request is."""
    field, value = said
    normal = provider.normalize(site, TASK, field, value)
    assert provider.normalize(site, TASK, field, provider.express(site, field, normal)) == normal


@pytest.mark.parametrize(
    ("field", "value", "said", "hint"),
    [
        (SPRINT, "Sprnt 7", "no sprint is called", "Sprint 7"),
        (SPRINT, "Zebra", "no sprint is called", "`create: [sprint]` of the provider makes it"),
        ("fixVersions", ["9.9"], "no version is called", "; `create: [version]` of the provider makes it"),
        ("fixVersions", ["0.9"], "takes no more issues", ""),
        ("commits", f"Portal@{SHA}", "the repository 'Portal' is no URL", '{repo: "https://...", sha: ...}'),
        ("commits", 4, "a commit is the page", ""),
        ("pull_requests", "Portal!12", "is not the URL of a page", "the URL of its page"),
        ("pull_requests", {"title": "x"}, "a pull request is the page", ""),
        ("watchers", ["nobody@x.example"], "no user is called", ""),
        ("priority", None, "priority can't be empty", ""),
        ("area", "Deals", "Jira has no areas", ""),
    ],
)  # fmt: skip
def test_what_jira_does_not_take_is_said(described, provider, field, value, said, hint):
    """With what to write instead, where there is something."""
    described()
    site = provider.describe_site(("task",), ())
    with pytest.raises(BadValue) as caught:
        provider.normalize(site, TASK, field, value)
    assert said in caught.value.summary
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (None, None),
        ([], None),
        ([sprint(5, state="closed")], None),
        ([sprint(5, state="closed"), sprint(7)], Ref("7")),
        ([sprint(7), sprint(6, state="closed")], Ref("7")),
        ([sprint(9, state="future")], Ref("9")),
    ],
)
def test_an_issue_is_in_its_open_sprint(data, value):
    """The closed ones that it was in stay on it, and count for nothing (FACTS A11)."""
    assert from_json(FieldType("sprint"), data) == value


@pytest.mark.parametrize("data", ["Sprint 7", ["com.atlassian.greenhopper.service.sprint.Sprint@1[id=7]"]])
def test_a_sprint_of_another_shape_is_kept_as_it_is(data):
    """Never guessed at."""
    assert isinstance(from_json(FieldType("sprint"), data), Opaque)


def test_a_sprint_is_written_as_a_number(jira, provider, live):
    """And cleared by null (FACTS A9)."""
    jira.on("PUT", r"/issue/\d+", httpx.Response(204))
    provider.describe_site(("task",), ())
    list(provider.update([Change("op", live(), set={SPRINT: Ref("8")})], quiet=False))
    list(provider.update([Change("op", live(), set={SPRINT: None})], quiet=False))
    assert [each["fields"] for each in jira.bodies("PUT", "/issue/1")] == [{SPRINT: 8}, {SPRINT: None}]


def test_versions_are_written_by_element(jira, provider, live):
    """People's stay, whatever they do meanwhile."""
    jira.on("PUT", r"/issue/\d+", httpx.Response(204))
    change = Change("op", live(), add={"fixVersions": (Ref("80"),)}, remove={"fixVersions": (Ref("81"),)})
    list(provider.update([change], quiet=False))
    operations = [{"add": {"id": "80"}}, {"remove": {"id": "81"}}]
    assert jira.bodies("PUT", "/issue/1") == [{"update": {"fixVersions": operations}}]


REMOTE = [
    {"id": 1, "globalId": "reconciler:commit:1", "object": {"url": "https://a.example/c", "title": "C"}},
    {"id": 2, "globalId": "reconciler:pull_request:1", "object": {"url": "https://a.example/p", "title": "P"}},
    {"id": 3, "globalId": "reconciler:1", "object": {"url": "https://a.example/d", "title": "D"}},
    {"id": 4, "globalId": "other-tool:commit:1", "object": {"url": "https://a.example/o", "title": "O"}},
    {"id": 5, "relationship": "commit", "object": {"url": "https://a.example/t", "title": "T"}},
]


def test_remote_links_are_told_apart_by_their_global_ids(jira, provider):
    """One request reads all three fields; what others linked is a document, whatever they call it."""
    jira.on("POST", "/issue/bulkfetch", {"issues": [{"id": "1", "key": "INVEST-1", "fields": {}}]})
    jira.on("GET", "/issue/1/remotelink", REMOTE)
    (found,) = provider.fetch({"1": ("remotelinks", "commits", "pull_requests")})
    titles = {field: [each.title for each in values] for field, values in found.item.fields.items()}
    assert titles == {"remotelinks": ["D", "O", "T"], "commits": ["C"], "pull_requests": ["P"]}
    assert len(jira.sent("GET", "/issue/1/remotelink")) == 1


def test_watchers_are_read_for_whom_asks(jira, provider):
    """One request for each such issue."""
    issues = [{"id": id, "key": f"INVEST-{id}", "fields": {"summary": "a"}} for id in ("1", "2")]
    jira.on("POST", "/issue/bulkfetch", {"issues": issues})
    jira.on("GET", "/issue/1/watchers", {"watchers": [{"accountId": "5b11"}, {"accountId": "5b10"}]})
    found = {each.asked: each.item.fields for each in provider.fetch({"1": ("watchers",), "2": ("summary",)})}
    assert found == {"1": {"watchers": (LEA, MAX)}, "2": {"summary": "a"}}


def test_watchers_are_written_one_by_one(jira, provider, live):
    """Those who leave first; each is safe to repeat (FACTS A9)."""
    jira.on("POST", "/issue/1/watchers", httpx.Response(204)).on("DELETE", "/issue/1/watchers", httpx.Response(204))
    change = Change("op", live(), add={"watchers": (LEA, MAX)}, remove={"watchers": (Ref("me"),)})
    (outcome,) = provider.update([change], quiet=False)
    assert (outcome.result, outcome.applied) == ("done", {"watchers"})
    assert jira.writes == ["DELETE /issue/1/watchers", "POST /issue/1/watchers", "POST /issue/1/watchers"]
    assert jira.bodies("POST", "/issue/1/watchers") == ["5b10", "5b11"]
    assert jira.sent("DELETE", "/issue/1/watchers")[0].url.params["accountId"] == "me"


def test_a_watcher_who_is_refused_is_a_problem_of_the_field(jira, provider, live):
    """Other parts are written all the same."""
    jira.on("PUT", r"/issue/\d+", httpx.Response(204))
    jira.on("POST", "/issue/1/watchers", (403, {"errorMessages": ["no"]}))
    change = Change("op", live(), set={"summary": "New"}, add={"watchers": (LEA,)})
    (outcome,) = provider.update([change], quiet=False)
    assert (outcome.result, outcome.applied) == ("partial", {"summary"})
    assert [(each.code, each.field) for each in outcome.problems] == [("forbidden", "watchers")]


def test_pages_are_written_under_headings(jira, provider, live):
    """A retitled page is replaced; one that leaves goes by its id, ours before anybody's."""
    url = f"{REPOSITORY}/commit/{SHA}"
    ours = {"id": 8, "globalId": "reconciler:commit:8d9da7c3a1a1", "object": {"url": url, "title": "Old"}}
    jira.on("POST", "/issue/1/remotelink", httpx.Response(201))
    jira.on("DELETE", r"/issue/1/remotelink/\d+", httpx.Response(204))
    gone = Link("pull_request", "https://a.example/p", True, "P")
    jira.on("GET", "/issue/1/remotelink", [*REMOTE, ours, {"id": 9, "object": {"url": gone.target, "title": "Theirs"}}])
    change = Change(
        "op",
        live(),
        add={"commits": (Link("commit", url, True, "New"),)},
        remove={"commits": (Link("commit", url, True, "Old"),), "pull_requests": (gone,)},
    )
    (preview,) = provider.preview([change], live=False)
    assert preview.requests == {"commit": 1, "pull request": 1}
    (outcome,) = provider.update([change], quiet=False)
    assert outcome.applied == {"commits", "pull_requests"}
    (body,) = jira.bodies("POST", "/issue/1/remotelink")
    assert body["relationship"] == "commit"
    assert body["globalId"].startswith("reconciler:commit:")
    assert body["object"] == {"url": url, "title": "New"}
    assert [each.url.path.rpartition("/")[2] for each in jira.sent("DELETE", r"/issue/1/remotelink/\d+")] == ["2"]


def test_watchers_are_counted(provider, live):
    """One request for each person."""
    change = Change("op", live(), add={"watchers": (LEA, MAX)}, remove={"watchers": (Ref("me"),)})
    (preview,) = provider.preview([change], live=False)
    assert preview.requests == {"watcher": 3}
    assert not preview.notifies


def test_no_changelog_is_asked_about_what_it_does_not_tell(jira, provider):
    """Jira's has nothing on remote links and watchers."""
    (history,) = provider.history(["1"], ["watchers", "commits", "remotelinks"])
    assert (history.item, history.complete, history.edits) == ("1", False, ())
    assert jira.asked == []
