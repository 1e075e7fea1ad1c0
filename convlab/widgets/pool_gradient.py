"""The reader pools an image and watches the gradient go back through the windows."""

from __future__ import annotations

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from convlab.widgets.base import FOLDER, CourseWidget, stylesheet
from convlab.widgets.esm import bundle

LARGEST_IMAGE = 8
LARGEST_KERNEL = 4


class PoolGradient(CourseWidget):
    """Pool an image window by window, then send each output's gradient back into its window.

    Output number n, counted row by row, receives the gradient n, so that every number of
    grad_input tells which windows it came from.

    Parameters
    ----------
    image : (H, W) array
        At most 8x8, so that four pictures fit; the reader can edit it.
    kernel_size : int or (height, width)
        At most 4 each.
    stride : int
    padding : int
        At most half of ``kernel_size``, as in PyTorch.
    mode : {"max", "average"}
        Average pooling counts the zeros of the padding, PyTorch's default.
    language : {"en", "zh"}, optional
        By default the page's.

    Raises
    ------
    ValueError
        The image is not two-dimensional or too large, a setting is out of range, the window does
        not fit, or there is no such mode.
    """

    _esm = bundle(FOLDER / "pool_gradient.js")
    _css = stylesheet("pool_gradient.css")

    image: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    kernel_size: traitlets.List[int] = traitlets.List(traitlets.Int()).tag(sync=True)
    stride = traitlets.Int().tag(sync=True)
    padding = traitlets.Int(0).tag(sync=True)
    mode = traitlets.Enum(["max", "average"], default_value="max").tag(sync=True)

    def __init__(
        self,
        image: ArrayLike,
        kernel_size: int | tuple[int, int],
        *,
        stride: int,
        padding: int = 0,
        mode: str = "max",
        language: str | None = None,
    ) -> None:
        x = np.asarray(image)
        if x.ndim != 2 or not x.size or max(x.shape) > LARGEST_IMAGE:
            raise ValueError(
                f"PoolGradient: the image has shape {x.shape}; "
                f"give a matrix of at most {LARGEST_IMAGE}x{LARGEST_IMAGE}"
            )
        kernel = [kernel_size] * 2 if isinstance(kernel_size, int) else list(kernel_size)
        if len(kernel) != 2 or not all(1 <= side <= LARGEST_KERNEL for side in kernel):
            raise ValueError(
                f"PoolGradient: kernel_size is {kernel_size}; "
                f"give one or two numbers from 1 to {LARGEST_KERNEL}"
            )
        if padding < 0 or 2 * padding > min(kernel):
            raise ValueError(
                f"PoolGradient: padding is {padding}; give at least 0 and "
                f"at most half of kernel_size {tuple(kernel)}"
            )
        padded = [side + 2 * padding for side in x.shape]
        if stride < 1 or any(k > side for k, side in zip(kernel, padded, strict=True)):
            raise ValueError(
                f"PoolGradient: windows {tuple(kernel)}, stride {stride}, padding {padding} "
                f"do not fit an image of shape {x.shape}; the stride must be at least 1"
            )
        if mode not in ("max", "average"):
            raise ValueError(f'PoolGradient: mode is {mode!r}; give "max" or "average"')
        super().__init__(
            image=x.tolist(),
            kernel_size=kernel,
            stride=stride,
            padding=padding,
            mode=mode,
            language=language,
            reserved_height=_heights(padded[0], padded[1], (padded[1] - kernel[1]) // stride + 1),
        )


def _heights(rows: int, columns: int, output_columns: int) -> list[int]:
    """Estimate the height in a narrow column and in a wide one: two rows of two pictures."""
    narrow_cell = min(48.0, 312 / (columns + output_columns))
    wide_cell = min(48.0, 640 / (columns + output_columns))
    return [round(550 + 2 * narrow_cell * rows), round(340 + 2 * wide_cell * rows)]
