"""Links to items of other sites: documents that lead there, owned as the links are that the spec writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from memory_engine import Engine
from memory_site import configuration, item, site_description, to

from reconciler.errors import SpecError
from reconciler.plan.document import PlanDocument
from reconciler.sdk import FieldInfo, Link
from reconciler.spec.configuration import Configuration, DesiredItem, ItemAttribute, Reference, Template

BOTH = ("tracker", "other")


def _specs(*items: DesiredItem) -> Configuration:
    return configuration(*items, providers=BOTH)


def _here(**fields: Any) -> DesiredItem:
    """An item of the first site."""
    return item("here", **{"title": "Legal review", **fields})


def _there(**fields: Any) -> DesiredItem:
    """An item of the second site."""
    return item("there", provider="other", **{"title": "Data room", **fields})


def _page(engine: Engine, address: str, title: str) -> Link:
    return Link("page", engine.lease.items[address].url, title=title)


def _changes(document: PlanDocument) -> dict[str, dict[str, tuple[object, object]]]:
    return {
        action.address: {
            each.field: (each.added, each.removed) for each in action.changes if each.added or each.removed
        }
        for action in document.actions
    }


def test_a_link_to_another_site_is_a_document(two_sites: Engine) -> None:
    """It leads to the other item's page, and its title says the link and the item; the next plan is empty."""
    specs = _specs(_here(links={"blocks": to("there")}), _there())
    document = two_sites.plan(specs)
    page = {"title": "blocks: Data room", "url": [{"address": "there", "attribute": "url"}]}
    assert _changes(document) == {"here": {"documents": ((page,), ())}, "there": {}}
    assert {each.result for each in two_sites.carry_out(document).values()} == {"done"}
    assert two_sites.live("here")["documents"] == (_page(two_sites, "there", "blocks: Data room"),)
    assert two_sites.live("here").get("links", ()) == ()
    again = two_sites.plan(specs)
    assert (again.actions, again.recordings, again.drift) == ((), (), ())


def test_links_both_ways_are_one_on_each_side(two_sites: Engine) -> None:
    """Each end that says it has a document of its own; a circle is no matter, for what links is there by then."""
    specs = _specs(_here(links={"blocks": to("there")}), _there(links={"blocked_by": to("here")}))
    assert {each.result for each in two_sites.apply(specs).values()} == {"done"}
    assert two_sites.live("here")["documents"] == (_page(two_sites, "there", "blocks: Data room"),)
    assert two_sites.live("there")["documents"] == (_page(two_sites, "here", "blocked by: Legal review"),)
    assert two_sites.plan(specs).actions == ()


def test_a_site_whose_creations_take_documents(tmp_path: Path) -> None:
    """What leads to an item of the same run is sent after all creations, whatever these could take."""
    whole = frozenset({"create", "update"})
    both = {id: FieldInfo(id, id.title(), "link", id, many=True, writable=whole) for id in ("documents", "links")}
    sites = {name: site_description(f"site-{name}", fields=both) for name in BOTH}
    engine = Engine(tmp_path, sites)
    specs = _specs(
        _here(links={"blocks": to("there"), "relates_to": to("near")}),
        item("near", links={"blocks": to("here")}, documents=({"title": "Plan", "url": "https://docs.example/plan"},)),
        _there(links={"follows": to("here")}),
    )
    assert {each.result for each in engine.apply(specs).values()} == {"done"}
    assert engine.live("here")["documents"] == (_page(engine, "there", "blocks: Data room"),)
    assert engine.tracker.calls.count(("create", 2)) == 1
    assert engine.plan(specs).actions == ()


def test_several_links_to_one_item_are_one_document(two_sites: Engine) -> None:
    """A page stands once among an item's documents; its title has all of the words."""
    specs = _specs(_here(links={"relates_to": to("there"), "blocks": to("there")}), _there())
    two_sites.apply(specs)
    assert two_sites.live("here")["documents"] == (_page(two_sites, "there", "relates to, blocks: Data room"),)
    assert two_sites.plan(specs).actions == ()


