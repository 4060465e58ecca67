"""The example, the scaffold, the editors' schema and addresses: what stands at a newcomer's door."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.diagnostics import diagnostics_of
from reconciler.errors import SpecError, UsageError
from reconciler.spec import canonical_address, json_schema, load, scaffold
from reconciler.spec.address import address_of, split_address
from reconciler.spec.nodes import plain
from reconciler.spec.problems import Findings
from reconciler.spec.reader import read
from reconciler.spec.schema import schema_text

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "investment-asset-plan"


def test_the_example_is_a_deal_and_its_six_tasks() -> None:
    """An epic and six tasks under it, dated back from the close date, without a warning."""
    configuration = load(EXAMPLE, environment={})
    assert configuration.diagnostics == ()
    assert configuration.workspace.instance == "acme-robotics"
    assert [*configuration.items] == [
        "deal",
        *(f'tasks["{key}"]' for key in ("financial", "technical", "legal", "market", "management", "references")),
    ]
    deal, legal = configuration.items["deal"].fields, configuration.items['tasks["legal"]'].fields
    assert deal["story_points"].value == 5 + 5 + 5
    assert deal["labels"].value == ("investment", "industrial-automation", "opportunity")
    assert {word: deal[f"fields.{word}"].value for word in ("amount", "sector", "risk")} == {
        "amount": 40_000_000,
        "sector": "Industrial Automation",
        "risk": "high",
    }
    assert legal["title"].value == "[Acme Robotics] Legal Due Diligence"
    assert legal["description"].value == "- Contracts\n- Intellectual property\n- Compliance\n"
    assert legal["due"].value == date(2027, 3, 1)
    assert legal["labels"].value == ("investment", "industrial-automation", "due_diligence")
    assert {each.fields["status"].value for each in configuration.items.values()} == {"todo"}


def test_another_company_is_another_instance() -> None:
    """The second file of values makes seven items of its own."""
    configuration = load(EXAMPLE, value_files=[EXAMPLE / "globex.vars.yaml"], environment={})
    assert configuration.workspace.instance == "globex-energy"
    assert len(configuration.items) == 7
    assert configuration.items["deal"].fields["story_points"].value == 5 + 8 + 3
    assert configuration.items["deal"].fields["priority"].value == "critical"


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_example_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever is cut out of the example or put into it, the answer is a configuration or diagnostics."""
    text = (EXAMPLE / "main.yaml").read_text()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 30))
        text = text[:start] + data.draw(st.text(st.sampled_from("${}[]:'\"\n -#*&!|>.,a0"), max_size=4)) + text[end:]
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "main.yaml").write_text(text)
        Path(directory, "default.vars.yaml").write_text((EXAMPLE / "default.vars.yaml").read_text())
        try:
            said = load(Path(directory), environment={}).diagnostics
        except SpecError as problem:
            said = diagnostics_of(problem)
            assert said
    lines = text.split("\n")
    assert all(each.place.line <= len(lines) for each in said if each.place and each.place.file.endswith("main.yaml"))


def test_a_scaffold_loads(tmp_path: Path) -> None:
    """What `init` writes is valid as it stands, with a project and without."""
    for project in ("DEMO", None):
        for name, text in scaffold("release", "0b5c", project=project).items():
            (tmp_path / name).write_text(text)
        configuration = load(tmp_path, environment={})
        assert configuration.providers["jira"].project == project
        assert len(configuration.items) == 3
        assert configuration.diagnostics == ()


def test_the_schema_file_is_current() -> None:
    """Editors are given the schema that the language's tables make."""
    assert (ROOT / "specs" / "schema" / "reconciler.schema.json").read_text() == schema_text()


def test_the_schema_is_printed() -> None:
    """The command that makes the file prints it."""
    printed = subprocess.run(
        [sys.executable, "-m", "reconciler.spec.schema"], capture_output=True, text=True, check=True
    )
    assert json.loads(printed.stdout) == json_schema()


def listed(data: Any) -> Any:
    """Plain values as JSON has them."""
    if isinstance(data, dict):
        return {key: listed(each) for key, each in data.items()}
    return [listed(each) for each in data] if isinstance(data, tuple) else data


def as_json(text: str) -> Any:
    """A spec's text as an editor sees it."""
    node = read("m.yaml", text.encode(), Findings())
    return listed(plain(node)) if node else {}


def test_the_schema_takes_what_the_language_takes() -> None:
    """The example and the scaffold show no error in an editor."""
    validator = jsonschema_rs.validator_for(json_schema())
    for text in ((EXAMPLE / "main.yaml").read_text(), scaffold("a", "b")["main.yaml"]):
        validator.validate(as_json(text))


