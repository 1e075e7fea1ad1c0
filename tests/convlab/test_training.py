"""Training keeps its promises, on real digits."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from convlab.data import as_network_input, load_subset
from convlab.networks import SmallCNN
from convlab.training import accuracy, train


@pytest.fixture(scope="module")
def digits():
    return load_subset()


@pytest.fixture(scope="module")
def few(digits):
    return as_network_input(digits.train_images[:640]), digits.train_labels[:640]


def trained(few, seed, **options):
    rng = np.random.default_rng(seed)
    network = SmallCNN(rng)
    defaults = {"epochs": 1, "learning_rate": 0.02, "rng": rng}
    return network, train(network, *few, **(defaults | options))


def test_a_few_steps_lower_the_loss(few):
    _, history = trained(few, seed=0, epochs=3)
    assert len(history.loss) == 30
    assert np.mean(history.loss[-5:]) < np.mean(history.loss[:5]) / 2
    assert history.accuracy == []
    assert history.seconds > 0


def test_the_same_seed_repeats_a_training_exactly(few):
    (network, history), (again, history_again) = trained(few, seed=3), trained(few, seed=3)
    assert history.loss == history_again.loss
    for name, parameter in network.parameters.items():
        np.testing.assert_array_equal(parameter, again.parameters[name])


def test_another_seed_gives_another_training(few):
    assert trained(few, seed=3)[1].loss != trained(few, seed=4)[1].loss


def test_five_thousand_digits_teach_it_to_read_more_than_95_percent_of_new_ones(digits):
    rng = np.random.default_rng(0)
    network = SmallCNN(rng)
    test = as_network_input(digits.test_images), digits.test_labels
    history = train(
        network,
        as_network_input(digits.train_images),
        digits.train_labels,
        epochs=10,
        learning_rate=0.02,
        rng=rng,
        test_images=test[0],
        test_labels=test[1],
    )
    assert len(history.accuracy) == 10
    assert history.accuracy[-1] == accuracy(network, *test)
    assert history.accuracy[-1] > 0.95


class OneNumber:
    """A network of one parameter, whose gradient is known: the loss is (x - target)^2 / 2."""

    def __init__(self):
        self.parameters = {"x": np.array([4.0])}
        self.seen = []

    def forward(self, images):
        return np.tile([1.0, 0.0], (len(images), 1))

    def loss_and_gradients(self, images, labels):
        self.seen.append(labels)
        error = self.parameters["x"] - images.mean()
        return float(error[0] ** 2 / 2), {"x": error}


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_steps_are_those_of_pytorchs_sgd(momentum):
    images, labels = np.full((6, 1), 1.5), np.arange(6)
    network, x = OneNumber(), torch.tensor([4.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.1, momentum=momentum)
    for _ in range(9):
        optimizer.zero_grad()
        ((x - 1.5) ** 2 / 2).sum().backward()
        optimizer.step()
    rng = np.random.default_rng(0)
    train(
        network, images, labels, epochs=3, batch_size=2, learning_rate=0.1, momentum=momentum,
        rng=rng,
    )  # fmt: skip
    np.testing.assert_allclose(network.parameters["x"], x.detach().numpy(), rtol=1e-14)


def test_every_epoch_visits_every_image_once_in_a_new_order():
    network, labels = OneNumber(), np.arange(10)
    train(
        network, np.zeros((10, 1)), labels, epochs=2, batch_size=4, learning_rate=0.1,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    assert [len(batch) for batch in network.seen] == [4, 4, 2, 4, 4, 2]
    first, second = (np.concatenate(network.seen[epoch : epoch + 3]) for epoch in (0, 3))
    assert sorted(first) == sorted(second) == list(labels)
    assert list(first) != list(second)


def test_accuracy_is_the_share_of_right_answers():
    labels = np.array([0] * 400 + [1] * 200)
    assert accuracy(OneNumber(), np.zeros((600, 1)), labels) == pytest.approx(2 / 3)


def test_what_does_not_fit_is_refused(few):
    images, labels = few
    network, options = OneNumber(), {"epochs": 1, "learning_rate": 0.1, "rng": None}
    with pytest.raises(ValueError, match="one label for each"):
        train(network, images, labels[:-1], **options)
    with pytest.raises(ValueError, match="at least one image"):
        accuracy(network, images[:0], labels[:0])
    with pytest.raises(ValueError, match="batch_size is 0"):
        train(network, images, labels, batch_size=0, **options)
    with pytest.raises(ValueError, match="pass both or neither"):
        train(network, images, labels, test_images=images, **options)
