"""What may be asked of a process: types, states, fields, categories, relation types (FACTS B6, B7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from reconciler_azure_devops_sandbox.definitions import Field, Project, RelationType, Rule, WorkItemType
from reconciler_azure_devops_sandbox.fields import CORE, FIELDS, RELATION_TYPES, field_named, relation_type
from reconciler_azure_devops_sandbox.identities import descriptor
from reconciler_azure_devops_sandbox.organisation import PEOPLE, type_named
from reconciler_azure_devops_sandbox.refusal import Refusal, unknown_field
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.rules import Rules
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES", "field_reference", "type_url"]

_REQUIRED = frozenset({"System.AreaId", "System.IterationId", "System.State", "System.Title"})
_DEPENDENTS: Mapping[str, tuple[str, ...]] = {
    "System.AreaPath": ("System.AreaId", "System.NodeName"),
    "System.IterationPath": ("System.IterationId",),
    "System.State": ("System.Reason", "System.AssignedTo", "Microsoft.VSTS.Common.StateChangeDate"),
}

_ORDERED = (
    ("Equals", "="), ("NotEquals", "<>"), ("GreaterThan", ">"), ("LessThan", "<"), ("GreaterThanEquals", ">="),
    ("LessThanEquals", "<="),
)  # fmt: skip
_IN = (("In", "In"),)
_CONTAINS = (("Contains", "Contains"), ("NotContains", "Does Not Contain"))
_EVER = (("Ever", "Was Ever"),)
_OPERATIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "string": (*_ORDERED, *_CONTAINS, *_IN, ("InGroup", "In Group"), ("NotInGroup", "Not In Group"), *_EVER),
    "integer": (*_ORDERED, *_IN, *_EVER),
    "double": (*_ORDERED, *_IN, *_EVER),
    "dateTime": (*_ORDERED, *_IN),
    "treePath": (("Under", "Under"), ("NotUnder", "Not Under"), *_ORDERED[:2], *_IN),
    "boolean": (*_ORDERED[:2], *_EVER),
    "plainText": _CONTAINS,
    "html": _CONTAINS,
    "history": _CONTAINS,
}


def field_reference(field: Field, base: str) -> dict[str, Any]:
    """A field, as other resources point at it."""
    return {
        "referenceName": field.reference,
        "name": field.name,
        "url": f"{base}/_apis/wit/fields/{field.reference}",
    }


def _project(request: Request) -> Project:
    assert request.project is not None  # the route's only scope
    return request.project


def _types(tenant: Tenant, request: Request) -> Answer:
    project, rules = _project(request), tenant.writing.rules
    return Answer(200, listing([_type(each, project, rules, request.base) for each in project.process.types.values()]))


def _one_type(tenant: Tenant, request: Request) -> Answer:
    project = _project(request)
    shown = _type(_named(request), project, tenant.writing.rules, request.base)
    return Answer(200, {**shown, "_links": {"self": {"href": shown["url"]}}})


def _type(kind: WorkItemType, project: Project, rules: Rules, base: str) -> dict[str, Any]:
    instances = [_instance(each, kind, base) for each in _fields_of(kind)]
    return {
        "name": kind.name,
        "referenceName": kind.reference,
        "description": kind.description,
        "color": kind.color,
        "icon": {"id": kind.icon, "url": f"{base}/_apis/wit/workItemIcons/{kind.icon}?color={kind.color}&v=2"},
        "isDisabled": False,
        "xmlForm": "",
        "fields": instances,
        "fieldInstances": instances,
        "transitions": _transitions(kind, rules),
        "states": _states(kind),
        "url": type_url(kind.name, project, base),
    }


def type_url(name: str, project: Project, base: str) -> str:
    """A type's URL, which always goes by the project's id."""
    return f"{base}/{project.id}/_apis/wit/workItemTypes/{quote(name)}"


def _transitions(kind: WorkItemType, rules: Rules) -> dict[str, list[dict[str, Any]]]:
    """By state, the states that may follow; from nothing, the one where a new item starts."""
    moves = {each.name: rules.next_states(kind, each.name) for each in kind.states} | {"": (kind.states[0].name,)}
    return {state: [{"to": each, "actions": None} for each in targets] for state, targets in moves.items()}


def _states(kind: WorkItemType) -> list[dict[str, Any]]:
    return [{"name": each.name, "color": each.color, "category": each.category} for each in kind.states]


def _states_of_type(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, listing(_states(_named(request))))


def _fields_of(kind: WorkItemType) -> list[Field]:
    references = sorted(CORE | kind.fields.keys())
    return [FIELDS[each] for each in references]


def _instance(field: Field, kind: WorkItemType, base: str) -> dict[str, Any]:
    rule = kind.fields.get(field.reference, Rule())
    required = rule.required or field.reference in _REQUIRED
    return {"alwaysRequired": required, **field_reference(field, base)}


def _fields_of_type(_tenant: Tenant, request: Request) -> Answer:
    kind = _named(request)
    return Answer(200, listing([_detailed(each, kind, request) for each in _fields_of(kind)]))


def _field_of_type(_tenant: Tenant, request: Request) -> Answer:
    kind, name = _named(request), request.path["field"]
    field = field_named(name)
    if field is None or field not in _fields_of(kind):
        raise unknown_field(name, 404)
    return Answer(200, _detailed(field, kind, request))


def _detailed(field: Field, kind: WorkItemType, request: Request) -> dict[str, Any]:
    rule = kind.fields.get(field.reference, Rule())
    default = kind.states[0].name if field.reference == "System.State" else rule.default
    shown = {**_instance(field, kind, request.base), "defaultValue": None if default is None else str(default)}
    expand = request.first("$expand").casefold()
    if expand in ("all", "3", "allowedvalues", "1"):
        shown["allowedValues"] = _allowed(field, kind, rule)
    if expand in ("all", "3", "dependentfields", "2"):
        dependents = _DEPENDENTS.get(field.reference, ())
        shown["dependentFields"] = [field_reference(FIELDS[each], request.base) for each in dependents]
    return shown


def _allowed(field: Field, kind: WorkItemType, rule: Rule) -> list[Any]:
    if field.reference == "System.State":
        return sorted(each.name for each in kind.states)
    if field.identity:
        return [
            {"displayName": each.name, "id": each.id, "uniqueName": each.email, "descriptor": descriptor(each)}
            for each in PEOPLE
            if each.active
        ]
    return list(rule.allowed or field.picklist)


def _named(request: Request) -> WorkItemType:
    """The type that the path names.

    Raises:
        Refusal: 404.
    """
    project, name = _project(request), request.path["type"]
    kind = type_named(project, name)
    if kind is None:
        raise Refusal(
            404,
            f"VS402323: Work item type {name} does not exist in project {project.name} or you do not have permission "
            "to access it.",
            "WorkItemTypeNotFoundException",
        )
    return kind


def _fields(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, listing([_field(each, request.base) for each in FIELDS.values()]))


def _one_field(_tenant: Tenant, request: Request) -> Answer:
    name = request.path["fieldNameOrRefName"]
    field = field_named(name)
    if field is None:
        raise unknown_field(name, 404)
    return Answer(200, _field(field, request.base))


def _field(field: Field, base: str) -> dict[str, Any]:
    operations = [
        {"referenceName": f"SupportedOperations.{name}", "name": sign} for name, sign in _OPERATIONS[field.type]
    ]
    return {
        **field_reference(field, base),
        "type": field.type,
        "usage": "workItem",
        "readOnly": field.read_only,
        "canSortBy": field.type not in ("plainText", "html", "history"),
        "isQueryable": True,
        "isIdentity": field.identity,
        "isPicklist": bool(field.picklist),
        "isPicklistSuggested": field.suggested,
        "supportedOperations": operations,
    }


def _categories(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, listing(_all_categories(_project(request), request.base)))


def _category(_tenant: Tenant, request: Request) -> Answer:
    wanted = request.path["category"].casefold()
    for each in _all_categories(_project(request), request.base):
        if wanted in (each["referenceName"].casefold(), each["name"].casefold()):
            return Answer(200, each)
    raise Refusal(
        404,
        f"Work item type category {request.path['category']} does not exist.",
        "WorkItemTypeCategoryNotFoundException",
    )


def _all_categories(project: Project, base: str) -> list[dict[str, Any]]:
    """Those of the backlog levels, and that of the bugs."""
    found = {each.category: each.types for each in project.process.levels}
    if "Bug" in project.process.types:
        found["Microsoft.BugCategory"] = ("Bug",)
    return [_shown_category(name, types, project, base) for name, types in sorted(found.items())]


def _shown_category(reference: str, types: tuple[str, ...], project: Project, base: str) -> dict[str, Any]:
    shown = [{"name": each, "url": type_url(each, project, base)} for each in types]
    word = reference.removeprefix("Microsoft.").removesuffix("Category")
    return {
        "name": f"{word} Category",
        "referenceName": reference,
        "defaultWorkItemType": shown[0],
        "workItemTypes": shown,
        "url": f"{base}/{project.id}/_apis/wit/workItemTypeCategories/{reference}",
    }


def _relation_types(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, listing([_relation(each, request.base) for each in RELATION_TYPES.values()]))


def _relation_type(_tenant: Tenant, request: Request) -> Answer:
    kind = relation_type(request.path["relation"])
    if kind is None:
        raise Refusal(
            404, f"Relation type {request.path['relation']} does not exist.", "WorkItemRelationTypeNotFoundException"
        )
    return Answer(200, _relation(kind, request.base))


def _relation(kind: RelationType, base: str) -> dict[str, Any]:
    attributes: dict[str, Any] = {"usage": kind.usage, "editable": False, "enabled": True}
    if kind.usage == "workItemLink":
        network = kind.topology == "network"
        attributes |= {
            "acyclic": not network,
            "directional": not network,
            "singleTarget": kind.topology != "tree",
            "topology": kind.topology,
        }
        if not network:
            attributes |= {"isForward": kind.forward, "oppositeEndReferenceName": kind.opposite}
    url = f"{base}/_apis/wit/workItemRelationTypes/{kind.reference}"
    return {"attributes": attributes, "referenceName": kind.reference, "name": kind.name, "url": url}


_PROJECT = ("project",)
ROUTES = (
    Route("GET", "wit/workitemtypes", "Work Item Types_List", _types, _PROJECT),
    Route("GET", "wit/workitemtypes/{type}", "Work Item Types_Get", _one_type, _PROJECT),
    Route("GET", "wit/workitemtypes/{type}/states", "Work Item Type States_List", _states_of_type, _PROJECT),
    Route("GET", "wit/workitemtypes/{type}/fields", "Work Item Types Field_List", _fields_of_type, _PROJECT),
    Route("GET", "wit/workitemtypes/{type}/fields/{field}", "Work Item Types Field_Get", _field_of_type, _PROJECT),
    Route("GET", "wit/workitemtypecategories", "Work Item Type Categories_List", _categories, _PROJECT),
    Route("GET", "wit/workitemtypecategories/{category}", "Work Item Type Categories_Get", _category, _PROJECT),
    Route("GET", "wit/fields", "Fields_List", _fields),
    Route("GET", "wit/fields/{fieldNameOrRefName}", "Fields_Get", _one_field),
    Route("GET", "wit/workitemrelationtypes", "Work Item Relation Types_List", _relation_types, ("",)),
    Route("GET", "wit/workitemrelationtypes/{relation}", "Work Item Relation Types_Get", _relation_type, ("",)),
)
