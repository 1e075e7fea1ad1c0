"""Activation functions, forward and backward: ReLU, leaky ReLU, swish.

Each works elementwise on arrays of any shape. A backward function takes the upstream gradient
``grad_output`` (dL/dY) and the forward pass's input, and returns dL/dX = dL/dY * f'(X).
"""

from __future__ import annotations

import numpy as np

from convlab.ops.checks import check_grad_output
from convlab.ops.types import Array


def relu(input_tensor: Array) -> Array:
    """Keep what is positive: ``max(x, 0)``.

    Parameters
    ----------
    input_tensor : array of any shape

    Returns
    -------
    array of the same shape and dtype
    """
    return np.maximum(input_tensor, 0)


def relu_backward(grad_output: Array, input_tensor: Array) -> Array:
    """Let the gradient pass where the input was positive: ``f'(x) = 1 if x > 0 else 0``.

    At x = 0, where ReLU has no derivative, 0 is used, as in PyTorch.

    Parameters
    ----------
    grad_output, input_tensor : arrays of one shape

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        When the shapes differ.
    """
    check_grad_output("relu_backward", grad_output, input_tensor.shape)
    return np.where(input_tensor > 0, grad_output, 0)


def leaky_relu(input_tensor: Array, negative_slope: float = 0.01) -> Array:
    """Keep what is positive, shrink what is negative: ``x if x > 0 else negative_slope * x``.

    Parameters
    ----------
    input_tensor : array of any shape
    negative_slope : float

    Returns
    -------
    array of the same shape and dtype
    """
    return np.where(input_tensor > 0, input_tensor, negative_slope * input_tensor)


def leaky_relu_backward(
    grad_output: Array, input_tensor: Array, negative_slope: float = 0.01
) -> Array:
    """Scale the gradient by ``f'(x) = 1 if x > 0 else negative_slope``.

    Parameters
    ----------
    grad_output, input_tensor : arrays of one shape
    negative_slope : float

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        When the shapes differ.
    """
    check_grad_output("leaky_relu_backward", grad_output, input_tensor.shape)
    return np.where(input_tensor > 0, grad_output, negative_slope * grad_output)


def sigmoid(input_tensor: Array) -> Array:
    """Squash into (0, 1): ``1 / (1 + exp(-x))``.

    Only exp(-|x|) is ever computed, which cannot overflow; for x < 0 the fraction is expanded by
    exp(x), which gives ``exp(x) / (exp(x) + 1)``.

    Parameters
    ----------
    input_tensor : array of any shape

    Returns
    -------
    array of the same shape and dtype
    """
    small = np.exp(-np.abs(input_tensor))
    values: Array = np.where(input_tensor >= 0, 1, small) / (1 + small)
    return values


def swish(input_tensor: Array, beta: float = 1.0) -> Array:
    """Gate the input by its own sigmoid: ``x * sigmoid(beta * x)``; SiLU when beta is 1.

    Parameters
    ----------
    input_tensor : array of any shape
    beta : float

    Returns
    -------
    array of the same shape and dtype
    """
    return input_tensor * sigmoid(beta * input_tensor)


def swish_backward(grad_output: Array, input_tensor: Array, beta: float = 1.0) -> Array:
    """Scale the gradient by ``f'(x) = g + beta x g (1 - g)`` with ``g = sigmoid(beta x)``.

    Parameters
    ----------
    grad_output, input_tensor : arrays of one shape
    beta : float

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        When the shapes differ.
    """
    check_grad_output("swish_backward", grad_output, input_tensor.shape)
    gate = sigmoid(beta * input_tensor)
    return grad_output * (gate + beta * input_tensor * gate * (1 - gate))
