"""Day 2: the cross-correlation of one image with one kernel, at the valid positions.

The implementation to judge is a function ``cross_correlate(image, kernel)``.
"""

from __future__ import annotations

from autograder import Problem
from problems.cross_correlate.cases import GROUPS, generate
from problems.cross_correlate.misconceptions import MISCONCEPTIONS
from problems.cross_correlate.reference import cross_correlate, expectation
from problems.function_calls import afterwards, run

PROBLEM = Problem(
    name="cross_correlate",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=expectation(cross_correlate),
    misconceptions=MISCONCEPTIONS,
    seed=20_020_202,
    quantities=afterwards("image", "kernel"),
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
