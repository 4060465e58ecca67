"""A spec's values on an Azure DevOps site, both ways."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from azure_canned import EPIC_FIELDS, PROJECT_ID, REPOSITORY_ID, SCHEMAS, TYPES, listed, state
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reconciler_azure_devops.code_links import code_link, page_of
from reconciler_azure_devops.fields import from_json, to_json, type_of
from reconciler_azure_devops.words import express, normalize

from reconciler.sdk import BadValue, Link, Opaque, Ref, Rich, commit_in

PRIORITY, STATE, TAGS = "Microsoft.VSTS.Common.Priority", "System.State", "System.Tags"
TARGET, EFFORT = "Microsoft.VSTS.Scheduling.TargetDate", "Microsoft.VSTS.Scheduling.Effort"
SHA = "0123456789" * 4
PAGE = "https://x.example/a"
PULL = "https://azure.example/fund/_git/Portal/pullrequest/7"
AT = f"{PROJECT_ID}%2F{REPOSITORY_ID}"


@pytest.mark.parametrize(
    ("field", "said", "value"),
    [
        ("System.Title", "  A deal ", "A deal"),
        ("System.Title", 2027, "2027"),
        (STATE, "in_progress", Ref("Active")),
        (STATE, "resolved", Ref("Resolved")),
        ("type", "epic", Ref("Deal")),
        (PRIORITY, "critical", Ref("1")),
        (PRIORITY, 2, Ref("2")),
        ("System.AssignedTo", "L.GRAY@fund.example", Ref("l.gray@fund.example")),
        ("System.AssignedTo", "Omar <O.Haddad@fund.example>", Ref("o.haddad@fund.example")),
        (TAGS, "Big Deal", Ref("big deal")),
        (TARGET, "2027-03-31", date(2027, 3, 31)),
        (TARGET, date(2027, 3, 31), date(2027, 3, 31)),
        ("Custom.Seen", "2027-03-31T10:00:00+02:00", datetime(2027, 3, 31, 8, tzinfo=UTC)),
        (EFFORT, 5.0, 5),
        ("Custom.Approved", True, True),
        ("Custom.Risk", "high", Ref("High")),
        ("Custom.Sector", "Space", "Space"),
        ("Custom.Notes", "a\nb", "a\nb"),
        ("System.AreaPath", "Legal/EU", Ref("Fund\\Legal\\EU")),
        ("System.AreaPath", "fund/legal", Ref("Fund\\Legal")),
        ("System.AreaPath", "Fund", Ref("Fund")),
        ("System.IterationPath", "2027/Sprint 1", Ref("Fund\\2027\\Sprint 1")),
        ("System.Parent", Ref("7"), Ref("7")),
        ("links", Link("follows", "7"), Link("System.LinkTypes.Dependency", "7", False)),
        ("links", Link("blocks", "7"), Link("System.LinkTypes.Dependency", "7", True)),
        ("links", Link("blocked_by", "7"), Link("System.LinkTypes.Dependency", "7", False)),
        ("links", Link("duplicates", "7"), Link("System.LinkTypes.Duplicate", "7", False)),
        ("links", Link("relates_to", "7", False), Link("System.LinkTypes.Related", "7", True)),
        ("links", Link("funded by", "7"), Link("Custom.Funds", "7", False)),
        ("links", Link("Custom.Funds-Forward", "7"), Link("Custom.Funds", "7", True)),
        ("links", Link("Custom.Funds", "7", False), Link("Custom.Funds", "7", False)),
        ("documents", {"title": "Room", "url": PAGE}, Link("Hyperlink", PAGE, True, "Room")),
        ("documents", {"url": PAGE}, Link("Hyperlink", PAGE, True, PAGE)),
        ("documents", Link("Hyperlink", PAGE), Link("Hyperlink", PAGE, True, PAGE)),
        ("commits", f"Portal@{SHA}", Link("Fixed in Commit", f"vstfs:///Git/Commit/{AT}%2F{SHA}")),
        ("commits", f"https://azure.example/fund/Fund/_git/Portal/commit/{SHA}",
         Link("Fixed in Commit", f"vstfs:///Git/Commit/{AT}%2F{SHA}")),
        ("commits", {"url": f"vstfs:///Git/Commit/{AT.lower()}%2f{SHA}"},
         Link("Fixed in Commit", f"vstfs:///Git/Commit/{AT}%2F{SHA}")),
        ("commits", Link("Fixed in Commit", "vstfs:///Git/Commit/p%2Fr%2F1"),
         Link("Fixed in Commit", "vstfs:///Git/Commit/p%2Fr%2F1")),
        ("pull_requests", "fund/portal!12", Link("Pull Request", f"vstfs:///Git/PullRequestId/{AT}%2F12")),
        ("pull_requests", "portal!12", Link("Pull Request", f"vstfs:///Git/PullRequestId/{AT}%2F12")),
        ("pull_requests", "https://azure.example/fund/Fund/_git/Portal/pullrequest/12?_a=files",
         Link("Pull Request", f"vstfs:///Git/PullRequestId/{AT}%2F12")),
    ],
)  # fmt: skip
def test_a_value_has_a_normal_form_that_says_the_same(site, field, said, value):
    """And what it is expressed as normalizes to it again."""
    normal = normalize(site, "Deal", field, said)
    assert normal == value
    assert normalize(site, "Deal", field, express(site, field, normal)) == value


@pytest.mark.parametrize(
    ("field", "said", "reason"),
    [
        ("System.Nothing", "x", "has no field"),
        ("System.Title", None, "can't be empty"),
        ("System.Title", "  ", "can't be empty"),
        ("System.Title", "a\nb", "is one line"),
        ("System.Title", "x" * 256, "has 256 characters, and the site takes 255"),
        ("System.Title", ["a"], "takes one value"),
        ("System.Title", True, "takes text"),
        ("System.AreaPath", None, "can't be empty"),
        ("System.AreaPath", "Lega", "no area is called 'Lega'"),
        ("System.IterationPath", "Sprint 9", "no sprint is called"),
        (STATE, "Sleeping", "no status is called"),
        (PRIORITY, "urgent", "no priority is called"),
        ("Custom.Risk", "Middling", "no Risk level is called"),
        ("System.AssignedTo", "nobody@fund.example", "no user is called"),
        (TAGS, "a;b", "has a comma or semicolon"),
        (TAGS, " ", "can't be empty"),
        (TAGS, "rc-0123456789ab", "looks like a marker"),
        (TARGET, "31.3.2027", "takes a date"),
        (TARGET, "2027-13-01", "takes a date"),
        ("Custom.Seen", "2027-03-31", "takes a time with its zone"),
        ("Custom.Seen", "soon", "takes a time with its zone"),
        (EFFORT, "5", "takes a number"),
        (EFFORT, float("nan"), "takes a number"),
        ("Custom.Approved", "yes", "takes true or false"),
        ("Custom.Key", "x", "can't be set"),
        ("System.Parent", "deal", "takes an item"),
        ("links", "7", "a link goes to an item"),
        ("links", Link("hinders", "7"), "no link is called"),
        ("documents", "https://x.example", "a document is a title and a URL"),
        ("documents", {"url": "ftp://x.example"}, "is not the URL of a page"),
        ("documents", {"url": "https://[x"}, "is not the URL of a page"),
        ("documents", {"url": "https://reconciler.invalid/w/i/a"}, "is not the URL of a page"),
        ("commits", "Portal@abc", "is no commit"),
        ("commits", f"Elsewhere@{SHA}", "the project 'Fund' has no repository 'Elsewhere'"),
        ("commits", f"Other/Portal@{SHA}", "the repository 'Portal' is said to be of the project 'Other'"),
        ("commits", f"https://azure.example/fund/Other/_git/Portal/commit/{SHA}", "said to be of the project 'Other'"),
        ("commits", f"https://azure.example/fund/_git/Portal/commit/{SHA}", "said to be of the project 'Portal'"),
        (
            "commits",
            f"https://other.example/fund/Fund/_git/Portal/commit/{SHA}",
            "Fund/_git/Portal is not on this site",
        ),
        ("pull_requests", "12", "is no pull request"),
        ("pull_requests", {"number": 12}, "takes text"),
    ],
)
def test_a_value_that_the_site_does_not_take_is_refused_with_the_reason(site, field, said, reason):
    """Before anything is sent, in the spec's words."""
    with pytest.raises(BadValue, match=reason):
        normalize(site, "Deal", field, said)


