"""The convolution of mathematics, as stamping: the other way to read the same double sum."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def convolve_full(image: Array, kernel: Array) -> Array:
    r"""Stamp the kernel on every pixel, as strongly as the pixel is bright, and add up.

    .. math::

        C_{p,q} = \sum_{u,v} K_{u,v} X_{p-u,\,q-v}

    Parameters
    ----------
    image : (H, W) array
    kernel : (k_h, k_w) array

    Returns
    -------
    (H + k_h - 1, W + k_w - 1) array
    """
    (height, width), (k_h, k_w) = image.shape, kernel.shape
    sheet = np.zeros((height + k_h - 1, width + k_w - 1))
    for (p, q), pixel in np.ndenumerate(image):
        sheet[p : p + k_h, q : q + k_w] += pixel * kernel
    return sheet
