"""The whole crash suite, `make chaos`: every case, and how many went wrong in which way.

Arguments: words that a case's name has to hold, all of them; none runs every case.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from faults.cases import all_cases
from faults.running import Verdict, run_case
from faults.verb_cases import all_verb_cases, run_verb_case

_KINDS = ("lost", "doubled", "overwritten", "not_empty", "wrong")


def main(words: Sequence[str]) -> int:
    """Run the cases and print their counts.

    Returns:
        The exit code: 1 where any case went wrong.
    """
    cases = [each for each in _every_case() if all(word in each for word in words)]
    counts: Counter[str] = Counter()
    started = time.monotonic()
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for number, verdict in enumerate(pool.map(_judged, cases), start=1):
            for kind in _KINDS:
                counts[kind] += bool(getattr(verdict, kind))
            for problem in verdict.problems:
                print(f"{verdict.case}: {problem}", flush=True)
            if number % 50 == 0:
                print(f"{number} of {len(cases)} cases, {time.monotonic() - started:.0f} s", flush=True)
    print(f"{len(cases)} cases: " + ", ".join(f"{counts[kind]} {kind.replace('_', ' ')}" for kind in _KINDS))
    return 1 if counts.total() or not cases else 0


def _every_case() -> dict[str, Callable[[], Verdict]]:
    """By its name, what runs a case."""
    applies = {str(each): partial(run_case, each) for each in all_cases()}
    return applies | {str(each): partial(run_verb_case, each) for each in all_verb_cases()}


def _judged(name: str) -> Verdict:
    """A case goes by its name to another process: what is in it can't be sent there."""
    try:
        return _every_case()[name]()
    except Exception as problem:  # a case that can't be run is a finding, and no reason to stop
        return Verdict(name, wrong=(f"{type(problem).__name__}: {problem}",))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