def test_a_type_that_is_not_there_has_no_fields(site):
    """Nor has one that was not described."""
    with pytest.raises(BadValue, match="no field"):
        normalize(site, "Nothing", "System.Title", "x")


def test_null_clears_what_may_be_empty(site):
    """A set's is no element, others' none."""
    assert normalize(site, "Deal", EFFORT, None) is None


def test_a_list_gives_the_set(site):
    """Each element once, without case, in one order."""
    assert normalize(site, "Deal", TAGS, ["b", "A", "a"]) == (Ref("a"), Ref("b"))
    assert express(site, TAGS, (Ref("a", "A"), Ref("b", "b"))) == ["A", "b"]


def test_values_are_said_as_a_spec_would(site):
    """The spec's words where they mean it, else names."""
    assert express(site, STATE, Ref("Active", "Active")) == "in_progress"
    assert express(site, STATE, Ref("Resolved", "Resolved")) == "Resolved"
    assert express(site, PRIORITY, Ref("2", "2")) == "high"
    assert express(site, "type", Ref("Deal", "Deal")) == "epic"
    assert (
        express(site, "System.AssignedTo", Ref("l.gray@fund.example", "Lena Gray")) == "Lena Gray <l.gray@fund.example>"
    )
    assert express(site, "System.AssignedTo", Ref("l.gray@fund.example")) == "l.gray@fund.example"
    assert express(site, "System.AreaPath", Ref("Fund\\Legal", "Fund/Legal")) == "Fund/Legal"
    assert express(site, "System.Parent", Ref("7", "7")) == Ref("7")
    assert express(site, "Custom.Key", Opaque("a guid", "x")) == "a guid"
    assert express(site, "commits", (Link("Fixed in Commit", f"vstfs:///Git/Commit/{AT}%2F{SHA}"),)) == [
        f"Fund/Portal@{SHA}"
    ]
    elsewhere = Link("Fixed in Commit", "vstfs:///Git/Commit/p%2Fr%2F1")
    assert express(site, "commits", elsewhere) == elsewhere.target


