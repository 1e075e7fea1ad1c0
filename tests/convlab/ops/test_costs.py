"""Costs are counted, not estimated: against PyTorch's layers and its operation counter."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from convlab.ops import (
    conv2d_macs,
    conv2d_parameters,
    depthwise_separable_macs,
    depthwise_separable_parameters,
    linear_macs,
    linear_parameters,
)

SMALL = st.integers(1, 3)
PAIRS = st.tuples(SMALL, SMALL)
LAYERS = {
    "group_in": SMALL, "group_out": SMALL, "groups": SMALL, "kernel_size": PAIRS, "stride": PAIRS,
    "padding": PAIRS, "dilation": PAIRS, "bias": st.booleans(),
}  # fmt: skip


def pytorchs_macs(model, *input_shape):
    """A multiply-accumulate is two floating-point operations."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(torch.zeros(1, *input_shape))
    return counter.get_total_flops() // 2


def pytorchs_parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


@given(**LAYERS)
@settings(max_examples=40, deadline=None)
def test_a_convolution_costs_what_pytorch_counts(group_in, group_out, groups, bias, **options):
    channels = (groups * group_in, groups * group_out)
    layer = torch.nn.Conv2d(*channels, groups=groups, bias=bias, **options)
    input_shape = (channels[0], 9, 8)
    macs = conv2d_macs(input_shape, channels[1], groups=groups, **options)
    assert macs == pytorchs_macs(layer, *input_shape)
    kernel_size = options["kernel_size"]
    assert conv2d_parameters(*channels, kernel_size, groups, bias) == pytorchs_parameters(layer)


@given(C_in=st.integers(1, 4), C_out=st.integers(1, 5), bias=st.booleans(), stride=PAIRS)
@settings(max_examples=20, deadline=None)
def test_a_separable_convolution_costs_its_two_halves(C_in, C_out, bias, stride):
    halves = torch.nn.Sequential(
        torch.nn.Conv2d(C_in, C_in, (3, 2), stride, padding=1, groups=C_in, bias=bias),
        torch.nn.Conv2d(C_in, C_out, 1, bias=bias),
    )
    macs = depthwise_separable_macs((C_in, 9, 8), C_out, (3, 2), stride, padding=1)
    assert macs == pytorchs_macs(halves, C_in, 9, 8)
    parameters = depthwise_separable_parameters(C_in, C_out, (3, 2), bias)
    assert parameters == pytorchs_parameters(halves)


def test_separating_costs_the_fraction_that_the_formula_says():
    full = conv2d_macs((64, 28, 28), 128, 3, padding=1)
    separable = depthwise_separable_macs((64, 28, 28), 128, 3, padding=1)
    assert full == 57_802_752
    assert separable / full == pytest.approx(1 / 128 + 1 / 9, rel=1e-15)


def test_a_fully_connected_layer_costs_one_mac_a_weight():
    layer = torch.nn.Linear(784, 10)
    assert linear_macs(784, 10) == pytorchs_macs(layer, 784) == 7_840
    assert linear_parameters(784, 10) == pytorchs_parameters(layer) == 7_850
    assert linear_parameters(784, 10, bias=False) == 7_840


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="groups=2 does not divide both 3 input channels"):
        conv2d_macs((3, 9, 9), 4, 3, groups=2)
    with pytest.raises(ValueError, match=r"groups=4 does not divide.*6 output channels"):
        conv2d_parameters(4, 6, 3, groups=4)
    with pytest.raises(ValueError, match="spans 5 elements, but the input has 3"):
        depthwise_separable_macs((3, 3, 3), 4, 5)
