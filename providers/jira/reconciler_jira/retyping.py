"""Whether an edit may change an issue's type: Jira says so on the edit screen of the issue itself (FACTS A5, A9)."""

from __future__ import annotations

from reconciler.sdk import Change, Problem, Ref
from reconciler_jira.client import Client
from reconciler_jira.fields import TYPE, ref_of

__all__ = ["type_problem"]


def type_problem(client: Client, change: Change) -> Problem | None:
    """Why Jira takes no edit that gives an issue the type of a change; `None` where it does, or none is to be given.

    Jira offers types of the same level whose workflow and fields are the issue's own. Any other takes its dialog
    "Move", in which a person says what becomes of the status and the fields.

    Raises:
        ProviderError: the screen can't be read.
    """
    wanted = change.set.get(TYPE)
    if not isinstance(wanted, Ref):
        return None
    called = wanted.name or wanted.id
    field = client.edit_fields(change.item.id).get(TYPE)
    if field is None:
        text = f"its edit screen has no type on it, so it has to be made a {called} by hand"
        return Problem("not_writable", text, TYPE)
    options = tuple(ref for each in field.get("allowedValues") or () if (ref := ref_of(each)))
    if wanted in options:
        return None
    text = f"Jira does not let an edit make it a {called}, so it has to be moved to that type by hand"
    return Problem("bad_value", text, TYPE, options)
