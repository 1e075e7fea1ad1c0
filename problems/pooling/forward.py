"""What wrong forward passes are made of: windows at any place, and the signature of students.

A mistake takes the kind of pooling, the input and the settings. Windows that stick out of the image
are cut off, as slices of arrays are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from autograder import Misconception
from autograder.comparison import Array
from convlab.ops import pad
from convlab.ops.types import Pair, Size2d
from problems.pooling.kinds import Kind, Settings

Mistake: TypeAlias = Callable[[Kind, Array, Settings], Array]


def bound_to(kind: Kind, mistakes: Sequence[Misconception]) -> list[Misconception]:
    """Give mistakes the signature that students' functions have."""
    return [
        replace(mistake, implementation=_function(mistake.implementation, kind))
        for mistake in mistakes
    ]


def _function(mistake: Mistake, kind: Kind) -> Callable[..., Array]:
    def function(
        input_tensor: Array, kernel_size: Size2d, stride: Size2d | None = None, padding: Size2d = 0
    ) -> Array:
        return mistake(kind, input_tensor, Settings.of(kernel_size, stride, padding))

    function.__name__ = mistake.__name__
    return function


def pool(
    kind: Kind, padded: Array, kernel: Pair, rows: Sequence[int], columns: Sequence[int]
) -> Array:
    """Reduce the windows that start at the given rows and columns."""
    output_tensor = np.zeros((*padded.shape[:2], len(rows), len(columns)))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            window = padded[:, :, row : row + kernel[0], column : column + kernel[1]]
            output_tensor[:, :, i, j] = kind.reduce(window, axis=(2, 3))
    return output_tensor


def pool_counted(
    kind: Kind, input_tensor: Array, settings: Settings, count: Callable[[int, int, int], int]
) -> Array:
    """Pool with another rule for the output size: ``count(padded_size, kernel, stride)``."""
    padded = pad(input_tensor, settings.padding, kind.fill)
    rows, columns = (
        [i * stride for i in range(count(size, kernel, stride))]
        for size, kernel, stride in zip(
            padded.shape[2:], settings.kernel, settings.stride, strict=True
        )
    )
    return pool(kind, padded, settings.kernel, rows, columns)
