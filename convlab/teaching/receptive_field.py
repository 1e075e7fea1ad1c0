"""Which pixels a number deep in a network depends on: measured, with no formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.ops import conv2d

Array = NDArray[np.floating[Any]]


def count_ways(layers: Sequence[tuple[int, int, int]], side: int) -> Array:
    """Count the ways from each pixel to the middle output of a stack of convolutions.

    Every weight is 1, and each pixel shines alone in a picture of its own: what arrives at the
    output is the number of ways.

    Parameters
    ----------
    layers : sequence of (kernel_size, stride, dilation)
    side : int
        Side of the square picture; large enough for the stack.

    Returns
    -------
    (side, side) array
        0 outside the receptive field.
    """
    maps: Array = np.eye(side * side).reshape(-1, 1, side, side)
    for kernel_size, stride, dilation in layers:
        ones = np.ones((1, 1, kernel_size, kernel_size))
        maps = conv2d(maps, ones, stride=stride, dilation=dilation)
    middle = maps.shape[2] // 2
    return maps[:, 0, middle, middle].reshape(side, side)
