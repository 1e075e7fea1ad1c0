"""Train a network by stochastic gradient descent with momentum, and measure it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Labels = NDArray[np.integer[Any]]

# Images a forward pass when nothing is learned: bounds the memory, whatever the number of images.
EVALUATION_BATCH = 250


class Network(Protocol):
    """What :func:`train` and :func:`accuracy` ask of a network; SmallCNN offers it."""

    parameters: dict[str, Array]

    def forward(self, images: Array) -> Array:
        """Score each class for each image: (N, K)."""

    def loss_and_gradients(self, images: Array, labels: Labels) -> tuple[float, dict[str, Array]]:
        """Compute the batch's mean loss, and its gradient for each entry of ``parameters``."""


@dataclass
class History:
    """What happened during a training.

    Attributes
    ----------
    loss : list of float
        The batch's loss before each step.
    accuracy : list of float
        On the test images, after each epoch; empty when there were none.
    seconds : float
        Duration of the whole training, measuring included.
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    seconds: float = 0.0


def train(
    network: Network,
    images: Array,
    labels: Labels,
    *,
    epochs: int,
    batch_size: int = 64,
    learning_rate: float,
    momentum: float = 0.9,
    rng: np.random.Generator,
    test_images: Array | None = None,
    test_labels: Labels | None = None,
) -> History:
    r"""Change the network's parameters, in place, so that its loss on the images falls.

    Each epoch visits every image once, in a new random order, ``batch_size`` at a time. Each step
    moves every parameter :math:`\theta` along its velocity v, an average of past gradients g, as
    ``torch.optim.SGD`` does:

    .. math::

        v \leftarrow \mu v + g, \qquad \theta \leftarrow \theta - \eta v

    Parameters
    ----------
    network : Network
    images : (N, 1, 28, 28)
    labels : (N,) integers
    epochs : int
    batch_size : int
    learning_rate : float
        :math:`\eta`.
    momentum : float
        :math:`\mu`; 0 for plain gradient descent.
    rng : numpy.random.Generator
        Draws the order of the images: the same network and seed give the same training.
    test_images, test_labels : arrays, optional
        Measured after each epoch; never learned from.

    Returns
    -------
    History

    Raises
    ------
    ValueError
        When there are no images, not one label for each image, or a batch size below 1.
    """
    _check_examples(images, labels)
    if batch_size < 1:
        raise ValueError(f"train: batch_size is {batch_size}; use at least 1.")
    if (test_images is None) != (test_labels is None):
        raise ValueError("train: test_images and test_labels go together; pass both or neither.")
    history = History()
    started = time.perf_counter()
    velocities = {name: np.zeros_like(value) for name, value in network.parameters.items()}
    for _ in range(epochs):
        for batch in _shuffled_batches(len(images), batch_size, rng):
            loss, gradients = network.loss_and_gradients(images[batch], labels[batch])
            history.loss.append(loss)
            _step(network.parameters, gradients, velocities, learning_rate, momentum)
        if test_images is not None and test_labels is not None:
            history.accuracy.append(accuracy(network, test_images, test_labels))
    history.seconds = time.perf_counter() - started
    return history


def accuracy(network: Network, images: Array, labels: Labels) -> float:
    """Measure the share of images whose largest score is that of the right class.

    Parameters
    ----------
    network : Network
    images : (N, 1, 28, 28)
    labels : (N,) integers

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        When there are no images, or not one label for each image.
    """
    _check_examples(images, labels)
    right = 0
    for start in range(0, len(images), EVALUATION_BATCH):
        batch = slice(start, start + EVALUATION_BATCH)
        right += int(np.sum(network.forward(images[batch]).argmax(axis=1) == labels[batch]))
    return right / len(images)


def _shuffled_batches(
    count: int, batch_size: int, rng: np.random.Generator
) -> Iterator[NDArray[np.intp]]:
    order = rng.permutation(count)
    for start in range(0, count, batch_size):
        yield order[start : start + batch_size]


def _step(
    parameters: dict[str, Array],
    gradients: dict[str, Array],
    velocities: dict[str, Array],
    learning_rate: float,
    momentum: float,
) -> None:
    for name, parameter in parameters.items():
        velocities[name] = momentum * velocities[name] + gradients[name]
        parameter -= learning_rate * velocities[name]


def _check_examples(images: Array, labels: Labels) -> None:
    if len(images) == 0 or labels.shape != (len(images),):
        raise ValueError(
            f"images have shape {images.shape} and labels {labels.shape}, expected at least one "
            "image and one label for each; pass the labels that belong to these images."
        )
