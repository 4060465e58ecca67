"""Provider blocks: which plugin, which project, and what the spec's words are called there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconciler.spec.address import is_name
from reconciler.spec.configuration import ProviderBlock
from reconciler.spec.nodes import Entry, ListNode, MapNode, Node, Scalar, described
from reconciler.spec.problems import Findings, ValueProblem, did_you_mean
from reconciler.spec.vocabulary import PRIORITIES, PROVIDER_KEYS, SECRET_KEYS, STATUSES, TYPES

__all__ = ["read_providers"]

_STANDARD = {"types": TYPES, "statuses": STATUSES, "priorities": PRIORITIES}


def read_providers(
    entries: Mapping[str, Entry], evaluate: Callable[[Node], object], findings: Findings
) -> dict[str, ProviderBlock]:
    """Read the `providers` of the specs.

    Args:
        evaluate: works a value out over `var`; raises `Mistake`.
    """
    blocks: dict[str, ProviderBlock] = {}
    for name, entry in entries.items():
        node = entry.value
        if isinstance(node, Scalar) and node.value is None:
            node = MapNode(node.source, entry.key.line, entry.key.column, {})
        if not isinstance(node, MapNode):
            findings.error(
                "wrong_type",
                node,
                f"the provider `{name}` is {described(node)}; a map is needed",
                hint=f"write `{name}: {{project: KEY}}`",
            )
            continue
        blocks[name] = _Block(name, entry.key, node, evaluate, findings).read()
    return blocks


class _Block:
    def __init__(
        self, name: str, key: Scalar, node: MapNode, evaluate: Callable[[Node], object], findings: Findings
    ) -> None:
        self._name = name
        self._key = key
        self._node = node
        self._evaluate = evaluate
        self._findings = findings

    def read(self) -> ProviderBlock:
        options: dict[str, object] = {}
        for key, entry in self._node.entries.items():
            if key in SECRET_KEYS:
                prefix = f"RECONCILER_{self._name.upper()}"
                self._findings.error(
                    "secret_in_spec",
                    entry.key,
                    f"`{key}` does not stand in a spec: sites and credentials are the operator's",
                    hint=f"remove it, and set {prefix}_URL and the credentials in the environment",
                )
            elif key not in PROVIDER_KEYS:
                with self._findings.catching():
                    options[key] = self._evaluate(entry.value)
        return ProviderBlock(
            self._name,
            self._text("plugin") or self._name,
            self._text("project"),
            {word: names[0] for word, names in self._words("types", several=False).items()},
            self._words("statuses", several=True),
            {word: names[0] for word, names in self._words("priorities", several=False).items()},
            {word: names[0] for word, names in self._words("fields", several=False).items()},
            options,
            self._key.place,
        )

    def _text(self, key: str) -> str | None:
        node = self._node.get(key)
        if node is None:
            return None
        with self._findings.catching():
            return self._name_in(node, f"`{key}`")
        return None

    def _name_in(self, node: Node, subject: str) -> str:
        value = self._evaluate(node)
        if isinstance(node, Scalar) and isinstance(value, (int, float)) and not isinstance(value, bool):
            value = node.text
        if not isinstance(value, str) or not value.strip():
            raise ValueProblem(f"a text is needed, this is {described(node)}", code="wrong_type").at(node, subject)
        return value

    def _words(self, key: str, *, several: bool) -> dict[str, tuple[str, ...]]:
        node = self._node.get(key)
        if node is None:
            return {}
        if not isinstance(node, MapNode):
            hint = "write {epic: Opportunity}" if key == "types" else "write {word: Its name there}"
            self._findings.error("wrong_type", node, f"`{key}` is {described(node)}; a map is needed", hint=hint)
            return {}
        words = {}
        for word, entry in node.entries.items():
            with self._findings.catching():
                self._check_word(key, word, entry)
                words[word] = self._names(entry.value, word, several=several)
        return words

    def _check_word(self, key: str, word: str, entry: Entry) -> None:
        standard = _STANDARD.get(key)
        if standard is not None and word not in standard:
            raise ValueProblem(
                f"`{word}` is none of the standard {key}",
                code="unknown_key",
                hint=did_you_mean(word, standard) + "; the platform's own names need no entry here",
            ).at(entry.key)
        if standard is None and not is_name(word):
            hint = "names are small letters, digits and _, and begin with a letter"
            raise ValueProblem(f"`{word}` can't name a field", code="bad_name", hint=hint).at(entry.key)

    def _names(self, node: Node, word: str, *, several: bool) -> tuple[str, ...]:
        if not isinstance(node, ListNode):
            return (self._name_in(node, f"`{word}`"),)
        if not several or not node.elements:
            raise ValueProblem("one name is needed", code="wrong_type", hint="write it without [ ]").at(
                node, f"`{word}`"
            )
        return tuple(self._name_in(each, f"`{word}`") for each in node.elements)
