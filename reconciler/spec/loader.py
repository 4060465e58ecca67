"""Spec files -> the configuration of a workspace, or everything that is wrong with them."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from reconciler.diagnostics import Diagnostic, note
from reconciler.errors import SpecError
from reconciler.spec.address import is_key
from reconciler.spec.budget import Budget
from reconciler.spec.calendars import read_calendars
from reconciler.spec.configuration import Configuration, Policy, Workspace
from reconciler.spec.documents import Documents, gather
from reconciler.spec.expand import expand
from reconciler.spec.files import WorkspaceFiles
from reconciler.spec.imports import read_imports
from reconciler.spec.incidents import read_incidents
from reconciler.spec.moves import read_moved, read_removed
from reconciler.spec.nodes import MapNode, Node, Scalar, described
from reconciler.spec.policy import read_policies, read_policy, stricter
from reconciler.spec.problems import Enough, Findings, ValueProblem, did_you_mean
from reconciler.spec.providers import read_providers
from reconciler.spec.scope import Memory, Scope
from reconciler.spec.settings import Settings, settle
from reconciler.spec.standing import Standing
from reconciler.spec.values import Namespace
from reconciler.spec.variables import canonical, declare, variable_digest

__all__ = ["load"]

_WORKSPACE_KEYS = ("name", "id", "instance", "previous_name")


def load(
    path: Path,
    *,
    values: Mapping[str, str] | None = None,
    value_files: Sequence[Path] = (),
    policies: Sequence[Path] = (),
    environment: Mapping[str, str],
) -> Configuration:
    """Read the specs of a workspace.

    Args:
        path: a directory, or one file in it.
        values: of variables, as `--var name=value` gives them.
        value_files: as `--var-file` gives them; the last counts most.
        policies: the operator's; the specs can only tighten them.
        environment: `RECONCILER_VAR_<NAME>` is read from it, and nothing else.

    Raises:
        SpecError: with every mistake that was found.
        UsageError: there is nothing at `path`, or a file of values or a policy can't be read.
    """
    findings = Findings()
    configuration = None
    try:
        with _without_collecting():
            settings = Settings(values or {}, tuple(value_files), environment)
            policy = read_policies(policies, findings)
            configuration = _loaded(path, settings, policy, findings)
    except Enough:
        findings.close(note("too_many", "there are more mistakes than these", hint="mend these first"))
    if configuration is None or findings.any_errors:
        raise SpecError(findings.all())
    return configuration


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Hold the cycle collector: it halves the speed of building a hundred thousand values that all stay."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _loaded(path: Path, settings: Settings, operators: Policy, findings: Findings) -> Configuration | None:
    documents = gather(path, findings)
    if findings.any_errors and not documents.named and documents.workspace is None:
        return None
    declared = declare(documents.names("variables"), findings)
    settled = settle(declared, documents.directory, settings, findings)
    budget, memory = Budget(), Memory(findings)
    files = WorkspaceFiles(documents.directory)
    calendars = read_calendars(documents.names("calendars"), findings)
    variables = Namespace("variable", tuple(documents.names("variables")), settled.read)
    scope = Scope({"var": variables}, calendars, files, memory, budget)
    settled.check(scope, findings)
    workspace = _Identity(documents, scope, findings).read()
    providers = read_providers(documents.names("providers"), scope.value, findings)
    items = documents.names("items")
    templates = documents.names("incidents")
    if (items or templates) and not documents.names("providers"):
        findings.error(
            "missing",
            next(iter((*items.values(), *templates.values()))).key,
            "no provider is declared that could hold the items",
            hint="write `providers: {jira: {project: KEY}}`",
        )
    defaults = documents.defaults.value if documents.defaults else None
    named = {"name": workspace.name, "id": workspace.id, "instance": workspace.instance} if workspace else {}
    expanded = expand(
        items,
        defaults if isinstance(defaults, MapNode) else None,
        documents.names("locals"),
        scope.bind(workspace=named),
        providers,
        findings,
    )
    incidents = read_incidents(
        templates, items, defaults if isinstance(defaults, MapNode) else None, expanded, providers, findings
    )
    policy = stricter(operators, read_policy(documents.policy, findings))
    standing = Standing(expanded.instances)
    moved = read_moved(documents.elements("moved"), standing, findings)
    removed = read_removed(documents.elements("removed"), standing, findings)
    imports = read_imports(documents.elements("imports"), standing, expanded, findings)
    if workspace is None:
        return None
    return Configuration(
        str(documents.directory.resolve()),
        workspace,
        providers,
        expanded.items,
        {name: variable_digest(value) for name, value in settled.values.items()},
        _digest(documents, settled.digests, files, settled.values),
        findings.all(),
        policy,
        moved,
        removed,
        imports,
        incidents,
    )


def _digest(
    documents: Documents, value_files: tuple[str, ...], files: WorkspaceFiles, values: Mapping[str, object]
) -> str:
    """Fingerprint all that was read. From wherever the directory is named, it is the same."""
    read = {"specs": documents.digests, "values": value_files, "files": files.digests, "variables": values}
    return hashlib.sha256(canonical(read).encode()).hexdigest()


class _Identity:
    """Reads the `workspace` block."""

    def __init__(self, documents: Documents, scope: Scope, findings: Findings) -> None:
        self._documents = documents
        self._scope = scope
        self._findings = findings

    def read(self) -> Workspace | None:
        entry = self._documents.workspace
        if entry is None:
            self._findings.add(
                Diagnostic(
                    "error",
                    "missing",
                    f"{self._documents.directory} has no `workspace`",
                    hint="`reconciler init` writes one; each workspace has a name and an id of its own",
                )
            )
            return None
        if not isinstance(entry.value, MapNode):
            return None
        self._check_keys(entry.value)
        name, identity = (self._text(entry.key, entry.value, key) for key in ("name", "id"))
        instance = self._instance(entry.value.get("instance"))
        if name is None or identity is None or instance is None:
            return None
        return Workspace(name, identity, instance, entry.key.place, self._previous_name(entry.value, name))

    def _check_keys(self, node: MapNode) -> None:
        for key, entry in node.entries.items():
            if key not in _WORKSPACE_KEYS:
                hint = did_you_mean(key, _WORKSPACE_KEYS)
                self._findings.error("unknown_key", entry.key, f"a workspace has no `{key}`", hint=hint)

    def _text(self, key: Scalar, node: MapNode, word: str) -> str | None:
        value = node.get(word)
        if value is None:
            hint = (
                "`reconciler init` makes one; never copy another workspace's" if word == "id" else "write `name: deals`"
            )
            self._findings.error("missing", key, f"the workspace has no {word}", hint=hint)
            return None
        return self._plain(value, word)

    def _previous_name(self, node: MapNode, name: str) -> str | None:
        value = node.get("previous_name")
        previous = None if value is None else self._plain(value, "previous name")
        if value is not None and previous == name:
            hint = "write the name that it had before, or remove it"
            self._findings.error("wrong_value", value, f"the workspace is called {name} now", hint=hint)
        return previous

    def _plain(self, value: Node, word: str) -> str | None:
        if not isinstance(value, Scalar) or not is_key(value.text) or "/" in value.text or len(value.text) > 64:
            shown = value.text if isinstance(value, Scalar) and value.text else described(value)
            hint = "use up to 64 letters, digits, `.`, `_` and `-`; no expression stands here"
            self._findings.error("wrong_value", value, f"the workspace's {word} can't be {shown}", hint=hint)
            return None
        return value.text

    def _instance(self, node: Node | None) -> str | None:
        if node is None:
            return ""
        with self._findings.catching():
            value = self._scope.value(node, text=True)
            if isinstance(value, str) and is_key(value) and "/" not in value and len(value) <= 64:
                return value
            problem = ValueProblem(
                f"the workspace's instance can't be {value!r:.80}",
                hint='use up to 64 letters, digits, `.`, `_` and `-`: "${slug(var.company)}"',
            )
            raise problem.at(node)
        return None
