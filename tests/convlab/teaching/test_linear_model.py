"""The linear model in loops: its score, its squared error and its gradient are PyTorch's."""

import numpy as np
import torch

from convlab.teaching import half_squared_error, half_squared_error_gradient, weighted_sum


def test_a_weighted_sum_of_three_pixels_by_hand():
    assert weighted_sum(np.array([0, 0.5, 1]), np.array([2.0, -4, 3]), bias=1.0) == 2


def test_the_error_and_its_gradient_equal_autograd():
    rng = np.random.default_rng(0)
    inputs, targets, weight = rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=3)
    w = torch.tensor(weight, requires_grad=True)
    b = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    expected = ((torch.tensor(targets) - torch.tensor(inputs) @ w - b) ** 2).sum() / 2
    expected.backward()

    grad_weight, grad_bias = half_squared_error_gradient(inputs, targets, weight, 0.3)
    np.testing.assert_allclose(
        half_squared_error(inputs, targets, weight, 0.3), expected.item(), rtol=1e-12
    )
    np.testing.assert_allclose(grad_weight, w.grad, rtol=1e-12)
    np.testing.assert_allclose(grad_bias, b.grad, rtol=1e-12)
