"""`reconciler search`, `open` and `whoami`, on items in and out of the state, with specs and without."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from acceptance.harness import Result, Site, Workspace, kinds, writes
from acceptance.platforms import on_each_platform, platform_of

LEGAL = "[Acme Robotics] Legal Due Diligence"

CONDITIONS = {
    "jira": 'summary ~ "legal" AND status = "To Do"',
    "azure_devops": "[System.Title] CONTAINS 'Legal' AND [System.State] = 'New'",
}
ORDERED = {
    "jira": "project = INVEST AND type = Task ORDER BY key ASC",
    "azure_devops": "SELECT [System.Id] FROM WorkItems WHERE [System.WorkItemType] = 'Task' ORDER BY [System.Id]",
}
MISTAKES = {
    "jira": ("status = Nonsense", "The value 'Nonsense' does not exist for the field 'status'."),
    "azure_devops": ("[System.Nonsense] = 'x'", "TF51005: The query references a field that does not exist."),
}
REQUESTS = {
    "jira": {"tenantInfo": 1, "searchAndReconsileIssuesUsingJqlPost": 1},
    "jira_datacenter": {None: 1, "getServerInfo": 1, "getFields": 1, "searchForIssuesUsingJqlPost": 1},
    "azure_devops": {"Wiql_Query By Wiql": 1, "Work Items_Get Work Items Batch": 1},
}
"""Data Center has no operation at the address that tells Cloud's tenant, which is asked first."""


def found(result: Result) -> list[dict[str, Any]]:
    """The items of a search's JSON."""
    assert result.code == 0, result.err
    items: list[dict[str, Any]] = result.json["items"]
    return items


def made_by_lena(site: Site, title: str) -> str:
    """A person creates an item, and a search knows it: its key."""
    field = {"jira": "summary", "azure_devops": "System.Title"}[site.platform]
    made = site.act("create", by="Lena Gray", set={field: title})
    site.control("POST", "clock", {"advance": 600})
    return str(made["key"])


def keys_by_address(workspace: Workspace) -> dict[str, str]:
    """The keys of the state's items."""
    return {each["address"]: each["key"] for each in workspace.run("state", "list", "--format", "json").json}


@on_each_platform
def test_words_find_what_has_all_of_them(applied: Workspace, site: Site) -> None:
    """Whatever their order and case; the line has the key, the status, the title, the address and the URL."""
    key = keys_by_address(applied)['tasks["legal"]']
    with site.watched() as asked:
        [hit] = found(applied.run("search", "diligence LEGAL", "--format", "json"))
    url = applied.run("open", "tasks.legal", "--print").out.strip()
    status = site.cards()[key]["status"]
    assert hit == {
        "key": key,
        "id": hit["id"],
        "address": 'tasks["legal"]',
        "type": "Task",
        "title": LEGAL,
        "status": status,
        "url": url,
    }
    assert kinds(asked) == REQUESTS[platform_of(site).name]
    line = applied.run("search", "diligence LEGAL").out
    assert line.split("  ") == [key, status, LEGAL, 'tasks["legal"]', f"{url}\n"]


@on_each_platform
def test_a_phrase_stands_in_quotes(applied: Workspace) -> None:
    """Words in double quotes stand together; what would be an operator is a word there."""
    [hit] = found(applied.run("search", '"legal due" diligence', "--format", "json"))
    assert hit["title"] == LEGAL
    assert found(applied.run("search", '"due legal" diligence', "--format", "json")) == []
    nothing = applied.run("search", '"legal = due"')
    assert (nothing.code, nothing.out) == (0, "Nothing was found.\n")


@on_each_platform
def test_what_stands_in_words_never_becomes_a_query(applied: Workspace, site: Site) -> None:
    """Quotes, brackets and words of the query language are looked for as they are."""
    key = made_by_lena(site, r"Acme's [old] plan\path (draft) AND more")
    for words in ("Acme's plan", "[old] plan", "(draft)", "more AND plan", r"plan\path"):
        hits = found(applied.run("search", words, "--format", "json"))
        assert key in [each["key"] for each in hits], words


