"""A convolution of one channel and its three gradients, at stride 1 and without padding."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def correlate_one_channel(input_tensor: Array, weight: Array, bias: float = 0.0) -> Array:
    """Slide the weights over the input: deep learning's convolution.

    Parameters
    ----------
    input_tensor : (H, W) array
    weight : (k_h, k_w) array
    bias : float

    Returns
    -------
    (H - k_h + 1, W - k_w + 1) array
        Each element is the sum of a window times the weights, plus the bias.
    """
    k_h, k_w = weight.shape
    rows = input_tensor.shape[0] - k_h + 1
    columns = input_tensor.shape[1] - k_w + 1
    output_tensor = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = input_tensor[i : i + k_h, j : j + k_w]
            output_tensor[i, j] = (window * weight).sum() + bias
    return output_tensor


def bias_gradient_one_channel(grad_output: Array) -> float:
    """Sum grad_output: the bias was added to every output once."""
    return float(grad_output.sum())


def weight_gradient_one_channel(input_tensor: Array, grad_output: Array) -> Array:
    """Correlate the input with grad_output; nothing is rotated.

    Parameters
    ----------
    input_tensor : (H, W) array
    grad_output : (H - k_h + 1, W - k_w + 1) array

    Returns
    -------
    (k_h, k_w) array
    """
    return correlate_one_channel(input_tensor, grad_output)


def input_gradient_one_channel(grad_output: Array, weight: Array) -> Array:
    """Correlate the bordered grad_output with the kernel turned by 180 degrees.

    Parameters
    ----------
    grad_output : (H - k_h + 1, W - k_w + 1) array
    weight : (k_h, k_w) array

    Returns
    -------
    (H, W) array
    """
    k_h, k_w = weight.shape
    bordered = np.pad(grad_output, [(k_h - 1, k_h - 1), (k_w - 1, k_w - 1)])
    return correlate_one_channel(bordered, np.rot90(weight, 2))
