"""Make functions of Day 7's layers, so that what is known of those need not be said again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops.types import Size2d
from problems.conv2d_layer.misconceptions import BACKWARD, MISCONCEPTIONS, backward, calls, forward
from problems.conv2d_layer.reference import Conv2d

Gradients = tuple[Array, Array | None, Array | None]

# Where a layer's hint speaks of what a function has not.
HINTS = {
    backward.CropHardCoded: Text(
        "Crop by the padding that was asked for: [p : p + H], for each axis.",
        "裁多少取决于参数 padding：每个方向都用 [p : p + H]。",
    ),
}
# Of the other layers, those whose mistake shows in the gradients as well.
OTHERS = (forward.SettingsSwapped, forward.EmptyBatchRefused, calls.InputOverwritten)


def as_function(layer: type[Conv2d]) -> Callable[..., Gradients]:
    """Make a function of a layer's backward pass.

    Parameters
    ----------
    layer : type

    Returns
    -------
    callable
        With the arguments and results of :func:`convlab.ops.conv2d_backward`.
    """

    def carry_back(
        grad_output: Array,
        input_tensor: Array,
        weight: Array,
        stride: Size2d = 1,
        padding: Size2d = 0,
    ) -> Gradients:
        size = (weight.shape[2], weight.shape[3])
        made = layer(weight.shape[1], weight.shape[0], size, stride, padding)
        made.weight, made.bias = weight, np.zeros(len(weight))
        made.forward(input_tensor)
        grad_input = made.backward(grad_output)
        return grad_input, made.grad_weight, made.grad_bias

    carry_back.__name__ = layer.__name__
    return carry_back


LAYERS = [
    Misconception(m.name, HINTS.get(m.implementation, m.hint), as_function(m.implementation))
    for m in [*BACKWARD, *(m for m in MISCONCEPTIONS if m.implementation in OTHERS)]
]
