"""The files of a workspace, put together: which there are, and what stands at each top-level key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.diagnostics import Diagnostic, note
from reconciler.errors import UsageError
from reconciler.spec.address import is_name
from reconciler.spec.files import read_inside, read_regular
from reconciler.spec.nodes import Entry, ListNode, MapNode, Node, described
from reconciler.spec.problems import Findings, did_you_mean
from reconciler.spec.reader import read
from reconciler.spec.vocabulary import LATER_TOP_LEVEL, TOP_LEVEL, TOP_LEVEL_SYNONYMS

__all__ = ["DEFAULT_VALUES", "Documents", "ValueFile", "gather", "holds_specs", "read_values", "spec_files"]

DEFAULT_VALUES = "default.vars.yaml"
_NOT_SPECS = (".vars.yaml", ".test.yaml")
_ONCE = ("workspace", "defaults", "policy")
_LISTS = ("imports", "moved", "removed")
_OURS = frozenset((*TOP_LEVEL, *LATER_TOP_LEVEL))


@dataclass(frozen=True, slots=True)
class Documents:
    """The specs of one workspace, by top-level key; of names, each once.

    Attributes:
        directory: where they are.
        named: what stands under `variables`, `items` and the like, by key and name.
        listed: the elements of `imports`, `moved` and `removed`, by key.
        digests: each file that was read, by its name, with the SHA-256 of its bytes.
    """

    directory: Path
    workspace: Entry | None = None
    defaults: Entry | None = None
    policy: Entry | None = None
    named: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)
    listed: Mapping[str, Sequence[Node]] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    def names(self, key: str) -> Mapping[str, Entry]:
        """What stands under one key, by name."""
        return self.named.get(key, {})

    def elements(self, key: str) -> Sequence[Node]:
        """What is listed under one key."""
        return self.listed.get(key, ())


@dataclass(frozen=True, slots=True)
class ValueFile:
    """The values of one `*.vars.yaml`."""

    entries: Mapping[str, Entry]
    digest: str


def gather(path: Path, findings: Findings) -> Documents:
    """Read a directory's specs, or one file.

    Raises:
        UsageError: there is nothing at `path`.
    """
    if not path.exists():
        raise UsageError(f"there is no file or directory {path}", hint="name the directory that holds your main.yaml")
    directory = path if path.is_dir() else path.parent
    merged = _Merge(findings)
    digests: dict[str, str] = {}
    for each in spec_files(path):
        data = _bytes(each, directory, findings)
        if data is None:
            continue
        digests[each.name] = hashlib.sha256(data).hexdigest()
        with findings.catching():
            merged.take(each, read(str(each), data, findings))
    workspace, defaults, policy = (merged.once.get(key) for key in _ONCE)
    return Documents(directory, workspace, defaults, policy, merged.named, merged.listed, digests)


def holds_specs(path: Path) -> bool:
    """Whether a directory, or one file, has anything of a workspace's specs; a file that can't be read may have.

    Raises:
        UsageError: there is nothing at `path`.
    """
    findings = Findings()
    documents = gather(path, findings)
    return findings.any_errors or any(
        (documents.workspace, documents.defaults, documents.policy, documents.named, documents.listed)
    )


def spec_files(path: Path) -> list[Path]:
    """The files of a directory that may hold specs, or the one file that `path` is."""
    if not path.is_dir():
        return [path]
    return sorted(
        each
        for each in path.iterdir()
        if each.suffix in (".yaml", ".yml") and not each.name.startswith(".") and not each.name.endswith(_NOT_SPECS)
    )


def _bytes(path: Path, directory: Path, findings: Findings) -> bytes | None:
    try:
        return read_inside(path, directory)
    except OSError as problem:
        reason = problem.strerror or str(problem)
    hint = "put the file itself into the directory"
    findings.add(Diagnostic("error", "file", f"{path} can't be read: {reason}", hint=hint))
    return None


class _Merge:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.once: dict[str, Entry] = {}
        self.named: dict[str, dict[str, Entry]] = {}
        self.listed: dict[str, list[Node]] = {}

    def take(self, path: Path, root: Node | None) -> None:
        if not isinstance(root, MapNode) or not _OURS & root.entries.keys():
            if path.suffix == ".yaml":
                self._ignored(path, root)
            return
        if path.suffix == ".yml":
            self._findings.error(
                "bad_suffix",
                next(iter(root.entries.values())).key,
                f"{path.name} holds specs, and its name ends in .yml",
                hint=f"rename it to {path.stem}.yaml",
            )
            return
        for key, entry in root.entries.items():
            self._key(key, entry)

    def _ignored(self, path: Path, root: Node | None) -> None:
        found = tuple(root.entries) if isinstance(root, MapNode) else ()
        hint = next((did_you_mean(each, TOP_LEVEL, " ") for each in found), "").strip()
        synonym = next((TOP_LEVEL_SYNONYMS[each] for each in found if each in TOP_LEVEL_SYNONYMS), None)
        self._findings.add(
            note(
                "ignored_file",
                f"{path} is not read: it has none of {', '.join(TOP_LEVEL)}",
                hint=f"write `{synonym}`" if synonym else hint,
            )
        )

    def _key(self, key: str, entry: Entry) -> None:
        if key in LATER_TOP_LEVEL:
            self._findings.error(
                "not_in_this_version",
                entry.key,
                f"`{key}` is not in this version",
                hint="remove it; a later version takes it",
            )
        elif key not in TOP_LEVEL:
            synonym = TOP_LEVEL_SYNONYMS.get(key)
            hint = f"write `{synonym}`" if synonym else did_you_mean(key, TOP_LEVEL)
            self._findings.error("unknown_key", entry.key, f"there is no top-level key `{key}`", hint=hint)
        elif key in _LISTS:
            self._list(key, entry.value)
        elif not isinstance(entry.value, MapNode):
            if key in _ONCE:
                self.once.setdefault(key, entry)
            self._findings.error(
                "wrong_type",
                entry.value,
                f"`{key}` is {described(entry.value)}; a map is needed",
                hint=f"write {'`name: ...`' if key not in _ONCE else 'keys and values'} indented under `{key}:`",
            )
        elif key in _ONCE:
            self._once(key, entry)
        else:
            self._names(key, entry.value)

    def _list(self, key: str, node: Node) -> None:
        if isinstance(node, ListNode):
            self.listed.setdefault(key, []).extend(node.elements)
            return
        hint = "write its entries below it, each after a `- `"
        self._findings.error("wrong_type", node, f"`{key}` is {described(node)}; a list is needed", hint=hint)

    def _once(self, key: str, entry: Entry) -> None:
        first = self.once.setdefault(key, entry)
        if first is not entry:
            self._second(entry, f"`{key}`", first, "a workspace has one; put them together")

    def _names(self, key: str, node: MapNode) -> None:
        known = self.named.setdefault(key, {})
        for name, entry in node.entries.items():
            if not is_name(name):
                hint = "names are small letters, digits and _, and begin with a letter"
                suggestion = _as_name(name)
                if suggestion:
                    hint += f": `{suggestion}`"
                self._findings.error("bad_name", entry.key, f"`{name}` can't be a name in `{key}`", hint=hint)
                continue
            first = known.setdefault(name, entry)
            if first is not entry:
                self._second(entry, f"`{name}` in `{key}`", first, "rename one of them")

    def _second(self, entry: Entry, what: str, first: Entry, hint: str) -> None:
        self._findings.error(
            "duplicate_address" if "`items`" in what else "duplicate_key",
            entry.key,
            f"{what} stands here a second time",
            detail=f"The first is at {first.key.place}.",
            hint=hint,
        )


def _as_name(text: str) -> str:
    made = "".join(each if each.isascii() and each.isalnum() else "_" for each in text.lower()).strip("_0123456789")
    return made if is_name(made) else ""


def read_values(path: Path, findings: Findings, *, inside: Path | None = None) -> ValueFile | None:
    """Read a file of variables' values; `None` where a mistake in it was reported.

    Args:
        inside: the directory that it must not lead out of; the operator's own files may lie anywhere.

    Raises:
        UsageError: it can't be read.
    """
    try:
        data = read_inside(path, inside) if inside else read_regular(path)
    except OSError as problem:
        raise UsageError(
            f"{path} can't be read: {problem.strerror or problem}", hint="check its name and permissions"
        ) from problem
    with findings.catching():
        root = read(str(path), data, findings)
        if root is None or isinstance(root, MapNode):
            return ValueFile(root.entries if root else {}, hashlib.sha256(data).hexdigest())
        findings.error(
            "wrong_type", root, f"a file of values is a map, this is {described(root)}", hint="write `name: value`"
        )
    return None
