"""Pooling of one channel without padding, forward and backward, one window at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def pool_one_channel(
    input_tensor: Array,
    kernel_size: tuple[int, int],
    stride: int,
    reduce: Callable[[Array], float],
) -> Array:
    """Replace each window by one number.

    Parameters
    ----------
    input_tensor : (H, W) array
    kernel_size : (k_h, k_w)
    stride : int
    reduce : callable
        ``np.max`` or ``np.mean``.

    Returns
    -------
    ((H - k_h) // stride + 1, (W - k_w) // stride + 1) array
    """
    k_h, k_w = kernel_size
    rows = (input_tensor.shape[0] - k_h) // stride + 1
    columns = (input_tensor.shape[1] - k_w) // stride + 1
    output_tensor = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = stride * i, stride * j
            window = input_tensor[top : top + k_h, left : left + k_w]
            output_tensor[i, j] = reduce(window)
    return output_tensor


def first_maximum(window: Array) -> tuple[int, ...]:
    """Find the largest element; of equal ones the first in row-major order."""
    winner: tuple[int, ...] = (0, 0)
    for place, value in np.ndenumerate(window):
        if value > window[winner]:
            winner = place
    return winner


def route_to_winner(window: Array, grad: float) -> Array:
    """Share out a gradient as max pooling does: all of it to the winner.

    Parameters
    ----------
    window : (k_h, k_w) array
    grad : float
        The gradient of the window's output.

    Returns
    -------
    (k_h, k_w) array
    """
    shares = np.zeros(window.shape)
    shares[first_maximum(window)] = grad
    return shares


def spread_evenly(window: Array, grad: float) -> Array:
    """Share out a gradient as average pooling does: the same to every element.

    Parameters
    ----------
    window : (k_h, k_w) array
    grad : float
        The gradient of the window's output.

    Returns
    -------
    (k_h, k_w) array
    """
    return np.full(window.shape, grad / window.size)


def pool_gradient_one_channel(
    grad_output: Array,
    input_tensor: Array,
    kernel_size: tuple[int, int],
    stride: int,
    share_out: Callable[[Array, float], Array],
) -> Array:
    """Let every window share out its gradient; add up what each pixel receives.

    Parameters
    ----------
    grad_output : (H_out, W_out) array
    input_tensor : (H, W) array
    kernel_size : (k_h, k_w)
    stride : int
    share_out : callable
        :func:`route_to_winner` or :func:`spread_evenly`.

    Returns
    -------
    (H, W) array
    """
    k_h, k_w = kernel_size
    grad_input = np.zeros(input_tensor.shape)
    for (i, j), grad in np.ndenumerate(grad_output):
        top, left = stride * i, stride * j
        place = np.s_[top : top + k_h, left : left + k_w]
        grad_input[place] += share_out(input_tensor[place], float(grad))
    return grad_input
