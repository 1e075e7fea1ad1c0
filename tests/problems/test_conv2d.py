"""The problem of Day 3's convolution."""

import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view

from autograder import compare
from convlab.ops import conv2d
from problems import conv2d as problem
from problems.conv2d_settings import as_pair
from tests.problems.judging import (
    has_values,
    named_by,
    reject,
    texts_in_one_language,
    values_quoted,
)

PROBLEM = problem.PROBLEM
SEEDS = (PROBLEM.seed, 1)


def torch_conv2d(input_tensor, weight, bias=None, **settings):
    tensors = [
        None if array is None else torch.tensor(np.ascontiguousarray(array))
        for array in (input_tensor, weight, bias)
    ]
    return torch.nn.functional.conv2d(*tensors, **settings).numpy()


def prepare(input_tensor, weight, stride, padding, dilation):
    """Pad, and work out the output's size."""
    (s, t), (p, q), (d, e) = as_pair(stride), as_pair(padding), as_pair(dilation)
    padded = np.pad(input_tensor, ((0, 0), (0, 0), (p, p), (q, q)))
    height = (padded.shape[2] - d * (weight.shape[2] - 1) - 1) // s + 1
    width = (padded.shape[3] - e * (weight.shape[3] - 1) - 1) // t + 1
    return padded, height, width


