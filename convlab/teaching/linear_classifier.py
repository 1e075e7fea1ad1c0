"""The first model that learns: ten weighted sums of all pixels, one for each class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.ops import cross_entropy, cross_entropy_backward, linear, linear_backward

Array = NDArray[np.floating[Any]]


class LinearClassifier:
    """Flatten, then one linear layer: every weight belongs to one pixel and one class.

    Parameters
    ----------
    in_features, out_features : int
        Pixels and classes. Weights and biases start at zero.

    Attributes
    ----------
    parameters : dict of str to array
        ``weight`` (out_features, in_features) and ``bias`` (out_features,), both float32.
    """

    def __init__(self, in_features: int, out_features: int) -> None:
        self.parameters: dict[str, Array] = {
            "weight": np.zeros((out_features, in_features), np.float32),
            "bias": np.zeros(out_features, np.float32),
        }

    def count_parameters(self) -> int:
        """Count every number that training may change."""
        return sum(array.size for array in self.parameters.values())

    def forward(self, images: Array) -> Array:
        """Score every class: (N, ...) images to (N, out_features) logits."""
        flat = images.reshape(len(images), -1)
        return linear(flat, self.parameters["weight"], self.parameters["bias"])

    def loss_and_gradients(
        self, images: Array, labels: NDArray[np.integer[Any]]
    ) -> tuple[float, dict[str, Array]]:
        """Return the mean cross-entropy and its gradient for every parameter, by the same names."""
        logits = self.forward(images)
        flat = images.reshape(len(images), -1)
        _, grad_weight, grad_bias = linear_backward(
            cross_entropy_backward(logits, labels), flat, self.parameters["weight"]
        )
        return cross_entropy(logits, labels), {"weight": grad_weight, "bias": grad_bias}