@pytest.mark.parametrize(
    "text",
    [
        "workspace: {name: a, id: b, previous_name: c}",
        "items: {a: {on_remove: delete, close_comment: Gone, workflow: {through: any}}}",
        "defaults: {on_remove: '${var.x}', close_comment: null, workflow: {through: [In Review, 5]}}",
        "items: {a: {labels: {exact: false, values: []}, links: {exact: true}}}",
        "policy: {conflicts: stop, notify: quiet, on_missing: recreate}",
        "policy: {rules: [{deny: action.protect, message: No}, {warn: true, message: 5}]}",
        "moved: [{from: tasks, to: checks}, {from: 'tasks[\"legal\"]', to: a.b/c}]",
        "removed: [deal, tasks.legal]",
        "imports: [{to: deal, key: OLD-1}, {to: deal, id: 5}, {to: tasks.legal, query: text ~ x}]",
    ],
)
def test_the_schema_takes_every_key(text: str) -> None:
    """What the language takes has no error in an editor."""
    jsonschema_rs.validator_for(json_schema()).validate(as_json(text))


@pytest.mark.parametrize(
    "text",
    [
        "itemz: {}",
        "items: {A: {title: x}}",
        "items: {a: {titel: x}}",
        "items: {a: {sprint: [x]}}",
        "items: {a: {commits: [{repo: x}]}}",
        "items: {a: {pull_requests: [{title: x}]}}",
        "items: {a: {watchers: x}}",
        "items: {a: {for_each: [x], matrix: {y: [z]}}}",
        "items: {a: {labels: x}}",
        "items: {a: {due: soon}}",
        "items: {a: {ownership: {title: me}}}",
        "items: {a: {parent: {key: x, id: y}}}",
        "variables: {a: {type: string, message: x}}",
        "variables: {a: {type: strng}}",
        "workspace: {name: x}",
        "providers: {jira: {types: {epics: x}}}",
        "items: {a: {on_remove: keep}}",
        "items: {a: {workflow: {through: In Review}}}",
        "items: {a: {workflow: {throug: any}}}",
        "policy: {conflicts: {status: spec}}",
        "policy: {rules: {deny: true, message: No}}",
        "policy: {rules: [{deny: true}]}",
        "policy: {rules: [{deny: true, warn: true, message: No}]}",
        "moved: [{from: a}]",
        "moved: [{from: INVEST-1, to: a}]",
        "removed: [{from: a}]",
        "removed: a",
        "imports: [{to: a}]",
        "imports: [{key: OLD-1}]",
        "imports: [{to: a, key: OLD-1, id: 5}]",
    ],
)
def test_the_schema_refuses_what_the_language_refuses(text: str) -> None:
    """An editor underlines the everyday slips before anything is run."""
    assert not jsonschema_rs.validator_for(json_schema()).is_valid(as_json(text))


def test_importing_the_package_is_cheap() -> None:
    """What reads YAML and what validates is not imported for the sake of `--help`."""
    code = "import sys, reconciler.spec; print(sorted({'yaml', 'pydantic', 'httpx', 'ruamel'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deal", "deal"),
        (" deal ", "deal"),
        ("tasks.legal", 'tasks["legal"]'),
        ('tasks["legal"]', 'tasks["legal"]'),
        ("tasks[legal]", 'tasks["legal"]'),
        ("tasks.a/q1", 'tasks["a/q1"]'),
        ("tasks.1.2", 'tasks["1.2"]'),
    ],
)
def test_addresses_have_one_spelling(text: str, expected: str) -> None:
    """However it is typed, a shell's lost quotes included."""
    assert canonical_address(text) == expected


@pytest.mark.parametrize("text", ["", "Deal", "tasks[", 'tasks["a]', "tasks.", "a b", "tasks.a/", "-x", "é"])
def test_what_is_no_address_is_refused(text: str) -> None:
    """With a hint that shows one."""
    with pytest.raises(UsageError) as caught:
        canonical_address(text)
    assert "tasks.legal" in caught.value.hint


_names = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
_keys = st.none() | st.from_regex(r"[A-Za-z0-9._-]{1,5}(/[A-Za-z0-9._-]{1,3})?", fullmatch=True)


@given(_names, _keys)
def test_an_address_is_read_as_it_was_made(name: str, key: str | None) -> None:
    """Group and key come back, and the canonical spelling stays itself."""
    address = address_of(name, key)
    assert split_address(address) == (name, key)
    assert canonical_address(address) == address
    if key is not None:
        assert canonical_address(f"{name}.{key}") == address
