"""Yesterday's tool: a fully connected network with one hidden layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.ops import (
    cross_entropy,
    cross_entropy_backward,
    linear,
    linear_backward,
    relu,
    relu_backward,
)

Array = NDArray[np.floating[Any]]


class DenseNetwork:
    """Flatten, linear, ReLU, linear: no pixel has a neighbour here.

    Parameters
    ----------
    sizes : tuple of three ints
        Inputs, hidden units, classes.
    rng : numpy.random.Generator
        Draws the weights: He initialisation, the scale that suits ReLU.

    Attributes
    ----------
    parameters : dict of str to array
        ``hidden.weight``, ``hidden.bias``, ``output.weight``, ``output.bias``, all float32.
    """

    def __init__(self, sizes: tuple[int, int, int], rng: np.random.Generator) -> None:
        inputs, hidden, classes = sizes
        self.parameters: dict[str, Array] = {
            "hidden.weight": _he_normal(rng, hidden, inputs),
            "hidden.bias": np.zeros(hidden, np.float32),
            "output.weight": _he_normal(rng, classes, hidden),
            "output.bias": np.zeros(classes, np.float32),
        }

    def count_parameters(self) -> int:
        """Count every number that training may change."""
        return sum(array.size for array in self.parameters.values())

    def forward(self, images: Array) -> Array:
        """Score every class: (N, ...) images to (N, classes) logits."""
        _, _, logits = self._layers(images)
        return logits

    def loss_and_gradients(
        self, images: Array, labels: NDArray[np.integer[Any]]
    ) -> tuple[float, dict[str, Array]]:
        """Return the mean cross-entropy and its gradient for every parameter, by the same names."""
        flat, hidden, logits = self._layers(images)
        grad_logits = cross_entropy_backward(logits, labels)
        grad_active, grad_output_weight, grad_output_bias = linear_backward(
            grad_logits, relu(hidden), self.parameters["output.weight"]
        )
        grad_hidden = relu_backward(grad_active, hidden)
        _, grad_hidden_weight, grad_hidden_bias = linear_backward(
            grad_hidden, flat, self.parameters["hidden.weight"]
        )
        return cross_entropy(logits, labels), {
            "hidden.weight": grad_hidden_weight,
            "hidden.bias": grad_hidden_bias,
            "output.weight": grad_output_weight,
            "output.bias": grad_output_bias,
        }

    def _layers(self, images: Array) -> tuple[Array, Array, Array]:
        flat = images.reshape(len(images), -1)
        hidden = linear(flat, self.parameters["hidden.weight"], self.parameters["hidden.bias"])
        logits = linear(
            relu(hidden), self.parameters["output.weight"], self.parameters["output.bias"]
        )
        return flat, hidden, logits


def _he_normal(rng: np.random.Generator, outputs: int, inputs: int) -> Array:
    """Draw a (outputs, inputs) matrix with standard deviation sqrt(2 / inputs) (He et al. 2015)."""
    scale = np.sqrt(2 / inputs)
    weight: Array = rng.normal(scale=scale, size=(outputs, inputs)).astype(np.float32)
    return weight
