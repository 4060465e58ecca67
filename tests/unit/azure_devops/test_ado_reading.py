"""Items read by id, URL and query."""

from __future__ import annotations

import httpx
import pytest
from azure_canned import PROJECT_ID, URL, listed, refused, relation, work_item
from reconciler_azure_devops.client import Client
from reconciler_azure_devops.reading import FieldTypes, fetch_one

from reconciler.sdk import NotFoundError, Ref, UnreachableError

TITLE = "System.Title"
BATCH = "/_apis/wit/workitemsbatch"


def batch_of(*items):
    """Answers a bulk read with those of these items that were asked for."""
    import json

    def answer(request: httpx.Request):
        asked = json.loads(request.content)["ids"]
        return listed(*(each for each in items if each["id"] in asked))

    return answer


def wiql(*ids):
    return {"queryType": "flat", "workItems": [{"id": id, "url": f"{URL}/_apis/wit/workItems/{id}"} for id in ids]}


def test_items_are_read_by_id_and_url(azure, provider):
    """Of this site alone, in one request."""
    azure.on("POST", BATCH, batch_of(work_item(5, rev=3), work_item(7)))
    asked = ["5", f"{URL}/_workitems/edit/5", f"{URL}/Fund/_workitems/edit/7/", f"{URL}/Fund/_boards/board/5",
             "https://other.example/fund/_workitems/edit/5", "0", "deal", "99999999999"]  # fmt: skip
    found = {each.asked: each for each in provider.fetch(dict.fromkeys(asked, (TITLE,)))}
    assert {asked: each.item.id if each.item else each.state for asked, each in found.items()} == {
        "5": "5",
        asked[1]: "5",
        asked[2]: "7",
        **dict.fromkeys(asked[3:], "not_visible"),
    }
    item = found["5"].item
    assert (item.key, item.revision, item.type, item.url) == ("5", "3", Ref("Deal"), f"{URL}/_workitems/edit/5")
    assert azure.bodies("POST", BATCH) == [{"ids": [5, 7], "$expand": "relations", "errorPolicy": "omit"}]


def test_items_are_read_200_at_a_time(azure, provider):
    """The site takes no more (FACTS B4)."""
    azure.on("POST", BATCH, batch_of(*map(work_item, range(1, 402))))
    found = list(provider.fetch({str(id): (TITLE,) for id in range(1, 402)}))
    assert len(found) == 401
    assert sorted(len(each["ids"]) for each in azure.bodies("POST", BATCH)) == [1, 200, 200]


def test_each_that_asks_gets_its_own_fields(azure, provider):
    """However many are read together."""
    azure.on("POST", BATCH, batch_of(work_item(5), work_item(7)))
    found = {each.asked: each.item.fields for each in provider.fetch({"5": (TITLE,), "7": ("links",)})}
    assert found == {"5": {TITLE: "Item 5"}, "7": {"links": ()}}


def test_what_is_not_there_is_looked_for_in_the_recycle_bin(azure, provider):
    """Deleted is certain; anything else may only be hidden."""
    azure.on("POST", BATCH, listed(None))
    said = [{"id": "5", "code": 200}, {"id": 6, "code": 404, "message": "not there"}]
    azure.on("GET", "/Fund/_apis/wit/recyclebin", listed(*said))
    found = {each.asked: each.state for each in provider.fetch({"5": (), "6": (), "7": ()})}
    assert found == {"5": "deleted", "6": "not_visible", "7": "not_visible"}
    (request,) = azure.sent("GET", "/Fund/_apis/wit/recyclebin")
    assert request.url.params["ids"] == "5,6,7"


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_recycle_bin_that_is_closed_to_us_says_nothing(azure, provider, status):
    """What can't be read is not visible, and no error."""
    azure.on("POST", BATCH, listed())
    azure.on("GET", "/Fund/_apis/wit/recyclebin", (status, refused("no")))
    assert [each.state for each in provider.fetch({"5": ()})] == ["not_visible"]


def test_an_item_of_another_project_says_so(azure, provider, site):
    """The described project goes by its id, others by name."""
    azure.on("POST", BATCH, batch_of(work_item(5), work_item(7, {"System.TeamProject": "Other"})))
    assert {each.asked: each.item.project for each in provider.fetch({"5": (), "7": ()})} == {
        "5": PROJECT_ID,
        "7": "Other",
    }


def test_before_a_description_nothing_is_said_of_projects(azure, provider):
    """Rather than something that is no project's id."""
    azure.on("POST", BATCH, batch_of(work_item(5)))
    assert [each.item.project for each in provider.fetch({"5": ()})] == [""]


