"""Items in a platform's recycle bin: brought back as they were, never made anew beside."""

from __future__ import annotations

from reconciler.sdk import Item
from reconciler.state.records import ItemRecord

__all__ = ["last_seen"]


def last_seen(record: ItemRecord) -> Item:
    """An item as the state knows it: what lies in a recycle bin can't be read, and comes back as it went.

    What people changed after that shows once it is back: the look before each write sees it.
    """
    fields = {**record.base, **record.observed}
    return Item(record.id, record.key, record.url, record.type, fields, record.revision, project=record.project)
