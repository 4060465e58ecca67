"""The rules of a policy, held against a plan: what is denied, what is warned of, and what can't be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, get_args

from reconciler.diagnostics import Diagnostic
from reconciler.plan.document import Action, ActionKind, FieldChange, PlanDocument
from reconciler.plan.outlook import Outlook, frozen
from reconciler.plan.speech import Speech, find_field
from reconciler.sdk import Item, TypeInfo
from reconciler.spec.budget import Budget
from reconciler.spec.calendars import WEEKENDS_ONLY, Calendar
from reconciler.spec.configuration import Rule
from reconciler.spec.evaluator import Evaluator
from reconciler.spec.expressions import Expression
from reconciler.spec.problems import ValueProblem
from reconciler.spec.rules import parse_rule
from reconciler.spec.values import kind_of, shown

__all__ = ["DENIED", "Bench", "fields_asked"]

DENIED: Final = "denied"
"""The code of a finding that refuses a plan."""
_WARNED: Final = "warned"
_NAMED: Final = 10
_ITEM: Final = ("action", "item")
_WHOLE: Final = (("action",), ("plan",), ("plan", "actions"), _ITEM)
"""What a rule may name to get at any field."""


def fields_asked(rules: Sequence[Rule], type: TypeInfo) -> frozenset[str]:
    """The ids of the fields that rules read of an item of a type: its title, and what they name.

    Where they don't say which, all that specs have a word for.
    """
    chains = [chain for rule in rules for chain in parse_rule(rule.condition).chains]
    named = {".".join(chain[2:4] if chain[2] == "fields" else chain[2:3]) for chain in chains if _is_field(chain)}
    if any(map(_is_whole, chains)):
        named |= {info.word for info in type.fields.values() if info.word}
    found = (find_field(type, word) for word in (named | {"title"} if rules else named) if word != "type")
    return frozenset(info.id for info in found if info)


def _is_field(chain: tuple[str, ...]) -> bool:
    return len(chain) > 2 and chain[:2] == _ITEM


def _is_whole(chain: tuple[str, ...]) -> bool:
    return chain in _WHOLE or chain == (*_ITEM, "fields")


@dataclass(frozen=True)
class Bench:
    """Where plans are held against rules.

    Args:
        speeches: by provider.
        items: by address, the live items that a plan is about, with the fields that the rules ask for.
    """

    rules: tuple[Rule, ...]
    speeches: Mapping[str, Speech]
    items: Mapping[str, Item]

    def findings(self, document: PlanDocument) -> tuple[Diagnostic, ...]:
        """What the rules say of a plan: one finding for each rule and verdict. One without actions is not judged."""
        if not self.rules or not document.actions:
            return ()
        actions = {each.address: self._action(each) for each in document.actions}
        plan = _plan(document, tuple(actions.values()))
        budget = Budget()
        return tuple(
            finding for rule in self.rules for finding in _Hearing(rule, budget).findings(document, actions, plan)
        )

    def _action(self, action: Action) -> dict[str, object]:
        live = self.items.get(action.address)
        outlook = Outlook(action, live, self.speeches[action.provider])
        return {
            "action": action.action,
            "address": action.address,
            "previous_address": action.previous_address,
            "provider": action.provider,
            "type": outlook.type_word,
            "title": outlook.title,
            "id": action.id,
            "key": live.key if live else action.key,
            "url": live.url if live else action.url,
            "protect": action.protect,
            "missing": action.missing,
            "depends_on": action.depends_on,
            "changes": tuple(_change(each, outlook) for each in action.changes),
            "item": outlook.names,
        }


def _change(change: FieldChange, outlook: Outlook) -> dict[str, object]:
    return {
        "field": change.field,
        "before": outlook.before(change),
        "after": frozen(change.after),
        "added": frozen(list(change.added)),
        "removed": frozen(list(change.removed)),
        "path": change.path,
    }


def _plan(document: PlanDocument, actions: tuple[object, ...]) -> dict[str, object]:
    """What an apply can check or count for itself, whoever wrote the document."""
    kinds = Counter(each.action for each in document.actions)
    return {
        "kind": document.kind,
        "workspace": document.workspace.model_dump(),
        "site": tuple(each.model_dump() for each in document.site),
        "actions": actions,
        "summary": {kind: kinds[kind] for kind in get_args(ActionKind)},
        "notify": document.notify,
        "notifications": document.notifications,
    }


@dataclass(frozen=True)
class _Verdict:
    """A rule holds, or it can't be told whether it does: `unclear` says why not, and is empty else."""

    unclear: str = ""
    hint: str = ""


@dataclass(frozen=True)
class _Hearing:
    """One rule, and what it says of one plan."""

    rule: Rule
    budget: Budget

    def findings(
        self, document: PlanDocument, actions: Mapping[str, object], plan: Mapping[str, object]
    ) -> Iterator[Diagnostic]:
        """One finding for each verdict, with the actions that it is about; none where the rule names no action."""
        expression = parse_rule(self.rule.condition)
        if not any(chain[0] == "action" for chain in expression.chains):
            verdict = self._verdict(expression, {"plan": plan})
            if verdict is not None:
                yield self._finding(verdict, ())
            return
        found: dict[_Verdict, list[Action]] = {}
        for action in document.actions:
            verdict = self._verdict(expression, {"action": actions[action.address], "plan": plan})
            if verdict is not None:
                found.setdefault(verdict, []).append(action)
        for verdict, about in found.items():
            yield self._finding(verdict, about)

    def _verdict(self, expression: Expression, names: Mapping[str, object]) -> _Verdict | None:
        try:
            value = Evaluator(names, self.budget, _no_calendar, _no_file).evaluate(expression)
            if not isinstance(value, bool):
                summary = f"true or false is needed, this is {kind_of(value)}: {shown(value)}"
                raise ValueProblem(summary, hint="compare it: `x == y`")
        except ValueProblem as problem:
            return _Verdict(problem.summary, problem.hint)
        return _Verdict() if value else None

    def _finding(self, verdict: _Verdict, about: Sequence[Action]) -> Diagnostic:
        rule, denies = self.rule, self.rule.effect == "deny"
        more = f" and {len(about) - 1} more" if len(about) > 1 else ""
        if verdict.unclear:
            says = f"Whether `{rule.effect}: {rule.condition}` holds can't be told: {verdict.unclear}."
        else:
            says = f"`{rule.effect}: {rule.condition}` holds."
        listed = [f"{each.action} {each.address}{f' ({each.key})' if each.key else ''}" for each in about[:_NAMED]]
        listed += [f"and {len(about) - _NAMED} more"] if len(about) > _NAMED else []
        return Diagnostic(
            "error" if denies else "warning",
            DENIED if denies else _WARNED,
            f"{about[0].address}{more}: {rule.message}" if about else rule.message,
            "\n".join((says, *listed)),
            rule.place,
            verdict.hint or ("change the specs; who keeps the policy can change the rule" if denies else ""),
            rule.snippet,
        )


def _no_calendar(name: str) -> Calendar:
    if name:
        raise ValueProblem(f"a rule has no calendar `{name}`", hint="leave it out: weekends are counted then")
    return WEEKENDS_ONLY


def _no_file(name: str) -> NoReturn:
    raise ValueProblem(f"a rule reads no files: {name}")
