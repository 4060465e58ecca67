"""Read upwards by id: what a query does not know yet, a read by id sees (FACTS B4, B5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

from reconciler.sdk import Item
from reconciler_azure_devops.client import BATCH_MOST, Client
from reconciler_azure_devops.fields import TITLE
from reconciler_azure_devops.marking import Marking
from reconciler_azure_devops.reading import FieldTypes, items_of

__all__ = ["highest_id", "moment", "upwards"]


def highest_id(client: Client, condition: str = "") -> str:
    """The highest id that a query sees; empty where it sees none. Ids are the whole organisation's.

    Args:
        client: the site.
        condition: what stands after `WHERE`.
    """
    where = f" WHERE {condition}" if condition else ""
    query = f"SELECT [System.Id] FROM WorkItems{where} ORDER BY [System.Id] DESC"  # noqa: S608  it only reads
    return next(client.query(query, top=1), "")


def upwards(client: Client, types: FieldTypes, marking: Marking, above: str, since: datetime) -> Iterator[Item]:
    """Read all items above an id, with titles and markers, until 200 in a row are missing and no query sees a higher.

    Ids are shared by the whole organisation, so most are others'. They rise with time: those up to the highest one
    that nobody touched since are left out.

    Args:
        client: the site.
        types: of its fields.
        marking: how items are marked.
        above: where to begin; at the first, where it is no id.
        since: when the items that matter were created at the earliest.
    """
    start = int(above) if above.isascii() and above.isdecimal() else 0
    last = int(highest_id(client) or 0)
    older = int(highest_id(client, f"[System.ChangedDate] < '{moment(since)}'") or 0)
    for first in count(max(start, older) + 1, BATCH_MOST):
        found = tuple(items_of(client, types, map(str, range(first, first + BATCH_MOST)), (TITLE,), marking))
        yield from found
        if not found and first > last:
            return


def moment(time: datetime) -> str:
    """A time as queries take it."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
