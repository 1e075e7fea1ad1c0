"""Day 4: the gradients of a convolution.

The implementation to judge is a function ``conv2d_backward(grad_output, input_tensor, weight,
stride=1, padding=0)`` that returns ``(grad_input, grad_weight, grad_bias)``.
"""

from __future__ import annotations

from autograder import Problem
from problems.conv2d_backward.cases import GROUPS, QUANTITIES, generate
from problems.conv2d_backward.misconceptions import MISCONCEPTIONS
from problems.conv2d_backward.run import expect, run

PROBLEM = Problem(
    name="conv2d_backward",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=expect,
    misconceptions=MISCONCEPTIONS,
    seed=20_040_404,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
