"""Pooling keeps its promises: PyTorch's values and gradients, its tie rule and its limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convlab.ops import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward


@dataclass(frozen=True)
class Case:
    input_shape: tuple[int, int, int, int]
    kernel_size: tuple[int, int]
    stride: tuple[int, int] | None
    padding: tuple[int, int]
    seed: int

    @property
    def sizes(self):
        return self.kernel_size, self.stride, self.padding


@st.composite
def cases(draw):
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    padding = tuple(draw(st.integers(0, size // 2)) for size in kernel)
    smallest = [max(k - 2 * p, 1) for k, p in zip(kernel, padding, strict=True)]
    H, W = (size + draw(st.integers(0, 7)) for size in smallest)
    stride = draw(st.none() | st.tuples(st.integers(1, 4), st.integers(1, 4)))
    shape = (draw(st.integers(0, 3)), draw(st.integers(1, 3)), H, W)
    return Case(shape, kernel, stride, padding, draw(st.integers(0, 2**32 - 1)))


def torch_pool(pool, input_tensor, seed, **options):
    """Output, a random upstream gradient for it, and the input's gradient by autograd."""
    leaf = torch.tensor(input_tensor, dtype=torch.float64, requires_grad=True)
    output = pool(leaf, **options)
    grad_output = torch.tensor(np.random.default_rng(seed).normal(size=output.shape))
    output.backward(grad_output)
    return output.detach().numpy(), grad_output.numpy(), leaf.grad.numpy()


def options_of(case):
    return {"kernel_size": case.kernel_size, "stride": case.stride, "padding": case.padding}


@given(case=cases())
@settings(max_examples=100, deadline=None)
def test_max_pooling_is_pytorchs_for_every_shape(case, normal, assert_equal_up_to_rounding):
    (input_tensor,) = normal(case.seed, case.input_shape)
    pool = torch.nn.functional.max_pool2d
    reference, grad_output, grad_reference = torch_pool(
        pool, input_tensor, case.seed, **options_of(case)
    )
    np.testing.assert_array_equal(max_pool2d(input_tensor, *case.sizes), reference)
    grad_input = max_pool2d_backward(grad_output, input_tensor, *case.sizes)
    assert_equal_up_to_rounding(
        grad_input,
        grad_reference,
        terms=np.prod(case.kernel_size),
        magnitude=max_pool2d_backward(np.abs(grad_output), input_tensor, *case.sizes),
        dtype=np.float64,
    )


@given(case=cases())
@settings(max_examples=100, deadline=None)
def test_tied_maxima_are_resolved_as_pytorch_does(case):
    rng = np.random.default_rng(case.seed)
    few_values = rng.choice([-np.inf, 0.0, 1.0], size=case.input_shape)
    pool = torch.nn.functional.max_pool2d
    reference, grad_output, _ = torch_pool(pool, few_values, case.seed, **options_of(case))
    whole_numbers = np.round(8 * grad_output)
    leaf = torch.tensor(few_values, requires_grad=True)
    pool(leaf, **options_of(case)).backward(torch.tensor(whole_numbers))

    np.testing.assert_array_equal(max_pool2d(few_values, *case.sizes), reference)
    np.testing.assert_array_equal(
        max_pool2d_backward(whole_numbers, few_values, *case.sizes), leaf.grad.numpy()
    )


@pytest.mark.parametrize("count_include_pad", [True, False])
@given(case=cases())
@settings(max_examples=80, deadline=None)
def test_average_pooling_is_pytorchs_for_every_shape(
    case, count_include_pad, normal, assert_equal_up_to_rounding
):
    (input_tensor,) = normal(case.seed, case.input_shape)
    options = options_of(case) | {"count_include_pad": count_include_pad}
    pool = torch.nn.functional.avg_pool2d
    reference, grad_output, grad_reference = torch_pool(pool, input_tensor, case.seed, **options)
    arguments = (*case.sizes, count_include_pad)
    terms = np.prod(case.kernel_size)
    assert_equal_up_to_rounding(
        avg_pool2d(input_tensor, *arguments),
        reference,
        terms=terms,
        magnitude=avg_pool2d(np.abs(input_tensor), *arguments),
        dtype=np.float64,
    )
    assert_equal_up_to_rounding(
        avg_pool2d_backward(grad_output, input_tensor, *arguments),
        grad_reference,
        terms=terms,
        magnitude=avg_pool2d_backward(np.abs(grad_output), input_tensor, *arguments),
        dtype=np.float64,
    )


def test_the_first_of_tied_maxima_in_row_major_order_takes_the_whole_gradient():
    tied = np.array([[0.0, 5.0], [5.0, 5.0]])[None, None]
    grad_input = max_pool2d_backward(np.full((1, 1, 1, 1), 3.0), tied, 2)
    np.testing.assert_array_equal(grad_input[0, 0], [[0, 3], [0, 0]])


def test_a_maximum_of_several_windows_gets_the_sum_of_their_gradients():
    peak = np.zeros((1, 1, 3, 3))
    peak[0, 0, 1, 1] = 1
    grad_output = np.array([[1.0, 2.0], [4.0, 8.0]])[None, None]
    grad_input = max_pool2d_backward(grad_output, peak, 2, stride=1)
    np.testing.assert_array_equal(grad_input[0, 0], [[0, 0, 0], [0, 15, 0], [0, 0, 0]])


