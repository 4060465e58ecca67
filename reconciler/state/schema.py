"""The tables of a SQLite state.

A person may read them: `sqlite3 .reconciler/rc-....db 'select address, key, title from item'`. Structured columns are
JSON, times are ISO 8601 in UTC, flags are 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["APPLICATION_ID", "SCHEMA", "SCHEMA_VERSION", "UPGRADES"]

APPLICATION_ID: Final = int.from_bytes(b"rcnc", "big")
"""SQLite's `application_id`: tells a state from any other database."""

SCHEMA_VERSION: Final = 3
"""SQLite's `user_version`: a state of a higher one was written by a newer reconciler, and is refused."""

SCHEMA: Final = """
CREATE TABLE workspace (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  instance TEXT NOT NULL,
  lineage TEXT NOT NULL,
  last_run TEXT REFERENCES run (id),
  variables TEXT NOT NULL DEFAULT '{}' -- by name, a digest of the value
);

CREATE TABLE item (
  address TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  site TEXT NOT NULL,
  project TEXT NOT NULL,  -- the one that was configured when it was made or taken over
  remote_id TEXT NOT NULL,
  key TEXT NOT NULL,
  url TEXT NOT NULL,
  type_id TEXT NOT NULL,
  type_name TEXT NOT NULL,
  title TEXT NOT NULL,
  base TEXT NOT NULL,     -- by field id, what the spec said when it was last applied
  observed TEXT NOT NULL, -- by field id, live as read back after our last write
  shared TEXT NOT NULL,   -- by field id, elements that were live before the spec claimed them
  not_kept TEXT NOT NULL, -- by field id, what the platform did not keep
  revision TEXT NOT NULL,
  protect INTEGER NOT NULL CHECK (protect IN (0, 1)),
  closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
  on_remove TEXT NOT NULL CHECK (on_remove IN ('close', 'delete', 'forget')), -- as last applied
  close_comment TEXT,
  through TEXT NOT NULL,  -- statuses that may be passed on the way to another, or "any"
  sightings TEXT NOT NULL DEFAULT '{}', -- of an item that an incident made, how often it was reported; {} else
  creation TEXT NOT NULL DEFAULT '' -- the operation that created the item
);

CREATE TABLE run (
  id TEXT PRIMARY KEY,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  who TEXT NOT NULL,
  spec_commit TEXT,
  command TEXT NOT NULL,
  plan_digest TEXT NOT NULL,
  overrides TEXT NOT NULL, -- limits that the operator accepted
  counts TEXT NOT NULL
);

CREATE TABLE operation (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  run TEXT NOT NULL,
  address TEXT NOT NULL,
  provider TEXT NOT NULL,
  kind TEXT NOT NULL
    CHECK (kind IN ('create', 'update', 'close', 'delete', 'forget', 'move', 'adopt', 'restore', 'marker')),
  remote_id TEXT,
  sent TEXT NOT NULL,        -- by field id, the values of the request
  added TEXT NOT NULL,       -- by field id, the elements that it adds to sets
  removed TEXT NOT NULL,     -- by field id, the elements that it removes
  comment TEXT,
  live_before TEXT NOT NULL, -- by field id, live just before it
  item_after TEXT NOT NULL,  -- what the table `item` holds once it has arrived; {} for nothing
  highest_key TEXT NOT NULL,
  journalled_at TEXT NOT NULL,
  send_before TEXT,
  status TEXT NOT NULL CHECK (status IN ('open', 'done', 'partial', 'refused', 'changed', 'gone', 'absent'))
);

CREATE INDEX operation_open ON operation (sequence) WHERE status = 'open';

CREATE TABLE lease (
  fence INTEGER NOT NULL, -- rises with every holder; a lower one may not write
  holder TEXT NOT NULL
);
"""

UPGRADES: Final[Mapping[int, str]] = {
    1: "ALTER TABLE item ADD COLUMN sightings TEXT NOT NULL DEFAULT '{}'",
    2: "ALTER TABLE item ADD COLUMN creation TEXT NOT NULL DEFAULT ''",
}
"""By version, what makes the next of it. A state is upgraded with the first lease; until then it is read as it is."""
