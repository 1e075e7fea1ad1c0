"""The index formula of the input gradient gives what the correlation, checked by torch, gives."""

import numpy as np
import pytest

from convlab.teaching import input_gradient_by_index, input_gradient_one_channel


@pytest.mark.parametrize(
    ("output_size", "kernel_size"), [((2, 2), (2, 2)), ((4, 3), (1, 4)), ((1, 1), (3, 2))]
)
def test_index_by_index_it_is_what_the_correlation_gives(output_size, kernel_size):
    rng = np.random.default_rng(0)
    grad_output, weight = rng.standard_normal(output_size), rng.standard_normal(kernel_size)
    np.testing.assert_allclose(
        input_gradient_by_index(grad_output, weight),
        input_gradient_one_channel(grad_output, weight),
        atol=1e-12,
    )
