"""What a site offered when it was last read, kept beside the state: names for offline commands.

A snapshot only ever helps to name things. No plan is made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reconciler.errors import StateError
from reconciler.sdk import SiteDescription
from reconciler.state.directory import PRIVATE_DIRECTORY, make_private_directory

__all__ = ["load_snapshots", "save_snapshots"]


def save_snapshots(directory: Path, sites: Mapping[str, SiteDescription]) -> None:
    """Keep site descriptions in `.reconciler/site/`, one file a provider; where it can't be written, none is kept."""
    from pydantic import TypeAdapter

    try:
        folder = make_private_directory(directory) / "site"
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, site in sites.items():
            path = folder / f"{name}.json"
            path.touch(mode=0o600)
            path.write_bytes(TypeAdapter(SiteDescription).dump_json(site, indent=1))
    except (OSError, StateError):
        return


def load_snapshots(directory: Path) -> dict[str, SiteDescription]:
    """The site descriptions that are kept, by provider; those that can't be read are left out."""
    from pydantic import TypeAdapter, ValidationError

    found: dict[str, SiteDescription] = {}
    for path in sorted((directory / PRIVATE_DIRECTORY / "site").glob("*.json")):
        try:
            found[path.stem] = TypeAdapter(SiteDescription).validate_json(path.read_bytes())
        except (OSError, ValidationError):
            continue
    return found
