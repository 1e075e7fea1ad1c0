"""The network's gradients are those of its loss, and its options do what they say."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from convlab.teaching import DenseNetwork

LABELS = np.array([0, 2, 1, 2, 0])


@pytest.fixture
def images():
    return np.random.default_rng(1).standard_normal((5, 1, 2, 3)).astype(np.float32)


def network_of_three(**options):
    return DenseNetwork((6, 7, 4, 3), np.random.default_rng(0), **options)


def test_it_has_the_407050_parameters_that_the_lessons_count():
    assert DenseNetwork((784, 512, 10), np.random.default_rng(0)).count_parameters() == 407_050


@pytest.mark.parametrize("negative_slope", [0.0, 0.2, 1.0])
def test_loss_and_gradients_equal_autograd(images, negative_slope):
    network = network_of_three(negative_slope=negative_slope)
    loss, gradients = network.loss_and_gradients(images, LABELS)
    leaves = {name: torch.tensor(p, requires_grad=True) for name, p in network.parameters.items()}
    x = torch.tensor(images).flatten(1)
    for layer in range(3):
        if layer:
            x = functional.leaky_relu(x, negative_slope)
        x = functional.linear(x, leaves[f"{layer}.weight"], leaves[f"{layer}.bias"])
    expected = functional.cross_entropy(x, torch.tensor(LABELS))
    expected.backward()
    assert loss == pytest.approx(expected.item(), rel=1e-5)
    assert set(gradients) == set(leaves)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, leaves[name].grad, rtol=1e-4, atol=1e-6)


def test_the_gradient_in_training_belongs_to_the_masks_that_were_drawn(images):
    """With p = 0.5, nudge a weight and draw the same masks again."""
    network = network_of_three(p=0.5)
    network.parameters = {name: p.astype(float) for name, p in network.parameters.items()}

    def loss_and_gradients():
        network.rng = np.random.default_rng(3)
        return network.loss_and_gradients(images.astype(float), LABELS)

    _, gradients = loss_and_gradients()
    weight, step = network.parameters["0.weight"], 1e-6
    index = np.unravel_index(np.argmax(abs(gradients["0.weight"])), weight.shape)
    weight[index] += step
    above, _ = loss_and_gradients()
    weight[index] -= 2 * step
    below, _ = loss_and_gradients()
    assert (above - below) / (2 * step) == pytest.approx(gradients["0.weight"][index], rel=1e-4)


def test_scores_in_evaluation_do_not_depend_on_dropout(images):
    np.testing.assert_array_equal(
        network_of_three(p=0.5).forward(images), network_of_three().forward(images)
    )


def test_the_gain_multiplies_the_standard_deviation_that_suits_relu():
    network = DenseNetwork((400, 500, 10), np.random.default_rng(0), gain=3.0)
    assert network.parameters["0.weight"].std() == pytest.approx(3 * np.sqrt(2 / 400), rel=0.02)
    assert not network.parameters["0.bias"].any()
    assert network.count_parameters() == 400 * 500 + 500 + 500 * 10 + 10


def test_hidden_scores_are_what_the_activations_see(images):
    network = network_of_three()
    first, second = network.hidden_scores(images)
    assert (first.shape, second.shape) == ((5, 7), (5, 4))
    weight, bias = network.parameters["1.weight"], network.parameters["1.bias"]
    np.testing.assert_allclose(second, np.maximum(first, 0) @ weight.T + bias, atol=1e-6)
