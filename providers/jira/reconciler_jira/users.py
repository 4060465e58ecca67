"""Find the people that a spec names: by e-mail address, account id (on Data Center a user name) or display name."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from reconciler.sdk import Ref, as_completed
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import ref_of

__all__ = ["NAME_AND_ID", "Users", "find_users"]

NAME_AND_ID = re.compile(r"(?P<name>.*?)\s*<(?P<id>[^<>\s@]+)>")
"""How an assignee is shown, and may be written: `Lea Gray <5b10a2844c20165700ede21g>`."""

_NEAR: Final = 2
"""Characters at its beginning that a misspelt name is searched by."""


@dataclass(frozen=True, slots=True)
class Users:
    """The people found, and by what they were asked for (casefolded), their account ids.

    Where nobody is called as asked, people with like e-mail addresses are among them, for a hint.
    """

    refs: tuple[Ref, ...]
    names: dict[str, str]


def find_users(client: Client, wanted: Collection[str]) -> Users:
    """Find people; those that nobody or several are called are left out.

    Account ids are read together in one request, everybody else costs one.
    """
    texts = {text: named["id"] if (named := NAME_AND_ID.fullmatch(text)) else text for text in wanted}
    by_text: dict[str, Ref] = {}
    ids = sorted({text for text in texts.values() if "@" not in text and " " not in text})
    if ids:
        known = {str(each.get("accountId")): each for each in client.users_by_id(ids)}
        by_text = {text: ref for text in ids if text in known and (ref := ref_of(known[text]))}
    rest = sorted({text for text in texts.values() if text not in by_text})
    for text, found in as_completed(lambda text: (text, client.search_users(text)), rest):
        exact = [each for each in found if _is_called(each, text)]
        ref = ref_of(exact[0]) if len(exact) == 1 else None
        if ref is not None:
            by_text[text] = ref
    near = [user for text in rest if text not in by_text for user in client.search_users(text[:_NEAR])]
    by_text |= {str(user["emailAddress"]): ref for user in near if user.get("emailAddress") and (ref := ref_of(user))}
    names = {text.casefold(): ref.id for text, ref in by_text.items()} | {
        ref.id.casefold(): ref.id for ref in by_text.values()
    }
    names |= {written.casefold(): by_text[text].id for written, text in texts.items() if text in by_text}
    refs = {ref.id: ref for ref in by_text.values()}
    return Users(tuple(refs[id] for id in sorted(refs)), names)


def _is_called(user: Json, text: str) -> bool:
    names = (user.get("emailAddress"), user.get("displayName"), user.get("accountId"))
    return user.get("active", True) is True and text.casefold() in {str(each).casefold() for each in names if each}
