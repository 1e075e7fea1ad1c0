"""The small versions of Day 3 equal PyTorch's convolution, one number at a time."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from convlab.teaching import output_one_channel, window_starts

SETTINGS = [
    ((7, 7), (3, 3), (1, 1), (1, 1)),
    ((8, 9), (3, 2), (2, 3), (1, 1)),
    ((9, 8), (2, 3), (1, 2), (3, 2)),
    ((3, 3), (3, 3), (4, 4), (1, 1)),
]


@pytest.mark.parametrize(("size", "kernel_size", "stride", "dilation"), SETTINGS)
def test_every_output_is_torchs(size, kernel_size, stride, dilation):
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal(size), rng.standard_normal(kernel_size)
    tensors = torch.tensor(x)[None, None], torch.tensor(w)[None, None]
    expected = functional.conv2d(*tensors, stride=stride, dilation=dilation)[0, 0].numpy()
    for (i, j), value in np.ndenumerate(expected):
        assert output_one_channel(x, w, i, j, stride, dilation) == pytest.approx(value)


@pytest.mark.parametrize(("size", "kernel_size", "stride", "dilation"), SETTINGS)
def test_there_is_a_start_for_each_of_torchs_outputs(size, kernel_size, stride, dilation):
    zeros = torch.zeros(1, 1, *size), torch.zeros(1, 1, *kernel_size)
    expected = functional.conv2d(*zeros, stride=stride, dilation=dilation).shape[2:]
    for axis in (0, 1):
        span = dilation[axis] * (kernel_size[axis] - 1) + 1
        starts = window_starts(size[axis], span, stride[axis])
        assert len(starts) == expected[axis]
        assert starts[-1] + span <= size[axis] < starts[-1] + span + stride[axis]


def test_a_window_that_is_too_long_starts_nowhere():
    assert window_starts(4, 5, 1) == []