def test_a_mistyped_name_gets_a_hint(site):
    """The nearest of what would be taken."""
    with pytest.raises(BadValue) as problem:
        normalize(site, "Deal", "System.AreaPath", "Legl/EU")
    assert problem.value.hint == "did you mean 'Legal/EU'?"


def test_new_areas_are_taken_where_the_provider_makes_them(connect):
    """With what is there as it is written there; a name that no area can have is refused."""
    site = connect(options={"create": ["area"]}).provider.describe_site(("epic",))
    assert normalize(site, "Deal", "System.AreaPath", "legal/US/New York") == Ref("Fund\\Legal\\US\\New York")
    assert normalize(site, "Deal", "System.AreaPath", "Fund/New") == Ref("Fund\\New")
    for text in ("Legal/a:b", "Legal//x", "Legal/" + "x" * 256):
        with pytest.raises(BadValue, match="no area can be called"):
            normalize(site, "Deal", "System.AreaPath", text)
    with pytest.raises(BadValue, match="no sprint is called"):
        normalize(site, "Deal", "System.IterationPath", "New")


def test_without_a_repository_in_sight_commits_say_why(azure, provider):
    """A token without the scope for code leaves them unwritable, not unknown."""
    azure.on("GET", f"/{PROJECT_ID}/_apis/git/repositories", (403, {"message": "no"}))
    field = provider.describe_site(("epic",)).types["Deal"].fields["commits"]
    assert not field.writable
    assert "can't read the project's repositories" in field.why


VALUES = {
    "System.Title": st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=50),
    "System.Description": st.text(st.sampled_from("ab *_#-\n`"), max_size=40),
    TAGS: st.lists(st.text(st.sampled_from("abAB -"), min_size=1).filter(str.strip), max_size=5),
    EFFORT: st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9),
    TARGET: st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    "Custom.Seen": st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    "Custom.Approved": st.booleans(),
    PRIORITY: st.sampled_from(["critical", "high", "medium", "low", "1", "4"]),
    "Custom.Risk": st.sampled_from(["Low", "HIGH"]),
    "System.AreaPath": st.sampled_from(["Fund", "Legal", "fund/legal/eu"]),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(VALUES)), st.data())
