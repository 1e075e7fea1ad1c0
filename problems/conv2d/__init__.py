"""Day 3: convolution forward, with every setting.

The implementation to judge is a function ``conv2d(input_tensor, weight, bias=None, stride=1,
padding=0, dilation=1, groups=1)`` that returns the output.
"""

from __future__ import annotations

from autograder import Problem
from problems.conv2d.cases import GROUPS, QUANTITIES, generate
from problems.conv2d.misconceptions import MISCONCEPTIONS
from problems.conv2d.run import expect, run

PROBLEM = Problem(
    name="conv2d",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=expect,
    misconceptions=MISCONCEPTIONS,
    seed=20_030_304,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
