"""The small versions that the lesson quotes equal PyTorch's pooling and its gradients."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from convlab.teaching import (
    first_maximum,
    pool_gradient_one_channel,
    pool_one_channel,
    route_to_winner,
    spread_evenly,
)

SETTINGS = [((7, 7), (2, 2), 3), ((4, 8), (2, 2), 2), ((7, 6), (3, 2), 2), ((5, 9), (3, 4), 1)]
KINDS = {
    "max": (np.max, route_to_winner, functional.max_pool2d),
    "mean": (np.mean, spread_evenly, functional.avg_pool2d),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("image_shape", "kernel_size", "stride"), SETTINGS)
def test_forward_and_gradient_equal_torch_ties_and_overlap_included(
    kind, image_shape, kernel_size, stride
):
    reduce, share_out, torch_pool = KINDS[kind]
    rng = np.random.default_rng(0)
    image = rng.integers(0, 3, image_shape).astype(float)
    leaf = torch.tensor(image[None, None], requires_grad=True)
    expected = torch_pool(leaf, kernel_size, stride)
    grad = rng.standard_normal(expected.shape[2:])
    expected.backward(torch.tensor(grad[None, None]))

    output = pool_one_channel(image, kernel_size, stride, reduce)
    gradient = pool_gradient_one_channel(grad, image, kernel_size, stride, share_out)

    np.testing.assert_allclose(output, expected[0, 0].detach(), atol=1e-12)
    np.testing.assert_allclose(gradient, leaf.grad[0, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("window", "place"),
    [
        ([[0, 0], [0, 0]], (0, 0)),
        ([[1, 2], [2, 2]], (0, 1)),
        ([[1, 1], [3, 1], [2, 3]], (1, 0)),
        ([[-5, -7, -5]], (0, 0)),
    ],
)
def test_of_equal_maxima_the_first_in_row_major_order_wins(window, place):
    assert first_maximum(np.array(window, float)) == place
