"""`docs/azure-devops.md` against the plugin."""

from __future__ import annotations

from doc_pages import ROOT, blocks, page, plain, table
from reconciler_azure_devops import AzureDevOpsPlugin

from reconciler.spec import load

PAGE = page("azure-devops.md")


def test_the_page_names_every_setting_and_option() -> None:
    """The variables to set, and what a provider's block may say."""
    metadata = AzureDevOpsPlugin.metadata()
    assert {plain(option) for option, _ in table(PAGE, "Option", "Means")} == set(metadata.options)
    assert all(f"export {each.variable}=" in PAGE for each in metadata.settings)


def test_the_spec_of_the_page_is_one(tmp_path) -> None:
    """With a workspace's head it validates."""
    [block] = blocks("yaml", ROOT / "docs" / "azure-devops.md")
    head = "workspace: {name: deals, id: 6f0c2f3e-0000-4000-8000-000000000001}\n"
    (tmp_path / "main.yaml").write_text(head + block.text, encoding="utf-8")
    assert set(load(tmp_path, environment={}).items) == {"deal", "checks"}
