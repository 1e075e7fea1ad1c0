"""The layer as it should be, on top of ``convlab.ops``."""

from __future__ import annotations

import numpy as np

from autograder.comparison import Array
from convlab.ops import conv2d, conv2d_backward
from convlab.ops.types import Size2d
from problems.conv2d_settings import as_pair


class Conv2d:
    """A convolutional layer; the misconceptions override one step of it each.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size, stride, padding : int or (height, width)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size2d,
        stride: Size2d = 1,
        padding: Size2d = 0,
    ) -> None:
        self.weight: Array = np.zeros((out_channels, in_channels, *as_pair(kernel_size)))
        self.bias: Array = np.zeros(out_channels)
        self.stride = as_pair(stride)
        self.padding = as_pair(padding)
        self.grad_weight: Array | None = None
        self.grad_bias: Array | None = None

    def forward(self, input_tensor: Array) -> Array:
        """Convolve, and remember the input for the backward pass."""
        self.input_tensor = input_tensor
        return conv2d(input_tensor, self.weight, self.bias, self.stride, self.padding)

    def backward(self, grad_output: Array) -> Array:
        """Set ``grad_weight`` and ``grad_bias``; return grad_input."""
        grad_input, self.grad_weight, self.grad_bias = conv2d_backward(
            grad_output, self.input_tensor, self.weight, self.stride, self.padding
        )
        return grad_input
