"""Correct pooling functions in the styles that students write them in."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

NAMES = ("max_pool2d", "max_pool2d_backward", "avg_pool2d", "avg_pool2d_backward")


def as_pair(size):
    return (size, size) if isinstance(size, int) else tuple(size)


def prepared(input_tensor, kernel_size, stride, padding, fill):
    """Padded images, and the settings as pairs."""
    (kh, kw), (ph, pw) = as_pair(kernel_size), as_pair(padding)
    sh, sw = (kh, kw) if stride is None else as_pair(stride)
    widths = ((0, 0), (0, 0), (ph, ph), (pw, pw))
    padded = np.pad(input_tensor, widths, constant_values=fill)
    rows, columns = (padded.shape[2] - kh) // sh + 1, (padded.shape[3] - kw) // sw + 1
    return padded, (kh, kw), (sh, sw), (ph, pw), (rows, columns)


def crop(padded, padding, like):
    (top, left), (height, width) = padding, like.shape[2:]
    return padded[:, :, top : top + height, left : left + width]


class Loops:
    """Six plain loops over single numbers."""

    @staticmethod
    def max_pool2d(input_tensor, kernel_size, stride=None, padding=0):
        x, (kh, kw), (sh, sw), _, size = prepared(
            input_tensor, kernel_size, stride, padding, -np.inf
        )
        out = np.zeros((*x.shape[:2], *size))
        for n, c, i, j in np.ndindex(out.shape):
            best = x[n, c, i * sh, j * sw]
            for u in range(kh):
                for v in range(kw):
                    best = max(best, x[n, c, i * sh + u, j * sw + v])
            out[n, c, i, j] = best
        return out

    @staticmethod
    def max_pool2d_backward(grad_output, input_tensor, kernel_size, stride=None, padding=0):
        """Pixels outside the image are passed over instead of padded."""
        (kh, kw), (ph, pw) = as_pair(kernel_size), as_pair(padding)
        sh, sw = (kh, kw) if stride is None else as_pair(stride)
        height, width = input_tensor.shape[2:]
        grad = np.zeros(input_tensor.shape)
        for n, c, i, j in np.ndindex(grad_output.shape):
            best = None
            for y in range(max(i * sh - ph, 0), min(i * sh - ph + kh, height)):
                for x in range(max(j * sw - pw, 0), min(j * sw - pw + kw, width)):
                    if best is None or input_tensor[n, c, y, x] > input_tensor[n, c, *best]:
                        best = (y, x)
            grad[n, c, *best] += grad_output[n, c, i, j]
        return grad

    @staticmethod
    def avg_pool2d(input_tensor, kernel_size, stride=None, padding=0):
        x, (kh, kw), (sh, sw), _, size = prepared(input_tensor, kernel_size, stride, padding, 0)
        out = np.zeros((*x.shape[:2], *size))
        for n, c, i, j in np.ndindex(out.shape):
            for u in range(kh):
                for v in range(kw):
                    out[n, c, i, j] += x[n, c, i * sh + u, j * sw + v] / (kh * kw)
        return out

    @staticmethod
    def avg_pool2d_backward(grad_output, input_tensor, kernel_size, stride=None, padding=0):
        x, (kh, kw), (sh, sw), border, _ = prepared(input_tensor, kernel_size, stride, padding, 0)
        grad = np.zeros(x.shape)
        for n, c, i, j in np.ndindex(grad_output.shape):
            for u in range(kh):
                for v in range(kw):
                    grad[n, c, i * sh + u, j * sw + v] += grad_output[n, c, i, j] / (kh * kw)
        return crop(grad, border, input_tensor)


class Windows:
    """Strided windows; indices of the winners; np.add.at."""

    @staticmethod
    def windows(x, kernel, stride):
        windows = sliding_window_view(x, kernel, axis=(2, 3))[:, :, :: stride[0], :: stride[1]]
        return windows.reshape(*windows.shape[:4], kernel[0] * kernel[1])

    @staticmethod
    def max_pool2d(input_tensor, kernel_size, stride=None, padding=0):
        x, kernel, step, *_ = prepared(input_tensor, kernel_size, stride, padding, -np.inf)
        return Windows.windows(x, kernel, step).max(axis=-1)

    @staticmethod
    def max_pool2d_backward(grad_output, input_tensor, kernel_size, stride=None, padding=0):
        x, kernel, step, border, _ = prepared(input_tensor, kernel_size, stride, padding, -np.inf)
        winners = Windows.windows(x, kernel, step).argmax(axis=-1)
        n, c, i, j = np.indices(winners.shape, sparse=True)
        rows = i * step[0] + winners // kernel[1]
        columns = j * step[1] + winners % kernel[1]
        grad = np.zeros(x.shape)
        np.add.at(grad, (n, c, rows, columns), grad_output)
        return crop(grad, border, input_tensor)

    @staticmethod
    def avg_pool2d(input_tensor, kernel_size, stride=None, padding=0):
        x, kernel, step, *_ = prepared(input_tensor, kernel_size, stride, padding, 0)
        return Windows.windows(x, kernel, step).mean(axis=-1)

    @staticmethod
    def avg_pool2d_backward(grad_output, input_tensor, kernel_size, stride=None, padding=0):
        x, (kh, kw), (sh, sw), border, _ = prepared(input_tensor, kernel_size, stride, padding, 0)
        grad = np.zeros(x.shape)
        for i, j in np.ndindex(grad_output.shape[2:]):
            share = grad_output[:, :, i, j, None, None] / (kh * kw)
            grad[:, :, i * sh : i * sh + kh, j * sw : j * sw + kw] += share
        return crop(grad, border, input_tensor)


class KernelPositions:
    """A loop over the window's elements, each one a strided view of all images."""

    @staticmethod
    def views(x, kernel, stride, size):
        for u, v in np.ndindex(kernel):
            rows = slice(u, u + (size[0] - 1) * stride[0] + 1, stride[0])
            columns = slice(v, v + (size[1] - 1) * stride[1] + 1, stride[1])
            yield x[:, :, rows, columns]

    @staticmethod
    def max_pool2d(input_tensor, kernel_size, stride=None, padding=0):
        x, kernel, step, _, size = prepared(input_tensor, kernel_size, stride, padding, -np.inf)
        return np.maximum.reduce(list(KernelPositions.views(x, kernel, step, size)))

    @staticmethod
    def max_pool2d_backward(grad_output, input_tensor, kernel_size, stride=None, padding=0):
        x, kernel, step, border, size = prepared(
            input_tensor, kernel_size, stride, padding, -np.inf
        )
        views = list(KernelPositions.views(x, kernel, step, size))
        best, left = np.maximum.reduce(views), np.ones(grad_output.shape, dtype=bool)
        grad = np.zeros(x.shape)
        for view, target in zip(
            views, KernelPositions.views(grad, kernel, step, size), strict=True
        ):
            wins = left & (view == best)
            target += wins * grad_output
            left &= ~wins
        return crop(grad, border, input_tensor)

    @staticmethod
    def avg_pool2d(input_tensor, kernel_size, stride=None, padding=0):
        x, kernel, step, _, size = prepared(input_tensor, kernel_size, stride, padding, 0)
        return sum(KernelPositions.views(x, kernel, step, size)) / (kernel[0] * kernel[1])

    @staticmethod
    def avg_pool2d_backward(grad_output, input_tensor, kernel_size, stride=None, padding=0):
        x, kernel, step, border, size = prepared(input_tensor, kernel_size, stride, padding, 0)
        grad = np.zeros(x.shape)
        for target in KernelPositions.views(grad, kernel, step, size):
            target += grad_output / (kernel[0] * kernel[1])
        return crop(grad, border, input_tensor)