def test_fields_are_typed_without_a_description(azure, provider):
    """One read of all fields tells, for any number of items."""
    azure.on("POST", BATCH, batch_of(work_item(5, {"Custom.Amount": 3.0, "Custom.Unheard": "x"})))
    for _ in range(2):
        (found,) = provider.fetch({"5": ("Custom.Amount", "Custom.Unheard")})
        assert found.item.fields["Custom.Amount"] == 3
        assert found.item.fields["Custom.Unheard"].shown == '"x"'
    assert len(azure.sent("GET", "/Fund/_apis/wit/fields")) == 1


def test_a_condition_searches_the_project(azure, provider):
    """And what it finds is read in bulk."""
    azure.on("POST", "/Fund/_apis/wit/wiql", wiql(7, 5)).on("POST", BATCH, batch_of(work_item(5), work_item(7)))
    found = list(provider.search("[System.State] = 'New'", (TITLE,)))
    assert [each.id for each in found] == ["7", "5"]
    (body,) = azure.bodies("POST", "/Fund/_apis/wit/wiql")
    assert body["query"] == (
        "SELECT [System.Id] FROM WorkItems WHERE ([System.TeamProject] = @project AND ([System.State] = 'New')) "
        "AND [System.Id] > 0 ORDER BY [System.Id]"
    )


def test_a_whole_query_is_sent_as_it_stands(azure, provider):
    """With its own order; of links, their targets."""
    links = [{"rel": None, "source": None, "target": {"id": 5}}, {"rel": "x", "source": {"id": 5}, "target": {"id": 7}}]
    azure.on("POST", "/Fund/_apis/wit/wiql", {"queryType": "oneHop", "workItemRelations": links})
    azure.on("POST", BATCH, batch_of(work_item(5), work_item(7)))
    query = "Select [System.Id] From WorkItemLinks"
    assert [each.id for each in provider.search(query, ())] == ["5", "7"]
    assert azure.bodies("POST", "/Fund/_apis/wit/wiql") == [{"query": query}]


def test_long_answers_are_paged_by_id(azure, provider):
    """A query gives no token to go on with (FACTS B5), so the next one begins above the last id."""
    import json

    def answer(request: httpx.Request):
        above = int(json.loads(request.content)["query"].rpartition("> ")[2].split()[0])
        top = int(request.url.params["$top"])
        return wiql(*range(above + 1, min(above + top, 10_003) + 1))

    azure.on("POST", "/Fund/_apis/wit/wiql", answer).on("POST", BATCH, batch_of())
    assert list(provider.search("[System.Id] > 0", ())) == []
    assert len(azure.sent("POST", "/Fund/_apis/wit/wiql")) == 2
    assert sum(len(each["ids"]) for each in azure.bodies("POST", BATCH)) == 10_003


def test_children_are_those_that_their_parents_name(azure, provider):
    """A query may not know them yet; the parents' relations do."""
    child = work_item(8, None, relation("System.LinkTypes.Hierarchy-Reverse", 5))
    parent = work_item(
        5, None, relation("System.LinkTypes.Hierarchy-Forward", 8), relation("Hyperlink", "https://x.example")
    )
    azure.on("POST", BATCH, batch_of(parent, child))
    (found,) = provider.children(["5"])
    assert (found.id, found.fields["System.Parent"], found.fields[TITLE]) == ("8", Ref("5"), "Item 8")


def test_the_highest_id_is_the_organisations(azure, provider):
    """Ids are shared by its projects; empty where nothing is seen."""
    azure.on("POST", "/_apis/wit/wiql", wiql(42))
    assert provider.highest_key() == "42"
    azure.on("POST", "/_apis/wit/wiql", wiql())
    assert provider.highest_key() == ""


def test_an_answer_of_another_shape_is_no_data(azure, provider):
    """It comes from something in between."""
    for answer in (["x"], "text"):
        azure.on("POST", BATCH, {"value": answer} if answer == "text" else answer)
        azure.on("GET", "/Fund/_apis/wit/recyclebin", {"value": []})
        if answer == "text":
            with pytest.raises(UnreachableError, match="another shape"):
                list(provider.fetch({"5": ()}))
        else:
            assert [each.state for each in provider.fetch({"5": ()})] == ["not_visible"]
    azure.on("GET", "/_apis/connectionData", [])
    with pytest.raises(UnreachableError, match="another shape"):
        provider.describe_site(())


def test_one_item_is_read_alone(azure, plugin):
    """The everyday verbs say what is not there."""
    azure.on("POST", BATCH, listed())
    with pytest.raises(NotFoundError):
        plugin.get_work_item("5")


def test_one_item_can_be_read_at_this_moment(azure, plugin):
    """Beside the reads in bulk; what is not there is none."""
    client = Client(plugin.session)
    types = FieldTypes(client, "Fund")
    azure.on("GET", "/_apis/wit/workitems/5", work_item(5, rev=4))
    item = fetch_one(client, types, "5", (TITLE,))
    assert item is not None
    assert (item.revision, item.fields) == ("4", {TITLE: "Item 5"})
    assert fetch_one(client, types, "6", (TITLE,)) is None
