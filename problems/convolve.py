"""Day 2: the convolution of one image with one kernel, at the valid positions.

The implementation to judge is a function ``convolve(image, kernel)``: the mathematicians'
convolution, which turns the kernel by 180 degrees, unlike the layer of that name.
"""

from __future__ import annotations

from functools import wraps

import numpy as np

from autograder import Case, Group, Misconception, Problem, Text
from autograder.comparison import Array
from problems.catalogue import known
from problems.cross_correlate.cases import (
    RECTANGLES,
    ROBUSTNESS,
    Sizes,
    drawn_cases,
    robustness_cases,
)
from problems.cross_correlate.misconceptions import SLIDING, adapted
from problems.cross_correlate.reference import Sliding, cross_correlate, expectation
from problems.function_calls import afterwards, run

GROUPS = {
    "squares": Group(Text("square images and kernels", "方形图像与方形卷积核"), 10),
    "rectangles": Group(Text("height and width differ", "高与宽不同"), 6),
    "robustness": ROBUSTNESS,
}
SQUARES: tuple[Sizes, ...] = (
    ((5, 5), (3, 3)),
    ((6, 6), (2, 2)),
    ((5, 5), (1, 1)),
    ((9, 9), (4, 4)),
    ((9, 9), (5, 5)),
    ((3, 3), (3, 3)),
)
MISCONCEPTIONS: list[Misconception] = []


def generate(seed: int) -> list[Case]:
    """Draw the cases of all groups; sizes are fixed, values come from the seed."""
    rng = np.random.default_rng(seed)
    return [
        *drawn_cases("squares", SQUARES, rng),
        *drawn_cases("rectangles", RECTANGLES, rng),
        *robustness_cases(rng),
    ]


def convolve(image: Array, kernel: Array) -> Array:
    """Turn the kernel by 180 degrees, then cross-correlate."""
    return cross_correlate(image, kernel[::-1, ::-1])


def turned(wrong: Sliding) -> Sliding:
    """Build a convolution on a wrong cross-correlation."""

    @wraps(wrong)
    def operation(image: Array, kernel: Array) -> Array:
        return wrong(image, kernel[::-1, ::-1])

    return operation


@known(
    MISCONCEPTIONS,
    name=Text("the kernel is not flipped", "没有翻转卷积核"),
    hint=Text(
        "That is the cross-correlation. Try a kernel with a single 1 in its top-left corner: to "
        "which side should the image move?",
        "这样算出来的是互相关。拿一个只有左上角为 1 的卷积核试试：图像应该往哪一边移？",
    ),
)
def not_flipped(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel)


@known(
    MISCONCEPTIONS,
    name=Text("the kernel is only turned upside down", "卷积核只做了上下翻转"),
    hint=Text(
        "A turn by 180 degrees takes the top-left corner to the bottom right. Where does yours go?",
        "旋转 180 度会把左上角转到右下角。你的左上角转到了哪里？",
    ),
)
def flipped_up_down(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel[::-1])


@known(
    MISCONCEPTIONS,
    name=Text("the kernel is only mirrored from left to right", "卷积核只做了左右翻转"),
    hint=Text(
        "There are two axes in the definition, and a minus sign in front of both indices.",
        "定义里有两个坐标轴，两个下标前面都有负号。",
    ),
)
def flipped_left_right(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel[:, ::-1])


@known(
    MISCONCEPTIONS,
    name=Text("the kernel is transposed instead of turned", "把卷积核转置了，而不是旋转"),
    hint=Text(
        "Transposing keeps the top-left element where it is. Does a turn by 180 degrees do so too?",
        "转置时左上角的元素原地不动。旋转 180 度时也是这样吗？",
    ),
)
def transposed(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel.T)


@known(
    MISCONCEPTIONS,
    name=Text("the kernel is turned by 90 degrees only", "卷积核只旋转了 90 度"),
    hint=Text(
        "How far does np.rot90 turn an array when it is called once?",
        "np.rot90 调用一次，数组转过多少度？",
    ),
)
def turned_by_90(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, np.rot90(kernel))


@known(
    MISCONCEPTIONS,
    name=Text("indices counted from the end are off by one", "从末尾倒数的下标差了一位"),
    hint=Text(
        "kernel[-0] is kernel[0], the first element. Which index does the last one have, counted "
        "from the end?",
        "kernel[-0] 就是 kernel[0]，是第一个元素。从末尾倒着数，最后一个元素的下标是多少？",
    ),
)
def negative_index_off_by_one(image: Array, kernel: Array) -> Array:
    rows, columns = np.arange(kernel.shape[0]), np.arange(kernel.shape[1])
    return cross_correlate(image, kernel[-rows[:, None], -columns])


@known(
    MISCONCEPTIONS,
    name=Text("the image is turned instead of the kernel", "翻转的是图像，而不是卷积核"),
    hint=Text(
        "Your values are right, and in the opposite order: the window at the top left of the image "
        "gives your last value.",
        "数值都对，顺序却正好相反：图像左上角那个窗口的结果，成了你的最后一个值。",
    ),
)
def image_turned(image: Array, kernel: Array) -> Array:
    return cross_correlate(image[::-1, ::-1], kernel)


@known(
    MISCONCEPTIONS,
    name=Text("the kernel is flipped again at every position", "每到一个位置又把卷积核翻转了一次"),
    hint=Text(
        "Your first value is right and the second is not. How often does the line that flips run?",
        "第一个值是对的，第二个就错了。翻转的那一行一共执行了多少次？",
    ),
)
def flipped_in_the_loop(image: Array, kernel: Array) -> Array:
    even, odd = convolve(image, kernel), cross_correlate(image, kernel)
    position = np.arange(even.size).reshape(even.shape)
    return np.where(position % 2 == 0, even, odd)


@known(
    MISCONCEPTIONS,
    name=Text("the caller's own kernel is flipped", "把调用者的卷积核也翻转了"),
    hint=Text(
        "The output is right, but the array that you were given has changed, and the next call "
        "will flip it back. Which line of yours writes into an argument?",
        "输出是对的，但传进来的数组被改掉了，下一次调用又会把它翻回去。代码里哪一行写进了参数？",
    ),
)
def kernel_changed(image: Array, kernel: Array) -> Array:
    kernel[:] = kernel[::-1, ::-1].copy()
    return cross_correlate(image, kernel)


MISCONCEPTIONS.extend(adapted(SLIDING, turned))

PROBLEM = Problem(
    name="convolve",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=expectation(convolve),
    misconceptions=MISCONCEPTIONS,
    seed=20_020_203,
    quantities=afterwards("image", "kernel"),
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
