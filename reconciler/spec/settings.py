"""The values of variables: from their default, the environment, files and the command line; later wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.diagnostics import Diagnostic
from reconciler.spec.documents import DEFAULT_VALUES, read_values
from reconciler.spec.nodes import Node, Scalar
from reconciler.spec.problems import Broken, Findings, ValueProblem, did_you_mean
from reconciler.spec.scope import Scope
from reconciler.spec.variables import Given, Variable, given_texts, not_one_of, typed

__all__ = ["Settings", "Settled", "settle"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator gives: texts of `--var`, files of `--var-file`, and the environment."""

    values: Mapping[str, str]
    files: tuple[Path, ...]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """The variables with their values; one with a mistake has none, and reading it says no more about it.

    `digests` are those of the files that were read, in their order.
    """

    declared: Mapping[str, Variable]
    values: dict[str, object]
    nodes: Mapping[str, Node]
    digests: tuple[str, ...]

    def read(self, name: str) -> object:
        """The value of a declared variable.

        Raises:
            Broken: it has a mistake.
        """
        if name not in self.values:
            raise Broken
        return self.values[name]

    def check(self, scope: Scope, findings: Findings) -> None:
        """Hold each value against its variable's `check`; one that fails is a mistake and is dropped."""
        for name, variable in self.declared.items():
            if variable.check is None or name not in self.values or self.values[name] is None:
                continue
            with findings.catching():
                if not scope.truth(variable.check, "`check`", {"value": self.values[name]}):
                    problem = ValueProblem(
                        f"variable `{name}` fails its check: {variable.message or variable.check.text}",
                        code="check_failed",
                        hint=f"what must hold is `{variable.check.text}`",
                        values={"value": str(self.values[name])},
                    )
                    raise problem.at(self.nodes[name])


def settle(declared: Mapping[str, Variable], directory: Path, settings: Settings, findings: Findings) -> Settled:
    """Find each variable's value.

    Raises:
        UsageError: a file of values can't be read.
    """
    files = [directory / DEFAULT_VALUES] if (directory / DEFAULT_VALUES).is_file() else []
    digests = []
    given: dict[str, Node] = {name: each.default for name, each in declared.items() if each.default is not None}
    environment = {name: f"RECONCILER_VAR_{name.upper()}" for name in declared}
    texts = {name: settings.environment[word] for name, word in environment.items() if word in settings.environment}
    given.update(_nodes(given_texts(texts, declared, environment.__getitem__, findings)))
    for path in (*files, *settings.files):
        read = read_values(path, findings, inside=directory if path in files else None)
        if read is None:
            continue
        digests.append(read.digest)
        _refuse_unknown({name: (entry.key, entry.value) for name, entry in read.entries.items()}, declared, findings)
        given.update({name: entry.value for name, entry in read.entries.items()})
    command_line = given_texts(settings.values, declared, "--var {}".format, findings)
    _refuse_unknown(command_line, declared, findings)
    given.update(_nodes(command_line))
    values = {}
    for name, variable in declared.items():
        with findings.catching():
            values[name] = _value(variable, given.get(name))
    return Settled(declared, values, given, tuple(digests))


def _nodes(given: Given) -> dict[str, Node]:
    return {name: node for name, (_, node) in given.items()}


def _value(variable: Variable, node: Node | None) -> object:
    if node is None:
        raise ValueProblem(
            f"variable `{variable.name}` has no value{f' ({variable.description})' if variable.description else ''}",
            code="missing_variable",
            hint=(
                f"write it in {DEFAULT_VALUES}, or give --var {variable.name}=..., --var-file FILE or "
                f"RECONCILER_VAR_{variable.name.upper()}"
            ),
        ).at(variable.key)
    if node is variable.default and isinstance(node, Scalar) and node.value is None and node.text:
        return None
    value = typed(node, variable.type)
    problem = not_one_of(variable, value)
    if problem:
        raise problem.at(node)
    return value


def _refuse_unknown(given: Given, declared: Mapping[str, Variable], findings: Findings) -> None:
    for name, (key, _) in given.items():
        if name in declared:
            continue
        hint = did_you_mean(name, declared, "declare it under `variables`, or remove it")
        summary = f"there is no variable `{name}`"
        if key is not None:
            findings.error("unknown_variable", key, summary, hint=hint)
        else:
            findings.add(Diagnostic("error", "unknown_variable", f"--var {name}: {summary}", hint=hint))
