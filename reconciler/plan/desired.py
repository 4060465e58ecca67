"""What the spec wants, in the words of the sites: each field with its info, its normal form and its owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from reconciler.diagnostics import Diagnostic, error
from reconciler.plan.ownership import owner_of
from reconciler.plan.parting import Parting, wanted_parting
from reconciler.sdk import BadValue, FieldInfo, Link, Ref, SiteDescription, TypeInfo, Value
from reconciler.sdk.names import nearest
from reconciler.spec.configuration import (
    Authored,
    Configuration,
    DesiredItem,
    ItemAttribute,
    Ownership,
    Reference,
    Template,
)
from reconciler.state.records import ItemRecord

__all__ = ["Dialect", "References", "Want", "Wanted", "awaited", "awaited_address", "find_type", "resolve", "word_of"]

_AWAITED: Final = "item:"


def awaited(address: str) -> str:
    """Stands for the remote id of an item that does not exist yet."""
    return _AWAITED + address


def awaited_address(id: str) -> str | None:
    """The address that `awaited` was given, or `None` for a real id."""
    return id.removeprefix(_AWAITED) if id.startswith(_AWAITED) else None


class Dialect(Protocol):
    """The pure half of a provider: from the spec's words to normal forms and back."""

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        """Turn a spec's value into the normal form; raises `BadValue`."""
        ...

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        """Turn a normal form into what a spec would say."""
        ...


@dataclass(frozen=True, slots=True)
class Want:
    """One field that the spec names. `value` is a tuple for sets, a `Template` while parts are known after apply."""

    info: FieldInfo
    word: str
    value: Value | Template
    owner: Ownership
    exact: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that the spec wants, resolved against its site. `fields` are by field id, in the spec's order."""

    item: DesiredItem
    type: TypeInfo
    fields: Mapping[str, Want]
    needs: frozenset[str]
    parting: Parting = field(default=Parting())

    @property
    def title(self) -> str:
        """What the spec calls it, or its address where it says nothing."""
        authored = self.item.fields.get("title")
        return str(authored.value) if authored else self.item.address


@dataclass(frozen=True, slots=True)
class References:
    """What references stand for: items of the state by address, items outside the spec as they were looked up.

    `outside` is by provider too: two sites may have the same keys.
    """

    records: Mapping[str, ItemRecord]
    outside: Mapping[tuple[str, Reference], Ref]

    def id_of(self, provider: str, reference: Reference) -> str | None:
        """The remote id, an awaited one for an item yet to be created, or `None` where nothing is there."""
        if reference.address is None:
            found = self.outside.get((provider, reference))
            return found.id if found else None
        record = self.records.get(reference.address)
        return record.id if record else awaited(reference.address)

    def text(self, part: ItemAttribute) -> str | None:
        """The key, id or url of an item that exists."""
        record = self.records.get(part.address)
        return {"key": record.key, "id": record.id, "url": record.url}[part.attribute] if record else None


def word_of(info: FieldInfo) -> str:
    """What a spec calls a field."""
    return info.word or f"fields.{info.name}"


def find_type(site: SiteDescription, name: str) -> TypeInfo | None:
    """A type by the spec's word, else by the platform's name or id."""
    types = site.types.values()
    return (
        next((each for each in types if each.word == name), None)
        or next((each for each in types if name in (each.ref.name, each.ref.id)), None)
        or next((each for each in types if each.ref.name.casefold() == name.casefold()), None)
    )


def resolve(
    configuration: Configuration,
    sites: Mapping[str, SiteDescription],
    dialects: Mapping[str, Dialect],
    references: References,
) -> tuple[dict[str, Wanted], list[Diagnostic]]:
    """Resolve every item of a configuration; what can't be becomes a diagnostic with its place in the spec."""
    wanted: dict[str, Wanted] = {}
    problems: list[Diagnostic] = []
    for item in configuration.items.values():
        site = sites[item.provider]
        type = find_type(site, str(item.type.value))
        if type is None:
            names = [name for each in site.types.values() for name in (each.word, each.ref.name) if name]
            problems.append(_unknown("type", "work item type", item.type, names, str(item.type.value)))
            continue
        resolver = _Resolver(item, type, site, dialects[item.provider], references, configuration, problems.append)
        fields = resolver.fields()
        parting = wanted_parting(item, references.text)
        wanted[item.address] = Wanted(item, type, fields, frozenset(resolver.needs), parting)
    for each in wanted.values():
        problems.extend(_level_problems(each, wanted))
    return wanted, problems


def _unknown(code: str, what: str, authored: Authored, names: Iterable[str], name: str) -> Diagnostic:
    known = sorted(set(names))
    closest = nearest(name, known)
    return error(
        f"unknown_{code}",
        f"{name!r} is no {what} of this site",
        detail=f"It has: {', '.join(known)}." if known else "",
        place=authored.place,
        snippet=authored.snippet,
        hint=f"did you mean {closest[0]!r}?" if closest else "",
    )


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
            detail=f"{reference.address} is a {parent.type.ref.name}; a parent stands on a higher level.",
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
    report: Callable[[Diagnostic], None]

    def __post_init__(self) -> None:
        self.needs: set[str] = set(self.item.apply_after)

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
        self._check_through()
        return found

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
                        hint=problem.hint or (f"it takes: {', '.join(problem.options)}" if problem.options else ""),
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
            names = [word_of(each) for each in fields if each.kind != "unsupported"]
            self.report(_unknown("field", f"field of {self.type.ref.name}", authored, names, word))
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
            case _ if value is None:
                return () if info.many else None
            case "item":
                return self._parent(value)
            case "link" if isinstance(value, Mapping):
                return self._links(info, value)
            case _ if isinstance(value, Template):
                return self._text(info, value)
            case _ if info.many:
                elements = value if isinstance(value, (tuple, list)) else (value,)
                return tuple(dict.fromkeys(self._normal(info, each) for each in elements))
        return self._normal(info, value)

    def _parent(self, value: object) -> Value:
        if not isinstance(value, Reference):
            raise BadValue("the parent is another item")
        return Ref(self._target(value), str(value))

    def _links(self, info: FieldInfo, links: Mapping[str, tuple[Reference, ...]]) -> Value:
        return tuple(
            dict.fromkeys(
                self._normal(info, Link(word, self._target(each, orders=False)))
                for word, targets in links.items()
                for each in targets
            )
        )

    def _target(self, reference: Reference, *, orders: bool = True) -> str:
        id = self.references.id_of(self.item.provider, reference)
        if id is None:
            raise BadValue(f"{reference} is not on this site, or this account can't see it")
        if reference.address is not None:
            other = self.configuration.items[reference.address]
            if other.provider != self.item.provider:
                raise BadValue(
                    f"{reference.address} is {other.provider}'s",
                    hint="Parents and links between providers are not in this version.",
                )
            if orders:
                self.needs.add(reference.address)
        return id

    def _text(self, info: FieldInfo, template: Template) -> Value | Template:
        parts: list[str] = []
        for part in template.parts:
            if isinstance(part, ItemAttribute):
                self.needs.add(part.address)
                text = self.references.text(part)
                if text is None:
                    return template
                parts.append(text)
            else:
                parts.append(part)
        return self._normal(info, "".join(parts))

    def _normal(self, info: FieldInfo, value: object) -> Value:
        return self.dialect.normalize(self.site, self.type.ref.id, info.id, value)

    def _bad_value(self, word: str, authored: Authored, problem: BadValue) -> None:
        hint = problem.hint or (f"it takes: {', '.join(problem.options)}" if problem.options else "")
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
