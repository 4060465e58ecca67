"""Jira's wiki markup: what documents look like in it, and what is read back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reconciler_jira.adf import canonical, from_markdown, rich_of, to_markdown
from reconciler_jira.wiki import from_wiki, lost_in_wiki, to_wiki

WORDS = st.text(alphabet="abc <>&*_`[]()!#-+.1|~\\{}^?:;\"'é\n", max_size=30)
MARKDOWN = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(["# Head", "- a\n- b\n  1. c", "1. x\n2. y", "> q", "---", "```py\n{y}\n```", "```\n{}\n```"]),
        st.sampled_from(["- [ ] t\n- [x] u", "- a\n\n  b\n- c", "- a\n\n  ```\n  c\n  ```", "https://x.example/-/a_b"]),
        st.sampled_from(["**b** _i_ `c` ~~s~~", "[l](https://x.example/a?b=c)", "| a | b |\n|---|---|\n| 1 | *2* |"]),
        st.sampled_from(["a**b**c", "**a *b* c**", "`` a`b ``*c*", "[*a* b](https://x.example 'tip')", "x\\\ny"]),
    ),
    max_size=5,
).map("\n\n".join)
WIKI = st.lists(
    st.one_of(
        st.text(alphabet="ab *_-+^~{}[]|\\\n#h1.&;:()!?☐", max_size=30),
        st.sampled_from(["h2. Head", "* a\n** b\n*# c", "||a||b||\n|1|2|", "{quote}q{quote}", "bq. q", "---", "* ☐ t"]),
        st.sampled_from(["{code:py}\nx\n{code}", "{noformat}y{noformat}", "[a|https://x.example]", "{color:red}r"]),
        st.sampled_from(["{panel:title=P}\np\n{panel}", "[~lea]", "!a.png|thumbnail!", "{toc}", "{*}b{*}c", "{{m}}"]),
    ),
    max_size=5,
).map("\n".join)


@settings(max_examples=300)
@given(MARKDOWN)
def test_what_is_written_is_read_back(markdown):
    """A document that wiki markup holds comes back as it was; of any other, what it has no room for is named."""
    document = from_markdown(markdown)
    lost = lost_in_wiki(document)
    assert (from_wiki(to_wiki(document)) == document) == (lost == "")
    assert lost == "" or lost in {to_markdown({**document, "content": [each]}) for each in document["content"]}


@settings(max_examples=300)
@given(WIKI)
def test_reading_refuses_nothing_and_is_canonical(text):
    """Whatever people write is a document, in the one form that documents have."""
    document = from_wiki(text)
    assert canonical(document) == document


@settings(max_examples=200)
@given(st.text(alphabet="ab *_-+^~{}[]|!?&;.()#:☐\\", min_size=1, max_size=30))
def test_a_text_is_never_markup(text):
    """A document of one text is read back as that text: nothing in it becomes a macro, a link, a mention or a list."""
    text = text.strip(" \\") or "a"
    document = canonical({"content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]})
    assert from_wiki(to_wiki(document)) == document


@pytest.mark.parametrize(
    ("markdown", "wiki"),
    [
        ("# Deal", "h1. Deal"),
        ("**a** _b_ ~~c~~ `d`", "*a* _b_ -c- {{d}}"),
        ("one **two** three", "one *two* three"),
        ("un**believ**able", "un{*}believ{*}able"),
        ("due-diligence on 2026-01-02", "due-diligence on 2026-01-02"),
        ("[Room](https://data.example/a_b)", "[Room|https://data.example/a_b]"),
        ('[Room](https://data.example "the room")', "[Room|https://data.example|the room]"),
        ("<https://data.example>", "[https://data.example]"),
        ("see https://data.example/-/a_b, please", "see https://data.example/-/a_b, please"),
        ("- a\n  1. b\n- c", "* a\n*# b\n* c"),
        ("- a\n\n  b", "* a\\\\\\\\b"),
        ("- [x] a\n- [ ] b", "* ☑ a\n* ☐ b"),
        ("> a\n>\n> - b", "{quote}\na\n\n* b\n{quote}"),
        ("```python\nx\n```", "{code:python}\nx\n{code}"),
        ("```\nx\n```", "{noformat}\nx\n{noformat}"),
        ("```\n{code}\n```", "{noformat}\n{code}\n{noformat}"),
        ("```\n{noformat} {code} [~lea]\n```", "{code}\n{noformat} {\u200bcode} [~lea]\n{code}"),
        ("```py\n{code} [~lea]\n```", "{code:py}\n{\u200bcode} [~lea]\n{code}"),
        ("| a | b |\n|---|---|\n| 1 |  |", "||a||b||\n|1| |"),
        ("a\\\nb", "a\nb"),
        ("***", "----"),
    ],
)
def test_markdown_in_wiki_markup(markdown, wiki):
    """Each thing that Markdown says has its usual form."""
    assert to_wiki(from_markdown(markdown)) == wiki
    assert lost_in_wiki(from_markdown(markdown)) == ""


@pytest.mark.parametrize(
    ("text", "wiki"),
    [
        ("{html}x{html}", "\\{html\\}x\\{html\\}"),
        ("[~lea] and [a|https://x.example]", "\\[\\~lea\\] and \\[a\\|https://x.example\\]"),
        ("!picture.png!", "\\!picture.png!"),
        ("(x) and :)", "\\(x) and \\:)"),
        ("h1. head", "h1&#46; head"),
        ("* item", "\\* item"),
        ("a\\b", "a&#92;b"),
        ("&copy;", "&amp;copy;"),
    ],
)
def test_macros_mentions_and_pictures_in_a_text_are_defused(text, wiki):
    """What looks like markup is written so that Jira shows it, and does nothing else with it."""
    document = canonical({"content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]})
    assert to_wiki(document) == wiki


@pytest.mark.parametrize(
    ("wiki", "markdown"),
    [
        ("h3. Head", "### Head"),
        ("- a\n- b", "- a\n- b"),
        ("* a\nmore", "- a<br>more"),
        ("bq. said", "> said"),
        ("{quote}said{quote} then", "> said\n\nthen"),
        ("a\\\\b", "a<br>b"),
        ("{code}x{code}", "```\nx\n```"),
        ("before {code:sql}x{code} after", "before\n\n```sql\nx\n```\n\nafter"),
        ("||h||\n|b\nc|", "| h |\n| --- |\n| b<br>c |"),
        ("a\r\nb", "a<br>b"),
        ("*no end", "\\*no end"),
        ("{quote}no end", "{quote}no end"),
    ],
)
def test_what_people_write_is_read(wiki, markdown):
    """In the forms that Jira's editor leaves behind too."""
    rich = rich_of(from_wiki(wiki))
    assert rich is not None
    assert rich.markdown == markdown


