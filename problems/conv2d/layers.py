"""Make functions of Day 7's layers, so that what is known of those need not be said again.

A convolution with dilation and groups is one without them whose kernels hold more zeros, so a
layer that knows neither can compute it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops.types import Size2d
from problems.conv2d_layer.misconceptions import FORWARD, forward
from problems.conv2d_layer.reference import Conv2d
from problems.conv2d_settings import as_pair

# Where a layer's hint speaks of what a function has not.
HINTS = {
    forward.PaddingHardCoded: Text(
        "Your function pads by 1 whatever it was asked for. Use padding, one number for each axis.",
        "无论要求填充多少，你的函数都只填充 1。请使用参数 padding，高、宽两个方向各取其一。",
    ),
    forward.PaddedWithEdge: Text(
        "This convolution pads with zeros; in np.pad that is mode='constant'.",
        "这里用零填充；在 np.pad 中对应 mode='constant'。",
    ),
    forward.OnlyDivisibleSizes: Text(
        "An assertion stops your function. When the stride does not divide, the rest is left out: "
        "the output size is rounded down.",
        "断言让你的函数停了下来。步幅除不尽时，余下的部分舍去即可：输出尺寸向下取整。",
    ),
}


def as_function(layer: type[Conv2d]) -> Callable[..., Array]:
    """Make a function of a layer's forward pass.

    Parameters
    ----------
    layer : type
        A layer without dilation and groups.

    Returns
    -------
    callable
        With the arguments of :func:`convlab.ops.conv2d`.
    """

    def convolve(
        input_tensor: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Size2d = 1,
        padding: Size2d = 0,
        dilation: Size2d = 1,
        groups: int = 1,
    ) -> Array:
        whole = dilated(ungrouped(weight, input_tensor.shape[1], own_group(groups)), dilation)
        size = (whole.shape[2], whole.shape[3])
        made = layer(whole.shape[1], whole.shape[0], size, stride, padding)
        made.weight = whole
        made.bias = np.zeros(len(weight)) if bias is None else bias
        return made.forward(input_tensor)

    convolve.__name__ = layer.__name__
    return convolve


def dilated(weight: Array, dilation: Size2d) -> Array:
    """Put zeros between the elements of each kernel."""
    rows, columns = as_pair(dilation)
    out_channels, in_channels, height, width = weight.shape
    size = ((height - 1) * rows + 1, (width - 1) * columns + 1)
    spread = np.zeros((out_channels, in_channels, *size), weight.dtype)
    spread[:, :, ::rows, ::columns] = weight
    return spread


# The input channels that an output channel reads, given its number, theirs in all, and how many.
Channels = Callable[[int, int, int], Array]


def ungrouped(weight: Array, in_channels: int, channels: Channels) -> Array:
    """Give the input channels that an output channel does not read kernels of zeros."""
    out_channels, group_in, *size = weight.shape
    whole = np.zeros((out_channels, in_channels, *size), weight.dtype)
    for o in range(out_channels):
        whole[o, channels(o, out_channels, group_in)] = weight[o]
    return whole


def own_group(groups: int) -> Channels:
    """Let each output channel read the input channels of its group, as it should."""

    def channels(o: int, out_channels: int, group_in: int) -> Array:
        group = o // (out_channels // groups)
        return group * group_in + np.arange(group_in)

    return channels


LAYERS = [
    Misconception(m.name, HINTS.get(m.implementation, m.hint), as_function(m.implementation))
    for m in FORWARD
]
