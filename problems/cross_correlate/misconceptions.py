"""Wrong cross-correlations that students really write: one function each, with its name and hint.

``SLIDING`` are mistakes in sliding a window, whatever is done with it then. The other problems of
Day 2 take them over with ``adapted``.
"""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from problems.catalogue import known
from problems.cross_correlate.reference import Sliding, cross_correlate

SLIDING: list[Misconception] = []
MULTIPLYING: list[Misconception] = []


def adapted(
    misconceptions: list[Misconception], around: Callable[[Sliding], Sliding]
) -> list[Misconception]:
    """Make the same mistakes inside another operation.

    Parameters
    ----------
    misconceptions : list of Misconception
    around : callable
        Takes a wrong cross-correlation, gives the operation that is built on it.

    Returns
    -------
    list of Misconception
    """
    return [replace(wrong, implementation=around(wrong.implementation)) for wrong in misconceptions]


def slide(
    image: Array, window: tuple[int, int], output: tuple[int, int], score: Callable[[Array], float]
) -> Array:
    """Score windows of an image as the plain two loops do, errors at its edges included."""
    scores = np.zeros(output)
    for i, j in np.ndindex(output):
        scores[i, j] = score(image[i : i + window[0], j : j + window[1]])
    return scores


# ------------------------------------------------------------------- where the window goes


@known(
    SLIDING,
    name=Text("the last row and column of the output are missing", "输出少了最后一行和最后一列"),
    hint=Text(
        "A kernel as large as the image fits in exactly one position. Does your output size give "
        "1 then?",
        "卷积核和图像一样大时，恰好有一个位置能放下它。这时你的输出尺寸算出来是 1 吗？",
    ),
)
def size_without_plus_one(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel)[:-1, :-1]


@known(
    SLIDING,
    name=Text(
        "the image is padded so that the output is as large as it",
        "给图像补了零，使输出与图像一样大",
    ),
    hint=Text(
        "Only the valid positions are asked for: those where the whole kernel lies on the image. "
        "How many are there in a row of W pixels?",
        "只需要有效位置，也就是整个卷积核都落在图像上的位置。一行有 W 个像素时，这样的位置有几个？",
    ),
)
def same_size(image: Array, kernel: Array) -> Array:
    rows, columns = kernel.shape[0] - 1, kernel.shape[1] - 1
    widths = ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2))
    return cross_correlate(np.pad(image, widths), kernel)


@known(
    SLIDING,
    name=Text(
        "positions where the kernel hangs over the edge are counted too",
        "把伸出图像边缘的位置也算了进去",
    ),
    hint=Text(
        "Your output is larger than the image. At a valid position every element of the kernel "
        "has a pixel under it.",
        "你的输出比图像还大。在有效位置上，卷积核的每个元素下面都有一个像素。",
    ),
)
def full_size(image: Array, kernel: Array) -> Array:
    rows, columns = kernel.shape[0] - 1, kernel.shape[1] - 1
    return cross_correlate(np.pad(image, ((rows, rows), (columns, columns))), kernel)


@known(
    SLIDING,
    name=Text(
        "the output is as large as the image, with zeros at the right and the bottom",
        "输出与图像一样大，右边和下边留着零",
    ),
    hint=Text(
        "The values are right, the array is too large. How many rows can a kernel of kH rows start "
        "from in an image of H rows?",
        "数值是对的，数组开大了。图像有 H 行、卷积核有 kH 行时，卷积核可以从几个不同的行开始？",
    ),
)
def zeros_behind(image: Array, kernel: Array) -> Array:
    rows, columns = kernel.shape[0] - 1, kernel.shape[1] - 1
    return np.pad(cross_correlate(image, kernel), ((0, rows), (0, columns)))


