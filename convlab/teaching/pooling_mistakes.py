"""Wrong gradients of max pooling, as published code computes them; one channel, no padding.

Each function takes what :func:`convlab.teaching.pool_gradient_one_channel` takes, and differs from
it by one mistake. They are here to be looked at, never to be used.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.teaching.pooling import first_maximum

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
    k_h, k_w = kernel_size
    grad_input = np.zeros(input_tensor.shape)
    for (i, j), grad in np.ndenumerate(grad_output):
        top, left = stride * i, stride * j
        place = np.s_[top : top + k_h, left : left + k_w]
        window = input_tensor[place]
        grad_input[place] += grad * (window == window.max())
    return grad_input


def assume_square_image(
    grad_output: Array, input_tensor: Array, kernel_size: tuple[int, int], stride: int
) -> Array:
    """Let both loops run over the output's height."""
    k_h, k_w = kernel_size
    grad_input = np.zeros(input_tensor.shape)
    side = grad_output.shape[0]
    for i, j in np.ndindex(side, side):
        top, left = stride * i, stride * j
        u, v = first_maximum(input_tensor[top : top + k_h, left : left + k_w])
        grad_input[top + u, left + v] += grad_output[i, j]
    return grad_input


def count_windows_side_by_side(
    grad_output: Array, input_tensor: Array, kernel_size: tuple[int, int], stride: int
) -> Array:
    """Take H / k_h times W / k_w windows, as if they never overlapped."""
    k_h, k_w = kernel_size
    grad_input = np.zeros(input_tensor.shape)
    for i, j in np.ndindex(input_tensor.shape[0] // k_h, input_tensor.shape[1] // k_w):
        top, left = stride * i, stride * j
        u, v = first_maximum(input_tensor[top : top + k_h, left : left + k_w])
        grad_input[top + u, left + v] += grad_output[i, j]
    return grad_input


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