def plain_loops(input_tensor, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Seven loops around one product."""
    padded, height, width = prepare(input_tensor, weight, stride, padding, dilation)
    (s, t), (d, e) = as_pair(stride), as_pair(dilation)
    out_channels, group_in, kernel_height, kernel_width = weight.shape
    output = np.zeros((len(padded), out_channels, height, width))
    for n in range(len(padded)):
        for o in range(out_channels):
            first = o // (out_channels // groups) * group_in
            for i in range(height):
                for j in range(width):
                    total = 0.0 if bias is None else bias[o]
                    for c in range(group_in):
                        for u in range(kernel_height):
                            for v in range(kernel_width):
                                pixel = padded[n, first + c, i * s + u * d, j * t + v * e]
                                total += weight[o, c, u, v] * pixel
                    output[n, o, i, j] = total
    return output


def window_products(input_tensor, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """A stepped slice for each window."""
    padded, height, width = prepare(input_tensor, weight, stride, padding, dilation)
    (s, t), (d, e) = as_pair(stride), as_pair(dilation)
    filters, channels = len(weight) // groups, weight.shape[1]
    output = np.empty((len(padded), len(weight), height, width))
    for g, i, j in np.ndindex(groups, height, width):
        rows = slice(i * s, i * s + d * (weight.shape[2] - 1) + 1, d)
        columns = slice(j * t, j * t + e * (weight.shape[3] - 1) + 1, e)
        window = padded[:, g * channels : (g + 1) * channels, rows, columns]
        mine = slice(g * filters, (g + 1) * filters)
        output[:, mine, i, j] = np.tensordot(window, weight[mine], ((1, 2, 3), (1, 2, 3)))
    return output if bias is None else output + bias.reshape(1, -1, 1, 1)


def kernel_positions(input_tensor, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """One shifted view of the images for each weight."""
    padded, height, width = prepare(input_tensor, weight, stride, padding, dilation)
    (s, t), (d, e) = as_pair(stride), as_pair(dilation)
    images = padded.reshape(len(padded), groups, weight.shape[1], *padded.shape[2:])
    kernels = weight.reshape(groups, -1, *weight.shape[1:])
    output = np.zeros((len(padded), groups, kernels.shape[1], height, width))
    for u, v in np.ndindex(weight.shape[2:]):
        view = images[..., u * d : u * d + (height - 1) * s + 1 : s, :]
        view = view[..., v * e : v * e + (width - 1) * t + 1 : t]
        output += np.einsum("ngchw,goc->ngohw", view, kernels[..., u, v])
    output = output.reshape(len(padded), len(weight), height, width)
    return output if bias is None else output + bias[:, None, None]


def strided_windows(input_tensor, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """A view of all windows, and Einstein's sum."""
    padded, _, _ = prepare(input_tensor, weight, stride, padding, dilation)
    (s, t), (d, e) = as_pair(stride), as_pair(dilation)
    span = (d * (weight.shape[2] - 1) + 1, e * (weight.shape[3] - 1) + 1)
    windows = sliding_window_view(padded, span, (2, 3))[:, :, ::s, ::t, ::d, ::e]
    parts = [
        np.einsum("nchwuv,ocuv->nohw", channels, kernels)
        for channels, kernels in zip(
            np.split(windows, groups, axis=1), np.split(weight, groups), strict=True
        )
    ]
    output = np.concatenate(parts, axis=1)
    return output if bias is None else output + bias[:, None, None]


def spectra(input_tensor, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Products of spectra instead of sums of products."""
    padded, height, width = prepare(input_tensor, weight, stride, padding, dilation)
    (s, t), (d, e), size = as_pair(stride), as_pair(dilation), padded.shape[2:]
    kernels = np.zeros((*weight.shape[:2], *size))
    kernels[:, :, : (weight.shape[2] - 1) * d + 1 : d, : (weight.shape[3] - 1) * e + 1 : e] = weight
    half = (size[0], size[1] // 2 + 1)
    image = np.fft.rfft2(padded).reshape(len(padded), groups, weight.shape[1], *half)
    kernel = np.fft.rfft2(kernels).reshape(groups, -1, weight.shape[1], *half)
    product = np.einsum("ngchw,gochw->ngohw", image, kernel.conj())
    full = np.fft.irfft2(product.reshape(len(padded), len(weight), *half), size)
    output = full[:, :, : (height - 1) * s + 1 : s, : (width - 1) * t + 1 : t]
    return output if bias is None else output + bias[:, None, None]


def single_precision(input_tensor, weight, bias=None, **settings):
    """Everything computed, and answered, in float32."""
    offset = None if bias is None else bias.astype(np.float32)
    arrays = input_tensor.astype(np.float32), weight.astype(np.float32), offset
    return strided_windows(*arrays, **settings).astype(np.float32)


STYLES = [
    plain_loops,
    window_products,
    kernel_positions,
    strided_windows,
    spectra,
    single_precision,
]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_agrees_with_pytorch_on_every_case(seed):
    for case in PROBLEM.generate(seed):
        received = PROBLEM.run(torch_conv2d, case)
        for name, right in PROBLEM.expect(case).items():
            assert compare(received[name], right) is None, (case.description, name)


@pytest.mark.parametrize("group", PROBLEM.groups)
def test_every_group_has_cases_and_accepts_the_reference(group):
    assert sum(case.group == group for case in PROBLEM.generate(0)) >= 4
    assert problem.judge(conv2d, group=group) == PROBLEM.groups[group].points


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("style", STYLES)
def test_correct_functions_of_every_style_are_accepted(style, seed):
    assert not reject(problem, style, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wrong", PROBLEM.misconceptions, ids=lambda m: m.implementation.__name__)
def test_every_misconception_is_rejected_and_named(wrong, seed):
    named = named_by(problem, wrong.implementation, seed)
    assert [wrong] in named.values(), named


def test_a_function_without_dilation_and_groups_earns_the_other_points():
    def conv2d_without(input_tensor, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        if dilation != 1 or groups != 1:
            raise NotImplementedError
        return conv2d(input_tensor, weight, bias, stride, padding)

    assert set(reject(problem, conv2d_without)) == {"dilation", "groups"}


def test_no_message_holds_a_hidden_or_expected_value():
    assert has_values(problem)
    assert not values_quoted(problem)


def test_names_and_hints_are_written_in_both_languages():
    assert not texts_in_one_language(problem)


def test_no_hint_speaks_of_a_layer():
    hints = [m.hint for m in PROBLEM.misconceptions if "A convolutional layer" not in m.hint.en]
    assert not [hint.en for hint in hints if "layer" in hint.en or "self." in hint.en]
    assert not [hint.zh for hint in hints if "层" in hint.zh]