@known(
    SLIDING,
    name=Text("the output has a frame of zeros", "输出外围留了一圈零"),
    hint=Text(
        "The output has one element for each valid position and no others, so its first element "
        "belongs to the window at the top left.",
        "每个有效位置在输出中对应一个元素，此外没有别的元素；所以输出的第一个元素就属于左上角的窗口。",
    ),
)
def zeros_around(image: Array, kernel: Array) -> Array:
    rows, columns = kernel.shape[0] - 1, kernel.shape[1] - 1
    widths = ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2))
    return np.pad(cross_correlate(image, kernel), widths)


@known(
    SLIDING,
    name=Text("windows do not overlap", "窗口之间没有重叠"),
    hint=Text(
        "Your window jumps by its own size. It moves on by one pixel at a time.",
        "你的窗口一次跳过了整个窗口的距离。它每次只移动一个像素。",
    ),
)
def windows_side_by_side(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel)[:: kernel.shape[0], :: kernel.shape[1]]


@known(
    SLIDING,
    name=Text("images are taken to be square", "默认图像是正方形"),
    hint=Text(
        "Your output has as many columns as rows. Which of the image's two sizes does each of them "
        "follow from?",
        "你的输出总是行数等于列数。输出的高和宽，分别该由图像的哪个尺寸算出来？",
    ),
)
def square_image(image: Array, kernel: Array) -> Array:
    size = image.shape[0]
    output = size - kernel.shape[0] + 1, size - kernel.shape[1] + 1
    return slide(image, kernel.shape, output, lambda window: np.sum(window * kernel))


@known(
    SLIDING,
    name=Text("kernels are taken to be square", "默认卷积核是正方形"),
    hint=Text(
        "kernel.shape holds two numbers. Where does your code use the second one?",
        "kernel.shape 里有两个数。你的代码在哪里用到了第二个？",
    ),
)
def square_kernel(image: Array, kernel: Array) -> Array:
    size = kernel.shape[0]
    output = image.shape[0] - size + 1, image.shape[1] - size + 1
    return slide(image, (size, size), output, lambda window: np.sum(window * kernel))


@known(
    SLIDING,
    name=Text("kernels are taken to be 3x3", "默认卷积核是 3x3"),
    hint=Text(
        "Look for a 3, or for a 2 that stands for 3 - 1, in your code. What should stand there?",
        "找找代码里写死的 3，或者代表 3 - 1 的那个 2。那里应该写什么？",
    ),
)
def three_by_three(image: Array, kernel: Array) -> Array:
    output = image.shape[0] - 2, image.shape[1] - 2
    return slide(image, (3, 3), output, lambda window: np.sum(window * kernel))


@known(
    SLIDING,
    name=Text("rows and columns of the output are swapped", "输出的行与列写反了"),
    hint=Text(
        "A window that moves to the right in the image moves along a row of the output. Which "
        "index changes then, the first or the second?",
        "窗口在图像上向右移动时，结果沿着输出的同一行往右写。这时变的是第一个下标还是第二个？",
    ),
)
def output_transposed(image: Array, kernel: Array) -> Array:
    right = cross_correlate(image, kernel)
    output = np.zeros_like(right)
    for i, j in np.ndindex(right.shape):
        output[j, i] = right[i, j]
    return output


# --------------------------------------------------------------- what is done in the window


@known(
    SLIDING,
    name=Text("only the last product is kept", "只留下了最后一个乘积"),
    hint=Text(
        "Every product of a window adds to the same output element: does your innermost line add, "
        "or does it replace?",
        "一个窗口里的所有乘积都要加到同一个输出元素上：最内层那一行做的是累加，还是覆盖？",
    ),
)
def products_overwritten(image: Array, kernel: Array) -> Array:
    last = np.zeros_like(kernel)
    last[-1, -1] = kernel[-1, -1]
    return cross_correlate(image, last)


