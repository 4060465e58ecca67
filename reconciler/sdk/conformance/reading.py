"""What `fetch`, `search` and `children` promise."""

from __future__ import annotations

from reconciler.sdk.conformance.line import Line

__all__ = ["Reading"]


class Reading:
    """`Provider.fetch` and its kin."""

    def test_each_that_is_asked_for_is_answered_once(self, line: Line) -> None:
        """Those that are there and those that are not, in one call."""
        items = [line.created() for _ in range(3)]
        asked = [*(each.id for each in items), line.bench.stranger]
        found = list(line.provider.fetch(dict.fromkeys(asked, ())))
        assert sorted(each.asked for each in found) == sorted(asked)
        states = {each.asked: each.state for each in found}
        assert all(states[each.id] == "live" for each in items)
        assert states[line.bench.stranger] in {"not_visible", "absent", "deleted"}

    def test_a_key_and_a_url_name_an_item_too(self, line: Line) -> None:
        """`asked` comes back as it was given."""
        item = line.created()
        for name in (item.key, item.url):
            found = line.found(name)
            assert (found.asked, found.state) == (name, "live")
            assert found.item is not None
            assert found.item.id == item.id

    def test_only_the_fields_asked_for_are_read(self, line: Line) -> None:
        """A field that was not asked for is absent, one that is empty is `None`."""
        title = line.field("title").id
        item = line.created()
        assert set(line.read(item.id, title).fields) == {title}

    def test_an_item_reads_alike_each_time(self, line: Line) -> None:
        """Where nobody changed anything, revision and fields are equal: formats cause no drift."""
        item = line.created(
            **{word: first for word, (first, _) in line.bench.samples.items() if self._first(line, word)}
        )
        fields = tuple(item.fields)
        assert line.read(item.id, *fields) == line.read(item.id, *fields)

    def _first(self, line: Line, word: str) -> bool:
        return "create" in line.field(word).writable

    def test_more_than_a_page(self, line: Line) -> None:
        """Many ids are one call for the engine: each is answered, none twice."""
        items = list(line.provider.create([line.draft() for _ in range(line.bench.many)]))
        ids = [each.item.id for each in items if each.item]
        assert len(ids) == line.bench.many
        found = list(line.provider.fetch(dict.fromkeys(ids, (line.field("title").id,))))
        assert sorted(each.asked for each in found) == sorted(ids)
        assert {each.state for each in found} == {"live"}

    def test_children_are_found(self, line: Line) -> None:
        """Whoever's they are, once a search sees them."""
        site = line.site()
        kind = line.kind(site)
        parent = kind.by_word("parent")
        if parent is None:
            return
        line.wait(line.bench.lag)
        assert list(line.provider.children([line.created().id])) == []
