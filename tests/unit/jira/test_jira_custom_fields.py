"""Custom fields of every kind: what a spec says, what Jira's JSON says, and what can be made that is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reconciler_jira.fields import FieldType, from_json, to_json

from reconciler.sdk import (
    AuthorizationError,
    BadValue,
    Opaque,
    Ref,
    UnknownOutcome,
    UnreachableError,
    ValidationError,
    WorkItem,
    is_unmade,
    unmade,
)
from reconciler.sdk.editing import Editor

TASK = "101"
REGIONS = [
    {"id": "20", "value": "EMEA", "children": [{"id": "30", "value": "Germany"}, {"id": "31", "value": "N/A"}]},
    {"id": "21", "value": "Americas", "children": []},
]
VERSIONS = [{"id": "80", "name": "1.0"}, {"id": "81", "name": "1.1"}, {"id": "82", "name": "0.9", "archived": True}]
CASCADE = {"type": "option-with-child", "custom": "x:cascadingselect"}
MORE = (
    ("customfield_11", "Region", CASCADE, {"allowedValues": REGIONS}),
    ("customfield_12", "Owning group", {"type": "group", "custom": "x:grouppicker"}, {}),
    ("customfield_13", "Committees", {"type": "array", "items": "group", "custom": "x:multigrouppicker"}, {}),
    ("customfield_14", "Target version", {"type": "version", "custom": "x:version"}, {}),
    ("customfield_15", "Affected", {"type": "array", "items": "version", "custom": "x:multiversion"}, {}),
    ("customfield_16", "Keywords", {"type": "array", "items": "string", "custom": "x:labels"}, {}),
    ("customfield_17", "Sprint", {"type": "array", "items": "json", "custom": "x:gh-sprint"}, {}),
)  # fmt: skip
SAID = st.one_of(
    st.tuples(st.just("customfield_11"), st.sampled_from(["EMEA", "emea/germany", "EMEA/N/A", "20/30", "Americas"])),
    st.tuples(st.just("customfield_12"), st.sampled_from(["Legal", "legal", "Valuation"])),
    st.tuples(st.just("customfield_13"), st.lists(st.sampled_from(["Legal", "valuation"]), max_size=3)),
    st.tuples(st.just("customfield_14"), st.sampled_from(["1.0", "1.1", "81"])),
    st.tuples(st.just("customfield_15"), st.lists(st.sampled_from(["1.0", "1.1"]), max_size=3)),
    st.tuples(st.just("customfield_16"), st.lists(st.sampled_from(["a", "B", "ä-1"]), max_size=3)),
    st.tuples(st.just("customfield_17"), st.sampled_from(["Sprint 7", "3"])),
    st.tuples(st.just("components"), st.lists(st.sampled_from(["Deals", "Tax", "New one"]), max_size=3)),
)


@pytest.fixture
def described(jira, plugin_of, canned):
    """A site with a field of each further kind, as a provider's block and the answers of the site make it."""

    def made(*, create=(), permissions=("ADMINISTER_PROJECTS", "MANAGE_SPRINTS_PERMISSION"), boards=1, groups=200):
        screen = [*canned.SCREEN, *(canned.screen_field(id, name, schema, **rest) for id, name, schema, rest in MORE)]
        page = {"fields": screen, "startAt": 0, "maxResults": 200, "total": len(screen)}
        jira.on("GET", r"/issue/createmeta/INVEST/issuetypes/\d+", page)
        project = {
            "id": "10000", "key": "INVEST", "name": "Investments", "versions": VERSIONS,
            "components": [{"id": "70", "name": "Deals"}, {"id": "71", "name": "Legal"}],
            "issueTypes": [{"id": TASK, "name": "Task", "hierarchyLevel": 0}],
        }  # fmt: skip
        for key in ("INVEST", "10000"):
            jira.on("GET", f"/project/{key}", project)
        granted = {each: {"havePermission": True} for each in permissions}
        jira.on("GET", "/mypermissions", {"permissions": granted})
        names = [{"name": "Legal", "groupId": "g1"}, {"name": "Valuation", "groupId": "g2"}]
        jira.on("GET", "/group/bulk", (groups, {"values": names, "isLast": True}))
        shown = [{"id": number, "name": f"Board {number}", "type": "scrum"} for number in range(1, boards + 1)]
        jira.on("GET", "/rest/agile/1.0/board", {"values": shown, "isLast": True})
        sprints = [{"id": 2, "name": "Sprint 7", "state": "active"}, {"id": 3, "name": "Sprint 8", "state": "future"}]
        past = [{"id": 1, "name": "Sprint 6", "state": "closed"}]
        jira.on(
            "GET",
            r"/rest/agile/1.0/board/\d+/sprint",
            lambda request: {"values": past if "closed" in str(request.url) else sprints, "isLast": True},
        )
        provider = plugin_of(jira, canned.config(options={"create": list(create)})).provider
        return provider, provider.describe_site(("task",), ())

    return made


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SAID)
def test_what_is_said_written_and_read_is_the_same(described_once, said):
    """A spec's value, expressed and normalized again, is equal; and so is what Jira shows of what is written to it."""
    provider, site = described_once
    field, value = said
    normal = provider.normalize(site, TASK, field, value)
    assert provider.normalize(site, TASK, field, provider.express(site, field, normal)) == normal
    if any(is_unmade(each) for each in (normal if isinstance(normal, tuple) else (normal,))):
        return
    info = site.types[TASK].fields[field]
    type = FieldType(info.kind, info.many)
    assert from_json(type, _shown(info.kind, to_json(type, normal))) == normal


