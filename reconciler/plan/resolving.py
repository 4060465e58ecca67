"""From a configuration to what it wants, by field: names resolved, values in normal form, mistakes with places."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.diagnostics import Diagnostic, error
from reconciler.plan.crossing import Crossing, crossing_of, room_for_documents, titled_pages, with_crossings
from reconciler.plan.desired import Dialect, References, Want, Wanted, find_type
from reconciler.plan.ownership import owner_of
from reconciler.plan.pages import awaited_url, stand_in
from reconciler.plan.parting import wanted_parting
from reconciler.plan.unknown import unknown_field, unknown_type
from reconciler.sdk import BadValue, FieldInfo, Link, Ref, SiteDescription, TypeInfo, Value
from reconciler.sdk.names import listed
from reconciler.spec.configuration import Authored, Configuration, DesiredItem, ItemAttribute, Reference, Template

__all__ = ["resolve"]


def resolve(
    configuration: Configuration,
    sites: Mapping[str, SiteDescription],
    dialects: Mapping[str, Dialect],
    references: References,
    addresses: Collection[str] | None = None,
) -> tuple[dict[str, Wanted], list[Diagnostic]]:
    """Resolve every item of a configuration; what can't be becomes a diagnostic with its place in the spec.

    Args:
        configuration: the specs.
        sites, dialects: by provider; those of the items to resolve.
        references: what they refer to.
        addresses: the items to resolve, where not all.
    """
    wanted: dict[str, Wanted] = {}
    problems: list[Diagnostic] = []
    for address in configuration.items if addresses is None else addresses:
        item = configuration.items[address]
        site = sites[item.provider]
        type = find_type(site, str(item.type.value))
        if type is None:
            problems.append(unknown_type(item.type, site))
            continue
        dialect = dialects[item.provider]
        resolver = _Resolver(item, type, site, dialect, references, configuration, sites, problems.append)
        fields = resolver.fields()
        parting = wanted_parting(item, references.text)
        wanted[item.address] = Wanted(item, type, fields, frozenset(resolver.needs), parting)
    for each in wanted.values():
        problems.extend(_level_problems(each, wanted))
    return wanted, problems


def _level_problems(child: Wanted, wanted: Mapping[str, Wanted]) -> Iterator[Diagnostic]:
    authored = child.item.fields.get("parent")
    reference = authored.value if authored else None
    if not isinstance(reference, Reference) or authored is None:
        return
    parent = wanted.get(reference.address or "")
    if parent is not None and parent.type.level <= child.type.level:
        yield error(
            "parent_level",
            f"{parent.type.ref.name} can't be the parent of {child.type.ref.name}",
            detail=f"{reference.address} is of the type {parent.type.ref.name}; a parent stands on a higher level.",
            place=authored.place,
            snippet=authored.snippet,
        )


@dataclass
class _Resolver:
    """Resolves the fields of one item and collects the addresses that have to exist before it."""

    item: DesiredItem
    type: TypeInfo
    site: SiteDescription
    dialect: Dialect
    references: References
    configuration: Configuration
    sites: Mapping[str, SiteDescription]
    report: Callable[[Diagnostic], None]

    def __post_init__(self) -> None:
        self.needs: set[str] = set(self.item.apply_after)
        self.crossings: list[Crossing] = []

    def fields(self) -> dict[str, Want]:
        found: dict[str, Want] = {}
        for word, authored in self.item.fields.items():
            owner = owner_of(word, self.item.ownership)
            if owner == "nobody":
                continue
            info = self._info(word, authored)
            if info is None:
                continue
            try:
                value = self._value(info, authored)
            except BadValue as problem:
                self._bad_value(word, authored, problem)
                continue
            found[info.id] = Want(info, word, value, owner, authored.exact)
        self._add_crossings(found)
        self._check_through()
        return found

    def _add_crossings(self, found: dict[str, Want]) -> None:
        """Keep links to items of other sites as documents, beside those that the spec names itself."""
        links = self.item.fields.get("links")
        info = self.type.by_word("documents")
        owner = owner_of("documents", self.item.ownership)
        crossed: tuple[Value, ...] = ()
        if self.crossings and links is not None:
            try:
                room = room_for_documents(self.type, owner)
                pages = titled_pages(self.crossings)
                crossed = tuple(self._document(room, title, page) for page, title in pages.items())
            except BadValue as problem:
                self._bad_value("links", links, problem)
                return
        if info is None or owner == "nobody":
            return
        record = self.references.records.get(self.item.address)
        base = record.base.get(info.id) if record else None
        linked = links is not None and owner_of("links", self.item.ownership) != "nobody"
        plain = found.get(info.id) or (Want(info, "documents", (), owner, exact=False) if linked else None)
        want = with_crossings(plain, crossed, base, self.site, named="documents" in self.item.fields, linked=linked)
        if want is not None:
            found[info.id] = want

    def _check_through(self) -> None:
        """Report statuses of `workflow.through` that the type does not have."""
        status = self.type.by_word("status")
        if status is None or self.item.through == "any":
            return
        for name in self.item.through:
            try:
                self._normal(status, name)
            except BadValue as problem:
                self.report(
                    error(
                        "bad_value",
                        f"`workflow.through` of {self.item.address}: {problem.summary}",
                        place=self.item.place,
                        hint=problem.hint or (f"it takes: {listed(problem.options)}" if problem.options else ""),
                    )
                )

    def _info(self, word: str, authored: Authored) -> FieldInfo | None:
        name = word.removeprefix("fields.")
        fields = self.type.fields.values()
        named = [each for each in fields if each.word == word] or (
            [each for each in fields if each.id == name] or [each for each in fields if each.name == name]
            if word.startswith("fields.")
            else []
        )
        if len(named) > 1:
            self._say("ambiguous_field", f"{name!r} names several fields of {self.type.ref.name}", authored, "", named)
            return None
        if not named:
            self.report(unknown_field(word, authored, self.type, self.site))
            return None
        info = named[0]
        if info.kind == "unsupported" or not info.writable:
            why = info.why or "this account may not write it"
            self._say("not_writable", f"{word} can't be written on {self.type.ref.name}: {why}", authored)
            return None
        return info

    def _value(self, info: FieldInfo, authored: Authored) -> Value | Template:
        value = authored.value
        match info.kind:
            case "status" if value is None:
                raise BadValue("the status can't be empty")
            case _ if value is None:
                return () if info.many else self._normal(info, None)
            case "item":
                return self._parent(value)
            case "link" if isinstance(value, Mapping):
                return self._links(info, value)
            case _ if isinstance(value, Template):
                return self._text(info, value)
            case _ if info.many:
                elements = value if isinstance(value, (tuple, list)) else (value,)
                return tuple(dict.fromkeys(self._element(info, each) for each in elements))
        return self._normal(info, value)

    def _parent(self, value: object) -> Value:
        if not isinstance(value, Reference):
            raise BadValue("the parent is another item")
        other = self.configuration.items.get(value.address or "", self.item).provider
        if other != self.item.provider:
            raise BadValue(
                f"{value.address} is {other}'s, and a parent is of its children's provider",
                hint=f"link it instead: `links: {{relates_to: [{value.address}]}}`",
            )
        return Ref(self._target(value), str(value))

    def _links(self, info: FieldInfo, links: Mapping[str, tuple[Reference, ...]]) -> Value:
        found: list[Value] = []
        for word, targets in links.items():
            for each in targets:
                crossing = crossing_of(word, each, self.item, self.configuration, self.sites)
                if crossing is None:
                    found.append(self._normal(info, Link(word, self._target(each, orders=False))))
                else:
                    self.crossings.append(crossing)
        return tuple(dict.fromkeys(found))

    def _target(self, reference: Reference, *, orders: bool = True) -> str:
        id = self.references.id_of(self.item.provider, reference)
        if id is None:
            raise BadValue(f"{reference} is not on this site, or this account can't see it")
        if reference.address is not None and orders:
            self.needs.add(reference.address)
        return id

    def _text(self, info: FieldInfo, template: Template) -> Value | Template:
        self.needs.update(part.address for part in template.parts if isinstance(part, ItemAttribute))
        text = self._filled(template)
        return template if text is None else self._normal(info, text)

    def _filled(self, template: Template) -> str | None:
        """A text whose parts are all known already."""
        texts: list[str] = []
        for part in template.parts:
            text = self.references.text(part) if isinstance(part, ItemAttribute) else part
            if text is None:
                return None
            texts.append(text)
        return "".join(texts)

    def _element(self, info: FieldInfo, value: object) -> Value:
        match value:
            case {"title": title, "url": Template() as url}:
                return self._document(info, str(title), url)
        return self._normal(info, value)

    def _document(self, info: FieldInfo, title: str, url: str | Template) -> Value:
        """A document; where its URL is known after apply, what stands for that until then."""
        known = url if isinstance(url, str) else self._filled(url)
        found = self._normal(info, {"title": title, "url": known or stand_in(self.item.address)})
        if known is None and isinstance(url, Template) and isinstance(found, Link):
            return replace(found, target=awaited_url(url))
        return found

    def _normal(self, info: FieldInfo, value: object) -> Value:
        return self.dialect.normalize(self.site, self.type.ref.id, info.id, value)

    def _bad_value(self, word: str, authored: Authored, problem: BadValue) -> None:
        hint = problem.hint or (f"it takes: {listed(problem.options)}" if problem.options else "")
        summary = f"{word} of {self.item.address}: {problem.summary}"
        self._say("bad_value", summary, authored, hint, detail=problem.detail)

    def _say(
        self,
        code: str,
        summary: str,
        authored: Authored,
        hint: str = "",
        fields: Iterable[FieldInfo] = (),
        detail: str = "",
    ) -> None:
        listed = ", ".join(f"{each.id} ({each.name})" for each in fields)
        self.report(
            error(
                code,
                summary,
                detail=detail or (f"Name one of them by its id: {listed}." if listed else ""),
                place=authored.place,
                snippet=authored.snippet,
                hint=hint,
            )
        )
