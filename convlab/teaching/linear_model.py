"""A linear model of one picture, and the squared error of its weights, in loops."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def weighted_sum(pixels: Array, weight: Array, bias: float) -> float:
    """Multiply each pixel by its weight and add everything up, the bias too.

    Parameters
    ----------
    pixels, weight : (in_features,) arrays
    bias : float

    Returns
    -------
    float
        The score.
    """
    score = bias
    for w, x in zip(weight, pixels, strict=True):
        score += w * x
    return float(score)


def half_squared_error(inputs: Array, targets: Array, weight: Array, bias: float) -> float:
    """Add up half the squared error of every example.

    Parameters
    ----------
    inputs : (N, in_features) array
    targets : (N,) array
    weight : (in_features,) array
    bias : float

    Returns
    -------
    float
        E.
    """
    total = 0.0
    for x, y in zip(inputs, targets, strict=True):
        total += (y - weighted_sum(x, weight, bias)) ** 2 / 2
    return total


def half_squared_error_gradient(
    inputs: Array, targets: Array, weight: Array, bias: float
) -> tuple[NDArray[np.float64], float]:
    """Differentiate :func:`half_squared_error`; mind the minus sign.

    Parameters
    ----------
    inputs : (N, in_features) array
    targets : (N,) array
    weight : (in_features,) array
    bias : float

    Returns
    -------
    grad_weight : (in_features,) array
        The negative sum over all examples of (y - y_hat) x_j.
    grad_bias : float
        The negative sum over all examples of (y - y_hat).
    """
    grad_weight, grad_bias = np.zeros(len(weight)), 0.0
    for x, y in zip(inputs, targets, strict=True):
        error = y - weighted_sum(x, weight, bias)
        for j in range(len(weight)):
            grad_weight[j] -= error * x[j]
        grad_bias -= error
    return grad_weight, grad_bias
