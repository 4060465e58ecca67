"""Find the people that a spec names, by what Azure DevOps itself makes of the name (FACTS B8)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from reconciler.sdk import AuthenticationError, AuthorizationError, Ref, ValidationError, as_completed
from reconciler_azure_devops.client import Client, Json
from reconciler_azure_devops.fields import ASSIGNEE, TITLE, ref_of

__all__ = ["NAME_AND_ID", "Users", "find_users"]

NAME_AND_ID: Final = re.compile(r"(?P<name>.*?)\s*<(?P<id>[^<>\s]+)>")
"""How an assignee is shown, and may be written: `Lea Gray <l.gray@fund.example>`."""


@dataclass(frozen=True, slots=True)
class Users:
    """The people found, and by what they were asked for (casefolded), their unique names in lower case."""

    refs: tuple[Ref, ...]
    names: dict[str, str]


def find_users(
    client: Client, project: str, type: str, wanted: Collection[str], listed: Collection[Json] = ()
) -> Users:
    """Find people by unique name or display name; those that nobody or several are called are left out.

    Who is not listed costs a request: a creation that is only validated says whom the site would assign. It is the
    only one of this host's that takes an e-mail address, and it needs a token that may write.

    Args:
        client: the site.
        project: its id or name.
        type: a type of work item of the project.
        wanted: as the spec names them.
        listed: people that the site's types say may be assigned.
    """
    known = {ref.id: ref for each in listed if (ref := ref_of(each))}

    def find(text: str) -> tuple[str, Ref | None]:
        named = NAME_AND_ID.fullmatch(text)
        name = named["id"] if named else text
        asked = name.casefold()
        called = [each for each in known.values() if asked in (each.id, each.name.casefold())]
        if len(called) == 1:
            return text, called[0]
        try:
            found = _assigned(client, project, type, name)
        except (AuthenticationError, AuthorizationError):
            if not known:
                raise
            found = None
        # by name a site may pick anybody of that name; who has another is somebody else
        return text, found if found and ("@" in asked or asked in (found.id, found.name.casefold())) else None

    found = dict(as_completed(find, sorted(set(wanted))))
    refs = {ref.id: ref for ref in found.values() if ref}
    names = {text.casefold(): ref.id for text, ref in found.items() if ref} | {id: id for id in refs}
    return Users(tuple(refs[id] for id in sorted(refs)), names)


def _assigned(client: Client, project: str, type: str, asked: str) -> Ref | None:
    """Whom the site would assign to what is asked for; `None` where it knows nobody.

    Where it refuses other fields alone, it took the person, and shows none: an e-mail address then stands for itself.
    """
    patch = [
        {"op": "add", "path": f"/fields/{TITLE}", "value": "Who is this?"},
        {"op": "add", "path": f"/fields/{ASSIGNEE}", "value": asked},
    ]
    try:
        answer = client.tried(project, type, patch)
    except ValidationError as problem:
        took = problem.reasons and all(field not in ("", ASSIGNEE) for field, _ in problem.reasons)
        return Ref(asked.casefold(), asked) if took and "@" in asked else None
    return ref_of((answer.get("fields") or {}).get(ASSIGNEE))
