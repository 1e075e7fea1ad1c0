"""Draw the cases of a pooling problem, and say what should come out.

Published implementations that are wrong are all detected by four of the shapes used here: 7x7 by
2x2 with stride 3, 4x8 by 2x2 with stride 2, 7x6 by 3x2 with stride 2, and 4x4 zeros. The others
tell apart which mistake it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder import Case, Expected, Text
from autograder.comparison import Array
from convlab.ops import avg_pool2d, avg_pool2d_backward
from convlab.ops.types import Size2d
from problems.function_calls import afterwards, run, titled
from problems.function_problems import function_case, robustness_cases
from problems.pooling.kinds import Kind, Settings

QUANTITIES = afterwards("input_tensor", "grad_output")
Pixels = Callable[[np.random.Generator, tuple[int, ...]], Array]


def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Random pixels, no two of them equal; half of them are negative."""
    return rng.normal(size=shape)


def tied(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Whole numbers from -1 to 1: nearly every window has several maxima."""
    return rng.integers(-1, 2, size=shape).astype(np.float64)


def zeros(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Nothing but ties, as in a dark corner of an image."""
    return np.zeros(shape)


def negative(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Pixels below zero, which lose against a padding of zeros."""
    return -1 - rng.random(size=shape)


@dataclass(frozen=True)
class Draw:
    """Random cases for one direction of pooling.

    Attributes
    ----------
    rng : numpy.random.Generator
    backward : bool
        Whether the cases hold an upstream gradient.
    """

    rng: np.random.Generator
    backward: bool

    @property
    def returns(self) -> str:
        """What the function is asked for."""
        return "grad_input" if self.backward else "output_tensor"

    def case(
        self,
        group: str,
        shape: tuple[int, ...],
        kernel_size: Size2d,
        stride: Size2d | None = None,
        padding: Size2d = 0,
        pixels: Pixels = normal,
    ) -> Case:
        """Draw a case; without a stride, the function has to choose it."""
        arguments = self._arrays(shape, Settings.of(kernel_size, stride, padding), pixels)
        arguments["kernel_size"] = kernel_size
        if stride is not None or padding != 0:
            arguments |= {"stride": stride, "padding": padding}
        return function_case(group, self.returns, arguments)

    def robustness(self) -> list[Case]:
        """Draw an empty batch, float32, a view, and arguments to be left alone."""
        arguments = self.case("robustness", (2, 2, 6, 4), 2).arguments["arguments"]
        return [
            titled(Text("an empty batch", "空批次"), self.case("robustness", (0, 2, 6, 4), 2)),
            *robustness_cases("robustness", self.returns, arguments),
        ]

    def _arrays(self, shape: tuple[int, ...], settings: Settings, pixels: Pixels) -> dict[str, Any]:
        input_tensor = pixels(self.rng, shape)
        if not self.backward:
            return {"input_tensor": input_tensor}
        out = settings.window_counts((shape[2], shape[3]))
        # An upstream gradient of ones would hide where each of its elements went.
        grad_output = self.rng.normal(size=(*shape[:2], *out))
        return {"grad_output": grad_output, "input_tensor": input_tensor}


def expect(kind: Kind, case: Case) -> dict[str, Expected]:
    """Compute the reference's results; arguments have to be exactly what they were.

    Parameters
    ----------
    kind : Kind
    case : Case

    Returns
    -------
    dict of str to Expected
    """
    backward = "grad_output" in case.arguments["arguments"]
    values = run(kind.backward if backward else kind.forward, case)
    terms, magnitude = _rounding(**case.arguments["arguments"])
    return {
        name: Expected(value, 0 if name in QUANTITIES else terms, magnitude)
        for name, value in values.items()
    }


def _rounding(
    *,
    input_tensor: Array,
    kernel_size: Size2d,
    stride: Size2d | None = None,
    padding: Size2d = 0,
    grad_output: Array | None = None,
) -> tuple[int, float]:
    """Count the terms of a sum over a window, and bound their absolute values together."""
    height, width = Settings.of(kernel_size, stride, padding).kernel
    rest = kernel_size, stride, padding
    if grad_output is None:
        means = avg_pool2d(np.abs(input_tensor), *rest)
    else:
        means = avg_pool2d_backward(np.abs(grad_output), input_tensor, *rest)
    terms = height * width
    return terms, terms * float(means.max(initial=0))
