"""Wrong with dilation only."""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import conv2d, output_size
from convlab.ops.types import Size2d
from problems.catalogue import known
from problems.conv2d_settings import as_pair

DILATION: list[Misconception] = []


@known(
    DILATION,
    name=Text("dilation is ignored", "没有使用 dilation"),
    hint=Text(
        "With dilation d, neighbouring weights meet pixels that are d apart. Where does your code "
        "use it?",
        "膨胀为 d 时，相邻的两个权重对应相隔 d 的两个像素。你的代码在哪里用到了它？",
    ),
)
def dilation_ignored(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    return conv2d(input_tensor, weight, bias, stride, padding, 1, groups)


@known(
    DILATION,
    name=Text(
        "dilation is used in the output size but not in the windows",
        "膨胀只用在了输出尺寸上，窗口没有拉开",
    ),
    hint=Text(
        "The shape is right. Which pixel does the weight at row u meet: the one at i * stride + u, "
        "or one further on?",
        "形状是对的。第 u 行的权重对应哪个像素：是 i * stride + u 处的那个，还是更远的一个？",
    ),
)
def dilation_in_size_only(
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
    return conv2d(input_tensor, weight, bias, stride, padding, 1, groups)[:, :, :rows, :columns]


@known(
    DILATION,
    name=Text(
        "dilation is used in the windows but not in the output size",
        "膨胀只用在了窗口上，输出尺寸没有跟着变",
    ),
    hint=Text(
        "Your last windows run out of the image: a spread kernel spans more pixels, so fewer "
        "positions are left.",
        "最后几个窗口伸出了图像：卷积核拉开之后跨度更大，能放的位置也就更少。",
    ),
)
def dilation_in_windows_only(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    output_tensor = conv2d(input_tensor, weight, bias, stride, padding, dilation, groups)
    if output_tensor.shape[2:] != _sizes(input_tensor, weight.shape[2:], stride, padding):
        raise ValueError
    return output_tensor


@known(
    DILATION,
    name=Text(
        "the kernel is taken to span dilation * kernel_size", "把核的跨度算成了膨胀乘以核的大小"
    ),
    hint=Text(
        "Between k elements there are k - 1 gaps, and nothing is stretched after the last one. "
        "What does a kernel of 1 span?",
        "k 个元素之间只有 k - 1 个间隔，最后一个元素后面不再拉开。大小为 1 的核跨几格？",
    ),
)
def span_too_long(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    output_tensor = conv2d(input_tensor, weight, bias, stride, padding, dilation, groups)
    spans = tuple(d * k for d, k in zip(as_pair(dilation), weight.shape[2:], strict=True))
    rows, columns = _sizes(input_tensor, spans, stride, padding)
    return output_tensor[:, :, :rows, :columns]


def _sizes(
    input_tensor: Array, spans: tuple[int, ...], stride: Size2d, padding: Size2d
) -> tuple[int, ...]:
    axes = zip(input_tensor.shape[2:], spans, as_pair(stride), as_pair(padding), strict=True)
    return tuple(output_size(*axis) for axis in axes)


@known(
    DILATION,
    name=Text("(h, w) of dilation is read as (w, h)", "把 dilation 的 (h, w) 当成了 (w, h)"),
    hint=Text(
        "In a pair the height comes first, as in an array's shape.",
        "写成一对数时，高在前、宽在后，与数组的形状一致。",
    ),
)
def dilation_swapped(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    swapped = as_pair(dilation)[::-1]
    return conv2d(input_tensor, weight, bias, stride, padding, swapped, groups)
