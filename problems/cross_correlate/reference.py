"""Cross-correlation of one image as it should be, and what rounding may make of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from autograder import Case, Expected
from autograder.comparison import Array
from convlab.ops import conv2d
from problems.function_calls import run

# Takes an image and a kernel; gives what the kernel found at every position that it fits in.
Sliding: TypeAlias = Callable[[Array, Array], Array]


def cross_correlate(image: Array, kernel: Array) -> Array:
    """Lay the kernel on every window of the image as it is written; multiply and add up.

    Parameters
    ----------
    image : (H, W)
    kernel : (kH, kW)

    Returns
    -------
    (H - kH + 1, W - kW + 1)
    """
    output: Array = conv2d(image[None, None], kernel[None, None])[0, 0]
    return output


def expectation(reference: Sliding) -> Callable[[Case], dict[str, Expected]]:
    """Make a problem's ``expect`` from its reference.

    Parameters
    ----------
    reference : callable

    Returns
    -------
    callable
    """

    def expect(case: Case) -> dict[str, Expected]:
        image, kernel = case.arguments["arguments"].values()
        # The largest sum of absolute products: the operation itself, on absolute values.
        rounding = int(kernel.size), float(reference(np.abs(image), np.abs(kernel)).max())
        return {
            name: Expected(values, *(rounding if name == "output" else (0, 0.0)))
            for name, values in run(reference, case).items()
        }

    return expect
