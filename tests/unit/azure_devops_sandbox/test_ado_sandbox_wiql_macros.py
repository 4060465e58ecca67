"""Macros of queries that stand for what a person, a project or a team has."""

from __future__ import annotations

import pytest
from azure_site import INVEST, AzureSite
from reconciler_azure_devops_sandbox.organisation import PEOPLE, SANDBOX_USER

TEAM = "/INVEST/INVEST Team"
OTHER = PEOPLE[1]


@pytest.fixture(scope="module")
def site() -> AzureSite:
    """Items of each iteration, of the root, of another area and of another project; their ids are their numbers."""
    site = AzureSite()
    for sprint in (1, 2, 3):
        site.make(f"In sprint {sprint}", System_IterationPath=f"INVEST\\Sprint {sprint}")
    site.make("In none", System_AreaPath="INVEST\\Finance")
    site.make("Elsewhere", "Issue", "BASIC")
    return site


@pytest.mark.parametrize("scope", [TEAM, INVEST])
@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("[System.IterationPath] = @currentIteration", [2]),
        ("[System.IterationPath] UNDER @CurrentIteration", [2]),
        ("[System.IterationPath] <> @currentIteration AND [System.TeamProject] = @project", [1, 3, 4]),
        ("[System.IterationPath] = @currentIteration + 1", [3]),
        ("[System.IterationPath] = @currentIteration-1", [1]),
        ("[System.IterationPath] IN (@currentIteration - 1, @currentIteration)", [1, 2]),
        (r"[System.IterationPath] = @currentIteration('[INVEST]\INVEST Team')", [2]),
        (r"[System.IterationPath] = @currentIteration('[invest]\invest team') + 1", [3]),
        (r"[System.IterationPath] = @currentIteration('[INVEST]\INVEST Team <id:1a7f3c10>') - 1", [1]),
        ("[System.AreaPath] = @teamAreas", [1, 2, 3, 4]),
        (r"[System.AreaPath] = @teamAreas('[BASIC]\BASIC Team')", [5]),
        (r"[System.AreaPath] = @TeamAreas('[BASIC]\BASIC Team') AND [System.TeamProject] = @project", []),
        ("[System.Id] IN (@follows)", []),
        ("[System.Id] NOT IN (@Follows) AND [System.Id] < 3", [1, 2]),
        ("[System.Id] IN (@recentProjectActivity)", [1, 2, 3, 4]),
        ("[System.Id] IN (@myRecentActivity)", [1, 2, 3, 4, 5]),
        ("[System.Id] IN (@recentMentions)", []),
        ("[System.CreatedBy] = @me AND [System.TeamProject] = @project", [1, 2, 3, 4]),
    ],
)
def test_a_macro_stands_for(site: AzureSite, scope: str, where: str, found: list[int]) -> None:
    """Each macro of the vendor's pages finds what it names; a project's call means the project's own team."""
    assert site.find(where, scope) == found


