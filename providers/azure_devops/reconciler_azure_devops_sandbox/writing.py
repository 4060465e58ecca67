"""From a patch to an event: one transaction, or a refusal that changes nothing (FACTS B2, B7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler_azure_devops_sandbox.definitions import Project, WorkItemType
from reconciler_azure_devops_sandbox.drafting import Author, Draft, Drafting, patched_field
from reconciler_azure_devops_sandbox.knobs import Knobs
from reconciler_azure_devops_sandbox.patching import Operation
from reconciler_azure_devops_sandbox.reading import FieldReader
from reconciler_azure_devops_sandbox.refusal import Refusal, broken_rules
from reconciler_azure_devops_sandbox.relations import LinkChanges, Links
from reconciler_azure_devops_sandbox.rules import Rules
from reconciler_azure_devops_sandbox.store import Event, Item, Relation, Store

__all__ = ["Writing"]


class Writing:
    """Makes events of patches."""

    def __init__(self, store: Store, knobs: Knobs, reader: FieldReader) -> None:
        self._store = store
        self._knobs = knobs
        self._reader = reader
        self._links = Links(store, knobs)
        self.rules = Rules(knobs)
        self._drafting = Drafting(store, knobs, self.rules)

    def create(
        self, item: int, project: Project, kind: WorkItemType, operations: Sequence[Operation], author: Author
    ) -> Event:
        """The event of a creation under this id.

        Raises:
            Refusal: nothing is created.
        """
        draft = self._drafting.new(project, kind)
        self._drafting.apply(draft, None, operations, author)
        self._settle(draft, None, author)
        links = self._link_changes(item, None, operations, author)
        return self._event(item, draft, draft.fields, links, author, bump=True)

    def edit(self, item: Item, operations: Sequence[Operation], author: Author) -> Event | None:
        """The event of an edit; `None` where it changes nothing.

        Raises:
            Refusal: nothing is changed; 412 where a test fails.
        """
        self._test(item, operations)
        if item.now.rev >= self._knobs["revision_limit"]:
            text = f"Work item {item.id} has {item.now.rev} revisions, which is the limit."
            raise Refusal(500, text, "WorkItemRevisionLimitExceededException")
        before = item.now.fields
        draft = self._drafting.of(item)
        self._drafting.apply(draft, item, operations, author)
        self._settle(draft, item, author)
        links = self._link_changes(item.id, item, operations, author)
        changed = {
            name: draft.fields.get(name)
            for name in (*before, *draft.fields)
            if before.get(name) != draft.fields.get(name)
        }
        if not (changed or draft.formats or draft.comment or links.all):
            return None
        resource = any(each.target is None for each in links.all)
        linked = any(each.target is not None for each in links.all)
        bump = bool(changed or draft.formats or draft.comment)
        bump = bump or (resource and self._knobs["resource_links_bump_rev"])
        bump = bump or (linked and self._knobs["links_bump_rev"])
        return self._event(item.id, draft, changed, links, author, bump=bump)

    def copy(self, item: int, source: Item, author: Author) -> Event:
        """The event of a copy under this id; it starts over in its type's first state."""
        draft = self._drafting.of(source)
        fresh = self.rules.defaults(draft.type)
        draft.fields |= {name: fresh[name] for name in ("System.State", "System.Reason")}
        self.rules.stamp(draft.type, draft.fields, None, author.at, author.by)
        links = LinkChanges()
        for each in source.now.relations if self._knobs["clone_links"] else ():
            if each.target is None:
                identity = self._store.new_id("relation")
                attributes = {**each.attributes, "id": identity}
                links.added.append(Relation(identity, each.rel, None, each.url, attributes))
        return self._event(item, draft, draft.fields, links, author, bump=True)

    def comment(self, text: str, form: str, author: Author) -> dict[str, Any]:
        """A new comment in its stored form."""
        stamp = {"by": author.by, "at": author.at, "changed_by": author.by, "changed_at": author.at}
        return {
            "id": self._store.new_id("comment"), "version": 1, "text": text, "format": form, **stamp, "deleted": False,
        }  # fmt: skip

    def _test(self, item: Item, operations: Sequence[Operation]) -> None:
        for each in operations:
            if each.verb != "test":
                continue
            if each.part == "rev":
                current: Any = item.now.rev
            elif each.part == "id":
                current = item.id
            else:
                current = self._reader.value(item, item.now, patched_field(each.name).reference)
            if str(current) != str(each.value):
                raise Refusal(
                    412,
                    f"VS403351: Test Operation for path {each.path} failed, value {current} was not equal to test "
                    f"value {each.value}.",
                    "TestPatchOperationFailedException",
                    space="Microsoft.VisualStudio.Services.WebApi.Patch",
                    event=3000,
                )

    def _settle(self, draft: Draft, item: Item | None, author: Author) -> None:
        """Hold the values against the rules, and set what follows from a change of state."""
        before, open_to = None, tuple(each.name for each in draft.type.states)
        if item is None:
            open_to = self.rules.first_states(draft.type)
        elif item.type == draft.type.name and item.project == draft.project.id:
            before = str(item.now.fields["System.State"])
            open_to = self.rules.next_states(draft.type, before)
        broken = [] if author.bypass else self.rules.check(draft.type, draft.fields, open_to)
        if breaches := [*draft.breaches, *broken]:
            raise broken_rules(breaches)
        if draft.fields["System.State"] not in {each.name for each in draft.type.states}:
            return
        old_reason = item.now.fields.get("System.Reason") if item else draft.type.initial_reason
        state = draft.fields["System.State"]
        if state != (before or draft.type.states[0].name) and draft.fields.get("System.Reason") in (old_reason, None):
            draft.fields["System.Reason"] = f"Moved to state {state}"
        self.rules.stamp(draft.type, draft.fields, before, author.at, author.by)

    def _link_changes(
        self, item: int, current: Item | None, operations: Sequence[Operation], author: Author
    ) -> LinkChanges:
        found = [each for each in operations if each.part in ("relation", "relation_attribute")]
        return self._links.read(item, current.now if current else None, found, author.at)

    def _event(
        self, item: int, draft: Draft, fields: Mapping[str, Any], links: LinkChanges, author: Author, *, bump: bool
    ) -> Event:
        own = {"item": item, "fields": dict(fields), "formats": draft.formats, "bump": bump, **links.own()}
        if draft.comment:
            own["comment"] = self.comment(*draft.comment, author)
        others = links.of_others(item, bump=self._knobs["links_bump_rev"])
        return {"event": "saved", "at": author.at, "by": author.by, "changes": [own, *others]}
