"""What every platform's markers have in common, to the letter."""

from __future__ import annotations

import pytest

from reconciler.sdk import marker_label


@pytest.mark.parametrize(("instance", "label"), [("acme", "rc-c659043cbd12"), ("", "rc-3f640d54e33c")])
def test_a_label_is_the_digest_of_id_and_instance(instance: str, label: str) -> None:
    """`rc-` and the first 12 hex of SHA-256 over `<id>/<instance>`: other programs may rely on it."""
    assert marker_label("6f0c2f3e-0000-4000-8000-000000000001", instance) == label