@pytest.mark.parametrize(
    ("scope", "where", "words"),
    [
        ("", "[System.TeamProject] = @project",
         "VS402612: The macro '@Project' is not supported without a project context."),
        ("", "[System.IterationPath] = @currentIteration",
         "VS402612: The macro '@CurrentIteration' is not supported without a team context."),
        (INVEST, r"[System.IterationPath] = @currentIteration('[INVEST]\Nobody')",
         "VS402612: The macro '@CurrentIteration' is not supported without a team context."),
        (INVEST, r"[System.IterationPath] = @currentIteration('INVEST\INVEST Team')",
         r"'INVEST\INVEST Team' is not of the form '[project]\team'"),
        (INVEST, "[System.IterationPath] = @currentIteration + 2",
         "The team 'INVEST Team' has no iteration that '@CurrentIteration' could mean."),
        (INVEST, "[System.IterationPath] = @currentIteration - 2",
         "The team 'INVEST Team' has no iteration that '@CurrentIteration' could mean."),
        ("/BASIC", "[System.IterationPath] = @currentIteration",
         "The team 'BASIC Team' has no iteration that '@CurrentIteration' could mean."),
        ("", "[System.AreaPath] = @teamAreas",
         "VS402612: The macro '@TeamAreas' is not supported without a team context."),
        ("", "[System.Id] IN (@recentProjectActivity)",
         "VS402612: The macro '@RecentProjectActivity' is not supported without a project context."),
    ],
)  # fmt: skip
def test_a_macro_that_stands_for_nothing_fails(site: AzureSite, scope: str, where: str, words: str) -> None:
    """Without the project, the team or the iteration that it means, a macro is a 500, as on live sites."""
    asked = {"query": f"SELECT [System.Id] FROM WorkItems WHERE {where}"}
    assert site.refused("POST", f"{scope}/_apis/wit/wiql", asked) == (500, words)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("[System.Title] = @shoe", "The macro is not supported. The error is caused by «@shoe»."),
        ("[System.AreaPath] = @currentIteration", "The macro can't be used here."),
        ("[System.AreaPath] UNDER @teamAreas", "The macro can't be used here."),
        ("[System.AreaPath] IN (@teamAreas)", "The macro can't be used here."),
        ("[System.IterationPath] = @teamAreas", "The macro can't be used here."),
        ("[System.Id] = @follows", "The macro can't be used here."),
        ("[System.Id] IN (1, @follows)", "The macro can't be used here."),
        ("[System.AreaPath] = @teamAreas + 1", "The macro takes no offset."),
        ("[System.Id] IN (@follows + 1)", "The macro takes no parameter and no offset."),
        ("[System.CreatedBy] = @me('x')", "The macro takes no parameter and no offset."),
        ("[System.TeamProject] = @project - 1", "The macro takes no parameter and no offset."),
    ],
)
def test_a_misplaced_macro_is_refused(site: AzureSite, where: str, words: str) -> None:
    """A macro beside a field, an operator or a parameter that it does not have is a 400 that names it."""
    status, message = site.refused(
        "POST", f"{INVEST}/_apis/wit/wiql", {"query": f"SELECT ID FROM WorkItems WHERE {where}"}
    )
    assert (status, message.startswith(words)) == (400, True), message


def test_the_current_iteration_goes_by_the_clock() -> None:
    """Two weeks on, the macro means the next iteration; of a team that gave that up, none."""
    site = AzureSite()
    site.make(System_IterationPath="INVEST\\Sprint 2")
    next_one = site.make(System_IterationPath="INVEST\\Sprint 3")
    site.clock.sleep(14 * 86_400)
    assert site.find("[System.IterationPath] = @currentIteration", TEAM) == [next_one]
    chosen = site.good("GET", f"{TEAM}/_apis/work/teamsettings/iterations", timeframe="current")["value"][0]["id"]
    site.good("DELETE", f"{TEAM}/_apis/work/teamsettings/iterations/{chosen}")
    asked = {"query": "SELECT ID FROM WorkItems WHERE [System.IterationPath] = @currentIteration"}
    assert site.refused("POST", f"{TEAM}/_apis/wit/wiql", asked)[0] == 500


def test_recent_activity_is_of_thirty_days() -> None:
    """What the person changed longer ago is no recent activity; a change brings it back."""
    site = AzureSite()
    items = [site.make(), site.make()]
    site.clock.sleep(31 * 86_400)
    assert site.find("[System.Id] IN (@myRecentActivity)") == []
    site.set(items[0], System_Title="Again")
    assert site.find("[System.Id] IN (@myRecentActivity)") == [items[0]]


def test_recent_project_activity_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The macro gives the items that changed last, and no more than its limit."""
    monkeypatch.setattr("reconciler_azure_devops_sandbox.wiql_macros._PROJECT_ITEMS_MAX", 2)
    site = AzureSite()
    first, _second, third = site.make(), site.make(), site.make()
    site.clock.sleep(60)
    site.set(first, System_Title="Again")
    assert site.find("[System.Id] IN (@recentProjectActivity)") == [first, third]


def test_mentions_are_found_in_comments() -> None:
    """A comment that names the person, as HTML or as Markdown, is a mention for thirty days, unless it is deleted."""
    site = AzureSite()
    me, mention = SANDBOX_USER.id, '<a href="#" data-vss-mention="version:2.0,{}">@Name</a>'
    texts = [mention.format(me), f"See @<{me.upper()}>", mention.format(OTHER.id), me]
    items = [site.make() for _text in texts]
    comments = []
    for item, text in zip(items, texts, strict=True):
        path = f"{INVEST}/_apis/wit/workItems/{item}/comments"
        comments.append(f"{path}/{site.good('POST', path, {'text': text}, version='7.1-preview.4')['id']}")
    assert site.find("[System.Id] IN (@recentMentions)") == items[:2]
    site.good("DELETE", comments[0], version="7.1-preview.4")
    assert site.find("[System.Id] IN (@recentMentions)") == items[1:2]
    site.clock.sleep(31 * 86_400)
    assert site.find("[System.Id] IN (@recentMentions)") == []
