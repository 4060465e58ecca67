"""The rules of a policy, as they are written: each an expression over `action` and `plan`, and a message."""

from __future__ import annotations

import ast
from typing import Final, Literal

from reconciler.spec.configuration import Rule
from reconciler.spec.expressions import ROOTS, Expression, chain_of, parse
from reconciler.spec.nodes import ListNode, MapNode, Node, Scalar, described
from reconciler.spec.problems import Findings, ValueProblem, did_you_mean
from reconciler.spec.templates import has_expressions
from reconciler.spec.vocabulary import FIELDS, RULE_KEYS, RULE_NAMES, SYNONYMS

__all__ = ["parse_rule", "read_rules"]

_EXAMPLE: Final = "write {deny: \"action.action == 'delete'\", message: Nothing is deleted here}"
_ITEM: Final = ("action", "item")
_READERS: Final = ("file", "csv")


def parse_rule(condition: str) -> Expression:
    """Parse a rule's expression, and check the names in it as far as they are written out.

    Raises:
        ValueProblem: it is not in the language, or names what no rule knows; the offset counts from its start.
    """
    expression = parse(condition, tuple(RULE_NAMES))
    for node in ast.walk(expression.tree):
        problem = _name_problem(node)
        if problem is not None:
            problem.offset = expression.offset(node)
            raise problem
    return expression


def _name_problem(node: ast.AST) -> ValueProblem | None:
    match node:
        case ast.Name(id=name) if name in ROOTS:
            hint = "a rule knows `action` and `plan`"
            return ValueProblem(f"`{name}` can't be used in a rule", code="unknown_name", hint=hint)
        case ast.Call(func=ast.Name(id=name)) if name in _READERS:
            hint = "write the values out"
            return ValueProblem(f"a rule reads no files: `{name}`", code="unknown_function", hint=hint)
        case ast.Attribute() | ast.Subscript():
            return _part_problem(chain_of(node) or ())
    return None


def _part_problem(chain: tuple[str, ...]) -> ValueProblem | None:
    match chain:
        case (str(root), str(name)) if name not in RULE_NAMES.get(root, (name,)):
            names = RULE_NAMES[root]
            otherwise = f"an item's own fields are under `action.item`: `action.item.{name}`" if name in FIELDS else ""
            hint = otherwise or did_you_mean(name, names, f"`{root}` has {', '.join(names)}")
            return ValueProblem(f"`{root}` has no `{name}`", code="unknown_name", hint=hint)
        case (*front, str(name)) if tuple(front) == _ITEM and name not in FIELDS:
            synonym = SYNONYMS.get(name)
            hint = f"write `{synonym}`" if synonym in FIELDS else did_you_mean(name, FIELDS)
            hint = hint or f"a field of the platform's own is `action.item.fields.{name}`"
            return ValueProblem(f"an item has no `{name}`", code="unknown_name", hint=hint)
    return None


def read_rules(node: Node | None, findings: Findings) -> tuple[Rule, ...]:
    """Read the `rules` of a policy; one with a mistake is reported and left out."""
    if node is None:
        return ()
    if not isinstance(node, ListNode):
        findings.error("wrong_type", node, f"`rules` is {described(node)}; a list is needed", hint=_EXAMPLE)
        return ()
    rules: list[Rule] = []
    for each in node.elements:
        with findings.catching():
            rules.append(_rule(each, findings))
    return tuple(rules)


def _rule(node: Node, findings: Findings) -> Rule:
    if not isinstance(node, MapNode):
        raise ValueProblem(f"a rule is a map, this is {described(node)}", code="wrong_type", hint=_EXAMPLE).at(node)
    for key, entry in node.entries.items():
        if key not in RULE_KEYS:
            hint = did_you_mean(key, RULE_KEYS)
            findings.error("unknown_key", entry.key, f"a rule has no `{key}`", hint=hint)
    deny, warn = node.get("deny"), node.get("warn")
    if deny is not None and warn is not None:
        raise ValueProblem("`deny` and `warn` in one rule", hint="make two rules of it").at(warn)
    effect: Literal["deny", "warn"] = "deny" if warn is None else "warn"
    condition = deny if warn is None else warn
    if condition is None:
        raise ValueProblem("a rule needs a `deny` or a `warn`", code="missing", hint=_EXAMPLE).at(node)
    text = _condition(condition, f"`{effect}`")
    return Rule(effect, text, _message(node), condition.place, condition.snippet)


def _condition(node: Node, subject: str) -> str:
    if not isinstance(node, Scalar) or not isinstance(node.value, (str, bool)):
        hint = "write \"action.action == 'delete'\""
        raise ValueProblem(f"an expression is needed, this is {described(node)}", code="wrong_type", hint=hint).at(
            node, subject
        )
    if has_expressions(node.text):
        raise ValueProblem("a rule's expression stands bare", hint="take the ${ and } away").at(node, subject)
    try:
        parse_rule(node.text)
    except ValueProblem as problem:
        raise problem.at(node, subject) from problem
    return node.text


def _message(rule: MapNode) -> str:
    node = rule.get("message")
    if node is None:
        raise ValueProblem("a rule needs a `message`", code="missing", hint="say why: `message: ...`").at(rule)
    if not isinstance(node, Scalar) or not node.text.strip() or node.value is None:
        hint = "say why, in plain words"
        raise ValueProblem(f"a text is needed, this is {described(node)}", code="wrong_type", hint=hint).at(
            node, "`message`"
        )
    if has_expressions(node.text):
        hint = "write plain words; the address stands before them"
        raise ValueProblem("no expression stands in a message", code="wrong_type", hint=hint).at(node, "`message`")
    return " ".join(node.text.split())
