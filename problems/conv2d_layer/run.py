"""Drive a layer through a case, and compute what the case should have given."""

from __future__ import annotations

from typing import Any

from autograder import Case, Expected
from autograder.comparison import Array
from problems.arrays import copy_with_layout
from problems.conv2d_layer.reference import Conv2d
from problems.conv2d_rounding import with_rounding

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
        upstream = None if grad_output is None else copy_with_layout(grad_output)
        results = _call(layer, copy_with_layout(input_tensor), upstream)
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
    arguments = case.arguments
    input_tensor, grad_output = arguments["calls"][-1]
    return with_rounding(
        run(Conv2d, case),
        arguments["check"],
        input_tensor=input_tensor,
        weight=arguments["weight"],
        bias=arguments["bias"],
        grad_output=grad_output,
        stride=arguments["stride"],
        padding=arguments["padding"],
    )
