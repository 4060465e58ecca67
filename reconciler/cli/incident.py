"""`reconciler incident`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from reconciler.cli.invocation import (
    Invocation,
    directory_argument,
    format_option,
    policy_option,
    shared_options,
)
from reconciler.cli.patience import settle_option
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.workflow import IncidentReport

__all__ = ["incident"]


@click.command()
@click.argument("file", metavar="FILE|-")
@directory_argument
@click.option(
    "--template", default="", metavar="NAME", help="Which of the specs' `incidents`; not needed for the only one."
)
@click.option(
    "--map",
    "paths",
    multiple=True,
    metavar="FIELD=PATH",
    help="Where a field of the incident stands in another tool's payload: title=event.name. May be repeated.",
)
@policy_option
@settle_option
@format_option
@shared_options
@click.pass_obj
def incident(
    invocation: Invocation, file: str, directory: str, template: str, paths: tuple[str, ...], settle: float
) -> int:
    """Make an item of the incident or alert in FILE, or on standard input (-), by a template of the specs in DIR.

    FILE is JSON: what PagerDuty, Opsgenie, Alertmanager, Grafana or Datadog send, or {title, severity, timestamp, logs,
    components, dedupe_key, url}. The same incident again makes no second item: its one comment counts the reports. Safe
    to repeat, wherever it was cut off. Waits for its turn while another command is writing.

    Exits 0; 4 where it is not known whether a write arrived; 5 where nothing was sent; 6 where another process is
    writing; 1 on errors.
    """
    payload = _read(invocation, file)
    from reconciler import workflow
    from reconciler.report.incident import incident_data, render_incidents

    mapped = dict(_mapped(each) for each in paths)
    report = workflow.report_incidents(
        invocation.request(directory), payload, template=template, paths=mapped, patience=settle
    )
    if invocation.format == "json":
        invocation.say(json.dumps(incident_data(report), indent=2, ensure_ascii=False))
    else:
        invocation.say(render_incidents(report, color=invocation.color, width=invocation.width))
    invocation.diagnose(report.diagnostics)
    return _exit_code(report)


def _exit_code(report: IncidentReport) -> int:
    if report.failed:
        return 1
    return 4 if report.in_part else 0


def _read(invocation: Invocation, file: str) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read()
        return invocation.path(file).read_bytes()
    except FileNotFoundError as problem:
        raise UsageError(f"there is no file {file}", hint="name the payload, or - for standard input") from problem
    except (OSError, AttributeError) as problem:
        raise UsageError(f"{file} can't be read", detail=str(problem)) from problem


def _mapped(text: str) -> tuple[str, str]:
    field, equals, path = text.partition("=")
    if not equals or not path:
        raise UsageError(f"{text!r} names no field and path", hint="write --map title=event.name")
    return field, path
