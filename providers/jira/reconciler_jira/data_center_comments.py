"""Comments on a server that takes no properties: an anchor in the text says what their property would (FACTS A17).

    {anchor:reconciler/<operation>/<name>}

Jira shows nothing in its place. Operation and name are percent-encoded; the name is empty where a comment has none.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote, unquote

from reconciler_jira.calls import Json
from reconciler_jira.marker import PROPERTY

__all__ = ["anchored", "told"]

_ANCHOR: Final = re.compile(r"\{anchor:reconciler/(?P<operation>[^/}\s]+)/(?P<name>[^/}\s]*)\}\s*$")


def anchored(body: Any) -> Any:
    """A body in which each comment has an anchor for its property; its texts are in wiki markup already."""
    if isinstance(body, list):
        return [anchored(each) for each in body]
    if not isinstance(body, dict):
        return body
    ours = [each["value"] for each in body.get("properties") or () if each.get("key") == PROPERTY]
    if not (ours and isinstance(body.get("body"), str)):
        return {name: anchored(each) for name, each in body.items()}
    operation, name = (quote(str(ours[0].get(each, "")), safe="") for each in ("operation", "name"))
    text = f"{body['body']}\n\n{{anchor:reconciler/{operation}/{name}}}"
    return {name: each for name, each in body.items() if name != "properties"} | {"body": text}


def told(comment: Json) -> Json:
    """A comment with the property that its anchor stands for, or without any."""
    found = _ANCHOR.search(str(comment.get("body") or ""))
    if found is None:
        return {**comment, "properties": []}
    value = {"operation": unquote(found["operation"])} | ({"name": unquote(found["name"])} if found["name"] else {})
    return {**comment, "properties": [{"key": PROPERTY, "value": value}]}
