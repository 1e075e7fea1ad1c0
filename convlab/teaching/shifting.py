"""Move digits about, to see whether a network still knows them."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


def shift_images(images: NDArray[Scalar], rows: int, columns: int) -> NDArray[Scalar]:
    """Shift every image; what leaves is lost, what enters is empty paper (zero).

    Parameters
    ----------
    images : (..., H, W) array
    rows : int
        Pixels downwards; negative: upwards.
    columns : int
        Pixels to the right; negative: to the left.

    Returns
    -------
    (..., H, W) array
        A new array of the same dtype.
    """
    height, width = images.shape[-2:]
    shifted = np.zeros_like(images)
    to_rows, from_rows = _overlap(height, rows)
    to_columns, from_columns = _overlap(width, columns)
    shifted[..., to_rows, to_columns] = images[..., from_rows, from_columns]
    return shifted


def _overlap(size: int, shift: int) -> tuple[slice, slice]:
    """Where the kept part arrives, and where it came from."""
    kept = max(size - abs(shift), 0)
    to, origin = max(shift, 0), max(-shift, 0)
    return slice(to, to + kept), slice(origin, origin + kept)