@pytest.fixture
def described_once(described):
    return described(create=("component",))


def _shown(kind: str, written: Any) -> Any:
    """What Jira shows of a value: references with their names, a sprint in a list."""
    if kind == "sprint":
        return [{"id": written, "name": "S", "state": "active"}]
    return written


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ({"id": "20", "value": "EMEA", "child": {"id": "30", "value": "Germany"}}, Ref("20/30", "EMEA/Germany")),
        ({"id": "20", "value": "EMEA"}, Ref("20", "EMEA")),
        (None, None),
    ],
)
def test_a_cascade_is_read_as_a_path(data, value):
    """The first option alone, or both with a slash."""
    read = from_json(FieldType("cascade"), data)
    assert read == value
    assert value is None or read.name == value.name


@pytest.mark.parametrize(
    ("kind", "data"), [("cascade", "EMEA"), ("group", {"groupId": "g"}), ("datetime", "soon"), ("version", 7)]
)
def test_other_shapes_are_kept_as_they_are(kind, data):
    """Nothing is guessed at: such a value is shown, and never written."""
    assert isinstance(from_json(FieldType(kind), data), Opaque)


def test_a_time_is_compared_to_the_second_and_in_utc():
    """People's clocks have milliseconds and zones."""
    read = from_json(FieldType("datetime"), "2026-03-31T17:00:00.250+0200")
    assert read == datetime(2026, 3, 31, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "hint"),
    [
        ("customfield_11", "EMEA/Germny", "did you mean 'EMEA/Germany'?"),
        ("customfield_11", ["EMEA", "Germany"], "write it like EMEA/Germany"),
        ("customfield_11", {"EMEA": "Germany"}, "write it like EMEA/Germany"),
        ("customfield_12", "Leagl", "did you mean 'Legal'?"),
        ("customfield_14", "1.10", "did you mean '1.1'?"),
        ("customfield_15", ["0.9"], "it is closed or archived"),
        ("components", ["Leagl"], "did you mean 'Legal'?"),
    ],
)
def test_what_is_not_among_the_options_is_refused_with_the_nearest(described, field, value, hint):
    """An archived version takes no issues, and is none of them."""
    provider, site = described()
    with pytest.raises(BadValue) as told:
        provider.normalize(site, TASK, field, value)
    assert told.value.hint == hint


