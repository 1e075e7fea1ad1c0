"""The reader slides a kernel over an image and sees the window's products and their sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from convlab.widgets.base import FOLDER, CourseWidget, stylesheet
from convlab.widgets.esm import bundle

LARGEST_IMAGE = 16
LARGEST_KERNEL = 5


class SlideKernel(CourseWidget):
    """Slide, pick or edit a kernel over an image whose numbers are shown.

    Parameters
    ----------
    image : (H, W) array, or mapping of names to such arrays
        At most 16x16, so that every number can be read. From a mapping, whose images are of one
        shape, the reader picks; the first is shown.
    kernel : (k, k) array, or mapping of names to such arrays
        At most 5x5. A mapping takes the place of the kernels that the reader can pick otherwise.
    stride, padding : int
        Where the window stops, and how many rings of zeros surround the image.
    matching : bool
        Ask how well the kernel fits: the output is the mean of the products instead of their sum,
        the reader may flip pixels between paper (-1) and ink (1), and the window stops everywhere.
    language : {"en", "zh"}, optional
        By default the page's.

    Raises
    ------
    ValueError
        An array is not two-dimensional, is too large, or a kernel does not fit; images differ in
        shape; with `matching`, a pixel is neither -1 nor 1, or there is a stride or padding.
    """

    _esm = bundle(FOLDER / "slide_kernel.js")
    _css = stylesheet("slide_kernel.css")

    image: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    kernel: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    # Pairs of a name and a matrix: a saved page sorts the keys of a dictionary.
    images: traitlets.List[list[Any]] = traitlets.List().tag(sync=True)
    kernels: traitlets.List[list[Any]] = traitlets.List().tag(sync=True)
    stride = traitlets.Int(1).tag(sync=True)
    padding = traitlets.Int(0).tag(sync=True)
    matching = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        image: ArrayLike | Mapping[str, ArrayLike],
        kernel: ArrayLike | Mapping[str, ArrayLike],
        *,
        stride: int = 1,
        padding: int = 0,
        matching: bool = False,
        language: str | None = None,
    ) -> None:
        images, kernels = _named(image, "image"), _named(kernel, "kernel")
        if len({x.shape for x in images.values()}) > 1:
            shapes = ", ".join(f"{name} {x.shape}" for name, x in images.items())
            raise ValueError(f"SlideKernel: the images differ in shape ({shapes}); give equal ones")
        for x in images.values():
            _check_image(x)
            for w in kernels.values():
                _check_kernel(w)
                _check_fit(x, w, stride, padding)
        if matching:
            _check_matching(images, stride, padding)
        x, w = next(iter(images.values())), next(iter(kernels.values()))
        super().__init__(
            image=x.tolist(),
            kernel=w.tolist(),
            images=_pairs(images) if isinstance(image, Mapping) else [],
            kernels=_pairs(kernels) if isinstance(kernel, Mapping) else [],
            stride=stride,
            padding=padding,
            matching=matching,
            language=language,
            reserved_height=[
                height + 30 * matching  # one more line: the best match
                for height in _heights(x.shape[0] + 2 * padding, x.shape[1] + 2 * padding, len(w))
            ],
        )


def _named(given: ArrayLike | Mapping[str, ArrayLike], what: str) -> dict[str, NDArray[Any]]:
    if not isinstance(given, Mapping):
        return {what: np.asarray(given)}
    if not given:
        raise ValueError(f"SlideKernel: the mapping of {what}s is empty; give at least one {what}")
    return {name: np.asarray(array) for name, array in given.items()}


def _pairs(arrays: Mapping[str, NDArray[Any]]) -> list[list[Any]]:
    return [[name, array.tolist()] for name, array in arrays.items()]


def _check_image(x: NDArray[Any]) -> None:
    if x.ndim != 2 or max(x.shape) > LARGEST_IMAGE:
        raise ValueError(
            f"SlideKernel: the image has shape {x.shape}; "
            f"give a matrix of at most {LARGEST_IMAGE}x{LARGEST_IMAGE}"
        )


def _check_kernel(w: NDArray[Any]) -> None:
    if w.ndim != 2 or w.shape[0] != w.shape[1] or not 1 <= len(w) <= LARGEST_KERNEL:
        raise ValueError(
            f"SlideKernel: the kernel has shape {w.shape}; "
            f"give a square one of at most {LARGEST_KERNEL}x{LARGEST_KERNEL}"
        )


def _check_fit(x: NDArray[Any], w: NDArray[Any], stride: int, padding: int) -> None:
    if stride < 1 or padding < 0 or len(w) > min(x.shape) + 2 * padding:
        raise ValueError(
            f"SlideKernel: a {len(w)}x{len(w)} kernel, stride {stride}, padding {padding} "
            f"does not fit an image of shape {x.shape}"
        )


def _check_matching(images: Mapping[str, NDArray[Any]], stride: int, padding: int) -> None:
    if not all(np.isin(x, (-1, 1)).all() for x in images.values()):
        raise ValueError(
            "SlideKernel: with matching=True a pixel is paper (-1) or ink (1); "
            "give images of these two numbers only"
        )
    if (stride, padding) != (1, 0):
        raise ValueError(
            f"SlideKernel: with matching=True the window stops at every place of the image; "
            f"leave out stride={stride} and padding={padding}"
        )


def _heights(rows: int, columns: int, kernel_size: int) -> list[int]:
    """Estimate the height in a narrow column (one picture below the other) and in a wide one."""
    output_rows, output_columns = rows - kernel_size + 1, columns - kernel_size + 1
    narrow_cell = min(60.0, 328 / columns)
    wide_cell = min(60.0, 570 / (columns + output_columns))
    narrow = 440 + narrow_cell * (rows + output_rows) + 77 * kernel_size
    wide = 176 + wide_cell * rows + max(68 + 33 * kernel_size, 29 + 44 * kernel_size)
    return [round(narrow), round(wide)]
