"""Day 5: the gradient of max pooling.

The implementation to judge is ``max_pool2d_backward(grad_output, input_tensor, kernel_size,
stride=None, padding=0)``.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder import Case, Group, Misconception, Problem, Text
from autograder.comparison import Array
from convlab.ops import pad
from convlab.ops.types import Pair
from problems.catalogue import known
from problems.function_calls import run
from problems.pooling.backward import bound_to, cropped, sent_by, starts, walk
from problems.pooling.backward_mistakes import SHARED
from problems.pooling.cases import QUANTITIES, Draw, expect, negative, tied, zeros
from problems.pooling.kinds import MAX, Kind, Settings, first_maximum, give, send_to_all

GROUPS = {
    "routing": Group(
        Text("max_pool2d_backward, windows without overlap", "max_pool2d_backward，互不重叠的窗口"),
        9,
    ),
    "ties": Group(Text("max_pool2d_backward, ties", "max_pool2d_backward，并列的最大值"), 6),
    "overlap": Group(
        Text("max_pool2d_backward, overlapping windows", "max_pool2d_backward，重叠的窗口"), 8
    ),
    "rectangles": Group(
        Text("max_pool2d_backward, height and width differ", "max_pool2d_backward，高与宽不同"), 5
    ),
    "padding": Group(Text("max_pool2d_backward, padding", "max_pool2d_backward，填充"), 5),
    "robustness": Group(
        Text(
            "max_pool2d_backward, empty batch, float32, arguments left alone",
            "max_pool2d_backward，空批次、float32、不改动参数",
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
        draw.case("routing", (1, 1, 4, 4), 2),
        draw.case("routing", (2, 3, 6, 6), 3),
        draw.case("routing", (2, 2, 7, 7), 2),
        draw.case("routing", (2, 2, 7, 7), 2, 3),
        draw.case("ties", (1, 1, 4, 4), 2, pixels=zeros),
        draw.case("ties", (2, 2, 6, 6), 2, pixels=tied),
        draw.case("ties", (2, 2, 6, 6), 3, pixels=tied),
        draw.case("overlap", (1, 1, 5, 5), 3, 1),
        draw.case("overlap", (2, 2, 7, 7), 3, 2),
        draw.case("overlap", (1, 2, 8, 8), 3, 2),
        draw.case("overlap", (1, 2, 6, 6), 4, 1),
        draw.case("rectangles", (1, 2, 4, 8), 2, 2),
        draw.case("rectangles", (2, 1, 6, 8), (2, 3)),
        draw.case("rectangles", (1, 2, 7, 6), (3, 2), 2),
        draw.case("rectangles", (2, 2, 7, 5), 2, (1, 2)),
        draw.case("padding", (1, 2, 4, 4), 2, padding=1, pixels=negative),
        draw.case("padding", (2, 2, 6, 6), 3, 2, 1),
        draw.case("padding", (1, 2, 6, 6), 4, 2, 2, pixels=negative),
        draw.case("padding", (1, 2, 5, 7), (3, 4), 2, (1, 2)),
        *draw.robustness(),
    ]


@known(
    MISTAKES,
    name=Text(
        "a pixel that wins several windows keeps the last gradient only",
        "一个像素赢得多个窗口时，只保留了最后一份梯度",
    ),
    hint=Text(
        "The same pixel may be the maximum of several windows. Does your code add or assign?",
        "同一个像素可能是好几个窗口的最大值。你的代码是累加还是赋值？",
    ),
)
@sent_by
def winner_assigned(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    row, column = np.divmod(first_maximum(window), window.shape[3])
    images, channels = np.ogrid[: target.shape[0], : target.shape[1]]
    target[images, channels, row, column] = grad


@known(
    MISTAKES,
    name=Text("all tied maxima receive the whole gradient", "并列的最大值都得到了全部梯度"),
    hint=Text(
        "In a window of four zeros your gradients add up to four times the upstream gradient. "
        "Which one of them wins, by this mission's rule?",
        "窗口里是四个 0 时，你传回的梯度加起来是上游梯度的四倍。按本任务的规则，胜出的是哪一个？",
    ),
)
@sent_by
def all_winners(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    target += grad[:, :, None, None] * (window == window.max(axis=(2, 3), keepdims=True))


@known(
    MISTAKES,
    name=Text("tied maxima share the gradient", "并列的最大值平分了梯度"),
    hint=Text(
        "A fair rule, but not this mission's: only one of the tied pixels wins. Which?",
        "这样分虽然公平，但不是本任务的规则：并列的像素中只有一个胜出。是哪一个？",
    ),
)
@sent_by
def winners_share(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    wins = window == window.max(axis=(2, 3), keepdims=True)
    target += grad[:, :, None, None] * wins / wins.sum(axis=(2, 3), keepdims=True)


@known(
    MISTAKES,
    name=Text("the last of several equal maxima wins", "几个最大值相等时，最后一个胜出了"),
    hint=Text(
        "Does a pixel that is only as large as the best so far replace it? >= and > differ here.",
        "遇到与当前最大值相等的像素，要不要换成它？这里 >= 和 > 的结果不同。",
    ),
)
@sent_by
def last_winner(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    """``if x >= best``."""
    last = window.shape[2] * window.shape[3] - 1 - first_maximum(window[:, :, ::-1, ::-1])
    row, column = np.divmod(last, window.shape[3])
    give(target, row, column, grad)


@known(
    MISTAKES,
    name=Text("ties are decided column by column", "并列时按列的顺序决定胜者"),
    hint=Text(
        "Row-major order reads a window as one reads a page: which of your two loops over the "
        "window is the outer one?",
        "行优先就像读书一样，先读完一行再读下一行：你遍历窗口的两重循环，外层是哪一个？",
    ),
)
@sent_by
def first_winner_by_columns(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    column, row = np.divmod(first_maximum(window.swapaxes(2, 3)), window.shape[2])
    give(target, row, column, grad)


@known(
    MISTAKES,
    name=Text(
        "the index of the maximum is decoded with the window's height",
        "用窗口的高度去换算最大值的下标",
    ),
    hint=Text(
        "argmax counts on along the rows. After how many pixels does a new row begin?",
        "argmax 是沿着行往下数的。每数过多少个像素就会换到下一行？",
    ),
)
@sent_by
def decoded_with_height(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    row, column = np.divmod(first_maximum(window), window.shape[2])
    give(target, row, column, grad)


@known(
    MISTAKES,
    name=Text(
        "every pixel of the window receives the whole gradient",
        "窗口里每个像素都得到了全部梯度",
    ),
    hint=Text(
        "If a pixel that is not the maximum grows by very little, does the maximum change?",
        "如果不是最大值的某个像素增大了一点点，最大值会变吗？",
    ),
)
@sent_by
def whole_window(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    target += grad[:, :, None, None]


@known(
    MISTAKES,
    name=Text(
        "the place in the window is used as the place in the image",
        "把窗口内的坐标直接当成了图像坐标",
    ),
    hint=Text(
        "All gradients land at the top left. argmax counts from the corner of the window: "
        "where in the image is that corner?",
        "梯度全都堆到了左上角。argmax 是从窗口的左上角数起的：这个角在图像的什么位置？",
    ),
)
def window_offset_forgotten(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    padded = pad(input_tensor, settings.padding, kind.fill)
    grad_padded = np.zeros(padded.shape)

    def send(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
        kind.send(grad_padded[:, :, : kernel[0], : kernel[1]], window, grad, kernel)

    walk(send, grad_output, padded, settings.kernel, starts(settings))
    return cropped(grad_padded, settings, input_tensor)


@known(
    MISTAKES,
    name=Text("the padding wins against negative pixels", "填充的零赢过了负的像素"),
    hint=Text(
        "Some gradients are lost in the frame. With which number must an image be framed so "
        "that it loses even against -1?",
        "有些梯度落到填充上，丢失了。四周要填什么样的数，才会连 -1 都比不过？",
    ),
)
def padded_with_zeros(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    padded = pad(input_tensor, settings.padding)
    grad_padded = walk(kind.send, grad_output, padded, settings.kernel, starts(settings))
    return cropped(grad_padded, settings, input_tensor)


@known(
    MISTAKES,
    name=Text("the gradient is spread over the window", "把梯度平均分给了整个窗口"),
    hint=Text(
        "That is how average pooling does it. If a pixel that is not the maximum grows by very "
        "little, does the maximum change?",
        "那是平均池化的做法。如果不是最大值的某个像素增大了一点点，最大值会变吗？",
    ),
)
@sent_by
def spread_over_the_window(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    send_to_all(target, window, grad, kernel)


MISCONCEPTIONS = bound_to(MAX, [*SHARED, *MISTAKES])

PROBLEM = Problem(
    name="max_pool2d_backward",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=partial(expect, MAX),
    misconceptions=MISCONCEPTIONS,
    seed=20_050_502,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
