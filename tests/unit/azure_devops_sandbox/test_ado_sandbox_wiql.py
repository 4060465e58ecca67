"""Queries: what each comparison finds, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from azure_site import INVEST, AzureSite
from hypothesis import given
from hypothesis import strategies as st
from reconciler_azure_devops_sandbox.wiql_dates import literal_moment
from reconciler_azure_devops_sandbox.wiql_reader import read_query
from reconciler_azure_devops_sandbox.wiql_syntax import Comparison, Macro, WiqlError

TEAM = "/INVEST/INVEST Team"


@pytest.fixture(scope="module")
def site() -> AzureSite:
    """Seven items; their ids are their numbers."""
    site = AzureSite()
    site.make("Deal", "Epic", System_Tags="rc-0123456789ab; Green", Custom_InvestmentAmount=12.5)
    site.make("It's due", System_AssignedTo="l.gray@fund.example", System_IterationPath="INVEST\\Sprint 2")
    site.make("Model", System_AreaPath="INVEST\\Finance", System_Description="<p>Discounted cash flow</p>")
    site.make("Defect", "Bug", System_Tags="rc-0123456789abcd")
    site.clock.sleep(86_400)
    site.make("Later", Microsoft_VSTS_Common_Priority=1, System_AreaPath="INVEST\\Finance")
    site.make("Elsewhere", "Issue", "BASIC")
    site.make("Child", links=[("System.LinkTypes.Hierarchy-Reverse", 1)])
    site.set(3, System_State="Active")
    site.set(3, System_State="Closed", System_History="Said so")
    return site


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("[System.TeamProject] = @project", [1, 2, 3, 4, 5, 7]),
        ("[Team Project] = 'BASIC'", [6]),
        ("[System.Tags] CONTAINS 'RC-0123456789AB'", [1]),
        ("[System.Tags] NOT CONTAINS 'Green' AND [System.TeamProject] = @project", [2, 3, 4, 5, 7]),
        ("[System.Tags] IS NOT EMPTY", [1, 4]),
        ("[System.Tags] IS EMPTY AND Title = 'Later'", [5]),
        ("[System.AssignedTo] = 'Lena Gray <L.Gray@fund.example>'", [2]),
        ("[System.AssignedTo] CONTAINS 'gray'", [2]),
        ("[System.AssignedTo] = '' AND [System.Id] < 3", [1]),
        ("[System.AssignedTo] <> 'Lena Gray' AND [System.Id] < 4", [1, 3]),
        ("[System.CreatedBy] = @me AND [System.Id] IN (1, 5, 99)", [1, 5]),
        ("[System.CreatedBy] IN GROUP '[INVEST]\\INVEST Team' AND ID = 1", [1]),
        ("[System.WorkItemType] IN GROUP 'Microsoft.EpicCategory'", [1]),
        ("[System.Title] = 'it''s due'", [2]),
        ('[System.Title] CONTAINS "S DU"', [2]),
        ("[System.Description] CONTAINS WORDS 'flow disc*'", [3]),
        ("[System.Description] CONTAINS WORDS 'flo'", []),
        ("[System.AreaPath] UNDER 'INVEST\\Finance'", [3, 5]),
        ("[System.AreaPath] = 'INVEST' AND NOT [System.Id] > 2", [1, 2]),
        ("NOT [System.AreaPath] UNDER 'INVEST' ", [6]),
        ("[Custom.InvestmentAmount] >= 12.5", [1]),
        ("[Custom.InvestmentAmount] <> 1 AND [System.Id] <= 2", [1, 2]),
        ("[Microsoft.VSTS.Common.Priority] = '1'", [5]),
        ("[Microsoft.VSTS.Common.Priority] <> '' AND [System.Id] > 5", [6, 7]),
        ("[System.State] = 'Closed'", [3]),
        ("EVER [System.State] = 'New' AND [System.Id] = 3", [3]),
        ("[System.State] WAS EVER 'Active'", [3]),
        ("[System.State] EVER 'Active'", [3]),
        ("[System.History] CONTAINS 'said'", [3]),
        ("[System.Parent] = 1", [7]),
        ("[System.CreatedDate] = @today", [5, 6, 7]),
        ("[System.CreatedDate] <> @today AND [System.Id] > 3", [4]),
        ("[System.CreatedDate] < @today", [1, 2, 3, 4]),
        ("[System.CreatedDate] <= @Today - 1", [1, 2, 3, 4]),
        ("[System.CreatedDate] > '2026-11-23'", [5, 6, 7]),
        ("[System.CreatedDate] >= '11/24/2026'", [5, 6, 7]),
        ("[System.CreatedDate] >= @startOfMonth AND ID = 1", [1]),
        ("[System.CreatedDate] >= @StartOfYear('+11M') ", []),
        ("[System.CreatedDate] >= @startOfWeek('-1w') AND ID = 1", [1]),
        ("[Microsoft.VSTS.Scheduling.DueDate] <> @today AND ID = 2", [2]),
        ("[System.CreatedBy] = [System.ChangedBy] AND ID < 3", [1, 2]),
        ("[System.AreaPath] = [System.IterationPath] AND ID < 4", [1]),
        ("([System.Id] = 1 OR [System.Id] = 2) AND [System.Id] <> 1", [2]),
        ("[System.Id] = 1 OR [System.Id] = 2 AND [System.Id] = 7", [1]),
        ("[System.IsDeleted] = false AND ID = 1", [1]),
        ("[Custom.InvestmentAmount] > -1.5", [1]),
    ],
)  # fmt: skip
def test_a_condition_finds(site: AzureSite, where: str, found: list[int]) -> None:
    """Each operator of the grammar, each kind of field and each macro finds what its words say."""
    assert site.find(where) == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT [System.Id]", "TF51006: The query statement is missing a FROM clause."),
        ("SELECT [System.Id] FROM Shoes", "names neither WorkItems nor WorkItemLinks"),
        ("SELECT [System.Id] FROM WorkItems WHERE", "ends too early"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Id] ~ 1", "not valid"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Id] = 1 1", "Expecting end of string"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Id] LIKE 1", "Expecting a comparison operator"),
        ("SELECT [System.Id] FROM WorkItems WHERE ([System.Id] = 1", "Expecting )"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Id] = and", "Expecting a value"),
        ("SELECT [System.Id] FROM WorkItems WHERE and = 1", "Expecting field name"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] > @today - x", "Expecting a number"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] > @today - 1.5", "Expecting a whole number"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Id] > -'1'", "Expecting a number"),
        (f"SELECT [System.Id] FROM WorkItems WHERE {'(' * 9000}[System.Id] = 1{')' * 9000}", "nested too deeply"),
        ("SELECT [Shoe] FROM WorkItems", "a field that does not exist. The error is caused by «[Shoe]»."),
        ("SELECT [System.Id] FROM WorkItems WHERE [Shoe] = 1", "TF51005"),
        ("SELECT [System.Id] FROM WorkItems ORDER BY [Shoe]", "TF51005"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.AreaPath] UNDER 'INVEST\\Shoe'", "TF51011"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Tags] = 'x'", "can't be used with the field Tags"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Id] UNDER 'x'", "can't be used"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Id] CONTAINS 'x'", "can't be used"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Title] IN GROUP 'x'", "can't be used"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Title] CONTAINS [System.State]", "can't be used"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.IsDeleted] > true", "can't be used"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Id] = 'x'", "not a valid number"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] > 'soon'", "not a valid date"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] > 5", "not valid for the field"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] > '2026-11-23T10:00:00Z'",
         "You cannot supply a time with the date when running a query using date precision."),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.CreatedDate] > @startOfDay('much')", "modifier is not valid"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Title] = @shoe", "The macro is not supported"),
        ("SELECT [System.Id] FROM WorkItems WHERE [System.Title] = '" + "x" * 32_000 + "'", "32000 characters"),
        ("SELECT [System.Id] FROM WorkItemLinks WHERE [Source].[System.Id] = 1 MODE (Some)", "mode is not valid"),
        (" ", "empty"),
    ],
)  # fmt: skip
def test_a_query_is_refused(site: AzureSite, query: str, words: str) -> None:
    """What can't be read or asked is a 400 that names its cause."""
    status, message = site.refused("POST", f"{INVEST}/_apis/wit/wiql", {"query": query})
    assert (status, words in message) == (400, True), message


