"""Dropout's backward pass: its cases."""

from __future__ import annotations

import numpy as np

from autograder import Case, Group, Text
from problems.function_calls import largest, titled
from problems.function_problems import Arguments, function_case, robustness_cases

GROUPS = {"dropout_backward": Group(Text("gradient of dropout", "dropout 的梯度"), 8)}


def generate(seed: int) -> list[Case]:
    """Draw the cases.

    Parameters
    ----------
    seed : int
        Shapes and probabilities are fixed; the values are drawn from it.
    """
    rng = np.random.default_rng(seed)

    def arguments(shape: tuple[int, ...], p: float) -> Arguments:
        mask = rng.random(shape) >= p
        return {"grad_output": rng.normal(size=shape), "mask": mask, "p": p}

    group, result = "dropout_backward", "grad_input"
    settings = [((11,), 0.3), ((6, 7), 0.8), ((3, 2, 5, 4), 0.4), ((5, 8), 0.1)]
    return [
        *(function_case(group, result, arguments(*each)) for each in settings),
        titled(
            Text("an empty batch", "空批次"), function_case(group, result, arguments((0, 4), 0.3))
        ),
        *robustness_cases(group, result, arguments((6, 7), 0.6)),
    ]


def magnitude(arguments: Arguments) -> float:
    """Return the largest number that is rounded."""
    return largest(arguments["grad_output"]) / (1 - float(arguments["p"]))
