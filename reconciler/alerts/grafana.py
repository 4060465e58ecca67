"""Grafana's older alerts, by dashboard; what newer ones send is Alertmanager's shape."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.alerts.alert import Alert, Told
from reconciler.alerts.picking import Json, first, listed, mapped, text, texts, words

__all__ = ["is_rule", "read_rule"]

_RAISED = frozenset({"alerting", "no_data"})
_OVER = frozenset({"ok"})


def is_rule(root: Json) -> bool:
    """Whether it is about a rule of a dashboard."""
    return "ruleName" in root or "ruleId" in root


def read_rule(root: Json) -> Iterator[Told]:
    """The incident of a rule."""
    state = text(root.get("state")).casefold()
    if state not in _RAISED | _OVER:
        yield f"Grafana's {state or 'rule without a state'}"
        return
    tags = words(root.get("tags"))
    matches = [mapped(each) for each in listed(root.get("evalMatches"))]
    values = [f"{first(each.get('metric'), 'value')}: {text(each.get('value'))}" for each in matches]
    names = {each: root.get(each) for each in ("ruleName", "title", "ruleId")}
    rule = first(root.get("ruleId"), *names.values())
    yield Alert(
        titles=names,
        keys={"ruleId": f"grafana-{first(root.get('orgId'), '1')}-{rule}" if rule else None},
        pages={"ruleUrl": root.get("ruleUrl")},
        severity=first(tags.get("severity"), tags.get("priority")),
        text=text(root.get("message")),
        logs="\n".join(values),
        components=texts([tags.get("component"), tags.get("service")]),
        source="Grafana",
        labels=tags,
        resolved=state in _OVER,
    )
