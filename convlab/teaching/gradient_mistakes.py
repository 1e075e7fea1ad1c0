"""Wrong gradients of the input, as people really write them: one channel, one image, one mistake.

Every function takes what a backward pass is given, and is right on a square image with a square
kernel, stride 1 and padding 1, unless its docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Backward = Callable[[Array, Array, Array, int, int], Array]


def crop_from_both_ends(
    grad_output: Array, input_tensor: Array, weight: Array, stride: int, padding: int
) -> Array:
    """Crop with [p:-p]; for p = 0 that is [0:0], and nothing is left."""
    grad_padded = _send_back(grad_output, input_tensor.shape, weight, stride, padding)
    return grad_padded[padding:-padding, padding:-padding]


def crop_by_one(
    grad_output: Array, input_tensor: Array, weight: Array, stride: int, padding: int
) -> Array:
    """Crop with [1:-1], whatever the padding is."""
    grad_padded = _send_back(grad_output, input_tensor.shape, weight, stride, padding)
    return grad_padded[1:-1, 1:-1]


def one_size_for_both_axes(
    grad_output: Array, input_tensor: Array, weight: Array, stride: int, padding: int
) -> Array:
    """Let the width of the output bound both loops."""
    size = grad_output.shape[1]
    square = np.zeros_like(grad_output)
    square[:size, :size] = grad_output[:size, :size]
    grad_padded = _send_back(square, input_tensor.shape, weight, stride, padding)
    return _crop(grad_padded, input_tensor.shape, padding)


def overlaps_assigned(
    grad_output: Array, input_tensor: Array, weight: Array, stride: int, padding: int
) -> Array:
    """Write = where += belongs: the last window that covers a pixel wins. Wrong at stride 1 too."""
    grad_padded = _padded_zeros(input_tensor.shape, padding)
    k_h, k_w = weight.shape
    for i, j in np.ndindex(grad_output.shape):
        row, column = stride * i, stride * j
        grad_padded[row : row + k_h, column : column + k_w] = grad_output[i, j] * weight
    return _crop(grad_padded, input_tensor.shape, padding)


def stride_ignored(
    grad_output: Array, input_tensor: Array, weight: Array, stride: int, padding: int
) -> Array:
    """Put the windows side by side, as if each had moved by one pixel."""
    grad_padded = _send_back(grad_output, input_tensor.shape, weight, 1, padding)
    return _crop(grad_padded, input_tensor.shape, padding)


def kernel_not_turned(
    grad_output: Array, input_tensor: Array, weight: Array, stride: int, padding: int
) -> Array:
    """Correlate grad_output with the kernel as it is. Wrong at stride 1 too.

    Each output then sends back the kernel turned by 180 degrees.
    """
    turned = np.rot90(weight, 2)
    grad_padded = _send_back(grad_output, input_tensor.shape, turned, stride, padding)
    return _crop(grad_padded, input_tensor.shape, padding)


def loops_over_the_image(
    grad_output: Array, input_tensor: Array, weight: Array, stride: int, padding: int
) -> Array:
    """Run through range(0, H, stride), also where no window has its corner."""
    grad_padded = _padded_zeros(input_tensor.shape, padding)
    (H, W), (k_h, k_w) = input_tensor.shape, weight.shape
    for row in range(0, H, stride):
        for column in range(0, W, stride):
            grad = grad_output[row // stride, column // stride]
            grad_padded[row : row + k_h, column : column + k_w] += grad * weight
    return _crop(grad_padded, input_tensor.shape, padding)


def size_rounded(
    grad_output: Array, input_tensor: Array, weight: Array, stride: int, padding: int
) -> Array:
    """Compute the output's size with round instead of floor."""
    sizes = zip(input_tensor.shape, weight.shape, strict=True)
    outputs = tuple(round((size + 2 * padding - k) / stride) + 1 for size, k in sizes)
    grad_padded = _send_back(grad_output, input_tensor.shape, weight, stride, padding, outputs)
    return _crop(grad_padded, input_tensor.shape, padding)


MISTAKES: dict[str, Backward] = {
    "crop [p:-p]": crop_from_both_ends,
    "crop [1:-1]": crop_by_one,
    "one size for both": one_size_for_both_axes,
    "= for +=": overlaps_assigned,
    "stride ignored": stride_ignored,
    "kernel not turned": kernel_not_turned,
    "range(0, H, s)": loops_over_the_image,
    "round for floor": size_rounded,
}


def _send_back(
    grad_output: Array,
    input_size: tuple[int, ...],
    weight: Array,
    stride: int,
    padding: int,
    outputs: tuple[int, ...] | None = None,
) -> Array:
    """Let outputs, all or so many, send their gradients back through their windows; add up."""
    grad_padded = _padded_zeros(input_size, padding)
    k_h, k_w = weight.shape
    for i, j in np.ndindex(outputs or grad_output.shape):
        row, column = stride * i, stride * j
        grad_padded[row : row + k_h, column : column + k_w] += grad_output[i, j] * weight
    return grad_padded


def _padded_zeros(input_size: tuple[int, ...], padding: int) -> Array:
    return np.zeros([size + 2 * padding for size in input_size])


def _crop(grad_padded: Array, input_size: tuple[int, ...], padding: int) -> Array:
    H, W = input_size
    return grad_padded[padding : padding + H, padding : padding + W]
