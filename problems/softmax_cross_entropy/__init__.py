"""Day 1: softmax and cross-entropy in one, with the gradient of the logits.

The implementation to judge is ``softmax_cross_entropy(logits, labels) -> (loss, grad_logits)``.
"""

from __future__ import annotations

from autograder import Problem
from problems.function_calls import run
from problems.softmax_cross_entropy.cases import GROUPS, QUANTITIES, expect, generate
from problems.softmax_cross_entropy.misconceptions import MISCONCEPTIONS

PROBLEM = Problem(
    name="softmax_cross_entropy",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=expect,
    misconceptions=MISCONCEPTIONS,
    seed=20_010_102,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
