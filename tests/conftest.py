"""For every test: generated examples may take as long as a busy machine needs, and what was judged is counted."""

from __future__ import annotations

import os
import signal
from collections import Counter

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """What writes to somebody's site is asked for in so many words."""
    parser.addoption(
        "--run-integration",
        action="store_true",
        help="run the integration kit on the sites that the environment signs in to; it makes and deletes items there",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let the commands that tests start be interrupted: what runs in the background ignores some signals."""
    config.addinivalue_line("markers", "integration: works on a live site; runs with --run-integration alone")
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave live sites alone unless they were asked for."""
    if not config.getoption("--run-integration"):
        for each in items:
            if each.get_closest_marker("integration"):
                each.add_marker(pytest.mark.skip(reason="works on a live site: --run-integration"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once how many exchanges of the acceptance tests were held against the vendor's OpenAPI files.

    Each test leaves its counts in the property `openapi`; `None` says that the files were absent.
    """
    reports = [
        each for found in terminalreporter.stats.values() for each in found if isinstance(each, pytest.TestReport)
    ]
    left = [
        value
        for report in reports
        if report.when == "teardown"
        for name, value in report.user_properties
        if name == "openapi"
    ]
    if not left:
        return
    total: Counter[str] = Counter()
    for counts in left:
        total.update(counts or {})
    if None in left:
        terminalreporter.write_line("OpenAPI: not judged, the vendor's files are absent; set VENDOR_API_DIR")
        return
    faults = total["answers of injected faults (exempt)"]
    judged = total["answers held against their schema"] + total["errors held against ErrorCollection"]
    terminalreporter.write_line(
        f"OpenAPI: {total['requests']} requests, {judged} answers judged, {faults} faults exempt"
    )