def test_a_field_on_no_screen_takes_what_the_project_lists(jira, plugin_of, canned):
    """Its versions are known; groups, which no screen shows, are not read; options nobody lists."""
    more = [
        {"id": id, "name": name, "schema": schema}
        for id, name, schema, _ in MORE
        if name in ("Region", "Owning group", "Target version")
    ]
    jira.on("GET", "/field", more)
    project = {"id": "10000", "key": "INVEST", "versions": VERSIONS, "issueTypes": [{"id": TASK, "name": "Task"}]}
    jira.on("GET", "/project/INVEST", project)
    aliases = {"group": "Owning group", "target": "Target version", "region": "Region"}
    provider = plugin_of(jira, canned.config(fields=aliases)).provider
    site = provider.describe_site(("task",), ())
    assert provider.normalize(site, TASK, "customfield_14", "1.1") == Ref("81")
    with pytest.raises(BadValue, match="no version is called"):
        provider.normalize(site, TASK, "customfield_14", "3.0")
    assert provider.normalize(site, TASK, "customfield_12", "Legal") == Ref("Legal")
    with pytest.raises(BadValue, match="its options can't be read"):
        provider.normalize(site, TASK, "customfield_11", "EMEA")


def test_groups_that_nobody_may_read_go_as_they_are_said(described):
    """The site says whether there is such a group."""
    provider, site = described(groups=403)
    assert provider.normalize(site, TASK, "customfield_12", "Anybody") == Ref("Anybody")


def test_groups_are_read_only_where_a_field_has_them(jira, plugin_of, canned):
    """A project without such a field costs no request more."""
    plugin_of(jira, canned.config()).provider.describe_site(("task",), ())
    assert jira.sent("GET", "/group/bulk") == []


def test_what_is_missing_stands_for_what_is_made(described):
    """With `create` a name that is not there is taken, a name that is there stays itself."""
    provider, site = described(create=("component", "version", "sprint"))
    normal = provider.normalize(site, TASK, "components", ["legal", "Tax", "TAX"])
    assert sorted(each.name for each in normal) == ["Legal", "Tax"]
    assert set(normal) == {Ref("71"), unmade("component", "Tax")}
    assert provider.express(site, "components", unmade("component", "Tax")) == "Tax"
    assert provider.normalize(site, TASK, "customfield_17", "Sprint 9") == unmade("sprint", "Sprint 9")
    assert provider.normalize(site, TASK, "customfield_14", "2027") == unmade("version", "2027")
    for nothing in (" ", "4711"):
        with pytest.raises(BadValue):
            provider.normalize(site, TASK, "components", [nothing])


@pytest.mark.parametrize(("field", "value"), [("customfield_17", "sprint 6"), ("customfield_14", "0.9")])
def test_what_is_over_is_not_made_again(described, field, value):
    """A sprint that was closed since, or a version that was archived, has no second of its name made."""
    provider, site = described(create=("version", "sprint"))
    with pytest.raises(BadValue, match="takes no more issues"):
        provider.normalize(site, TASK, field, value)


@pytest.mark.parametrize("refused", ["/rest/agile/1.0/board", r"/rest/agile/1.0/board/\d+/sprint"])
def test_sprints_that_can_t_be_read_are_not_made(described, jira, refused):
    """Their scopes are others than Jira's own: by id they can be written."""
    provider, _ = described(create=("sprint",))
    jira.on("GET", refused, (403, {}))
    site = provider.describe_site(("task",), ())
    with pytest.raises(BadValue, match="can't read sprints"):
        provider.normalize(site, TASK, "customfield_17", "Sprint 9")
    assert provider.normalize(site, TASK, "customfield_17", "3") == Ref("3")


@pytest.mark.parametrize(
    ("create", "permissions", "boards", "field", "value", "why"),
    [
        (("component",), (), 1, "components", ["Tax"], "this account has to administer the project"),
        (("version",), (), 1, "customfield_14", "3.0", "this account has to administer the project"),
        (("sprint",), (), 1, "customfield_17", "Sprint 9", "has to manage the sprints"),
        (("sprint",), ("ADMINISTER",), 2, "customfield_17", "Sprint 9", "2 boards with sprints (Board 1, Board 2)"),
        (("sprint",), ("ADMINISTER",), 0, "customfield_17", "Sprint 9", "no board with sprints"),
    ],
)
def test_what_can_t_be_made_is_refused_with_the_reason(described, create, permissions, boards, field, value, why):
    """The permission that is lacking, or the board that nobody can choose."""
    provider, site = described(create=create, permissions=permissions, boards=boards)
    with pytest.raises(BadValue) as told:
        provider.normalize(site, TASK, field, value)
    assert why in told.value.hint