class Separable:
    """Columns first, then rows; averages as matrix products and by cumulative sums."""

    @staticmethod
    def matrix(outputs, kernel, stride, length):
        starts = np.arange(outputs)[:, None] * stride
        positions = np.arange(length)[None]
        return ((positions >= starts) & (positions < starts + kernel)) / kernel

    @staticmethod
    def max_pool2d(input_tensor, kernel_size, stride=None, padding=0):
        x, (kh, kw), (sh, sw), *_ = prepared(input_tensor, kernel_size, stride, padding, -np.inf)
        tall = sliding_window_view(x, kh, axis=2).max(axis=-1)[:, :, ::sh]
        return sliding_window_view(tall, kw, axis=3).max(axis=-1)[:, :, :, ::sw]

    @staticmethod
    def max_pool2d_backward(grad_output, input_tensor, kernel_size, stride=None, padding=0):
        """Sort each window's elements; a stable sort leaves the first of equal ones in front."""
        x, kernel, step, border, _ = prepared(input_tensor, kernel_size, stride, padding, -np.inf)
        order = np.argsort(-Windows.windows(x, kernel, step), axis=-1, kind="stable")
        u, v = np.unravel_index(order[..., 0], kernel)
        n, c, i, j = np.indices(u.shape, sparse=True)
        flat = np.ravel_multi_index(
            np.broadcast_arrays(n, c, i * step[0] + u, j * step[1] + v),
            tuple(max(size, 1) for size in x.shape),
        )
        sums = np.bincount(flat.ravel(), weights=grad_output.ravel(), minlength=x.size)
        return crop(sums.reshape(x.shape), border, input_tensor)

    @staticmethod
    def avg_pool2d(input_tensor, kernel_size, stride=None, padding=0):
        x, (kh, kw), (sh, sw), *_ = prepared(input_tensor, kernel_size, stride, padding, 0)
        table = np.pad(x.cumsum(axis=2).cumsum(axis=3), ((0, 0), (0, 0), (1, 0), (1, 0)))
        tall = table[:, :, kh:] - table[:, :, :-kh]
        return (tall[..., kw:] - tall[..., :-kw])[:, :, ::sh, ::sw] / (kh * kw)

    @staticmethod
    def avg_pool2d_backward(grad_output, input_tensor, kernel_size, stride=None, padding=0):
        x, kernel, step, border, size = prepared(input_tensor, kernel_size, stride, padding, 0)
        tall, wide = (
            Separable.matrix(*axis) for axis in zip(size, kernel, step, x.shape[2:], strict=True)
        )
        grad = np.einsum("ncij,ih,jw->nchw", grad_output, tall, wide, optimize=True)
        return crop(grad, border, input_tensor)


def in_float32(function):
    """Compute everything, and answer, in single precision."""

    def single(*arguments, **settings):
        arrays = [a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in arguments]
        return function(*arrays, **settings).astype(np.float32)

    return single


STYLES = {
    style.__name__: {name: getattr(style, name) for name in NAMES}
    for style in (Loops, Windows, KernelPositions, Separable)
}
STYLES["Float32"] = {name: in_float32(getattr(KernelPositions, name)) for name in NAMES}
