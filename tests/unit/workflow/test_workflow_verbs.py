"""Which item and which provider an everyday verb means, by what it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.diagnostics import Place
from reconciler.errors import UsageError
from reconciler.sdk import Ref
from reconciler.spec.configuration import ProviderBlock
from reconciler.state.records import ItemRecord
from reconciler.workflow.addresses import suggestion
from reconciler.workflow.naming import named
from reconciler.workflow.request import Request
from reconciler.workflow.verbs import Ground, chosen, ground_of

ENVIRONMENT = {
    "RECONCILER_EAST_URL": "https://east.example/jira",
    "RECONCILER_WEST_URL": "https://west.example",
    "AZURE_DEVOPS_ORG_URL": "https://dev.azure.com/fund",
}


def block(name: str, plugin: str = "jira") -> ProviderBlock:
    return ProviderBlock(name, plugin, "INVEST", {}, {}, {}, {}, {}, Place("main.yaml", 1, 1))


def record(address: str, provider: str, id: str, key: str) -> ItemRecord:
    url = f"https://{provider}.example/browse/{key}"
    return ItemRecord(address, provider, "site", id, key, url, Ref("1", "Task"), address, {}, {})


@pytest.fixture
def request_() -> Request:
    return Request(Path(), environment=ENVIRONMENT)


@pytest.fixture
def ground() -> Ground:
    """Two sites of one plugin and one of another; an id that two of them have."""
    records = [
        record('tasks["legal"]', "east", "10001", "INVEST-1"),
        record("deal", "west", "10002", "DEALS-2"),
        record("pipeline", "azure", "10001", "10001"),
    ]
    return Ground(
        {"east": block("east"), "west": block("west"), "azure": block("azure", "azure_devops")},
        {each.address: each for each in records},
        frozenset({*(each.address for each in records), "later", 'steps["one"]'}),
        frozenset({"east", "west", "azure"}),
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tasks.legal", 'tasks["legal"]'),
        ('tasks["legal"]', 'tasks["legal"]'),
        ("INVEST-1", 'tasks["legal"]'),
        ("DEALS-2", "deal"),
        ("10002", "deal"),
        ("https://west.example/browse/DEALS-2", "deal"),
    ],
)
def test_an_item_of_the_state_goes_by_each_of_its_names(request_, ground, text, address):
    """And its provider is known with it."""
    found = named(request_, ground, text)
    assert found.record is ground.records[address]
    assert (found.provider, found.reference) == (found.record.provider, found.record.id)


def test_a_name_that_two_items_have_needs_its_provider(request_, ground):
    """Both are named; with one of them it is clear."""
    with pytest.raises(UsageError, match="several providers have an item '10001'") as raised:
        named(request_, ground, "10001")
    assert raised.value.hint == "name one: --provider east | azure"
    assert named(request_, ground, "10001", "azure").record is ground.records["pipeline"]


def test_an_address_is_of_its_own_provider(request_, ground):
    """Another that is named beside it is a mistake of one of the two."""
    with pytest.raises(UsageError, match="deal is an item of the provider 'west'"):
        named(request_, ground, "deal", "east")
    assert named(request_, ground, "deal", "west").reference == "10002"


@pytest.mark.parametrize("text", ["later", "steps.one", 'steps["one"]'])
def test_what_is_not_applied_yet_is_said(request_, ground, text):
    """No site is asked for it."""
    with pytest.raises(UsageError, match="is in the specs, and not on its site yet") as raised:
        named(request_, ground, text)
    assert raised.value.hint == "`reconciler apply` creates it"


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        ("https://east.example/jira/browse/OTHER-9", "east"),
        ("https://WEST.example/browse/OTHER-9", "west"),
        ("https://dev.azure.com/fund/INVEST/_workitems/edit/9", "azure"),
    ],
)
def test_a_url_says_which_site_it_is_of(request_, ground, url, provider):
    """Of items that the state does not know."""
    found = named(request_, ground, url)
    assert (found.provider, found.reference, found.record) == (provider, url, None)


def test_else_the_provider_has_to_be_named(request_, ground):
    """With several in use."""
    with pytest.raises(UsageError, match="the specs have several providers") as raised:
        named(request_, ground, "OTHER-9")
    assert raised.value.hint == "name one: --provider east | west | azure"
    assert named(request_, ground, "OTHER-9", "west").provider == "west"


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/browse/OTHER-9",
        "https://east.example/wiki",
        "https://dev.azure.com/fund2/INVEST/_workitems/edit/9",
    ],
)
def test_a_url_of_another_site_is_answered_with_the_sites(request_, ground, url):
    """And the provider can be named: its pages may lie elsewhere than what its settings say."""
    with pytest.raises(UsageError, match="begins with the URL of no provider") as raised:
        named(request_, ground, url)
    assert raised.value.detail.splitlines() == [
        "east: https://east.example/jira",
        "west: https://west.example",
        "azure: https://dev.azure.com/fund",
    ]
    assert raised.value.hint == "name one: --provider east | west | azure"
    assert named(request_, ground, url, "west").provider == "west"


def test_a_site_that_is_not_set_says_so(ground):
    """Beside the URLs of the others."""
    with pytest.raises(UsageError) as raised:
        named(Request(Path(), environment={}), ground, "https://elsewhere.example/browse/OTHER-9")
    assert raised.value.detail.splitlines()[0] == "east: no URL is set"


@pytest.mark.parametrize("text", ["steps", "tasks", " tasks "])
def test_a_group_is_answered_with_its_items(request_, ground, text):
    """No site is asked, whether they are applied yet or not."""
    with pytest.raises(UsageError, match=f"^{text.strip()} is a group of items$") as raised:
        named(request_, ground, text)
    assert raised.value.hint == {
        "steps": 'name one of them: steps["one"]',
        "tasks": 'name one of them: tasks["legal"]',
    }.get(text.strip())


@pytest.mark.parametrize(
    ("text", "hint"),
    [("tasks.leagl", 'did you mean tasks["legal"]?'), ("tasks[0]", 'tasks has tasks["legal"]')],
)
def test_an_instance_that_a_group_does_not_have(request_, ground, text, hint):
    """Can be no item of a site's either."""
    with pytest.raises(UsageError, match="there is no item at tasks") as raised:
        named(request_, ground, text)
    assert raised.value.hint == hint


