"""What the plugin makes of a project."""

from __future__ import annotations

import httpx
import pytest
from azure_canned import BACKLOGS, EPIC_FIELDS, LENA, PROJECT_ID, STATES, TYPES, listed, refused, schema, state

from reconciler.sdk import AuthenticationError, AuthorizationError, BadValue, NotFoundError, Ref


def test_a_site_is_described_in_few_requests(azure, provider):
    """Who we are, the project, six reads at once, and one for each type that the spec uses and each person."""
    provider.describe_site(("epic", "Bug"), ("l.gray@fund.example",))
    assert len(azure.requests) == 2 + 6 + 2 + 1


def test_a_site_is_known_by_its_collections_id(site):
    """URLs change; the project and the account are known by ids too."""
    assert site.site == "collection-1"
    assert (site.project, site.project.name) == (Ref(PROJECT_ID), "Fund")
    assert (site.account, site.account.name) == (Ref("robot@fund.example"), "Robot")


def test_types_have_their_words_and_levels(site):
    """By the backlogs' default types, whatever these are called; disabled types are left out."""
    assert {each.ref.name: (each.word, each.level) for each in site.types.values()} == {
        "Deal": ("epic", 1),
        "User Story": ("story", 0),
        "Task": ("task", -1),
        "Bug": ("bug", -1),
    }


def test_a_specs_mapping_of_types_comes_first(connect):
    """A word goes to the type that the spec names, and the type has no other."""
    site = connect(types={"feature": "Deal"}).provider.describe_site(())
    assert {each.ref.name: each.word for each in site.types.values() if each.word != "bug"} == {
        "Deal": "feature",
        "User Story": "story",
        "Task": "task",
    }


def test_a_mapping_to_a_type_that_is_not_there_is_refused(connect):
    """With the nearest name."""
    with pytest.raises(BadValue, match="no type is called 'Dea'"):
        connect(types={"epic": "Dea"}).provider.describe_site(())


def test_without_backlogs_types_go_by_their_usual_names(azure, provider):
    """An account may not read them, and a project may have no default team."""
    azure.on("GET", f"/{PROJECT_ID}/_apis/work/backlogconfiguration", (404, refused("no team")))
    site = provider.describe_site(("bug",))
    assert {each.ref.name: (each.word, each.level) for each in site.types.values()} == {
        "Deal": (None, 0),
        "User Story": ("story", 0),
        "Task": ("task", -1),
        "Bug": ("bug", 0),
    }
    assert site.types["Bug"].by_word("story_points").id == "Microsoft.VSTS.Scheduling.StoryPoints"


@pytest.mark.parametrize(("behavior", "level"), [("asTasks", -1), ("asRequirements", 0), ("off", 0)])
def test_bugs_stand_where_the_team_puts_them(azure, provider, behavior, level):
    """The default team says whether they are tasks or requirements."""
    azure.on("GET", f"/{PROJECT_ID}/_apis/work/backlogconfiguration", BACKLOGS | {"bugsBehavior": behavior})
    assert provider.describe_site(()).types["Bug"].level == level


def test_statuses_have_words_by_category(site):
    """The first of a category has its word; a second goes by its own name."""
    told = {each.ref.name: (each.word, each.category) for each in site.types["Deal"].statuses}
    assert told == {
        "New": ("todo", "new"),
        "Active": ("in_progress", "active"),
        "Review": ("in_review", "active"),
        "Resolved": (None, "active"),
        "Closed": ("done", "done"),
        "Removed": ("cancelled", "done"),
    }


def test_a_specs_mapping_of_statuses_comes_first(connect):
    """Several names may have one word, and the first that the spec names is written."""
    site = connect(statuses={"in_review": ("Resolved", "Review")}).provider.describe_site(("epic",))
    told = {each.ref.name: each.word for each in site.types["Deal"].statuses}
    assert (told["Review"], told["Resolved"]) == ("in_review", "in_review")
    assert site.types["Deal"].by_word("status").words["in_review"] == "Resolved"


