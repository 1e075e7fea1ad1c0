"""Day 2: how well a feature fits each window of an image.

The implementation to judge is a function ``feature_map(image, feature)``: the cross-correlation
divided by the number of the feature's elements. With pixels of -1 and 1 that is 1 where all agree.
"""

from __future__ import annotations

from functools import wraps

import numpy as np

from autograder import Case, Group, Misconception, Problem, Text
from autograder.comparison import Array
from convlab.teaching.letters import FEATURES, LETTERS
from problems.catalogue import known
from problems.cross_correlate.cases import (
    RECTANGLES,
    ROBUSTNESS,
    Sizes,
    drawn_cases,
    make_case,
    robustness_cases,
)
from problems.cross_correlate.misconceptions import SLIDING, adapted
from problems.cross_correlate.reference import Sliding, cross_correlate, expectation
from problems.function_calls import afterwards, run, titled
from problems.letters import draw_picture

GROUPS = {
    "letters": Group(Text("the three features on letters", "在字母上找三个特征"), 10),
    "sizes": Group(Text("features of other sizes and values", "其他大小、其他数值的特征"), 8),
    "robustness": ROBUSTNESS,
}
SQUARES: tuple[Sizes, ...] = (
    ((6, 6), (3, 3)),
    ((7, 7), (2, 2)),
    ((9, 9), (5, 5)),
    ((5, 5), (5, 5)),
)
NOISE = 0.1
MISCONCEPTIONS: list[Misconception] = []


def generate(seed: int) -> list[Case]:
    """Draw the cases of all groups; sizes are fixed but for the letters' pictures."""
    rng = np.random.default_rng(seed)
    pictures = [LETTERS["X"], *(draw_picture(letter, NOISE, rng) for letter in "XO")]
    return [
        *(
            titled(Text(name, name), make_case("letters", picture, feature, "feature"))
            for picture in pictures
            for name, feature in FEATURES.items()
        ),
        *drawn_cases("sizes", SQUARES, rng, "feature"),
        *drawn_cases("sizes", RECTANGLES, rng, "feature"),
        *robustness_cases(rng, "feature"),
    ]


def feature_map(image: Array, feature: Array) -> Array:
    """Average the products of each window with the feature."""
    return cross_correlate(image, feature) / feature.size


def averaged(wrong: Sliding) -> Sliding:
    """Build a feature map on a wrong cross-correlation."""

    @wraps(wrong)
    def operation(image: Array, feature: Array) -> Array:
        return wrong(image, feature) / feature.size

    return operation


@known(
    MISCONCEPTIONS,
    name=Text("products are added up, not averaged", "乘积只求了和，没有取平均"),
    hint=Text(
        "A window that agrees with the feature in every pixel should give 1. What does yours give?",
        "窗口与特征的每个像素都一致时，结果应当是 1。你的结果是多少？",
    ),
)
def not_averaged(image: Array, feature: Array) -> Array:
    return cross_correlate(image, feature)


@known(
    MISCONCEPTIONS,
    name=Text("the sum is divided by the number of rows", "除以的是行数"),
    hint=Text(
        "len(feature) counts the rows of a feature. How many elements does it have?",
        "len(feature) 数的是特征有几行。它一共有几个元素？",
    ),
)
def divided_by_rows(image: Array, feature: Array) -> Array:
    return cross_correlate(image, feature) / len(feature)


@known(
    MISCONCEPTIONS,
    name=Text("the sum is always divided by 9", "总是除以 9"),
    hint=Text(
        "9 is the number of elements of a 3x3 feature. How many has one of 2 rows and 4 columns?",
        "9 是 3x3 特征的元素个数。2 行 4 列的特征有几个元素？",
    ),
)
def divided_by_nine(image: Array, feature: Array) -> Array:
    return cross_correlate(image, feature) / 9


@known(
    MISCONCEPTIONS,
    name=Text("the sum is divided by the image's number of pixels", "除以的是图像的像素数"),
    hint=Text(
        "How many products went into one sum: as many as the image has pixels, or fewer?",
        "一个和里加了多少个乘积？和图像的像素一样多，还是更少？",
    ),
)
def divided_by_pixels(image: Array, feature: Array) -> Array:
    return cross_correlate(image, feature) / image.size


