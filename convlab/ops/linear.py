"""The fully connected layer, forward and backward."""

from __future__ import annotations

from convlab.ops.checks import check_grad_output
from convlab.ops.types import Array


def linear(input_tensor: Array, weight: Array, bias: Array | None = None) -> Array:
    r"""Connect every input feature with every output feature: :math:`Y = X W^T + b`.

    Parameters
    ----------
    input_tensor : (N, in_features)
        X, one example a row. N may be 0.
    weight : (out_features, in_features)
        W.
    bias : (out_features,), optional
        b.

    Returns
    -------
    (N, out_features)

    Raises
    ------
    ValueError
        When shapes do not fit each other.
    """
    _check_shapes(input_tensor, weight, bias)
    output_tensor = input_tensor @ weight.T
    return output_tensor if bias is None else output_tensor + bias


def linear_backward(
    grad_output: Array, input_tensor: Array, weight: Array
) -> tuple[Array, Array, Array]:
    r"""Carry the loss's gradient back through :math:`Y = X W^T + b`.

    .. math::

        \frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y} W, \qquad
        \frac{\partial L}{\partial W} = \Bigl(\frac{\partial L}{\partial Y}\Bigr)^T X, \qquad
        \frac{\partial L}{\partial b} = \sum_n \frac{\partial L}{\partial Y_n}

    Parameters
    ----------
    grad_output : (N, out_features)
        dL/dY.
    input_tensor, weight
        What :func:`linear` was called with.

    Returns
    -------
    grad_input : (N, in_features)
    grad_weight : (out_features, in_features)
    grad_bias : (out_features,)

    Raises
    ------
    ValueError
        When shapes do not fit each other.
    """
    _check_shapes(input_tensor, weight)
    check_grad_output("linear_backward", grad_output, (len(input_tensor), len(weight)))
    grad_input = grad_output @ weight
    grad_weight = grad_output.T @ input_tensor
    grad_bias = grad_output.sum(axis=0)
    return grad_input, grad_weight, grad_bias


def _check_shapes(input_tensor: Array, weight: Array, bias: Array | None = None) -> None:
    fits = input_tensor.ndim == weight.ndim == 2 and input_tensor.shape[1] == weight.shape[1]
    if not fits:
        raise ValueError(
            f"linear: input_tensor has shape {input_tensor.shape} and weight {weight.shape}, "
            "expected (N, in_features) and (out_features, in_features); flatten the input, or give "
            "both the same in_features."
        )
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError(
            f"linear: bias has shape {bias.shape}, expected ({len(weight)},); give one number for "
            "each output feature."
        )
