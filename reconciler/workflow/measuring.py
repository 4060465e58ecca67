"""Measure a team's velocity: read its past sprints, and compute their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import BadValue, NotFoundError, UsageError
from reconciler.live.connections import ShutGate
from reconciler.sdk import Measures, Velocity, measures_of
from reconciler.workflow.request import Request
from reconciler.workflow.verbs import chosen, connected_on, ground_of

__all__ = ["Measured", "measure_velocity", "write_picture"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A team's sprints that ended in the last so many days, on a provider, and their numbers."""

    provider: str
    days: int
    velocity: Velocity
    measures: Measures


def measure_velocity(request: Request, team: str, days: int, provider: str = "") -> Measured:
    """Read a team's past sprints. Sends nothing but reads.

    Args:
        request: the workspace; or none, where the provider is named by its plugin.
        team: its name or id; empty for the only one.
        days: one or more.
        provider: which to ask; empty for the only one.

    Raises:
        UsageError, ConfigurationError: as of `ground_of` and `connected_on`, and the plugin can't measure velocity.
        BadValue: there is no such team, several have the name, or it has no sprints.
        NotFoundError: there is no such project that this account can see.
        AuthenticationError: the site does not know who asks.
    """
    ground = ground_of(request, provider)
    name = chosen(ground, provider)
    with connected_on(request, ground, name, gate=ShutGate()) as connection:
        try:
            velocity = connection.plugin.get_team_velocity(team, days)
        except (BadValue, NotFoundError):
            connection.plugin.authenticate()  # a site may show strangers nothing
            raise
    return Measured(name, days, velocity, measures_of(velocity))


def write_picture(path: Path, svg: str) -> None:
    """Write an SVG document.

    Raises:
        UsageError: it can't be written there.
    """
    try:
        path.write_text(svg, encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"{path} can't be written", detail=problem.strerror or str(problem)) from problem
