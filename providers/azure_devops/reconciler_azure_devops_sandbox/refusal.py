"""Azure DevOps' way to say no (FACTS B7, F)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = [
    "Refusal",
    "RuleBreach",
    "broken_rules",
    "invalid",
    "missing_item",
    "missing_project",
    "not_permitted",
    "unknown_field",
]

_TRACKING = "Microsoft.TeamFoundation.WorkItemTracking.Server"
_RULE_CODE = 600171


class Refusal(Exception):
    """An error answer.

    Args:
        key: the `typeKey`: the exception's name, which is what a client may go by.
        space: the namespace of the exception; with the key it is the `typeName`.
        text: where it is given, the answer is this plain text instead of JSON.
    """

    def __init__(
        self,
        status: int,
        message: str,
        key: str,
        *,
        space: str = _TRACKING,
        error_code: int = 0,
        event: int = 3200,
        properties: Mapping[str, Any] | None = None,
        text: str | None = None,
    ) -> None:
        self.status = status
        self.message = message
        self.key = key
        self.text = text
        self._space = space
        self._error_code = error_code
        self._event = event
        self._properties = properties
        super().__init__(message)

    def as_json(self) -> dict[str, Any]:
        """The body."""
        properties = {} if self._properties is None else {"customProperties": dict(self._properties)}
        return {
            "$id": "1",
            **properties,
            "innerException": None,
            "message": self.message,
            "typeName": f"{self._space}.{self.key}, {self._space}",
            "typeKey": self.key,
            "errorCode": self._error_code,
            "eventId": self._event,
        }


class RuleBreach(Exception):
    """A value that a rule of its field refuses.

    Args:
        field: the field's reference name.
        name: its display name.
        flags: what the rule says of the field: "required", "readOnly" and the like.
    """

    def __init__(self, field: str, name: str, *flags: str) -> None:
        self.field = field
        self.flags = flags
        codes = ", ".join(flag[:1].upper() + flag[1:] for flag in flags)
        self.message = f"TF401320: Rule Error for field {name}. Error code: {codes}."
        super().__init__(self.message)


def broken_rules(breaches: Sequence[RuleBreach]) -> Refusal:
    """400 for values that the type's rules refuse."""
    errors = [
        {
            "fieldReferenceName": each.field,
            "fieldStatusFlags": ", ".join(each.flags),
            "errorMessage": each.message,
            "fieldStatusCode": 524289,
            "errorCode": _RULE_CODE,
        }
        for each in breaches
    ]
    properties = {
        "ErrorMessage": breaches[0].message,
        "FieldReferenceName": breaches[0].field,
        "RuleValidationErrors": errors,
    }
    return Refusal(400, breaches[0].message, "RuleValidationException", error_code=_RULE_CODE, properties=properties)


def missing_item(identity: object) -> Refusal:
    """404 for an item that is not there or that the account may not read: the platform does not say which."""
    return Refusal(
        404,
        f"TF401232: Work item {identity} does not exist, or you do not have permissions to read it.",
        "WorkItemUnauthorizedAccessException",
    )


def missing_project(name: str) -> Refusal:
    """404 for a project that is not there or hidden."""
    return Refusal(
        404,
        f"TF200016: The following project does not exist: {name}. Verify that the name of the project is correct and "
        "that the project exists on the specified Azure DevOps Server.",
        "ProjectDoesNotExistWithNameException",
        space="Microsoft.TeamFoundation.Core.WebApi",
        event=3000,
    )


def unknown_field(name: str, status: int = 400) -> Refusal:
    """A field that the organisation does not have: 400 in a patch or a query, 404 where it is asked for itself."""
    return Refusal(status, f"TF51535: Cannot find field {name}.", "WorkItemTrackingFieldDefinitionNotFoundException")


def invalid(message: str) -> Refusal:
    """400 for a request that is not sound in itself."""
    space = "Microsoft.VisualStudio.Services.Common"
    return Refusal(400, message, "VssPropertyValidationException", space=space, event=3000)


def not_permitted(permission: str) -> Refusal:
    """403 for a right that the account lacks."""
    return Refusal(
        403,
        f"TF401027: You need the '{permission}' permission to perform this action.",
        "AccessCheckException",
        space="Microsoft.TeamFoundation.Framework.Server",
        event=3000,
    )
