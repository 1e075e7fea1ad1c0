"""Images and kernels that tell right functions from wrong ones; shared by all problems of Day 2."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograder import Case, Group, Text
from autograder.comparison import Array
from problems.arrays import with_gaps
from problems.function_calls import describe_shapes, titled

ROBUSTNESS = Group(
    Text("whole numbers, float32, views, arguments left alone", "整数、float32、视图、不改动参数"),
    4,
)
GROUPS = {
    "three_by_three": Group(Text("3x3 kernels on square images", "方形图像，3x3 卷积核"), 10),
    "kernel_sizes": Group(Text("kernels of other sizes", "其他大小的卷积核"), 8),
    "rectangles": Group(Text("height and width differ", "高与宽不同"), 8),
    "robustness": ROBUSTNESS,
}

# Height and width of an image and of a kernel.
Sizes = tuple[tuple[int, int], tuple[int, int]]
RECTANGLES: tuple[Sizes, ...] = (
    ((5, 8), (3, 3)),
    ((9, 6), (3, 3)),
    ((6, 9), (2, 2)),
    ((7, 7), (2, 3)),
    ((7, 7), (4, 2)),
    ((8, 5), (3, 4)),
    ((5, 7), (1, 3)),
)


def generate(seed: int) -> list[Case]:
    """Draw the cases of all groups.

    Parameters
    ----------
    seed : int
        Sizes are fixed; the values are drawn from it.

    Returns
    -------
    list of Case
    """
    rng = np.random.default_rng(seed)
    squares: tuple[Sizes, ...] = (((5, 5), (3, 3)), ((6, 6), (3, 3)), ((9, 9), (3, 3)))
    others: tuple[Sizes, ...] = (
        ((6, 6), (2, 2)),
        ((6, 6), (1, 1)),
        ((8, 8), (5, 5)),
        ((9, 9), (4, 4)),
        ((4, 4), (4, 4)),
    )
    return [
        *drawn_cases("three_by_three", squares, rng),
        _worked_example(),
        *drawn_cases("kernel_sizes", others, rng),
        *drawn_cases("rectangles", RECTANGLES, rng),
        *robustness_cases(rng),
    ]


def _worked_example() -> Case:
    """Make the lesson's example: 25 31 43 49."""
    image, kernel = np.arange(1.0, 10.0).reshape(3, 3), np.arange(4.0).reshape(2, 2)
    return make_case("kernel_sizes", image, kernel)


def drawn_cases(
    group: str, sizes: Iterable[Sizes], rng: np.random.Generator, name: str = "kernel"
) -> list[Case]:
    """Draw an image and a kernel for each pair of sizes."""
    return [
        make_case(group, rng.normal(size=image), rng.normal(size=kernel), name)
        for image, kernel in sizes
    ]


def robustness_cases(rng: np.random.Generator, name: str = "kernel") -> list[Case]:
    """Draw what an honest function takes in its stride, and careless ones stumble over."""
    image, kernel = rng.normal(size=(6, 5)), rng.normal(size=(3, 2))
    grey, edges = rng.integers(0, 256, size=(5, 6)), rng.integers(-3, 4, size=(3, 3))
    fractions = rng.normal(size=(3, 3))
    single = image.astype(np.float32), kernel.astype(np.float32)
    gaps = with_gaps(image), with_gaps(kernel)
    untouched = ("image afterwards", f"{name} afterwards")
    titled_cases = [
        (Text("whole numbers", "整数"), make_case("robustness", grey, edges, name)),
        # An output array made by zeros_like(image) cannot hold the fractions.
        (
            Text("whole numbers in the image alone", "只有图像是整数"),
            make_case("robustness", grey, fractions, name),
        ),
        (Text("float32", "float32"), make_case("robustness", *single, name)),
        (
            Text("a view with gaps in memory", "内存不连续的视图"),
            make_case("robustness", *gaps, name),
        ),
        (
            Text("arguments after the call", "调用之后的参数"),
            make_case("robustness", image, kernel, name, check=untouched),
        ),
    ]
    return [titled(title, case) for title, case in titled_cases]


def make_case(
    group: str,
    image: Array,
    kernel: Array,
    name: str = "kernel",
    *,
    check: tuple[str, ...] = ("output",),
) -> Case:
    """Make a case of an image and a kernel.

    Parameters
    ----------
    group : str
    image, kernel : array
    name : str
        What the problem calls its kernel.
    check : tuple of str
        The quantities to compare.

    Returns
    -------
    Case
    """
    call = {"image": image, name: kernel}
    arguments = {"arguments": call, "returns": ("output",), "check": check}
    return Case(group, describe_shapes(call), arguments)