def test_the_answer_has_ids_alone(site: AzureSite) -> None:
    """Whatever SELECT names, items come as id and URL; the columns and the sorting are told beside them."""
    query = "SELECT [System.Title], State FROM WorkItems WHERE ID < 3 ORDER BY [System.Title] DESC, ID"
    answer = site.good("POST", "/_apis/wit/wiql", {"query": query})
    assert [each["id"] for each in answer["workItems"]] == [2, 1]
    assert answer["workItems"][0].keys() == {"id", "url"}
    assert [each["referenceName"] for each in answer["columns"]] == ["System.Title", "System.State"]
    assert [(each["field"]["name"], each["descending"]) for each in answer["sortColumns"]] == [
        ("Title", True), ("ID", False),
    ]  # fmt: skip
    assert (answer["queryType"], answer["queryResultType"]) == ("flat", "workItem")


def test_an_empty_value_sorts_first(site: AzureSite) -> None:
    """Ascending, what has no value comes before what has one."""
    query = "SELECT * FROM WorkItems WHERE ID < 4 ORDER BY [System.AssignedTo]"
    found = site.good("POST", f"{INVEST}/_apis/wit/wiql", {"query": query})["workItems"]
    assert [each["id"] for each in found] == [1, 3, 2]


def test_as_of_looks_back(site: AzureSite) -> None:
    """ASOF asks what was so at a moment: items made since are unknown, changes since have not happened."""
    past = "[System.TeamProject] = 'INVEST' AND [System.State] = 'New' ASOF '2026-11-23 12:00'"
    assert site.find(past) == [1, 2, 3, 4]
    assert site.find("[System.State] = 'New' ASOF @today") == [1, 2, 3, 4]


