"""Links by the SDK's verbs, over a provider that knows nothing of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_site import site_description

from reconciler.sdk import (
    BadValue,
    Change,
    ConflictError,
    FieldInfo,
    Found,
    Item,
    Link,
    NotFoundError,
    Outcome,
    Ref,
    SiteDescription,
    UnknownOutcome,
    ValidationError,
    commit_in,
)
from reconciler.sdk.editing import Editor
from reconciler.sdk.linking import document_at, link

SHA = "4800cfa0be564b1e606d6811e99e0380f765a9c4"
PAGE = "https://data.example/room"


@dataclass
class Pages:
    """A site with one task, whose documents are in memory; `ends` is how its writes end."""

    documents: tuple[Link, ...] = ()
    changes: list[Change] = field(default_factory=list)
    ends: str = "done"
    item: Item = field(default_factory=lambda: Item("7", "INVEST-7", "https://s/7", Ref("t2", "Task"), {}, "1"))
    site: SiteDescription = field(default_factory=site_description)

    def describe_site(self, types: Any, users: Any = ()) -> SiteDescription:
        return self.site

    def normalize(self, site: Any, type: str, field: str, value: Any) -> Any:
        said = value if isinstance(value, Mapping) else {"url": value}
        return Link("page", said["url"], True, said.get("title", said["url"]))

    def fetch(self, wanted: Mapping[str, Any], *, markers: bool = False) -> Iterator[Found]:
        for asked, fields in wanted.items():
            there = asked in (self.item.id, self.item.key)
            shown = replace(self.item, fields={"documents": self.documents} if "documents" in fields else {})
            yield Found(asked, "live" if there else "not_visible", shown if there else None)

    def update(self, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        for each in changes:
            self.changes.append(each)
            yield Outcome(each.operation, self.ends)  # type: ignore[arg-type]


def linked(pages: Pages, element: object = PAGE, reference: str = "INVEST-7", word: Any = "documents") -> Any:
    return link(Editor(pages), reference, word, element)  # type: ignore[arg-type]


def test_one_element_is_added_and_nothing_else():
    """People's elements are neither read into the change nor taken away; the marker stays as it is."""
    pages = Pages((Link("page", "https://other.example", True, "Theirs"),))
    done = linked(pages)
    [change] = pages.changes
    assert (done.already, done.link.target, done.item.key) == (False, PAGE, "INVEST-7")
    assert change.add == {"documents": (done.link,)}
    assert (change.remove, change.set, change.transition, change.marker) == ({}, {}, None, "keep")


def test_what_is_linked_already_is_not_written():
    """Whatever its title, unless another is asked for."""
    there = Link("page", PAGE, True, "Room")
    pages = Pages((there,))
    for element in (PAGE, {"url": PAGE}, {"url": PAGE, "title": "Room"}):
        done = linked(pages, element)
        assert (done.already, done.link) == (True, there)
    assert pages.changes == []


def test_another_title_replaces():
    """The old one goes in the same change, so that a provider changes it in place."""
    there = Link("page", PAGE, True, "Room")
    pages = Pages((there,))
    done = linked(pages, {"url": PAGE, "title": "Data room"})
    assert not done.already
    [change] = pages.changes
    assert (change.add, change.remove) == ({"documents": (done.link,)}, {"documents": (there,)})


class NamesPages(Pages):
    """A site whose links go to names of its own."""

    def page_of(self, site: SiteDescription, field: str, link: Link) -> str:
        return f"{site.url}/{field}?of={link.target}"


def test_a_link_comes_with_the_page_that_a_person_opens():
    """Its target, unless the provider knows better; the same whether it was there already or not."""
    for pages, page in ((Pages(), PAGE), (NamesPages(), f"https://site-1.example/documents?of={PAGE}")):
        made = linked(pages)
        assert (made.link.target, made.page) == (PAGE, page)
        pages.documents = (made.link,)
        assert (linked(pages).already, linked(pages).page) == (True, page)


def test_a_site_without_such_links_says_so():
    """What it has no field for is no defect of the plugin's."""
    with pytest.raises(BadValue, match=r"INVEST-7 takes no pull requests: Task has no field for them"):
        linked(Pages(), word="pull_requests")


def test_an_item_that_is_not_there():
    """Is said by the name that was asked for."""
    with pytest.raises(NotFoundError, match="there is no item 'INVEST-8' that this account can see"):
        linked(Pages(), reference="INVEST-8")