@known(
    MISCONCEPTIONS,
    name=Text("the sum is divided by the feature's sum", "除以的是特征各元素之和"),
    hint=Text(
        "A feature of -1 and 1 may well add up to 0 or to less. It is the number of elements that "
        "you need.",
        "由 -1 和 1 组成的特征，元素之和可能是 0，甚至是负数。需要的是元素的个数。",
    ),
)
def divided_by_sum(image: Array, feature: Array) -> Array:
    quotient: Array = cross_correlate(image, feature) / feature.sum()
    return quotient


@known(
    MISCONCEPTIONS,
    name=Text("agreeing pixels are counted", "数的是相同像素的个数"),
    hint=Text(
        "Your map lies between 0 and 1. Pixels that disagree count against the feature: what is "
        "the product of 1 and -1?",
        "你的结果都在 0 到 1 之间。不一致的像素是要扣分的：1 乘 -1 等于多少？",
    ),
)
def agreement_counted(image: Array, feature: Array) -> Array:
    windows = np.lib.stride_tricks.sliding_window_view(image, feature.shape)
    counted: Array = np.mean(windows == feature, axis=(2, 3))
    return counted


@known(
    MISCONCEPTIONS,
    name=Text("the map is rounded to two decimals", "结果四舍五入到了两位小数"),
    hint=Text(
        "Are two decimals of 7/9 still 7/9? Round what you print, not what you return.",
        "7/9 只留两位小数，还等于 7/9 吗？打印时可以取两位小数，返回的值不要取。",
    ),
)
def rounded(image: Array, feature: Array) -> Array:
    return np.round(feature_map(image, feature), 2)


@known(
    MISCONCEPTIONS,
    name=Text("the division is rounded down", "除法向下取整了"),
    hint=Text(
        "// keeps whole numbers only, and 7 // 9 is 0. Which division keeps the fraction?",
        "// 只留下整数，7 // 9 等于 0。哪种除法会保留小数？",
    ),
)
def floor_division(image: Array, feature: Array) -> Array:
    return np.floor(feature_map(image, feature))


@known(
    MISCONCEPTIONS,
    name=Text("the feature is flipped", "特征被翻转了"),
    hint=Text(
        "The three features of the letters look the same after a turn by 180 degrees, so they "
        "cannot show it. Is it cross_correlate or convolve that your function rests on?",
        "字母的三个特征旋转 180 度后和原来一样，所以看不出毛病。"
        "你的函数用的是 cross_correlate 还是 convolve？",
    ),
)
def feature_flipped(image: Array, feature: Array) -> Array:
    return feature_map(image, feature[::-1, ::-1])


@known(
    MISCONCEPTIONS,
    name=Text("negative matches are set to zero", "把负值变成了零"),
    hint=Text(
        "-1 is the strongest disagreement there is. Your map no longer tells it from a window that "
        "says nothing.",
        "-1 表示完全相反。现在的结果已经分不清“完全相反”和“不相关”了。",
    ),
)
def negatives_lost(image: Array, feature: Array) -> Array:
    return np.maximum(feature_map(image, feature), 0)


@known(
    MISCONCEPTIONS,
    name=Text("the caller's own feature is divided", "把调用者的特征也除了"),
    hint=Text(
        "feature /= ... changes the array that you were given; the next call divides it again. "
        "Which line of yours writes into an argument?",
        "feature /= ... 会改掉传进来的数组，下一次调用又会再除一遍。代码里哪一行写进了参数？",
    ),
)
def feature_changed(image: Array, feature: Array) -> Array:
    feature /= feature.size
    return cross_correlate(image, feature)


MISCONCEPTIONS.extend(adapted(SLIDING, averaged))

PROBLEM = Problem(
    name="feature_map",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=expectation(feature_map),
    misconceptions=MISCONCEPTIONS,
    seed=20_020_204,
    quantities=afterwards("image", "feature"),
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
