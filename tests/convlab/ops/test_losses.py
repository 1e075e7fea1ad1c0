"""Losses keep their promises: PyTorch's values and gradients, stable for any finite logits."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlab.ops import (
    cross_entropy,
    cross_entropy_backward,
    mse_loss,
    mse_loss_backward,
    softmax,
)

SIZES = {"N": st.integers(1, 6), "K": st.integers(1, 7), "seed": st.integers(0, 9999)}
SCALES = st.sampled_from([1e-3, 1.0, 50.0, 1e4])


@given(**SIZES, scale=SCALES)
@settings(max_examples=60, deadline=None)
def test_cross_entropy_is_pytorchs_however_large_the_logits(N, K, seed, scale, normal):
    logits = normal(seed, (N, K))[0] * scale
    labels = np.random.default_rng(seed).integers(0, K, size=N)
    leaf = torch.tensor(logits, requires_grad=True)
    reference = torch.nn.functional.cross_entropy(leaf, torch.tensor(labels))
    reference.backward()
    loss = cross_entropy(logits, labels)
    assert isinstance(loss, float)
    assert loss == pytest.approx(reference.item(), rel=1e-13, abs=1e-15 * scale)
    np.testing.assert_allclose(
        cross_entropy_backward(logits, labels),
        leaf.grad.numpy(),
        rtol=1e-11 * max(scale, 1),
        atol=1e-15,
    )


@given(**SIZES, scale=SCALES)
@settings(max_examples=40, deadline=None)
def test_softmax_gives_pytorchs_probabilities(N, K, seed, scale, normal):
    logits = normal(seed, (N, K))[0] * scale
    reference = torch.softmax(torch.tensor(logits), dim=1).numpy()
    np.testing.assert_allclose(softmax(logits), reference, rtol=1e-13, atol=1e-300)


@given(**SIZES)
@settings(max_examples=40, deadline=None)
def test_mean_squared_error_is_pytorchs(N, K, seed, normal):
    prediction, target = normal(seed, (N, K), (N, K))
    leaf = torch.tensor(prediction, requires_grad=True)
    reference = torch.nn.functional.mse_loss(leaf, torch.tensor(target))
    reference.backward()
    loss = mse_loss(prediction, target)
    assert isinstance(loss, float)
    assert loss == pytest.approx(reference.item(), rel=1e-14)
    np.testing.assert_allclose(mse_loss_backward(prediction, target), leaf.grad, rtol=1e-14)


def test_huge_logits_neither_overflow_nor_become_nan():
    logits = np.array([[1e4, -1e4], [-1e4, 1e4]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert cross_entropy(logits, np.array([0, 0])) == 1e4
        np.testing.assert_array_equal(softmax(logits), np.eye(2))
        np.testing.assert_array_equal(
            cross_entropy_backward(logits, np.array([0, 0])), [[0, 0], [-0.5, 0.5]]
        )


def test_float32_stays_float32_and_no_input_changes(normal):
    logits, target = normal(0, (4, 3), (4, 3), dtype=np.float32)
    labels = np.array([0, 2, 1, 1], dtype=np.uint8)
    assert softmax(logits).dtype == np.float32
    assert cross_entropy_backward(logits, labels).dtype == np.float32
    assert mse_loss_backward(logits, target).dtype == np.float32
    np.testing.assert_array_equal(logits, normal(0, (4, 3), dtype=np.float32)[0])


def test_an_empty_batch_has_no_mean_and_an_empty_gradient():
    logits, labels = np.zeros((0, 3)), np.zeros(0, dtype=int)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert math.isnan(cross_entropy(logits, labels))
        assert math.isnan(mse_loss(logits, logits))
        assert softmax(logits).shape == (0, 3)
        assert cross_entropy_backward(logits, labels).shape == (0, 3)
        assert mse_loss_backward(logits, logits).shape == (0, 3)


@pytest.mark.parametrize("function", [cross_entropy, cross_entropy_backward])
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.array([0, 3]), r"labels run from 0 to 3, expected 0 to 2"),
        (np.array([-1, 0]), r"labels run from -1 to 0"),
        (np.array([0, 1, 2]), r"logits have shape \(2, 3\) and labels \(3,\)"),
        (np.eye(3)[:2], r"labels \(2, 3\)"),
        (np.array([0.0, 1.0]), r"labels are float64, expected integers"),
    ],
)
def test_labels_that_do_not_fit_are_refused(function, labels, message):
    with pytest.raises(ValueError, match=message):
        function(np.ones((2, 3)), labels)


@pytest.mark.parametrize("function", [mse_loss, mse_loss_backward])
def test_a_target_of_another_shape_is_refused_even_if_it_would_broadcast(function):
    with pytest.raises(ValueError, match=r"prediction has shape \(4, 1\), target \(4,\)"):
        function(np.ones((4, 1)), np.ones(4))
