"""What a small pool does with results, failures and an early end."""

from __future__ import annotations

import threading

import pytest

from reconciler.sdk import as_completed


def test_every_input_has_its_result():
    """All inputs are worked on, in any order."""
    assert sorted(as_completed(lambda each: each * 2, range(30), workers=4)) == [each * 2 for each in range(30)]


def test_one_input_needs_no_thread():
    """A single input runs where it was asked for."""
    assert list(as_completed(lambda _: threading.current_thread(), [1])) == [threading.current_thread()]


def test_as_many_run_at_once_as_there_are_workers():
    """Three workers are three at once, and never four."""
    running, most, lock, together = 0, 0, threading.Lock(), threading.Barrier(3)

    def work(each: int) -> int:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait(timeout=10)
        with lock:
            running -= 1
        return each

    assert len(list(as_completed(work, range(6), workers=3))) == 6
    assert most == 3


def test_closing_starts_no_more():
    """After the iterator is closed, inputs that were not started never are."""
    started: list[int] = []

    def work(each: int) -> int:
        started.append(each)
        return each

    results = as_completed(work, range(100), workers=2)
    next(results)
    results.close()
    assert len(started) <= 4


def test_a_failure_starts_no_more_and_loses_no_result():
    """What was in flight is yielded before the failure is raised."""
    together = threading.Barrier(2)

    def work(each: int) -> int:
        together.wait(timeout=10)
        if each == 0:
            raise ValueError("broken")
        return each

    results = as_completed(work, range(2), workers=2)
    assert next(results) == 1
    with pytest.raises(ValueError, match="broken"):
        next(results)
