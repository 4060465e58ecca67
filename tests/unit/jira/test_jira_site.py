"""What the plugin makes of a site."""

from __future__ import annotations

import httpx
import pytest

from reconciler.sdk import AuthenticationError, BadValue, NotFoundError, Ref


def test_a_site_is_described_in_few_requests(jira, provider):
    """Who we are, the project, then five reads and one for each type that the spec uses."""
    site = provider.describe_site(("epic", "Task"))
    assert len(jira.requests) == 8
    assert site.site == "cloud-1"
    assert site.project == Ref("10000")
    assert site.account == Ref("me")


def test_types_have_their_words_and_levels(site):
    """The spec's mapping names the epic, our defaults the others."""
    assert {each.ref.name: (each.word, each.level) for each in site.types.values()} == {
        "Opportunity": ("epic", 1),
        "Task": ("task", 0),
        "Subtask": ("subtask", -1),
    }


def test_only_the_types_that_are_used_have_fields(site):
    """Fields cost a request a type, so others are known by name alone."""
    assert site.types["101"].fields
    assert not site.types["102"].fields


def test_statuses_have_words_and_categories(site):
    """The spec's mapping comes first; other spellings of our own names are known."""
    told = {each.ref.name: (each.word, each.category) for each in site.types["101"].statuses}
    assert told == {
        "To Do": ("todo", "new"),
        "In Progress": ("in_progress", "active"),
        "Legal review": ("in_review", "active"),
        "Peer review": ("in_review", "active"),
        "Done": ("done", "done"),
        "Canceled": ("cancelled", "done"),
    }
    assert site.types["101"].by_word("status").words["in_review"] == "3"


def test_fields_have_the_specs_words(site):
    """Standard fields, aliases, and the two custom fields that have a standard word."""
    words = {each.word: each.id for each in site.types["101"].fields.values() if each.word}
    assert words == {
        "title": "summary",
        "type": "issuetype",
        "description": "description",
        "priority": "priority",
        "assignee": "assignee",
        "labels": "labels",
        "parent": "parent",
        "due": "duedate",
        "components": "components",
        "start": "customfield_1",
        "story_points": "customfield_2",
        "fields.amount": "customfield_3",
        "fields.risk": "customfield_5",
        "status": "status",
        "links": "issuelinks",
        "documents": "remotelinks",
        "commits": "commits",
        "pull_requests": "pull_requests",
        "watchers": "watchers",
        "sprint": "sprint",
        "fix_versions": "fixVersions",
        "area": "area",
    }


def test_a_field_of_a_strange_type_is_unsupported_and_says_why(site):
    """Attachments are read and never written."""
    field = site.types["101"].fields["attachment"]
    assert field.kind == "unsupported"
    assert "attachment" in field.why
    assert not field.writable


def test_link_types_have_words_once_each(site):
    """By what they read, by their name where they are translated; a word goes to one type only."""
    words = {each.id: (each.outward_word, each.inward_word) for each in site.link_types}
    assert words == {
        "200": ("blocks", "blocked_by"),
        "201": ("relates_to", "relates_to"),
        "202": ("causes", "caused_by"),
        "203": ("precedes", "follows"),
        "204": (None, None),
        "205": (None, None),
        "remote": (None, None),
        "commit": (None, None),
        "pull_request": (None, None),
    }


def test_an_account_without_the_permission_is_not_quiet(site):
    """Mail is suppressed only by administrators (FACTS A5)."""
    assert not site.capabilities.quiet
    assert site.permissions["EDIT_ISSUES"]
    assert not site.permissions["ADMINISTER"]


@pytest.mark.parametrize("permission", ["ADMINISTER", "ADMINISTER_PROJECTS"])
def test_an_administrator_may_be_quiet(jira, provider, permission):
    """Either permission will do."""
    jira.on("GET", "/mypermissions", {"permissions": {permission: {"havePermission": True}}})
    assert provider.describe_site(()).capabilities.quiet


def test_a_refused_token_is_said_before_anything_else(jira, provider):
    """Jira answers strangers with nothing in it, so signing in is tried first."""
    jira.on("GET", "/myself", (401, {"message": "Unauthorized"}))
    with pytest.raises(AuthenticationError):
        provider.describe_site(())
    assert len(jira.asked) == 1


def test_an_empty_answer_is_a_refused_token(jira, provider):
    """A stranger gets 200 and nothing in it from some sites (FACTS A1)."""
    jira.on("GET", "/myself", httpx.Response(200))
    with pytest.raises(AuthenticationError):
        provider.describe_site(())


