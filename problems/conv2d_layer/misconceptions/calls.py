"""Layers that go wrong from one call to the next, or change what is not theirs."""

# ruff: noqa: D101, D102 - each class is documented by its name and hint, in two languages

from __future__ import annotations

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops.types import Size2d
from problems.arrays import rotated
from problems.catalogue import known
from problems.conv2d_layer.misconceptions.backward import WrongGradients
from problems.conv2d_layer.reference import Conv2d

CALLS: list[Misconception] = []


@known(
    CALLS,
    name=Text("gradients add up across calls", "多次调用时梯度不断累加"),
    hint=Text(
        "Each backward starts afresh: set grad_weight and grad_bias to zero at its beginning, not "
        "in "
        "__init__.",
        "每次 backward 都要从头算起：在它的开头把 grad_weight 和 grad_bias 清零，而不是在 __init__ "
        "里。",
    ),
)
class GradientsAccumulated(WrongGradients):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size2d,
        stride: Size2d = 1,
        padding: Size2d = 0,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding)
        self.totals: tuple[Array, Array] = (np.zeros_like(self.weight), np.zeros_like(self.bias))

    def backward(self, grad_output: Array) -> Array:
        grad_input = super().backward(grad_output)
        _, grad_weight, grad_bias = self.gradients(grad_output, self.input_tensor)
        self.totals = (self.totals[0] + grad_weight, self.totals[1] + grad_bias)
        self.grad_weight, self.grad_bias = self.totals
        return grad_input


@known(
    CALLS,
    name=Text("backward uses the first forward's input", "backward 用的是第一次 forward 的输入"),
    hint=Text(
        "Remember the input anew in every forward; backward belongs to the last one.",
        "每次 forward 都要重新保存输入；backward 对应的是最近一次 forward。",
    ),
)
class FirstInputRemembered(Conv2d):
    """``if self.input_tensor is None: self.input_tensor = input_tensor``."""

    def forward(self, input_tensor: Array) -> Array:
        first = getattr(self, "input_tensor", input_tensor)
        output_tensor = super().forward(input_tensor)
        self.input_tensor = first
        return output_tensor

    def backward(self, grad_output: Array) -> Array:
        if len(grad_output) > len(self.input_tensor):
            raise IndexError
        return super().backward(grad_output)


@known(
    CALLS,
    name=Text("the caller's input is overwritten", "改动了调用者传入的输入"),
    hint=Text(
        "Does grad_input share memory with the input? Start from np.zeros(shape), and assign to "
        "new "
        "arrays rather than into the argument.",
        "grad_input 是不是和输入共用了同一块内存？请从 np.zeros(shape) 开始，写到新数组里，"
        "不要写进参数。",
    ),
)
class InputOverwritten(Conv2d):
    def backward(self, grad_output: Array) -> Array:
        grad_input = super().backward(grad_output)
        self.input_tensor[...] = grad_input
        return self.input_tensor


@known(
    CALLS,
    name=Text("backward rotates the layer's own weight", "backward 把层自己的 weight 旋转了"),
    hint=Text(
        "The rotated kernel is for this computation only: keep it in a variable of its own.",
        "旋转后的卷积核只在这次计算中使用：请另存到一个变量里。",
    ),
)
class WeightRotatedInPlace(Conv2d):
    def backward(self, grad_output: Array) -> Array:
        grad_input = super().backward(grad_output)
        self.weight = rotated(self.weight)
        return grad_input
