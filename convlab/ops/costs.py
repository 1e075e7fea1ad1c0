"""What layers cost: multiply-accumulates (MACs) for one image, and parameters."""

from __future__ import annotations

from convlab.ops.checks import as_pair
from convlab.ops.conv2d import output_size
from convlab.ops.types import Size2d


def conv2d_macs(
    input_shape: tuple[int, int, int],
    out_channels: int,
    kernel_size: Size2d,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> int:
    r"""Count the multiply-accumulates of a convolution for one image.

    Each of the C_out H_out W_out outputs sums kH kW products for each input channel of its group:

    .. math::

        C_{out} H_{out} W_{out} \cdot \frac{C_{in}}{G} k_H k_W

    Products with the padding's zeros count too: a matrix product computes them. The bias does not.

    Parameters
    ----------
    input_shape : (C_in, H, W)
    out_channels : int
    kernel_size, stride, padding, dilation : int or (height, width)
    groups : int

    Returns
    -------
    int

    Raises
    ------
    ValueError
        When the kernel does not fit or groups do not divide the channels.
    """
    (C_in, H, W), (kH, kW) = input_shape, as_pair(kernel_size, "kernel_size")
    (sH, sW), (pH, pW) = as_pair(stride, "stride"), as_pair(padding, "padding", minimum=0)
    dH, dW = as_pair(dilation, "dilation")
    _check_groups(C_in, out_channels, groups)
    outputs = out_channels * output_size(H, kH, sH, pH, dH) * output_size(W, kW, sW, pW, dW)
    return outputs * (C_in // groups) * kH * kW


def conv2d_parameters(
    in_channels: int, out_channels: int, kernel_size: Size2d, groups: int = 1, bias: bool = True
) -> int:
    """Count a convolution's parameters: ``C_out (C_in / groups) kH kW``, and C_out for the bias.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (height, width)
    groups : int
    bias : bool

    Returns
    -------
    int

    Raises
    ------
    ValueError
        When groups do not divide the channels.
    """
    kH, kW = as_pair(kernel_size, "kernel_size")
    _check_groups(in_channels, out_channels, groups)
    weights = out_channels * (in_channels // groups) * kH * kW
    return weights + out_channels if bias else weights


def depthwise_separable_macs(
    input_shape: tuple[int, int, int],
    out_channels: int,
    kernel_size: Size2d,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
) -> int:
    r"""Count the multiply-accumulates of a depthwise separable convolution for one image.

    The depthwise half filters each channel by itself (groups = C_in), the pointwise half mixes the
    channels with a 1x1 kernel:

    .. math::

        H_{out} W_{out} \, C_{in} \, (k_H k_W + C_{out})

    Against the full convolution that is the fraction
    :math:`\frac{1}{C_{out}} + \frac{1}{k_H k_W}`.

    Parameters
    ----------
    input_shape : (C_in, H, W)
    out_channels : int
    kernel_size, stride, padding, dilation : int or (height, width)
        Those of the depthwise half.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        When the kernel does not fit.
    """
    C_in = input_shape[0]
    depthwise = conv2d_macs(input_shape, C_in, kernel_size, stride, padding, dilation, groups=C_in)
    kH, kW = as_pair(kernel_size, "kernel_size")
    positions = depthwise // (C_in * kH * kW)
    pointwise = positions * C_in * out_channels
    return depthwise + pointwise


def depthwise_separable_parameters(
    in_channels: int, out_channels: int, kernel_size: Size2d, bias: bool = True
) -> int:
    """Count the parameters of the depthwise and the pointwise half together.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (height, width)
        That of the depthwise half.
    bias : bool
        Whether both halves have one.

    Returns
    -------
    int
    """
    depthwise = conv2d_parameters(in_channels, in_channels, kernel_size, in_channels, bias)
    pointwise = conv2d_parameters(in_channels, out_channels, 1, bias=bias)
    return depthwise + pointwise


def linear_macs(in_features: int, out_features: int) -> int:
    """Count a fully connected layer's multiply-accumulates for one example.

    Parameters
    ----------
    in_features, out_features : int

    Returns
    -------
    int
    """
    return in_features * out_features


def linear_parameters(in_features: int, out_features: int, bias: bool = True) -> int:
    """Count a fully connected layer's parameters.

    Parameters
    ----------
    in_features, out_features : int
    bias : bool

    Returns
    -------
    int
    """
    weights = in_features * out_features
    return weights + out_features if bias else weights


def _check_groups(in_channels: int, out_channels: int, groups: int) -> None:
    if groups < 1 or in_channels % groups or out_channels % groups:
        raise ValueError(
            f"groups={groups} does not divide both {in_channels} input channels and {out_channels} "
            "output channels; choose a common divisor."
        )
