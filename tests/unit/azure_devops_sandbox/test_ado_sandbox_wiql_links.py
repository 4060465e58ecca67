"""Queries for links."""

from __future__ import annotations

import pytest
from azure_site import INVEST, AzureSite

CHILD, NEXT = "System.LinkTypes.Hierarchy-Forward", "System.LinkTypes.Dependency-Forward"
CHILDREN = f"[System.Links.LinkType] = '{CHILD}'"


@pytest.fixture(scope="module")
def site() -> AzureSite:
    """1 has the children 2 and 3, 3 has 4, 2 comes before 4, and 5 stands alone."""
    site = AzureSite()
    parent = "System.LinkTypes.Hierarchy-Reverse"
    site.make("Deal", "Epic")
    site.make("Story", "User Story", links=[(parent, 1)])
    site.make("Bug", "Bug", links=[(parent, 1)])
    site.make("Task", links=[(parent, 3), ("System.LinkTypes.Dependency-Reverse", 2)])
    site.make("Alone")
    return site


@pytest.mark.parametrize(
    ("where", "mode", "found"),
    [
        (f"[Source].[System.Id] = 1 AND {CHILDREN}", "MustContain", [(None, 1), (1, 2), (1, 3)]),
        (f"Source.[System.Id] IN (1, 5) AND {CHILDREN}", "MayContain", [(None, 1), (1, 2), (1, 3), (None, 5)]),
        (f"[Source].[System.Id] IN (1, 5) AND {CHILDREN}", "DoesNotContain", [(None, 5)]),
        (f"[Source].[System.Id] = 1 AND {CHILDREN} AND [Target].[System.WorkItemType] = 'Bug'", "MustContain",
         [(None, 1), (1, 3)]),
        (f"[Source].[System.Id] = 1 AND {CHILDREN} AND NOT ([Target].[System.Id] = 3 OR [Target].[System.Id] = 4)",
         "MustContain", [(None, 1), (1, 2)]),
        (f"[Source].[System.Id] = 2 AND ([System.Links.LinkType] = '{NEXT}' OR {CHILDREN})", "MustContain",
         [(None, 2), (2, 4)]),
        (f"[Source].[System.Id] = 2 AND [System.Links.LinkType] IN ('{NEXT}')", "MustContain", [(None, 2), (2, 4)]),
        ("[Source].[System.Id] = 2 AND NOT [System.Links.LinkType] = 'System.LinkTypes.Hierarchy-Reverse'",
         "MustContain", [(None, 2), (2, 4)]),
        ("[Source].[System.Id] = 5 AND [System.Links.LinkType] <> ''", "MustContain", []),
        ("[Source].[System.Id] = 2 AND [System.Links.LinkType] = 'System.LinkTypes.Related-Forward'", "MayContain",
         [(None, 2)]),
        (f"[Source].[System.TeamProject] = @project AND {CHILDREN}", "Recursive",
         [(None, 1), (1, 2), (1, 3), (3, 4), (None, 5)]),
        (f"[Source].[System.Id] = 1 AND {CHILDREN} AND [Target].[System.WorkItemType] <> 'Bug'",
         "Recursive, ReturnMatchingChildren", [(None, 1), (1, 2)]),
    ],
)  # fmt: skip
def test_hops(site: AzureSite, where: str, mode: str, found: list[tuple[int | None, int]]) -> None:
    """Each mode gives the sources and the links that it promises, targets and link types filtered."""
    assert sorted(site.hops(where, mode), key=str) == sorted(found, key=str)


def test_a_tree_tells_its_shape(site: AzureSite) -> None:
    """The answer says whether it is a tree or one hop; each hop names its link type."""
    for mode, shape in (("Recursive", "tree"), ("MustContain", "oneHop")):
        query = f"SELECT [System.Id] FROM WorkItemLinks WHERE [Source].[System.Id] = 1 AND {CHILDREN} MODE ({mode})"
        answer = site.good("POST", f"{INVEST}/_apis/wit/wiql", {"query": query})
        assert (answer["queryType"], answer["queryResultType"]) == (shape, "workItemLink")
        assert {each.get("rel") for each in answer["workItemRelations"]} == {None, CHILD}


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("[System.Id] = 1", "needs Source or Target"),
        ("([Source].[System.Id] = 1 OR [Target].[System.Id] = 1)", "of the source, of the link or of the target"),
        ("[System.Links.LinkType] = 'Hyperlink'", "link type does not exist"),
        ("[System.Links.LinkType] = 'Shoe'", "link type does not exist"),
        ("[System.Links.LinkType] > 'a'", "can't be used with a link type"),
    ],
)
def test_a_mixed_condition_is_refused(site: AzureSite, where: str, words: str) -> None:
    """A condition asks of one end or of the link; link types have to exist."""
    query = f"SELECT [System.Id] FROM WorkItemLinks WHERE {where}"
    status, message = site.refused("POST", f"{INVEST}/_apis/wit/wiql", {"query": query})
    assert (status, words in message) == (400, True), message
