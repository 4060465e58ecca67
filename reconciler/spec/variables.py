"""Variables: what the specs declare, what they are given, and from where."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from reconciler.spec.calendars import read_date
from reconciler.spec.configuration import Reference
from reconciler.spec.nodes import Entry, ListNode, MapNode, Node, Scalar, described, plain
from reconciler.spec.problems import Findings, Mistake, ValueProblem, did_you_mean
from reconciler.spec.reader import read
from reconciler.spec.values import shown

__all__ = ["Given", "Variable", "canonical", "declare", "given_texts", "typed", "variable_digest"]

_TYPES: Final = ("string", "integer", "number", "bool", "date", "item", "any", "list(...)", "map(...)")
_NESTED = re.compile(r"(list|map)\((.+)\)")
_KEYS: Final = ("type", "description", "default", "one_of", "check", "message")
_REFERENCE_KEYS: Final = ("key", "id", "url")

Given: TypeAlias = Mapping[str, tuple[Scalar | None, Node]]
"""Values from one place, by name, each with its key where it has one."""


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A declared variable; `check` and `message` are as written."""

    name: str
    type: str
    description: str
    default: Node | None
    one_of: tuple[object, ...]
    check: Scalar | None
    message: str
    key: Scalar


def declare(entries: Mapping[str, Entry], findings: Findings) -> dict[str, Variable]:
    """Read the `variables` of the specs; a declaration with a mistake is reported, and kept as far as it goes."""
    declared = {}
    for name, entry in entries.items():
        if not isinstance(entry.value, MapNode):
            findings.error(
                "wrong_type",
                entry.value,
                f"the variable `{name}` is {described(entry.value)}; a map is needed",
                hint=f"write `{name}: {{type: string}}`, and its value in default.vars.yaml",
            )
            continue
        with findings.catching():
            declared[name] = _declaration(name, entry.key, entry.value, findings)
    return declared


def _declaration(name: str, key: Scalar, node: MapNode, findings: Findings) -> Variable:
    for word, entry in node.entries.items():
        if word not in _KEYS:
            findings.error("unknown_key", entry.key, f"a variable has no `{word}`", hint=did_you_mean(word, _KEYS))
    kind = node.get("type")
    if kind is None:
        raise ValueProblem(
            "the type is missing", code="missing", hint=f"write `type: string`, or one of {', '.join(_TYPES)}"
        ).at(key, f"variable `{name}`")
    type_name = _type(kind)
    choices = node.get("one_of")
    if choices is not None and not isinstance(choices, ListNode):
        raise ValueProblem("`one_of` is a list", code="wrong_type", hint="write [a, b]").at(
            choices, f"variable `{name}`"
        )
    check, message, description = (_scalar(node, word) for word in ("check", "message", "description"))
    if message is not None and check is None:
        findings.error(
            "missing", message, "a `message` without a `check`", hint="write what must hold: `check: value > 0`"
        )
    default = node.get("default")
    if default is not None:
        _refuse_expressions(default)
    return Variable(
        name,
        type_name,
        description.text if description else "",
        default,
        tuple(typed(each, type_name) for each in choices.elements) if choices else (),
        check,
        message.text if message else "",
        key,
    )


def _type(node: Node) -> str:
    text = node.text.replace(" ", "") if isinstance(node, Scalar) else ""
    inner = text
    while nested := _NESTED.fullmatch(inner):
        inner = nested[2]
    if inner not in _TYPES[:-2]:
        raise ValueProblem(f"`{text}` is not a type", hint=did_you_mean(inner, _TYPES)).at(node)
    return text


def _scalar(node: MapNode, word: str) -> Scalar | None:
    value = node.get(word)
    if value is None or isinstance(value, Scalar):
        return value
    raise ValueProblem(f"`{word}` is a text, this is {described(value)}", code="wrong_type").at(value)


def _refuse_expressions(node: Node) -> None:
    match node:
        case Scalar() if "${" in node.text:
            raise ValueProblem("a default is a plain value", hint="values that are worked out go under `locals`").at(
                node
            )
        case ListNode():
            for element in node.elements:
                _refuse_expressions(element)
        case MapNode():
            for entry in node.entries.values():
                _refuse_expressions(entry.value)


