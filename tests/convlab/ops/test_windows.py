"""Windows are taken as the formula says, and put back by its adjoint."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlab.ops import gather_windows, pad, scatter_windows

PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@given(kernel=PAIRS, stride=PAIRS, padding=PAIRS, dilation=PAIRS, seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_every_window_element_is_where_the_formula_says(
    kernel, stride, padding, dilation, seed, normal
):
    (image,) = normal(seed, (2, 2, 8, 7))
    windows = gather_windows(image, kernel, stride, padding, dilation, fill=-5)
    padded = np.pad(image, ((0, 0), (0, 0), *((p, p) for p in padding)), constant_values=-5)
    for u, v, i, j in np.ndindex(windows.shape[2:]):
        row, column = stride[0] * i + dilation[0] * u, stride[1] * j + dilation[1] * v
        np.testing.assert_array_equal(windows[:, :, u, v, i, j], padded[:, :, row, column])


@given(kernel=PAIRS, stride=PAIRS, padding=PAIRS, dilation=PAIRS, seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_scattering_is_the_adjoint_of_gathering(kernel, stride, padding, dilation, seed, normal):
    (image,) = normal(seed, (2, 2, 8, 7))
    windows = gather_windows(image, kernel, stride, padding, dilation)
    (other,) = normal(seed + 1, windows.shape)
    scattered = scatter_windows(other, (8, 7), stride, padding, dilation)
    products = np.abs(windows * other).sum()
    assert abs(np.vdot(windows, other) - np.vdot(image, scattered)) < 1e-14 * products


def test_windows_are_a_view_that_cannot_be_written_to():
    image = np.zeros((1, 1, 4, 4))
    windows = gather_windows(image, (2, 2))
    assert np.shares_memory(windows, image)
    with pytest.raises(ValueError, match="read-only"):
        windows[...] = 1


def test_padding_keeps_the_dtype_and_fills_the_border():
    padded = pad(np.ones((1, 1, 1, 2), dtype=np.float32), (1, 2), fill=7)
    assert padded.dtype == np.float32
    np.testing.assert_array_equal(padded[0, 0], [[7] * 6, [7, 7, 1, 1, 7, 7], [7] * 6])
