"""What is said about an item's life: how its status may be reached, and what becomes of it when it leaves the specs."""

from __future__ import annotations

from typing import Literal

from reconciler.spec.configuration import OnRemove
from reconciler.spec.fields import as_choice, as_texts
from reconciler.spec.nodes import MapNode, Node, described
from reconciler.spec.problems import Findings, ValueProblem, did_you_mean, finding
from reconciler.spec.scope import Scope
from reconciler.spec.sources import Sources
from reconciler.spec.values import OMIT
from reconciler.spec.vocabulary import ON_REMOVE

__all__ = ["Lifecycle"]

_THROUGH_HINT = "write {through: [In review]}, or {through: any}"


class Lifecycle:
    """Works out what is said about one instance; its own word counts over that of `defaults`.

    A mistake is reported, and leaves the default in its place.
    """

    def __init__(self, sources: Sources, scope: Scope, findings: Findings) -> None:
        self._sources = sources
        self._scope = scope
        self._findings = findings

    def protect(self) -> bool:
        """Whether removing it is refused."""
        entry = self._sources.last("protect")
        with self._findings.catching():
            return entry is not None and self._scope.truth(entry.value, "`protect`")
        return False

    def on_remove(self) -> OnRemove:
        """What becomes of it when its address leaves the specs."""
        entry = self._sources.last("on_remove")
        with self._findings.catching():
            if entry is not None and (value := self._scope.value(entry.value, text=True)) is not OMIT:
                try:
                    return as_choice(value, ON_REMOVE)
                except ValueProblem as problem:
                    raise problem.at(entry.value, "`on_remove`") from problem
        return "close"

    def check_comment(self, on_remove: OnRemove) -> None:
        """Warn of a comment for closing beside the word that the item is not closed. One of `defaults` may stand: it
        is for those that are.
        """
        entry, said = self._sources.last("close_comment"), self._sources.last("on_remove")
        inherited = "close_comment" not in self._sources.own.entries and "on_remove" in self._sources.own.entries
        if on_remove == "close" or entry is None or said is None or inherited:
            return
        self._findings.add(
            finding(
                "warning",
                "unused_comment",
                entry.key,
                f"`close_comment` is not left where `on_remove` is `{on_remove}`",
                detail="Only closing leaves a comment; `reconciler destroy`, which closes everything, does.",
                hint="take `close_comment` out, or write `on_remove: close`",
            )
        )

    def through(self) -> tuple[str, ...] | Literal["any"]:
        """The statuses that may be passed on the way to another."""
        said = [self._through(entry.value) for entry in self._sources.of("workflow")]
        last = next((node for node in reversed(said) if node is not None), None)
        with self._findings.catching():
            if last is not None:
                return self._passed(last)
        return ()

    def _through(self, node: Node) -> Node | None:
        """What one place says about `through`; `None` where it says nothing."""
        if not isinstance(node, MapNode):
            summary = f"`workflow` is {described(node)}; a map is needed"
            self._findings.error("wrong_type", node, summary, hint=_THROUGH_HINT)
            return None
        for key, each in node.entries.items():
            if key != "through":
                hint = did_you_mean(key, ("through",), _THROUGH_HINT)
                self._findings.error("unknown_key", each.key, f"`workflow` has no `{key}`", hint=hint)
        return node.get("through")

    def _passed(self, node: Node) -> tuple[str, ...] | Literal["any"]:
        value = self._scope.value(node, text=True)
        if value is OMIT:
            return ()
        if value == "any":
            return "any"
        try:
            return as_texts(value)
        except ValueProblem as problem:
            problem.hint = f"write [{value}], or any" if isinstance(value, str) else _THROUGH_HINT
            raise problem.at(node, "`through`") from problem