def test_saying_and_reading_are_inverse(site, field, data):
    """A normal form is the same after express and normalize, and after it went over the wire."""
    normal = normalize(site, "Deal", field, data.draw(VALUES[field]))
    assert normalize(site, "Deal", field, express(site, field, normal)) == (normal if normal is not None else None)
    schemas = {
        "System.Description": "html", EFFORT: "double", "Custom.Approved": "boolean", PRIORITY: "integer",
        TARGET: "dateTime", "Custom.Seen": "dateTime",
    }  # fmt: skip
    type = type_of(field, {"type": schemas.get(field, "string")}, listed=field in (PRIORITY, "Custom.Risk"))
    live = from_json(type, to_json(type, normal))
    assert live == normal
    if isinstance(live, Rich) and not live.lossy:
        assert normalize(site, "Deal", field, express(site, field, live)) == live


def test_a_word_that_means_another_status_elsewhere_is_not_said(azure, provider):
    """Types may put one name into different categories; then the name says it."""
    odd = [TYPES[0], {**TYPES[3], "states": [state("New", "Completed")]}]
    azure.on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes", listed(*odd))
    site = provider.describe_site(("epic", "bug"))
    assert express(site, STATE, Ref("New", "New")) == "New"
    assert normalize(site, "Bug", STATE, "done") == Ref("New")


def test_a_choice_whose_values_are_not_listed_takes_any(azure, provider):
    """The site refuses what it does not take; names that differ in case alone go by the very name."""
    fields = [{**each, "allowedValues": []} if each["referenceName"] == "Custom.Risk" else each for each in EPIC_FIELDS]
    azure.on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes/Deal/fields", listed(*fields))
    assert normalize(provider.describe_site(("epic",)), "Deal", "Custom.Risk", "Odd") == Ref("Odd")
    fields = [
        {**each, "allowedValues": ["low", "Low"]} if each["referenceName"] == "Custom.Risk" else each
        for each in EPIC_FIELDS
    ]
    azure.on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes/Deal/fields", listed(*fields))
    site = provider.describe_site(("epic", "task"))
    assert normalize(site, "Deal", "Custom.Risk", "Low") == Ref("Low")
    with pytest.raises(BadValue, match="more than one"):
        normalize(site, "Deal", "Custom.Risk", "LOW")


@pytest.mark.parametrize(
    ("type", "allowed", "value", "option"),
    [
        ("integer", [10, 25], 25, Ref("25")),
        ("integer", ["10", "25"], "10", Ref("10")),
        ("double", [2.0, 2.5, "odd"], 2, Ref("2")),
        ("double", ["2.50"], 2.5, Ref("2.5")),
    ],
)
def test_a_list_of_numbers_is_compared_as_numbers(azure, provider, type, allowed, value, option):
    """However the site writes its list; what is written and read is a number."""
    tranche = {"referenceName": "Custom.Tranche", "name": "Tranche"}
    schema = {**tranche, "type": type, "isPicklist": True, "isPicklistSuggested": False}
    azure.on("GET", "/Fund/_apis/wit/fields", listed(*SCHEMAS, schema))
    fields = listed(*EPIC_FIELDS, {**tranche, "allowedValues": allowed})
    azure.on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes/Deal/fields", fields)
    site = provider.describe_site(("epic",))
    normal = normalize(site, "Deal", "Custom.Tranche", value)
    assert normal == option
    kind = type_of("Custom.Tranche", schema, listed=True)
    assert from_json(kind, to_json(kind, normal)) == option
    assert normalize(site, "Deal", "Custom.Tranche", express(site, "Custom.Tranche", normal)) == option
    with pytest.raises(BadValue, match="no Tranche is called"):
        normalize(site, "Deal", "Custom.Tranche", 99)


