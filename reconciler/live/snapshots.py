"""What a site offered when it was last read, kept beside the state: names for offline commands.

A snapshot only ever helps to name things. No plan is made from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import StateError
from reconciler.sdk import SiteDescription
from reconciler.spec.configuration import ProviderBlock
from reconciler.state.directory import PRIVATE_DIRECTORY, make_private_directory

__all__ = ["Snapshot", "load_snapshots", "save_snapshots"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A site as it was read. `block` is a digest of the spec's provider block, by whose words it was read."""

    block: str
    site: SiteDescription

    def is_of(self, block: ProviderBlock) -> bool:
        """Whether the block says what it said then."""
        return self.block == _digest(block)


def save_snapshots(directory: Path, blocks: Mapping[str, ProviderBlock], sites: Mapping[str, SiteDescription]) -> None:
    """Keep site descriptions in `.reconciler/site/`, one file a provider; where it can't be written, none is kept."""
    from pydantic import TypeAdapter

    try:
        folder = make_private_directory(directory) / "site"
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, site in sites.items():
            path = folder / f"{name}.json"
            path.touch(mode=0o600)
            path.write_bytes(TypeAdapter(Snapshot).dump_json(Snapshot(_digest(blocks[name]), site), indent=1))
    except (OSError, StateError):
        return


def load_snapshots(directory: Path) -> dict[str, Snapshot]:
    """The snapshots that are kept, by provider; those that can't be read are left out."""
    from pydantic import TypeAdapter, ValidationError

    found: dict[str, Snapshot] = {}
    for path in sorted((directory / PRIVATE_DIRECTORY / "site").glob("*.json")):
        try:
            found[path.stem] = TypeAdapter(Snapshot).validate_json(path.read_bytes())
        except (OSError, ValidationError):
            continue
    return found


def _digest(block: ProviderBlock) -> str:
    said = [block.plugin, block.project, block.types, block.statuses, block.priorities, block.fields, block.options]
    text = json.dumps(said, default=_plain, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)
