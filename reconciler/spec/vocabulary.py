"""The words of the language: every key, what it takes, and what an editor says about it.

Checking, the editor's schema and the hints all read these tables, so that they can't disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from reconciler.spec.configuration import Conflicts, Notify, OnMissing, OnRemove

__all__ = [
    "CONFLICTS",
    "DEFAULTS",
    "FIELDS",
    "IMPORT_KEYS",
    "INCIDENT_KEYS",
    "INCIDENT_WORDS",
    "ITEM_KEYS",
    "LATER_TOP_LEVEL",
    "LINKS",
    "META",
    "MOVE_KEYS",
    "NOTIFY",
    "ON_MISSING",
    "ON_REMOVE",
    "OWNERS",
    "POLICY",
    "PRIORITIES",
    "PROVIDER_KEYS",
    "RULE_KEYS",
    "RULE_NAMES",
    "SECRET_KEYS",
    "STATUSES",
    "SYNONYMS",
    "TOP_LEVEL",
    "TOP_LEVEL_SYNONYMS",
    "TYPES",
    "Kind",
    "Word",
]

Kind: TypeAlias = Literal[
    "title",
    "text",
    "word",
    "date",
    "number",
    "labels",
    "names",
    "parent",
    "links",
    "documents",
    "commits",
    "pull_requests",
    "fields",
]


@dataclass(frozen=True, slots=True)
class Word:
    """An item's field: what it takes, what it means, and the standard words where it has some."""

    kind: Kind
    says: str
    standard: tuple[str, ...] = ()


TYPES: Final = ("epic", "feature", "story", "task", "bug", "subtask")
STATUSES: Final = ("todo", "in_progress", "in_review", "blocked", "done", "cancelled")
PRIORITIES: Final = ("critical", "high", "medium", "low")
OWNERS: Final = ("spec", "people", "seed", "nobody")
ON_REMOVE: Final[tuple[OnRemove, ...]] = ("close", "delete", "forget")
CONFLICTS: Final[tuple[Conflicts, ...]] = ("spec", "people", "stop")
NOTIFY: Final[tuple[Notify, ...]] = ("normal", "quiet")
ON_MISSING: Final[tuple[OnMissing, ...]] = ("stop", "recreate", "forget")
LINKS: Final = (
    "blocks",
    "blocked_by",
    "relates_to",
    "duplicates",
    "duplicated_by",
    "causes",
    "caused_by",
    "precedes",
    "follows",
)

FIELDS: Final[Mapping[str, Word]] = {
    "type": Word("word", "What kind of work item it is: a standard word, or the platform's own name.", TYPES),
    "title": Word("title", "The item's title, on one line."),
    "description": Word("text", "The item's text, in Markdown."),
    "status": Word("word", "Where the work stands: a standard word, or the platform's own name.", STATUSES),
    "priority": Word("word", "How urgent it is: a standard word, or the platform's own name.", PRIORITIES),
    "assignee": Word("word", "Who does it: an e-mail address or an account id."),
    "labels": Word("labels", "Labels of the item, each without spaces. Those of `defaults` are added."),
    "parent": Word("parent", "The item that this one belongs to: an address, or {key: OLD-900}."),
    "links": Word("links", "Links to other items, read as: this item *blocks* that one."),
    "documents": Word("documents", "Documents that belong to the item: each a title and a url."),
    "commits": Word("commits", "Commits that belong to it: a page's URL, {repo, sha}, {title, url}, or Portal@<sha>."),
    "pull_requests": Word("pull_requests", "Its pull requests: a page's URL, {title, url}, or Portal!12."),
    "due": Word("date", "When it is due, as 2026-12-24."),
    "start": Word("date", "When the work starts, as 2026-12-24."),
    "story_points": Word("number", "The estimate, in story points."),
    "sprint": Word("word", "The sprint or iteration that it is planned for: its name, id, or path with /."),
    "components": Word("names", "The project's components that it touches."),
    "fix_versions": Word("names", "The project's versions that it is to be part of."),
    "area": Word("word", "The area that it belongs to, as a path with /."),
    "watchers": Word("names", "Who is told of its changes: e-mail addresses or account ids."),
    "fields": Word("fields", "Other fields of the platform, by the names that the provider's block gives them."),
}

META: Final[Mapping[str, str]] = {
    "provider": "Which of the `providers` holds the item. With one provider it goes without saying.",
    "for_each": "Makes one item for each key of a map, or each text of a list: `each.key`, `each.value`.",
    "matrix": "Makes one item for each combination of several maps or lists: `each.company.key`.",
    "when": "An expression; where it is false the item is not wanted.",
    "apply_after": "Items that must be there before this one is written.",
    "ownership": "Who decides a field's value: the spec, people, the spec at creation only (seed), or nobody.",
    "protect": "Whether removing the item is refused.",
    "on_remove": "What becomes of it when it leaves the specs: close (the default), delete, or forget: left as it is.",
    "close_comment": "The comment that closing it leaves, in Markdown. Without one it is closed silently.",
    "workflow": "How its status may be reached: {through: [In review]} names statuses that may be passed.",
}

ITEM_KEYS: Final = (*FIELDS, *META)
DEFAULTS: Final = (*FIELDS, "provider", "ownership", "protect", "on_remove", "close_comment", "workflow")
"""What `defaults` may hold: the fields, and what is said about them."""

