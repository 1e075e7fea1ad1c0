"""The fully connected layer as it should be."""

from __future__ import annotations

from autograder.comparison import Array
from convlab import ops

Gradients = tuple[Array, Array, Array]


def linear_forward(input_tensor: Array, weight: Array, bias: Array) -> Array:
    """Fully connected layer: the reference.

    Parameters
    ----------
    input_tensor : (N, in_features)
    weight : (out_features, in_features)
    bias : (out_features,)

    Returns
    -------
    (N, out_features)
    """
    return ops.linear(input_tensor, weight, bias)


def linear_backward(grad_output: Array, input_tensor: Array, weight: Array) -> Gradients:
    """Gradients of the fully connected layer: the reference.

    Parameters
    ----------
    grad_output : (N, out_features)
    input_tensor : (N, in_features)
    weight : (out_features, in_features)

    Returns
    -------
    grad_input, grad_weight, grad_bias : arrays
    """
    return ops.linear_backward(grad_output, input_tensor, weight)