def test_a_document_of_the_spec_to_the_same_page_stands(two_sites: Engine) -> None:
    """Where the spec names the page as a document too, that one's title is written, once."""
    page = {"title": "The data room", "url": Template((ItemAttribute("there", "url"),))}
    specs = _specs(_here(links={"blocks": to("there")}, documents=(page,)), _there())
    two_sites.apply(specs)
    assert two_sites.live("here")["documents"] == (_page(two_sites, "there", "The data room"),)
    assert two_sites.plan(specs).actions == ()
    linked = _specs(_here(links={"blocks": to("there")}), _there())
    two_sites.apply(linked)
    assert two_sites.live("here")["documents"] == (_page(two_sites, "there", "blocks: Data room"),)
    assert two_sites.plan(linked).actions == ()


def test_a_documents_url_may_wait_for_an_item(two_sites: Engine) -> None:
    """A document's URL is filled in once its item is there, also in the middle of a text, and within a site too."""
    query = Template(
        ("https://docs.example/?of=", ItemAttribute("there", "key"), "&also=", ItemAttribute("near", "id"))
    )
    specs = _specs(_here(documents=({"title": "Notes", "url": query},)), _there(), item("near"))
    two_sites.apply(specs)
    there, near = two_sites.lease.items["there"], two_sites.lease.items["near"]
    url = f"https://docs.example/?of={there.key}&also={near.id}"
    assert two_sites.live("here")["documents"] == (Link("page", url, title="Notes"),)
    assert two_sites.plan(specs).actions == ()


def test_removing_the_line_removes_the_document(two_sites: Engine) -> None:
    """The spec takes back its own; what people put there, and what the spec names as documents, stays."""
    plan = {"title": "Plan", "url": "https://docs.example/plan"}
    two_sites.apply(_specs(_here(links={"blocks": to("there")}, documents=(plan,)), _there()))
    mine = Link("page", "https://docs.example/mine", title="Mine")
    documents = two_sites.live("here")["documents"]
    assert isinstance(documents, tuple)
    two_sites.edit("here", documents=(*documents, mine))
    kept = _specs(_here(links={"blocks": to("there")}, documents=(plan,)), _there())
    assert two_sites.plan(kept).actions == ()
    dropped = _specs(_here(links={}, documents=(plan,)), _there())
    page = {"title": "blocks: Data room", "url": two_sites.lease.items["there"].url}
    assert _changes(two_sites.plan(dropped)) == {"here": {"documents": ((), (page,))}}
    two_sites.apply(dropped)
    assert two_sites.live("here")["documents"] == (Link("page", plan["url"], title="Plan"), mine)
    assert two_sites.plan(dropped).actions == ()


def test_a_link_changed_to_one_of_its_own_site(two_sites: Engine) -> None:
    """The document goes though no document is named any more, and a link comes."""
    two_sites.apply(_specs(_here(links={"blocks": to("there")}), _there(), item("near")))
    changed = _specs(_here(links={"blocks": to("near")}), _there(), item("near"))
    (action,) = two_sites.plan(changed).actions
    assert [each.field for each in action.changes] == ["links.blocks", "documents"]
    two_sites.apply(changed)
    assert two_sites.live("here")["documents"] == ()
    again = two_sites.plan(changed)
    assert (again.actions, again.recordings) == ((), ())


@pytest.mark.parametrize("left", ["links", "documents", "both"])
def test_a_key_that_leaves_the_spec_lets_go_of_its_own(two_sites: Engine, left: str) -> None:
    """Without `links`, documents that stand for links stay and are nobody's; so are documents without `documents`."""
    plan = {"title": "Plan", "url": "https://docs.example/plan"}
    fields: dict[str, Any] = {"links": {"blocks": to("there")}, "documents": (plan,)}
    two_sites.apply(_specs(_here(**fields), _there()))
    before = two_sites.live("here")["documents"]
    rest = {} if left == "both" else {name: value for name, value in fields.items() if name != left}
    let_go = _specs(_here(**rest), _there())
    assert two_sites.plan(let_go).actions == ()
    two_sites.apply(let_go)
    assert two_sites.live("here")["documents"] == before
    ours = two_sites.lease.items["here"].base.get("documents", ())
    assert isinstance(ours, tuple)
    titles = {"links": ["Plan"], "documents": ["blocks: Data room"], "both": []}[left]
    assert [each.title for each in ours if isinstance(each, Link)] == titles
    again = two_sites.plan(let_go)
    assert (again.actions, again.recordings) == ((), ())


