"""Do one thing to many inputs, a few at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

__all__ = ["as_completed"]

_Input = TypeVar("_Input")
_Result = TypeVar("_Result")


def as_completed(do: Callable[[_Input], _Result], inputs: Iterable[_Input], *, workers: int = 8) -> Iterator[_Result]:
    """Call `do` for each input on a small pool of threads and yield the results as they are known.

    An input is taken only when a thread is free for it. Closing the iterator starts no more and waits for those that
    run. Where `do` raises, no more is started, the results of those that run are yielded, then it is raised here.
    """
    waiting = deque(inputs)
    if len(waiting) <= 1:  # a thread would only cost
        for each in waiting:
            yield do(each)
        return
    running: set[Future[_Result]] = set()
    problem: BaseException | None = None
    with ThreadPoolExecutor(max_workers=min(workers, len(waiting))) as pool:
        while waiting or running:
            while waiting and len(running) < workers:
                running.add(pool.submit(do, waiting.popleft()))
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                if (raised := future.exception()) is not None:
                    problem = problem or raised
                    waiting.clear()
                else:
                    yield future.result()
    if problem is not None:
        raise problem
