"""Activations of one number, and their slopes."""

from __future__ import annotations

import math


def relu_of_one(x: float) -> float:
    """Keep a positive number, replace any other by 0."""
    return x if x > 0 else 0.0


def relu_slope(x: float) -> float:
    """1 on the positive side, else 0; at the bend, by agreement, 0."""
    return 1.0 if x > 0 else 0.0


def sigmoid_of_one(x: float) -> float:
    """Squash a number into (0, 1); no exponent is ever positive."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return math.exp(x) / (1 + math.exp(x))
