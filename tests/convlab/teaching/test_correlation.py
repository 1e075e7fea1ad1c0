"""The small versions that the lesson quotes equal PyTorch's convolution and its gradients."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from convlab.teaching import (
    bias_gradient_one_channel,
    correlate_one_channel,
    input_gradient_one_channel,
    insert_zeros,
    weight_gradient_one_channel,
)

SHAPES = [((3, 3), (2, 2)), ((7, 5), (3, 2)), ((4, 9), (1, 4)), ((5, 5), (5, 5)), ((6, 6), (1, 1))]


def torch_gradients(input_tensor, weight, grad_output, stride=1):
    leaves = [
        torch.tensor(array[None, None], requires_grad=True) for array in (input_tensor, weight)
    ]
    bias = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    functional.conv2d(*leaves, bias, stride=stride).backward(torch.tensor(grad_output[None, None]))
    return leaves[0].grad[0, 0].numpy(), leaves[1].grad[0, 0].numpy(), float(bias.grad)


def test_the_worked_example_gives_25_31_43_49():
    output = correlate_one_channel(np.arange(1.0, 10).reshape(3, 3), np.array([[0.0, 1], [2, 3]]))
    assert output.tolist() == [[25, 31], [43, 49]]


@pytest.mark.parametrize(("input_shape", "kernel_shape"), SHAPES)
def test_forward_equals_torch(input_shape, kernel_shape):
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal(input_shape), rng.standard_normal(kernel_shape)
    expected = functional.conv2d(
        torch.tensor(x)[None, None], torch.tensor(w)[None, None], torch.ones(1).double()
    )
    np.testing.assert_allclose(correlate_one_channel(x, w, bias=1.0), expected[0, 0], atol=1e-12)


@pytest.mark.parametrize(("input_shape", "kernel_shape"), SHAPES)
def test_gradients_equal_autograd(input_shape, kernel_shape):
    rng = np.random.default_rng(1)
    x, w = rng.standard_normal(input_shape), rng.standard_normal(kernel_shape)
    grad = rng.standard_normal(correlate_one_channel(x, w).shape)
    grad_input, grad_weight, grad_bias = torch_gradients(x, w, grad)
    np.testing.assert_allclose(input_gradient_one_channel(grad, w), grad_input, atol=1e-12)
    np.testing.assert_allclose(weight_gradient_one_channel(x, grad), grad_weight, atol=1e-12)
    assert bias_gradient_one_channel(grad) == pytest.approx(grad_bias)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_inserted_zeros_turn_a_stride_into_stride_one(stride):
    rng = np.random.default_rng(2)
    x, w = rng.standard_normal((3 * stride + 3, 2 * stride + 2)), rng.standard_normal((3, 2))
    grad = rng.standard_normal((4, 3))
    grad_input, grad_weight, _ = torch_gradients(x, w, grad, stride)
    spread = insert_zeros(grad, stride)
    np.testing.assert_allclose(input_gradient_one_channel(spread, w), grad_input, atol=1e-12)
    np.testing.assert_allclose(weight_gradient_one_channel(x, spread), grad_weight, atol=1e-12)


def test_inserted_zeros_keep_every_value_in_its_place():
    spread = insert_zeros(np.array([[1.0, 2], [3, 4]]), 3)
    assert spread.shape == (4, 4)
    assert spread[::3, ::3].tolist() == [[1, 2], [3, 4]]
    assert np.count_nonzero(spread) == 4
