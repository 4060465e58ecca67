"""The SDK as a plugin's author imports it."""

from __future__ import annotations

import subprocess
import sys

import reconciler.sdk
from reconciler.sdk import SystemClock, error_texts


def test_every_public_name_exists():
    """`__all__` promises nothing that is not there."""
    assert [name for name in reconciler.sdk.__all__ if not hasattr(reconciler.sdk, name)] == []


def test_importing_the_sdk_imports_nothing_heavy():
    """The command line's help must not pay for HTTP."""
    code = (
        "import sys, reconciler.sdk; print([m for m in ('httpx', 'pydantic', 'yaml', 'marklas') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_system_clock_knows_its_zone_and_does_not_sleep_backwards():
    """Times are in UTC, and a wait of nothing returns."""
    clock = SystemClock()
    clock.sleep(-1)
    assert clock.now().utcoffset().total_seconds() == 0


def test_error_texts_reads_every_known_shape():
    """The shapes of FACTS A14 come out as pairs of field and text; anything else as nothing."""
    assert error_texts({"errorMessages": ["a"], "errors": {"f": "b"}}) == (("", "a"), ("f", "b"))
    assert error_texts({"errors": [{"message": "c"}]}) == (("", "c"),)
    assert error_texts({"message": "d"}) == (("", "d"),)
    assert error_texts({"errorMessage": "e"}) == (("", "e"),)
    assert error_texts([1]) == ()
