"""Problems whose implementation is a function of arrays: call it, and name what it returns.

A case's arguments are ``arguments``, the function's arguments by name and in order; ``returns``,
the names of its results; and ``check``, the quantities to report.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder import Case, Text
from autograder.comparison import Array
from problems.arrays import copy_with_layout


def run(implementation: Any, case: Case) -> dict[str, Any]:
    """Call a function with copies of the case's arguments.

    Parameters
    ----------
    implementation : callable
    case : Case

    Returns
    -------
    dict
        The quantities in ``check``: results by name, and each array as it is after the call
        ("logits afterwards").
    """
    given = {name: _copy(value) for name, value in case.arguments["arguments"].items()}
    returned = implementation(*given.values())
    results = name_results(returned, case.arguments["returns"])
    results |= {f"{name} afterwards": value for name, value in given.items()}
    return {name: results.get(name) for name in case.arguments["check"]}


def name_results(returned: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Name what a function returned; where results are missing, the first one is what came.

    Parameters
    ----------
    returned : object
    names : tuple of str
        More than one: a tuple is expected.
    """
    if len(names) > 1 and type(returned) in (tuple, list) and len(returned) == len(names):
        return dict(zip(names, returned, strict=True))
    return {names[0]: returned}


def afterwards(*names: str) -> dict[str, Text]:
    """Say what to call arrays as they are after the call, by quantity."""
    return {
        f"{name} afterwards": Text(f"{name}, after the call", f"调用之后的 {name}")
        for name in names
    }


def describe_shapes(arguments: Mapping[str, Any]) -> Text:
    """Describe a case by the shapes of its arrays, which students may see."""
    shapes = ", ".join(
        f"{name} {value.shape}" for name, value in arguments.items() if hasattr(value, "shape")
    )
    return Text(shapes, shapes)


def titled(title: Text, case: Case) -> Case:
    """Put what is special about a case before its description."""
    description = Text(f"{title.en}; {case.description.en}", f"{title.zh}；{case.description.zh}")
    return Case(case.group, description, case.arguments)


def _copy(value: Any) -> Any:
    return copy_with_layout(value) if isinstance(value, np.ndarray) else value


def as_float32(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Turn float64 arrays into float32; labels and numbers stay what they are."""
    return {
        name: value.astype(np.float32) if _is_real(value) else value
        for name, value in arguments.items()
    }


def _is_real(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def largest(array: Array) -> float:
    """Return the largest absolute value; 0 for an empty array."""
    return float(np.abs(array).max(initial=0))
