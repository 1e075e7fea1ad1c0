"""The reader points at any number of a gradient and sees every term that makes it."""

from __future__ import annotations

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from convlab.ops import output_size
from convlab.widgets.base import FOLDER, CourseWidget, stylesheet
from convlab.widgets.esm import bundle

LARGEST_INPUT = 5
LARGEST_KERNEL = 3
STRIDES = (1, 2, 3)
PADDINGS = (0, 1)


class GradientTerms(CourseWidget):
    """Input, weight and grad_output, and the three gradients of a convolution that follow.

    Pointing at an element of grad_input, grad_weight or grad_bias lights up the two factors of
    every term and writes out the sum; pointing at an element of grad_output shows where it goes.

    Parameters
    ----------
    input_tensor : (H, W) array
        At most 5x5, so that every term can be shown.
    weight : (k_h, k_w) array
        At most 3x3.
    grad_output : (H_out, W_out) array
        For the stride and padding given here; when the reader changes them, it is continued.
    stride, padding : int
        Stride 1, 2 or 3; padding 0 or 1.
    language : {"en", "zh"}, optional
        By default the page's.

    Raises
    ------
    ValueError
        An array is not two-dimensional or too large, the kernel does not fit, or grad_output has
        not the shape of the output.
    """

    _esm = bundle(FOLDER / "gradient_terms.js")
    _css = stylesheet("gradient_terms.css")

    input_tensor: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    weight: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    grad_output: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    stride = traitlets.Int(1).tag(sync=True)
    padding = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        input_tensor: ArrayLike,
        weight: ArrayLike,
        grad_output: ArrayLike,
        *,
        stride: int = 1,
        padding: int = 0,
        language: str | None = None,
    ) -> None:
        x, w, g = (np.asarray(array) for array in (input_tensor, weight, grad_output))
        _check_matrix("input_tensor", x, LARGEST_INPUT)
        _check_matrix("weight", w, LARGEST_KERNEL)
        if stride not in STRIDES or padding not in PADDINGS:
            raise ValueError(
                f"GradientTerms: stride {stride}, padding {padding}; "
                "give stride 1, 2 or 3 and padding 0 or 1"
            )
        expected = tuple(
            output_size(size, k, stride, padding) for size, k in zip(x.shape, w.shape, strict=True)
        )
        if g.shape != expected:
            raise ValueError(
                f"GradientTerms: grad_output has shape {g.shape}; "
                f"the output has {expected}, so give it that shape"
            )
        super().__init__(
            input_tensor=x.tolist(),
            weight=w.tolist(),
            grad_output=g.tolist(),
            stride=stride,
            padding=padding,
            language=language,
            reserved_height=_heights(x.shape[0] + 2 * padding, len(w)),
        )


def _check_matrix(name: str, array: np.ndarray, largest: int) -> None:
    if array.ndim != 2 or not 1 <= min(array.shape) <= max(array.shape) <= largest:
        raise ValueError(
            f"GradientTerms: {name} has shape {array.shape}; "
            f"give a matrix of at most {largest}x{largest}"
        )


def _heights(rows: int, kernel_rows: int) -> list[int]:
    """Estimate the height in a narrow column (pictures wrap) and in a wide one (two rows)."""
    return [504 + 33 * (2 * rows + kernel_rows), 306 + 80 * rows]
