"""The files that `reconciler init` writes."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.spec.documents import DEFAULT_VALUES

__all__ = ["scaffold"]

_MAIN = """\
# yaml-language-server: $schema=.reconciler/schema.json
workspace:
  name: {name}
  id: {id}   # ties the items to these files; never copy it

providers:
  {plugin}:{project}

variables:
  product: {{type: string, description: What is released}}
  release_date: {{type: date}}

defaults:
  type: task
  labels: [release]

items:
  release:
    type: epic
    title: "Release: ${{var.product}}"
    due: "${{var.release_date}}"

  steps:
    for_each:   # one item for each key; add, remove and reorder as you like
      notes: {{title: Write the release notes, before: 5}}
      approval: {{title: Get the approval, before: 2}}
    parent: release
    title: "${{each.value.title}}"
    due: "${{workdays(var.release_date, -each.value.before)}}"
"""

_VALUES = """\
# The values of the variables. Another release is another file: --var-file other.vars.yaml
product: Example
release_date: {date}
"""

_DATE = "2027-03-31"


def scaffold(name: str, workspace_id: str, *, plugin: str, project: str | None) -> Mapping[str, str]:
    """The files of a new workspace: name to text."""
    block = f"\n    project: {project}" if project else " {}   # the project comes from the environment"
    return {
        "main.yaml": _MAIN.format(name=name, id=workspace_id, plugin=plugin, project=block),
        DEFAULT_VALUES: _VALUES.format(date=_DATE),
    }