def test_a_person_who_takes_it_away(two_sites: Engine) -> None:
    """The spec owns it: it is put back, and the plan says whose change that was."""
    specs = _specs(_here(links={"blocks": to("there")}), _there())
    two_sites.apply(specs)
    two_sites.edit("here", documents=())
    document = two_sites.plan(specs)
    assert [(each.field, each.kept, each.by) for each in document.drift] == [("documents", False, "Lea Gray")]
    two_sites.carry_out(document)
    assert two_sites.live("here")["documents"] == (_page(two_sites, "there", "blocks: Data room"),)


def test_the_other_items_title(two_sites: Engine) -> None:
    """A person's title of the other item changes nothing here; the spec's own is a planned update."""
    two_sites.apply(_specs(_here(links={"blocks": to("there")}), _there()))
    two_sites.edit("there", summary="Something else")
    specs = _specs(_here(links={"blocks": to("there")}), _there(ownership={"title": "people"}))
    assert two_sites.plan(specs).actions == ()
    renamed = _specs(_here(links={"blocks": to("there")}), _there(title="The vault"))
    url = two_sites.lease.items["there"].url
    added, removed = ({"title": f"blocks: {each}", "url": url} for each in ("The vault", "Data room"))
    assert _changes(two_sites.plan(renamed))["here"] == {"documents": ((added,), (removed,))}
    two_sites.apply(renamed)
    assert two_sites.plan(renamed).actions == ()


def test_an_item_made_anew(two_sites: Engine) -> None:
    """Its page is another: the plan takes the old document away and adds the new one."""
    specs = _specs(_here(links={"blocks": to("there")}), _there())
    two_sites.apply(specs)
    record = two_sites.lease.items.pop("there")
    del two_sites.providers["other"].items[record.id]
    document = two_sites.plan(specs)
    awaited = {"title": "blocks: Data room", "url": [{"address": "there", "attribute": "url"}]}
    gone = {"title": "blocks: Data room", "url": record.url}
    assert _changes(document)["here"] == {"documents": ((awaited,), (gone,))}
    assert {each.result for each in two_sites.carry_out(document).values()} == {"done"}
    assert two_sites.live("here")["documents"] == (_page(two_sites, "there", "blocks: Data room"),)
    assert two_sites.plan(specs).actions == ()


def test_another_address_sends_nothing(two_sites: Engine) -> None:
    """What is recorded is the page, not the address: the item's move to another one is no change."""
    two_sites.apply(_specs(_here(links={"blocks": to("there")}), _there()))
    two_sites.lease.items["vault"] = replace(two_sites.lease.items.pop("there"), address="vault")
    moved = _specs(_here(links={"blocks": to("vault")}), item("vault", provider="other", title="Data room"))
    assert two_sites.plan(moved).actions == ()


def test_an_item_that_could_not_be_created(two_sites: Engine) -> None:
    """What links to it waits; the next run links it."""
    specs = _specs(_here(links={"blocks": to("there")}), _there())
    two_sites.providers["other"].broken = {"Data room"}
    results = two_sites.apply(specs)
    assert (results["there"].result, results["here"].result) == ("failed", "skipped")
    assert results["here"].problems == ("waits for there",)
    two_sites.providers["other"].broken = set()
    assert {each.result for each in two_sites.apply(specs).values()} == {"done"}
    assert two_sites.live("here")["documents"] == (_page(two_sites, "there", "blocks: Data room"),)
    assert two_sites.plan(specs).actions == ()


def test_an_item_of_which_nobody_knows(two_sites: Engine) -> None:
    """While it is unsettled whether the other item was created, what links to it is left alone as well."""
    specs = _specs(_here(links={"blocks": to("there")}), _there(), item("near"))
    two_sites.apply(_specs(_here(), item("near")))
    two_sites.providers["other"].lost = {"Data room"}
    results = two_sites.apply(specs)
    assert (results["there"].result, results["here"].result) == ("unsettled", "skipped")
    document = two_sites.plan(specs)
    held = {each.summary.partition(" ")[0] for each in document.diagnostics if each.code == "unsettled"}
    assert (document.actions, held) == ((), {"here", "there"})


