"""Stamping is the convolution of mathematics: NumPy's on rows, and PyTorch's transposed one."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from convlab.teaching import convolve_full


@pytest.mark.parametrize(
    ("image_shape", "kernel_shape"), [((5, 8), (2, 3)), ((3, 2), (3, 4)), ((4, 4), (1, 1))]
)
def test_stamping_equals_the_transposed_convolution(image_shape, kernel_shape):
    rng = np.random.default_rng(0)
    image, kernel = rng.standard_normal(image_shape), rng.standard_normal(kernel_shape)
    expected = functional.conv_transpose2d(
        torch.tensor(image)[None, None], torch.tensor(kernel)[None, None]
    )
    np.testing.assert_allclose(convolve_full(image, kernel), expected[0, 0], atol=1e-12)


def test_a_single_row_equals_numpys_convolution():
    rng = np.random.default_rng(1)
    row, kernel = rng.standard_normal(7), rng.standard_normal(3)
    stamped = convolve_full(row[None], kernel[None])
    np.testing.assert_allclose(stamped, [np.convolve(row, kernel)], atol=1e-12)
