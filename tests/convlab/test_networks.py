"""SmallCNN keeps its promises: its shapes, its parameters and its gradients."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from convlab.data import as_network_input, load_subset
from convlab.networks import SmallCNN

STAGES = {
    "conv1": (8, 28, 28),
    "relu1": (8, 28, 28),
    "pool1": (8, 14, 14),
    "conv2": (16, 14, 14),
    "relu2": (16, 14, 14),
    "pool2": (16, 7, 7),
    "logits": (10,),
}


@pytest.fixture
def network():
    return SmallCNN(np.random.default_rng(0))


@pytest.fixture(scope="module")
def digits():
    subset = load_subset()
    return as_network_input(subset.train_images[:6]), subset.train_labels[:6]


def torch_twin(network):
    """The same layers in PyTorch, with the same weights."""
    nn = torch.nn
    twin = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(784, 10),
    ).double()  # fmt: skip
    for theirs, ours in zip(twin.parameters(), network.parameters.values(), strict=True):
        theirs.data = torch.tensor(ours, dtype=torch.float64)
    return twin


def test_it_has_9098_parameters_in_float32(network):
    assert network.count_parameters() == 9_098
    assert {p.dtype for p in network.parameters.values()} == {np.dtype(np.float32)}


def test_the_same_seed_gives_the_same_network_and_another_seed_another():
    first, again, other = (SmallCNN(np.random.default_rng(seed)) for seed in (5, 5, 6))
    for name, parameter in first.parameters.items():
        np.testing.assert_array_equal(parameter, again.parameters[name])
    assert np.any(first.parameters["conv1.weight"] != other.parameters["conv1.weight"])


def test_activations_show_every_stage_in_order(network, digits):
    images, _ = digits
    activations = network.activations(images)
    assert list(activations) == list(STAGES)
    assert {name: stage.shape[1:] for name, stage in activations.items()} == STAGES
    assert {stage.dtype for stage in activations.values()} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(network.forward(images), activations["logits"])


def test_loss_and_gradients_are_those_of_the_same_network_in_pytorch(digits):
    images, labels = digits[0].astype(np.float64), digits[1]
    network = SmallCNN(np.random.default_rng(1), dtype=np.float64)
    twin = torch_twin(network)
    reference = torch.nn.functional.cross_entropy(
        twin(torch.tensor(images)), torch.tensor(labels.astype(np.int64))
    )
    reference.backward()

    loss, gradients = network.loss_and_gradients(images, labels)
    assert loss == pytest.approx(reference.item(), rel=1e-12)
    assert list(gradients) == list(network.parameters)
    for gradient, parameter in zip(gradients.values(), twin.parameters(), strict=True):
        np.testing.assert_allclose(gradient, parameter.grad.numpy(), rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("name", list(SmallCNN(np.random.default_rng(0)).parameters))
def test_gradients_are_the_slopes_that_finite_differences_measure(name, digits):
    images, labels = digits[0].astype(np.float64), digits[1]
    rng = np.random.default_rng(2)
    network = away_from_the_kink(SmallCNN(rng, dtype=np.float64), rng)
    _, gradients = network.loss_and_gradients(images, labels)
    parameter, gradient = network.parameters[name], gradients[name]
    for flat in rng.choice(parameter.size, size=min(5, parameter.size), replace=False):
        index = np.unravel_index(flat, parameter.shape)
        slope = central_difference(network, parameter, index, images, labels)
        assert gradient[index] == pytest.approx(slope, rel=1e-5, abs=1e-8)


def away_from_the_kink(network, rng):
    """With biases of 0, blank paper puts ReLU exactly at 0, where it has no slope to measure."""
    for name in ("conv1.bias", "conv2.bias"):
        parameter = network.parameters[name]
        parameter[:] = rng.normal(size=parameter.shape)
    return network


def central_difference(network, parameter, index, images, labels, step=1e-6):
    before = parameter[index]
    parameter[index] = before + step
    above, _ = network.loss_and_gradients(images, labels)
    parameter[index] = before - step
    below, _ = network.loss_and_gradients(images, labels)
    parameter[index] = before
    return (above - below) / (2 * step)


def test_float32_gradients_stay_float32_and_no_image_changes(network, digits):
    images, labels = digits[0].copy(), digits[1]
    _, gradients = network.loss_and_gradients(images, labels)
    assert {gradient.dtype for gradient in gradients.values()} == {np.dtype(np.float32)}
    np.testing.assert_array_equal(images, digits[0])


def test_an_empty_batch_gives_no_logits(network):
    assert network.forward(np.zeros((0, 1, 28, 28), dtype=np.float32)).shape == (0, 10)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((2, 28, 28), dtype=np.float32),
        np.zeros((2, 1, 27, 28), dtype=np.float32),
        np.zeros((2, 1, 28, 28), dtype=np.uint8),
    ],
)
def test_images_that_do_not_fit_are_refused_with_the_remedy(network, images):
    with pytest.raises(ValueError, match=r"expected \(N, 1, 28, 28\).*as_network_input"):
        network.forward(images)
