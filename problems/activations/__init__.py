"""Day 6: the activations ReLU, leaky ReLU and swish, and their gradients.

The implementation to judge is one function: ``relu(x)``, ``leaky_relu(x, negative_slope=0.01)``,
``swish(x)``, or one of them with ``_backward`` after its name and ``grad_output`` before ``x``.
"""

from __future__ import annotations

from convlab import ops
from problems.activations import leaky_relu, relu, swish
from problems.activations.cases import GROUPS as BY_FUNCTION
from problems.activations.cases import generators, magnitude
from problems.function_problems import Reference, function_problem, judge_among

# A sigmoid is an exponential, a sum and a quotient; swish's gradient has it three times.
ROUNDINGS = 8

MISCONCEPTIONS = {
    "relu": relu.FORWARD,
    "relu_backward": relu.BACKWARD,
    "leaky_relu": leaky_relu.FORWARD,
    "leaky_relu_backward": leaky_relu.BACKWARD,
    "swish": swish.FORWARD,
    "swish_backward": swish.BACKWARD,
}
PROBLEMS = {
    name: function_problem(
        name,
        BY_FUNCTION[name],
        generate,
        Reference(getattr(ops, name), ROUNDINGS, magnitude),
        MISCONCEPTIONS[name],
        seed=20_060_601,
    )
    for name, generate in generators().items()
}
GROUPS = {name: group for problem in PROBLEMS.values() for name, group in problem.groups.items()}
judge = judge_among(PROBLEMS)

__all__ = ["GROUPS", "PROBLEMS", "judge"]
