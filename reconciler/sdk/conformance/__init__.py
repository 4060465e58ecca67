"""The suite that a plugin passes before it may call itself one. It needs pytest.

An author lends it a `Bench`:

    class TestRoundup(ProviderSuite):
        @pytest.fixture
        def bench(self) -> Bench:
            return Bench(RoundupPlugin, config, people, clock, type="task", samples={...})

Every test's docstring is a sentence of the contract. What a platform lacks (copying, say) is skipped with a reason,
never passed.
"""

import pytest

pytest.register_assert_rewrite(
    *(
        f"reconciler.sdk.conformance.{each}"
        for each in (
            "changing",
            "creating",
            "describing",
            "line",
            "marking",
            "measuring",
            "reading",
            "removing",
            "searching",
            "settling",
            "values",
        )
    )
)

from reconciler.sdk.conformance.bench import Bench, People  # noqa: E402  the rewriting comes first
from reconciler.sdk.conformance.line import Line  # noqa: E402
from reconciler.sdk.conformance.suite import ProviderSuite  # noqa: E402

__all__ = ["Bench", "Line", "People", "ProviderSuite"]
