"""Day 5: the gradient of average pooling.

The implementation to judge is ``avg_pool2d_backward(grad_output, input_tensor, kernel_size,
stride=None, padding=0)``.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder import Case, Group, Misconception, Problem, Text
from autograder.comparison import Array
from convlab.ops import avg_pool2d_backward
from convlab.ops.types import Pair
from problems.catalogue import known
from problems.function_calls import run
from problems.pooling.backward import bound_to, right, sent_by
from problems.pooling.backward_mistakes import SHARED
from problems.pooling.cases import QUANTITIES, Draw, expect
from problems.pooling.kinds import AVERAGE, Kind, Settings, send_to_winner

GROUPS = {
    "spreading": Group(
        Text("avg_pool2d_backward, windows without overlap", "avg_pool2d_backward，互不重叠的窗口"),
        6,
    ),
    "overlap": Group(
        Text("avg_pool2d_backward, overlapping windows", "avg_pool2d_backward，重叠的窗口"), 6
    ),
    "settings": Group(
        Text("avg_pool2d_backward, padding and rectangles", "avg_pool2d_backward，填充、高宽不同"),
        6,
    ),
    "robustness": Group(
        Text(
            "avg_pool2d_backward, empty batch, float32, arguments left alone",
            "avg_pool2d_backward，空批次、float32、不改动参数",
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
    draw = Draw(np.random.default_rng(seed), backward=True)
    return [
        draw.case("spreading", (1, 1, 4, 4), 2),
        draw.case("spreading", (2, 3, 6, 6), 3),
        draw.case("spreading", (2, 2, 7, 7), 2),
        draw.case("spreading", (2, 2, 7, 7), 2, 3),
        draw.case("overlap", (1, 1, 5, 5), 3, 1),
        draw.case("overlap", (2, 2, 7, 7), 3, 2),
        draw.case("overlap", (1, 2, 8, 8), 3, 2),
        draw.case("settings", (1, 2, 4, 8), 2, 2),
        draw.case("settings", (2, 1, 6, 8), (2, 3)),
        draw.case("settings", (1, 2, 7, 6), (3, 2), 2),
        draw.case("settings", (2, 2, 6, 6), 3, 2, 1),
        draw.case("settings", (1, 2, 6, 6), 4, 2, 2),
        draw.case("settings", (1, 2, 5, 7), (3, 4), (1, 2), (1, 2)),
        *draw.robustness(),
    ]


@known(
    MISTAKES,
    name=Text("the gradient is not divided", "没有除以窗口的元素个数"),
    hint=Text(
        "If one pixel of a window of four grows by 1, by how much does the mean grow?",
        "四个像素的窗口里，一个像素增大 1，平均值增大多少？",
    ),
)
@sent_by
def not_divided(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    target += grad[:, :, None, None]


@known(
    MISTAKES,
    name=Text("the gradient is divided by the height squared", "除以了窗口高度的平方"),
    hint=Text(
        "How many elements has a window of 3 rows and 2 columns?",
        "3 行 2 列的窗口里一共有几个元素？",
    ),
)
@sent_by
def divided_by_squared_height(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    target += grad[:, :, None, None] / kernel[0] ** 2


@known(
    MISTAKES,
    name=Text("the gradient is divided by one side of the window", "只除以了窗口的一条边长"),
    hint=Text(
        "How many elements has a window of 2 rows and 2 columns?",
        "2 行 2 列的窗口里一共有几个元素？",
    ),
)
@sent_by
def divided_by_one_side(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    target += grad[:, :, None, None] / kernel[0]


@known(
    MISTAKES,
    name=Text("the zeros of the padding are not counted", "计数时没有把填充的零算进去"),
    hint=Text(
        "Which divisor did the forward pass use at the border? The zeros of the padding have "
        "their share too; it is cropped.",
        "前向时，图像边缘的窗口除以的是多少？填充的零也分得一份梯度，只是随后被裁掉了。",
    ),
)
def padding_not_counted(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    rest = settings.kernel, settings.stride, settings.padding
    return avg_pool2d_backward(grad_output, input_tensor, *rest, count_include_pad=False)


@known(
    MISTAKES,
    name=Text("the gradient is divided by the stride", "除数用成了步幅"),
    hint=Text(
        "Your result is right only where stride and window are equal. Which of the two says "
        "how many pixels share a gradient?",
        "只有步幅等于窗口大小时你的结果才对。梯度由几个像素分担，由这两者中的哪一个决定？",
    ),
)
def divided_by_stride(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    (height, width), (rows, columns) = settings.kernel, settings.stride
    factor = height * width / (rows * columns)
    return right(kind, grad_output, input_tensor, settings) * factor


@known(
    MISTAKES,
    name=Text("overlapping windows are averaged", "对重叠窗口的梯度求了平均"),
    hint=Text(
        "A pixel that reaches the loss in several ways has the gradients of all of them. What "
        "does the chain rule do with them?",
        "一个像素通过好几条路径影响损失，每条路径都有一份梯度。链式法则怎样把它们合起来？",
    ),
)
def overlaps_averaged(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    rest = settings.kernel, settings.stride, settings.padding
    area = settings.kernel[0] * settings.kernel[1]
    windows = kind.backward(np.ones_like(grad_output), input_tensor, *rest) * area
    return right(kind, grad_output, input_tensor, settings) / np.maximum(np.round(windows), 1)


@known(
    MISTAKES,
    name=Text("grad_output is only enlarged", "只是把 grad_output 放大了"),
    hint=Text(
        "np.repeat puts windows side by side. What if they overlap, or leave a rest?",
        "np.repeat 得到的是并排的窗口。如果窗口有重叠，或者图像有剩余呢？",
    ),
)
def enlarged(kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings) -> Array:
    """``np.repeat`` or ``np.kron`` with a window of ones."""
    height, width = settings.kernel
    share = grad_output / (height * width)
    return share.repeat(height, axis=2).repeat(width, axis=3)


@known(
    MISTAKES,
    name=Text("the gradient goes to the maximum", "把梯度全给了最大值"),
    hint=Text(
        "That is how max pooling does it. On which pixels of its window does a mean depend?",
        "那是最大池化的做法。平均值取决于窗口里的哪些像素？",
    ),
)
@sent_by
def given_to_the_maximum(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    send_to_winner(target, window, grad, kernel)


MISCONCEPTIONS = bound_to(AVERAGE, [*SHARED, *MISTAKES])

PROBLEM = Problem(
    name="avg_pool2d_backward",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=partial(expect, AVERAGE),
    misconceptions=MISCONCEPTIONS,
    seed=20_050_504,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
