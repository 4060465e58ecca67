"""`docs/language.md` against the language: its tables, its examples, and the messages that it promises."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from doc_pages import page, plain, table

from reconciler.errors import SpecError
from reconciler.plan.ownership import owner_of
from reconciler.spec import load
from reconciler.spec.expressions import CONSTANTS, ROOTS
from reconciler.spec.functions import FUNCTIONS
from reconciler.spec.vocabulary import (
    FIELDS,
    LATER_TOP_LEVEL,
    LINKS,
    META,
    OWNERS,
    PROVIDER_KEYS,
    RULE_NAMES,
    TOP_LEVEL,
)

PAGE = page("language.md")
FUNCTION_ROWS = table(PAGE, "Function", "Gives", "Example", "Value")
TRAPS = table(PAGE, "Written", "What you are told", "What to do")

TRAP_SPEC = """\
workspace: {name: traps, id: w-1}
providers: {jira: {project: INVEST}}
variables:
  team: {type: string, default: legal}
  names: {type: list(string), default: [a, b]}
  notes: {type: map(string), default: {}}
items:
  other: {type: task, title: Other}
  group: {for_each: [a, b], type: task, title: Group}
  deal:
    type: epic
"""

EXAMPLE_SPEC = """\
workspace: {name: examples, id: w-1}
providers: {jira: {project: INVEST}}
items:
  deal:
    type: task
    title: Deal
    fields:
      answer: >-
        ${EXPRESSION}
"""


def words(cells: list[str]) -> list[str]:
    """Every word in code of some cells, in their order."""
    return [word for cell in cells for word in re.findall(r"`([a-z_]+)`", cell)]


def test_every_function_stands_on_the_page_as_it_is_written() -> None:
    """The table of functions is the language's own: none is missing, and each has its usage and what it gives."""
    assert [(plain(usage), gives) for usage, gives, _, _ in FUNCTION_ROWS] == [
        (each.usage, each.does) for each in FUNCTIONS.values()
    ]


@pytest.mark.parametrize(
    ("usage", "_gives", "example", "value"), FUNCTION_ROWS, ids=[plain(row[2]) for row in FUNCTION_ROWS]
)
def test_the_example_of_a_function_gives_the_value_beside_it(
    usage: str, _gives: str, example: str, value: str, tmp_path: Path
) -> None:
    """Each example calls its function, and what it gives is what the page says."""
    expression, expected = plain(example), plain(value)
    assert expression.split("(")[0] == plain(usage).split("(")[0]
    (tmp_path / "notes.md").write_text("Bring the contracts.", encoding="utf-8")
    (tmp_path / "deals.csv").write_text("name,stage\nAcme,sourced\n", encoding="utf-8")
    (tmp_path / "main.yaml").write_text(EXAMPLE_SPEC.replace("EXPRESSION", expression), encoding="utf-8")
    answer = load(tmp_path, environment={}).items["deal"].fields["fields.answer"].value
    assert answer == read_value(expected)