@on_each_platform
def test_a_query_of_the_platforms_own(applied: Workspace, site: Site) -> None:
    """What has an operator goes to the platform as it stands, a condition of Azure DevOps' inside a query."""
    query = CONDITIONS[site.platform]
    result = applied.run("search", query, "--format", "json")
    assert [each["title"] for each in found(result)] == [LEGAL]
    inside = {
        "jira": query,
        "azure_devops": "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project "
        f"AND ({query}) ORDER BY [System.Id] DESC",
    }
    assert result.json["query"] == inside[site.platform]
    again = applied.run("search", result.json["query"], "--format", "json")
    assert found(again) == found(result)


@on_each_platform
@pytest.mark.parametrize("asked", ["words", "ordered"])
def test_pages_go_on_by_token(applied: Workspace, site: Site, asked: str) -> None:
    """Each item comes once, in the query's order, of words the newest first; the last page has no token."""
    query = ORDERED[site.platform] if asked == "ordered" else "Acme Robotics diligence"
    whole = [each["key"] for each in found(applied.run("search", query, "--format", "json"))]
    assert len(whole) >= 4
    numbers = [int(key.rpartition("-")[2]) for key in whole]
    assert numbers == sorted(numbers, reverse=asked == "words")
    pages: list[str] = []
    token: list[str] = []
    while True:
        page = applied.run("search", query, "--limit", "2", *token, "--format", "json")
        pages += [each["key"] for each in found(page)]
        if page.json["next_token"] is None:
            break
        assert len(page.json["items"]) == 2
        token = ["--token", page.json["next_token"]]
    assert pages == whole


@on_each_platform
def test_the_text_says_how_to_go_on(applied: Workspace) -> None:
    """What it says to add to the command gives the next page; standard output has the items alone."""
    command = ("search", "Acme Robotics", "--limit", "2")
    first = applied.run(*command)
    said, _, options = first.err.partition("the same command with ")
    assert said == "There are more: "
    second = applied.run(*command, *shlex.split(options))
    assert second.code == 0
    assert len(first.out.splitlines()) == len(second.out.splitlines()) == 2
    assert set(first.out.splitlines()).isdisjoint(second.out.splitlines())


@on_each_platform
def test_what_the_state_does_not_know_has_no_address(applied: Workspace, site: Site) -> None:
    """People's items are found like ours."""
    key = made_by_lena(site, "Buy a zebra")
    [hit] = found(applied.run("search", "zebra", "--format", "json"))
    assert (hit["key"], hit["address"]) == (key, None)
    assert applied.run("open", key).out == f"{hit['url']}\n"
    assert applied.run("open", hit["url"]).out == f"{hit['url']}\n"


@on_each_platform
def test_a_mistake_is_told_in_the_platforms_words(applied: Workspace, site: Site) -> None:
    """With exit code 1, and what to do for words that look like a query."""
    query, words = MISTAKES[site.platform]
    result = applied.run("search", query)
    assert result.code == 1
    assert "does not take the query" in result.text
    assert words in result.text
    assert "double quotes" in result.text
    assert "status" not in applied.run("search", " ").text
    assert applied.run("search", " ").code == 1
    token = applied.run("search", "legal", "--token", "nonsense")
    assert token.code == 1
    assert "token" in token.text
    assert "operator" not in token.text


@on_each_platform
def test_terminal_escapes_are_shown_as_text(applied: Workspace, site: Site) -> None:
    """What people or the platform say can't move the cursor."""
    made_by_lena(site, "Red \x1b[31m herring")
    out = applied.run("search", "herring").out
    assert "\x1b" not in out
    assert "\\x1b[31m herring" in out
    refused = applied.run("search", "status = '\x1b[31m'")
    assert refused.code == 1
    assert "\x1b" not in refused.err


@on_each_platform
def test_an_item_is_opened_by_any_of_its_names(applied: Workspace, site: Site) -> None:
    """What the state knows costs no request; JSON has all names."""
    key = keys_by_address(applied)["deal"]
    with site.watched() as asked:
        shown = applied.run("open", "deal", "--format", "json").json
        for name in (key, shown["id"], shown["url"]):
            assert applied.run("open", name, "--print").out == f"{shown['url']}\n"
    assert asked == []
    assert shown == {
        "provider": site.platform,
        "address": "deal",
        "key": key,
        "id": shown["id"],
        "url": shown["url"],
    }


