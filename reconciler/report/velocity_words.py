"""What a team's past sprints were, in words and numbers: what every report of them says alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

from reconciler.report.text import counted
from reconciler.sdk import Amount, Measures, Series, Sprint, Velocity

__all__ = ["amount_text", "last_day", "number", "size_of", "summary_texts"]


def amount_text(amount: Amount | None, unit: str) -> str:
    """`18 points, 5 items (1 without points)`; items alone where there is no unit."""
    if amount is None:
        return "can't be known"
    items = counted(amount.items, "item")
    if not unit:
        return items
    without = f" ({amount.unestimated:,} without points)" if amount.unestimated else ""
    return f"{_points(amount.points)}, {items}{without}"


def size_of(amount: Amount | None, unit: str) -> float:
    """How long a bar is: points, items where there is no unit, nothing for what can't be known."""
    if amount is None:
        return 0.0
    return amount.points if unit else float(amount.items)


def last_day(sprint: Sprint) -> str:
    """The day that a sprint ended on; one that ended at midnight, on the day before."""
    return f"{sprint.end - timedelta(seconds=1):%Y-%m-%d}"


def number(value: float) -> str:
    """A number with one decimal, where it has any: `18`, `10.5`."""
    return f"{value:,.1f}".removesuffix(".0")


def summary_texts(velocity: Velocity, measures: Measures) -> Iterator[tuple[str, str]]:
    """The numbers of all sprints: what each is, empty where it goes on, and what it says."""
    main, unit = (measures.points, "points") if measures.points is not None else (measures.items, "items")
    if main is None or measures.items is None:
        return
    yield "Completed", _series_text(main, unit)
    if main is not measures.items:
        yield "", _series_text(measures.items, "items")
    yield "Trend", _trend_text(main, unit)
    shares = ((measures.carried_points, "points"), (measures.carried_items, "items"))
    said = [f"{100 * share:.0f} % of the {what}" for share, what in shares if share is not None]
    if said:
        yield "Carried over", f"{' and '.join(said)} that were in the sprints at their ends"
    finished = sum(each.completed.items for each in velocity.sprints)
    if finished:
        yield "Cycle time", _cycle_text(measures, finished)
        yield "Throughput", _throughput_text(measures)


def _series_text(series: Series, unit: str) -> str:
    text = f"{number(series.mean)} {unit} a sprint"
    if series.deviation is None:
        return f"{text}; one sprint alone has no deviation"
    return f"{text}, with a standard deviation of {number(series.deviation)}"


def _trend_text(series: Series, unit: str) -> str:
    trend = series.trend
    if trend is None:
        return "four sprints or more are needed to tell"
    if trend.slope == 0:
        return "flat"
    slope = f"{trend.slope:+,.1f} {unit} a sprint"
    if trend.clear:
        return f"{slope}: {'rising' if trend.slope > 0 else 'falling'}"
    return (
        f"none that is clear: {slope}, which is within the scatter of the sprints (standard error {trend.error:,.1f})"
    )


def _cycle_text(measures: Measures, finished: int) -> str:
    if measures.cycle_days is None:
        return "can't be known: no item tells when the work on it began"
    p50, p85, p95 = (_days(each) for each in dataclasses.astuple(measures.cycle_days))
    known = f"known of {measures.cycle_items:,} of {counted(finished, 'item')}"
    return f"{p50} or less for half of the items, {p85} for 85 %, {p95} for 95 % ({known})"


def _throughput_text(measures: Measures) -> str:
    if measures.throughput is None:
        return "can't be known: no item tells when it was finished"
    p50, p85, p95 = (number(each) for each in dataclasses.astuple(measures.throughput))
    weeks = counted(measures.weeks, "week")
    return f"{p50} items or more in half of the weeks, {p85} in 85 % and {p95} in 95 % of them (of {weeks})"


def _points(points: float) -> str:
    text = number(points)
    return f"{text} point" if text == "1" else f"{text} points"


def _days(days: float) -> str:
    text = number(days)
    return f"{text} day" if text == "1" else f"{text} days"