def typed(node: Node, type_name: str) -> object:
    """Read a value as its declared type.

    Raises:
        Mistake: it is of another.
    """
    if nested := _NESTED.fullmatch(type_name):
        return _collection(node, nested[1], nested[2])
    if type_name == "any":
        return plain(node)
    if type_name == "item":
        return _item(node)
    if not isinstance(node, Scalar):
        raise _not(node, type_name)
    try:
        return _SCALARS[type_name](node)
    except ValueProblem as problem:
        raise problem.at(node) from problem


def _collection(node: Node, kind: str, inner: str) -> object:
    if kind == "list" and isinstance(node, ListNode):
        return tuple(typed(each, inner) for each in node.elements)
    if kind == "map" and isinstance(node, MapNode):
        return {key: typed(entry.value, inner) for key, entry in node.entries.items()}
    raise _not(node, f"{kind} of {inner}", "write [a, b]" if kind == "list" else "write {key: value}")


def _item(node: Node) -> object:
    if isinstance(node, MapNode) and len(node.entries) == 1:
        (key, entry), *_ = node.entries.items()
        if key in _REFERENCE_KEYS and isinstance(entry.value, Scalar) and entry.value.text:
            return Reference(**{key: entry.value.text})
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return Reference(address=node.text)
    raise _not(node, "item", "write an address, or {key: OLD-900} for an item that is not in these specs")


def _not(node: Node, wanted: str, hint: str = "") -> Mistake:
    return ValueProblem(f"{wanted} is needed, this is {described(node)}", code="wrong_type", hint=hint).at(node)


def _string(node: Scalar) -> str:
    if node.value is None:
        raise ValueProblem("a text is needed, this is " + described(node), code="wrong_type", hint='write "" for none')
    return node.text


def _integer(node: Scalar) -> int:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return node.value
    raise ValueProblem(
        f"a whole number is needed, this is {described(node)}: {node.text}", code="wrong_type", hint=_digits(node)
    )


def _number(node: Scalar) -> int | float:
    if isinstance(node.value, (int, float)) and not isinstance(node.value, bool) and abs(node.value) < float("inf"):
        return node.value
    raise ValueProblem(
        f"a number is needed, this is {described(node)}: {node.text}", code="wrong_type", hint=_digits(node)
    )


def _digits(node: Scalar) -> str:
    bare = re.sub(r"[,_\s'$€£]", "", node.text)
    return (
        f"write {bare}, without quotes" if re.fullmatch(r"-?\d+(\.\d+)?", bare) else "write digits alone, as 40000000"
    )


def _bool(node: Scalar) -> bool:
    if isinstance(node.value, bool):
        return node.value
    hint = "write true or false, without quotes"
    raise ValueProblem(f"true or false is needed, this is {described(node)}: {node.text}", code="wrong_type", hint=hint)


def _date(node: Scalar) -> date:
    return read_date(node.text)


_SCALARS: Final[Mapping[str, Callable[[Scalar], object]]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "bool": _bool,
    "date": _date,
}


def given_texts(
    texts: Mapping[str, str], declared: Mapping[str, Variable], called: Callable[[str], str], findings: Findings
) -> Given:
    """Read values that came as texts: as YAML for their declared type, a string as it stands.

    Args:
        called: how a value's source is named in a diagnostic, by the variable's name: `--var amount`.
    """
    given: dict[str, tuple[Scalar | None, Node]] = {}
    for name, text in texts.items():
        node: Node | None = read_as_text(called(name), text)
        if name in declared and declared[name].type not in ("string", "date"):
            with findings.catching():
                node = read(called(name), text.encode("utf-8", "replace"), findings) or node
        if node is not None:
            given[name] = (None, node)
    return given


def read_as_text(name: str, text: str) -> Scalar:
    """A text as the value it is, whatever YAML would make of it."""
    from reconciler.spec.nodes import Source

    return Scalar(Source(name, (text,)), 1, 1, text, text, '"')


def canonical(value: object) -> str:
    """The one JSON text of a value; equal values have equal texts."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def variable_digest(value: object) -> str:
    """Fingerprint a variable's value: 16 hex digits of SHA-256."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:16]


def not_one_of(variable: Variable, value: object) -> ValueProblem | None:
    """What to say where the value is none of those that are allowed."""
    if not variable.one_of or value in variable.one_of:
        return None
    options = [str(each) for each in variable.one_of]
    hint = did_you_mean(str(value), options, f"write one of: {', '.join(options)}")
    return ValueProblem(f"variable `{variable.name}` can't be {shown(value)}", code="not_one_of", hint=hint)
