"""Markdown and Atlassian documents: one canonical form, and nothing in it that a spec did not say."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reconciler_jira.adf import canonical, fingerprint, from_markdown, rich_of, to_markdown


def paragraph(*content):
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": list(content)}]}


def text(value, *marks):
    return {"type": "text", "text": value, **({"marks": list(marks)} if marks else {})}


WORDS = st.text(alphabet="abc <>&*_`[]()!#-+.1|~\\\"'é\n", max_size=30)
MARKDOWN = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(["# Head", "- a\n- b", "1. x\n2. y", "> q", "---", "```py\nx < y\n```", "- [ ] t\n- [x] u"]),
        st.sampled_from(["**b** _i_ `c` ~~s~~", "[l](https://x.example/a?b=c)", "| a | b |\n|---|---|\n| 1 | 2 |"]),
    ),
    max_size=5,
).map("\n\n".join)


@settings(max_examples=150, deadline=None)
@given(MARKDOWN)
def test_markdown_reaches_a_fixpoint(markdown):
    """What is written, read back as Markdown and written again is the same document."""
    document = from_markdown(markdown)
    assert from_markdown(to_markdown(document)) == document


@settings(max_examples=100, deadline=None)
@given(MARKDOWN)
def test_a_canonical_document_is_its_own(markdown):
    """Reducing twice is reducing once."""
    document = from_markdown(markdown)
    assert canonical(document) == document


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab <>/&;=\"'!-", max_size=40))
def test_no_letter_is_lost_to_html(markdown):
    """Whatever looks like HTML stands in the text, as it was written."""
    letters = "".join(each for each in markdown if each in "ab")
    document = from_markdown(markdown)
    words = "".join(child.get("text", "") for block in document["content"] for child in block.get("content", ()))
    if all(block["type"] == "paragraph" for block in document["content"]) and "&" not in markdown:
        assert "".join(each for each in words if each in "ab") == letters


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("a <b>raw</b> c", "a <b>raw</b> c"),
        ("<div>block</div>", "<div>block</div>"),
        ('<span adf="mention" params=\'{"id":"1"}\'>@x</span>', '<span adf="mention" params=\'{"id":"1"}\'>@x</span>'),
        ("a \\<b", "a <b"),
        ("what!", "what!"),
        ("x ![ y", "x ![ y"),
    ],
)
def test_raw_html_is_text(markdown, shown):
    """HTML is neither dropped nor obeyed: nobody is mentioned by a spec."""
    assert from_markdown(markdown) == paragraph(text(shown))


def test_code_keeps_what_looks_like_html():
    """Code is code, escapes among it."""
    document = from_markdown("```\n<div>\\<x ![a](b)\n```")
    assert document["content"] == [{"type": "codeBlock", "content": [text("<div>\\<x ![a](b)")]}]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc"]
)
def test_a_link_to_an_unsafe_scheme_is_text(url):
    """The words stay, the link goes."""
    assert from_markdown(f"[here]({url})") == paragraph(text("here"))


@pytest.mark.parametrize(
    "url", ["https://a.example/x", "http://a.example", "mailto:a@b.example", "tel:123", "/browse/A-1"]
)
def test_other_links_stay(url):
    """Web, mail, telephone and pages of the site itself."""
    assert from_markdown(f"[here]({url})") == paragraph(text("here", {"type": "link", "attrs": {"href": url}}))


def test_a_picture_becomes_a_link():
    """A picture would have to be uploaded; its address is kept."""
    link = {"type": "link", "attrs": {"href": "https://x.example/y.png"}}
    assert from_markdown("see ![chart](https://x.example/y.png)") == paragraph(text("see "), text("chart", link))


def test_what_a_site_adds_does_not_count():
    """Local ids, layouts, empty marks and split texts leave the fingerprint alone (FACTS A10)."""
    document = from_markdown("- [ ] a\n\n| a | b |\n|---|---|\n| 1 | **2** |\n\nx y")
    stored = copy.deepcopy(document)
    stored["content"][0]["attrs"] = {"localId": "1"}
    stored["content"][0]["content"][0]["attrs"]["localId"] = "2"
    stored["content"][1]["attrs"] = {"isNumberColumnEnabled": False, "layout": "default", "localId": "3"}
    stored["content"][1]["content"][0]["content"][0]["attrs"] = {"colspan": 1, "rowspan": 1}
    stored["content"][2]["content"] = [text("x "), text("") | {"marks": []}, text("y") | {"marks": []}]
    assert fingerprint(canonical(stored)) == fingerprint(document)


def test_what_a_person_changes_does_count():
    """A word, a mark and a task's tick are all differences."""
    prints = {fingerprint(from_markdown(each)) for each in ("- [ ] a", "- [x] a", "- [ ] **a**", "- [ ] b", "- a")}
    assert len(prints) == 5


@pytest.mark.parametrize("document", [{"type": "doc", "version": 1, "content": []}, {"type": "doc", "version": 1}])
def test_an_empty_document_is_an_empty_field(document):
    """Jira stores an emptied text either way."""
    assert rich_of(document) is None


@pytest.mark.parametrize(
    ("node", "shown"),
    [
        ({"type": "mention", "attrs": {"id": "5b10", "text": "@Lea"}}, "@Lea"),
        (text("x", {"type": "underline"}), "x"),
        ({"type": "inlineCard", "attrs": {"url": "https://a.example"}}, "a.example"),
    ],
)
def test_what_markdown_cannot_say_is_lossy(node, shown):
    """A mention, an underline and a card come out as text, and the value says that it is less."""
    rich = rich_of(paragraph(text("hello "), node))
    assert rich.lossy
    assert shown in rich.markdown


def test_what_markdown_can_say_is_not_lossy():
    """A text of our own comes back whole."""
    markdown = "# H\n\n**b** *i* `c`\n\n- a\n- b"
    rich = rich_of(from_markdown(markdown))
    assert (rich.lossy, rich.markdown) == (False, markdown)


def test_a_mark_counts_once():
    """Jira keeps no mark twice."""
    assert from_markdown("**__a__**") == from_markdown("**a**")


def test_a_list_item_begins_with_a_paragraph():
    """Jira's schema has no list at the beginning of an item."""
    (outer,) = from_markdown("- - a")["content"]
    assert [each["type"] for each in outer["content"][0]["content"]] == ["paragraph", "bulletList"]
    assert from_markdown(to_markdown(from_markdown("- - a"))) == from_markdown("- - a")
