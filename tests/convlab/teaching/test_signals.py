"""Signal sizes are those that PyTorch finds in the same layers, forward and backward."""

import numpy as np
import pytest
import torch

from convlab.teaching import root_mean_square, signal_sizes


def test_sizes_forward_and_backward_are_autograds():
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal((6, 6)) / 2 for _ in range(4)]
    signal, gradient = rng.standard_normal((2, 5, 6))
    forward, backward = signal_sizes(weights, signal, gradient)

    outputs, x = [], torch.tensor(signal)
    for weight in weights:
        x = torch.relu(x @ torch.tensor(weight).T.requires_grad_())
        x.retain_grad()
        outputs.append(x)
    x.backward(torch.tensor(gradient))
    assert forward == pytest.approx([root_mean_square(y.detach().numpy()) for y in outputs])
    assert backward == pytest.approx([root_mean_square(y.grad.numpy()) for y in outputs])


def test_the_root_mean_square_does_not_ask_for_signs():
    assert root_mean_square(np.array([[3.0, -3.0], [-3.0, 3.0]])) == 3
