"""Azure DevOps 7.1 in memory, written from the published facts and nothing of the plugin.

`sandbox` is the factory that the entry-point group `reconciler.sandboxes` names. What the platform's documents leave
open can be turned; see `knobs`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sdk import Clock
from reconciler_azure_devops_sandbox.azure import AzureDevOps

__all__ = ["sandbox"]


def sandbox(clock: Clock, journal: Callable[[Mapping[str, Any]], None]) -> AzureDevOps:
    """Make an organisation. `journal` is told each event; `AzureDevOps.replay` takes them back in."""
    return AzureDevOps(clock, journal)
