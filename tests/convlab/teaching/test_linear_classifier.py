"""The first model that learns: its size, its first loss and its gradients."""

import numpy as np
import torch
from torch.nn import functional

from convlab.teaching import LinearClassifier


def test_it_has_7850_parameters_and_starts_without_an_opinion():
    model = LinearClassifier(784, 10)
    images, labels = np.random.default_rng(0).random((6, 1, 28, 28)), np.arange(6)
    assert model.count_parameters() == 7850
    assert np.all(model.forward(images) == 0)
    assert np.isclose(model.loss_and_gradients(images, labels)[0], np.log(10))


def test_loss_and_gradients_equal_autograd():
    rng = np.random.default_rng(0)
    model = LinearClassifier(12, 4)
    model.parameters = {"weight": rng.normal(size=(4, 12)), "bias": rng.normal(size=4)}
    images, labels = rng.normal(size=(5, 1, 3, 4)), rng.integers(0, 4, 5)
    leaves = {
        name: torch.tensor(value, requires_grad=True) for name, value in model.parameters.items()
    }
    logits = functional.linear(torch.tensor(images).flatten(1), leaves["weight"], leaves["bias"])
    expected = functional.cross_entropy(logits, torch.tensor(labels))
    expected.backward()

    loss, gradients = model.loss_and_gradients(images, labels)
    np.testing.assert_allclose(loss, expected.item(), rtol=1e-12)
    assert gradients.keys() == model.parameters.keys()
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, leaves[name].grad, atol=1e-12, err_msg=name)