def read_value(text: str) -> object:
    """A value as the page shows it: a date as it stands, everything else as JSON."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    value = json.loads(text)
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize(("written", "told", "hint"), TRAPS, ids=[plain(row[0]) for row in TRAPS])
def test_a_trap_is_told_as_the_page_says(written: str, told: str, hint: str, tmp_path: Path) -> None:
    """Each known trap gives one finding, at its line, with the words and the hint that the page promises."""
    line = plain(written)
    title = "" if line.startswith("title") else "    title: Deal\n"
    (tmp_path / "main.yaml").write_text(f"{TRAP_SPEC}{title}    {line}\n", encoding="utf-8")
    try:
        found = load(tmp_path, environment={}).diagnostics
        assert [each.severity for each in found] == ["warning"]
    except SpecError as problem:
        found = problem.diagnostics
    assert [(each.summary, each.hint) for each in found] == [(told, hint)]
    assert found[0].place is not None
    assert found[0].place.line == len(f"{TRAP_SPEC}{title}".splitlines()) + 1


def test_the_tables_of_keys_name_what_the_language_knows() -> None:
    """Top-level keys, provider keys, item fields and item keys are all on the page, and no other."""
    assert words([row[0] for row in table(PAGE, "Key", "Holds")]) == list(TOP_LEVEL)
    fields = words([row[0] for row in table(PAGE, "Field", "Takes")])
    assert sorted(fields) == sorted(FIELDS)
    two_tables = [each for each in PAGE.split("## ") if "| Key | Means |" in each]
    provider, meta = (words([row[0] for row in table(each, "Key", "Means")]) for each in two_tables)
    assert provider == list(PROVIDER_KEYS)
    assert sorted(meta) == sorted(META)


def test_standard_words_are_those_of_the_language() -> None:
    """The standard words of types, statuses and priorities stand beside their fields."""
    for name, takes in table(PAGE, "Field", "Takes"):
        standard = FIELDS[plain(name)].standard if plain(name) in FIELDS else ()
        if standard:
            assert words([takes]) == list(standard)


@pytest.mark.parametrize("word", [*LATER_TOP_LEVEL, *LINKS, *(f"{each}." for each in ROOTS)])
def test_words_that_stand_in_running_text_are_there(word: str) -> None:
    """What a later version brings, the words of links, and the names in expressions are all named."""
    assert f"`{word}" in PAGE


def test_the_names_of_rules_are_all_on_the_page() -> None:
    """What a rule may name stands in its table, with what the language's own table says of it, and no more."""
    rows = {plain(name): means for name, means in table(PAGE, "Name in a rule", "Means")}
    assert rows == {f"{root}.{name}": says for root, names in RULE_NAMES.items() for name, says in names.items()}


def test_every_constant_is_named() -> None:
    """`true`, `false`, `null` and `omit` are explained."""
    assert all(f"`{each}`" in PAGE for each in CONSTANTS)


def test_the_concepts_page_says_who_owns_each_field() -> None:
    """The table of owners names each owner, and each field beside the owner that it has by default."""
    rows = table(page("concepts.md"), "Owner", "Means", "By default")
    assert [plain(owner) for owner, _, _ in rows] == list(OWNERS)
    said = {
        field.strip(" `"): plain(owner) for owner, _, fields in rows for field in fields.split(",") if field.strip()
    }
    listed = {"story points": "story_points", "fields.*": "fields"}
    said = {listed.get(field, field): owner for field, owner in said.items()}
    assert said == {field: owner_of("fields.x" if field == "fields" else field, {}) for field in FIELDS}


def test_later_sources_of_a_variable_win_as_the_page_lists_them(tmp_path: Path) -> None:
    """Each source of the page's list overrides those before it."""
    listed = [line for line in PAGE.splitlines() if re.match(r"\d\. ", line)]
    sources = ("default", "RECONCILER_VAR_", "default.vars.yaml", "--var-file", "--var name")
    assert [any(source in line for source in sources) for line in listed] == [True] * 5
    assert all(source in line for source, line in zip(sources, listed, strict=True))
    (tmp_path / "main.yaml").write_text(
        "workspace: {name: examples, id: w-1}\n"
        "providers: {jira: {project: INVEST}}\n"
        "variables: {who: {type: string, default: by default}}\n"
        'items: {deal: {type: task, title: "${var.who}"}}\n',
        encoding="utf-8",
    )
    (tmp_path / "extra.yaml").write_text("who: by --var-file\n", encoding="utf-8")

    def title(**given: Any) -> object:
        return load(tmp_path, **{"environment": {}, **given}).items["deal"].fields["title"].value

    environment = {"RECONCILER_VAR_WHO": "by the environment"}
    files = [tmp_path / "extra.yaml"]
    found = [title(), title(environment=environment)]
    (tmp_path / "default.vars.yaml").write_text("who: by default.vars.yaml\n", encoding="utf-8")
    found.append(title(environment=environment))
    found.append(title(environment=environment, value_files=files))
    found.append(title(environment=environment, value_files=files, values={"who": "by --var"}))
    assert found == ["by default", "by the environment", "by default.vars.yaml", "by --var-file", "by --var"]
