"""How well a small pattern fits a picture: in one window, and in all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.teaching.correlation import correlate_one_channel

Array = NDArray[np.floating[Any]]


def match(window: Array, feature: Array) -> float:
    """Say how well a feature fits one window: multiply pixel by pixel, take the mean.

    Parameters
    ----------
    window, feature : (k_h, k_w) arrays
        Of -1 (paper) and 1 (ink).

    Returns
    -------
    float
        1 when they agree in every pixel, -1 when they agree in none.
    """
    products = window * feature
    return float(products.mean())


def feature_map(image: Array, feature: Array) -> Array:
    """Match a feature with every window of an image.

    Parameters
    ----------
    image : (H, W) array
    feature : (k_h, k_w) array

    Returns
    -------
    (H - k_h + 1, W - k_w + 1) array
    """
    fits: Array = correlate_one_channel(image, feature) / feature.size
    return fits
