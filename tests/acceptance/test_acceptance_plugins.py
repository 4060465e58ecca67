"""`reconciler plugins`: what this installation can work with."""

from __future__ import annotations

from acceptance.harness import Workspace


def test_what_is_installed_is_listed(workspace: Workspace) -> None:
    """By the name that a spec uses, with the distribution that it came with."""
    listed = workspace.run("plugins", "list")
    assert listed.code == 0
    assert "jira " in listed.out
    assert "Jira (workitem-reconciler " in listed.out
    names = [each["name"] for each in workspace.run("plugins", "list", "--format", "json").json]
    assert "jira" in names


def test_one_that_can_not_be_used_hides_no_other(workspace: Workspace) -> None:
    """A plugin that can't be imported is listed with what is wrong, beside those that work."""
    broken = workspace.path / "broken-1.0.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (broken / "entry_points.txt").write_text("[reconciler.plugins]\nbroken = no_such_module:Plugin\n")
    workspace.settings["PYTHONPATH"] = str(workspace.path)
    listed = workspace.run("plugins", "list")
    assert listed.code == 0
    assert "Jira (workitem-reconciler " in listed.out
    assert "the plugin 'broken' can't be imported: ModuleNotFoundError: No module named 'no_such_module'" in listed.out
    found = {each["name"]: each for each in workspace.run("plugins", "list", "--format", "json").json}
    assert (found["jira"]["problem"], found["broken"]["distribution"]) == ("", "broken 1.0")


def test_a_plugin_is_described(workspace: Workspace) -> None:
    """Its variables, its options in a spec and its kinds of fields: what somebody needs to use it."""
    described = workspace.run("plugins", "describe", "jira")
    assert described.code == 0
    for each in ("JIRA_API_TOKEN", "(optional)", "index_lag", "Kinds of fields: cascade, component, date"):
        assert each in described.out
    data = workspace.run("plugins", "describe", "jira", "--format", "json").json
    assert [each["variable"] for each in data["settings"]] == [
        "JIRA_URL", "JIRA_EMAIL", "JIRA_API_TOKEN", "JIRA_PROJECT", "JIRA_WEBHOOK_SECRET",
    ]  # fmt: skip


def test_a_plugin_is_checked(workspace: Workspace) -> None:
    """Without any site; a name that nothing has is an error with the nearest."""
    checked = workspace.run("plugins", "check", "jira")
    assert (checked.code, checked.out) == (
        0,
        "jira has the shape of a plugin. How it behaves: reconciler.sdk.conformance\n",
    )
    assert workspace.run("plugins", "check", "jira", "--format", "json").json == {
        "name": "jira",
        "ok": True,
        "faults": [],
    }
    unknown = workspace.run("plugins", "check", "jirra")
    assert unknown.code == 1
    assert "did you mean 'jira'?" in unknown.err
