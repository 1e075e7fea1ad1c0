"""Measure a gradient without any formula, to check one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def numerical_gradient(
    loss: Callable[[Array], float], array: Array, step: float = 1e-3
) -> NDArray[np.float64]:
    """Nudge one number at a time up and down, and watch the loss: central differences.

    Parameters
    ----------
    loss : callable
        Maps an array like ``array`` to a number. It is called twice for each element.
    array : array
        Where to measure. It is not changed.
    step : float
        How far to nudge.

    Returns
    -------
    array of the same shape
    """
    gradient = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        up, down = array.copy(), array.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (loss(up) - loss(down)) / (2 * step)
    return gradient
