"""Dropout of one number."""

from __future__ import annotations

import numpy as np


def drop_one(x: float, p: float, rng: np.random.Generator) -> float:
    """Drop a number with probability p, or divide it by the probability of staying."""
    if rng.random() < p:
        return 0.0
    return x / (1 - p)
