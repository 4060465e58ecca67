"""Markdown of every shape, stored and read back over real HTTP by a site that checks documents by schema."""

from __future__ import annotations

import random

import pytest

from reconciler.sdk import BadValue, Draft

PIECES = [
    "# Head\n",
    "- a\n",
    "  - b\n",
    "- \n",
    "1. x\n",
    "5. y\n",
    "> q\n",
    ">\n",
    "---\n",
    "```py\nx<y\n```\n",
    "```\n```\n",
    "- [ ] t\n",
    "- [x] **u** `c`\n",
    "  - [ ] n\n",
    "**b** _i_ `c` ~~s~~\n",
    "[l](https://x.example/z)\n",
    "| a | b |\n|---|---|\n| 1 |  |\n",
    "<br>\n",
    "\n\n",
    "text  \nmore\n",
    "- ```\n  code\n  ```\n",
    "***x***\n",
    "![i](https://a.example/b.png)\n",
    "- [ ] \n",
    "# \n",
    "[](https://a.example)\n",
    "\\\n",
    "&nbsp;\n",
    "<div>raw</div>\n",
    "@Lea\n",
]


@pytest.mark.parametrize("seed", range(3))
def test_a_text_is_taken_and_reads_as_it_was_sent(plugin, seed):
    """Each accepted text is a valid document, comes back equal, and can be said again."""
    provider = plugin.provider
    site = provider.describe_site(("task",))
    type = next(each.ref for each in site.types.values() if each.word == "task")
    chance = random.Random(seed)
    texts = [*PIECES, *("".join(chance.choices(PIECES, k=chance.randint(2, 6))) for _ in range(60))]
    sent = {}
    for number, text in enumerate(texts):
        try:
            sent[f"op{number}"] = provider.normalize(site, type.id, "description", text)
        except BadValue as problem:
            assert "no room for" in problem.summary  # noqa: PT017  which other texts are refused is not the point
    drafts = [Draft(op, type, {"summary": op, "description": value}, None) for op, value in sent.items()]
    created = {each.item.id: each.operation for each in provider.create(drafts) if each.item}
    assert len(created) == len(drafts) > len(PIECES)
    for found in provider.fetch(dict.fromkeys(created, ("description",))):
        live = found.item.fields["description"]
        assert live == sent[created[found.item.id]]
        if live is not None:
            assert provider.normalize(site, type.id, "description", provider.express(site, "description", live)) == live
