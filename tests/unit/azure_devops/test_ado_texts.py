"""Formatted texts: Markdown to HTML and back, and what counts of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciler_azure_devops.canonical import canonical
from reconciler_azure_devops.html import from_markdown, rich_of
from reconciler_azure_devops.markdown import rich_of_markdown, unescaped

RICH = """# Head `code`

**Acme**, _x_ and ~~y~~: [page](https://x.example/?a=1&b=2)

- Amount: $5
- [ ] open
  1. one
  2. two

> quote

| A | B |
|---|:-:|
| 1 | a\\|b |

```py
x < 1
  y
```

a\\
b

---

![plan](https://x.example/plan.png)
"""

PIECES = [
    "# Head\n", "- a\n", "  - b\n", "- \n", "1. x\n", "5. y\n", "> q\n", ">\n", "---\n", "```py\nx<y\n```\n",
    "- [ ] t\n", "```\n```\n", "**b** _i_ `c` ~~s~~\n", "[l](https://x.example)\n", "| a | b |\n|---|---|\n| 1 |  |\n",
    "<br>\n", "\n\n", "text  \nmore\n", "***x***\n", "![i](https://a.example/b.png)\n", "# \n", "\\\n", "&nbsp;\n",
    "<div>raw</div>\n", "@Lea\n", "1 * 2 * 3\n", "a_b_c\n", "\\* no list\n", "    code\n",
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a</p>", "<div>a</div>"),
        ("<p>a</p>", "a"),
        ("<p>a b</p>", "<p> a&nbsp;\n b </p>"),
        ("<p><b>a</b></p>", "<p><strong>a</strong></p>"),
        ("<p><b><i>a</i></b></p>", "<p><i><b>a</b></i></p>"),
        ("<p><b>a </b>c</p>", "<p><b>a</b> c</p>"),
        ("<p><b>a</b><b>b</b></p>", "<p><b>ab</b></p>"),
        ("<p>a</p>", "<div>a</div><div><br></div>"),
        ("<p>a</p>", '<p style="color:red" class="x"><span>a</span></p>'),
        ("<ul><li>a</li></ul>", "<ul>\n<li><p>a</p>\n</li></ul>"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul><li>a</li><ul><li>b</li></ul></ul>"),
        ("<table><tr><td>a</td></tr></table>", "<table><tbody><tr><td><div>a</div></td></tr></tbody></table>"),
        ("<pre><code>a\nb</code></pre>", "<pre>a<br>b\n</pre>"),
        ("<p>a<br>b</p>", "<p><br>a <br/> b<br></p>"),
        ("<ul><li>a</li></ul>", "<ul>a</ul>"),
        ("<p>a</p>", "<script>evil()</script><p>a</p>"),
        ("<p>a</p>", "<p onclick='evil()'>a<!-- note --></p>"),
        ("<b><p>a</p></b>", "<p>a</p>"),
        ("<img src='https://x.example/y' width='3'>", "<p><img src='https://x.example/y' alt=''></p>"),
    ],
)
def test_what_means_the_same_compares_equal(one, other):
    """Sites and editors rewrite HTML; neither wrappers, attributes nor spaces are a change."""
    assert canonical(one) == canonical(other)
    assert rich_of(one) == rich_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a</p><p>b</p>", "<p>a b</p>"),
        ("<p>a b</p>", "<p>ab</p>"),
        ("<p>a<br>b</p>", "<p>a b</p>"),
        ("<p>a</p>", "<h1>a</h1>"),
        ("<p>a</p>", "<blockquote>a</blockquote>"),
        ("<p>a</p>", "<p><b>a</b></p>"),
        ("<ul><li>a</li></ul>", "<ol><li>a</li></ol>"),
        ("<ol><li>a</li></ol>", "<ol start='3'><li>a</li></ol>"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<a href='https://x.example'>a</a>", "<a href='https://y.example'>a</a>"),
        ("<table><tr><td>a</td></tr></table>", "<table><tr><th>a</th></tr></table>"),
        ("<table><tr><td>a</td></tr></table>", "<table><tr><td colspan='2'>a</td></tr></table>"),
        ("<p>a</p><hr>", "<p>a</p>"),
        ("<pre>a  b</pre>", "<pre>a b</pre>"),
    ],
)
def test_what_means_something_else_differs(one, other):
    """Words, blocks, marks, targets and spans count."""
    assert rich_of(one) != rich_of(other)


@pytest.mark.parametrize("html", ["", "  ", "<br>", "<div><br></div>", "<p>&nbsp;</p>", "<ul></ul>", "<pre></pre>"])
def test_nothing_to_read_is_an_empty_text(html):
    """Editors leave empty paragraphs behind; such a field is empty."""
    assert rich_of(html) is None


def test_a_text_of_markdown_reads_back_as_it_was_sent():
    """What we send compares equal to what the spec says, and Markdown can say all of it."""
    live = rich_of(from_markdown(RICH))
    assert live == rich_of_markdown(RICH)
    assert live is not None
    assert not live.lossy


def test_raw_html_in_markdown_is_text():
    """A spec can't smuggle elements into a site's pages."""
    html = from_markdown("<script>evil()</script> <b>x</b>")
    assert "<script" not in html
    assert "&lt;b&gt;x" in html


@pytest.mark.parametrize("target", ["javascript:evil()", "vbscript:x", "data:text/html;base64,AAAA"])
def test_a_link_that_could_do_harm_is_text(target):
    """Neither our HTML nor what we read of the site's has such a target."""
    assert "href" not in from_markdown(f"[x]({target})")
    assert canonical(f"<a href='{target}'>x</a>") == canonical("<a>x</a>")


@pytest.mark.parametrize(
    "html",
    [
        "<p>a <u>line</u></p>",
        "<p><sub>2</sub></p>",
        '<div><a href="#" data-vss-mention="version:2.0,abc">@Omar</a></div>',
        "<table><tr><td>no head</td></tr></table>",
    ],
)
def test_what_markdown_cannot_say_is_lossy(html):
    """Writing such a text back would lose something, so it is never done unasked."""
    live = rich_of(html)
    assert live is not None
    assert live.lossy


@pytest.mark.parametrize("text", ["1. no list", "# no head", "* no item", "- nor this", "1 * 2 * 3", "a_b_c", "<b>"])
def test_a_plain_text_is_shown_so_that_it_stays_one(text):
    """Characters that Markdown would read as its own are escaped, and only those."""
    html = f"<p>{text.replace('<', '&lt;')}</p>"
    live = rich_of(html)
    assert live is not None
    assert not live.lossy
    assert canonical(from_markdown(live.markdown)) == canonical(html)


def test_a_text_without_such_characters_is_shown_as_it_is():
    """Nobody has to read backslashes that nothing needs."""
    live = rich_of("<p>a.b (c) 1 - 2</p>")
    assert live is not None
    assert live.markdown == "a.b (c) 1 - 2"


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_reading_what_was_sent_changes_nothing(text):
    """For any Markdown: live equals desired, and saying live again equals live unless that is lossy."""
    desired, live = rich_of_markdown(text), rich_of(from_markdown(text))
    assert live == desired
    if live is not None and not live.lossy:
        assert rich_of_markdown(live.markdown) == live


@given(st.text(alphabet="ab <>&\n*_-#`|[]()!1.\\\t\u00a0", max_size=40))
def test_any_text_of_a_paragraph_can_be_read(text):
    """Reading never fails, whatever people type, and is the same however often it is done."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    live = rich_of(f"<p>{escaped}</p>")
    assert (live is None) == (not text.strip())
    assert live == rich_of(f"<div>{escaped}</div>")


def test_markdown_that_a_site_keeps_compares_as_its_html():
    """A text reads the same whichever of its formats a site keeps it in, entities undone."""
    assert rich_of_markdown(unescaped("a &lt; **b**\r\n\r\n&gt; q\n")) == rich_of(
        "<p>a &lt; <b>b</b></p><blockquote>q</blockquote>"
    )
