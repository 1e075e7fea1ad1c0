"""Wrong with any setting, or with stride and padding."""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import conv2d
from convlab.ops.types import Size2d
from problems.arrays import pad
from problems.catalogue import known
from problems.conv2d.layers import dilated, own_group, ungrouped
from problems.conv2d_settings import as_pair

BASICS: list[Misconception] = []


@known(
    BASICS,
    name=Text("bias=None is not provided for", "没有处理 bias=None"),
    hint=Text(
        "bias may be None. Does something add it, index it or reshape it without asking first?",
        "bias 可以是 None。是不是没有先判断，就直接去加它、取下标或 reshape 了？",
    ),
)
def bias_required(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    if bias is None:
        raise TypeError
    return conv2d(input_tensor, weight, bias, stride, padding, dilation, groups)


@known(
    BASICS,
    name=Text("only the last filter's output is kept", "只留下了最后一个卷积核的输出"),
    hint=Text(
        "All output channels but the last are zero. Is the output array made anew inside the loop "
        "over filters?",
        "除最后一个输出通道外全是零。输出数组是不是在卷积核的循环里又重新建了一遍？",
    ),
)
def last_filter_only(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    output_tensor = conv2d(input_tensor, weight, bias, stride, padding, dilation, groups)
    output_tensor[:, :-1] = 0
    return output_tensor


@known(
    BASICS,
    name=Text("only 3x3 kernels are computed", "卷积核大小写死成了 3x3"),
    hint=Text(
        "Where does your code say 3? The kernel's size is weight.shape[2:].",
        "代码里哪里写了 3？卷积核的大小应取自 weight.shape[2:]。",
    ),
)
def three_by_three(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    if weight.shape[2:] != (3, 3):
        raise ValueError
    return conv2d(input_tensor, weight, bias, stride, padding, dilation, groups)


@known(
    BASICS,
    name=Text("padding 0 makes the image vanish", "padding 为 0 时图像不见了"),
    hint=Text(
        "With p = 0, framed[p:-p] is framed[0:-0], which is [0:0]: there is no room for the image. "
        "[p : p + H] always works.",
        "p = 0 时，framed[p:-p] 成了 framed[0:-0]，也就是 [0:0]，图像无处可放。"
        "写成 [p : p + H] 才总是对的。",
    ),
)
def padding_zero_vanishes(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    rows, columns = as_pair(padding)
    framed = np.zeros_like(pad(input_tensor, rows, columns))
    framed[:, :, rows:-rows, columns:-columns] = input_tensor
    return conv2d(framed, weight, bias, stride, 0, dilation, groups)


@known(
    BASICS,
    name=Text("the output's height and width are exchanged", "输出的高和宽写反了"),
    hint=Text(
        "The shape is (N, C_out, W_out, H_out). In which order does your reshape, or the loop that "
        "makes the columns, go through the positions?",
        "得到的形状是 (N, C_out, W_out, H_out)。你的 reshape，或者生成各列的循环，"
        "是按什么顺序走遍各个位置的？",
    ),
)
def height_and_width_exchanged(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    output_tensor = conv2d(input_tensor, weight, bias, stride, padding, dilation, groups)
    images, channels, height, width = output_tensor.shape
    return output_tensor.reshape(images, channels, width, height)


@known(
    BASICS,
    name=Text("stride spreads the kernel instead of moving it", "步幅拉开了卷积核，却没有移动窗口"),
    hint=Text(
        "Stride is how far the window goes from one output to the next; inside the window, pixels "
        "stay neighbours. Which of the two does your slice's step do?",
        "步幅是相邻两个输出之间窗口移动的距离，窗口里的像素仍然彼此相邻。你切片时的步长用在了哪一处？",
    ),
)
def stride_spreads_kernel(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    output_tensor = conv2d(input_tensor, weight, bias, stride, padding, dilation, groups)
    rows, columns = output_tensor.shape[2:]
    return conv2d(input_tensor, weight, bias, 1, padding, stride, groups)[:, :, :rows, :columns]


@known(
    BASICS,
    name=Text("products are written into the image", "把乘积写回了图像里"),
    hint=Text(
        "A slice of an array is a view: window *= kernel changes the image itself, and the next "
        "window reads what is left.",
        "数组的切片只是视图：window *= kernel 改的就是图像本身，下一个窗口读到的已经是改过的值了。",
    ),
)
def products_written_into_image(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    output_tensor = conv2d(input_tensor, weight, bias, stride, padding, dilation, groups)
    whole = dilated(ungrouped(weight, input_tensor.shape[1], own_group(groups)), dilation)
    rows, columns = as_pair(padding)
    # The usual "if padding: pad": without padding, the caller's own image is worked on.
    image = pad(input_tensor, rows, columns) if rows or columns else input_tensor
    for n, o, i, j in np.ndindex(output_tensor.shape):
        window = image[(n, slice(None), *_window(i, j, whole, stride))]
        window *= whole[o]
        output_tensor[n, o, i, j] = window.sum() + (0 if bias is None else bias[o])
    return output_tensor


def _window(i: int, j: int, weight: Array, stride: Size2d) -> tuple[slice, slice]:
    row, column = i * as_pair(stride)[0], j * as_pair(stride)[1]
    return slice(row, row + weight.shape[2]), slice(column, column + weight.shape[3])