def test_an_item_of_another_project():
    """Is not written to: its type is none of the project's."""
    pages = Pages(item=Item("7", "OTHER-7", "https://s/7", Ref("t99", "Alien"), {}, "1"))
    with pytest.raises(NotFoundError, match="OTHER-7 lies in another project"):
        linked(pages, reference="OTHER-7")


@pytest.mark.parametrize(
    ("ends", "kind"), [("unknown", UnknownOutcome), ("refused", ValidationError), ("gone", NotFoundError)]
)
def test_how_a_write_ends_is_an_exception(ends, kind):
    """A lost answer says that it is safe to run again."""
    with pytest.raises(kind) as raised:
        linked(Pages(ends=ends))
    assert ("run it again" in raised.value.hint) is (ends == "unknown")


def test_an_item_that_moves_is_read_again():
    """A person who edits it at the same instant is no reason to give up, unless there is no end of it."""
    pages = Pages(ends="changed")
    with pytest.raises(ConflictError) as raised:
        linked(pages)
    assert (len(pages.changes), raised.value.hint) == (3, "run it again")


def test_a_link_that_came_from_elsewhere_meanwhile_is_there_already():
    """The platform refuses a second one, and says so in its own words: what the item has tells."""

    class Racing(Pages):
        def update(self, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
            yield from super().update(changes, quiet=quiet)
            self.documents = changes[0].add["documents"]

    pages = Racing(ends="refused")
    done = linked(pages)
    assert (done.already, len(pages.changes)) == (True, 1)


def test_a_plugin_that_makes_no_links_of_links_is_told():
    """A mistake of the plugin's author, not of the user's."""
    pages = Pages()
    pages.normalize = lambda *_: "text"  # type: ignore[method-assign]
    with pytest.raises(TypeError, match="documents normalizes an element to 'text'"):
        linked(pages)


def test_a_field_of_another_kind_reads_as_empty():
    """A provider that has not read the field gives none of its elements."""
    site = site_description(fields={"documents": FieldInfo("documents", "Documents", "link", "documents", many=True)})
    pages = Pages(documents=None, site=site)  # type: ignore[arg-type]
    assert not linked(pages).already


@pytest.mark.parametrize(
    "repository",
    [
        "https://github.com/fund/models",
        "https://github.com/fund/models/",
        "https://github.com/fund/models.git",
        "https://someone@github.com/fund/models.git",
        "git@github.com:fund/models.git",
        "ssh://git@github.com/fund/models.git",
        "ssh://git@github.com:22/fund/models",
        " https://github.com/fund/models ",
    ],
)
def test_every_way_to_clone_a_repository_is_one(repository):
    """The page that a browser shows of it."""
    assert commit_in(repository, SHA.upper()) == f"https://github.com/fund/models@{SHA}"


def test_a_repository_may_go_by_its_name():
    """Where the platform knows its own."""
    assert commit_in("Fund/models", SHA) == f"Fund/models@{SHA}"


def test_a_commit_may_be_its_page():
    """Or what the platform calls it; a bare sha is a commit of no repository."""
    page = f"https://github.com/fund/models/commit/{SHA}"
    assert commit_in("", page) == page
    with pytest.raises(BadValue, match="is a commit of no repository"):
        commit_in("", SHA)


@given(st.text(max_size=80).filter(lambda text: not set(text) <= set("0123456789abcdefABCDEF") or len(text) < 7))
def test_what_is_no_sha_is_refused(text):
    """No text becomes part of a URL but the digits of a commit."""
    with pytest.raises(BadValue, match="is not the sha of a commit"):
        commit_in("https://github.com/fund/models", text)


@pytest.mark.parametrize("url", ["", "data room", "https://data room", "ftp://data.example", "https://", "https://[a"])
def test_a_document_is_a_page(url: str) -> None:
    """What is no URL of a page is refused in words that fit a command line and a program alike."""
    with pytest.raises(BadValue, match="is not the URL of a page") as caught:
        document_at(url)
    assert caught.value.hint == "write it whole, as a browser shows it: https://data.example/room"


def test_the_page_of_a_commit_is_one() -> None:
    """A commit that names itself by a page does so by a URL; a platform's own form stays as it is."""
    with pytest.raises(BadValue, match="is not the URL of a page"):
        commit_in("", "https://data room")
    assert commit_in("", "vstfs:///Git/Commit/a%2fb%2fc") == "vstfs:///Git/Commit/a%2fb%2fc"
