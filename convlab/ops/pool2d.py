"""Max and average pooling, forward and backward.

Symbols: N images, C channels, (H, W) input size, (kH, kW) kernel size, (H_out, W_out) output size.
The rules are PyTorch's: the stride is the kernel size unless given, output sizes are rounded down,
padding is at most half the kernel, and a tied maximum is won by the first element in row-major
order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convlab.ops.checks import as_pair, check_grad_output, check_image_batch
from convlab.ops.conv2d import output_size
from convlab.ops.types import Array, Pair, Size2d
from convlab.ops.windows import gather_windows, scatter_windows


def max_pool2d(
    input_tensor: Array, kernel_size: Size2d, stride: Size2d | None = None, padding: Size2d = 0
) -> Array:
    r"""Keep the largest element of each window.

    .. math::

        Y_{n,c,i,j} = \max_{u,v} X_{n,\,c,\,s i + u - p,\,s j + v - p}

    Padding never wins: it counts as minus infinity.

    Parameters
    ----------
    input_tensor : (N, C, H, W)
        X. N may be 0.
    kernel_size : int or (height, width)
    stride : int or (height, width), optional
        ``kernel_size`` unless given.
    padding : int or (height, width)
        At most half of ``kernel_size``.

    Returns
    -------
    (N, C, H_out, W_out)
        Y, in the dtype of the input.

    Raises
    ------
    ValueError
        When shapes or sizes do not fit each other.
    """
    kernel_size, stride, padding = _pool_sizes("max_pool2d", kernel_size, stride, padding)
    N, C, H_out, W_out = _output_shape("max_pool2d", input_tensor, kernel_size, stride, padding)
    lowest = _lowest(input_tensor.dtype)
    windows = gather_windows(input_tensor, kernel_size, stride, padding, fill=lowest)
    output_tensor = np.full((N, C, H_out, W_out), lowest, dtype=input_tensor.dtype)
    for u, v in np.ndindex(kernel_size):  # many times faster than windows.max(axis=(2, 3))
        np.maximum(output_tensor, windows[:, :, u, v], out=output_tensor)
    return output_tensor


def max_pool2d_backward(
    grad_output: Array,
    input_tensor: Array,
    kernel_size: Size2d,
    stride: Size2d | None = None,
    padding: Size2d = 0,
) -> Array:
    """Route each output's gradient to the element that won its window.

    Of several equal maxima the first in row-major order wins, and it alone. An element that wins
    several overlapping windows receives the sum of their gradients.

    Parameters
    ----------
    grad_output : (N, C, H_out, W_out)
        dL/dY.
    input_tensor, kernel_size, stride, padding
        What :func:`max_pool2d` was called with.

    Returns
    -------
    (N, C, H, W)
        dL/dX.

    Raises
    ------
    ValueError
        When shapes or sizes do not fit each other.
    """
    maxima = max_pool2d(input_tensor, kernel_size, stride, padding)
    check_grad_output("max_pool2d_backward", grad_output, maxima.shape)
    kernel_size, stride, padding = _pool_sizes("max_pool2d", kernel_size, stride, padding)
    H, W = input_tensor.shape[2:]

    windows = gather_windows(input_tensor, kernel_size, stride, padding)
    inside = gather_windows(np.ones((1, 1, H, W), dtype=bool), kernel_size, stride, padding)
    grad_windows = np.zeros(windows.shape, dtype=grad_output.dtype)
    undecided = np.ones(maxima.shape, dtype=bool)
    for u, v in np.ndindex(kernel_size):
        wins = undecided & inside[:, :, u, v] & (windows[:, :, u, v] == maxima)
        grad_windows[:, :, u, v] = np.where(wins, grad_output, 0)
        undecided &= ~wins
    return scatter_windows(grad_windows, (H, W), stride, padding)


def avg_pool2d(
    input_tensor: Array,
    kernel_size: Size2d,
    stride: Size2d | None = None,
    padding: Size2d = 0,
    count_include_pad: bool = True,
) -> Array:
    r"""Take the mean of each window.

    .. math::

        Y_{n,c,i,j} = \frac{1}{d_{i,j}} \sum_{u,v} X^{pad}_{n,\,c,\,s i + u,\,s j + v}

    Parameters
    ----------
    input_tensor : (N, C, H, W)
        X. N may be 0.
    kernel_size : int or (height, width)
    stride : int or (height, width), optional
        ``kernel_size`` unless given.
    padding : int or (height, width)
        At most half of ``kernel_size``.
    count_include_pad : bool
        What the divisor d counts. True: every element of the window, the zeros of the padding too,
        so ``kH kW``. False: the elements of the image only.

    Returns
    -------
    (N, C, H_out, W_out)
        Y, in the dtype of the input.

    Raises
    ------
    ValueError
        When shapes or sizes do not fit each other.
    """
    kernel_size, stride, padding = _pool_sizes("avg_pool2d", kernel_size, stride, padding)
    _output_shape("avg_pool2d", input_tensor, kernel_size, stride, padding)
    sums = _window_sums(input_tensor, kernel_size, stride, padding)
    return sums / _divisor(input_tensor, kernel_size, stride, padding, count_include_pad)


def avg_pool2d_backward(
    grad_output: Array,
    input_tensor: Array,
    kernel_size: Size2d,
    stride: Size2d | None = None,
    padding: Size2d = 0,
    count_include_pad: bool = True,
) -> Array:
    """Spread each output's gradient evenly over its window.

    Parameters
    ----------
    grad_output : (N, C, H_out, W_out)
        dL/dY.
    input_tensor, kernel_size, stride, padding, count_include_pad
        What :func:`avg_pool2d` was called with. Of the input only the shape matters.

    Returns
    -------
    (N, C, H, W)
        dL/dX; where windows overlap, the sum of their shares.

    Raises
    ------
    ValueError
        When shapes or sizes do not fit each other.
    """
    kernel_size, stride, padding = _pool_sizes("avg_pool2d", kernel_size, stride, padding)
    expected = _output_shape("avg_pool2d", input_tensor, kernel_size, stride, padding)
    check_grad_output("avg_pool2d_backward", grad_output, expected)
    N, C, H, W = input_tensor.shape
    share = grad_output / _divisor(input_tensor, kernel_size, stride, padding, count_include_pad)
    one_share_each = np.broadcast_to(share[:, :, None, None], (N, C, *kernel_size, *expected[2:]))
    return scatter_windows(one_share_each, (H, W), stride, padding)


def _divisor(
    input_tensor: Array, kernel_size: Pair, stride: Pair, padding: Pair, count_include_pad: bool
) -> Array | int:
    """Count the elements that each window's mean is taken over."""
    if count_include_pad:
        return kernel_size[0] * kernel_size[1]
    ones = np.ones((1, 1, *input_tensor.shape[2:]), dtype=input_tensor.dtype)
    return _window_sums(ones, kernel_size, stride, padding)


