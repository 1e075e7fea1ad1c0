"""Gradient descent on any function whose gradient is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def descend(
    gradient: Callable[[NDArray[np.float64]], NDArray[Any]],
    start: ArrayLike,
    learning_rate: float,
    steps: int,
) -> NDArray[np.float64]:
    """Step against the gradient, again and again.

    Parameters
    ----------
    gradient : callable
        Maps a place, a (P,) array, to the gradient there, of the same shape.
    start : (P,) array
    learning_rate : float
    steps : int

    Returns
    -------
    (steps + 1, P) array
        The path, start included.
    """
    place = np.asarray(start, dtype=float)
    path = [place]
    for _ in range(steps):
        place = place - learning_rate * gradient(place)
        path.append(place)
    return np.array(path)
