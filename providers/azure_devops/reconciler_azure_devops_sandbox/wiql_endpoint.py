"""The endpoint of queries: limits, the lag of the index, and the answer's shape (FACTS B5, F)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from reconciler_azure_devops_sandbox.backlogs import team_project
from reconciler_azure_devops_sandbox.fields import FIELDS
from reconciler_azure_devops_sandbox.metadata import field_reference
from reconciler_azure_devops_sandbox.reading import FieldReader
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route
from reconciler_azure_devops_sandbox.store import Item, Version, moment
from reconciler_azure_devops_sandbox.tenant import Tenant
from reconciler_azure_devops_sandbox.trees import path_of
from reconciler_azure_devops_sandbox.wiql import Context, Judge, known_field
from reconciler_azure_devops_sandbox.wiql_dates import CLOCKED, literal_moment, macro_moment
from reconciler_azure_devops_sandbox.wiql_links import LinkQuery, Seen
from reconciler_azure_devops_sandbox.wiql_macros import Macros
from reconciler_azure_devops_sandbox.wiql_reader import read_query
from reconciler_azure_devops_sandbox.wiql_syntax import And, Field, Macro, MacroError, Query, WiqlError

__all__ = ["ROUTES"]

_RESULTS_MAX, _TEXT_MAX = 20_000, 32_000
_T = TypeVar("_T")


def _query(tenant: Tenant, request: Request) -> Answer:
    text = request.object().get("query")
    if not isinstance(text, str) or not text.strip():
        raise Refusal(400, "The query text is empty.", "ArgumentException", space="System")
    if len(text) > _TEXT_MAX:
        raise _refused(f"The query exceeds the length limit of {_TEXT_MAX} characters.")
    try:
        return Answer(200, _answered(tenant, request, read_query(text)))
    except WiqlError as problem:
        raise _refused(str(problem)) from None
    except MacroError as problem:
        raise _refused(str(problem), 500) from None
    except RecursionError:
        raise _refused("The query is nested too deeply.") from None


def _answered(tenant: Tenant, request: Request, query: Query) -> dict[str, Any]:
    context = _context(tenant, request)
    columns = [known_field(each.name) for each in query.columns] or [FIELDS["System.Id"]]
    past = _past(query, context)
    shown: dict[str, Any] = {
        "queryType": "flat" if not query.links else "tree" if query.mode == "recursive" else "oneHop",
        "queryResultType": "workItemLink" if query.links else "workItem",
        "asOf": moment(past or context.now),
        "columns": [field_reference(each, request.base) for each in columns],
    }
    if query.order:
        shown["sortColumns"] = [
            {"field": field_reference(known_field(field.name), request.base), "descending": descending}
            for field, descending in query.order
        ]
    seen = _ordered(_seen(tenant, past), query.order, tenant.reader)
    found = _hops if query.links else _items
    return {**shown, **found(tenant, request, query, Judge(tenant.reader, context), seen)}


def _items(_tenant: Tenant, request: Request, query: Query, judge: Judge, seen: Seen) -> dict[str, Any]:
    test = judge.test(query.where or And(()))
    found = [identity for identity, (item, version) in seen.items() if test(item, version)]
    return {"workItems": [_reference(each, request) for each in _limited(found, request)]}


def _hops(tenant: Tenant, request: Request, query: Query, judge: Judge, seen: Seen) -> dict[str, Any]:
    shown = []
    for rel, source, target in _limited(LinkQuery(query.where, query.mode, judge).hops(seen, tenant.store), request):
        end = {"target": _reference(target, request)}
        shown.append({"rel": rel, "source": _reference(source, request), **end} if source else end)
    return {"workItemRelations": shown}


def _limited(found: Sequence[_T], request: Request) -> Sequence[_T]:
    """The first ones that `$top` asks for.

    Raises:
        Refusal: 400: they are more than a query may give.
    """
    found = found[: request.number("$top", _RESULTS_MAX + 1)]
    if len(found) > _RESULTS_MAX:
        raise Refusal(
            400,
            f"VS402337: The number of work items returned exceeds the size limit of {_RESULTS_MAX}. Change the query "
            "to return fewer items.",
            "WorkItemTrackingQueryResultSizeLimitExceededException",
            error_code=600171,
        )
    return found


def _context(tenant: Tenant, request: Request) -> Context:
    nodes, now = tenant.store.nodes, tenant.clock.now()
    project = team_project(request) if request.team else request.project
    return Context(
        Macros(tenant, project, request.by, now),
        now,
        request.flag("timePrecision"),
        tenant.knobs["contains_tags"] == "whole",
        frozenset(path_of(nodes, each).casefold() for each in nodes.values()),
    )


def _past(query: Query, context: Context) -> datetime | None:
    match query.as_of:
        case None:
            return None
        case Macro(name) as macro if name in CLOCKED:
            return macro_moment(macro, context.now)
    return literal_moment(str(query.as_of))


def _seen(tenant: Tenant, past: datetime | None) -> Seen:
    """The items that the index knows, as it knows them; or as they were at a moment of the past."""
    tenant.searches += 1
    seen: Seen = {}
    for identity, item in sorted(tenant.store.items.items()):
        version = item.as_of(past) if past else tenant.indexed(item)
        if version is not None and not item.hidden and not version.fields.get("System.IsDeleted"):
            seen[identity] = (item, version)
    return seen


def _ordered(seen: Seen, order: Sequence[tuple[Field, bool]], reader: FieldReader) -> Seen:
    """By the query's order, else by id. An empty value is less than any other."""
    pairs = list(seen.items())
    for field, descending in reversed(order):
        reference = known_field(field.name).reference

        def key(pair: tuple[int, tuple[Item, Version]], reference: str = reference) -> tuple[bool, Any]:
            value = reader.value(*pair[1], reference)
            return value is not None, "" if value is None else value.casefold() if isinstance(value, str) else value

        pairs.sort(key=key, reverse=descending)
    return dict(pairs)


def _reference(identity: int, request: Request) -> dict[str, Any]:
    return {"id": identity, "url": f"{request.scope}/_apis/wit/workItems/{identity}"}


def _refused(message: str, status: int = 400) -> Refusal:
    return Refusal(status, message, "ValidationException")


ROUTES = (Route("POST", "wit/wiql", "Wiql_Query By Wiql", _query, ("", "project", "team")),)