def test_a_repository_may_be_called_as_its_project_is():
    """The URLs of its pages then name it once."""
    repositories = (Ref("p%2Fr", "Portal/Tools"), Ref("p%2Fs", "Portal/Portal"))
    link = code_link("https://azure.example/fund", "Portal", "Pull Request", PULL, repositories)
    assert link.target == "vstfs:///Git/PullRequestId/p%2Fs%2F7"


@pytest.mark.parametrize(
    "repository",
    [
        "https://dev.azure.com/fund/Portal/_git/Tools",
        "https://fund@dev.azure.com/fund/Portal/_git/Tools",
        "git@ssh.dev.azure.com:v3/fund/Portal/Tools",
        "https://dev.azure.com/fund/My%20Portal/_git/Tools",
        "Tools",
    ],
)
def test_a_repository_goes_by_what_git_clones(repository):
    """Over HTTPS with a name before the host, or over SSH, where its URL is another."""
    project = "My Portal" if "My" in repository else "Portal"
    repositories = (Ref("p%2Fr", f"{project}/Tools"), Ref("p%2Fs", f"{project}/Portal"))
    link = code_link("https://dev.azure.com/fund", project, "Fixed in Commit", commit_in(repository, SHA), repositories)
    assert link.target == f"vstfs:///Git/Commit/p%2Fr%2F{SHA}"


TOOLS = (Ref("p%2Fr", "Portal/Tools"), Ref("p%2Fs", "Portal/My Site"))
SITE = "https://dev.azure.com/fund"


@pytest.mark.parametrize(
    ("text", "repositories", "summary", "hint"),
    [
        (
            f"zzz@{SHA}",
            TOOLS,
            "the project 'Portal' has no repository 'zzz'",
            "there are: Portal/Tools, Portal/My Site",
        ),
        (f"{SITE}/Portal/_git/Tool@{SHA}", TOOLS, "has no repository 'Tool'", "did you mean 'Portal/Tools'?"),
        (f"zzz@{SHA}", (), "has no repository 'zzz'", "it has none that this account can read"),
        (
            f"{SITE}/Gate/_git/zzz@{SHA}",
            TOOLS,
            "the repository 'zzz' is said to be of the project 'Gate', and items of 'Portal' are linked to its own",
            "there are: Portal/Tools, Portal/My Site; link the page of any other as a document",
        ),
        (
            f"https://github.com/fund/tools@{SHA}",
            TOOLS,
            "https://github.com/fund/tools is not on this site, and items are linked to its own commits alone",
            f"its URLs begin with {SITE}; link the page of any other as a document",
        ),
        (f"https://[fund@{SHA}", TOOLS, "https://[fund is not on this site", ""),
        (
            f"Tools@{SHA[:8]}",
            TOOLS,
            f"{SHA[:8]!r} has 8 digits, and the link to a commit takes all 40",
            "git rev-parse",
        ),
        (f"{SITE}/Portal/_git/Tools/commit/{SHA[:9]}?path=/", TOOLS, "has 9 digits", f"git rev-parse {SHA[:9]}"),
        (f"{SITE}/Portal/_git/Tools", TOOLS, "is no commit", "write <repository>@<40 digits>, or the URL of its page"),
    ],
)
def test_what_is_no_commit_to_link_to_says_why(text, repositories, summary, hint):
    """Which repository of which project is not there, with the nearest, else all; a sha has to be whole."""
    with pytest.raises(BadValue) as raised:
        code_link(SITE, "Portal", "Fixed in Commit", text, repositories)
    assert summary in raised.value.summary
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("type", "text", "page"),
    [
        ("Fixed in Commit", f"Tools@{SHA}", f"{SITE}/Portal/_git/Tools/commit/{SHA}"),
        ("Pull Request", "My Site!7", f"{SITE}/Portal/_git/My%20Site/pullrequest/7"),
        ("Pull Request", "vstfs:///Git/PullRequestId/x%2Fy%2F7", "vstfs:///Git/PullRequestId/x%2Fy%2F7"),
    ],
)
def test_the_page_of_a_link_can_be_opened(type, text, page):
    """It is read as the same link again; of an unknown repository the link itself stays."""
    link = code_link(SITE, "Portal", type, text, TOOLS)
    assert page_of(SITE, link, TOOLS) == page
    assert code_link(SITE, "Portal", type, page, TOOLS) == link
