"""Wrong layers that students really write, by what is wrong with them."""

from __future__ import annotations

from autograder import Misconception
from problems.conv2d_layer.misconceptions.backward import BACKWARD
from problems.conv2d_layer.misconceptions.calls import CALLS
from problems.conv2d_layer.misconceptions.forward import FORWARD

MISCONCEPTIONS: list[Misconception] = [*FORWARD, *BACKWARD, *CALLS]

__all__ = ["BACKWARD", "CALLS", "FORWARD", "MISCONCEPTIONS"]