@on_each_platform
def test_an_unknown_name_offers_the_nearest(applied: Workspace) -> None:
    """With exit code 1; an address that is not applied yet says so, and a group names its items."""
    result = applied.run("open", "tasks.leagl")
    assert result.code == 1
    assert 'there is no item at tasks["leagl"] did you mean tasks["legal"]?' in result.text
    assert "tasks is a group of items name one of them: tasks[" in applied.run("open", "tasks").text
    applied.replace("items:\n", "items:\n  later: {title: Later}\n")
    result = applied.run("open", "later")
    assert result.code == 1
    assert "later is in the specs, and not on its site yet" in result.text


@on_each_platform
@pytest.mark.parametrize("command", [("open",), ("link", "--document", "https://a.example")])
def test_who_does_not_know_an_item_is_said(applied: Workspace, site: Site, command: tuple[str, ...]) -> None:
    """An address is of the specs and the state, a key of the site, a URL of one site; all say so."""
    base = site.endpoints.sites[site.platform]
    unknown, page = {
        "jira": ("INVEST-99", f"{base}/browse/INVEST-99"),
        "azure_devops": ("99", f"{base}/INVEST/_workitems/edit/99"),
    }[site.platform]
    name = site.platform
    for item, said in (
        (
            "nope",
            f"there is no item 'nope' The specs and the state have no such address, and {name} shows this account",
        ),
        ("task", 'tasks has tasks["financial"], tasks["legal"]'),
        (unknown, f"{name} has no item '{unknown}' that this account can see"),
        (page, f"{name} has no item at {page} that this account can see"),
        (
            "https://a.example/b/1",
            f"https://a.example/b/1 is no page of the site of {name} its pages begin with {base}",
        ),
    ):
        verb, *options = command
        result = applied.run(verb, item, *options)
        assert result.code == 1
        assert said in result.text


@on_each_platform
def test_an_item_that_went_is_called_by_its_address(applied: Workspace, site: Site) -> None:
    """What a person deleted can't be linked any more."""
    key = keys_by_address(applied)['tasks["legal"]']
    site.act("delete", by="Lena Gray", item=key)
    result = applied.run("link", "tasks.legal", "--document", "https://a.example")
    assert result.code == 1
    assert f'tasks["legal"] ({key}) is no longer on {site.platform}, or this account may not see it' in result.text


def test_whoami_says_the_account_the_site_and_the_project(applied: Workspace, site: Site) -> None:
    """Of each provider; one that no item uses and nobody configured is no failure, unless it is asked for."""
    with site.watched() as asked:
        result = applied.run("whoami", "--format", "json")
    assert result.code == 0
    assert len(asked) <= (3 if site.api == "/rest/api/2" else 2)
    by_provider = {each["provider"]: each for each in result.json}
    ours = by_provider.pop(site.platform)
    assert ours["account"]["name"] == "Sandbox"
    assert ours["site"] == site.endpoints.sites[site.platform]
    assert (ours["project"], ours["problem"]) == ("INVEST", None)
    [(other, its)] = by_provider.items()
    assert (its["account"], its["site"]) == (None, None)
    assert "is not configured" in its["problem"]
    text = applied.run("whoami").out
    assert f"{site.platform}: Sandbox on {ours['site']}, project INVEST\n" in text
    assert f"{other}: nobody (" in text
    refused = applied.run("whoami", "--provider", other)
    assert refused.code == 1
    assert "is not configured" in refused.text


@on_each_platform
def test_a_refused_credential_is_nobody(applied: Workspace, site: Site) -> None:
    """Exit 1, and what to look at."""
    secret = "JIRA_API_TOKEN" if site.platform == "jira" else "AZURE_DEVOPS_PAT"
    result = applied.run("whoami", **{secret: "wrong"})
    assert result.code == 1
    assert f"{site.platform}: nobody on" in result.out
    assert "Error:" in result.err


