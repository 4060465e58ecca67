"""The Jira sandbox's rules about who reads what: sign-in, reads by id, searches, users, metadata, histories."""

from __future__ import annotations

from typing import Any


def test_myself_refuses_strangers(site: Any) -> None:
    """The probe tells a right credential from a wrong one."""
    assert site.get("/myself").json["emailAddress"] == "sandbox@example.com"
    refused = site.stranger.get("/rest/api/3/myself")
    assert refused.status == 401
    assert refused.json == {
        "errorMessages": ["Client must be authenticated to access this resource."],
        "errors": {},
    }


def test_reads_hide_from_strangers(site: Any) -> None:
    """A stranger's reads look like an empty site; writes are refused."""
    key = site.make()
    api = "/rest/api/3"
    assert site.stranger.get(f"{api}/issue/{key}").status == 404
    assert site.stranger.get(f"{api}/project/INVEST").status == 404
    assert site.stranger.post(f"{api}/search/jql", {"jql": "project = INVEST"}).json["issues"] == []
    assert site.stranger.post(f"{api}/issue/bulkfetch", {"issueIdsOrKeys": [key]}).json["issues"] == []
    assert site.stranger.get(f"{api}/field").json == []
    assert site.stranger.post(f"{api}/issue", site.draft()).status == 401
    assert site.stranger.get("/_edge/tenant_info").json == site.client.get("/_edge/tenant_info").json
    assert site.stranger.get("/browse/INVEST-1").headers["location"] == "/#INVEST-1"


def test_failed_login_is_named(site: Any) -> None:
    """The header says that a credential came and failed; a right one has no such header."""
    assert site.stranger.get("/rest/api/3/field").headers["x-seraph-loginreason"] == "AUTHENTICATED_FAILED"
    assert "x-seraph-loginreason" not in site.get("/field").headers


def test_hidden_is_missing(site: Any) -> None:
    """An issue taken out of sight answers as one that never was, and comes back unchanged."""
    issue = site.make("Secret", labels=["a"])
    missing = site.get("/issue/INVEST-99")
    site.platform.act("hide", {"item": issue})
    hidden = site.get(f"/issue/{issue}")
    assert (hidden.status, hidden.json) == (missing.status, missing.json)
    assert hidden.status == 404
    assert site.found('labels = "a"') == []
    assert site.put(f"/issue/{issue}", {"fields": {"summary": "x"}}).status == 404
    site.platform.act("show", {"item": issue})
    assert site.fields(issue)["summary"] == "Secret"


def test_bulk_fetch_takes_a_hundred(site: Any) -> None:
    """101 and none are refused."""
    assert site.post("/issue/bulkfetch", {"issueIdsOrKeys": ["1"] * 101}).status == 400
    assert site.post("/issue/bulkfetch", {"issueIdsOrKeys": []}).status == 400
    assert site.post("/issue/bulkfetch", {"issueIdsOrKeys": ["1"], "properties": list("abcdef")}).status == 400


def test_bulk_fetch_drops_the_missing(site: Any) -> None:
    """What is missing or hidden is in neither list."""
    there, hidden = site.make(), site.make()
    site.platform.act("hide", {"item": hidden})
    answer = site.post("/issue/bulkfetch", {"issueIdsOrKeys": [there, hidden, "INVEST-77"], "fields": ["summary"]})
    assert [each["id"] for each in answer.json["issues"]] == [there]
    assert answer.json["issueErrors"] == []
    assert answer.json["issues"][0]["fields"] == {"summary": "Title"}


def test_bulk_fetch_ascends(site: Any) -> None:
    """The order asked for does not matter, and twice is once."""
    first, second = site.make(), site.make()
    answer = site.post("/issue/bulkfetch", {"issueIdsOrKeys": [second, "INVEST-1", first]})
    assert [each["id"] for each in answer.json["issues"]] == [first, second]


