"""Correct layers in the styles that students write them in."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view


def as_pair(size):
    return (size, size) if isinstance(size, int) else tuple(size)


class Layer:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        shape = (out_channels, in_channels, *as_pair(kernel_size))
        self.weight = np.random.default_rng().normal(size=shape)
        self.bias = np.zeros(out_channels)
        self.stride, self.padding = as_pair(stride), as_pair(padding)

    def pad(self, x):
        (top, left), self.shape = self.padding, x.shape
        return np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))

    def crop(self, padded):
        (top, left), (height, width) = self.padding, self.shape[2:]
        return padded[:, :, top : top + height, left : left + width]

    def size(self, padded):
        return tuple(
            (padded.shape[axis] - self.weight.shape[axis]) // self.stride[axis - 2] + 1
            for axis in (2, 3)
        )


class Loops(Layer):
    """Four loops around one product, in lists and slices."""

    def forward(self, input_tensor):
        self.x = self.pad(input_tensor)
        height, width = self.size(self.x)
        (s, t), (kh, kw) = self.stride, self.weight.shape[2:]
        out = np.zeros((len(self.x), len(self.weight), height, width))
        for n in range(out.shape[0]):
            for o in range(out.shape[1]):
                for i in range(height):
                    for j in range(width):
                        window = self.x[n, :, i * s : i * s + kh, j * t : j * t + kw]
                        out[n, o, i, j] = np.sum(window * self.weight[o]) + self.bias[o]
        return out

    def backward(self, grad_output):
        (s, t), (kh, kw) = self.stride, self.weight.shape[2:]
        grad = np.zeros(self.x.shape)
        self.grad_weight, self.grad_bias = np.zeros(self.weight.shape), np.zeros(self.bias.shape)
        for n in range(grad_output.shape[0]):
            for o in range(grad_output.shape[1]):
                for i in range(grad_output.shape[2]):
                    for j in range(grad_output.shape[3]):
                        g = grad_output[n, o, i, j]
                        rows, columns = slice(i * s, i * s + kh), slice(j * t, j * t + kw)
                        self.grad_weight[o] += g * self.x[n, :, rows, columns]
                        self.grad_bias[o] += g
                        grad[n, :, rows, columns] += g * self.weight[o]
        return self.crop(grad)


class Im2col(Layer):
    """Fancy indices gather columns; one matrix product; np.add.at scatters them."""

    def indices(self):
        _, channels, kh, kw = self.weight.shape
        height, width = self.size(self.x)
        c = np.repeat(np.arange(channels), kh * kw)[:, None]
        u = np.tile(np.repeat(np.arange(kh), kw), channels)[:, None]
        v = np.tile(np.arange(kw), kh * channels)[:, None]
        i = np.repeat(np.arange(height), width) * self.stride[0]
        j = np.tile(np.arange(width), height) * self.stride[1]
        return c, u + i, v + j

    def forward(self, input_tensor):
        self.x = self.pad(input_tensor)
        self.columns = self.x[:, *self.indices()]
        out = self.weight.reshape(len(self.weight), -1) @ self.columns
        return out.reshape(*out.shape[:2], *self.size(self.x)) + self.bias.reshape(1, -1, 1, 1)

    def backward(self, grad_output):
        g = grad_output.reshape(*grad_output.shape[:2], self.columns.shape[2])
        self.grad_bias = g.sum((0, 2))
        self.grad_weight = (g @ self.columns.transpose(0, 2, 1)).sum(0).reshape(self.weight.shape)
        grad = np.zeros(self.x.shape)
        columns = self.weight.reshape(len(self.weight), -1).T @ g
        np.add.at(grad, (slice(None), *self.indices()), columns)
        return self.crop(grad)


class Einsum(Layer):
    """Strided windows and Einstein sums; grad_input as a correlation with the rotated kernel."""

    def forward(self, input_tensor):
        self.x = self.pad(input_tensor)
        s, t = self.stride
        self.windows = sliding_window_view(self.x, self.weight.shape[2:], (2, 3))[:, :, ::s, ::t]
        out = np.einsum("nchwij,ocij->nohw", self.windows, self.weight)
        return out + self.bias[None, :, None, None]

    def backward(self, grad_output):
        self.grad_bias = np.einsum("nohw->o", grad_output)
        self.grad_weight = np.einsum("nohw,nchwij->ocij", grad_output, self.windows)
        (s, t), (kh, kw) = self.stride, self.weight.shape[2:]
        n, _, height, width = self.x.shape
        spread = np.zeros((n, len(self.weight), height + kh - 1, width + kw - 1))
        rows, columns = (grad_output.shape[2] - 1) * s + 1, (grad_output.shape[3] - 1) * t + 1
        spread[:, :, kh - 1 : kh - 1 + rows : s, kw - 1 : kw - 1 + columns : t] = grad_output
        windows = sliding_window_view(spread, (kh, kw), (2, 3))
        rotated = self.weight[:, :, ::-1, ::-1]
        return self.crop(np.einsum("nohwij,ocij->nchw", windows, rotated))


class Fft(Layer):
    """Products of spectra instead of sums of products."""

    def forward(self, input_tensor):
        self.x = self.pad(input_tensor)
        (height, width), (s, t) = self.size(self.x), self.stride
        image, kernel = np.fft.rfft2(self.x), np.fft.rfft2(self.weight, s=self.x.shape[2:])
        full = np.fft.irfft2(np.einsum("nchw,ochw->nohw", image, kernel.conj()), self.x.shape[2:])
        out = full[:, :, : (height - 1) * s + 1 : s, : (width - 1) * t + 1 : t]
        return out + self.bias[:, None, None]

    def backward(self, grad_output):
        size, (s, t), (kh, kw) = self.x.shape[2:], self.stride, self.weight.shape[2:]
        spread = np.zeros((*grad_output.shape[:2], *size))
        rows, columns = (grad_output.shape[2] - 1) * s + 1, (grad_output.shape[3] - 1) * t + 1
        spread[:, :, :rows:s, :columns:t] = grad_output
        g, image = np.fft.rfft2(spread), np.fft.rfft2(self.x)
        kernel = np.fft.rfft2(self.weight, s=size)
        products = np.einsum("nohw,nchw->ochw", g.conj(), image)
        self.grad_weight = np.fft.irfft2(products, size)[:, :, :kh, :kw]
        self.grad_bias = grad_output.sum((0, 2, 3))
        return self.crop(np.fft.irfft2(np.einsum("nohw,ochw->nchw", g, kernel), size))


class Float32(Einsum):
    """Everything computed, and answered, in single precision."""

    def forward(self, input_tensor):
        kept = self.weight
        self.weight = kept.astype(np.float32)
        out = super().forward(input_tensor.astype(np.float32)).astype(np.float32)
        self.weight = kept
        return out

    def backward(self, grad_output):
        grad_input = super().backward(grad_output.astype(np.float32))
        self.grad_weight = self.grad_weight.astype(np.float32)
        self.grad_bias = self.grad_bias.astype(np.float32)
        return grad_input.astype(np.float32)


class KernelPositions(Layer):
    """Loop over the kernel instead of the image: one shifted, strided view for each weight."""

    def view(self, padded, u, v, height, width):
        s, t = self.stride
        return padded[:, :, u : u + (height - 1) * s + 1 : s, v : v + (width - 1) * t + 1 : t]

    def forward(self, input_tensor):
        self.x = self.pad(input_tensor)
        self.out_size = self.size(self.x)
        out = np.zeros((len(self.x), len(self.weight), *self.out_size)) + self.bias[:, None, None]
        for u, v in np.ndindex(self.weight.shape[2:]):
            patch = self.view(self.x, u, v, *self.out_size)
            out += np.einsum("nchw,oc->nohw", patch, self.weight[:, :, u, v])
        return out

    def backward(self, grad_output):
        self.grad_bias = grad_output.sum(axis=(0, 2, 3))
        self.grad_weight, grad = np.zeros_like(self.weight), np.zeros_like(self.x)
        for u, v in np.ndindex(self.weight.shape[2:]):
            patch = self.view(self.x, u, v, *self.out_size)
            self.grad_weight[:, :, u, v] = np.einsum("nohw,nchw->oc", grad_output, patch)
            contribution = np.einsum("nohw,oc->nchw", grad_output, self.weight[:, :, u, v])
            self.view(grad, u, v, *self.out_size)[...] += contribution
        return self.crop(grad)


STYLES = [Loops, Im2col, Einsum, Fft, Float32, KernelPositions]


@pytest.fixture(params=STYLES, ids=lambda style: style.__name__)
def style(request):
    return request.param
