"""A convolution of one channel, written as the matrix that it is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.ops import output_size

Array = NDArray[np.floating[Any]]


def convolution_matrix(
    weight: Array, input_size: tuple[int, int], stride: int = 1, padding: int = 0
) -> Array:
    """Write a row for each output and a column for each pixel.

    Parameters
    ----------
    weight : (k_h, k_w) array
    input_size : (H, W)
    stride, padding : int

    Returns
    -------
    (H_out W_out, H W) array
        Times the flattened image it gives the flattened output. Row i W_out + j holds the weights
        of window (i, j); column p W + q belongs to pixel (p, q). What falls on the padding is
        multiplied by zero, so it has no column.

    Raises
    ------
    ValueError
        The kernel does not fit into the padded image.
    """
    (H, W), (k_h, k_w) = input_size, weight.shape
    H_out, W_out = output_size(H, k_h, stride, padding), output_size(W, k_w, stride, padding)
    matrix = np.zeros((H_out * W_out, H * W))
    for i, j in np.ndindex(H_out, W_out):
        for u, v in np.ndindex(k_h, k_w):
            p, q = stride * i + u - padding, stride * j + v - padding
            if 0 <= p < H and 0 <= q < W:
                matrix[i * W_out + j, p * W + q] = weight[u, v]
    return matrix