def test_bulk_fetch_is_consistent(site: Any) -> None:
    """A read by id sees a write at once, or lags like a search where the knob says so."""
    site.turn(lag=60)
    issue = site.make("Before")
    wanted = {"issueIdsOrKeys": [issue], "fields": ["summary"]}
    assert site.post("/issue/bulkfetch", wanted).json["issues"]
    site.turn(bulkfetch_lags=True)
    assert site.post("/issue/bulkfetch", wanted).json["issues"] == []
    site.clock.sleep(61)
    site.put(f"/issue/{issue}", {"fields": {"summary": "After"}})
    assert site.post("/issue/bulkfetch", wanted).json["issues"][0]["fields"]["summary"] == "Before"
    site.clock.sleep(61)
    assert site.post("/issue/bulkfetch", wanted).json["issues"][0]["fields"]["summary"] == "After"


def test_keys_ignore_case(site: Any) -> None:
    """An id, a key and a key in small letters are one issue; the answer has the current key."""
    issue = site.make()
    assert {site.get(f"/issue/{name}").json["key"] for name in (issue, "INVEST-1", "invest-1")} == {"INVEST-1"}


def test_search_gives_ids_alone(site: Any) -> None:
    """Without `fields` a hit is an id, with them it has key and fields."""
    issue = site.make("Title")
    assert site.post("/search/jql", {"jql": "project = INVEST"}).json["issues"] == [{"id": issue}]
    hit = site.post("/search/jql", {"jql": "project = INVEST", "fields": ["summary"]}).json["issues"][0]
    assert (hit["key"], hit["fields"]) == ("INVEST-1", {"summary": "Title"})


def test_search_pages_by_token(site: Any) -> None:
    """Tokens lead through all pages; the last has none; a token of another query or after a week is refused."""
    issues = [site.make() for _ in range(5)]
    query: dict[str, Any] = {"jql": "project = INVEST", "maxResults": 2}
    seen: list[str] = []
    token: str | None = None
    for _ in range(3):
        page = site.post("/search/jql", query | ({"nextPageToken": token} if token else {})).json
        seen += [each["id"] for each in page["issues"]]
        assert page["isLast"] is ("nextPageToken" not in page)
        token = page.get("nextPageToken", token)
    assert seen == issues
    assert page["isLast"]
    assert site.post("/search/jql", {"jql": "labels = x", "nextPageToken": token}).status == 400
    assert site.post("/search/jql", {**query, "nextPageToken": "?"}).status == 400
    site.clock.sleep(8 * 86400)
    assert site.post("/search/jql", {**query, "nextPageToken": token}).status == 400


def test_search_pages_are_capped(site: Any) -> None:
    """However many are asked for, a page with fields is capped; bare ids are not."""
    site.turn(page_cap=2)
    for _ in range(3):
        site.make()
    asked = {"jql": "project = INVEST", "maxResults": 5000}
    assert len(site.post("/search/jql", {**asked, "fields": ["summary"]}).json["issues"]) == 2
    assert len(site.post("/search/jql", asked).json["issues"]) == 3


def test_search_lags_and_flickers(site: Any) -> None:
    """A new label is missed at first, then seen by every other search, then by all; reads by id see it at once."""
    issue = site.make()
    site.turn(lag=60)
    site.put(f"/issue/{issue}", {"update": {"labels": [{"add": "new"}]}})
    assert site.fields(issue)["labels"] == ["new"]
    assert [site.found("labels = new") for _ in range(3)] == [[], [], []]
    site.clock.sleep(40)
    seen = [bool(site.found("labels = new")) for _ in range(4)]
    assert sorted(seen) == [False, False, True, True]
    assert seen[0] != seen[1]
    site.clock.sleep(21)
    assert all(site.found("labels = new") for _ in range(3))


def test_reconciled_issues_do_not_lag(site: Any) -> None:
    """An issue that is named is found at once, others not; 51 are too many."""
    site.turn(lag=60)
    named, other = site.make(), site.make()
    query = {"jql": "project = INVEST", "reconcileIssues": [int(named)]}
    assert site.post("/search/jql", query).json["issues"] == [{"id": named}]
    assert other not in site.found("project = INVEST")
    assert site.post("/search/jql", {**query, "reconcileIssues": list(range(51))}).status == 400


def test_jql_has_to_be_bounded(site: Any) -> None:
    """No query, and an order alone, are refused."""
    for jql in ("", "ORDER BY created"):
        answer = site.post("/search/jql", {"jql": jql})
        assert answer.status == 400
        assert "Unbounded" in answer.json["errorMessages"][0]


