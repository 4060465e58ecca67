"""`reconciler velocity`."""

from __future__ import annotations

import json

import click

from reconciler.cli.invocation import (
    Invocation,
    directory_argument,
    format_option,
    provider_option,
    shared_options,
)

__all__ = ["velocity"]


@click.command()
@directory_argument
@provider_option
@click.option(
    "--team", default="", metavar="T", help="The team's name or id, on Jira a board's; not needed for the only one."
)
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=90,
    metavar="N",
    help="Take the sprints that ended in the last N days; 90 by default.",
)
@click.option("--svg", metavar="FILE", help="Draw the chart into FILE too.")
@format_option
@shared_options
@click.pass_obj
def velocity(invocation: Invocation, directory: str, provider: str, team: str, days: int, svg: str | None) -> None:
    """Show what a team's past sprints committed to and completed: points and items, trend, cycle time, throughput.

    What was committed is read from the histories: the items of the sprint's start, with the points of then. What can't
    be known is said. Sends nothing but reads.
    """
    from reconciler import workflow
    from reconciler.report.velocity import render_velocity
    from reconciler.report.velocity_data import velocity_data

    measured = workflow.measure_velocity(invocation.request(directory), team, days, provider)
    found, measures = measured.velocity, measured.measures
    if svg is not None:
        from reconciler.report.velocity_svg import velocity_svg

        workflow.write_picture(invocation.path(svg), velocity_svg(days, found, measures))
    if invocation.format == "json":
        data = velocity_data(measured.provider, days, found, measures)
        invocation.say(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        invocation.say(render_velocity(days, found, measures, width=invocation.width, color=invocation.color))