def test_a_mapping_to_a_status_that_is_not_there_is_refused(connect):
    """No type has it."""
    with pytest.raises(BadValue, match="no status is called 'Sleeping'"):
        connect(statuses={"blocked": ("Sleeping",)}).provider.describe_site(())


def test_states_that_the_list_of_types_leaves_out_are_read(azure, provider):
    """Some servers give them by type alone (FACTS B7)."""
    bare = [{key: value for key, value in each.items() if key != "states"} for each in TYPES]
    azure.on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes", listed(*bare))
    azure.on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes/Deal/states", listed(*STATES[:2]))
    site = provider.describe_site(("epic",))
    assert [each.ref.id for each in site.types["Deal"].statuses] == ["New", "Active"]
    assert site.types["Task"].statuses == ()


def test_moves_are_what_the_types_say(site):
    """A status does not lead to itself; what has no start says where items begin."""
    deal, task = site.types["Deal"], site.types["Task"]
    assert deal.transitions == {"New": ("Active", "Removed"), "Active": ("Review",), "Review": ("Closed",)}
    assert (deal.initial, task.initial, task.transitions) == ("New", None, None)


def test_fields_have_the_specs_words(site):
    """Standard ones, aliases, and those that differ by type."""
    words = {each.word: each.id for each in site.types["Deal"].fields.values() if each.word}
    assert words == {
        "title": "System.Title",
        "type": "System.WorkItemType",
        "status": "System.State",
        "description": "System.Description",
        "assignee": "System.AssignedTo",
        "labels": "System.Tags",
        "area": "System.AreaPath",
        "sprint": "System.IterationPath",
        "parent": "System.Parent",
        "priority": "Microsoft.VSTS.Common.Priority",
        "start": "Microsoft.VSTS.Scheduling.StartDate",
        "due": "Microsoft.VSTS.Scheduling.TargetDate",
        "story_points": "Microsoft.VSTS.Scheduling.Effort",
        "fields.amount": "Custom.Amount",
        "fields.risk": "Custom.Risk",
        "links": "links",
        "documents": "documents",
        "commits": "commits",
        "pull_requests": "pull_requests",
        "components": "components",
        "fix_versions": "fix_versions",
        "watchers": "watchers",
    }


def test_a_type_with_steps_is_described_by_them(site):
    """Forms that show the steps to reproduce show no description."""
    bug = site.types["Bug"]
    assert bug.by_word("description").id == "Microsoft.VSTS.TCM.ReproSteps"
    assert "System.Description" not in bug.fields
    assert bug.by_word("story_points").id == "Microsoft.VSTS.Scheduling.StoryPoints"
    assert bug.by_word("due").id == "Microsoft.VSTS.Scheduling.DueDate"


def test_what_the_system_keeps_for_itself_is_no_field(site):
    """Areas by number and the like are left out; what only it sets is there and says so."""
    fields = site.types["Deal"].fields
    assert "System.AreaId" not in fields
    changed = fields["Microsoft.VSTS.Common.StateChangeDate"]
    assert (changed.writable, changed.why) == (frozenset(), "Azure DevOps sets it itself")
    assert fields["Custom.Key"].kind == "unsupported"


def test_only_what_has_no_default_is_required(site):
    """A title always, a choice without a default where its type says so."""
    fields = site.types["Deal"].fields
    assert {each.id for each in fields.values() if each.required} == {"System.Title", "Custom.Risk"}


def test_choices_have_their_options(site):
    """A list that is only suggested is none."""
    fields = site.types["Deal"].fields
    assert [each.id for each in fields["Custom.Risk"].options] == ["Low", "High"]
    assert fields["Custom.Sector"].options is None
    assert [each.id for each in fields["System.AreaPath"].options] == ["Fund", "Fund\\Legal", "Fund\\Legal\\EU"]