def test_a_teams_query_needs_the_team(site: AzureSite) -> None:
    """A team that the project does not have is a 404."""
    asked = {"query": "SELECT [System.Id] FROM WorkItems"}
    assert site.refused("POST", f"{INVEST}/Other Team/_apis/wit/wiql", asked)[0] == 404


def test_moments_count_with_time_precision(site: AzureSite) -> None:
    """With timePrecision a time of day is taken, and counts."""
    where = "[System.CreatedDate] > '2026-11-24T09:00:00Z'"
    assert site.find(where, timePrecision="true") == []
    assert site.find(where.replace("09:00", "08:59"), timePrecision="true") == [5, 6, 7]


def test_top_cuts_and_too_many_are_refused(site: AzureSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """$top gives the first ones; without it more than the limit is VS402337, never a part."""
    monkeypatch.setattr("reconciler_azure_devops_sandbox.wiql_endpoint._RESULTS_MAX", 3)
    assert site.find("[System.Id] > 1 ORDER BY [System.Id] DESC", "", top=2) == [7, 6]
    asked = {"query": "SELECT [System.Id] FROM WorkItems"}
    answer = site.ask("POST", "/_apis/wit/wiql", asked)
    assert answer.status == 400
    assert answer.json["typeKey"] == "WorkItemTrackingQueryResultSizeLimitExceededException"
    assert answer.json["message"].startswith("VS402337")


def test_tags_are_found_in_parts_if_so_turned() -> None:
    """Whether CONTAINS finds parts of tags is not documented: a knob turns it."""
    site = AzureSite()
    site.make(System_Tags="rc-0123456789ab")
    assert site.find("[System.Tags] CONTAINS 'rc-'") == []
    site.turn(contains_tags="substring")
    assert site.find("[System.Tags] CONTAINS 'rc-'") == [1]


def test_the_index_lags_and_flickers() -> None:
    """A write is unknown for half of the lag; then every other query knows it; then all do. A deletion lags too."""
    site = AzureSite()
    site.turn(lag=10)
    item = site.make()
    assert [site.find("ID > 0") for _ in range(2)] == [[], []]
    site.clock.sleep(6)
    assert sorted(site.find("ID > 0") for _ in range(2)) == [[], [item]]
    site.clock.sleep(6)
    assert [site.find("ID > 0") for _ in range(2)] == [[item], [item]]
    site.good("DELETE", f"/_apis/wit/workitems/{item}")
    assert site.find("ID > 0") == [item]
    site.clock.sleep(11)
    assert site.find("ID > 0") == []


def test_hidden_and_deleted_items_are_not_found() -> None:
    """An item that the account may not see, and one in the recycle bin, is in no query."""
    site = AzureSite()
    hidden, deleted, seen = site.make(), site.make(), site.make()
    site.control("people/hide", {"item": str(hidden)})
    site.good("DELETE", f"/_apis/wit/workitems/{deleted}")
    assert site.find("[System.Id] > 0") == [seen]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30))
def test_any_text_can_be_quoted(text: str) -> None:
    """A literal with its quotes doubled reads back as the text, in either kind of quotes."""
    for quote in ("'", '"'):
        query = f"SELECT ID FROM WorkItems WHERE Title = {quote}{text.replace(quote, quote * 2)}{quote}"
        where = read_query(query).where
        assert isinstance(where, Comparison)
        assert where.values == (text,)


@given(st.integers(-9999, 9999), st.sampled_from(["today", "STARTOFYEAR"]))
def test_an_offset_reads_back(number: int, name: str) -> None:
    """`@macro + n` and `@macro - n` read as the macro with its offset, with spaces or without."""
    for space in ("", " "):
        sign = "-" if number < 0 else "+"
        where = read_query(f"SELECT ID FROM WorkItems WHERE x > @{name}{space}{sign}{space}{abs(number)}").where
        assert isinstance(where, Comparison)
        assert where.values == (Macro(name.casefold(), "", number),)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("01-18-2019 GMT", (2019, 1, 18)),
        ("1/8/06 14:30:01", (2006, 1, 8, 14, 30, 1)),
        ("3/16/19 12:30", (2019, 3, 16, 12, 30)),
        ("2019-01-18T00:00:00.0000000", (2019, 1, 18)),
        ("2021-12-10 15:00:00.000", (2021, 12, 10, 15)),
        ("1/1/2019 00:00:00Z", (2019, 1, 1)),
        ("2026-11-23T10:00:00+02:00", (2026, 11, 23, 8)),
    ],
)
def test_the_pages_date_formats_are_read(text: str, moment: tuple[int, ...]) -> None:
    """The formats that the vendor's page shows; without a zone they are UTC."""
    year, month, day, *rest = moment
    assert literal_moment(text) == datetime(year, month, day, *rest, tzinfo=UTC)


def test_a_query_without_an_end_names_no_cause() -> None:
    """The message says that the text ends."""
    with pytest.raises(WiqlError, match="ends too early"):
        read_query("SELECT [System.Id] FROM WorkItems WHERE [System.Id] IN (1,")
