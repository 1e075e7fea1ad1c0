"""Two-dimensional convolution, forward and backward (cross-correlation, as in every framework).

Symbols: N images, C_in and C_out channels, (H, W) input size, (kH, kW) kernel size,
(H_out, W_out) output size, s stride, p padding, d dilation, G groups. The convolution is one
matrix product for each image and group, between the weights, one filter a row, and the image's
windows, one window a column.
"""

from __future__ import annotations

import numpy as np

from convlab.ops.checks import as_pair, check_grad_output, check_image_batch
from convlab.ops.types import Array, Pair, Size2d
from convlab.ops.windows import gather_windows, scatter_windows


def output_size(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Count the positions of a sliding kernel along one axis.

    The kernel spans ``d (k - 1) + 1`` elements, so it can move ``input + 2p - d (k - 1) - 1``
    elements further than its first position, in steps of ``s``; a last, incomplete step is not
    taken (floor).

    Parameters
    ----------
    input_size, kernel_size, stride, padding, dilation : int
        Sizes along this axis.

    Returns
    -------
    int
        ``floor((input + 2p - d (k - 1) - 1) / s) + 1``.

    Raises
    ------
    ValueError
        When the kernel does not fit into the padded input, or a size is not positive.
    """
    if min(input_size, kernel_size, stride, dilation) < 1 or padding < 0:
        raise ValueError(
            f"input_size {input_size}, kernel_size {kernel_size}, stride {stride} and dilation "
            f"{dilation} must be >= 1 and padding {padding} >= 0; correct the one that is not."
        )
    span = dilation * (kernel_size - 1) + 1
    room = input_size + 2 * padding - span
    if room < 0:
        raise ValueError(
            f"kernel does not fit: it spans {span} elements, but the input has {input_size} and "
            f"with padding {padding} {input_size + 2 * padding}; use a smaller kernel or dilation, "
            f"or a padding of at least {(span - input_size + 1) // 2}."
        )
    return room // stride + 1


def conv2d(
    input_tensor: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    r"""Slide filters over images: at each position, multiply and add up.

    .. math::

        Y_{n,o,i,j} = b_o + \sum_{c,u,v} W_{o,c,u,v} \, X^{pad}_{n,\,c,\,s i + d u,\,s j + d v}

    where c runs over the input channels of the group that output channel o belongs to.

    Parameters
    ----------
    input_tensor : (N, C_in, H, W)
        X. N may be 0.
    weight : (C_out, C_in / groups, kH, kW)
        W.
    bias : (C_out,), optional
        b.
    stride, padding, dilation : int or (height, width)
    groups : int
        Cut the channels into this many groups that do not see each other;
        ``groups=C_in`` is the depthwise convolution.

    Returns
    -------
    (N, C_out, H_out, W_out)
        Y, in the dtype of the arguments.

    Raises
    ------
    ValueError
        When shapes do not fit each other.
    """
    stride, padding, dilation = _as_pairs(stride, padding, dilation)
    N, C_out, H_out, W_out = _output_shape(
        input_tensor, weight, bias, stride, padding, dilation, groups
    )
    windows = gather_windows(input_tensor, weight.shape[2:], stride, padding, dilation)
    product = _filters_as_rows(weight, groups) @ _windows_as_columns(windows, groups)
    output_tensor = product.reshape(N, C_out, H_out, W_out)
    return output_tensor if bias is None else output_tensor + bias[:, None, None]


def conv2d_backward(
    grad_output: Array,
    input_tensor: Array,
    weight: Array,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> tuple[Array, Array, Array]:
    """Carry the loss's gradient from a convolution's output back to its three inputs.

    Parameters
    ----------
    grad_output : (N, C_out, H_out, W_out)
        dL/dY.
    input_tensor, weight, stride, padding, dilation, groups
        What :func:`conv2d` was called with.

    Returns
    -------
    grad_input : (N, C_in, H, W)
    grad_weight : (C_out, C_in / groups, kH, kW)
    grad_bias : (C_out,)

    Raises
    ------
    ValueError
        When shapes do not fit each other.
    """
    settings = (stride, padding, dilation, groups)
    return (
        conv2d_grad_input(grad_output, input_tensor, weight, *settings),
        conv2d_grad_weight(grad_output, input_tensor, weight, *settings),
        conv2d_grad_bias(grad_output),
    )


def conv2d_grad_input(
    grad_output: Array,
    input_tensor: Array,
    weight: Array,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    r"""Give each input element the sum over all (weight, output element) pairs that it fed.

    .. math::

        \frac{\partial L}{\partial X^{pad}_{n,c,a,b}} =
        \sum_{o} \; \sum_{\substack{u,v,i,j \\ s i + d u = a \\ s j + d v = b}}
        W_{o,c,u,v} \, \frac{\partial L}{\partial Y_{n,o,i,j}}

    The rows and columns of padding are then cropped. With stride 1 this is the full
    cross-correlation of grad_output with the kernel turned by 180 degrees.

    Parameters and errors are those of :func:`conv2d_backward`.

    Returns
    -------
    (N, C_in, H, W)
    """
    stride, padding, dilation = _as_pairs(stride, padding, dilation)
    expected = _output_shape(input_tensor, weight, None, stride, padding, dilation, groups)
    check_grad_output("conv2d_backward", grad_output, expected)
    (N, C_in, H, W), (kH, kW), (H_out, W_out) = input_tensor.shape, weight.shape[2:], expected[2:]
    filters_as_columns = np.swapaxes(_filters_as_rows(weight, groups), -1, -2)
    product = filters_as_columns @ _channels_as_rows(grad_output, groups)
    grad_windows = product.reshape(N, C_in, kH, kW, H_out, W_out)
    return scatter_windows(grad_windows, (H, W), stride, padding, dilation)


def conv2d_grad_weight(
    grad_output: Array,
    input_tensor: Array,
    weight: Array,
    stride: Size2d = 1,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    groups: int = 1,
) -> Array:
    r"""Give each weight the sum over all (input, output element) pairs that it connected.

    .. math::

        \frac{\partial L}{\partial W_{o,c,u,v}} =
        \sum_{n,i,j} X^{pad}_{n,\,c,\,s i + d u,\,s j + d v} \,
        \frac{\partial L}{\partial Y_{n,o,i,j}}

    No rotation: this is the cross-correlation of the input with grad_output.

    Parameters and errors are those of :func:`conv2d_backward`.

    Returns
    -------
    (C_out, C_in / groups, kH, kW)
    """
    stride, padding, dilation = _as_pairs(stride, padding, dilation)
    expected = _output_shape(input_tensor, weight, None, stride, padding, dilation, groups)
    check_grad_output("conv2d_backward", grad_output, expected)
    windows = gather_windows(input_tensor, weight.shape[2:], stride, padding, dilation)
    windows_as_rows = np.swapaxes(_windows_as_columns(windows, groups), -1, -2)
    grad_of_each_image = _channels_as_rows(grad_output, groups) @ windows_as_rows
    grad_weight: Array = grad_of_each_image.sum(axis=0)
    return grad_weight.reshape(weight.shape)


def conv2d_grad_bias(grad_output: Array) -> Array:
    """Give each bias the sum of the gradients of all output elements that it was added to.

    Parameters
    ----------
    grad_output : (N, C_out, H_out, W_out)

    Returns
    -------
    (C_out,)
    """
    grad_bias: Array = grad_output.sum(axis=(0, 2, 3))
    return grad_bias


def _filters_as_rows(weight: Array, groups: int) -> Array:
    """(C_out, C_in/G, kH, kW) -> (G, C_out/G, C_in/G kH kW)."""
    C_out, group_in, kH, kW = weight.shape
    return weight.reshape(groups, C_out // groups, group_in * kH * kW)


def _windows_as_columns(windows: Array, groups: int) -> Array:
    """(N, C_in, kH, kW, H_out, W_out) -> (N, G, C_in/G kH kW, H_out W_out): im2col, by group."""
    N, C_in, kH, kW, H_out, W_out = windows.shape
    return windows.reshape(N, groups, C_in // groups * kH * kW, H_out * W_out)


def _channels_as_rows(output_tensor: Array, groups: int) -> Array:
    """(N, C_out, H_out, W_out) -> (N, G, C_out/G, H_out W_out)."""
    N, C_out, H_out, W_out = output_tensor.shape
    return output_tensor.reshape(N, groups, C_out // groups, H_out * W_out)


def _as_pairs(stride: Size2d, padding: Size2d, dilation: Size2d) -> tuple[Pair, Pair, Pair]:
    return (
        as_pair(stride, "stride"),
        as_pair(padding, "padding", minimum=0),
        as_pair(dilation, "dilation"),
    )


def _output_shape(
    input_tensor: Array,
    weight: Array,
    bias: Array | None,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> tuple[int, int, int, int]:
    """Check that the shapes fit each other, and say what shape the output has."""
    check_image_batch("conv2d", input_tensor)
    if weight.ndim != 4 or 0 in weight.shape:
        raise ValueError(
            f"conv2d: weight has shape {weight.shape}, expected (C_out, C_in / groups, kH, kW) "
            "without zeros; reshape it."
        )
    (N, C_in, H, W), (C_out, group_in, kH, kW) = input_tensor.shape, weight.shape
    if groups < 1 or C_in % groups or C_out % groups:
        raise ValueError(
            f"conv2d: groups={groups} does not divide both {C_in} input channels and {C_out} "
            "output channels; choose a common divisor."
        )
    if group_in * groups != C_in:
        raise ValueError(
            f"conv2d: input_tensor has {C_in} channels, but weight of shape {weight.shape} with "
            f"groups={groups} expects {group_in * groups}; give both the same number of channels."
        )
    if bias is not None and bias.shape != (C_out,):
        raise ValueError(
            f"conv2d: bias has shape {bias.shape}, expected ({C_out},); give one number for each "
            "output channel."
        )
    H_out = output_size(H, kH, stride[0], padding[0], dilation[0])
    W_out = output_size(W, kW, stride[1], padding[1], dilation[1])
    return N, C_out, H_out, W_out
