"""Days 1 and 6: the fully connected layer, forward and backward.

The implementations to judge are ``linear_forward(input_tensor, weight, bias)`` and
``linear_backward(grad_output, input_tensor, weight) -> (grad_input, grad_weight, grad_bias)``,
each by the groups of its own problem.
"""

from __future__ import annotations

from problems.function_problems import judge_among
from problems.linear import backward, forward

PROBLEMS = {"linear_forward": forward.PROBLEM, "linear_backward": backward.PROBLEM}
GROUPS = {name: group for problem in PROBLEMS.values() for name, group in problem.groups.items()}
judge = judge_among(PROBLEMS)

__all__ = ["GROUPS", "PROBLEMS", "backward", "forward", "judge"]
