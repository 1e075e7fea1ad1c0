"""Take the windows of an image, and add windows back: what convolution and pooling share.

``scatter_windows`` is the adjoint of ``gather_windows``: where the forward pass reads an element
into several windows, the backward pass adds up what those windows send back to it.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convlab.ops.types import Array, Pair


def pad(input_tensor: Array, padding: Pair, fill: float = 0) -> Array:
    """Surround each image with ``padding`` rows and columns of ``fill``.

    Parameters
    ----------
    input_tensor : (N, C, H, W)
    padding : (pH, pW)
    fill : float

    Returns
    -------
    (N, C, H + 2 pH, W + 2 pW)
        A new array; the input itself when there is nothing to add.
    """
    pH, pW = padding
    if pH == pW == 0:
        return input_tensor
    N, C, H, W = input_tensor.shape
    padded = np.full((N, C, H + 2 * pH, W + 2 * pW), fill, dtype=input_tensor.dtype)
    padded[:, :, pH : pH + H, pW : pW + W] = input_tensor
    return padded


def gather_windows(
    input_tensor: Array,
    kernel_size: Pair,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    fill: float = 0,
) -> Array:
    """Take every window that a sliding kernel sees.

    ``windows[n, c, u, v, i, j]`` is the element of the padded image that kernel element (u, v)
    meets when it computes output element (i, j):

        windows[n, c, u, v, i, j] = padded[n, c, sH i + dH u, sW j + dW v]

    Parameters
    ----------
    input_tensor : (N, C, H, W)
    kernel_size : (kH, kW)
    stride, padding, dilation : (height, width)
        ``(sH, sW)``, ``(pH, pW)`` and ``(dH, dW)``.
    fill : float
        What the padding holds: 0 for sums, minus infinity for maxima.

    Returns
    -------
    (N, C, kH, kW, H_out, W_out)
        A read-only view: no element is copied, however much the windows overlap.
    """
    (kH, kW), (sH, sW), (dH, dW) = kernel_size, stride, dilation
    extent = (dH * (kH - 1) + 1, dW * (kW - 1) + 1)
    padded = pad(input_tensor, padding, fill)
    windows = sliding_window_view(padded, extent, axis=(2, 3))  # (N, C, i, j, u, v), all steps 1
    return windows[:, :, ::sH, ::sW, ::dH, ::dW].transpose(0, 1, 4, 5, 2, 3)


def scatter_windows(
    windows: Array,
    image_size: Pair,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
) -> Array:
    """Add windows back to the places that :func:`gather_windows` took them from.

    Elements that several windows share receive the sum, elements that no window saw receive 0,
    and what falls on the padding is cropped.

    Parameters
    ----------
    windows : (N, C, kH, kW, H_out, W_out)
    image_size : (H, W)
        Size of the image without padding.
    stride, padding, dilation : (height, width)

    Returns
    -------
    (N, C, H, W)
    """
    N, C, kH, kW, H_out, W_out = windows.shape
    (H, W), (sH, sW), (pH, pW), (dH, dW) = image_size, stride, padding, dilation
    padded = np.zeros((N, C, H + 2 * pH, W + 2 * pW), dtype=windows.dtype)
    for u, v in np.ndindex(kH, kW):
        rows = slice(dH * u, dH * u + sH * H_out, sH)
        cols = slice(dW * v, dW * v + sW * W_out, sW)
        padded[:, :, rows, cols] += windows[:, :, u, v]
    return padded[:, :, pH : pH + H, pW : pW + W]
