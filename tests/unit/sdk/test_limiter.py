"""What the limiter learns from answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reconciler.sdk import Limiter
from reconciler.sdk.limiter import told_to_wait


def test_nothing_waits_unasked(clock):
    """Without a word from the site, requests go at once."""
    Limiter(clock).wait("*", "GET /issue/*")
    assert clock.slept == []


def test_a_held_key_waits_and_others_do_not(clock):
    """A bucket's wait leaves other buckets alone."""
    limiter = Limiter(clock)
    limiter.hold("GET /a", 5)
    limiter.wait("*", "GET /b")
    assert clock.slept == []
    limiter.wait("*", "GET /a")
    assert clock.slept == [5.0]


def test_the_longer_wait_stays(clock):
    """A shorter wait does not cut a longer one."""
    limiter = Limiter(clock)
    limiter.hold("*", 9)
    limiter.hold("*", 1)
    limiter.wait("*")
    assert sum(clock.slept) == 9.0


def test_a_bucket_that_is_nearly_used_up_goes_slower(clock):
    """`X-RateLimit-NearLimit: true` spaces requests out, until the site no longer says so."""
    limiter = Limiter(clock)
    limiter.heard("b", {"x-ratelimit-nearlimit": "true"})
    for _ in range(3):
        limiter.wait("b")
    assert clock.slept == [0.25, 0.25]
    limiter.heard("b", {})
    clock.sleep(1)
    limiter.wait("b")
    limiter.wait("b")
    assert clock.slept == [0.25, 0.25, 1]


@pytest.mark.parametrize(("told", "slept"), [("3", 3.0), ("3600", 60.0), ("0", 0.0), ("soon", 0.0)])
def test_a_wait_that_comes_with_an_answer_holds_everything(clock, told, slept):
    """Azure DevOps asks so before it refuses (FACTS B10); a minute at most, for nothing was refused yet."""
    limiter = Limiter(clock)
    limiter.heard("b", {"retry-after": told})
    limiter.wait("*", "another")
    assert sum(clock.slept) == slept


def test_an_empty_bucket_waits_for_its_reset(clock):
    """`X-RateLimit-Remaining: 0` waits for the reset that the site names."""
    limiter = Limiter(clock)
    reset = (clock.now() + timedelta(seconds=3)).isoformat()
    limiter.heard("b", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset})
    limiter.wait("b")
    assert clock.slept == [3.0]


@pytest.mark.parametrize("reset", ["", "soon", "2026-01-05T10:30:00+00:00", "2020-01-01T00:00:00+00:00"])
def test_an_empty_bucket_without_a_near_reset_goes_on(clock, reset):
    """A reset that is missing, past or far off is left to 429."""
    limiter = Limiter(clock)
    limiter.heard("b", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": reset})
    limiter.wait("b")
    assert clock.slept == []


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "5"}, 5.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "Mon, 05 Jan 2026 09:00:10 GMT"}, 10.0),
        ({"x-ratelimit-reset": "2026-01-05T09:00:04Z"}, 4.0),
        ({"retry-after": "Mon, 05 Jan 2026 08:00:00 GMT"}, 0.0),
        ({"retry-after": "later"}, None),
        ({}, None),
    ],
)
def test_a_told_wait_is_read(clock, headers, seconds):
    """Seconds, HTTP dates and reset times are read; anything else is no wait that was told."""
    assert told_to_wait(headers, clock.now()) == seconds
