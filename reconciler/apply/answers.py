"""What providers said of the writes of a plan, as a person reads it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.apply.intents import Intent
from reconciler.diagnostics import Diagnostic, error, note
from reconciler.plan.desired import word_of
from reconciler.sdk import Preview, Problem
from reconciler.spec.configuration import DesiredItem

__all__ = ["Answer", "notices", "problems"]

_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said of one write. `intent` is the write's, where it names fields."""

    address: str
    preview: Preview
    intent: Intent | None = None


def problems(found: Answer, specs: Mapping[str, DesiredItem]) -> Iterator[Diagnostic]:
    """What stands in the way of a write.

    Args:
        specs: by address, items as the specs have them, for places.
    """
    item = specs.get(found.address)
    for each in found.preview.problems:
        info = found.intent.type.fields.get(each.field or "") if found.intent else None
        said = item.fields.get(word_of(info)) if item and info else None
        field = f"{info.word or info.name} of " if info else ""
        yield error(
            each.code,
            f"{field}{found.address}: {each.message}",
            place=said.place if said else item.place if item else None,
            hint=_hint(each, found.intent),
            snippet=said.snippet if said else "",
        )


def _hint(problem: Problem, intent: Intent | None) -> str:
    """What the field takes; and where no step leads to a status, how others may be passed on the way."""
    options = [each.name or each.id for each in problem.options]
    takes = f"it takes: {', '.join(options)}" if options else ""
    if problem.code != "no_path" or not options or intent is None or intent.through:
        return takes
    if intent.action.action == "close":
        return f"{takes}; to let it pass others, apply it with `workflow: {{through: any}}` before it leaves the specs"
    return f"{takes}; to let it pass others on the way, name them: `workflow: {{through: [{options[0]}]}}`, or `any`"


def notices(every: Sequence[Answer]) -> Iterator[Diagnostic]:
    """What a person should know, said once for all items that it is said of."""
    addresses: dict[str, list[str]] = {}
    for each in every:
        for text in each.preview.notices:
            addresses.setdefault(text, []).append(each.address)
    for text, named in addresses.items():
        said_of = list(dict.fromkeys(named))
        more = f" and {len(said_of) - _NAMED} more" if len(said_of) > _NAMED else ""
        yield note("notice", f"{', '.join(said_of[:_NAMED])}{more}: {text}")
