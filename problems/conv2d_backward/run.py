"""Call a convolution's backward pass on a case, and compute what it should have given."""

from __future__ import annotations

from typing import Any

from autograder import Case, Expected
from convlab.ops import conv2d_backward
from problems.arrays import copy_with_layout
from problems.conv2d_rounding import GRADIENTS, with_rounding

ARRAYS = ("grad_output", "input_tensor", "weight")


def run(implementation: Any, case: Case) -> dict[str, Any]:
    """Call the function once.

    Parameters
    ----------
    implementation : callable or handle to one
    case : Case
        Its arguments: ``grad_output``, ``input_tensor``, ``weight``, ``settings``; ``check``, the
        quantities to report.

    Returns
    -------
    dict
        The three gradients, and the arrays that the function was given as they are afterwards.
    """
    arrays = {name: copy_with_layout(case.arguments[name]) for name in ARRAYS}
    received = implementation(*arrays.values(), **case.arguments["settings"])
    results = _by_name(received)
    results |= {f"{name} afterwards": array for name, array in arrays.items()}
    return {name: results[name] for name in case.arguments["check"]}


def _by_name(received: Any) -> dict[str, Any]:
    is_triple = type(received) in (tuple, list) and len(received) == len(GRADIENTS)
    # Whatever else was returned is shown in the place of each gradient.
    gradients = received if is_triple else [received] * len(GRADIENTS)
    return dict(zip(GRADIENTS, gradients, strict=True))


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
    return with_rounding(
        run(conv2d_backward, case),
        case.arguments["check"],
        **{name: case.arguments[name] for name in ARRAYS},
        **case.arguments["settings"],
    )
