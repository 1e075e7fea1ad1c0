"""Dropout keeps its promises: PyTorch's rule on the same mask, and masks that are fair."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from convlab.ops import dropout, dropout_backward

SHAPES = npst.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)
PROBABILITIES = st.floats(0, 0.95)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(shape=SHAPES, p=PROBABILITIES, seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_on_the_same_mask_values_and_gradients_are_pytorchs(
    shape, p, seed, dtype, normal, assert_equal_up_to_rounding
):
    input_tensor, grad_output = normal(seed, shape, shape, dtype=dtype)
    output, mask = dropout(input_tensor, p, True, np.random.default_rng(seed))
    # The native operation draws its own mask; this one takes ours.
    leaf = torch.tensor(input_tensor, dtype=torch.float64, requires_grad=True)
    theirs = leaf * torch.tensor(mask, dtype=torch.float64) / (1 - p)
    theirs.backward(torch.tensor(grad_output, dtype=torch.float64))
    gradient = dropout_backward(grad_output, mask, p)
    for ours, reference in ((output, theirs.detach().numpy()), (gradient, leaf.grad.numpy())):
        assert_equal_up_to_rounding(
            ours, reference, terms=1, magnitude=np.abs(reference), dtype=dtype
        )


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_kept_elements_are_scaled_as_pytorchs_own_dropout_scales_them(p):
    ones = np.ones(1000)
    ours = np.unique(dropout(ones, p, True, np.random.default_rng(0))[0])
    torch.manual_seed(0)
    theirs = torch.nn.functional.dropout(torch.tensor(ones), p, training=True).unique().numpy()
    np.testing.assert_allclose(ours, theirs, rtol=1e-15)


@pytest.mark.parametrize("p", [0, 0.05, 0.3, 0.5, 0.95])
def test_the_share_of_dropped_elements_is_p(p):
    mask = dropout(np.ones(20_000), p, True, np.random.default_rng(1))[1]
    assert abs((1 - mask.mean()) - p) <= 5 * np.sqrt(p * (1 - p) / mask.size)


def test_the_mean_stays_what_it_was():
    output, _ = dropout(np.ones(100_000), 0.4, True, np.random.default_rng(2))
    assert output.mean() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_evaluation_changes_nothing_and_draws_nothing(dtype, normal):
    (input_tensor,) = normal(0, (3, 4), dtype=dtype)
    rng = np.random.default_rng(3)
    output, mask = dropout(input_tensor, 0.9, False, rng)
    np.testing.assert_array_equal(output, input_tensor)
    assert output.dtype == dtype
    assert not np.shares_memory(output, input_tensor)
    assert mask.all()
    assert mask.shape == input_tensor.shape
    assert rng.random() == np.random.default_rng(3).random()


def test_each_call_draws_another_mask_and_each_seed_the_same_ones():
    first, second = (np.random.default_rng(4) for _ in range(2))
    ones = np.ones((5, 6))
    masks = [dropout(ones, 0.5, True, rng)[1] for rng in (first, first, second)]
    assert (masks[0] != masks[1]).any()
    np.testing.assert_array_equal(masks[0], masks[2])


def test_a_dropped_infinity_is_zero():
    output, mask = dropout(np.full(100, np.inf), 0.5, True, np.random.default_rng(5))
    np.testing.assert_array_equal(output, np.where(mask, np.inf, 0))


@pytest.mark.parametrize("p", [-0.1, 1, 1.5, float("nan")])
def test_what_is_no_probability_of_dropping_is_refused(p):
    with pytest.raises(ValueError, match="must be at least 0 and less than 1"):
        dropout(np.ones(3), p, True, np.random.default_rng(0))
    with pytest.raises(ValueError, match="must be at least 0 and less than 1"):
        dropout_backward(np.ones(3), np.ones(3), p)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"grad_output has shape \(3, 1\), expected \(3, 4\)"):
        dropout_backward(np.ones((3, 1)), np.ones((3, 4)), 0.5)