def test_padding_never_wins_a_maximum():
    negative = np.full((1, 1, 2, 2), -7.0)
    np.testing.assert_array_equal(max_pool2d(negative, 2, padding=1), np.full((1, 1, 2, 2), -7.0))
    grad_input = max_pool2d_backward(np.ones((1, 1, 2, 2)), negative, 2, padding=1)
    np.testing.assert_array_equal(grad_input, np.ones((1, 1, 2, 2)))


def test_the_mean_counts_the_padding_unless_told_otherwise():
    ones = np.ones((1, 1, 2, 2))
    np.testing.assert_array_equal(avg_pool2d(ones, 2, padding=1), np.full((1, 1, 2, 2), 0.25))
    np.testing.assert_array_equal(avg_pool2d(ones, 2, padding=1, count_include_pad=False), ones)


def test_whole_numbers_can_be_pooled():
    image = np.array([[-3, -9], [-5, -4]])[None, None]
    assert max_pool2d(image, 2).item() == -3
    assert max_pool2d(image, 2, padding=1)[0, 0].tolist() == [[-3, -9], [-5, -4]]
    assert avg_pool2d(image, 2).item() == -5.25
    assert avg_pool2d(np.full((1, 1, 2, 2), 200, dtype=np.uint8), 2).item() == 200


BOTH = [(max_pool2d, max_pool2d_backward), (avg_pool2d, avg_pool2d_backward)]


@pytest.mark.parametrize(("pool", "backward"), BOTH)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays(pool, backward, dtype, normal):
    input_tensor, grad_output = normal(0, (2, 3, 6, 5), (2, 3, 4, 3), dtype=dtype)
    sizes = {"kernel_size": 2, "stride": 2, "padding": 1}
    assert pool(input_tensor, **sizes).dtype == dtype
    assert backward(grad_output, input_tensor, **sizes).dtype == dtype


def test_a_mean_without_padding_keeps_float32(normal):
    input_tensor, grad_output = normal(0, (1, 1, 4, 4), (1, 1, 3, 3), dtype=np.float32)
    options = {"kernel_size": 2, "padding": 1, "count_include_pad": False}
    assert avg_pool2d(input_tensor, **options).dtype == np.float32
    assert avg_pool2d_backward(grad_output, input_tensor, **options).dtype == np.float32


@pytest.mark.parametrize(("pool", "backward"), BOTH)
def test_an_empty_batch_stays_empty(pool, backward):
    empty = np.zeros((0, 3, 6, 5))
    assert pool(empty, 2).shape == (0, 3, 3, 2)
    assert backward(np.zeros((0, 3, 3, 2)), empty, 2).shape == empty.shape


@pytest.mark.parametrize(("pool", "backward"), BOTH)
def test_inputs_are_never_changed(pool, backward, normal):
    originals = normal(1, (2, 3, 6, 5), (2, 3, 5, 4))
    input_tensor, grad_output = (array.copy() for array in originals)
    pool(input_tensor, 2, 1)
    backward(grad_output, input_tensor, 2, 1)
    np.testing.assert_array_equal(input_tensor, originals[0])
    np.testing.assert_array_equal(grad_output, originals[1])


@pytest.mark.parametrize(("pool", "backward"), BOTH)
def test_the_result_shares_no_memory_with_the_input(pool, backward):
    ones = np.ones((1, 1, 3, 3))
    assert not np.shares_memory(pool(ones, 1), ones)
    assert not np.shares_memory(backward(ones, ones, 1), ones)


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
@pytest.mark.parametrize(
    ("shape", "sizes", "message"),
    [
        ((1, 1, 5, 5), (3, 1, 2), r"padding \(2, 2\) is more than half of kernel_size \(3, 3\)"),
        ((1, 1, 5, 5), ((4, 1), 1, (2, 1)), r"padding \(2, 1\) is more than half"),
        ((1, 1, 5, 5), (3, 1, (2, 1)), r"padding \(2, 1\) is more than half"),
        ((1, 1, 5, 5), (3, 1, (1, 2)), r"padding \(1, 2\) is more than half"),
        ((1, 1, 2, 5), (3,), r"spans 3 elements, but the input has 2"),
        ((5, 5), (2,), r"has shape \(5, 5\), expected \(N, C, H, W\)"),
        ((1, 1, 5, 5), (0,), r"kernel_size is 0"),
        ((1, 1, 5, 5), (2, 0), r"stride is 0"),
        ((1, 1, 5, 5), (2, 2, -1), r"padding is -1"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(pool, shape, sizes, message):
    with pytest.raises(ValueError, match=message) as caught:
        pool(np.ones(shape), *sizes)
    text = str(caught.value)
    assert text.endswith(".")
    assert ". " not in text


@pytest.mark.parametrize(("pool", "backward"), BOTH)
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 2, 2, 3), (2, 2)])
def test_an_upstream_gradient_of_another_shape_is_refused(pool, backward, shape):
    ones = np.ones((1, 2, 5, 4))
    assert pool(ones, 2).shape == (1, 2, 2, 2)
    with pytest.raises(ValueError, match=r"expected \(1, 2, 2, 2\)"):
        backward(np.ones(shape), ones, 2)
