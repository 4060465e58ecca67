"""A provider on a line that breaks on demand, and what passed over it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import uuid4

from reconciler.sdk.conformance.bench import Bench
from reconciler.sdk.items import MARKER_VERSION, Found, Item, Marker
from reconciler.sdk.limiter import Limiter
from reconciler.sdk.session import Session
from reconciler.sdk.site import FieldInfo, SiteDescription, TypeInfo
from reconciler.sdk.values import Value
from reconciler.sdk.writes import Change, Draft, Outcome, Pending

if TYPE_CHECKING:
    import httpx

__all__ = ["Fault", "Line"]

Fault: TypeAlias = Literal["cut before", "cut after", "503 before", "503 after", "429"]
"""What the next write meets: the answer is lost before the site executed it or after, or the site asks to wait."""

_SEND_WITHIN = timedelta(seconds=30)


class Line:
    """One provider of a bench, with a session of its own.

    Attributes:
        written: the operations of each write that passed the gate, in order.
        faults: what the next writes meet, one each.
    """

    def __init__(self, bench: Bench, *, secret: str | None = None, project: str | None = None) -> None:
        config = bench.config
        if secret is not None:
            config = replace(config, credential=replace(config.credential, secret=secret))
        if project is not None:
            config = replace(config, project=project)
        self.bench = bench
        self.written: list[tuple[str, ...]] = []
        self.faults: list[Fault] = []
        self.workspace = str(uuid4())
        self._passed = threading.local()
        self._described: SiteDescription | None = None
        self.session = Session(
            config.url,
            authorization=bench.plugin.authorization(config),
            clock=bench.clock,
            gate=self,
            limiter=Limiter(bench.clock),
            timeout=bench.plugin.request_timeout(config),
            transport=_wire(bench, self._meets),
        )
        self.plugin = bench.plugin(config, self.session)
        self.provider = self.plugin.provider

    def close(self) -> None:
        """Close the session."""
        self.session.close()

    def open(self, operations: Sequence[str]) -> datetime | None:
        """Be the session's gate, which knows what a write is."""
        self.written.append(tuple(operations))
        self._passed.now = True
        return None

    def _meets(self) -> Fault | None:
        passed, self._passed.now = getattr(self._passed, "now", False), False
        return self.faults.pop(0) if passed and self.faults else None

    def site(self) -> SiteDescription:
        """The site, described once, with the fields of the bench's type and the users named in its samples."""
        if self._described is None:
            self._described = self.described()
        return self._described

    def described(self, *users: str) -> SiteDescription:
        """The site described anew, with these users too."""
        people = (*self.bench.samples.get("assignee", ()), *self.bench.samples.get("watchers", ()))
        named = (str(one) for each in people for one in (each if isinstance(each, list) else [each]))
        return self.provider.describe_site((self.bench.type,), (*named, *users))

    def kind(self, site: SiteDescription) -> TypeInfo:
        """The bench's type."""
        wanted = self.bench.type
        [found] = [each for each in site.types.values() if wanted in (each.word, each.ref.name, each.ref.id)]
        return found

    def field(self, word: str) -> FieldInfo:
        """The type's field that the spec calls so."""
        found = self.kind(self.site()).by_word(word)
        assert found is not None, f"{self.bench.type} has no field for {word!r}"
        return found

    def normal(self, word: str, value: object) -> Value:
        """A spec's value in its normal form."""
        site = self.site()
        return self.provider.normalize(site, self.kind(site).ref.id, self.field(word).id, value)

    def marker(self, operation: str, address: str = "deal", item: str | None = None) -> Marker:
        """A marker of this line's own workspace."""
        return Marker(MARKER_VERSION, self.workspace, "deals", "acme", address, item, operation, False, False, {}, {})

    def draft(self, **values: object) -> Draft:
        """An item of this line's workspace, by the spec's words; a title of its own, if none is given."""
        operation = uuid4().hex
        said = {"title": f"Conformance {operation[:8]}", **values}
        site = self.site()
        kind = self.kind(site)
        fields: dict[str, Value] = {}
        for word, value in said.items():
            field = kind.by_word(word)
            assert field is not None, f"{self.bench.type} has no field for {word!r}"
            fields[field.id] = self.provider.normalize(site, kind.ref.id, field.id, value)
        return Draft(operation, kind.ref, fields, self.marker(operation, f"item_{operation[:8]}"))

    def created(self, **values: object) -> Item:
        """Create an item and read it."""
        draft = self.draft(**values)
        outcome = self.create(draft)
        assert outcome.result == "done", outcome
        assert outcome.item is not None
        return self.read(outcome.item.id, *draft.fields)

    def create(self, draft: Draft) -> Outcome:
        """Create one."""
        [outcome] = self.provider.create([draft])
        return outcome

    def change(
        self,
        item: Item,
        values: Mapping[str, Value] | None = None,
        *,
        add: Mapping[str, tuple[Value, ...]] | None = None,
        remove: Mapping[str, tuple[Value, ...]] | None = None,
        marker: Marker | Literal["keep", "drop"] = "keep",
    ) -> Change:
        """A change of an item by field ids."""
        return Change(uuid4().hex, item, values or {}, add or {}, remove or {}, marker=marker)

    def update(self, change: Change) -> Outcome:
        """Change one."""
        [outcome] = self.provider.update([change], quiet=False)
        return outcome

    def found(self, id: str, fields: Collection[str] = (), *, markers: bool = False) -> Found:
        """Ask for one."""
        [found] = self.provider.fetch({id: fields}, markers=markers)
        return found

    def read(self, id: str, *fields: str, markers: bool = True) -> Item:
        """Read one that is there, with its marker."""
        found = self.found(id, fields, markers=markers)
        assert found.item is not None, f"{id} can't be read: {found.state}"
        return found.item

    def value(self, id: str, field: str) -> Value:
        """One field of one item."""
        return self.read(id, field).fields[field]

    def pending(self, write: Draft | Change, highest_key: str = "") -> Pending:
        """The write as it is journalled now."""
        return Pending(write, self.bench.clock.now() + _SEND_WITHIN, highest_key)

    def settled(self, pending: Pending) -> Found:
        """Settle one."""
        [found] = self.provider.settle([pending])
        return found

    def wait(self, delta: timedelta) -> None:
        """Let time pass."""
        self.bench.clock.sleep(delta.total_seconds())


def _wire(bench: Bench, meets: Callable[[], Fault | None]) -> httpx.BaseTransport:
    import httpx

    class Breaking(httpx.BaseTransport):
        def __init__(self) -> None:
            self._carrier = bench.transport() if bench.transport else httpx.HTTPTransport()

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            fault = meets()
            if fault == "429":
                return httpx.Response(429, headers={"Retry-After": "7"}, json={"message": "wait"})
            answer: Any = None
            if fault is None or fault.endswith("after"):
                answer = self._carrier.handle_request(request)
            if fault is None:
                assert isinstance(answer, httpx.Response)
                return answer
            if answer is not None:
                answer.read()
                answer.close()
            if fault.startswith("cut"):
                raise httpx.ReadError("cut", request=request)
            return httpx.Response(503, headers={"Content-Type": "text/html"}, text="<html>away</html>")

        def close(self) -> None:
            self._carrier.close()

    return Breaking()
