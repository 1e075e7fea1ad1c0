"""Inverted dropout, forward and backward.

In training each element is dropped with probability p, and those that are kept are divided by
1 - p, so that the expected value of each element stays what it was. In evaluation nothing is
dropped and nothing is scaled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.ops.checks import check_grad_output
from convlab.ops.types import Array


def dropout(
    input_tensor: Array, p: float, training: bool, rng: np.random.Generator
) -> tuple[Array, NDArray[np.bool_]]:
    r"""Drop each element with probability p, independently: :math:`Y = X M / (1 - p)`.

    Parameters
    ----------
    input_tensor : array of any shape
        X.
    p : float
        Probability that an element is dropped, 0 <= p < 1.
    training : bool
        False returns the input's values unchanged, and draws nothing.
    rng : numpy.random.Generator
        Where the mask is drawn from.

    Returns
    -------
    output_tensor : array of the same shape and dtype
        Y.
    mask : bool array of the same shape
        M, True for what was kept; all True in evaluation.

    Raises
    ------
    ValueError
        When p is not in [0, 1).
    """
    _check_probability("dropout", p)
    if not training:
        return input_tensor.copy(), np.ones(input_tensor.shape, dtype=bool)
    mask = rng.random(input_tensor.shape) >= p
    return _scale(input_tensor, mask, p), mask


def dropout_backward(grad_output: Array, mask: NDArray[Any], p: float) -> Array:
    r"""Let the gradient pass where the input did: :math:`\partial L / \partial Y \, M / (1 - p)`.

    Parameters
    ----------
    grad_output : array of any shape
        dL/dY.
    mask : array of the same shape
        What :func:`dropout` returned in training: 1 or True for what was kept.
    p : float
        What :func:`dropout` was called with.

    Returns
    -------
    array of the same shape and dtype as grad_output

    Raises
    ------
    ValueError
        When the shapes differ, or p is not in [0, 1).
    """
    _check_probability("dropout_backward", p)
    check_grad_output("dropout_backward", grad_output, mask.shape)
    return _scale(grad_output, mask, p)


def _scale(array: Array, mask: NDArray[Any], p: float) -> Array:
    # What was dropped is 0, not the product with 0, which is NaN for what is infinite.
    return np.where(mask, array / (1 - p), 0).astype(array.dtype, copy=False)


def _check_probability(operation: str, p: float) -> None:
    if not 0 <= p < 1:
        raise ValueError(
            f"{operation}: p is {p}, but must be at least 0 and less than 1; pass the probability "
            "that an element is dropped."
        )
