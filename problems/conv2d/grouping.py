"""Wrong with groups only: output channels that read the wrong input channels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import conv2d
from convlab.ops.types import Size2d
from problems.conv2d.layers import Channels, ungrouped


def with_channels(channels_of: Callable[[int], Channels], name: str) -> Callable[..., Array]:
    """Make a convolution whose output channels read other input channels than they should."""

    def convolve(
        input_tensor: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Size2d = 1,
        padding: Size2d = 0,
        dilation: Size2d = 1,
        groups: int = 1,
    ) -> Array:
        try:
            whole = ungrouped(weight, input_tensor.shape[1], channels_of(groups))
        except IndexError:
            # A slice beyond the last channel is empty: it does not fit the kernel.
            raise ValueError from None
        return conv2d(input_tensor, whole, bias, stride, padding, dilation)

    convolve.__name__ = name
    return convolve


def _first_group(groups: int) -> Channels:
    return lambda o, out_channels, group_in: np.arange(group_in)


def _interleaved_filters(groups: int) -> Channels:
    return lambda o, out_channels, group_in: o % groups * group_in + np.arange(group_in)


def _interleaved_channels(groups: int) -> Channels:
    return lambda o, out_channels, group_in: (
        o // (out_channels // groups) + groups * np.arange(group_in)
    )


def _filter_as_group(groups: int) -> Channels:
    return lambda o, out_channels, group_in: o * group_in + np.arange(group_in)


GROUPING = [
    Misconception(
        Text("all groups read the first group's channels", "所有组读的都是第一组的通道"),
        Text(
            "Only the first channels of the image reach your output. Which channels belong to the "
            "group of output channel o?",
            "图像里只有最前面的几个通道影响了输出。输出通道 o 所在的组，应该读哪几个输入通道？",
        ),
        with_channels(_first_group, "first_group"),
    ),
    Misconception(
        Text("filters are dealt out to the groups in turn", "卷积核被轮流分给了各组"),
        Text(
            "Your output channel o belongs to group o % groups. With 6 filters and 2 groups, the "
            "first group has the filters 0, 1, 2: which operation gives that?",
            "你把输出通道 o 归到了第 o % groups 组。共有 6 个卷积核、2 个组时，"
            "第一组应是 0、1、2 号：用什么运算才能得到？",
        ),
        with_channels(_interleaved_filters, "interleaved_filters"),
    ),
    Misconception(
        Text("input channels are dealt out to the groups in turn", "输入通道被轮流分给了各组"),
        Text(
            "Does a slice x[:, g::groups] choose the channels? A group's channels are neighbours.",
            "是不是用 x[:, g::groups] 取的通道？同一组的通道应当是连续的。",
        ),
        with_channels(_interleaved_channels, "interleaved_channels"),
    ),
    Misconception(
        Text("every filter is taken to be a group of its own", "把每个卷积核都当成了一组"),
        Text(
            "It works where there is one filter in a group. In general out_channels // groups "
            "filters share the same input channels.",
            "每组只有一个卷积核时才对。一般情况下，每组有 out_channels // groups 个卷积核，"
            "读的是同样的输入通道。",
        ),
        with_channels(_filter_as_group, "filter_as_group"),
    ),
]
