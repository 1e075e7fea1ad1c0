"""Wrong gradients of max pooling, as published code computes them; one channel, no padding.

Each function takes what :func:`convlab.teaching.pool_gradient_one_channel` takes, and differs from
it by one mistake. They are here to be looked at, never to be used.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.teaching.pooling import first_maximum, pool_gradient_one_channel

Array = NDArray[np.floating[Any]]


def assign_instead_of_adding(
    grad_output: Array, input_tensor: Array, kernel_size: tuple[int, int], stride: int
) -> Array:
    """Write ``=`` where ``+=`` belongs: the last of several windows counts."""
    k_h, k_w = kernel_size
    grad_input = np.zeros(input_tensor.shape)
    for (i, j), grad in np.ndenumerate(grad_output):
        top, left = stride * i, stride * j
        u, v = first_maximum(input_tensor[top : top + k_h, left : left + k_w])
        grad_input[top + u, left + v] = grad
    return grad_input


def reward_every_tie(
    grad_output: Array, input_tensor: Array, kernel_size: tuple[int, int], stride: int
) -> Array:
    """Give the whole gradient to each of several equal maxima."""

    def share_out(window: Array, grad: float) -> Array:
        shares: Array = grad * (window == window.max())
        return shares

    return pool_gradient_one_channel(grad_output, input_tensor, kernel_size, stride, share_out)


def assume_square_image(
    grad_output: Array, input_tensor: Array, kernel_size: tuple[int, int], stride: int
) -> Array:
    """Let both loops run over the output's height."""
    side = grad_output.shape[0]
    return _route_from((side, side), grad_output, input_tensor, kernel_size, stride)


def count_windows_side_by_side(
    grad_output: Array, input_tensor: Array, kernel_size: tuple[int, int], stride: int
) -> Array:
    """Take H / k_h times W / k_w windows, as if they never overlapped."""
    (height, width), (k_h, k_w) = input_tensor.shape, kernel_size
    windows = height // k_h, width // k_w
    return _route_from(windows, grad_output, input_tensor, kernel_size, stride)


def decode_with_height(
    grad_output: Array, input_tensor: Array, kernel_size: tuple[int, int], stride: int
) -> Array:
    """Decode the flat index of the maximum with k_h in place of k_w."""
    k_h, k_w = kernel_size
    grad_input = np.zeros(input_tensor.shape)
    for (i, j), grad in np.ndenumerate(grad_output):
        top, left = stride * i, stride * j
        window = input_tensor[top : top + k_h, left : left + k_w]
        u, v = divmod(int(window.argmax()), k_h)
        grad_input[top + u, left + v] += grad
    return grad_input


def _route_from(
    windows: tuple[int, int],
    grad_output: Array,
    input_tensor: Array,
    kernel_size: tuple[int, int],
    stride: int,
) -> Array:
    """Route the gradients of the first rows and columns of windows, rightly."""
    k_h, k_w = kernel_size
    grad_input = np.zeros(input_tensor.shape)
    for i, j in np.ndindex(windows):
        top, left = stride * i, stride * j
        u, v = first_maximum(input_tensor[top : top + k_h, left : left + k_w])
        grad_input[top + u, left + v] += grad_output[i, j]
    return grad_input