def test_malformed_jql_is_refused(site: Any) -> None:
    """Broken syntax, unknown fields and values are refused; bare words search summary and description."""
    issue = site.make("Market size")
    for jql in (
        "project =",
        "project = INVEST AND",
        "(labels = x",
        "shoe = 1",
        "status = Gone",
        "key = INVEST-9",
        'labels = "x',
    ):
        assert site.post("/search/jql", {"jql": jql}).status == 400, jql
    assert site.found("market size") == [issue]
    assert site.found("nothing") == []


def test_labels_match_without_case(site: Any) -> None:
    """Labels are compared without case, or with it where the knob says so."""
    issue = site.make(labels=["Mine"])
    assert site.found("labels = mine") == [issue]
    site.turn(jql_label_case="sensitive")
    assert site.found("labels = mine") == []
    assert site.found("labels = Mine") == [issue]


def test_old_search_is_gone(site: Any) -> None:
    """The removed endpoint names its successor."""
    for answer in (site.get("/search", jql="project = INVEST"), site.post("/search", {"jql": "project = INVEST"})):
        assert answer.status == 410
        assert "/rest/api/3/search/jql" in answer.json["errorMessages"][0]


def test_user_search_is_by_prefix(site: Any) -> None:
    """The start of a name or a shown e-mail finds; a hidden e-mail, the middle of a word and leavers do not."""

    def names(query: str) -> list[str]:
        return [each["displayName"] for each in site.get("/user/search", query=query).json]

    assert names("l.gray@fund.example") == names("lena") == names("Gr") == ["Lena Gray"]
    assert names("ray") == names("s.rossi@fund.example") == names("former") == []
    assert names("sofia") == ["Sofia Rossi"]
    assignable = site.get("/user/assignable/search", query="mei", project="INVEST").json
    assert [each["emailAddress"] for each in assignable] == ["m.tanaka@fund.example"]
    assert site.get("/user/assignable/search", query="mei").status == 400
    assert site.get("/user/assignable/search", project="NOPE").status == 404
    assert site.get("/user/search").status == 400
    found = site.get("/user", accountId=assignable[0]["accountId"])
    assert found.json == assignable[0]
    assert site.get("/user", accountId="nobody").status == 404
    assert site.get("/user/bulk").status == 400
    assert site.get("/user/bulk", accountId=assignable[0]["accountId"]).json["values"] == assignable


def test_metadata_pages(site: Any) -> None:
    """Fields come in pages; together they are what the type's create screen has, required ones named."""
    kinds = {each["name"]: each for each in site.get("/issue/createmeta/INVEST/issuetypes").json["issueTypes"]}
    assert {name: each["hierarchyLevel"] for name, each in kinds.items()} == {
        "Epic": 1, "Story": 0, "Task": 0, "Bug": 0, "Sub-task": -1,
    }  # fmt: skip
    path = f"/issue/createmeta/INVEST/issuetypes/{kinds['Task']['id']}"
    first = site.get(path, maxResults="5").json
    rest = site.get(path, startAt="5", maxResults="500").json
    assert (first["maxResults"], rest["maxResults"]) == (5, 200)
    fields = {each["fieldId"]: each for each in first["fields"] + rest["fields"]}
    assert len(fields) == first["total"]
    assert fields["summary"]["required"]
    assert not fields["parent"]["required"]
    assert [each["value"] for each in fields["customfield_10052"]["allowedValues"]] == [
        "Low", "Medium", "High", "Critical",
    ]  # fmt: skip
    assert "status" not in fields
    parts = site.get(f"/issue/createmeta/INVEST/issuetypes/{kinds['Sub-task']['id']}").json["fields"]
    assert {each["fieldId"] for each in parts if each["required"]} == {"summary", "issuetype", "project", "parent"}
    assert site.get(path, startAt="x").status == 400