def test_each_is_made_by_its_own_request(described, jira):
    """A component by the project's key, a version by its id, a sprint on the board."""
    provider, _ = described(create=("component", "version", "sprint"))
    for path in ("/component", "/version", "/rest/agile/1.0/sprint"):
        jira.on("POST", path, (201, {"id": 99, "name": "New"}))

    made = [provider.make_container(kind, "New") for kind in ("component", "version", "sprint")]

    assert made == [Ref("99")] * 3
    assert jira.bodies("POST", "/component") == [{"project": "INVEST", "name": "New"}]
    assert jira.bodies("POST", "/version") == [{"projectId": 10000, "name": "New"}]
    assert jira.bodies("POST", "/rest/agile/1.0/sprint") == [{"originBoardId": 1, "name": "New"}]


@pytest.mark.parametrize(
    ("kind", "name", "id"), [("component", "LEGAL", "71"), ("version", "1.1", "81"), ("sprint", "sprint 8", "3")]
)
def test_what_is_there_by_now_is_used(described, jira, kind, name, id):
    """Nothing is sent for it."""
    provider, _ = described(create=(kind,))
    assert provider.make_container(kind, name) == Ref(id)
    assert jira.writes == []


@pytest.mark.parametrize("kind", ["component", "sprint"])
def test_a_lost_answer_is_an_error_where_nothing_is_there(described, jira, kind):
    """Whether it arrives yet nobody knows; the next run looks again."""
    provider, _ = described(create=(kind,))
    for path in ("/component", "/rest/agile/1.0/sprint"):
        jira.on("POST", path, (502, {}))
    with pytest.raises((UnreachableError, UnknownOutcome), match="whether 'New' was made is not known"):
        provider.make_container(kind, "New")


def test_the_site_s_refusal_is_passed_on(described, jira):
    """In the site's words."""
    provider, _ = described(create=("component",))
    jira.on("POST", "/component", (400, {"errors": {"name": "The name is odd."}}))
    with pytest.raises(ValidationError) as told:
        provider.make_container("component", "New")
    assert "The name is odd." in told.value.detail + told.value.summary
    jira.on("POST", "/component", (403, {}))
    with pytest.raises(AuthorizationError):
        provider.make_container("component", "New")


def test_an_item_that_is_created_by_itself_gets_what_is_missing(described, jira):
    """Outside any plan too: nothing is made where another value is a mistake."""
    provider, _ = described(create=("component",))
    jira.on("POST", "/component", (201, {"id": "99", "name": "Tax"}))
    jira.on("POST", "/issue/bulk", (201, {"issues": [{"id": "1", "key": "INVEST-1"}]}))
    fields = {"issuetype": {"id": TASK, "name": "Task"}, "project": {"id": "10000"}, "components": [{"id": "99"}]}
    jira.on("POST", "/issue/bulkfetch", {"issues": [{"id": "1", "key": "INVEST-1", "fields": fields}]})
    editor = Editor(provider)
    with pytest.raises(BadValue):
        editor.create(WorkItem(type="task", title="One\nTwo", components=("Tax",)))
    assert jira.writes == []

    editor.create(WorkItem(type="task", title="One", components=("Tax",)))

    (body,) = jira.bodies("POST", "/issue/bulk")
    assert body["issueUpdates"][0]["fields"]["components"] == [{"id": "99"}]


def test_without_a_board_no_sprint_is_made(described, jira):
    """The boards may have changed since the plan."""
    provider, _ = described(create=("sprint",), boards=2)
    with pytest.raises(ValidationError, match="2 boards with sprints"):
        provider.make_container("sprint", "New")
    assert jira.writes == []
