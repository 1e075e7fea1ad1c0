"""Arrays: unusual layouts in memory, copies that keep them, padded images, turned kernels."""

from __future__ import annotations

import numpy as np

from autograder.comparison import Array


def with_gaps(array: Array) -> Array:
    """Return a view with the same values that is not contiguous along its last axis."""
    return np.repeat(array, 2, axis=-1)[..., ::2]


def copy_with_layout(array: Array) -> Array:
    """Copy an array; one that is not contiguous gives one that is not contiguous."""
    return array.copy() if array.flags.c_contiguous else with_gaps(array)


def pad(images: Array, rows: int, columns: int) -> Array:
    """Frame images with rows of zeros above and below, and columns left and right."""
    return np.pad(images, ((0, 0), (0, 0), (rows, rows), (columns, columns)))


def rotated(kernels: Array) -> Array:
    """Turn every kernel by 180 degrees."""
    return np.flip(kernels, axis=(2, 3))
