"""Activations keep their promises: PyTorch's values and gradients, at every size of number."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from convlab.ops import (
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    swish,
    swish_backward,
)

TRIPLES = {
    "relu": (relu, relu_backward, torch.relu),
    "leaky_relu": (
        lambda x: leaky_relu(x, 0.2),
        lambda g, x: leaky_relu_backward(g, x, 0.2),
        lambda x: torch.nn.functional.leaky_relu(x, 0.2),
    ),
    "swish": (swish, swish_backward, torch.nn.functional.silu),
    "swish with beta": (
        lambda x: swish(x, 1.7),
        lambda g, x: swish_backward(g, x, 1.7),
        lambda x: x * torch.sigmoid(1.7 * x),
    ),
}
every_activation = pytest.mark.parametrize(
    ("forward", "backward", "reference"), TRIPLES.values(), ids=TRIPLES
)
NUMBERS = npst.arrays(
    np.float64,
    npst.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5),
    elements=st.floats(-1000, 1000),
)


@every_activation
@given(values=NUMBERS, seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_values_and_gradients_are_pytorchs(forward, backward, reference, values, seed, normal):
    (grad_output,) = normal(seed, values.shape)
    leaf = torch.tensor(values, requires_grad=True)
    output = reference(leaf)
    output.backward(torch.tensor(grad_output))
    np.testing.assert_allclose(forward(values), output.detach().numpy(), rtol=1e-13, atol=1e-300)
    # Where swish's gradient crosses 0 two terms cancel, so the error is relative to the terms.
    np.testing.assert_allclose(
        backward(grad_output, values), leaf.grad.numpy(), rtol=1e-13, atol=1e-14
    )


@every_activation
def test_float32_stays_float32_and_no_input_changes(forward, backward, reference, normal):
    values, grad_output = normal(0, (3, 4), (3, 4), dtype=np.float32)
    assert forward(values).dtype == np.float32
    assert backward(grad_output, values).dtype == np.float32
    np.testing.assert_array_equal(values, normal(0, (3, 4), (3, 4), dtype=np.float32)[0])


@every_activation
def test_a_gradient_of_another_shape_is_refused(forward, backward, reference):
    with pytest.raises(ValueError, match=r"grad_output has shape \(3, 1\), expected \(3, 4\)"):
        backward(np.ones((3, 1)), np.ones((3, 4)))


def test_relu_passes_no_gradient_at_zero():
    np.testing.assert_array_equal(relu_backward(np.ones(3), np.array([-1.0, 0.0, 1.0])), [0, 0, 1])


def test_a_closed_relu_lets_not_even_an_infinite_gradient_pass():
    np.testing.assert_array_equal(relu_backward(np.array([np.inf]), np.array([-1.0])), [0])


def test_sigmoid_neither_overflows_nor_loses_small_values():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = sigmoid(np.array([-700.0, -40.0, 0.0, 40.0, 1e6]))
    np.testing.assert_allclose(values[:3], [np.exp(-700), np.exp(-40), 0.5], rtol=1e-15)
    np.testing.assert_array_equal(values[3:], [1, 1])
