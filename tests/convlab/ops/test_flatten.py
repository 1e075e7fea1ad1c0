"""Flattening keeps its promises: PyTorch's order, and a way back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from convlab.ops import flatten, flatten_backward

SHAPES = npst.array_shapes(min_dims=2, max_dims=5, min_side=0, max_side=4)
shapes_and_dtypes = given(
    shape=SHAPES, dtype=st.sampled_from([np.float32, np.float64]), seed=st.integers(0, 999)
)


@shapes_and_dtypes
@settings(max_examples=40, deadline=None)
def test_values_and_gradients_are_pytorchs(shape, dtype, seed, normal):
    (input_tensor,) = normal(seed, shape, dtype=dtype)
    leaf = torch.tensor(input_tensor, requires_grad=True)
    theirs = torch.flatten(leaf, start_dim=1)
    output = flatten(input_tensor)
    np.testing.assert_array_equal(output, theirs.detach().numpy())
    (grad_output,) = normal(seed + 1, output.shape, dtype=dtype)
    theirs.backward(torch.tensor(grad_output))
    gradient = flatten_backward(grad_output, shape)
    np.testing.assert_array_equal(gradient, leaf.grad.numpy())
    assert output.dtype == gradient.dtype == dtype


@shapes_and_dtypes
@settings(max_examples=40, deadline=None)
def test_backward_undoes_forward_on_views_with_gaps_too(shape, dtype, seed, normal):
    (wide,) = normal(seed, (*shape[:-1], 2 * shape[-1]), dtype=dtype)
    view = wide[..., ::2]
    np.testing.assert_array_equal(flatten_backward(flatten(view), shape), view)


def test_results_are_copies():
    image = np.ones((1, 2, 3))
    flat = flatten(image)
    assert not np.shares_memory(flat, image)
    assert not np.shares_memory(flatten_backward(flat, image.shape), flat)


def test_an_input_without_an_axis_after_the_batch_is_refused():
    with pytest.raises(ValueError, match=r"shape \(3,\).*add the batch axis"):
        flatten(np.ones(3))
    with pytest.raises(ValueError, match=r"shape \(3,\).*add the batch axis"):
        flatten_backward(np.ones(3), (3,))


@pytest.mark.parametrize("shape", [(12,), (2, 3, 2), (1, 12), (6, 2)])
def test_a_gradient_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"expected \(2, 6\)"):
        flatten_backward(np.ones(shape), (2, 3, 2))
