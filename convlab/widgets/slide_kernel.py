"""The reader slides a kernel over an image and sees the window's products and their sum."""

from __future__ import annotations

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from convlab.widgets.base import FOLDER, CourseWidget, stylesheet
from convlab.widgets.esm import bundle

LARGEST_IMAGE = 16
LARGEST_KERNEL = 5


class SlideKernel(CourseWidget):
    """Slide, pick or edit a kernel over an image whose numbers are shown.

    Parameters
    ----------
    image : (H, W) array
        At most 16x16, so that every number can be read.
    kernel : (k, k) array
        At most 5x5; the reader can return to it after picking others.
    stride, padding : int
        Where the window stops, and how many rings of zeros surround the image.
    language : {"en", "zh"}, optional
        By default the page's.

    Raises
    ------
    ValueError
        An array is not two-dimensional, is too large, or the kernel does not fit.
    """

    _esm = bundle(FOLDER / "slide_kernel.js")
    _css = stylesheet("slide_kernel.css")

    image: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    kernel: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    stride = traitlets.Int(1).tag(sync=True)
    padding = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        image: ArrayLike,
        kernel: ArrayLike,
        *,
        stride: int = 1,
        padding: int = 0,
        language: str | None = None,
    ) -> None:
        x, w = np.asarray(image), np.asarray(kernel)
        if x.ndim != 2 or max(x.shape) > LARGEST_IMAGE:
            raise ValueError(
                f"SlideKernel: the image has shape {x.shape}; "
                f"give a matrix of at most {LARGEST_IMAGE}x{LARGEST_IMAGE}"
            )
        if w.ndim != 2 or w.shape[0] != w.shape[1] or not 1 <= len(w) <= LARGEST_KERNEL:
            raise ValueError(
                f"SlideKernel: the kernel has shape {w.shape}; "
                f"give a square one of at most {LARGEST_KERNEL}x{LARGEST_KERNEL}"
            )
        if stride < 1 or padding < 0 or len(w) > min(x.shape) + 2 * padding:
            raise ValueError(
                f"SlideKernel: a {len(w)}x{len(w)} kernel, stride {stride}, padding {padding} "
                f"does not fit an image of shape {x.shape}"
            )
        super().__init__(
            image=x.tolist(),
            kernel=w.tolist(),
            stride=stride,
            padding=padding,
            language=language,
            reserved_height=_heights(x.shape[0] + 2 * padding, x.shape[1] + 2 * padding, len(w)),
        )


def _heights(rows: int, columns: int, kernel_size: int) -> list[int]:
    """Estimate the height in a narrow column (one picture below the other) and in a wide one."""
    output_rows, output_columns = rows - kernel_size + 1, columns - kernel_size + 1
    narrow_cell = min(60.0, 328 / columns)
    wide_cell = min(60.0, 570 / (columns + output_columns))
    narrow = 440 + narrow_cell * (rows + output_rows) + 77 * kernel_size
    wide = 176 + wide_cell * rows + max(68 + 33 * kernel_size, 29 + 44 * kernel_size)
    return [round(narrow), round(wide)]