def _window_sums(input_tensor: Array, kernel_size: Pair, stride: Pair, padding: Pair) -> Array:
    windows = gather_windows(input_tensor, kernel_size, stride, padding)
    sums: Array = windows.sum(axis=(2, 3))
    return sums


def _lowest(dtype: np.dtype[Any]) -> float:
    """Return the value that loses against every other: what max pooling pads with."""
    return -np.inf if np.issubdtype(dtype, np.floating) else int(np.iinfo(dtype).min)


def _pool_sizes(
    operation: str, kernel_size: Size2d, stride: Size2d | None, padding: Size2d
) -> tuple[Pair, Pair, Pair]:
    """Read the sizes as pairs, the stride from the kernel unless given; check the padding."""
    kernel = as_pair(kernel_size, "kernel_size")
    step = kernel if stride is None else as_pair(stride, "stride")
    border = as_pair(padding, "padding", minimum=0)
    if 2 * border[0] > kernel[0] or 2 * border[1] > kernel[1]:
        raise ValueError(
            f"{operation}: padding {border} is more than half of kernel_size {kernel}, so a window "
            "could hold nothing but padding; use less padding or a larger kernel."
        )
    return kernel, step, border


def _output_shape(
    operation: str, input_tensor: Array, kernel_size: Pair, stride: Pair, padding: Pair
) -> tuple[int, int, int, int]:
    check_image_batch(operation, input_tensor)
    N, C, H, W = input_tensor.shape
    H_out = output_size(H, kernel_size[0], stride[0], padding[0])
    W_out = output_size(W, kernel_size[1], stride[1], padding[1])
    return N, C, H_out, W_out
