"""How large the numbers are, layer by layer, on their way through a deep network and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.ops import linear, linear_backward, relu, relu_backward

Array = NDArray[np.floating[Any]]


def signal_sizes(
    weights: Sequence[Array], signal: Array, gradient: Array
) -> tuple[list[float], list[float]]:
    """Send a signal forward through linear layers with ReLU, then a gradient back.

    Parameters
    ----------
    weights : sequence of (units, units) arrays
        One for each layer.
    signal, gradient : (N, units) arrays
        What enters at the front, and what enters at the back.

    Returns
    -------
    forward, backward : lists of float
        The root mean square of what each layer puts out, and of the gradient that each receives,
        both in the layers' order.
    """
    inputs, scores, forward, backward = [], [], [], []
    for weight in weights:
        inputs.append(signal)
        scores.append(linear(signal, weight))
        signal = relu(scores[-1])
        forward.append(root_mean_square(signal))
    for weight, layer_input, score in zip(weights[::-1], inputs[::-1], scores[::-1], strict=True):
        backward.append(root_mean_square(gradient))
        gradient = relu_backward(gradient, score)
        gradient, _, _ = linear_backward(gradient, layer_input, weight)
    return forward, backward[::-1]


def root_mean_square(array: Array) -> float:
    """Tell how large the elements are, whatever their sign."""
    return float(np.sqrt((array**2).mean()))