@known(
    SLIDING,
    name=Text("windows are multiplied by the kernel as matrices", "把窗口与卷积核做了矩阵乘法"),
    hint=Text(
        "@ and np.dot combine rows with columns. Here each pixel meets one element of the kernel, "
        "the one that lies on it.",
        "@ 和 np.dot 是行与列的组合。这里每个像素只和压在它上面的那一个卷积核元素相乘。",
    ),
)
def matrix_product(image: Array, kernel: Array) -> Array:
    output = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return slide(image, kernel.shape, output, lambda window: np.sum(window @ kernel))


@known(
    SLIDING,
    name=Text("products are written into the image", "把乘积写进了图像"),
    hint=Text(
        "A slice of an array is a view of it: window *= ... changes the pixels that the next "
        "window reads.",
        "数组的切片是原数组的视图：window *= ... 会改掉下一个窗口要读的像素。",
    ),
)
def products_in_place(image: Array, kernel: Array) -> Array:
    def score(window: Array) -> float:
        window *= kernel
        return float(window.sum())

    output = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    return slide(image, kernel.shape, output, score)


@known(
    MULTIPLYING,
    name=Text("the kernel is flipped", "卷积核被翻转了"),
    hint=Text(
        "That is a convolution. In a cross-correlation the kernel's top-left element meets the "
        "window's top-left pixel.",
        "这样算出来的是卷积。互相关里，卷积核左上角的元素对应窗口左上角的像素。",
    ),
)
def kernel_flipped(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel[::-1, ::-1])


@known(
    MULTIPLYING,
    name=Text("rows and columns of the kernel are swapped", "卷积核的行与列用反了"),
    hint=Text(
        "The kernel's row index goes with the window's row index. Compare the order of your two "
        "pairs of indices.",
        "卷积核的行下标要配窗口的行下标。对照一下代码里两对下标的顺序。",
    ),
)
def kernel_transposed(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel.T)


@known(
    MULTIPLYING,
    name=Text("products are averaged", "对乘积取了平均"),
    hint=Text(
        "The mean belongs to feature_map, further down. Here the products are added up, and that "
        "is all.",
        "取平均是后面 feature_map 的事。这里把乘积加起来就行了。",
    ),
)
def products_averaged(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel) / kernel.size


@known(
    MULTIPLYING,
    name=Text("the kernel is divided by its sum", "把卷积核除以了它的元素之和"),
    hint=Text(
        "That is how a blur keeps an image as bright as it was. Nobody asked for it here: a kernel "
        "is used as it is given.",
        "模糊滤波时这样做，是为了保持图像亮度。这里没有这个要求：卷积核给的是什么就用什么。",
    ),
)
def kernel_normalised(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel / kernel.sum())


@known(
    MULTIPLYING,
    name=Text("results are clipped to 0..255", "把结果限制在了 0 到 255 之间"),
    hint=Text(
        "The output is not a picture to look at. What does a negative number in it tell, and where "
        "has it gone?",
        "输出不是拿来看的图片。其中的负数说明了什么？它们到哪里去了？",
    ),
)
def output_clipped(image: Array, kernel: Array) -> Array:
    return np.clip(cross_correlate(image, kernel), 0, 255)


@known(
    MULTIPLYING,
    name=Text("the output is cut to whole numbers", "输出被截断成了整数"),
    hint=Text(
        "Which dtype does your output array have? Ask it: output.dtype.",
        "你的输出数组是什么 dtype？打印 output.dtype 看看。",
    ),
)
def output_truncated(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel).astype(np.int64)


@known(
    MULTIPLYING,
    name=Text("the output has the image's dtype", "输出沿用了图像的 dtype"),
    hint=Text(
        "np.zeros_like(image) makes whole numbers of an image of whole numbers, and fractions "
        "written into it are cut. What if the kernel holds fractions?",
        "图像是整数时，np.zeros_like(image) 得到的也是整数数组，写进去的小数会被截断。"
        "如果卷积核里有小数呢？",
    ),
)
def image_dtype(image: Array, kernel: Array) -> Array:
    return cross_correlate(image, kernel).astype(image.dtype)


MISCONCEPTIONS = [*SLIDING, *MULTIPLYING]
