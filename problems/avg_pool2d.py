"""Day 5: average pooling.

The implementation to judge is ``avg_pool2d(input_tensor, kernel_size, stride=None, padding=0)``.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder import Case, Group, Misconception, Problem, Text
from autograder.comparison import Array
from convlab.ops import avg_pool2d, max_pool2d
from problems.catalogue import known
from problems.function_calls import run
from problems.pooling.cases import QUANTITIES, Draw, expect
from problems.pooling.forward import bound_to
from problems.pooling.forward_mistakes import SHARED
from problems.pooling.kinds import AVERAGE, Kind, Settings

GROUPS = {
    "windows": Group(Text("avg_pool2d, windows side by side", "avg_pool2d，并排的窗口"), 5),
    "settings": Group(
        Text("avg_pool2d, stride, padding, rectangles", "avg_pool2d，步幅、填充、高宽不同"), 8
    ),
    "robustness": Group(
        Text(
            "avg_pool2d, empty batch, float32, arguments left alone",
            "avg_pool2d，空批次、float32、不改动参数",
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
        draw.case("settings", (2, 2, 7, 7), 2, 3),
        draw.case("settings", (1, 2, 6, 6), 3, 1),
        # Halves with an odd and an even whole part, and 2/3: rounding is not flooring.
        draw.case("settings", (1, 2, 8, 8), 3, 2),
        draw.case("settings", (1, 2, 10, 10), 3, 2),
        draw.case("settings", (1, 2, 4, 8), 2, 2),
        draw.case("settings", (1, 2, 7, 6), (3, 2), 2),
        draw.case("settings", (2, 2, 6, 6), 3, 2, 1),
        draw.case("settings", (1, 2, 5, 7), (3, 4), (1, 2), (1, 2)),
        *draw.robustness(),
    ]


@known(
    MISTAKES,
    name=Text("the zeros of the padding are not counted", "计数时没有把填充的零算进去"),
    hint=Text(
        "At the border your divisor is smaller. In this mission the padding belongs to the "
        "window: by how many elements is each sum divided?",
        "在图像边缘，你用的除数变小了。本任务约定填充也算窗口的一部分：每个和应该除以多少？",
    ),
)
def padding_not_counted(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    rest = settings.kernel, settings.stride, settings.padding
    return avg_pool2d(input_tensor, *rest, count_include_pad=False)


@known(
    MISTAKES,
    name=Text("the sum is not divided", "求和之后没有除"),
    hint=Text(
        "What does your function give for an image of ones? And what should it give?",
        "输入一张全是 1 的图像，你的函数返回什么？应该返回什么？",
    ),
)
def not_divided(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    return _mean(input_tensor, settings) * settings.kernel[0] * settings.kernel[1]


@known(
    MISTAKES,
    name=Text("the sum is divided by the height squared", "除以了窗口高度的平方"),
    hint=Text(
        "How many elements has a window of 3 rows and 2 columns?",
        "3 行 2 列的窗口里一共有几个元素？",
    ),
)
def divided_by_squared_height(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    return _mean(input_tensor, settings) * settings.kernel[1] / settings.kernel[0]


@known(
    MISTAKES,
    name=Text("the sum is divided by one side of the window", "只除以了窗口的一条边长"),
    hint=Text(
        "How many elements has a window of 2 rows and 2 columns?",
        "2 行 2 列的窗口里一共有几个元素？",
    ),
)
def divided_by_one_side(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    return _mean(input_tensor, settings) * settings.kernel[1]


@known(
    MISTAKES,
    name=Text("the sum is divided by the stride", "除数用成了步幅"),
    hint=Text(
        "Your result is right only where stride and window are equal. Which of the two says "
        "how many numbers were added?",
        "只有步幅等于窗口大小时你的结果才对。到底加了几个数，由这两者中的哪一个决定？",
    ),
)
def divided_by_stride(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    total = not_divided(kind, input_tensor, settings)
    return total / (settings.stride[0] * settings.stride[1])


@known(
    MISTAKES,
    name=Text("the maximum is taken instead of the mean", "算成了最大值，而不是平均值"),
    hint=Text(
        "In average pooling, how much does each pixel of a window count?",
        "在平均池化中，窗口里每个像素各占多大的份量？",
    ),
)
def maximum_instead(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    return max_pool2d(input_tensor, settings.kernel, settings.stride, settings.padding)


def _mean(input_tensor: Array, settings: Settings) -> Array:
    return avg_pool2d(input_tensor, settings.kernel, settings.stride, settings.padding)


MISCONCEPTIONS = bound_to(AVERAGE, [*SHARED, *MISTAKES])

PROBLEM = Problem(
    name="avg_pool2d",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=partial(expect, AVERAGE),
    misconceptions=MISCONCEPTIONS,
    seed=20_050_503,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
