"""The fully connected layer keeps its promises: PyTorch's values and gradients."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlab.ops import linear, linear_backward


def torch_linear(*arrays):
    *arguments, grad_output = (torch.tensor(array, dtype=torch.float64) for array in arrays)
    leaves = [argument.requires_grad_() for argument in arguments]
    output = torch.nn.functional.linear(*leaves)
    output.backward(grad_output)
    return output.detach().numpy(), *(leaf.grad.numpy() for leaf in leaves)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(
    N=st.integers(0, 5), features=st.integers(1, 8), outputs=st.integers(1, 6), seed=st.integers(0)
)
@settings(max_examples=40, deadline=None)
def test_output_and_gradients_are_pytorchs(
    N, features, outputs, seed, dtype, normal, assert_equal_up_to_rounding
):
    shapes = ((N, features), (outputs, features), (outputs,), (N, outputs))
    arrays = input_tensor, weight, bias, grad_output = normal(seed, *shapes, dtype=dtype)
    actual = (
        linear(input_tensor, weight, bias),
        *linear_backward(grad_output, input_tensor, weight),
    )
    magnitudes = torch_linear(*map(np.abs, arrays))
    for ours, theirs, terms, magnitude in zip(
        actual, torch_linear(*arrays), (features + 1, outputs, N, N), magnitudes, strict=True
    ):
        assert_equal_up_to_rounding(ours, theirs, terms=terms, magnitude=magnitude, dtype=dtype)


def test_without_a_bias_nothing_is_added(normal):
    input_tensor, weight = normal(0, (3, 4), (2, 4))
    np.testing.assert_array_equal(
        linear(input_tensor, weight), linear(input_tensor, weight, np.zeros(2))
    )


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((3, 5), (2, 4)), r"shape \(3, 5\) and weight \(2, 4\).*same in_features"),
        (((3, 2, 2), (2, 4)), r"shape \(3, 2, 2\).*flatten the input"),
        (((3, 4), (2, 4), (4,)), r"bias has shape \(4,\), expected \(2,\)"),
    ],
)
def test_what_does_not_fit_is_refused(shapes, message):
    with pytest.raises(ValueError, match=message):
        linear(*map(np.ones, shapes))


@pytest.mark.parametrize("shape", [(3, 1), (2, 2), (2,)])
def test_an_upstream_gradient_of_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"expected \(3, 2\)"):
        linear_backward(np.ones(shape), np.ones((3, 4)), np.ones((2, 4)))
