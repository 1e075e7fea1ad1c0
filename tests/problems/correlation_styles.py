"""Correct cross-correlations in the styles that students write them in."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view


def output_shape(image, kernel):
    return image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1


def four_loops(image, kernel):
    """Plain numbers, and a list of lists made into an array."""
    rows, columns = output_shape(image, kernel)
    output = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            for u in range(kernel.shape[0]):
                for v in range(kernel.shape[1]):
                    output[i][j] += float(image[i + u, j + v]) * float(kernel[u, v])
    return np.array(output)


def two_loops(image, kernel):
    output = np.zeros(output_shape(image, kernel))
    for i, j in np.ndindex(output.shape):
        window = image[i : i + kernel.shape[0], j : j + kernel.shape[1]]
        output[i, j] = (window * kernel).sum()
    return output


def windows(image, kernel):
    return np.einsum("ijuv,uv->ij", sliding_window_view(image, kernel.shape), kernel)


def strides(image, kernel):
    """A view made by hand; its strides are the image's own."""
    shape = (*output_shape(image, kernel), *kernel.shape)
    return np.tensordot(as_strided(image, shape, image.strides * 2), kernel, 2)


def im2col(image, kernel):
    """One window a row, and one matrix product."""
    rows, columns = output_shape(image, kernel)
    taken = [
        image[i : i + kernel.shape[0], j : j + kernel.shape[1]].ravel()
        for i in range(rows)
        for j in range(columns)
    ]
    return (np.array(taken) @ kernel.ravel()).reshape(rows, columns)


def kernel_positions(image, kernel):
    """Loop over the kernel instead of the image: one shifted image for each element."""
    rows, columns = output_shape(image, kernel)
    output = np.zeros((rows, columns))
    for (u, v), weight in np.ndenumerate(kernel):
        output += weight * image[u : u + rows, v : v + columns]
    return output


def fft(image, kernel):
    rows, columns = output_shape(image, kernel)
    spectrum = np.fft.rfft2(image) * np.fft.rfft2(kernel, s=image.shape).conj()
    return np.fft.irfft2(spectrum, s=image.shape)[:rows, :columns]


def float32(image, kernel):
    return windows(image.astype(np.float32), kernel.astype(np.float32))


STYLES = [four_loops, two_loops, windows, strides, im2col, kernel_positions, fft, float32]