def test_priorities_have_words(connect):
    """One to four, unless the spec says otherwise."""
    priority = "Microsoft.VSTS.Common.Priority"
    words = connect().provider.describe_site(("epic",)).types["Deal"].fields[priority].words
    assert words == {"critical": "1", "high": "2", "medium": "3", "low": "4"}
    words = connect(priorities={"high": "1"}).provider.describe_site(("epic",)).types["Deal"].fields[priority].words
    assert words["high"] == "1"


def test_two_aliases_of_one_field_are_refused(connect):
    """Neither would be its word."""
    with pytest.raises(BadValue, match="calls one field both"):
        connect(fields={"a": "Investment amount", "b": "Custom.Amount"}).provider.describe_site(())


def test_a_name_that_two_fields_have_is_refused(azure, connect):
    """With their reference names."""
    azure.on(
        "GET",
        "/Fund/_apis/wit/fields",
        listed(schema("Custom.A", "Size", "double"), schema("Custom.B", "Size", "string")),
    )
    with pytest.raises(BadValue, match="more than one field is called 'Size'") as problem:
        connect(fields={"size": "Size"}).provider.describe_site(())
    assert problem.value.options == ("Custom.A", "Custom.B")


def test_link_types_are_read_by_direction(site):
    """Both directions make one type; the tree of parents is none, nor is what goes to no item."""
    types = {each.id: (each.outward, each.inward, each.outward_word, each.inward_word) for each in site.link_types}
    assert types == {
        "System.LinkTypes.Dependency": ("Successor", "Predecessor", "precedes", "follows"),
        "System.LinkTypes.Duplicate": ("Duplicate", "Duplicate Of", "duplicated_by", "duplicates"),
        "System.LinkTypes.Related": ("Related", "Related", "relates_to", "relates_to"),
        "Custom.Funds": ("Funds", "Funded By", None, None),
        "Hyperlink": ("document", "document", None, None),
        "Fixed in Commit": ("commit", "commit", None, None),
        "Pull Request": ("pull request", "pull request", None, None),
    }


def test_fields_are_guarded_and_relations_are_not(site):
    """A patch tests the revision, which links leave alone (FACTS F)."""
    guarded = site.capabilities.guarded
    assert {"System.Title", "System.State", "Custom.Amount"} <= guarded
    assert not guarded & {"links", "documents", "commits", "pull_requests", "System.Parent"}


def test_people_are_found_as_the_site_would_assign_them(site):
    """By e-mail address here; the name comes with the answer."""
    assert [(each.id, each.name) for each in site.users] == [("l.gray@fund.example", "Lena Gray")]
    assert site.user_names["l.gray@fund.example"] == "l.gray@fund.example"


def test_people_that_nobody_is_are_left_out(provider):
    """The engine tells of them, with the place in the spec."""
    site = provider.describe_site((), ("nobody@fund.example", "Lena <l.gray@fund.example>"))
    assert [each.id for each in site.users] == ["l.gray@fund.example"]
    assert "nobody@fund.example" not in site.user_names
    assert site.user_names["lena <l.gray@fund.example>"] == "l.gray@fund.example"


def test_looking_for_people_writes_nothing(azure, provider):
    """What asks whom the site would assign is only validated."""
    provider.describe_site((), ("l.gray@fund.example",))
    (request,) = azure.sent("POST", ".*")
    assert request.url.params["validateOnly"] == "true"


def test_a_type_that_asks_for_more_is_no_reason_to_find_nobody(azure, provider):
    """A site that refuses only other fields took the person, if an e-mail address says who that is."""
    rule = {"fieldReferenceName": "Custom.Risk", "errorMessage": "TF401320: Rule Error for field Risk."}
    body = refused("TF401320: Rule Error for field Risk.", RuleValidationErrors=[rule])
    azure.on("POST", f"/{PROJECT_ID}/_apis/wit/workitems/.Task", (400, body))
    site = provider.describe_site((), ("L.Gray@fund.example", "Lena Gray"))
    assert [each.id for each in site.users] == ["l.gray@fund.example"]


