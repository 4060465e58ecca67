"""The YAML on every page is what the language takes."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from pathlib import Path

import pytest
import yaml
from doc_pages import ROOT, Block, blocks, pages

from reconciler.spec import load
from reconciler.spec.vocabulary import TOP_LEVEL

SPECS = blocks("yaml")
MISSING = {
    "workspace": "workspace: {name: page, id: w-1}\n",
    "providers": "providers: {jira: {project: INVEST}}\n",
}


@pytest.mark.parametrize("block", SPECS, ids=lambda each: each.where)
def test_a_spec_on_a_page_validates(block: Block, tmp_path: Path) -> None:
    """Each block is a spec, to which the workspace and the provider may be missing; it gives no warning either."""
    keys = set(yaml.safe_load(block.text))
    assert keys <= set(TOP_LEVEL)
    head = "".join(text for key, text in MISSING.items() if key not in keys)
    (tmp_path / "main.yaml").write_text(head + block.text, encoding="utf-8")
    configuration = load(tmp_path, environment={})
    assert configuration.diagnostics == ()
    assert configuration.items or "items" not in keys


def test_specs_stand_in_fenced_blocks_alone() -> None:
    """No page has a spec in an indented block, where no test would find it."""
    for path in pages():
        text = re.sub(r"^( *)```.*?^\1```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        indented = re.findall(rf"^ {{4,}}(?:{'|'.join(TOP_LEVEL)}):$", text, re.MULTILINE)
        assert not indented, path.name


def test_links_between_pages_lead_somewhere() -> None:
    """A link to another page, and to a heading of it, is not broken."""
    for path in pages():
        text = re.sub(r"^( *)```.*?^\1```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
            name, _, anchor = target.partition("#")
            there = path.parent / name if name else path
            assert there.exists(), f"{path.name}: {target}"
            if anchor:
                headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
                slugs = {re.sub(r"[^a-z0-9_ -]", "", each.lower()).replace(" ", "-") for each in headings}
                assert anchor in slugs, f"{path.name}: {target}"


def test_every_page_is_in_the_navigation() -> None:
    """A page that nobody can reach is found here: the site's navigation names each page of `docs/`."""
    named = set(re.findall(r"[\w-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8")))
    assert named == {path.name for path in (ROOT / "docs").glob("*.md")}


def test_paths_of_the_source_that_a_page_names_exist() -> None:
    """Where a page says in which file something is decided, the file is there, or is one that the guide has written."""
    folders = "reconciler|providers|specs|tests|docs|examples|benchmarks"
    for path in pages():
        for named in re.findall(rf"`((?:{folders})/[\w./-]+)`", path.read_text(encoding="utf-8")):
            there = [ROOT, ROOT / "examples" / "provider-plugin"] if path.name == "writing-a-provider.md" else [ROOT]
            assert any((each / named).exists() for each in there), f"{path.name}: {named}"


def test_the_code_names_of_a_page_exist() -> None:
    """Names such as `plan.diff` on the architecture page are modules, or what a module offers."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for package, name in re.findall(r"\b(plan|apply|spec)\.(\w+)\b", text):
        module = importlib.import_module(f"reconciler.{package}")
        found = (
            hasattr(module, name)
            or importlib.util.find_spec(f"reconciler.{package}.{name}")
            or any(
                hasattr(importlib.import_module(f"reconciler.{package}.{each.name}"), name)
                for each in pkgutil.iter_modules(module.__path__)
            )
        )
        assert found, f"{package}.{name}"
