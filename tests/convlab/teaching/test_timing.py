"""The stopwatch keeps the fastest of several calls."""

import time

from convlab.teaching import best_seconds


def test_the_fastest_call_counts_and_the_first_one_does_not():
    pauses = iter([0.0, 0.05, 0.02, 0.05])
    fastest = best_seconds(lambda: time.sleep(next(pauses)), repeats=3)
    assert 0.02 <= fastest < 0.05
