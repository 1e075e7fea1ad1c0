"""Zeros between neighbours: what a stride does to a gradient, and a dilation to a kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def insert_zeros(grad_output: Array, stride: int) -> Array:
    """Put stride - 1 zeros between neighbours: each stands where it was made.

    Parameters
    ----------
    grad_output : (H_out, W_out) array
    stride : int

    Returns
    -------
    (stride * (H_out - 1) + 1, stride * (W_out - 1) + 1) array
    """
    rows, columns = grad_output.shape
    spread = np.zeros((stride * (rows - 1) + 1, stride * (columns - 1) + 1))
    spread[::stride, ::stride] = grad_output
    return spread
