"""What each of the spec's fields can be on each platform: the cases that the acceptance test goes through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from reconciler.spec.vocabulary import FIELDS

__all__ = ["CASES", "PLATFORMS", "Case"]

PLATFORMS: Final[Mapping[str, str]] = {"jira": "Jira", "azure_devops": "Azure DevOps"}
"""The plugins, with their names for people."""


@dataclass(frozen=True)
class Case:
    """One field on one platform.

    Attributes:
        type: of the item that has it.
        written: its values in a spec, one after the other; a field that is refused has one alone.
        seen: what the platform shows then, as the test's views say it.
        cleared: what a spec writes to clear it; empty where it can't be cleared.
        refused: the words of the refusal: of the field, or where it can be written, of its `null`.
        kept: the reason why it can be written at creation alone; the last value written is the one that is refused.
        hint: what the table says about the field beside that.
        theirs: an element that people add to the set, as the views say it; empty where they add none.
        field: of a custom field: what the platform calls it, and the spec; the case's word is its kind.
        id: of a custom field: its id, by which the views find it.
        wrong: a value that is refused instead of `null`.
        drift: of a custom field: what a person types into it, and what the views say then.
    """

    word: str
    written: tuple[str, ...]
    seen: tuple[object, ...] = ()
    type: str = "task"
    cleared: str = "null"
    refused: str = ""
    kept: str = ""
    hint: str = ""
    theirs: str = ""
    field: str = ""
    id: str = ""
    wrong: str = ""
    drift: tuple[object, object] | None = None

    @property
    def changed(self) -> str:
        """What a plan calls the field."""
        return f"fields.{self.field}" if self.field else self.word

    def line(self, written: str) -> str:
        """An item's line with this value."""
        said = {"type": self.type, "title": self.word}
        said |= {"parent": "one"} if self.type == "subtask" else {}
        said |= {"fields": f"{{{self.field}: {written}}}"} if self.field else {self.word: written}
        return ", ".join(f"{word}: {value}" for word, value in said.items())

    @property
    def supported(self) -> bool:
        """Whether the platform has it."""
        return bool(self.seen)

    @property
    def cell(self) -> str:
        """What the table says."""
        if not self.supported:
            return f"no: {self.hint or self.refused}"
        written = f"at creation: {self.kept}" if self.kept else "yes"
        limits = (self.hint, f"`null` is refused: {self.refused}" if not self.cleared else "")
        return "; ".join((written, *filter(None, limits)))


_EMPTY = "can't be empty"
_ROOM, _MODEL = (f'{{title: {name}, url: "https://data.example/{name}"}}' for name in ("Room", "Model"))
_RENAMED = '{title: Archive, url: "https://data.example/Room"}'
_SHA = ("4800cfa0be564b1e606d6811e99e0380f765a9c4", "9f1c2b7a5e3d4c6b8a7f0e1d2c3b4a5968778695")
_GITHUB = "https://github.com/fund/valuation-models"

_ALIKE: Final = (
    Case("title", ("One", "Two"), ("One", "Two"), cleared="", refused=_EMPTY),
    Case("description", ('"Some **bold** words"', "Others"), ("Some bold words", "Others")),
    Case("assignee", ("l.gray@fund.example", "o.haddad@fund.example"), ("Lena Gray", "Omar Haddad")),
    Case("labels", ("[a, b]", "[b, c]"), (["a", "b"], ["b", "c"]), cleared="[]", theirs="theirs"),
    Case("parent", ("boss", "chief"), ("boss", "chief")),
    Case("links", ("{blocks: [one]}", "{blocks: [two]}"), (["one"], ["two"]), cleared="{}", theirs="boss"),
    Case(
        "documents",
        (f"[{_ROOM}, {_MODEL}]", f"[{_RENAMED}]"),
        (["Model https://data.example/Model", "Room https://data.example/Room"], ["Archive https://data.example/Room"]),
        cleared="[]",
        theirs="Theirs https://data.example/theirs",
    ),
    Case("due", ("2026-12-24", "2027-01-31"), ("2026-12-24", "2027-01-31")),
    Case("start", ("2026-11-02", "2026-11-09"), ("2026-11-02", "2026-11-09")),
    Case("story_points", ("3", "5.5"), (3, 5.5), "story"),
    Case("fields", ("{amount: 5}", "{amount: 7.5}"), (5, 7.5), "epic", cleared="{amount: null}"),
)

