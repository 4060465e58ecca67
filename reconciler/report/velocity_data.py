"""What a team's past sprints were, as JSON."""

from __future__ import annotations

import dataclasses
from typing import Any

from reconciler.sdk import Amount, Measures, Percentiles, Series, Sprint, Velocity

__all__ = ["velocity_data"]


def velocity_data(provider: str, days: int, velocity: Velocity, measures: Measures) -> dict[str, Any]:
    """All of it as JSON: times in ISO 8601, shares from 0 to 1, `null` for what can't be known. Points are `null`
    where the team estimates nothing.
    """
    estimates = bool(velocity.unit)
    return {
        "provider": provider,
        "team": {"id": velocity.team.id, "name": velocity.team.name},
        "days": days,
        "unit": velocity.unit or None,
        "sprints": [_sprint_data(each, estimates=estimates) for each in velocity.sprints],
        "measures": {
            "points": _series_data(measures.points),
            "items": _series_data(measures.items),
            "carried_share": {"points": measures.carried_points, "items": measures.carried_items},
            "cycle_days": {**_percentile_data(measures.cycle_days), "items": measures.cycle_items},
            "throughput": {**_percentile_data(measures.throughput), "weeks": measures.weeks},
        },
        "unknown": list(velocity.unknown),
    }


def _sprint_data(sprint: Sprint, *, estimates: bool) -> dict[str, Any]:
    amounts = ("committed", "completed", "carried", "added", "removed")
    return {
        "id": sprint.id,
        "name": sprint.name,
        "start": sprint.start.isoformat(),
        "end": sprint.end.isoformat(),
        **{name: _amount_data(getattr(sprint, name), estimates=estimates) for name in amounts},
        "reestimated": sprint.reestimated if estimates else None,
        "reopened": sprint.reopened,
        "finished": [
            {
                "key": each.key,
                "points": each.points if estimates else None,
                "started_at": each.started_at.isoformat() if each.started_at else None,
                "finished_at": each.finished_at.isoformat() if each.finished_at else None,
            }
            for each in sprint.finished
        ],
    }


def _amount_data(amount: Amount | None, *, estimates: bool) -> dict[str, Any] | None:
    if amount is None:
        return None
    if not estimates:
        return {"items": amount.items, "points": None, "unestimated": None}
    return {"items": amount.items, "points": amount.points, "unestimated": amount.unestimated}


def _series_data(series: Series | None) -> dict[str, Any] | None:
    if series is None:
        return None
    trend = series.trend
    said = None if trend is None else {"slope": trend.slope, "error": trend.error, "clear": trend.clear}
    return {"mean": series.mean, "deviation": series.deviation, "trend": said}


def _percentile_data(percentiles: Percentiles | None) -> dict[str, float | None]:
    if percentiles is None:
        return {"p50": None, "p85": None, "p95": None}
    return dataclasses.asdict(percentiles)
