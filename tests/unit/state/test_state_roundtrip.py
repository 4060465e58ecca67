"""Whatever the normal forms can hold, a state gives back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from reconciler.sdk import Link, Opaque, Ref, Rich, Value
from reconciler.state.records import ItemRecord, OperationRecord, Sightings
from reconciler.state.serial import item_record, item_row, operation_record, operation_row

texts = st.text(st.characters(codec="utf-8"), max_size=20)
times = st.datetimes(  # in UTC nothing is folded: isoformat has no word for it
    datetime(1900, 1, 1),  # noqa: DTZ001  hypothesis wants it naive
    timezones=st.just(UTC),
).map(lambda time: time.replace(fold=0))
scalars: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.dates(date(1900, 1, 1)),
    times,
    st.builds(Ref, texts, texts),
    st.builds(Rich, texts, texts, st.booleans()),
    st.builds(Link, texts, texts, st.booleans(), texts),
    st.builds(Opaque, texts, texts),
)
sets = st.lists(scalars, max_size=3).map(tuple)
fields = st.dictionaries(texts, scalars | sets, max_size=4)
items = st.builds(
    ItemRecord,
    address=texts,
    provider=texts,
    site=texts,
    id=texts,
    key=texts,
    url=texts,
    type=st.builds(Ref, texts, texts),
    title=texts,
    base=fields,
    observed=fields,
    shared=st.dictionaries(texts, sets, max_size=2),
    not_kept=fields,
    revision=texts,
    protect=st.booleans(),
    closed=st.booleans(),
    project=texts,
    sightings=st.none() | st.builds(Sightings, st.integers(1), st.booleans(), texts, texts, texts, texts),
)
operations = st.builds(
    OperationRecord,
    id=texts,
    run=texts,
    address=texts,
    provider=texts,
    kind=st.sampled_from(["create", "update", "close"]),
    item=st.none() | texts,
    values=fields,
    before=fields,
    highest_key=texts,
    journalled_at=times,
    send_before=st.none() | times,
    status=st.sampled_from(["open", "done", "partial", "refused", "changed", "gone"]),
)


def shown(value: object) -> str:
    """What a value is in full: the names and texts too, which equality leaves out."""
    return repr(value)


@given(items)
def test_an_item_record_reads_back(item: ItemRecord) -> None:
    """Every field of a record survives, names and Markdown included."""
    assert shown(item_record(item_row(item))) == shown(sorted_fields(item))


@given(operations)
def test_an_operation_record_reads_back(operation: OperationRecord) -> None:
    """Every field of a journalled operation survives."""
    assert operation_record(operation_row(operation)) == operation


@given(times, st.integers(-14 * 60, 14 * 60))
def test_times_of_other_zones_stay_the_same_instant(time: datetime, minutes: int) -> None:
    """A time with an offset reads back as the same instant."""
    there = time.astimezone(timezone(timedelta(minutes=minutes)))
    operation = OperationRecord("op", "run", "deal", "jira", "update", "1", {"at": there}, {}, "", time, None)
    assert operation_record(operation_row(operation)).values["at"] == time


def sorted_fields(item: ItemRecord) -> ItemRecord:
    """The record with its mappings in the order of their keys, as the rows have them."""
    return replace(
        item,
        base=dict(sorted(item.base.items())),
        observed=dict(sorted(item.observed.items())),
        shared=dict(sorted(item.shared.items())),
        not_kept=dict(sorted(item.not_kept.items())),
    )
