"""`validate` offers the site's names, offline, once a plan has read them."""

from __future__ import annotations

from acceptance.harness import Site, Workspace


def test_names_are_checked_without_network_and_credentials(applied: Workspace, site: Site) -> None:
    """Type, status, priority, option, link and field: each with its place and the nearest name, all at once."""
    applied.settings.clear()
    fine = applied.run("validate", "--format", "json")
    assert fine.code == 0
    assert set(fine.json["names_read_at"]) == {"jira"}
    applied.replace('priority: "${var.risk_level}"', "priority: criticle\n    links: {blokcs: [tasks.legal]}")
    applied.replace('risk: "${var.risk_level}"', "risk: loww")
    applied.replace("    labels: [due_diligence]\n", "    labels: [due_diligence]\n    status: In Progres\n")
    applied.replace("    story_points: 3\n", "    fields: {amout: 3}\n")
    with site.watched() as during:
        said = applied.run("validate", "--format", "json")
    assert (said.code, during) == (1, [])
    hints = {each["hint"] for each in said.diagnostics}
    assert hints == {
        f"did you mean {name!r}?" for name in ("critical", "blocks", "Low", "In Progress", "fields.amount")
    }
    assert all(each["file"].endswith("main.yaml") for each in said.diagnostics)


def test_without_a_snapshot_the_sites_names_are_not_judged(example: Workspace) -> None:
    """Before the first plan there is nothing to hold them against, and nothing is said of it."""
    example.settings.clear()
    example.replace('priority: "${var.risk_level}"', "priority: Whatever")
    result = example.run("validate")
    assert (result.code, result.text) == (0, "Valid: investment-asset-plan/acme-robotics wants 7 items.")


def test_a_snapshot_of_another_site_is_not_used(applied: Workspace) -> None:
    """The operator's URL says which site counts; a changed block in the specs wants a new reading."""
    applied.replace('priority: "${var.risk_level}"', "priority: Whatever")
    assert applied.run("validate").code == 1
    assert applied.run("validate", JIRA_URL="https://other.example").code == 0
    applied.replace(
        "fields: {amount: Investment amount,", "priorities: {high: Whatever}\n    fields: {amount: Investment amount,"
    )
    assert applied.run("validate").code == 0


def test_plan_renews_what_validate_knows(applied: Workspace) -> None:
    """A plan that fails on a name has read the site anew all the same."""
    (applied.path / ".reconciler" / "site" / "jira.json").unlink()
    applied.replace('priority: "${var.risk_level}"', "priority: Whatever")
    assert applied.run("validate").code == 0
    assert applied.run("plan").code == 1
    assert "no priority is called 'Whatever'" in applied.run("validate").text
