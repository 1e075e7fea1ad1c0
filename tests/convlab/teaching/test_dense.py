"""The fully connected network of the lesson's first module computes what PyTorch computes."""

import numpy as np
import torch
from torch.nn import functional

from convlab.teaching import DenseNetwork


def test_it_has_the_407050_parameters_that_the_lesson_counts():
    assert DenseNetwork((784, 512, 10), np.random.default_rng(0)).count_parameters() == 407_050


def test_loss_and_gradients_equal_autograd():
    rng = np.random.default_rng(0)
    network = DenseNetwork((12, 7, 4), rng)
    network.parameters = {
        name: value.astype(np.float64) for name, value in network.parameters.items()
    }
    images, labels = rng.standard_normal((5, 1, 3, 4)), rng.integers(0, 4, 5)

    leaves = {
        name: torch.tensor(value, requires_grad=True) for name, value in network.parameters.items()
    }
    hidden = functional.linear(
        torch.tensor(images).flatten(1), leaves["hidden.weight"], leaves["hidden.bias"]
    )
    logits = functional.linear(hidden.relu(), leaves["output.weight"], leaves["output.bias"])
    expected = functional.cross_entropy(logits, torch.tensor(labels))
    expected.backward()

    loss, gradients = network.loss_and_gradients(images, labels)
    np.testing.assert_allclose(network.forward(images), logits.detach(), rtol=1e-12)
    np.testing.assert_allclose(loss, expected.item(), rtol=1e-12)
    assert gradients.keys() == network.parameters.keys()
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, leaves[name].grad, atol=1e-12, err_msg=name)
