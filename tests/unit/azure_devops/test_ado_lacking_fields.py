"""The fields of the language that Azure DevOps does not have, or never leaves empty."""

from __future__ import annotations

import pytest

from reconciler.sdk import BadValue


@pytest.mark.parametrize("word", ["components", "fix_versions", "watchers"])
def test_what_it_does_not_have_says_why(site, provider, word):
    """A plan passes the reason on to whoever wrote it; nothing is ever sent for such a field."""
    for type in ("Deal", "Bug"):
        field = site.types[type].by_word(word)
        assert (field.kind, field.writable) == ("unsupported", frozenset())
        assert field.why.startswith("Azure DevOps ")
        with pytest.raises(BadValue, match=field.why):
            provider.normalize(site, type, field.id, ["x"])


@pytest.mark.parametrize("word", ["area", "sprint"])
def test_an_item_always_has_an_area_and_an_iteration(site, provider, word):
    """Clearing one means the top of the tree, and the spec says that itself."""
    field = site.types["Deal"].by_word(word)
    with pytest.raises(BadValue) as caught:
        provider.normalize(site, "Deal", field.id, None)
    assert caught.value.hint == "write the top of the tree: Fund"
    assert provider.normalize(site, "Deal", field.id, "Fund").id == "Fund"