def test_history_names_its_author(site: Any) -> None:
    """One write is one entry: who, when, each field with both texts."""
    issue = site.make("Old", customfield_10028=3)
    site.clock.sleep(60)
    site.platform.act(
        "edit", {"by": "Lena Gray", "item": issue, "set": {"summary": "New", "Story Points": 5, "Risk level": "High"}}
    )
    (entry,) = site.get(f"/issue/{issue}/changelog").json["values"]
    assert entry["author"]["displayName"] == "Lena Gray"
    assert entry["created"] == "2026-11-23T09:01:00.000+0000"
    texts = {item["fieldId"]: (item.get("fromString"), item.get("toString")) for item in entry["items"]}
    assert texts == {
        "summary": ("Old", "New"),
        "customfield_10028": ("3", "5"),
        "customfield_10052": (None, "High"),
    }


def test_history_in_bulk_pages(site: Any) -> None:
    """Entries of several issues come oldest first, by token, with the wanted fields alone."""
    one, two = site.make(), site.make()
    for number, issue in enumerate((one, two, one)):
        site.clock.sleep(1)
        site.put(f"/issue/{issue}", {"fields": {"summary": f"Title {number}", "duedate": f"2026-12-0{number + 1}"}})
    body: dict[str, Any] = {"issueIdsOrKeys": [two, one, "INVEST-9"], "fieldIds": ["duedate"], "maxResults": 2}
    first = site.post("/changelog/bulkfetch", body).json
    second = site.post("/changelog/bulkfetch", {**body, "nextPageToken": first["nextPageToken"]}).json
    assert "nextPageToken" not in second
    pages = first["issueChangeLogs"] + second["issueChangeLogs"]
    entries = [(each["issueId"], entry["items"]) for each in pages for entry in each["changeHistories"]]
    assert [(issue, [item["to"] for item in items]) for issue, items in entries] == [
        (one, ["2026-12-01"]), (two, ["2026-12-02"]), (one, ["2026-12-03"]),
    ]  # fmt: skip
    for bad in ({"issueIdsOrKeys": ["1"] * 1001}, {**body, "fieldIds": ["x"] * 11}, {**body, "nextPageToken": "?"}):
        assert site.post("/changelog/bulkfetch", bad).status == 400


def test_history_times_are_texts(site: Any) -> None:
    """The time is a text, or a number of milliseconds where the knob says so."""
    issue = site.make()
    site.put(f"/issue/{issue}", {"fields": {"summary": "New"}})

    def created() -> Any:
        answer = site.post("/changelog/bulkfetch", {"issueIdsOrKeys": [issue]}).json
        return answer["issueChangeLogs"][0]["changeHistories"][0]["created"]

    assert created() == "2026-11-23T09:00:00.000+0000"
    site.turn(bulk_changelog_created="epoch_ms")
    assert created() == 1795424400000


def test_comments_show_properties_by_id(site: Any, text: Any) -> None:
    """Neither the issue nor its list of comments shows them; the newest comes first for whoever asks."""
    issue = site.make()
    for word in ("One", "Two"):
        properties = [{"key": "reconciler", "value": {"operation": word}}]
        site.post(f"/issue/{issue}/comment", {"body": text(word), "properties": properties})
    newest, oldest = site.get(f"/issue/{issue}/comment", orderBy="-created").json["comments"]
    assert int(newest["id"]) > int(oldest["id"])
    assert "properties" not in newest
    assert "properties" not in site.fields(issue)["comment"]["comments"][0]
    (found,) = site.post("/comment/list", {"ids": [int(newest["id"])]}, expand="properties").json["values"]
    assert found["properties"] == [{"key": "reconciler", "value": {"operation": "Two"}}]
    (found,) = site.post("/comment/list", {"ids": [int(newest["id"])]}).json["values"]
    assert "properties" not in found
    assert site.post("/comment/list", {"ids": []}).status == 400


def test_texts_are_searched_by_words(site: Any) -> None:
    """A search for an identifier finds it, and what has its parts in another order."""
    hits = [site.make(customfield_10051=each) for each in ("rc-1a2b", "1A2B rc more")]
    site.make(customfield_10051="rc-ffff")
    assert site.found('cf[10051] ~ "rc-1a2b"') == hits
    assert site.post("/search/jql", {"jql": 'cf[10050] ~ "x"'}).status == 400
