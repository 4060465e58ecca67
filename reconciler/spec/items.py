"""One item's fields: from what is written about it to what a plan compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.spec.configuration import Authored, Ownership, ProviderBlock, Reference
from reconciler.spec.fields import CONVERTERS, ELEMENTS, as_custom, as_elements
from reconciler.spec.nodes import ListNode, MapNode, Node, Scalar, described
from reconciler.spec.problems import Broken, Findings, Mistake, ValueProblem, did_you_mean
from reconciler.spec.references import References
from reconciler.spec.scope import Scope
from reconciler.spec.sources import Sources
from reconciler.spec.templates import has_expressions
from reconciler.spec.values import OMIT, kind_of
from reconciler.spec.vocabulary import FIELDS, OWNERS, Kind

__all__ = ["Instance", "ItemReader"]

_NEEDED: Final = ("title", "type")
_AS_WRITTEN: Final[frozenset[Kind]] = frozenset(("title", "text", "word", "date", *ELEMENTS))
"""Kinds whose plain scalars mean their text: `1.10` stays `1.10`."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One instance of an item in the specs; its `scope` knows what `each` means for it."""

    address: str
    key: str | None
    sources: Sources
    scope: Scope


class ItemReader:
    """Works out what is written about one instance. A method raises `Mistake` or `Broken` for what has no value."""

    def __init__(self, instance: Instance, references: References, findings: Findings) -> None:
        self._instance = instance
        self._sources = instance.sources
        self._scope = instance.scope
        self._references = references
        self._findings = findings

    def field(self, word: str) -> Authored | None:
        """A field but `links` and `fields`; `None` where it is left alone."""
        kind = FIELDS[word].kind
        entries = self._sources.of(word)
        if not entries:
            return None
        if kind in ELEMENTS:
            return self._set(word, kind, [each.value for each in entries])
        return self._single(word, kind, entries[-1].value, self._convert(kind))

    def custom(self, alias: str) -> Authored | None:
        """One entry of `fields`."""
        return self._single(f"fields.{alias}", "fields", self._mapped("fields")[alias][-1], as_custom)

    def custom_names(self) -> tuple[str, ...]:
        """The entries of `fields`."""
        return tuple(self._mapped("fields"))

    def links(self) -> Authored:
        """The links, by their word."""
        links: dict[str, tuple[Reference, ...]] = {}
        for word, nodes in self._mapped("links").items():
            found = [reference for node in nodes for reference in self._linked(word, node)]
            links[word] = tuple(dict.fromkeys(found))
        return self._authored(self._sources.of("links")[-1].value, links, exact=self._exact("links"))

    def ownership(self) -> dict[str, Ownership]:
        """Who decides, by field, as far as the specs say."""
        owned: dict[str, Ownership] = {}
        for word, nodes in self._mapped("ownership").items():
            with self._findings.catching():
                owned[word] = self._owner(word, nodes[-1])
        return owned

    def close_comment(self) -> Authored | None:
        """The comment that closing it leaves; `None` for none."""
        entry = self._sources.last("close_comment")
        authored = self._single("close_comment", "text", entry.value, CONVERTERS["word"]) if entry else None
        return None if authored is None or authored.value is None else authored

    def wanted(self) -> bool:
        """Whether its `when` holds."""
        entry = self._sources.last("when")
        return entry is None or self._scope.truth(entry.value, "`when`")

    def apply_after(self) -> tuple[str, ...]:
        """The addresses of what must be there before it."""
        entry = self._sources.last("apply_after")
        if entry is None:
            return ()
        found: list[str] = []
        for node in _elements(entry.value):
            with self._findings.catching():
                found.extend(self._address(node, each) for each in self._resolved(node, self._references.several))
        return tuple(dict.fromkeys(found))

    def provider(self, providers: Mapping[str, ProviderBlock]) -> str:
        """The name of the provider that holds it."""
        entry = self._sources.last("provider")
        if entry is None:
            if len(providers) == 1:
                return next(iter(providers))
            if not providers:
                raise Broken  # reported once, for all items
            problem = ValueProblem(
                f"which of the providers holds `{self._instance.address}`?",
                code="missing",
                hint=f"write `provider:` here or in `defaults`; there are {', '.join(providers)}",
            )
            raise problem.at(self._sources.key)
        name = self._scope.value(entry.value, text=True)
        if not isinstance(name, str) or name not in providers:
            hint = did_you_mean(str(name), providers, "declare it under `providers`")
            raise ValueProblem(f"there is no provider `{name}`", code="unknown_name", hint=hint).at(entry.value)
        return name

    def _single(self, word: str, kind: Kind, node: Node, convert: Callable[[object], object]) -> Authored | None:
        written = isinstance(node, Scalar) and not has_expressions(node.text)
        if isinstance(node, Scalar) and written and node.value is None:
            return self._cleared(word, node)
        value = self._scope.value(node, text=kind in _AS_WRITTEN)
        if value is OMIT:
            return None
        if value is None:
            problem = ValueProblem(
                f"`{word}` is null: {node.text.strip() if isinstance(node, Scalar) else ''}",
                code="null",
                hint="`omit` leaves the field alone; only a literal null clears it",
            )
            raise problem.at(node)
        try:
            return self._authored(node, convert(value))
        except ValueProblem as problem:
            raise problem.at(node, f"`{word}`") from problem

    def _cleared(self, word: str, node: Scalar) -> Authored:
        if word in _NEEDED:
            raise ValueProblem(f"`{word}` can't be empty", code="null", hint="write one").at(node)
        if not node.text:
            problem = ValueProblem(
                f"nothing stands after `{word}:`",
                code="null",
                hint="write a value, or remove the line; `null` clears the field",
            )
            raise problem.at(node)
        return self._authored(node, None)

    def _convert(self, kind: Kind) -> Callable[[object], object]:
        return self._references.one if kind == "parent" else CONVERTERS[kind]

    def _authored(self, node: Node, value: object, *, exact: bool = False) -> Authored:
        return Authored(value, node.place, exact, node.snippet)

    def _set(self, word: str, kind: Kind, nodes: Sequence[Node]) -> Authored | None:
        elements: list[object] = []
        exact = given = False
        for node in nodes:
            values, owned = self._unwrapped(word, node)
            if owned:
                elements.clear()
            exact = exact if owned is None else owned
            listed = self._listed(word, kind, values)
            given = given or listed is not None
            elements.extend(listed or ())
        if not given:
            return None
        unique = [each for index, each in enumerate(elements) if each not in elements[:index]]
        return self._authored(nodes[-1], tuple(unique), exact=exact)

    def _unwrapped(self, word: str, node: Node) -> tuple[Node, bool | None]:
        """The list itself, and whether it is said to be the whole set: `{exact: true, values: [...]}`."""
        if not isinstance(node, MapNode):
            return node, None
        exact, values = node.get("exact"), node.get("values")
        if values is None or not node.entries.keys() <= {"exact", "values"}:
            hint = f"write `{word}: [...]`, or {{exact: true, values: [...]}} to own all of them"
            raise ValueProblem(f"`{word}` is a list", code="wrong_type", hint=hint).at(node)
        return values, None if exact is None else self._scope.truth(exact, "`exact`")

    def _listed(self, word: str, kind: Kind, node: Node) -> Sequence[object] | None:
        """The elements that one place gives; `None` where it leaves the field alone."""
        if isinstance(node, Scalar) and node.value is None and not has_expressions(node.text):
            raise ValueProblem(f"`{word}` is empty", code="null", hint="write [] for none of ours").at(node)
        if not isinstance(node, ListNode):
            value = self._scope.value(node, text=True)
            if value is OMIT:
                return None
            try:
                return as_elements(value, kind)
            except ValueProblem as problem:
                raise problem.at(node, f"`{word}`") from problem
        found: list[object] = []
        failed = False
        for each in node.elements:
            try:
                value = self._scope.value(each, text=True)
                if value is not OMIT:
                    found.append(ELEMENTS[kind](value))
            except ValueProblem as problem:
                self._findings.add(problem.at(each, f"`{word}`").diagnostic)
                failed = True
            except Mistake as problem:
                self._findings.add(problem.diagnostic)
                failed = True
        if failed:
            raise Broken
        return found

    def _mapped(self, word: str) -> dict[str, list[Node]]:
        """The entries of a map, by key, those of `defaults` first; `exact` drops what was inherited."""
        merged: dict[str, list[Node]] = {}
        for entry in self._sources.of(word):
            if not isinstance(entry.value, MapNode):
                hint = "write the entries out; their values can be expressions"
                problem = ValueProblem(
                    f"`{word}` is {described(entry.value)}; a map is needed", code="wrong_type", hint=hint
                )
                raise problem.at(entry.value)
            exact = entry.value.get("exact")
            if exact is not None and word != "ownership" and self._scope.truth(exact, "`exact`"):
                merged.clear()
            for key, inner in entry.value.entries.items():
                if key != "exact" or word == "ownership":
                    merged.setdefault(key, []).append(inner.value)
        return merged

    def _exact(self, word: str) -> bool:
        maps = (each.value for each in self._sources.of(word))
        said = [each for node in maps if isinstance(node, MapNode) and (each := node.get("exact")) is not None]
        return bool(said) and self._scope.truth(said[-1], "`exact`")

    def _linked(self, word: str, node: Node) -> list[Reference]:
        found: list[Reference] = []
        for each in _elements(node):
            with self._findings.catching():
                references = self._resolved(each, self._references.several)
                if Reference(address=self._instance.address) in references:
                    own = f"`{self._instance.address}` {word.replace('_', ' ')} itself"
                    raise ValueProblem(own, code="bad_reference", hint="name another item").at(each)
                found.extend(references)
        return found

    def _resolved(self, node: Node, resolve: Callable[[object], tuple[Reference, ...]]) -> tuple[Reference, ...]:
        value = self._scope.value(node, text=True)
        if value is OMIT:
            return ()
        try:
            return resolve(value)
        except ValueProblem as problem:
            raise problem.at(node) from problem

    def _address(self, node: Node, reference: Reference) -> str:
        if reference.address is None:
            hint = "an item outside of these specs is there already"
            raise ValueProblem("`apply_after` names items of these specs", code="bad_reference", hint=hint).at(node)
        return reference.address

    def _owner(self, word: str, node: Node) -> Ownership:
        self._check_owned(word, node)
        value = self._scope.value(node, text=True)
        for owner in OWNERS:
            if value == owner:
                return owner
        hint = did_you_mean(str(value), OWNERS, f"write one of: {', '.join(OWNERS)}")
        raise ValueProblem(
            f"`{word}` can't be owned by {value if isinstance(value, str) else kind_of(value)}", hint=hint
        ).at(node)

    def _check_owned(self, word: str, node: Node) -> None:
        if (word.startswith("fields.") and len(word) > len("fields.")) or (word in FIELDS and word != "fields"):
            return
        hint = did_you_mean(word, [each for each in FIELDS if each != "fields"], "another field is `fields.<name>`")
        if word == "fields":
            hint = "name the field: `fields.amount: people`"
        raise ValueProblem(f"there is no field `{word}` to own", code="unknown_key", hint=hint).at(node)


def _elements(node: Node) -> tuple[Node, ...]:
    return node.elements if isinstance(node, ListNode) else (node,)
