"""Day 7: a convolutional layer with its own weights and gradients.

The implementation to judge is a class ``Conv2d(in_channels, out_channels, kernel_size, stride=1,
padding=0)`` with ``forward(input_tensor)``, ``backward(grad_output)``, and the attributes
``weight``, ``bias``, ``grad_weight`` and ``grad_bias``.
"""

from __future__ import annotations

from autograder import Problem
from problems.conv2d_layer.cases import GROUPS, QUANTITIES, generate
from problems.conv2d_layer.misconceptions import MISCONCEPTIONS
from problems.conv2d_layer.run import expect, run

PROBLEM = Problem(
    name="conv2d_layer",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=expect,
    misconceptions=MISCONCEPTIONS,
    seed=20_070_707,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
