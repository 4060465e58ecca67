"""How careful a run is: the `policy` block. It holds plain words, so that a reviewer sees what was agreed to."""

from __future__ import annotations

from typing import TypeVar

from reconciler.spec.configuration import Policy
from reconciler.spec.fields import as_choice
from reconciler.spec.nodes import Entry, MapNode, Scalar, described
from reconciler.spec.problems import Findings, ValueProblem, did_you_mean
from reconciler.spec.templates import has_expressions
from reconciler.spec.vocabulary import CONFLICTS, LATER_POLICY, NOTIFY, ON_MISSING, POLICY

__all__ = ["read_policy"]

_Choice = TypeVar("_Choice", bound=str)


def read_policy(entry: Entry | None, findings: Findings) -> Policy:
    """Read the `policy` of the specs; what it leaves out has its default."""
    if entry is None or not isinstance(entry.value, MapNode):
        return Policy()
    node = entry.value
    for key, each in node.entries.items():
        if key in LATER_POLICY:
            summary = f"`{key}` is not in this version"
            findings.error("not_in_this_version", each.key, summary, hint="remove it; a later version takes it")
        elif key not in POLICY:
            findings.error("unknown_key", each.key, f"a policy has no `{key}`", hint=did_you_mean(key, POLICY))
    standard = Policy()
    return Policy(
        _word(node, "conflicts", CONFLICTS, findings),
        _word(node, "notify", NOTIFY, findings) or standard.notify,
        _word(node, "on_missing", ON_MISSING, findings) or standard.on_missing,
    )


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
