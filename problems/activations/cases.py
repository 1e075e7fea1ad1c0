"""Cases for the activations and their gradients."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograder import Case, Group, Text
from autograder.comparison import Array
from problems.function_calls import titled
from problems.function_problems import Arguments, function_case, robustness_cases

GROUPS = {
    "relu": {"relu": Group(Text("ReLU", "ReLU"), 4)},
    "relu_backward": {"relu_backward": Group(Text("gradient of ReLU", "ReLU 的梯度"), 8)},
    "leaky_relu": {"leaky_relu": Group(Text("leaky ReLU", "Leaky ReLU"), 6)},
    "leaky_relu_backward": {
        "leaky_relu_backward": Group(Text("gradient of leaky ReLU", "Leaky ReLU 的梯度"), 8)
    },
    "swish": {
        "swish": Group(Text("swish", "Swish"), 6),
        "swish_large": Group(Text("swish of large numbers", "Swish，绝对值很大的输入"), 3),
    },
    "swish_backward": {
        "swish_backward": Group(Text("gradient of swish", "Swish 的梯度"), 10),
        "swish_backward_large": Group(
            Text("gradient of swish at large numbers", "Swish 的梯度，绝对值很大的输入"), 3
        ),
    },
}
SHAPES: list[tuple[int, ...]] = [(9,), (4, 5), (2, 3, 5, 4)]
# None stands for the default. Above 1, max(x, slope * x) is another function.
SLOPES = (None, 0.2, 1.5)
# exp(710) is infinite in float64, exp(89) in float32.
LARGE = {
    Text("large numbers", "很大的数"): [30.0, 90.0, 400.0, 710.0, 1000.0],
    Text("very negative numbers", "绝对值很大的负数"): [-30.0, -90.0, -400.0, -710.0, -1000.0],
    Text("numbers of every size", "大小悬殊的数"): [-1000.0, -20.0, 0.0, 0.5, 20.0, 1000.0],
}


def generators() -> dict[str, Callable[[int], list[Case]]]:
    """Return, for each function, what draws its cases from a seed."""
    return {name: partial(generate, name) for name in GROUPS}


def generate(function: str, seed: int) -> list[Case]:
    """Draw the cases of one function.

    Parameters
    ----------
    function : str
        A key of ``GROUPS``.
    seed : int
        Shapes and slopes are fixed; the values are drawn from it.

    Returns
    -------
    list of Case
    """
    rng = np.random.default_rng(seed)
    result = returns(function)
    slopes = SLOPES if function.startswith("leaky") else (None,)

    def call(x: Array, slope: float | None = None) -> dict[str, Any]:
        arguments: dict[str, Any] = {"x": x}
        if result == "grad_input":
            arguments = {"grad_output": rng.normal(size=x.shape), "x": x}
        return arguments if slope is None else arguments | {"negative_slope": slope}

    calls = [call(numbers(rng, shape), slope) for slope in slopes for shape in SHAPES]
    cases = [function_case(function, result, arguments) for arguments in calls]
    cases.append(
        titled(
            Text("an empty batch", "空批次"),
            function_case(function, result, call(np.zeros((0, 3, 4)))),
        )
    )
    cases += robustness_cases(function, result, calls[-1])
    if function.startswith("swish"):
        cases += _large(f"{function}_large", result, call)
    return cases


def returns(function: str) -> str:
    """Return what to call the result of a function, by its name."""
    return "grad_input" if function.endswith("_backward") else "output"


def numbers(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Draw numbers of both signs, with zeros of both signs among them."""
    x = rng.normal(scale=2, size=shape)
    x.flat[1::7] = 0.0
    x.flat[3::7] = -0.0
    return x


def magnitude(arguments: Arguments) -> float:
    """Return the largest ``|grad_output| (1 + |x|)``, the most that any term amounts to."""
    grad_output = arguments.get("grad_output", np.ones(1))
    slope = abs(arguments.get("negative_slope", 0.0))
    return float((np.abs(grad_output) * (1 + slope) * (1 + np.abs(arguments["x"]))).max(initial=0))


def _large(group: str, result: str, call: Callable[[Array], dict[str, Any]]) -> list[Case]:
    return [
        titled(title, function_case(group, result, call(np.array(values))))
        for title, values in LARGE.items()
    ]
