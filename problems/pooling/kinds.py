"""The two kinds of pooling: how a window gives a number, and how a gradient goes back into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograder.comparison import Array
from convlab.ops import (
    avg_pool2d,
    avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    output_size,
)
from convlab.ops.types import Pair, Size2d
from problems.conv2d_settings import as_pair

# send(target, window, grad, kernel) adds to target (N, C, h, w), the place of one window in the
# gradient, what the gradient (N, C) of its output gives to its pixels.
Send: TypeAlias = Callable[[Array, Array, Array, Pair], None]


@dataclass(frozen=True)
class Settings:
    """The settings of a call, as pairs (height, width).

    Attributes
    ----------
    kernel, stride, padding : (int, int)
    is_stride_given : bool
        False: the stride is the kernel's size because the caller did not say.
    """

    kernel: Pair
    stride: Pair
    padding: Pair
    is_stride_given: bool = True

    @classmethod
    def of(cls, kernel_size: Size2d, stride: Size2d | None, padding: Size2d) -> Settings:
        """Read settings as a student's function receives them."""
        kernel = as_pair(kernel_size)
        step = kernel if stride is None else as_pair(stride)
        return cls(kernel, step, as_pair(padding), is_stride_given=stride is not None)

    def window_counts(self, image_size: Pair) -> Pair:
        """Count the windows that fit, for each axis."""
        axes = zip(image_size, self.kernel, self.stride, self.padding, strict=True)
        rows, columns = (output_size(*axis) for axis in axes)
        return rows, columns


@dataclass(frozen=True)
class Kind:
    """One kind of pooling.

    Attributes
    ----------
    forward, backward : callable
        The reference.
    reduce : callable
        ``np.max`` or ``np.mean``.
    fill : float
        What the padding holds.
    send : Send
    """

    forward: Callable[..., Array]
    backward: Callable[..., Array]
    reduce: Callable[..., Any]
    fill: float
    send: Send


def send_to_winner(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    """Give everything to the first maximum in row-major order."""
    row, column = np.divmod(first_maximum(window), window.shape[3])
    give(target, row, column, grad)


def send_to_all(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
    """Give every pixel the same share."""
    target += grad[:, :, None, None] / (kernel[0] * kernel[1])


def first_maximum(window: Array) -> NDArray[np.intp]:
    """Find where the maximum of each window comes first: its row-major index, (N, C)."""
    N, C, height, width = window.shape
    index: NDArray[np.intp] = window.reshape(N, C, height * width).argmax(axis=2)
    return index


def give(target: Array, row: NDArray[np.intp], column: NDArray[np.intp], grad: Array) -> None:
    """Add the gradient of each window, (N, C), at one pixel of it."""
    images, channels = np.ogrid[: target.shape[0], : target.shape[1]]
    target[images, channels, row, column] += grad


MAX = Kind(max_pool2d, max_pool2d_backward, np.max, -np.inf, send_to_winner)
AVERAGE = Kind(avg_pool2d, avg_pool2d_backward, np.mean, 0.0, send_to_all)
