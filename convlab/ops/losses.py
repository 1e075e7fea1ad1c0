"""Loss functions and their gradients, averaged as in PyTorch (reduction="mean").

The mean over an empty batch is nan; its gradient is an empty array.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.ops.types import Array

Labels = NDArray[np.integer[Any]]


def mse_loss(prediction: Array, target: Array) -> float:
    r"""Mean squared error over all M elements: :math:`L = \frac{1}{M} \sum (\hat y - y)^2`.

    Parameters
    ----------
    prediction, target : arrays of one shape

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When the shapes differ, even if they would broadcast.
    """
    _check_same_shape(prediction, target)
    return float(np.mean((prediction - target) ** 2)) if prediction.size else float("nan")


def mse_loss_backward(prediction: Array, target: Array) -> Array:
    r"""Gradient of :func:`mse_loss`: :math:`\frac{2}{M} (\hat y - y)`.

    Parameters
    ----------
    prediction, target : arrays of one shape

    Returns
    -------
    array of the same shape
        dL/d prediction.

    Raises
    ------
    ValueError
        When the shapes differ.
    """
    _check_same_shape(prediction, target)
    return 2 * (prediction - target) / max(prediction.size, 1)


def softmax(logits: Array) -> Array:
    r"""Turn each row of scores into probabilities: :math:`p_k = e^{z_k} / \sum_m e^{z_m}`.

    The row's maximum is subtracted first. That changes no quotient, and keeps every exponent at or
    below 0, so that nothing overflows.

    Parameters
    ----------
    logits : (N, K)
        z.

    Returns
    -------
    (N, K)
        p; every row sums to 1.
    """
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Array = exponentials / exponentials.sum(axis=1, keepdims=True)
    return probabilities


def cross_entropy(logits: Array, labels: Labels) -> float:
    r"""Mean negative logarithm of the probability that softmax gives to the right class.

    .. math::

        L = -\frac{1}{N} \sum_n \log p_{n, y_n}, \qquad
        \log p_{n,k} = z_{n,k} - \max_m z_{n,m} - \log \sum_m e^{z_{n,m} - \max_m z_{n,m}}

    The logarithm is taken of the formula, not of the number: a probability that rounds to 0 still
    has a finite logarithm.

    Parameters
    ----------
    logits : (N, K)
        z.
    labels : (N,) integers in [0, K)
        y.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When shapes do not fit or a label names no class.
    """
    _check_labels(logits, labels)
    N = len(logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    log_probabilities = shifted[np.arange(N), labels] - log_sums
    return -float(np.mean(log_probabilities)) if N else float("nan")


def cross_entropy_backward(logits: Array, labels: Labels) -> Array:
    r"""Gradient of :func:`cross_entropy`: :math:`\frac{1}{N} (p - \mathrm{onehot}(y))`.

    Parameters
    ----------
    logits : (N, K)
    labels : (N,) integers in [0, K)

    Returns
    -------
    (N, K)
        dL/d logits.

    Raises
    ------
    ValueError
        When shapes do not fit or a label names no class.
    """
    _check_labels(logits, labels)
    N = len(logits)
    grad_logits = softmax(logits)
    grad_logits[np.arange(N), labels] -= 1
    return grad_logits / max(N, 1)


def _check_same_shape(prediction: Array, target: Array) -> None:
    if prediction.shape != target.shape:
        raise ValueError(
            f"mse_loss: prediction has shape {prediction.shape}, target {target.shape}, expected "
            "one shape; reshape one of them."
        )


def _check_labels(logits: Array, labels: Labels) -> None:
    if logits.ndim != 2 or logits.shape[1] == 0 or labels.shape != logits.shape[:1]:
        raise ValueError(
            f"cross_entropy: logits have shape {logits.shape} and labels {labels.shape}, expected "
            "(N, K) and (N,); give one row of scores and one label for each example."
        )
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"cross_entropy: labels are {labels.dtype}, expected integers; pass class numbers, not "
            "scores or one-hot rows."
        )
    K = logits.shape[1]
    if labels.size and not (labels.min() >= 0 and labels.max() < K):
        raise ValueError(
            f"cross_entropy: labels run from {labels.min()} to {labels.max()}, expected 0 to "
            f"{K - 1}; number the classes from 0, or give the network more outputs."
        )
