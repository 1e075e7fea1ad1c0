"""Day 5: max pooling.

The implementation to judge is ``max_pool2d(input_tensor, kernel_size, stride=None, padding=0)``.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder import Case, Group, Misconception, Problem, Text
from autograder.comparison import Array
from convlab.ops import avg_pool2d, pad
from problems.catalogue import known
from problems.function_calls import run
from problems.pooling.cases import QUANTITIES, Draw, expect, negative
from problems.pooling.forward import bound_to
from problems.pooling.forward_mistakes import SHARED
from problems.pooling.kinds import MAX, Kind, Settings

GROUPS = {
    "windows": Group(Text("max_pool2d, windows side by side", "max_pool2d，并排的窗口"), 8),
    "stride": Group(Text("max_pool2d, stride", "max_pool2d，步幅"), 8),
    "rectangles": Group(Text("max_pool2d, height and width differ", "max_pool2d，高与宽不同"), 6),
    "padding": Group(Text("max_pool2d, padding", "max_pool2d，填充"), 6),
    "robustness": Group(
        Text(
            "max_pool2d, empty batch, float32, arguments left alone",
            "max_pool2d，空批次、float32、不改动参数",
        ),
        2,
    ),
}


MISTAKES: list[Misconception] = []


def generate(seed: int) -> list[Case]:
    """Draw the cases of all groups; shapes and settings are fixed.

    Parameters
    ----------
    seed : int

    Returns
    -------
    list of Case
    """
    draw = Draw(np.random.default_rng(seed), backward=False)
    return [
        draw.case("windows", (1, 1, 4, 4), 2),
        draw.case("windows", (2, 3, 6, 6), 3),
        draw.case("windows", (2, 2, 7, 7), 2),
        draw.case("windows", (2, 2, 4, 4), 2, pixels=negative),
        # The size is a fraction: 2/3, halves (odd and even whole part); rounding is not flooring.
        draw.case("stride", (2, 2, 7, 7), 2, 3),
        draw.case("stride", (2, 2, 6, 6), 3, 1),
        draw.case("stride", (1, 2, 8, 8), 3, 2),
        draw.case("stride", (1, 2, 10, 10), 3, 2),
        draw.case("stride", (1, 1, 9, 9), 2, 3),
        draw.case("rectangles", (1, 2, 4, 8), 2, 2),
        draw.case("rectangles", (1, 2, 7, 6), (3, 2), 2),
        draw.case("rectangles", (2, 1, 6, 8), (2, 3)),
        draw.case("rectangles", (2, 2, 7, 5), 2, (1, 2)),
        draw.case("padding", (1, 2, 4, 4), 2, padding=1, pixels=negative),
        draw.case("padding", (2, 2, 6, 6), 3, 2, 1),
        draw.case("padding", (1, 2, 5, 7), (3, 4), 2, (1, 2)),
        draw.case("padding", (1, 2, 6, 5), 4, 1, (0, 2)),
        *draw.robustness(),
    ]


@known(
    MISTAKES,
    name=Text("the padding wins against negative pixels", "填充的零赢过了负的像素"),
    hint=Text(
        "Padding never wins. With which number must an image be framed so that it loses even "
        "against -1?",
        "填充永远不应胜出。四周要填什么样的数，才会连 -1 都比不过？",
    ),
)
def padded_with_zeros(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    padded = pad(input_tensor, settings.padding)
    return kind.forward(padded, settings.kernel, settings.stride)


@known(
    MISTAKES,
    name=Text("the maximum is never below zero", "最大值永远不会小于零"),
    hint=Text(
        "From which number does your search for the maximum start? All pixels may be negative.",
        "你从哪个数开始找最大值？一个窗口里的像素可能全是负数。",
    ),
)
def starts_at_zero(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    """``best = 0``, then ``if x > best``."""
    rest = settings.kernel, settings.stride, settings.padding
    return np.maximum(kind.forward(input_tensor, *rest), 0)


@known(
    MISTAKES,
    name=Text("the largest absolute value is taken", "取的是绝对值最大的数"),
    hint=Text("Which is larger, -3 or 2?", "-3 和 2，哪一个更大？"),
)
def largest_magnitude(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    rest = settings.kernel, settings.stride, settings.padding
    return kind.forward(np.abs(input_tensor), *rest)


@known(
    MISTAKES,
    name=Text("the mean is taken instead of the maximum", "算成了平均值，而不是最大值"),
    hint=Text(
        "Which one number of the window is kept in max pooling?",
        "最大池化从窗口里留下的是哪一个数？",
    ),
)
def mean_instead(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    return avg_pool2d(input_tensor, settings.kernel, settings.stride, settings.padding)


MISCONCEPTIONS = bound_to(MAX, [*SHARED, *MISTAKES])

PROBLEM = Problem(
    name="max_pool2d",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=partial(expect, MAX),
    misconceptions=MISCONCEPTIONS,
    seed=20_050_501,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
