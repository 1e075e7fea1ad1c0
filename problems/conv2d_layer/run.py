"""Drive a layer through a case, and compute what the case should have given."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import Case, Expected
from autograder.comparison import Array
from convlab.ops import conv2d, conv2d_backward
from problems.conv2d_layer.reference import Conv2d

# Which gradients a backward pass sets on the layer.
ATTRIBUTES = ("grad_weight", "grad_bias")


def run(implementation: Any, case: Case) -> dict[str, Any]:
    """Make a layer, set its parameters, and take it through the case's calls.

    Parameters
    ----------
    implementation : class or handle to one
    case : Case
        Its arguments: ``weight``, ``bias``, ``stride``, ``padding``; ``calls``, pairs of an
        input and a grad_output (None: forward only); ``check``, the quantities to report.

    Returns
    -------
    dict
        The last call's results, and the arrays that it was given as they are afterwards.
    """
    weight, bias = case.arguments["weight"].copy(), case.arguments["bias"].copy()
    layer = implementation(
        weight.shape[1],
        weight.shape[0],
        weight.shape[2:],
        stride=case.arguments["stride"],
        padding=case.arguments["padding"],
    )
    layer.weight = weight
    layer.bias = bias
    results: dict[str, Any] = {}
    for input_tensor, grad_output in case.arguments["calls"]:
        results = _call(layer, _copy(input_tensor), _copy(grad_output))
    results["weight afterwards"] = layer.weight
    return {name: results.get(name) for name in case.arguments["check"]}


def _call(layer: Any, input_tensor: Array, grad_output: Array | None) -> dict[str, Any]:
    results = {"output_tensor": layer.forward(input_tensor)}
    if grad_output is not None:
        results["grad_input"] = layer.backward(grad_output)
        results |= {name: _attribute(layer, name) for name in ATTRIBUTES}
        results["grad_output afterwards"] = grad_output
    results["input_tensor afterwards"] = input_tensor
    return results


def _attribute(layer: Any, name: str) -> Any:
    # A gradient that was never set is a wrong result, not a crash.
    try:
        return getattr(layer, name)
    except AttributeError:
        return None


def _copy(array: Array | None) -> Any:
    """Copy with the same memory layout, so that a non-contiguous input stays one."""
    return None if array is None else _same_strides(array)


def _same_strides(array: Array) -> Array:
    if array.flags.c_contiguous:
        return array.copy()
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def expect(case: Case) -> dict[str, Expected]:
    """Compute the reference's results, with the number and size of the terms they are sums of.

    Parameters
    ----------
    case : Case

    Returns
    -------
    dict of str to Expected
        The quantities in the case's ``check``.
    """
    values = run(Conv2d, case)
    magnitudes = _magnitudes(case)
    terms = _terms(case)
    return {
        name: Expected(values[name], terms.get(name, 0), magnitudes.get(name, 0.0))
        for name in case.arguments["check"]
    }


def _terms(case: Case) -> dict[str, int]:
    """Count the products in the longest sum behind each quantity."""
    weight = case.arguments["weight"]
    _, grad_output = case.arguments["calls"][-1]
    positions = 0 if grad_output is None else grad_output[:, 0].size
    return {
        "output_tensor": int(weight[0].size) + 1,
        "grad_input": int(weight[:, 0].size),
        "grad_weight": positions,
        "grad_bias": positions,
    }


def _magnitudes(case: Case) -> dict[str, float]:
    """Largest sum of absolute products: the operation itself, on absolute values."""
    arguments = case.arguments
    settings = arguments["stride"], arguments["padding"]
    weight, bias = np.abs(arguments["weight"]), np.abs(arguments["bias"])
    input_tensor, grad_output = arguments["calls"][-1]
    size = np.abs(input_tensor)
    sums = {"output_tensor": conv2d(size, weight, bias, *settings)}
    if grad_output is not None:
        names = ("grad_input", "grad_weight", "grad_bias")
        gradients = conv2d_backward(np.abs(grad_output), size, weight, *settings)
        sums |= dict(zip(names, gradients, strict=True))
    return {name: float(values.max(initial=0)) for name, values in sums.items()}