@on_each_platform
@pytest.mark.parametrize(
    "command",
    [
        ("search", "Acme"),
        ("open", "{unknown}"),
        ("link", "{unknown}", "--document", "https://a.example"),
        ("velocity",),
        ("velocity", "--team", "nobody"),
    ],
)
def test_a_refused_credential_finds_not_just_nothing(applied: Workspace, site: Site, command: tuple[str, ...]) -> None:
    """A site may answer strangers with nothing at all: it is the credential that is named, not the item."""
    variable = {"jira": "JIRA_API_TOKEN", "azure_devops": "AZURE_DEVOPS_PAT"}[site.platform]
    unknown = {"jira": "INVEST-99", "azure_devops": "99"}[site.platform]
    result = applied.run(*(each.format(unknown=unknown) for each in command), **{variable: "wrong"})
    assert result.code == 1
    assert variable in result.text


@on_each_platform
def test_without_specs_the_platform_is_named(applied: Workspace, site: Site) -> None:
    """With the settings of the environment, the project among them."""
    empty = applied.home
    key = keys_by_address(applied)["deal"]
    project = "JIRA_PROJECT" if site.platform == "jira" else "AZURE_DEVOPS_PROJECT"
    settings = {project: "INVEST"}
    named = ("--provider", site.platform)
    hits = found(applied.run("search", "legal diligence", *named, "--format", "json", cwd=empty, **settings))
    assert [(each["title"], each["address"]) for each in hits] == [(LEGAL, None)]
    assert applied.run("open", key, *named, cwd=empty, **settings).code == 0
    assert "Sandbox" in applied.run("whoami", *named, cwd=empty, **settings).out
    unset = applied.run("search", "legal", *named, cwd=empty)
    assert unset.code == 1
    assert project in unset.text
    nobody = applied.run("search", "legal", cwd=empty)
    assert nobody.code == 1
    assert "there are no specs in" in nobody.text
    assert "--provider azure_devops | jira" in nobody.text
    typo = applied.run("search", "legal", "--provider", "jirra", cwd=empty)
    assert "no plugin 'jirra'" in typo.text


def test_whoami_of_a_workspace_that_has_no_items_yet(workspace: Workspace) -> None:
    """What is declared is what is meant to work; a workspace without a provider says so."""
    head = "workspace: {name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}\n"
    workspace.write(f"{head}providers: {{jira: {{project: INVEST}}, azure_devops: {{project: INVEST}}}}\n")
    result = workspace.run("whoami")
    assert result.code == 1
    assert "jira: Sandbox on" in result.out
    assert "AZURE_DEVOPS_PAT" in result.text
    workspace.write(head)
    result = workspace.run("whoami")
    assert result.code == 1
    assert "the specs have no provider" in result.text


def test_specs_with_a_mistake_are_not_passed_over(example: Workspace) -> None:
    """A name on the command line does not make them none."""
    example.replace("workspace:\n", "workspaces:\n")
    result = example.run("search", "legal", "--provider", "jira", JIRA_PROJECT="INVEST")
    assert result.code == 1
    assert "workspaces" in result.text


def test_several_providers_are_told_apart(example: Workspace, site: Site) -> None:
    """Where items use more than one, the provider is named, or known by the URL."""
    text = "items:\n  other: {type: task, title: Other, provider: azure_devops}\n"
    example.replace("items:\n", text)
    azure = {"AZURE_DEVOPS_ORG_URL": site.endpoints.sites["azure_devops"], "AZURE_DEVOPS_PAT": "sandbox"}
    example.settings |= azure
    example.apply()
    refused = example.run("search", "legal")
    assert refused.code == 1
    assert "name one: --provider jira | azure_devops" in refused.text
    assert example.run("search", "legal", "--provider", "jira").code == 0
    assert "did you mean 'jira'?" in example.run("search", "legal", "--provider", "jirra").text
    assert example.run("open", "other").out.startswith(azure["AZURE_DEVOPS_ORG_URL"])
    key = made_by_lena(site, "Theirs")
    url = f"{site.endpoints.sites['jira']}/browse/{key}"
    assert example.run("open", url).out == f"{url}\n"
    assert "name one" in example.run("open", key).text


@on_each_platform
def test_they_only_read(applied: Workspace, site: Site) -> None:
    """Nothing is written by any of the three."""
    with site.watched() as asked:
        for command in (("search", "legal"), ("open", "deal"), ("whoami",)):
            applied.run(*command)
    assert [each for each in writes(asked) if "wiql" not in each["path"] and "batch" not in each["path"]] == []