@pytest.mark.parametrize(
    "wiki",
    [
        "{color:red}a{color}",
        "{panel:title=A}a{panel}",
        "{info}a{info}",
        "[~lea] asks",
        "!a.png|thumbnail!",
        "{toc}",
        "+a+",
        "^a^",
        "{code:title=a.py|python}\nx\n{code}",
    ],
)
def test_what_markdown_can_not_say_is_lossy(wiki):
    """So that nobody takes over a text without what people put there."""
    rich = rich_of(from_wiki(wiki))
    assert rich is not None
    assert rich.lossy


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_a_link_to_an_unsafe_scheme_is_read_as_text(url):
    """It is shown, and leads nowhere."""
    document = from_wiki(f"[a|{url}]")
    assert document["content"] == [{"type": "paragraph", "content": [{"type": "text", "text": f"[a|{url}]"}]}]


@pytest.mark.parametrize(
    ("markdown", "lost"),
    [
        ("a\n\n3. b\n4. c", "3. b\n4. c"),
        ("- a\n\n  - b\n\n  c", "- a"),
        ("- ☐ a", "- ☐ a"),
    ],
)
def test_what_wiki_markup_has_no_room_for_is_named(markdown, lost):
    """A list that begins with three, a text below a list in an item, a box that is no task."""
    assert lost_in_wiki(from_markdown(markdown)).startswith(lost)


@pytest.mark.parametrize(
    "text",
    ["*" * 5000 + " x", "{*}{_}{-}{+}{^}{~}{{[" * 500, "*_-+^~" * 1000, "{quote}{panel}{info}" * 500, "[a|" * 2000,
     "{code:a}" * 2000, "||" * 3000, "\\" * 5001, "* a\n** b\n" * 1000, "{color:red}" * 500],
)  # fmt: skip
def test_no_text_is_too_much(text):
    """A text that was made to be hard to read is a document all the same."""
    document = from_wiki(text)
    assert canonical(document) == document
    assert isinstance(to_wiki(document), str)


_WORD = st.sampled_from(
    ["alpha", "due-diligence", "a_b_c", "(see)", "100%", "R&D", "C:\\dir", "foo*bar", "1.2.3", "-5", "--flag", "[ref]",
     "{var}", "a|b", "it's", "https://x.example/a-b_c?d=e&f=g", "e.g.", "#12", "@lea", "!", "<T>", "~5", "^2", "+1",
     ":)", "h1.", "5*3", "**", "__init__", "—", "é"]
)  # fmt: skip
_PLAIN = st.lists(_WORD, min_size=1, max_size=4).map(" ".join)
_SPAN = st.one_of(
    _PLAIN,
    st.tuples(
        st.sampled_from(["**{}**", "*{}*", "`{}`", "~~{}~~", "[{}](https://x.example/p_q)", "**b _{}_ c**"]), _PLAIN
    ).map(lambda each: each[0].replace("{}", each[1])),
)
_LINE = st.lists(_SPAN, min_size=1, max_size=3).map(" ".join)
_BLOCK = st.one_of(
    st.lists(_LINE, min_size=1, max_size=3).map("\\\n".join),
    st.tuples(st.sampled_from(["- ", "1. ", "- [ ] "]), st.lists(_LINE, min_size=1, max_size=3)).map(
        lambda each: "\n".join(f"{each[0]}{line}" for line in each[1])
    ),
    st.tuples(_LINE, st.lists(_LINE, min_size=1, max_size=2)).map(
        lambda each: f"- {each[0]}\n" + "\n".join(f"  1. {line}" for line in each[1])
    ),
    st.tuples(_SPAN, _SPAN).map(lambda each: "| a | b |\n|---|---|\n| {} | {} |".format(*each)),
    _LINE.map("## {}".format),
    _LINE.map("> {}".format),
    _PLAIN.map("```py\n{}\n```".format),
)


@settings(max_examples=200)
@given(st.lists(_BLOCK, min_size=1, max_size=4).map("\n\n".join))
def test_ordinary_markdown_is_never_refused(markdown):
    """Paragraphs, lists, tables, quotes and code of words as people use them have room in wiki markup."""
    assert lost_in_wiki(from_markdown(markdown)) == ""
