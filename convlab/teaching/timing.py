"""Measure how long a call takes, on a machine that has other things to do."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter


def best_seconds(call: Callable[[], object], repeats: int = 5) -> float:
    """Time ``call`` several times and keep the fastest.

    Interruptions only ever add time, so the minimum is the best estimate of the work itself. One
    call before the first measurement warms caches up.
    """
    call()
    times = []
    for _ in range(repeats):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return min(times)