def test_a_page_of_another_site(two_sites: Engine) -> None:
    """An item that is named by its URL, on a site that is not this one, is a document too; it is never asked for."""
    url = "https://elsewhere.example/browse/OLD-1"
    specs = _specs(_here(links={"relates_to": (Reference(url=url),)}))
    two_sites.apply(specs)
    assert two_sites.live("here")["documents"] == (Link("page", url, title=f"relates to: {url}"),)
    assert two_sites.plan(specs).actions == ()


def test_targets_take_the_other_end_along(two_sites: Engine) -> None:
    """A plan of one address has the items that its documents lead to, where they are not there yet."""
    document = two_sites.plan(_specs(_here(links={"blocks": to("there")}), _there(), item("else")), targets=("here",))
    assert [each.address for each in document.actions] == ["here", "there"]


def test_two_providers_of_one_site_have_real_links(tmp_path: Path) -> None:
    """Items of two projects of one site are linked by a link, which is one edge for both of its ends."""
    engine = Engine(tmp_path, {"tracker": site_description(), "other": site_description(project="OPS")})
    engine.providers["other"].items = engine.tracker.items
    engine.providers["other"]._next = 50
    specs = _specs(_here(links={"blocks": to("there")}), _there(links={"blocked_by": to("here")}))
    document = engine.plan(specs)
    assert _changes(document) == {"here": {"links.blocks": (("there",), ())}, "there": {}}
    engine.carry_out(document)
    assert engine.live("here")["links"] == (Link("blocks", engine.lease.items["there"].id),)
    assert engine.plan(specs).actions == ()


def _problem(*items: DesiredItem, engine: Engine) -> tuple[str, str, str]:
    with pytest.raises(SpecError) as caught:
        engine.plan(_specs(*items))
    (found,) = caught.value.diagnostics
    return found.code, found.summary, found.hint


def test_a_word_that_no_link_has(two_sites: Engine) -> None:
    """It is refused as one of the own site would be."""
    code, summary, hint = _problem(_here(links={"blokcs": to("there")}), _there(), engine=two_sites)
    assert (code, hint) == ("bad_value", "did you mean 'blocks'?")
    assert "blokcs" in summary


def test_documents_that_are_nobodys(two_sites: Engine) -> None:
    """Such a link could be written nowhere: the spec is told so."""
    links = _here(links={"blocks": to("there")}, ownership={"documents": "nobody"})
    _, summary, hint = _problem(links, _there(), engine=two_sites)
    assert summary == "links of here: links to items on other sites are documents, and these are nobody's"
    assert hint == "say who owns `documents`, or leave these links out"


def test_a_type_without_documents(tmp_path: Path) -> None:
    """A link that the site has no room for is an error at its place."""
    site = site_description(fields={"documents": FieldInfo("documents", "Documents", "link", "documents", many=True,
                                                            why="this account may not")})  # fmt: skip
    engine = Engine(tmp_path, {"tracker": site, "other": site_description("site-2")})
    code, summary, _ = _problem(_here(links={"blocks": to("there")}), _there(), engine=engine)
    said = (
        "links of here: links to items on other sites are documents, and these can't be written: this account may not"
    )
    assert (code, summary) == ("bad_value", said)
    types = {id: replace(each, fields={"summary": each.fields["summary"], "links": each.fields["links"]})
             for id, each in site.types.items()}  # fmt: skip
    without = Engine(tmp_path, {"tracker": replace(site, types=types), "other": site_description("site-2")})
    _, summary, hint = _problem(_here(links={"blocks": to("there")}), _there(), engine=without)
    assert summary == "links of here: links to items on other sites are documents, and Task has none"
    assert hint == "leave these links out"


def test_a_long_title_is_cut(tmp_path: Path) -> None:
    """A document's title has 255 characters at most; a longer one ends in an ellipsis, and stays so."""
    roomy = FieldInfo("summary", "Summary", "text", "title", required=True, writable=frozenset({"create", "update"}))
    other = site_description("site-2", fields={"summary": roomy})
    engine = Engine(tmp_path, {"tracker": site_description(), "other": other})
    specs = _specs(_here(links={"blocks": to("there")}), _there(title="x" * 300))
    engine.apply(specs)
    (document,) = cast("tuple[Link, ...]", engine.live("here")["documents"])
    assert (len(document.title), document.title[-2:]) == (255, "x…")
    assert engine.plan(specs).actions == ()