@pytest.mark.parametrize(
    ("text", "said"), [(" ", "no item is named"), ("https://[east", "is no URL: Invalid IPv6 URL")]
)
def test_what_can_name_no_item(request_, ground, text, said):
    """Is said before any site is asked."""
    with pytest.raises(UsageError, match=said):
        named(request_, ground, text, "east")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("taks.legal", 'did you mean tasks["legal"]?'),
        ("DEAL", "did you mean deal?"),
        ("tasks.zebra", 'tasks has tasks["it"], tasks["legal"]'),
        ("tasks", 'tasks has tasks["it"], tasks["legal"]'),
        ("task", 'tasks has tasks["it"], tasks["legal"]'),
        ("INVEST-9", ""),
    ],
)
def test_what_an_address_may_have_meant(text, hint):
    """The nearest; the group's, where only the group is near; nothing, where nothing is."""
    assert suggestion(text, ["deal", 'tasks["legal"]', 'tasks["it"]']) == hint


def test_a_long_group_is_cut():
    """With how many more there are."""
    hint = suggestion("days", [f'days["{number}"]' for number in range(10, 25)])
    assert hint.endswith(', days["19"] and 5 more')


def test_the_only_one_needs_no_name(ground):
    """Nor does the only one that items use."""
    assert chosen(Ground({"east": block("east")}, {}, frozenset(), frozenset()), "") == "east"
    used = Ground(ground.blocks, {}, frozenset(), frozenset({"west"}))
    assert chosen(used, "") == "west"
    gone = Ground({"east": block("east"), "west": block("west")}, {}, frozenset(), frozenset({"north", "west"}))
    assert chosen(gone, "") == "west"


def test_a_provider_that_there_is_not(ground):
    """The nearest is offered, else all; specs without any say so."""
    with pytest.raises(UsageError, match="the specs have no provider 'eats'") as raised:
        chosen(ground, "eats")
    assert raised.value.hint == "did you mean 'east'?"
    with pytest.raises(UsageError) as raised:
        chosen(ground, "zzz")
    assert raised.value.hint == "there are: east, west, azure"
    with pytest.raises(UsageError, match="the specs have no provider"):
        chosen(Ground({}, {}, frozenset(), frozenset()), "")


def test_a_directory_without_specs_has_the_plugin_that_is_named(tmp_path):
    """Other YAML there is nobody's spec."""
    (tmp_path / "compose.yaml").write_text("services: {web: {image: x}}\n", encoding="utf-8")
    ground = ground_of(Request(tmp_path), "jira")
    assert [(each.name, each.plugin, each.project) for each in ground.blocks.values()] == [("jira", "jira", None)]
    assert (dict(ground.records), ground.wanted, ground.used) == ({}, frozenset(), frozenset({"jira"}))
    with pytest.raises(UsageError, match="there are no specs in"):
        ground_of(Request(tmp_path))


def test_specs_without_items_are_specs(tmp_path):
    """A workspace may begin with its providers."""
    text = "workspace: {name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}\nproviders: {jira: {project: INVEST}}\n"
    (tmp_path / "main.yaml").write_text(text, encoding="utf-8")
    ground = ground_of(Request(tmp_path))
    assert list(ground.blocks) == ["jira"]
    assert chosen(ground, "") == "jira"