INCIDENT_WORDS: Final[Mapping[str, str]] = {
    "severities": "What a severity means as a priority: {page: critical}. Usual words have a meaning already.",
    "owners": "Who a component belongs to: {checkout: ada@fund.example}. `*` owns all others.",
    "reopen": "Whether a report about an item that is done opens it again; without it, the item stays done.",
    "map": "Where a tool of your own puts the fields of an incident: {title: event.name, dedupe_key: event.id}.",
}
INCIDENT_KEYS: Final = (*FIELDS, "provider", "workflow", *INCIDENT_WORDS)
"""What a template of `incidents` may hold: an item's fields, and how a report becomes one."""

SYNONYMS: Final[Mapping[str, str]] = {
    "summary": "title",
    "name": "title",
    "state": "status",
    "tags": "labels",
    "iteration": "sprint",
    "estimate": "story_points",
    "points": "story_points",
    "epic": "parent",
    "depends_on": "apply_after",
    "owner": "assignee",
    "owners": "ownership",
    "due_date": "due",
    "deadline": "due",
    "start_date": "start",
    "issuetype": "type",
    "custom_fields": "fields",
    "body": "description",
    "lifecycle": "on_remove",
    "on_delete": "on_remove",
    "transition": "workflow",
}

TOP_LEVEL: Final[Mapping[str, str]] = {
    "workspace": "Which workspace these specs are: its name, its id, and its instance where there are several.",
    "providers": "The platforms that hold the items, by name.",
    "variables": "What differs from one use of the specs to the next.",
    "locals": "Values that are worked out once and used in several places: `local.size`.",
    "calendars": "Working days: `workdays(date, 5, 'london')`.",
    "defaults": "Fields that every item has, unless it says otherwise.",
    "items": "The work items, by name.",
    "incidents": "Templates of the items that `reconciler incident` makes of alerts, by name: `${alert.title}`.",
    "imports": "Items that the platform holds already, to be taken over: {to: deal, key: OLD-900}.",
    "moved": "Items that have a new address: {from: tasks.legal, to: checks.legal}.",
    "removed": "Addresses that left the specs for good, so that none is taken for a rename.",
    "policy": (
        "How careful a run is: what wins in a conflict, who gets mail, what to do about missing items, what is refused."
    ),
}

LATER_TOP_LEVEL: Final = ("modules", "outputs", "checks", "state")

TOP_LEVEL_SYNONYMS: Final[Mapping[str, str]] = {
    "vars": "variables",
    "inputs": "variables",
    "tasks": "items",
    "issues": "items",
    "work_items": "items",
    "tickets": "items",
    "incident": "incidents",
    "alerts": "incidents",
    "default": "defaults",
    "renamed": "moved",
    "adopt": "imports",
    "deleted": "removed",
}

POLICY: Final[Mapping[str, str]] = {
    "conflicts": (
        "Whose value wins where the spec and a person changed one field; `stop` leaves that item alone. Without a word "
        "here the spec's wins, but moves no status back from where a person put it."
    ),
    "notify": "`quiet` suppresses the platform's mails where the account may.",
    "on_missing": "What to do about an item that the platform no longer shows; `stop` by default.",
    "rules": "What must not be applied, or not without a warning: [{deny: EXPRESSION, message: TEXT}].",
}

RULE_KEYS: Final[Mapping[str, str]] = {
    "deny": "An expression over `action` and `plan`; where it holds, or can't be told, the plan is not applied.",
    "warn": "Likewise; where it holds, or can't be told, a warning says so.",
    "message": "Why, in plain words.",
}
RULE_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "action": {
        "action": "create, update, adopt, move, close, delete or forget",
        "address": "the item's address in the specs",
        "previous_address": "of a moved item, the address that it had; else null",
        "provider": "the name of its provider",
        "type": "its type, by the standard word where there is one",
        "title": "its title",
        "id": "its id on the platform; null while it is to be created",
        "key": "its key, likewise",
        "url": "its page, likewise",
        "protect": "whether it is protected afterwards",
        "missing": "whether the platform shows it no more",
        "depends_on": "addresses whose actions come first",
        "changes": "what is written: maps of field, before, after, added, removed and path",
        "item": "its fields by the specs' words, as they will be; of one that is removed, as they are",
    },
    "plan": {
        "kind": "plan or destroy",
        "workspace": "a map of name, id and instance",
        "site": "maps of provider, plugin, id, url and project",
        "actions": "every action, each as above",
        "summary": "how many of each action: plan.summary.close",
        "notify": "normal or quiet",
        "notifications": "how many changes send mail that the account can't suppress",
    },
}
"""What a rule may name: no more than an apply can check or count for itself."""

MOVE_KEYS: Final[Mapping[str, str]] = {
    "from": "The address that it had. A group's bare name stands for every instance.",
    "to": "The address that it has now.",
}
IMPORT_KEYS: Final[Mapping[str, str]] = {
    "to": "The address that takes the item over.",
    "key": "The item's key, as OLD-900.",
    "id": "The item's id.",
    "query": "A query in the platform's own language that finds this item alone.",
}

PROVIDER_KEYS: Final[Mapping[str, str]] = {
    "plugin": "The plugin that knows the platform; the provider's own name by default.",
    "project": "The project's key, id or name.",
    "types": "The standard types to the platform's names: {epic: Opportunity}.",
    "statuses": "The standard statuses to one or more of the platform's; the first is the one that is written.",
    "priorities": "The standard priorities to the platform's names.",
    "fields": "Names for other fields, to the platform's names or ids: {amount: Investment amount}.",
}

SECRET_KEYS: Final = (
    "url",
    "base_url",
    "site",
    "host",
    "server",
    "endpoint",
    "org_url",
    "organization_url",
    "email",
    "username",
    "password",
    "token",
    "api_token",
    "api_key",
    "pat",
    "secret",
    "credentials",
)
"""Keys of a provider's block that belong to the operator's settings, never to a spec."""
