"""The types that the operations' signatures use."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

# float32 or float64; an operation returns the dtype that it was given.
Array: TypeAlias = NDArray[np.floating[Any]]

# (height, width)
Pair: TypeAlias = tuple[int, int]

# One number for both axes, or a pair.
Size2d: TypeAlias = int | Pair