def test_a_project_goes_by_its_name_too(jira, plugin_of, canned):
    """A name that one project has leads to it."""
    jira.on("GET", "/project/search", {"values": [{"key": "INVEST", "name": "Investments"}]})
    assert plugin_of(jira, canned.config(project="investments")).provider.describe_site(()).project == Ref("10000")


@pytest.mark.parametrize(
    ("listing", "hint"),
    [
        ({"values": [{"key": "INVEST", "name": "Investments"}]}, "did you mean 'INVEST'?"),
        ((404, {}), "ask for the permission to browse it"),
    ],
)
def test_a_project_that_nobody_sees_is_an_error_with_a_hint(jira, plugin_of, listing, hint, canned):
    """The nearest key is offered, where any can be seen."""
    jira.on("GET", "/project/search", listing)
    with pytest.raises(NotFoundError, match="no project 'INVST'") as raised:
        plugin_of(jira, canned.config(project="INVST")).provider.describe_site(())
    assert raised.value.hint == hint


def test_the_gateways_url_holds_the_cloud_id(jira, plugin_of, canned):
    """A scoped token's URL names the site; nobody is asked for its id. Where people see it, it says itself."""
    settings = canned.config(url="https://api.atlassian.com/ex/jira/cloud-9")
    for key, answer in list(jira.answers.items()):
        jira.on(key[0], rf"(/ex/jira/cloud-9{canned.API})?{key[1]}", answer)
    site = plugin_of(jira, settings).provider.describe_site(())
    assert (site.site, site.url) == ("cloud-9", settings.url)
    jira.on("GET", f"/ex/jira/cloud-9{canned.API}/serverInfo", {"baseUrl": "https://fund.atlassian.net"})
    site = plugin_of(jira, settings).provider.describe_site(())
    assert (site.site, site.url) == ("cloud-9", "https://fund.atlassian.net")


def test_a_site_that_hides_its_cloud_id_goes_by_its_host(jira, provider):
    """The base URL's host is the same through every way in."""
    jira.on("GET", "/_edge/tenant_info", (404, {}))
    jira.on("GET", "/serverInfo", {"baseUrl": "https://fund.atlassian.net"})
    assert provider.describe_site(()).site == "fund.atlassian.net"


def test_an_outage_is_not_taken_for_a_hidden_id(jira, provider):
    """Another id would look like another site, so an outage stops."""
    jira.on("GET", "/_edge/tenant_info", (503, {}))
    with pytest.raises(Exception, match="503"):
        provider.describe_site(())


def test_people_are_found_by_mail_id_and_name(jira, provider, canned):
    """Ids cost one request together, others one each; only exact and unique ones count."""
    people = {
        "l.gray@fund.example": [canned.LEA],
        "Max Stone": [canned.MAX],
        "max": [canned.MAX],
        "Twin": [{**canned.LEA, "displayName": "Twin"}, {**canned.MAX, "displayName": "Twin"}],
        "Left": [{**canned.LEA, "displayName": "Left", "active": False}],
    }
    jira.on("GET", "/user/search", lambda request: people.get(request.url.params["query"], []))
    jira.on("GET", "/user/bulk", {"values": [canned.MAX]})
    asked = ("l.gray@fund.example", "5b11", "Max Stone", "max", "Twin", "Left", "Max <5b11>")
    site = provider.describe_site((), asked)
    assert site.user_names["l.gray@fund.example"] == "5b10"
    assert site.user_names["max <5b11>"] == site.user_names["max stone"] == site.user_names["5b11"] == "5b11"
    assert not {"max", "twin", "left"} & set(site.user_names)
    assert set(site.users) == {Ref("5b10"), Ref("5b11")}
    assert len(jira.sent("GET", "/user/bulk")) == 1


def test_a_misspelt_address_is_told_its_neighbours(jira, provider, canned):
    """Where nobody has the address, people whose names begin alike are read, so that a hint can name the right one."""
    people = {"l.": [{**canned.LEA, "emailAddress": "l.gray@fund.example"}]}
    jira.on("GET", "/user/search", lambda request: people.get(request.url.params["query"], []))
    site = provider.describe_site(("Task",), ("l.grey@fund.example",))
    assert site.user_names["l.gray@fund.example"] == "5b10"
    assert "l.grey@fund.example" not in site.user_names


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"types": {"epic": "Oportunity"}}, "no type is called 'Oportunity'"),
        ({"statuses": {"done": ("Dun",)}}, "no status is called 'Dun'"),
        ({"priorities": {"critical": "Hihgest"}}, "no priority is called 'Hihgest'"),
        ({"fields": {"amount": "Investment amonut"}}, "no field is called 'Investment amonut'"),
        ({"fields": {"a": "Sector", "b": "customfield_4"}}, "calls one field both 'a' and 'b'"),
    ],
)
def test_a_mapping_to_what_is_not_there_is_an_error(jira, plugin_of, mapping, said, canned):
    """The spec's own mapping is checked against the site, with the nearest name."""
    jira.on("GET", "/field", [])
    with pytest.raises(BadValue, match=said):
        plugin_of(jira, canned.config(**mapping)).provider.describe_site(("Task",))