def test_a_project_that_is_not_seen_is_told_with_those_that_are(azure, connect):
    """A wrong name and a missing permission look alike."""
    azure.on("GET", "/_apis/projects/Fund", (404, refused("TF200016")))
    azure.on("GET", "/_apis/projects", listed({"name": "Funds"}, {"name": "Other"}))
    with pytest.raises(NotFoundError, match="no project 'Fund' can be seen") as problem:
        connect().provider.describe_site(())
    assert problem.value.hint == "did you mean 'Funds'?"
    assert "Funds, Other" in problem.value.detail


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(203, html="<html>Sign In</html>"),
        httpx.Response(302, headers={"Location": "https://spsprodeus.example/_signin"}, html="Object moved"),
        httpx.Response(401, html="<html>401</html>"),
        httpx.Response(200),
        {"authenticatedUser": {}},
        {"authenticatedUser": {"id": "x", "providerDisplayName": "Anonymous"}},
    ],
)
def test_a_stranger_is_told_so(azure, connect, answer):
    """Whether the site shows a page, sends away, or answers as to nobody."""
    azure.on("GET", "/_apis/connectionData", answer)
    with pytest.raises(AuthenticationError, match="did not accept the credential"):
        connect().authenticate()


def test_the_account_is_known_by_its_id_where_it_has_no_unique_name(azure, connect):
    """Service principals have none."""
    azure.on("GET", "/_apis/connectionData", {"authenticatedUser": {"id": "abc", "providerDisplayName": "Build"}})
    assert connect().authenticate() == Ref("abc")
    assert connect().provider.describe_site(()).site == "azure.example/fund"


def test_a_custom_state_of_no_known_category_counts_as_new(azure, provider):
    """It is not treated as done, whatever it is."""
    odd = [{**TYPES[0], "states": [state("Odd", "Strange")]}]
    azure.on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes", listed(*odd))
    (status,) = provider.describe_site(()).types["Deal"].statuses
    assert (status.category, status.word) == ("new", None)


def _listing(azure, *people):
    fields = [
        {**each, "allowedValues": list(people)} if each["referenceName"] == "System.AssignedTo" else each
        for each in EPIC_FIELDS
    ]
    azure.on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes/Deal/fields", listed(*fields))


def test_people_whom_a_type_lists_cost_no_request(azure, provider):
    """By unique name or display name, whichever the spec has."""
    _listing(azure, LENA, {"displayName": "Team", "id": "x"})
    site = provider.describe_site(("epic",), ("l.gray@fund.example", "lena gray"))
    assert site.user_names["lena gray"] == "l.gray@fund.example"
    assert not azure.sent("POST", ".*")


def test_a_name_that_two_people_have_is_nobodys(azure, provider):
    """The site might pick either, so its choice of another name is not taken (FACTS B8)."""
    _listing(azure, LENA, {**LENA, "uniqueName": "other@fund.example"})
    azure.on("POST", f"/{PROJECT_ID}/_apis/wit/workitems/.Task", {"fields": {"System.AssignedTo": "Lena G <z@x>"}})
    assert provider.describe_site(("epic",), ("Lena Gray",)).users == ()


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_may_not_write_finds_those_who_are_listed(azure, provider, status):
    """With a list, others are nobody; without one, nothing can be said of anybody."""
    azure.on("POST", f"/{PROJECT_ID}/_apis/wit/workitems/.Task", (status, refused("TF400813")))
    with pytest.raises((AuthenticationError, AuthorizationError)):
        provider.describe_site(("epic",), ("l.gray@fund.example",))
    _listing(azure, LENA)
    site = provider.describe_site(("epic",), ("l.gray@fund.example", "nobody@fund.example"))
    assert [each.id for each in site.users] == ["l.gray@fund.example"]


def test_the_field_of_the_markers_is_no_specs_to_write(connect):
    """It says why."""
    site = connect(options={"marker_field": "Marker"}).provider.describe_site(("epic",))
    field = site.types["Deal"].fields["Custom.Marker"]
    assert (field.writable, field.why) == (frozenset(), "the provider keeps its markers there")
