"""Where a sliding window may stop, and the one number that it makes there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def window_starts(length: int, span: int, stride: int) -> list[int]:
    """List the cells of a line at which a window may start.

    Parameters
    ----------
    length : int
        Cells of the line, its padding included.
    span : int
        Cells from the window's first to its last.
    stride : int

    Returns
    -------
    list of int
    """
    last = length - span
    return list(range(0, last + 1, stride))


def output_one_channel(
    padded_input: Array,
    weight: Array,
    i: int,
    j: int,
    stride: tuple[int, int] = (1, 1),
    dilation: tuple[int, int] = (1, 1),
) -> float:
    """Compute one output of one channel, product by product.

    Parameters
    ----------
    padded_input : (H + 2 p_h, W + 2 p_w) array
    weight : (k_h, k_w) array
    i, j : int
        Row and column of the output.
    stride, dilation : (height, width)

    Returns
    -------
    float
    """
    total = 0.0
    for u in range(weight.shape[0]):
        for v in range(weight.shape[1]):
            row = stride[0] * i + dilation[0] * u
            column = stride[1] * j + dilation[1] * v
            total += weight[u, v] * padded_input[row, column]
    return total
