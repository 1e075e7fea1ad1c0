"""Flatten each image of a batch into one row of features, forward and backward."""

from __future__ import annotations

import math

from convlab.ops.checks import check_grad_output
from convlab.ops.types import Array


def flatten(input_tensor: Array) -> Array:
    """Line the elements of each example up in row-major order; the batch axis stays.

    Parameters
    ----------
    input_tensor : (N, ...)
        N may be 0.

    Returns
    -------
    (N, features)
        A copy, with features the number of elements of one example.

    Raises
    ------
    ValueError
        When there is no axis besides the batch axis.
    """
    return input_tensor.reshape(_flat_shape("flatten", input_tensor.shape)).copy()


def flatten_backward(grad_output: Array, shape: tuple[int, ...]) -> Array:
    """Give each gradient back to the element that it came from: undo the reshaping.

    Parameters
    ----------
    grad_output : (N, features)
        dL/dY.
    shape : tuple of int
        The shape of the forward pass's input.

    Returns
    -------
    array of that shape
        A copy.

    Raises
    ------
    ValueError
        When grad_output is not of the shape that an input of that shape is flattened to.
    """
    check_grad_output("flatten_backward", grad_output, _flat_shape("flatten_backward", shape))
    return grad_output.reshape(shape).copy()


def _flat_shape(operation: str, shape: tuple[int, ...]) -> tuple[int, int]:
    if len(shape) < 2:
        raise ValueError(
            f"{operation}: the input has shape {shape}, expected (N, ...) with at least one axis "
            "after N; add the batch axis, for one example input_tensor[None]."
        )
    # Not reshape(N, -1): with N = 0 any number of features would do, and NumPy refuses to choose.
    return shape[0], math.prod(shape[1:])