def test_an_ambiguous_field_name_lists_the_ids(jira, plugin_of, canned):
    """Field names are not unique on Jira."""
    twice = [*canned.SCREEN, canned.screen_field("customfield_99", "Sector", {"type": "string"})]
    jira.on("GET", r"/issue/createmeta/INVEST/issuetypes/\d+", {"fields": twice, "total": len(twice)})
    with pytest.raises(BadValue, match="more than one field") as raised:
        plugin_of(jira, canned.config(fields={"sector": "Sector"})).provider.describe_site(("Task",))
    assert raised.value.options == ("customfield_4", "customfield_99")


def test_a_field_off_the_create_screen_can_be_set_by_an_edit(jira, plugin_of, canned):
    """An alias may name any field of the site; a select's options can't be read there."""
    fields = [
        {"id": "customfield_80", "name": "Verdict", "schema": {"type": "string", "custom": "x:textfield"}},
        {"id": "customfield_81", "name": "Grade", "schema": {"type": "option", "custom": "x:select"}},
    ]
    jira.on("GET", "/field", fields)
    site = plugin_of(jira, canned.config(fields={"verdict": "Verdict", "grade": "Grade"})).provider.describe_site(
        ("Task",)
    )
    assert site.types["101"].by_word("fields.verdict").writable == {"update"}
    assert site.types["101"].by_word("fields.grade").kind == "unsupported"


def test_create_screens_are_read_across_pages(jira, provider, canned):
    """A page is at most 200 fields."""

    def page(request):
        start = int(request.url.params["startAt"])
        return {"fields": canned.SCREEN[start : start + 12], "startAt": start, "total": len(canned.SCREEN)}

    jira.on("GET", r"/issue/createmeta/INVEST/issuetypes/\d+", page)
    site = provider.describe_site(("Task",))
    assert "customfield_10" in site.types["101"].fields
    assert len(jira.sent("GET", "/issue/createmeta/INVEST/issuetypes/101")) == 2


def test_two_fields_of_one_name_leave_story_points_without_a_field(jira, plugin_of, canned):
    """Which of the two is meant would be a guess."""
    twice = [*canned.SCREEN, canned.screen_field("customfield_98", "Story points", {"type": "number"})]
    jira.on("GET", r"/issue/createmeta/INVEST/issuetypes/\d+", {"fields": twice, "total": len(twice)})
    assert (
        plugin_of(jira, canned.config()).provider.describe_site(("Task",)).types["101"].by_word("story_points") is None
    )


def test_an_answer_of_another_shape_is_no_jira(jira, provider):
    """JSON that is not Jira's is an unreachable site."""
    jira.on("GET", "/myself", ["x"])
    with pytest.raises(Exception, match="another shape"):
        provider.describe_site(())


def test_a_list_of_another_shape_is_no_jira(jira, provider):
    """The same for lists."""
    jira.on("GET", "/issueLinkType", {"issueLinkTypes": {"a": 1}})
    with pytest.raises(Exception, match="another shape"):
        provider.describe_site(())


def test_a_site_without_our_names_leaves_them_out(jira, plugin_of, canned):
    """No priorities that we know, no story points, no start date: these words are not there."""
    odd = [canned.screen_field("priority", "Priority", {"type": "priority"}, allowedValues=[{"id": "9", "name": "P1"}])]
    jira.on("GET", r"/issue/createmeta/INVEST/issuetypes/\d+", {"fields": odd, "total": 1})
    site = plugin_of(jira, canned.config(priorities={"critical": "P1"})).provider.describe_site(("Task",))
    task = site.types["101"]
    assert task.by_word("priority").words == {"critical": "9"}
    assert task.by_word("story_points") is None
    assert task.by_word("start") is None


def test_an_alias_counts_for_the_types_that_have_its_field(jira, plugin_of, canned):
    """A field of the epic's screen is none of the task's."""
    other = [canned.screen_field("customfield_50", "Verdict", {"type": "string", "custom": "x:textfield"})]
    jira.on("GET", "/issue/createmeta/INVEST/issuetypes/100", {"fields": other, "total": 1})
    settings = canned.config(fields={"verdict": "Verdict"})
    site = plugin_of(jira, settings).provider.describe_site(("Opportunity", "Task"))
    assert site.types["100"].by_word("fields.verdict").id == "customfield_50"
    assert site.types["101"].by_word("fields.verdict") is None
