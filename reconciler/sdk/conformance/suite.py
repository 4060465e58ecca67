"""All parts of the suite in one class, with the fixtures that they share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reconciler.sdk.conformance.bench import Bench
from reconciler.sdk.conformance.changing import Changing
from reconciler.sdk.conformance.creating import Creating
from reconciler.sdk.conformance.describing import Describing
from reconciler.sdk.conformance.line import Line
from reconciler.sdk.conformance.marking import Marking
from reconciler.sdk.conformance.measuring import Measuring
from reconciler.sdk.conformance.reading import Reading
from reconciler.sdk.conformance.removing import Removing
from reconciler.sdk.conformance.searching import Searching
from reconciler.sdk.conformance.settling import Settling
from reconciler.sdk.conformance.values import Values

__all__ = ["ProviderSuite"]


class ProviderSuite(Describing, Values, Creating, Changing, Reading, Searching, Measuring, Marking, Settling, Removing):
    """What `reconciler.sdk.Provider` promises, as tests. A subclass whose name begins with `Test` lends a bench."""

    @pytest.fixture
    def bench(self) -> Bench:
        """The site that the suite is tried on."""
        raise NotImplementedError("a subclass lends its bench by a fixture of this name")

    @pytest.fixture
    def line(self, bench: Bench) -> Iterator[Line]:
        """A provider on a line that breaks on demand."""
        line = Line(bench)
        yield line
        line.close()
