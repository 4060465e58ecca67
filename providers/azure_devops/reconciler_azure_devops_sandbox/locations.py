"""Location discovery: where the vendor's client libraries learn each endpoint's path and versions (FACTS F).

They ask OPTIONS of `_apis`, or of `_apis/{area}`, before their first request, and look an endpoint up by its id.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES", "locations"]

_TABLE = Path(__file__).with_name("locations.json")


@cache
def locations() -> tuple[dict[str, Any], ...]:
    """What the sandbox serves, as the platform lists it: `id`, `area`, `resourceName`, `routeTemplate` and versions."""
    table = json.loads(_TABLE.read_bytes())
    return tuple(dict(zip(table["columns"], row, strict=True)) for row in table["rows"])


def _all(_tenant: Tenant, _request: Request) -> Answer:
    return Answer(200, listing(locations()))


def _of_area(_tenant: Tenant, request: Request) -> Answer:
    wanted = request.path["area"].casefold()
    return Answer(200, listing([each for each in locations() if each["area"].casefold() == wanted]))


ROUTES = (
    Route("OPTIONS", "", "Locations_List", _all, ("",), public=True),
    Route("OPTIONS", "{area}", "Locations_Of Area", _of_area, ("",), public=True),
)
