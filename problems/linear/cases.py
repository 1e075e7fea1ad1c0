"""Cases that tell right layers from wrong ones, and what they should give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograder import Case, Expected, Group, Text
from autograder.comparison import Array
from convlab import ops
from problems.arrays import with_gaps
from problems.function_calls import afterwards, as_float32, describe_shapes, run, titled
from problems.linear.reference import linear_backward, linear_forward

FORWARD_GROUPS = {
    "forward": Group(Text("linear_forward", "linear_forward"), 8),
    "forward_robustness": Group(
        Text(
            "linear_forward: empty batch, float32, arguments left alone",
            "linear_forward：空批次、float32、不改动参数",
        ),
        2,
    ),
}
BACKWARD_GROUPS = {
    "grad_input": Group(Text("gradient of the input", "输入的梯度"), 8),
    "grad_weight": Group(Text("gradient of the weight", "权重的梯度"), 8),
    "grad_bias": Group(Text("gradient of the bias", "偏置的梯度"), 6),
    "backward_robustness": Group(
        Text(
            "linear_backward: empty batch, float32, arguments left alone",
            "linear_backward：空批次、float32、不改动参数",
        ),
        4,
    ),
}

OUTPUT = ("output_tensor",)
GRADIENTS = ("grad_input", "grad_weight", "grad_bias")
FORWARD_QUANTITIES = afterwards("input_tensor", "weight", "bias")
BACKWARD_QUANTITIES = afterwards("grad_output", "input_tensor", "weight")
# N, in_features, out_features: all different, pairs alike, and all alike.
SIZES = [(1, 1, 1), (1, 4, 3), (5, 3, 2), (3, 3, 4), (2, 4, 2), (4, 3, 3), (3, 3, 3)]


def generate_forward(seed: int) -> list[Case]:
    """Draw the cases of the forward pass.

    Parameters
    ----------
    seed : int
    """
    rng = np.random.default_rng(seed)
    plain = [_forward_case("forward", _draw(rng, *sizes), OUTPUT) for sizes in SIZES]
    group, sizes = "forward_robustness", (3, 4, 2)
    return plain + [
        titled(title, _forward_case(group, arguments, check))
        for title, arguments, check in _unusual(
            _draw(rng, 0, 4, 2),
            [_draw(rng, *sizes) for _ in range(3)],
            OUTPUT,
            tuple(FORWARD_QUANTITIES),
        )
    ]


def generate_backward(seed: int) -> list[Case]:
    """Draw the cases of the backward pass.

    Parameters
    ----------
    seed : int
    """
    rng = np.random.default_rng(seed)
    plain = [
        _backward_case(name, _draw_backward(rng, *sizes), (name,))
        for name in GRADIENTS
        for sizes in SIZES
    ]
    group, sizes = "backward_robustness", (3, 4, 2)
    return plain + [
        titled(title, _backward_case(group, arguments, check))
        for title, arguments, check in _unusual(
            _draw_backward(rng, 0, 4, 2),
            [_draw_backward(rng, *sizes) for _ in range(3)],
            GRADIENTS,
            tuple(BACKWARD_QUANTITIES),
        )
    ]


def _unusual(
    empty: dict[str, Array],
    drawn: list[dict[str, Array]],
    results: tuple[str, ...],
    untouched: tuple[str, ...],
) -> Iterable[tuple[Text, dict[str, Array], tuple[str, ...]]]:
    single, kept, strided = drawn
    yield Text("an empty batch", "空批次"), empty, results
    yield Text("float32", "float32"), as_float32(single), results
    yield Text("arguments after the call", "调用之后的参数"), kept, untouched
    views = {name: with_gaps(array) for name, array in strided.items()}
    yield Text("a view with gaps in memory", "内存不连续的视图"), views, results


def _draw(
    rng: np.random.Generator, N: int, in_features: int, out_features: int
) -> dict[str, Array]:
    return {
        "input_tensor": rng.normal(size=(N, in_features)),
        "weight": rng.normal(size=(out_features, in_features)),
        "bias": rng.normal(size=out_features),
    }


def _draw_backward(
    rng: np.random.Generator, N: int, in_features: int, out_features: int
) -> dict[str, Array]:
    drawn = _draw(rng, N, in_features, out_features)
    # An upstream gradient of ones would hide mistakes: draw it.
    grad_output = rng.normal(size=(N, out_features))
    return {
        "grad_output": grad_output,
        "input_tensor": drawn["input_tensor"],
        "weight": drawn["weight"],
    }


def _forward_case(group: str, arguments: dict[str, Array], check: tuple[str, ...]) -> Case:
    about = {"arguments": arguments, "returns": OUTPUT, "check": check}
    return Case(group, describe_shapes(arguments), about)


def _backward_case(group: str, arguments: dict[str, Array], check: tuple[str, ...]) -> Case:
    about = {"arguments": arguments, "returns": GRADIENTS, "check": check}
    return Case(group, describe_shapes(arguments), about)


def expect_forward(case: Case) -> dict[str, Expected]:
    """Compute the reference's output, with the number and size of the terms it is the sum of.

    Parameters
    ----------
    case : Case
    """
    sizes = [np.abs(array) for array in case.arguments["arguments"].values()]
    terms = {"output_tensor": sizes[0].shape[1] + 1}
    return _expected(case, linear_forward, {"output_tensor": ops.linear(*sizes)}, terms)


def expect_backward(case: Case) -> dict[str, Expected]:
    """Compute the reference's gradients, with the number and size of the terms of each.

    Parameters
    ----------
    case : Case
    """
    sizes = [np.abs(array) for array in case.arguments["arguments"].values()]
    sums = dict(zip(GRADIENTS, ops.linear_backward(*sizes), strict=True))
    N, out_features = sizes[0].shape
    terms = {"grad_input": out_features, "grad_weight": N, "grad_bias": N}
    return _expected(case, linear_backward, sums, terms)


def _expected(
    case: Case, reference: Any, sums: dict[str, Array], terms: dict[str, int]
) -> dict[str, Expected]:
    magnitudes = {name: float(array.max(initial=0)) for name, array in sums.items()}
    return {
        name: Expected(value, terms.get(name, 0), magnitudes.get(name, 0.0))
        for name, value in run(reference, case).items()
    }
