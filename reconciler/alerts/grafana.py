"""Grafana's older alerts, by dashboard; what newer ones send is Alertmanager's shape."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.alerts.picking import Json, first, listed, mapped, text, texts, words
from reconciler.sdk import Incident

__all__ = ["is_rule", "read_rule"]

_RAISED = frozenset({"alerting", "no_data"})
_OVER = frozenset({"ok"})


def is_rule(root: Json) -> bool:
    """Whether it is about a rule of a dashboard."""
    return "ruleName" in root or "ruleId" in root


def read_rule(root: Json) -> Iterator[Incident | str]:
    """The incident of a rule."""
    state = text(root.get("state")).casefold()
    if state not in _RAISED | _OVER:
        yield f"Grafana's {state or 'rule without a state'}"
        return
    tags = words(root.get("tags"))
    matches = [mapped(each) for each in listed(root.get("evalMatches"))]
    values = [f"{first(each.get('metric'), 'value')}: {text(each.get('value'))}" for each in matches]
    name = first(root.get("ruleName"), root.get("title"), root.get("ruleId"))
    yield Incident(
        title=name,
        dedupe_key=f"grafana-{first(root.get('orgId'), '1')}-{first(root.get('ruleId'), name)}",
        severity=first(tags.get("severity"), tags.get("priority")),
        text=text(root.get("message")),
        logs="\n".join(values),
        components=texts([tags.get("component"), tags.get("service")]),
        url=text(root.get("ruleUrl")),
        source="Grafana",
        labels=tags,
        resolved=state in _OVER,
    )
