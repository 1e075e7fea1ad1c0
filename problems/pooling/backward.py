"""What wrong backward passes are made of: walks over windows, and the signature of students.

A mistake takes the kind of pooling, the upstream gradient, the input and the settings.
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
from problems.pooling.kinds import Kind, Send, Settings

Mistake: TypeAlias = Callable[[Kind, Array, Array, Settings], Array]


def bound_to(kind: Kind, mistakes: Sequence[Misconception]) -> list[Misconception]:
    """Give mistakes the signature that students' functions have."""
    return [
        replace(mistake, implementation=_function(mistake.implementation, kind))
        for mistake in mistakes
    ]


def _function(mistake: Mistake, kind: Kind) -> Callable[..., Array]:
    def function(
        grad_output: Array,
        input_tensor: Array,
        kernel_size: Size2d,
        stride: Size2d | None = None,
        padding: Size2d = 0,
    ) -> Array:
        settings = Settings.of(kernel_size, stride, padding)
        return mistake(kind, grad_output, input_tensor, settings)

    function.__name__ = mistake.__name__
    return function


def sent_by(send: Send) -> Mistake:
    """Make a mistake of a wrong way to send a gradient into its window; the windows are right."""

    def mistake(kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings) -> Array:
        padded = pad(input_tensor, settings.padding, kind.fill)
        grad_padded = walk(send, grad_output, padded, settings.kernel, starts(settings))
        return cropped(grad_padded, settings, input_tensor)

    mistake.__name__ = send.__name__
    return mistake


def starts(settings: Settings) -> Callable[[int, int], Pair]:
    """Return where the window of output (i, j) starts."""
    return lambda i, j: (i * settings.stride[0], j * settings.stride[1])


def walk(
    send: Send,
    grad_output: Array,
    padded: Array,
    kernel: Pair,
    start: Callable[[int, int], Pair],
    outputs: Sequence[int] | None = None,
) -> Array:
    """Send the gradient of each output into its window; return that of the padded images.

    Windows that stick out of the image are cut off, as slices of arrays are. ``outputs`` says how
    many rows and columns of outputs are visited, when not all are.
    """
    grad_padded = np.zeros(padded.shape)
    for i, j in np.ndindex(*(grad_output.shape[2:] if outputs is None else outputs)):
        row, column = start(i, j)
        window = np.s_[:, :, row : row + kernel[0], column : column + kernel[1]]
        send(grad_padded[window], padded[window], grad_output[:, :, i, j], kernel)
    return grad_padded


def cropped(grad_padded: Array, settings: Settings, input_tensor: Array) -> Array:
    """Take the frame away."""
    (top, left), (height, width) = settings.padding, input_tensor.shape[2:]
    return grad_padded[:, :, top : top + height, left : left + width]


def right(kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings) -> Array:
    """Compute what is right, for mistakes that spoil it afterwards."""
    rest = settings.kernel, settings.stride, settings.padding
    return kind.backward(grad_output, input_tensor, *rest)


def right_padded(kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings) -> Array:
    """Compute the gradient of the padded images."""
    padded = pad(input_tensor, settings.padding, kind.fill)
    return walk(kind.send, grad_output, padded, settings.kernel, starts(settings))
