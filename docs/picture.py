"""Draws `docs/plan.svg`: a plan of the investment example, as it is printed after people worked on its cards.

Run it where a plan looks different than before: `.venv/bin/python docs/picture.py`. It serves a sandbox, applies the
example, acts as two people, moves the close date, and plans.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import urllib.request
from pathlib import Path

from reconciler import workflow
from reconciler.report.svg import plan_svg
from reconciler.sandbox.serving import running

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / "investment-asset-plan"
PEOPLE = (
    {"by": "Lena Gray", "item": "INVEST-2", "status": "In Progress"},
    {"by": "Omar Haddad", "item": "INVEST-4", "set": {"summary": "Legal: waiting for counsel"}},
)


def main(target: Path) -> None:
    """Draw the picture into a file."""
    with tempfile.TemporaryDirectory() as folder, running(port=8765) as sandbox:
        workspace = Path(folder) / EXAMPLE.name
        shutil.copytree(EXAMPLE, workspace, ignore=shutil.ignore_patterns(".reconciler"))
        environment = {
            **os.environ,
            "JIRA_URL": str(sandbox.sites["jira"]),
            "JIRA_EMAIL": "sandbox@example.com",
            "JIRA_API_TOKEN": "sandbox",
        }
        request = workflow.Request(workspace, environment=environment)
        workflow.apply_specs(request, "plan", lambda _: True, workflow.Limits(), lambda _: None)
        for edit in PEOPLE:
            _act(sandbox.url, edit)
        later = workflow.Request(workspace, {"close_date": "2027-04-14"}, environment=environment)
        target.write_text(plan_svg(workflow.make_plan(later)), encoding="utf-8")


def _act(url: str, edit: dict[str, object]) -> None:
    body = json.dumps({"platform": "jira", **edit}).encode()
    request = urllib.request.Request(
        f"{url.rstrip('/')}/_sandbox/people/edit", body, {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=30).close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "plan.svg")
