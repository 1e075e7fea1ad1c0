"""The matrix is the convolution: forwards as it stands, backwards transposed."""

import numpy as np
import pytest

from convlab.ops import conv2d, conv2d_grad_input
from convlab.teaching import convolution_matrix

SETTINGS = [((3, 3), (2, 2), 1, 0), ((7, 7), (2, 2), 3, 0), ((10, 7), (3, 4), 2, 1)]


@pytest.mark.parametrize(("size", "kernel_size", "stride", "padding"), SETTINGS)
def test_it_computes_the_output_and_its_transpose_the_gradient(size, kernel_size, stride, padding):
    rng = np.random.default_rng(0)
    image, weight = rng.standard_normal(size), rng.standard_normal(kernel_size)
    matrix = convolution_matrix(weight, size, stride, padding)
    batch, filters = image[None, None], weight[None, None]
    output = conv2d(batch, filters, stride=stride, padding=padding)
    grad_output = rng.standard_normal(output.shape)
    expected = conv2d_grad_input(grad_output, batch, filters, stride, padding)
    np.testing.assert_allclose(matrix @ image.ravel(), output.ravel(), atol=1e-12)
    np.testing.assert_allclose(matrix.T @ grad_output.ravel(), expected.ravel(), atol=1e-12)


def test_a_kernel_larger_than_the_padded_image_is_refused():
    with pytest.raises(ValueError, match="kernel does not fit"):
        convolution_matrix(np.ones((4, 4)), (3, 3))
