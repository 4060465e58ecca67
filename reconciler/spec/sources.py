"""What is written about one item: its own keys, and those that it has from `defaults`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from reconciler.spec.nodes import Entry, MapNode, Node, Scalar, described
from reconciler.spec.problems import Findings, did_you_mean
from reconciler.spec.vocabulary import DEFAULTS, FIELDS, INCIDENT_KEYS, ITEM_KEYS, SYNONYMS

__all__ = ["Sources", "check_keys"]


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """One item of the specs, `for_each` and all, before anything is worked out."""

    name: str
    key: Scalar
    own: MapNode
    defaults: MapNode | None

    def of(self, word: str) -> tuple[Entry, ...]:
        """Everything written about a word, the strongest last."""
        places = (self.defaults, self.own) if self.defaults else (self.own,)
        return tuple(entry for node in places if (entry := node.entries.get(word)))

    def last(self, word: str) -> Entry | None:
        """What counts where only one can."""
        return self.own.entries.get(word) or (self.defaults.entries.get(word) if self.defaults else None)

    def fields(self) -> tuple[str, ...]:
        """The fields that are written, in the language's order."""
        inherited = self.defaults.entries if self.defaults else {}
        return tuple(word for word in FIELDS if word in self.own.entries or word in inherited)


def check_keys(
    name: str, node: Node, aliases: Collection[str], findings: Findings, *, template: bool = False
) -> MapNode | None:
    """Report the keys that an item (or `defaults`, by that name) can't have.

    Args:
        aliases: the names that providers give to other fields, for a hint.
        template: it is one of `incidents`.

    Returns:
        The item, or `None` where it is no map.
    """
    if not isinstance(node, MapNode):
        findings.error(
            "wrong_type",
            node,
            f"`{name}` is {described(node)}; a map is needed",
            hint="write its `title:` indented below it",
        )
        return None
    if template:
        allowed, what = INCIDENT_KEYS, "a template has"
    elif name == "defaults":
        allowed, what = DEFAULTS, "`defaults` have"
    else:
        allowed, what = ITEM_KEYS, "an item has"
    for key, entry in node.entries.items():
        if key in allowed:
            continue
        hint = _hint(key, allowed, aliases)
        findings.error("unknown_key", entry.key, f"{what} no `{key}`", hint=hint)
    return node


def _hint(key: str, allowed: tuple[str, ...], aliases: Collection[str]) -> str:
    synonym = SYNONYMS.get(key)
    if synonym in allowed:
        return f"write `{synonym}`"
    if key in aliases:
        return f"write it under `fields`: `fields: {{{key}: ...}}`"
    if key in ITEM_KEYS:
        return "write it at the items that it is for"
    return did_you_mean(key, allowed, "a field of the platform goes under `fields`")
