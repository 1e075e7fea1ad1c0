"""The network that Day 7 builds from the NumPy operations and trains in the page."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from convlab.ops import (
    conv2d,
    conv2d_backward,
    conv2d_grad_bias,
    conv2d_grad_weight,
    cross_entropy,
    cross_entropy_backward,
    linear,
    linear_backward,
    max_pool2d,
    max_pool2d_backward,
    relu,
    relu_backward,
)

Array = NDArray[np.floating[Any]]
Labels = NDArray[np.integer[Any]]

PARAMETER_SHAPES: dict[str, tuple[int, ...]] = {
    "conv1.weight": (8, 1, 3, 3),
    "conv1.bias": (8,),
    "conv2.weight": (16, 8, 3, 3),
    "conv2.bias": (16,),
    "linear.weight": (10, 784),
    "linear.bias": (10,),
}


class SmallCNN:
    """A small convolutional network for 28x28 digits: 9,098 parameters.

    ======== ============================ ===============
    stage    operation                    shape
    ======== ============================ ===============
    images                                (N, 1, 28, 28)
    conv1    3x3, 1 -> 8, padding 1       (N, 8, 28, 28)
    relu1    ReLU                         (N, 8, 28, 28)
    pool1    2x2 maximum                  (N, 8, 14, 14)
    conv2    3x3, 8 -> 16, padding 1      (N, 16, 14, 14)
    relu2    ReLU                         (N, 16, 14, 14)
    pool2    2x2 maximum                  (N, 16, 7, 7)
    logits   flatten, linear 784 -> 10    (N, 10)
    ======== ============================ ===============

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the first weights: normal, with variance 2 / fan_in, which keeps the scale of the
        activations from layer to layer under ReLU (He et al., 2015). Biases start at 0.
    dtype : dtype
        float32, or float64 for gradient checks.

    Attributes
    ----------
    parameters : dict of str to array
        "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "linear.weight", "linear.bias".
    """

    def __init__(self, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> None:
        self.parameters: dict[str, Array] = {
            name: _first_values(shape, rng).astype(dtype)
            for name, shape in PARAMETER_SHAPES.items()
        }

    def forward(self, images: Array) -> Array:
        """Score each digit for each image.

        Parameters
        ----------
        images : (N, 1, 28, 28)
            Values in [0, 1]. N may be 0.

        Returns
        -------
        (N, 10)
            Logits; the largest in a row is the network's answer.

        Raises
        ------
        ValueError
            When the images have another shape or are not floating-point numbers.
        """
        return self.activations(images)["logits"]

    def activations(self, images: Array) -> dict[str, Array]:
        """Run the network and keep what each stage puts out.

        Parameters
        ----------
        images : (N, 1, 28, 28)

        Returns
        -------
        dict of str to array
            conv1, relu1, pool1, conv2, relu2, pool2 and logits, in this order.

        Raises
        ------
        ValueError
            When the images have another shape or are not floating-point numbers.
        """
        _check_images(images)
        p = self.parameters
        conv1 = conv2d(images, p["conv1.weight"], p["conv1.bias"], padding=1)
        relu1 = relu(conv1)
        pool1 = max_pool2d(relu1, 2)
        conv2 = conv2d(pool1, p["conv2.weight"], p["conv2.bias"], padding=1)
        relu2 = relu(conv2)
        pool2 = max_pool2d(relu2, 2)
        logits = linear(_flatten(pool2), p["linear.weight"], p["linear.bias"])
        return {
            "conv1": conv1,
            "relu1": relu1,
            "pool1": pool1,
            "conv2": conv2,
            "relu2": relu2,
            "pool2": pool2,
            "logits": logits,
        }

    def loss_and_gradients(self, images: Array, labels: Labels) -> tuple[float, dict[str, Array]]:
        """Compute the cross-entropy loss, and its gradient for every parameter.

        Parameters
        ----------
        images : (N, 1, 28, 28)
        labels : (N,) integers from 0 to 9

        Returns
        -------
        loss : float
            The mean over the batch.
        gradients : dict of str to array
            Keys and shapes of ``parameters``.

        Raises
        ------
        ValueError
            When images or labels do not fit.
        """
        p, a = self.parameters, self.activations(images)
        loss = cross_entropy(a["logits"], labels)

        # The stages in reverse; each takes the gradient of its output to that of its input.
        gradient = cross_entropy_backward(a["logits"], labels)
        gradient, linear_weight, linear_bias = linear_backward(
            gradient, _flatten(a["pool2"]), p["linear.weight"]
        )
        gradient = gradient.reshape(a["pool2"].shape)
        gradient = max_pool2d_backward(gradient, a["relu2"], 2)
        gradient = relu_backward(gradient, a["conv2"])
        gradient, conv2_weight, conv2_bias = conv2d_backward(
            gradient, a["pool1"], p["conv2.weight"], padding=1
        )
        gradient = max_pool2d_backward(gradient, a["relu1"], 2)
        gradient = relu_backward(gradient, a["conv1"])
        # Nobody learns from the gradient of the images, so it is not computed.
        conv1_weight = conv2d_grad_weight(gradient, images, p["conv1.weight"], padding=1)
        conv1_bias = conv2d_grad_bias(gradient)

        return loss, {
            "conv1.weight": conv1_weight,
            "conv1.bias": conv1_bias,
            "conv2.weight": conv2_weight,
            "conv2.bias": conv2_bias,
            "linear.weight": linear_weight,
            "linear.bias": linear_bias,
        }

    def count_parameters(self) -> int:
        """Count the numbers that training changes.

        Returns
        -------
        int
            9,098: conv1 80, conv2 1,168, linear 7,850.
        """
        return sum(parameter.size for parameter in self.parameters.values())


def _first_values(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    if len(shape) == 1:
        return np.zeros(shape)
    fan_in = int(np.prod(shape[1:]))
    return rng.normal(scale=np.sqrt(2 / fan_in), size=shape)


def _flatten(images: Array) -> Array:
    """(N, C, H, W) -> (N, C H W)."""
    N, C, H, W = images.shape
    return images.reshape(N, C * H * W)


def _check_images(images: Array) -> None:
    if images.shape[1:] != (1, 28, 28) or not np.issubdtype(images.dtype, np.floating):
        raise ValueError(
            f"SmallCNN: images have shape {images.shape} and dtype {images.dtype}, expected "
            "(N, 1, 28, 28) floating-point numbers in [0, 1]; pass grey levels through "
            "convlab.data.as_network_input first."
        )
