"""A fully connected layer for one example."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.teaching.linear_model import weighted_sum

Array = NDArray[np.floating[Any]]


def connect_one_example(features: Array, weight: Array, bias: Array) -> Array:
    """Give every unit its own weighted sum of all features.

    Parameters
    ----------
    features : (in_features,) array
    weight : (out_features, in_features) array
    bias : (out_features,) array

    Returns
    -------
    (out_features,) array
    """
    units = np.empty(len(bias))
    for o in range(len(bias)):
        units[o] = weighted_sum(features, weight[o], bias[o])
    return units
