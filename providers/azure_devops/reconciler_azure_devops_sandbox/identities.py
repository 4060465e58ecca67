"""People as the platform shows them, and as it finds them by what a client writes (FACTS B8)."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from reconciler_azure_devops_sandbox.definitions import Field, Person
from reconciler_azure_devops_sandbox.organisation import PEOPLE, person_by_id
from reconciler_azure_devops_sandbox.refusal import Refusal

__all__ = ["descriptor", "find_person", "identity_ref", "identity_reference", "signature", "unknown_identity"]

_COMBINED = re.compile(r"(?P<name>.*?)\s*<(?P<email>[^<>]+)>")


def descriptor(person: Person) -> str:
    """The subject descriptor."""
    return "aad." + base64.b64encode(person.id.encode()).decode().rstrip("=")


def identity_ref(stored: Any, base: str) -> dict[str, Any]:
    """An IdentityRef. A stored value that is no person's id is a name that `bypassRules` let through."""
    person = person_by_id(stored)
    if person is None:
        return {"displayName": stored, "uniqueName": stored}
    return {
        "displayName": person.name,
        "url": f"{base}/_apis/Identities/{person.id}",
        "_links": {"avatar": {"href": f"{base}/_apis/GraphProfile/MemberAvatars/{descriptor(person)}"}},
        "id": person.id,
        "uniqueName": person.email,
        "imageUrl": f"{base}/_apis/GraphProfile/MemberAvatars/{descriptor(person)}",
        "descriptor": descriptor(person),
    }


def identity_reference(stored: str, base: str) -> dict[str, Any]:
    """An IdentityReference, which updates name their author with."""
    return {**identity_ref(stored, base), "name": signature(stored)}


def signature(stored: str) -> str:
    """`Name <email>`."""
    person = person_by_id(stored)
    return f"{person.name} <{person.email}>" if person else stored


def find_person(value: Any) -> Person | None:
    """The active person of an IdentityRef, or of a text: id, e-mail, `Name <email>` or display name."""
    if isinstance(value, Mapping):
        wanted = next((value[key] for key in ("uniqueName", "descriptor", "id", "displayName") if value.get(key)), "")
        return find_person(str(wanted))
    text = str(value).strip()
    if match := _COMBINED.fullmatch(text):
        person = find_person(match["email"])
        same_name = person is not None and match["name"].casefold() in ("", person.name.casefold())
        return person if same_name else None
    folded = text.casefold()
    return next(
        (
            each
            for each in PEOPLE
            if each.active
            and folded in (each.id, each.email.casefold(), each.name.casefold(), descriptor(each).casefold())
        ),
        None,
    )


def unknown_identity(field: Field, value: Any) -> Refusal:
    """400 for a person that nobody is."""
    return Refusal(
        400,
        f"The identity value '{value}' for field '{field.name}' is an unknown identity.",
        "WorkItemFieldInvalidException",
        error_code=600171,
        properties={"ReferenceName": field.reference},
    )