_JIRA: Final = (
    Case("type", ("task", "bug"), ("Task", "Bug"), cleared="", refused=_EMPTY),
    Case("status", ("in_progress", "done"), ("In Progress", "Done"), cleared="", refused=_EMPTY),
    Case("priority", ("high", "low"), ("High", "Low"), cleared="", refused=_EMPTY),
    Case(
        "commits",
        (f'[{{repo: "{_GITHUB}.git", sha: {_SHA[0]}}}]', f'["{_GITHUB}/commit/{_SHA[1]}"]'),
        ([_SHA[0]], [_SHA[1]]),
        cleared="[]",
        hint="as web links; the development panel needs an app",
    ),
    Case(
        "pull_requests",
        (f'["{_GITHUB}/pull/1"]', f'[{{title: Multiples, url: "{_GITHUB}/pull/2"}}]'),
        (["1"], ["2"]),
        cleared="[]",
        hint="as web links; the development panel needs an app",
    ),
    Case(
        "sprint",
        ("Sprint 7", "3"),
        ("Sprint 7", "Sprint 8"),
        hint="an open sprint of the project's boards, by name or id; a sub-task has none of its own",
    ),
    Case(
        "components",
        ("[Finance, Legal]", "[Legal]"),
        (["Finance", "Legal"], ["Legal"]),
        cleared="[]",
        theirs="Tech",
    ),
    Case("fix_versions", ('["1.0", "1.1"]', '["1.1"]'), (["1.0", "1.1"], ["1.1"]), cleared="[]", theirs="2.0"),
    Case("area", ("Legal",), refused="Jira has no areas; components say what part of a project an item belongs to"),
    Case(
        "watchers",
        ("[l.gray@fund.example, o.haddad@fund.example]", "[o.haddad@fund.example]"),
        (["Lena Gray", "Omar Haddad"], ["Omar Haddad"]),
        cleared="[]",
        hint="needs the permission to manage watchers",
        theirs="Mei Tanaka",
    ),
)

_AZURE: Final = (
    Case(
        "type",
        ("task", "bug"),
        ("Task",),
        cleared="",
        refused=_EMPTY,
        kept="on Azure DevOps a type is changed by people, on the item's page",
    ),
    Case("status", ("in_progress", "done"), ("Active", "Closed"), cleared="", refused=_EMPTY),
    Case("priority", ("high", "low"), (2, 4)),
    Case(
        "commits",
        (f'["valuation-models@{_SHA[0]}"]', f"[INVEST/valuation-models@{_SHA[1]}]"),
        ([_SHA[0]], [_SHA[1]]),
        cleared="[]",
        hint="of the project's own repositories",
    ),
    Case(
        "pull_requests",
        ('["valuation-models!1"]', '["valuation-models!2"]'),
        (["1"], ["2"]),
        cleared="[]",
        hint="of the project's own repositories",
    ),
    Case(
        "sprint",
        ("Sprint 1", "INVEST/Sprint 2"),
        ("INVEST\\Sprint 1", "INVEST\\Sprint 2"),
        cleared="",
        refused=_EMPTY,
        hint="an iteration, as a path",
    ),
    Case(
        "components",
        ("[Finance]",),
        refused="Azure DevOps has no components; an area says what part of a project an item is of",
    ),
    Case(
        "fix_versions",
        ("['1.0']",),
        refused="Azure DevOps has no versions; a sprint or a label says what an item is to be in",
    ),
    Case("area", ("Legal", "INVEST/Finance"), ("INVEST\\Legal", "INVEST\\Finance"), cleared="", refused=_EMPTY),
    Case(
        "watchers",
        ("[l.gray@fund.example]",),
        refused="Azure DevOps documents no way to say who follows an item",
    ),
)


def _in_order(cases: tuple[Case, ...]) -> dict[str, Case]:
    by_word = {each.word: each for each in cases}
    return {word: by_word[word] for word in FIELDS}


CASES: Final[Mapping[str, Mapping[str, Case]]] = {
    "jira": _in_order((*_ALIKE, *_JIRA)),
    "azure_devops": _in_order((*(replace(each) for each in _ALIKE), *_AZURE)),
}
"""By platform and word."""
