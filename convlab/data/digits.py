"""A set of labelled digits, and the form in which a network takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Digits:
    """Training and test digits with their labels.

    Attributes
    ----------
    train_images, test_images : (N, 28, 28) uint8
        Grey levels, 0 (paper) to 255 (ink).
    train_labels, test_labels : (N,) uint8
        The digit that each image shows, 0 to 9.
    source : str
        Where the digits came from, for the reader: "bundled subset", "torchvision" ...
    """

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    source: str


def as_network_input(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turn grey levels into a batch of one-channel images.

    Parameters
    ----------
    images : (N, 28, 28) uint8

    Returns
    -------
    (N, 1, 28, 28) float32
        Values in [0, 1].
    """
    return (images[:, None, :, :] / 255).astype(np.float32)
