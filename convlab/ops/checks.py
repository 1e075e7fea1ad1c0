"""The checks that several operations share: one clear sentence when an argument does not fit."""

from __future__ import annotations

import numpy as np

from convlab.ops.types import Array, Pair, Size2d


def as_pair(value: Size2d, name: str, minimum: int = 1) -> Pair:
    """Read a size that is either one number for both axes or a pair (height, width).

    Parameters
    ----------
    value : int or (int, int)
    name : str
        What the caller calls it, for the error's text.
    minimum : int
        The smallest value allowed: 1 for kernel_size, stride and dilation, 0 for padding.

    Returns
    -------
    (int, int)

    Raises
    ------
    ValueError
        When ``value`` is neither, or when a number is below ``minimum``.
    """
    pair = tuple(value) if isinstance(value, tuple | list) else (value, value)
    whole = all(isinstance(number, int | np.integer) for number in pair)
    if len(pair) != 2 or not whole or min(pair) < minimum:
        raise ValueError(
            f"{name} is {value!r}, but must be a whole number >= {minimum} or a pair "
            "(height, width) of them; pass one of these."
        )
    return int(pair[0]), int(pair[1])


def check_image_batch(operation: str, input_tensor: Array) -> None:
    """Check that ``input_tensor`` is a batch of images (N, C, H, W); only N may be 0.

    Parameters
    ----------
    operation : str
        The operation's name, for the error's text.
    input_tensor : array

    Raises
    ------
    ValueError
        When it has another number of axes, or no channel, row or column.
    """
    if input_tensor.ndim != 4 or 0 in input_tensor.shape[1:]:
        raise ValueError(
            f"{operation}: input_tensor has shape {input_tensor.shape}, expected (N, C, H, W) with "
            "C, H and W >= 1; add the missing axes, for one grey image image[None, None]."
        )


def check_grad_output(operation: str, grad_output: Array, expected: tuple[int, ...]) -> None:
    """Check that the upstream gradient has the shape of the forward pass's output.

    Parameters
    ----------
    operation : str
        The operation's name, for the error's text.
    grad_output : array
    expected : tuple of int
        The shape of the output.

    Raises
    ------
    ValueError
        When it has another shape, even one that would broadcast.
    """
    if grad_output.shape != expected:
        raise ValueError(
            f"{operation}: grad_output has shape {grad_output.shape}, expected {expected}, the "
            "shape of the output; pass that output's gradient and the forward pass's settings."
        )
