"""A fully connected network of any depth, to see what activation, first weights and dropout do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.ops import (
    cross_entropy,
    cross_entropy_backward,
    dropout,
    dropout_backward,
    flatten,
    leaky_relu,
    leaky_relu_backward,
    linear,
    linear_backward,
)

Array = NDArray[np.floating[Any]]
Labels = NDArray[np.integer[Any]]


@dataclass
class _Pass:
    """What a forward pass leaves for the backward pass: an entry a layer, or a hidden layer."""

    inputs: list[Array]
    scores: list[Array]
    masks: list[NDArray[np.bool_]]
    logits: Array


class DenseNetwork:
    """Linear, activation, dropout; again and again; then a last linear layer.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, units of each hidden layer, classes.
    rng : numpy.random.Generator
        Draws the first weights and, in training, the masks of dropout.
    negative_slope : float
        Of the leaky ReLU after each linear layer but the last: 0 is ReLU, 1 no activation at all.
    gain : float
        Multiplies the standard deviation sqrt(2 / inputs) of the first weights, which suits ReLU
        (He et al., 2015).
    p : float
        Probability with which dropout takes a hidden unit away; in training only.

    Attributes
    ----------
    parameters : dict of str to array
        ``0.weight``, ``0.bias``, ``1.weight`` and so on, all float32.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        rng: np.random.Generator,
        *,
        negative_slope: float = 0.0,
        gain: float = 1.0,
        p: float = 0.0,
    ) -> None:
        self.depth, self.rng = len(sizes) - 1, rng
        self.negative_slope, self.p = negative_slope, p
        self.parameters: dict[str, Array] = {}
        for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
            scale = gain * np.sqrt(2 / inputs)
            weight = rng.normal(scale=scale, size=(outputs, inputs))
            self.parameters[f"{layer}.weight"] = weight.astype(np.float32)
            self.parameters[f"{layer}.bias"] = np.zeros(outputs, np.float32)

    def count_parameters(self) -> int:
        """Count every number that training may change."""
        return sum(array.size for array in self.parameters.values())

    def forward(self, images: Array) -> Array:
        """Score every class, in evaluation: (N, ...) images to (N, classes) logits."""
        return self._run(images, training=False).logits

    def hidden_scores(self, images: Array) -> list[Array]:
        """Return what each hidden layer hands to its activation, in evaluation: (N, units) each."""
        return self._run(images, training=False).scores

    def loss_and_gradients(self, images: Array, labels: Labels) -> tuple[float, dict[str, Array]]:
        """Return the mean cross-entropy, in training, and its gradient for every parameter."""
        run = self._run(images, training=True)
        gradients: dict[str, Array] = {}
        gradient = cross_entropy_backward(run.logits, labels)
        for layer in reversed(range(self.depth)):
            gradient, grad_weight, grad_bias = linear_backward(
                gradient, run.inputs[layer], self.parameters[f"{layer}.weight"]
            )
            gradients[f"{layer}.weight"], gradients[f"{layer}.bias"] = grad_weight, grad_bias
            if layer > 0:
                gradient = dropout_backward(gradient, run.masks[layer - 1], self.p)
                gradient = leaky_relu_backward(gradient, run.scores[layer - 1], self.negative_slope)
        return cross_entropy(run.logits, labels), gradients

    def _run(self, images: Array, training: bool) -> _Pass:
        run = _Pass([], [], [], images)
        signal = flatten(images)
        for layer in range(self.depth):
            weight, bias = self.parameters[f"{layer}.weight"], self.parameters[f"{layer}.bias"]
            run.inputs.append(signal)
            signal = linear(signal, weight, bias)
            if layer < self.depth - 1:
                run.scores.append(signal)
                active = leaky_relu(signal, self.negative_slope)
                signal, mask = dropout(active, self.p, training, self.rng)
                run.masks.append(mask)
        run.logits = signal
        return run
