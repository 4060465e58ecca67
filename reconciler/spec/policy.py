"""How careful a run is: the `policy` block of the specs, and the operator's, which the specs can only tighten."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeVar

from reconciler.diagnostics import Place, error
from reconciler.errors import SpecError, UsageError
from reconciler.spec.configuration import Conflicts, Notify, OnMissing, Policy
from reconciler.spec.fields import as_choice
from reconciler.spec.files import read_regular
from reconciler.spec.nodes import Entry, MapNode, Node, Scalar, described
from reconciler.spec.problems import Enough, Findings, Mistake, ValueProblem, did_you_mean
from reconciler.spec.reader import read
from reconciler.spec.rules import read_rules
from reconciler.spec.templates import has_expressions
from reconciler.spec.vocabulary import CONFLICTS, NOTIFY, ON_MISSING, POLICY

__all__ = ["LOOSEST", "load_policies", "read_policies", "read_policy", "stricter"]

_Choice = TypeVar("_Choice", bound=str)
_Word = TypeVar("_Word")

_STANDARD: Final = Policy()
LOOSEST: Final = Policy("spec", "normal", "recreate")
"""What an operator who says nothing allows: whatever the specs say."""

_CONFLICTS: Final[tuple[Conflicts | None, ...]] = ("spec", None, "people", "stop")
_NOTIFY: Final[tuple[Notify, ...]] = ("normal", "quiet")
_ON_MISSING: Final[tuple[OnMissing, ...]] = ("recreate", "forget", "stop")
"""From the loosest word to the strictest; `None` is what holds where nothing is said of conflicts."""


def stricter(one: Policy, other: Policy) -> Policy:
    """What holds under both: of each word the stricter, and the rules of both.

    `stop` is stricter than `people`, that than silence, that than `spec`; `quiet` than `normal`; `stop` than `forget`,
    that than `recreate`.
    """
    return Policy(
        _strictest(_CONFLICTS, one.conflicts, other.conflicts),
        _strictest(_NOTIFY, one.notify, other.notify),
        _strictest(_ON_MISSING, one.on_missing, other.on_missing),
        (*one.rules, *other.rules),
    )


def _strictest(order: tuple[_Word, ...], one: _Word, other: _Word) -> _Word:
    return order[max(order.index(one), order.index(other))]


def read_policy(entry: Entry | None, findings: Findings, standard: Policy = _STANDARD) -> Policy:
    """Read a `policy` block; what it leaves out is as in `standard`."""
    if entry is None or not isinstance(entry.value, MapNode):
        return standard
    node = entry.value
    for key, each in node.entries.items():
        if key not in POLICY:
            findings.error("unknown_key", each.key, f"a policy has no `{key}`", hint=did_you_mean(key, POLICY))
    return Policy(
        _word(node, "conflicts", CONFLICTS, findings) or standard.conflicts,
        _word(node, "notify", NOTIFY, findings) or standard.notify,
        _word(node, "on_missing", ON_MISSING, findings) or standard.on_missing,
        read_rules(node.get("rules"), findings),
    )


def read_policies(paths: Sequence[Path], findings: Findings) -> Policy:
    """Read the operator's policies: files with a `policy` and nothing else. All of them hold.

    Raises:
        UsageError: a file can't be read.
    """
    policy = LOOSEST
    for path in paths:
        try:
            data = read_regular(path)
        except OSError as problem:
            raise UsageError(
                f"the policy {path} can't be read: {problem.strerror or problem}",
                hint="check --policy and RECONCILER_POLICY",
            ) from problem
        with findings.catching():
            policy = stricter(policy, _operators(path, read(str(path), data, findings), findings))
    return policy


def load_policies(paths: Sequence[Path]) -> Policy:
    """Read the operator's policies where no specs are at hand.

    Raises:
        SpecError: with every mistake that was found.
        UsageError: a file can't be read.
    """
    findings = Findings()
    try:
        policy = read_policies(paths, findings)
    except Enough:
        raise SpecError(findings.all()) from None
    if findings.any_errors:
        raise SpecError(findings.all())
    return policy


def _operators(path: Path, root: Node | None, findings: Findings) -> Policy:
    if not isinstance(root, MapNode) or "policy" not in root.entries:
        place = root.place if root else Place(str(path), 1, 1)
        hint = "write `policy: {rules: [...]}`"
        raise Mistake(error("missing", f"{path} has no `policy`", place=place, hint=hint))
    for key, each in root.entries.items():
        if key != "policy":
            hint = "a policy file holds nothing but `policy:`"
            findings.error("unknown_key", each.key, f"a policy file has no `{key}`", hint=hint)
    entry = root.entries["policy"]
    if not isinstance(entry.value, MapNode):
        summary = f"`policy` is {described(entry.value)}; a map is needed"
        findings.error("wrong_type", entry.value, summary, hint="write keys and values indented under `policy:`")
    return read_policy(entry, findings, LOOSEST)


def _word(node: MapNode, key: str, words: tuple[_Choice, ...], findings: Findings) -> _Choice | None:
    """The word at a key; `None` where nothing stands there, or a mistake that is reported."""
    value = node.get(key)
    if value is None:
        return None
    with findings.catching():
        if not isinstance(value, Scalar) or has_expressions(value.text):
            hint = f"write one of: {', '.join(words)}"
            what = "an expression" if isinstance(value, Scalar) else described(value)
            raise ValueProblem(f"a plain word is needed, this is {what}", code="wrong_type", hint=hint).at(
                value, f"`{key}`"
            )
        try:
            return as_choice(value.text, words)
        except ValueProblem as problem:
            raise problem.at(value, f"`{key}`") from problem
    return None
