"""What the tests of the operations share: random arrays, and a tolerance that is derived."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture(scope="session")
def normal():
    """Read-only random arrays: an operation that wrote into its input would raise."""

    def draw(seed, *shapes, dtype=np.float64):
        rng = np.random.default_rng(seed)
        arrays = [rng.normal(size=shape).astype(dtype) for shape in shapes]
        for array in arrays:
            array.setflags(write=False)
        return arrays

    return draw


@pytest.fixture(scope="session")
def assert_equal_up_to_rounding():
    """Compare with a reference that was computed in float64.

    A sum of n products in floating point is off by at most about n eps times the sum of the
    products' magnitudes. ``magnitude`` is that sum, elementwise: the same operation on absolute
    values. The factor 2 is for the reference's own rounding.
    """

    def check(actual, reference, *, terms, magnitude, dtype):
        assert actual.dtype == dtype
        assert actual.shape == reference.shape
        allowed = 2 * (terms + 2) * np.finfo(dtype).eps * magnitude
        excess = np.abs(actual - reference) - allowed
        assert np.all(excess <= 0), f"off by {excess.max()} more than rounding explains"

    return check
