"""Convolution keeps its promises: the values and gradients of PyTorch, for every shape."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlab.ops import (
    conv2d,
    conv2d_backward,
    conv2d_grad_bias,
    conv2d_grad_input,
    conv2d_grad_weight,
    output_size,
)


@dataclass(frozen=True)
class Settings:
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]
    groups: int


@dataclass(frozen=True)
class Case:
    input_shape: tuple[int, int, int, int]
    weight_shape: tuple[int, int, int, int]
    settings: Settings
    seed: int

    def output_shape(self):
        shape = torch.nn.functional.conv2d(
            torch.empty(self.input_shape),
            torch.empty(self.weight_shape),
            None,
            *astuple(self.settings),
        ).shape
        return tuple(shape)


ANY_BATCH = st.integers(0, 3)


@st.composite
def cases(draw, batch=ANY_BATCH):
    def pair(low, high):
        return draw(st.integers(low, high)), draw(st.integers(low, high))

    def input_size(kernel, padding, dilation):
        smallest = dilation * (kernel - 1) + 1 - 2 * padding
        return max(smallest, 1) + draw(st.integers(0, 6))

    kernel, stride, padding, dilation = pair(1, 4), pair(1, 4), pair(0, 3), pair(1, 3)
    groups = draw(st.integers(1, 3))
    group_in, group_out = pair(1, 3)
    H, W = map(input_size, kernel, padding, dilation)
    return Case(
        (draw(batch), groups * group_in, H, W),
        (groups * group_out, group_in, *kernel),
        Settings(stride, padding, dilation, groups),
        draw(st.integers(0, 2**32 - 1)),
    )


def torch_conv2d(input_tensor, weight, bias, grad_output, settings):
    """Output and three gradients in float64, by autograd."""
    leaves = [
        torch.tensor(array, dtype=torch.float64, requires_grad=True)
        for array in (input_tensor, weight, bias)
    ]
    output = torch.nn.functional.conv2d(*leaves, *astuple(settings))
    output.backward(torch.tensor(grad_output, dtype=torch.float64))
    return output.detach().numpy(), *(leaf.grad.numpy() for leaf in leaves)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(case=cases())
@settings(max_examples=80, deadline=None)
def test_output_and_gradients_are_pytorchs_for_every_shape(
    case, dtype, normal, assert_equal_up_to_rounding
):
    shapes = (case.input_shape, case.weight_shape, case.weight_shape[:1], case.output_shape())
    arguments = input_tensor, weight, bias, grad_output = normal(case.seed, *shapes, dtype=dtype)
    options = astuple(case.settings)

    output_tensor = conv2d(input_tensor, weight, bias, *options)
    gradients = conv2d_backward(grad_output, input_tensor, weight, *options)

    references = torch_conv2d(*arguments, case.settings)
    magnitudes = torch_conv2d(*map(np.abs, arguments), case.settings)
    filter_size, outputs = weight[0].size, grad_output[:, 0].size
    terms = (filter_size + 1, len(weight) * weight[0, 0].size, outputs, outputs)
    for actual, reference, count, magnitude in zip(
        (output_tensor, *gradients), references, terms, magnitudes, strict=True
    ):
        assert_equal_up_to_rounding(
            actual, reference, terms=count, magnitude=magnitude, dtype=dtype
        )


@given(case=cases(batch=st.just(0)))
@settings(max_examples=20, deadline=None)
def test_an_empty_batch_gives_an_empty_output_and_teaches_nothing(case, normal):
    input_tensor, weight, grad_output = normal(
        case.seed, case.input_shape, case.weight_shape, case.output_shape()
    )
    options = astuple(case.settings)
    assert conv2d(input_tensor, weight, None, *options).shape == case.output_shape()
    grad_input, grad_weight, grad_bias = conv2d_backward(
        grad_output, input_tensor, weight, *options
    )
    assert grad_input.shape == case.input_shape
    np.testing.assert_array_equal(grad_weight, np.zeros(case.weight_shape))
    np.testing.assert_array_equal(grad_bias, np.zeros(len(weight)))


def test_each_gradient_can_be_had_alone(normal):
    input_tensor, weight, grad_output = normal(0, (2, 2, 6, 7), (4, 1, 3, 2), (2, 4, 3, 8))
    options = ((2, 1), (1, 1), 1, 2)
    together = conv2d_backward(grad_output, input_tensor, weight, *options)
    alone = (
        conv2d_grad_input(grad_output, input_tensor, weight, *options),
        conv2d_grad_weight(grad_output, input_tensor, weight, *options),
        conv2d_grad_bias(grad_output),
    )
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_kernel_is_not_turned():
    image = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    kernel = np.array([[[[0.0, 1.0], [2.0, 3.0]]]])
    np.testing.assert_array_equal(conv2d(image, kernel)[0, 0], [[25, 31], [43, 49]])


def test_without_a_bias_nothing_is_added(normal):
    input_tensor, weight = normal(1, (2, 3, 5, 4), (2, 3, 2, 2))
    np.testing.assert_array_equal(
        conv2d(input_tensor, weight), conv2d(input_tensor, weight, np.zeros(2))
    )


def test_one_number_means_the_same_for_both_axes(normal):
    input_tensor, weight = normal(2, (2, 2, 9, 8), (3, 2, 3, 2))
    np.testing.assert_array_equal(
        conv2d(input_tensor, weight, stride=2, padding=1, dilation=2),
        conv2d(input_tensor, weight, stride=(2, 2), padding=(1, 1), dilation=(2, 2)),
    )


def test_depthwise_groups_filter_each_channel_by_itself(normal):
    input_tensor, weight = normal(3, (2, 4, 6, 5), (4, 1, 3, 3))
    together = conv2d(input_tensor, weight, groups=4)
    for channel in range(4):
        one = slice(channel, channel + 1)
        alone = conv2d(input_tensor[:, one], weight[one])
        np.testing.assert_allclose(together[:, one], alone, rtol=0, atol=1e-14)


def test_inputs_are_never_changed(normal):
    arguments = normal(4, (2, 2, 6, 7), (4, 1, 3, 2), (4,), (2, 4, 6, 8))
    copies = [array.copy() for array in arguments]
    input_tensor, weight, bias, grad_output = copies
    conv2d(input_tensor, weight, bias, padding=1, groups=2)
    conv2d_backward(grad_output, input_tensor, weight, padding=1, groups=2)
    for copy, original in zip(copies, arguments, strict=True):
        np.testing.assert_array_equal(copy, original)


def test_the_result_shares_no_memory_with_the_input():
    input_tensor, weight = np.ones((1, 1, 3, 3)), np.ones((1, 1, 1, 1))
    output_tensor = conv2d(input_tensor, weight)
    gradients = conv2d_backward(output_tensor, input_tensor, weight)
    for result in (output_tensor, *gradients):
        assert not any(np.shares_memory(result, given) for given in (input_tensor, weight))


@given(
    st.integers(1, 30), st.integers(1, 6), st.integers(1, 5), st.integers(0, 4), st.integers(1, 4)
)
@settings(max_examples=200, deadline=None)
def test_output_size_counts_the_positions_of_the_kernel(size, kernel, stride, padding, dilation):
    reach = dilation * (kernel - 1)
    places = range(size + 2 * padding)
    positions = [place for place in places[::stride] if place + reach in places]
    if positions:
        assert output_size(size, kernel, stride, padding, dilation) == len(positions)
    else:
        with pytest.raises(ValueError, match="does not fit"):
            output_size(size, kernel, stride, padding, dilation)


@given(st.integers(1, 10), st.integers(2, 12), st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_the_padding_that_the_error_proposes_is_the_smallest_that_helps(size, kernel, dilation):
    try:
        output_size(size, kernel, dilation=dilation)
    except ValueError as error:
        proposed = int(str(error).rstrip(".").split()[-1])
        assert output_size(size, kernel, padding=proposed, dilation=dilation) >= 1
        with pytest.raises(ValueError, match="does not fit"):
            output_size(size, kernel, padding=proposed - 1, dilation=dilation)


ONES = np.ones((2, 4, 6, 5))


@pytest.mark.parametrize(
    ("weight", "options", "message"),
    [
        (np.ones((2, 3, 3, 3)), {}, r"has 4 channels.*expects 3; give both the same"),
        (np.ones((2, 4, 7, 3)), {}, r"spans 7 elements, but the input has 6.*at least 1"),
        (np.ones((2, 4, 3, 3)), {"dilation": 3}, r"spans 7 elements"),
        (np.ones((3, 2, 3, 3)), {"groups": 2}, r"groups=2 does not divide.*3 output channels"),
        (np.ones((3, 1, 3, 3)), {"groups": 3}, r"groups=3 does not divide.*4 input channels"),
        (np.ones((3, 1, 3, 3)), {"groups": 0}, r"groups=0 does not divide"),
        (np.ones((2, 2, 3, 3)), {}, r"has 4 channels.*groups=1 expects 2"),
        (np.ones((4, 3, 3)), {}, r"weight has shape \(4, 3, 3\), expected \(C_out"),
        (np.ones((2, 4, 3, 3)), {"bias": np.ones(3)}, r"bias has shape \(3,\), expected \(2,\)"),
        (np.ones((2, 4, 3, 3)), {"bias": np.ones((2, 1))}, r"bias has shape \(2, 1\)"),
        (np.ones((2, 4, 3, 3)), {"stride": 0}, r"stride is 0.*>= 1"),
        (np.ones((2, 4, 3, 3)), {"stride": 1.5}, r"stride is 1.5.*whole number"),
        (np.ones((2, 4, 3, 3)), {"padding": (1, -1)}, r"padding is \(1, -1\).*>= 0"),
        (np.ones((2, 4, 3, 3)), {"dilation": (1, 1, 1)}, r"dilation is \(1, 1, 1\).*pair"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(weight, options, message):
    with pytest.raises(ValueError, match=message) as caught:
        conv2d(ONES, weight, **options)
    assert is_one_sentence(str(caught.value))


@pytest.mark.parametrize("shape", [(6, 5), (4, 6, 5), (2, 0, 6, 5), (2, 4, 0, 5)])
def test_what_is_not_a_batch_of_images_is_refused(shape):
    with pytest.raises(ValueError, match=r"expected \(N, C, H, W\)") as caught:
        conv2d(np.ones(shape), np.ones((2, 4, 3, 3)), padding=2)
    assert is_one_sentence(str(caught.value))


@pytest.mark.parametrize("shape", [(2, 2, 4, 4), (2, 2, 1, 1), (1, 2, 4, 3), (2, 2)])
def test_an_upstream_gradient_of_another_shape_is_refused_even_if_it_would_broadcast(shape):
    with pytest.raises(ValueError, match=r"expected \(2, 2, 4, 3\)") as caught:
        conv2d_backward(np.ones(shape), ONES, np.ones((2, 4, 3, 3)))
    assert is_one_sentence(str(caught.value))


def is_one_sentence(text):
    return text.endswith(".") and ". " not in text and "\n" not in text and ";" in text
