"""The 68 shapes of the survey, and what PyTorch computes on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import torch
from torch.nn.functional import conv2d, max_pool2d

from autograder.comparison import Array, Expected

CONV_FORWARD = "conv_forward_naive"
CONV_BACKWARD = "conv_backward_naive"
POOL_FORWARD = "max_pool_forward_naive"
POOL_BACKWARD = "max_pool_backward_naive"
FUNCTIONS = (CONV_FORWARD, CONV_BACKWARD, POOL_FORWARD, POOL_BACKWARD)
# Whose cache a backward function reads.
FORWARD_OF = {CONV_BACKWARD: CONV_FORWARD, POOL_BACKWARD: POOL_FORWARD}
CONV = (CONV_FORWARD, CONV_BACKWARD)
POOL = (POOL_FORWARD, POOL_BACKWARD)
Size = tuple[int, int]
Values = Literal["random", "zeros", "ties"]


@dataclass(frozen=True)
class Shape:
    """What a function is tried on.

    Attributes
    ----------
    operation : {"conv", "pool"}
    image, kernel : tuple of int
        Height and width; of a pool, the kernel is its window.
    stride, padding : int
    values : {"random", "zeros", "ties"}
        What the image holds; random numbers never tie.
    images, channels, filters : int
    """

    operation: Literal["conv", "pool"]
    image: Size
    kernel: Size
    stride: int
    padding: int = 0
    values: Values = "random"
    images: int = 2
    channels: int = 3
    filters: int = 4

    def __str__(self) -> str:
        def by(size: Size) -> str:
            return f"{size[0]}x{size[1]}"

        pad = f" pad {self.padding}" if self.operation == "conv" else ""
        image = by(self.image) if self.values == "random" else f"{self.values} {by(self.image)}"
        counts = (self.images, self.channels, self.filters)
        others = "" if counts == (2, 3, 4) else f" N, C, F = {counts}"
        return f"{self.operation} {image} by {by(self.kernel)} stride {self.stride}{pad}{others}"

    @property
    def spans(self) -> Size:
        """What the stride has to divide: padded size less kernel size."""
        height, width = (
            n + 2 * self.padding - k for n, k in zip(self.image, self.kernel, strict=True)
        )
        return height, width

    @property
    def output(self) -> Size:
        """Height and width of the output, floored."""
        return self.spans[0] // self.stride + 1, self.spans[1] // self.stride + 1

    @property
    def divides(self) -> bool:
        """Whether the stride divides both spans."""
        return not any(span % self.stride for span in self.spans)

    @property
    def overlaps(self) -> bool:
        """Whether some pixel lies in two windows."""
        return any(k > self.stride and n > 1 for k, n in zip(self.kernel, self.output, strict=True))


def _conv(image: Size, kernel: Size, stride: int, padding: int, **sizes: Any) -> Shape:
    return Shape("conv", image, kernel, stride, padding, **sizes)


def _pool(image: Size, kernel: Size, stride: int, values: Values = "random", **sizes: Any) -> Shape:
    return Shape("pool", image, kernel, stride, values=values, **sizes)


# The shape on which the assignment's own notebook tries each function.
OWN_CHECK = {
    CONV_FORWARD: _conv((4, 4), (4, 4), 2, 1, filters=3),
    CONV_BACKWARD: _conv((5, 5), (3, 3), 1, 1, images=4, filters=2),
    POOL_FORWARD: _pool((4, 4), (2, 2), 2),
    POOL_BACKWARD: _pool((8, 8), (2, 2), 2, images=3, channels=2),
}
# Few shapes that between them detected every wrong function of the first survey.
DETECTING = (
    _conv((7, 7), (2, 2), 3, 0),
    _conv((10, 7), (3, 4), 2, 1),
    _pool((7, 7), (2, 2), 3),
    _pool((4, 8), (2, 2), 2),
    _pool((7, 6), (3, 2), 2),
    _pool((4, 4), (2, 2), 2, "zeros"),
)
# Most of the others deviate in one way only, so that failures tell their cause.
SHAPES = (
    *OWN_CHECK.values(),
    *DETECTING,
    # Square image and 3x3 kernel, padding 1, a stride that divides.
    _conv((5, 5), (3, 3), 1, 1),
    _conv((5, 5), (3, 3), 1, 1, images=1, channels=1, filters=1),
    _conv((7, 7), (3, 3), 2, 1),
    _conv((9, 9), (3, 3), 2, 1),
    _conv((7, 7), (3, 3), 3, 1),
    # Other paddings.
    _conv((5, 5), (3, 3), 1, 0),
    _conv((6, 6), (3, 3), 1, 0),
    _conv((7, 7), (3, 3), 2, 0),
    _conv((5, 5), (3, 3), 1, 2),
    _conv((7, 7), (3, 3), 2, 2),
    _conv((6, 6), (5, 5), 1, 2),
    # Other square kernels.
    _conv((5, 5), (1, 1), 1, 1),
    _conv((6, 6), (2, 2), 1, 1),
    _conv((7, 7), (5, 5), 1, 1),
    _conv((6, 6), (2, 2), 2, 1),
    _conv((5, 5), (1, 1), 1, 0),
    _conv((6, 6), (2, 2), 2, 0),
    # Images, kernels, or both that are not square.
    _conv((5, 7), (3, 3), 1, 1),
    _conv((7, 5), (3, 3), 1, 1),
    _conv((4, 8), (3, 3), 1, 1),
    _conv((9, 5), (3, 3), 2, 1),
    _conv((6, 6), (3, 2), 1, 1),
    _conv((6, 6), (2, 3), 1, 1),
    _conv((8, 5), (3, 2), 1, 1),
    _conv((4, 6), (4, 2), 2, 1),
    _conv((5, 8), (2, 3), 1, 0),
    # Sizes that the stride does not divide: halves of both parities, thirds.
    _conv((6, 6), (3, 3), 2, 1),
    _conv((8, 8), (3, 3), 2, 1),
    _conv((5, 5), (3, 3), 3, 1),
    _conv((6, 6), (3, 3), 3, 1),
    _conv((8, 8), (3, 3), 2, 0),
    _conv((8, 8), (2, 2), 3, 1),
    _conv((9, 6), (2, 3), 3, 2),
    # Windows side by side that cover a square image.
    _pool((6, 6), (2, 2), 2),
    _pool((6, 6), (3, 3), 3),
    _pool((4, 4), (1, 1), 1),
    # Images, windows, or both that are not square.
    _pool((8, 4), (2, 2), 2),
    _pool((6, 9), (3, 3), 3),
    _pool((5, 6), (2, 3), 3),
    _pool((9, 8), (3, 2), 3),
    _pool((8, 8), (2, 3), 3),
    # Gaps between windows.
    _pool((5, 5), (2, 2), 3),
    _pool((8, 8), (2, 2), 3),
    _pool((7, 7), (1, 1), 2),
    # Sizes that the stride does not divide.
    _pool((5, 5), (2, 2), 2),
    _pool((7, 7), (2, 2), 2),
    _pool((7, 7), (3, 3), 3),
    _pool((8, 8), (3, 3), 3),
    # Overlapping windows.
    _pool((4, 4), (2, 2), 1),
    _pool((5, 5), (3, 3), 2),
    _pool((7, 7), (3, 3), 2),
    _pool((6, 6), (3, 3), 1),
    _pool((7, 7), (4, 4), 3),
    _pool((9, 5), (3, 3), 2),
    _pool((5, 8), (3, 2), 1),
    # Equal maxima.
    _pool((6, 6), (2, 2), 2, "ties"),
    _pool((6, 6), (3, 3), 3, "ties"),
    _pool((5, 5), (3, 3), 2, "ties"),
)


@dataclass(frozen=True)
class Case:
    """A shape with numbers in it, and PyTorch's results.

    Attributes
    ----------
    shape : Shape
    inputs : tuple
        What the forward function is called with, which is also the assignment's standard cache:
        ``(x, w, b, conv_param)`` or ``(x, pool_param)``.
    grad_output : array
    output : Expected
    gradients : tuple of Expected
        With respect to the arrays among the inputs.
    """

    shape: Shape
    inputs: tuple[Any, ...]
    grad_output: Array
    output: Expected
    gradients: tuple[Expected, ...]

    def expected(self, function: str) -> tuple[Expected, ...]:
        """Return what a function has to return."""
        return self.gradients if function in FORWARD_OF else (self.output,)


@cache
def cases(function: str) -> tuple[Case, ...]:
    """Return the cases on which a function is tried, the same ones each time."""
    operation = "conv" if function in CONV else "pool"
    make = _conv_case if operation == "conv" else _pool_case
    return tuple(
        make(shape, np.random.default_rng(seed))
        for seed, shape in enumerate(SHAPES)
        if shape.operation == operation
    )


def _conv_case(shape: Shape, random: np.random.Generator) -> Case:
    x = random.standard_normal((shape.images, shape.channels, *shape.image))
    w = random.standard_normal((shape.filters, shape.channels, *shape.kernel))
    b = random.standard_normal(shape.filters)
    grad_output = random.standard_normal((shape.images, shape.filters, *shape.output))
    values = _conv_results(shape, grad_output, x, w, b)
    # The same sums, of absolute values, bound what rounding may do.
    sums = _conv_results(shape, *map(np.abs, (grad_output, x, w, b)))
    positions = grad_output[:, 0].size
    terms = (w[0].size + 1, w[:, 0].size, positions, positions)
    output, *gradients = (
        Expected(value, count, float(total.max()))
        for value, count, total in zip(values, terms, sums, strict=True)
    )
    parameters = {"stride": shape.stride, "pad": shape.padding}
    return Case(shape, (x, w, b, parameters), grad_output, output, tuple(gradients))


def _conv_results(shape: Shape, grad_output: Array, *inputs: Array) -> list[Array]:
    """Return the output and the gradients with respect to ``x``, ``w`` and ``b``."""
    x, w, b = leaves = [torch.tensor(array, requires_grad=True) for array in inputs]
    output = conv2d(x, w, b, shape.stride, shape.padding)
    gradients = _gradients(output, leaves, grad_output)
    return [tensor.detach().numpy() for tensor in (output, *gradients)]


def _gradients(
    output: torch.Tensor, leaves: Sequence[torch.Tensor], grad_output: Array
) -> tuple[torch.Tensor, ...]:
    # Of a number: for an upstream gradient of its own, autograd loads SymPy, which takes seconds.
    return torch.autograd.grad((output * torch.tensor(grad_output)).sum(), leaves)


def _pool_case(shape: Shape, random: np.random.Generator) -> Case:
    size = (shape.images, shape.channels, *shape.image)
    match shape.values:
        case "zeros":
            x = np.zeros(size)
        case "ties":
            x = random.integers(0, 2, size).astype(np.float64)
        case _:
            x = random.standard_normal(size)
    grad_output = random.standard_normal((shape.images, shape.channels, *shape.output))
    leaf = torch.tensor(x, requires_grad=True)
    output = max_pool2d(leaf, shape.kernel, shape.stride)
    [gradient] = _gradients(output, [leaf], grad_output)
    windows = shape.kernel[0] * shape.kernel[1]
    largest = float(np.abs(grad_output).max())
    parameters = {
        "pool_height": shape.kernel[0],
        "pool_width": shape.kernel[1],
        "stride": shape.stride,
    }
    return Case(
        shape,
        (x, parameters),
        grad_output,
        Expected(output.detach().numpy(), 1, float(np.abs(x).max())),
        (Expected(gradient.numpy(), windows, windows * largest),),
    )
