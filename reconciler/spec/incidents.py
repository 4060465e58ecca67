"""Templates of incidents: items of the specs that wait for an alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from reconciler.alerts.generic import FIELDS as INCIDENT_FIELDS
from reconciler.diagnostics import Place
from reconciler.errors import SpecError
from reconciler.sdk import Incident
from reconciler.spec.address import address_of
from reconciler.spec.alert_names import SAMPLES, AlertRules, alert_names
from reconciler.spec.configuration import DesiredItem, IncidentTemplate, ProviderBlock
from reconciler.spec.expand import Expanded
from reconciler.spec.items import Instance, ItemReader
from reconciler.spec.nodes import Entry, MapNode, Node, Scalar, described
from reconciler.spec.problems import Broken, Findings, Mistake, ValueProblem, did_you_mean
from reconciler.spec.references import References
from reconciler.spec.sources import Sources, check_keys

__all__ = ["read_incidents"]

_STANDARD: Final = {
    "title": "${alert.title}",
    "description": "${alert.report}",
    "priority": "${alert.priority}",
    "assignee": "${alert.owner}",
}
"""What a template says where neither it nor `defaults` say anything."""

_SAMPLE_ROOM: Final = 1_000


def read_incidents(
    entries: Mapping[str, Entry],
    items: Mapping[str, Entry],
    defaults: MapNode | None,
    expanded: Expanded,
    providers: Mapping[str, ProviderBlock],
    findings: Findings,
) -> dict[str, IncidentTemplate]:
    """Read and check the templates: each is tried on an alert that says everything, and on one that says little.

    Args:
        entries: as they stand under `incidents`.
        items: as they stand under `items`, with which the templates share their names.
    """
    aliases = frozenset(alias for block in providers.values() for alias in block.fields)
    found: dict[str, IncidentTemplate] = {}
    for name, entry in entries.items():
        if name in items:
            findings.error(
                "duplicate_address",
                entry.key,
                f"`{name}` is an item already",
                detail=f"It is at {items[name].key.place}.",
                hint="items and templates of incidents share their names: rename one of them",
            )
            continue
        node = check_keys(name, entry.value, aliases, findings, template=True)
        if node is not None:
            with findings.catching():
                found[name] = _Template(name, entry.key, node, defaults, expanded, findings).read(providers)
    return found


class _Template:
    def __init__(
        self,
        name: str,
        key: Scalar,
        node: MapNode,
        defaults: MapNode | None,
        expanded: Expanded,
        findings: Findings,
    ) -> None:
        self._name = name
        self._node = node
        self._scope = expanded.scope
        self._findings = findings
        self._expanded = expanded
        self._sources = Sources(name, key, _completed(node, key, defaults), defaults)

    def read(self, providers: Mapping[str, ProviderBlock]) -> IncidentTemplate:
        """Read it.

        Raises:
            Mistake, Broken: it can't be used.
        """
        rules = AlertRules(self._folded("severities"), self._folded("owners"))
        paths = self._texts("map")
        self._check_paths(paths)
        reopen = self._node.get("reopen")
        reopens = reopen is not None and self._scope.truth(reopen, "`reopen`")
        fixed = self._tried_out(rules)
        return IncidentTemplate(
            self._name,
            self._provider(providers),
            reopens,
            paths,
            partial(_item, self._sources, self._expanded, rules),
            fixed,
            self._sources.key.place,
        )

    def _tried_out(self, rules: AlertRules) -> DesiredItem | None:
        """Make items of the samples, and tell each mistake once.

        Returns:
            What both have in common.
        """
        told: set[tuple[str, Place | None]] = set()
        made: list[DesiredItem] = []
        for sample, detail in SAMPLES:
            findings = Findings()
            with findings.catching():
                names = {"alert": alert_names(sample, datetime(2026, 1, 1, tzinfo=UTC), _SAMPLE_ROOM, rules)}
                made.append(self._expanded.draft(self._sources, self._name, None, names, findings))
            for each in findings.all():
                if (each.code, each.place) not in told:
                    told.add((each.code, each.place))
                    self._findings.add(replace(each, detail="\n".join(filter(None, (each.detail, detail)))))
            if findings.any_errors:
                made.clear()
        if len(made) < len(SAMPLES):
            return None
        one, other = made
        common = {
            word: each
            for word, each in one.fields.items()
            if word == "title" or (word in other.fields and other.fields[word].value == each.value)
        }
        return replace(one, fields=common)

    def _provider(self, providers: Mapping[str, ProviderBlock]) -> str:
        instance = Instance(self._name, None, self._sources, self._scope)
        return ItemReader(instance, References((), lambda _: {}), self._findings).provider(providers)

    def _check_paths(self, paths: Mapping[str, str]) -> None:
        node = self._node.get("map")
        for field in paths:
            if field not in INCIDENT_FIELDS and isinstance(node, MapNode):
                hint = did_you_mean(field, INCIDENT_FIELDS)
                self._findings.error(
                    "unknown_key", node.entries[field].key, f"an incident has no field `{field}`", hint=hint
                )

    def _folded(self, word: str) -> dict[str, str]:
        return {key.casefold(): value for key, value in self._texts(word).items()}

    def _texts(self, word: str) -> dict[str, str]:
        """A map of texts; expressions may stand in it, and give the whole."""
        node = self._node.get(word)
        if node is None:
            return {}
        value = self._scope.value(node, text=True)
        if not isinstance(value, Mapping):
            hint = f"write `{word}: {{...}}`"
            raise ValueProblem(f"`{word}` is {described(node)}; a map is needed", code="wrong_type", hint=hint).at(node)
        found: dict[str, str] = {}
        for key, each in value.items():
            if not isinstance(each, str) or not each.strip():
                raise ValueProblem(f"`{key}` needs a text", code="wrong_type").at(_part(node, key), f"`{word}`")
            found[key] = each.strip()
        return found


def _item(
    sources: Sources, expanded: Expanded, rules: AlertRules, incident: Incident, key: str, reported: datetime, room: int
) -> DesiredItem:
    findings = Findings()
    names = {"alert": alert_names(incident, reported, room, rules)}
    item = None
    try:
        item = expanded.draft(sources, address_of(sources.name, key), key, names, findings)
    except Mistake as problem:
        findings.add(problem.diagnostic)
    except Broken:
        pass
    if item is None or findings.any_errors:
        raise SpecError(findings.all())
    return item


def _completed(node: MapNode, key: Scalar, defaults: MapNode | None) -> MapNode:
    """What is written, and the standard words for what neither the template nor `defaults` name."""
    said = {*node.entries, *(defaults.entries if defaults else ())}
    missing = {
        word: Entry(key, Scalar(key.source, key.line, key.column, text, text, '"'))
        for word, text in _STANDARD.items()
        if word not in said
    }
    return MapNode(node.source, node.line, node.column, {**node.entries, **missing})


def _part(node: Node, key: str) -> Node:
    return node.entries[key].value if isinstance(node, MapNode) and key in node.entries else node
