"""How far rounding may take a convolution's results: the number and size of the summed products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograder import Expected
from autograder.comparison import Array
from convlab.ops import conv2d, conv2d_backward

GRADIENTS = ("grad_input", "grad_weight", "grad_bias")


def with_rounding(
    values: Mapping[str, Array],
    names: Iterable[str],
    *,
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    grad_output: Array | None = None,
    **settings: Any,
) -> dict[str, Expected]:
    """Say of some of a reference's results how far rounding may take others from them.

    Parameters
    ----------
    values : mapping of str to array
        ``output_tensor`` and gradients; whatever else is asked for must be equal exactly.
    names : iterable of str
        Which of them to expect.
    input_tensor, weight, bias, grad_output : array
        What they were computed from.
    **settings
        ``stride``, ``padding`` and so on, as of :func:`convlab.ops.conv2d`.

    Returns
    -------
    dict of str to Expected
    """
    terms = _terms(weight, grad_output)
    magnitudes = _magnitudes(input_tensor, weight, bias, grad_output, settings)
    return {
        name: Expected(values[name], terms.get(name, 0), magnitudes.get(name, 0.0))
        for name in names
    }


def _terms(weight: Array, grad_output: Array | None) -> dict[str, int]:
    """Count the products in the longest sum behind each quantity."""
    positions = 0 if grad_output is None else grad_output[:, 0].size
    return {
        "output_tensor": int(weight[0].size) + 1,
        "grad_input": int(weight[:, 0].size),
        "grad_weight": positions,
        "grad_bias": positions,
    }


def _magnitudes(
    input_tensor: Array,
    weight: Array,
    bias: Array | None,
    grad_output: Array | None,
    settings: Mapping[str, Any],
) -> dict[str, float]:
    """Largest sum of absolute products: the operation itself, on absolute values."""
    image, kernel = np.abs(input_tensor), np.abs(weight)
    offset = None if bias is None else np.abs(bias)
    sums = {"output_tensor": conv2d(image, kernel, offset, **settings)}
    if grad_output is not None:
        gradients = conv2d_backward(np.abs(grad_output), image, kernel, **settings)
        sums |= dict(zip(GRADIENTS, gradients, strict=True))
    return {name: float(values.max(initial=0)) for name, values in sums.items()}
