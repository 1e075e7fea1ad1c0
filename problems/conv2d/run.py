"""Call a convolution on a case, and compute what it should have given."""

from __future__ import annotations

from typing import Any

from autograder import Case, Expected
from convlab.ops import conv2d
from problems.arrays import copy_with_layout
from problems.conv2d_rounding import with_rounding


def run(implementation: Any, case: Case) -> dict[str, Any]:
    """Call the function once.

    Parameters
    ----------
    implementation : callable or handle to one
    case : Case
        Its arguments: ``input_tensor``, ``weight``, ``bias`` (None for no bias), ``settings``;
        ``check``, the quantities to report.

    Returns
    -------
    dict
        The output, and the arrays that the function was given as they are afterwards.
    """
    arrays = {
        name: None if case.arguments[name] is None else copy_with_layout(case.arguments[name])
        for name in ("input_tensor", "weight", "bias")
    }
    results = {"output_tensor": implementation(*arrays.values(), **case.arguments["settings"])}
    results |= {f"{name} afterwards": array for name, array in arrays.items()}
    return {name: results[name] for name in case.arguments["check"]}


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
        run(conv2d, case),
        case.arguments["check"],
        input_tensor=case.arguments["input_tensor"],
        weight=case.arguments["weight"],
        bias=case.arguments["bias"],
        **case.arguments["settings"],
    )
