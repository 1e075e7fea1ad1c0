"""The gradient of the input, pixel by pixel, at stride 1 and without padding."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def input_gradient_by_index(grad_output: Array, weight: Array) -> Array:
    """Ask each pixel which outputs it reached, and through which weight.

    Parameters
    ----------
    grad_output : (H_out, W_out) array
    weight : (k_h, k_w) array

    Returns
    -------
    (H_out + k_h - 1, W_out + k_w - 1) array
    """
    (H_out, W_out), (k_h, k_w) = grad_output.shape, weight.shape
    grad_input = np.zeros((H_out + k_h - 1, W_out + k_w - 1))
    for p, q in np.ndindex(grad_input.shape):
        for u, v in np.ndindex(weight.shape):
            i, j = p - u, q - v
            if 0 <= i < H_out and 0 <= j < W_out:  # only outputs that exist
                grad_input[p, q] += weight[u, v] * grad_output[i, j]
    return grad_input
