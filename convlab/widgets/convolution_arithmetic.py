"""The reader sets a convolution's arguments and sees its size formula, windows and channels."""

from __future__ import annotations

import traitlets

from convlab.ops import output_size
from convlab.widgets.base import FOLDER, CourseWidget, stylesheet
from convlab.widgets.esm import bundle

# The smallest and the largest value of each setting: so many cells can still be told apart.
LIMITS = {
    "input_size": (1, 10),
    "kernel_size": (1, 5),
    "stride": (1, 4),
    "padding": (0, 3),
    "dilation": (1, 3),
    "in_channels": (1, 8),
    "out_channels": (1, 8),
    "groups": (1, 8),
}


class ConvolutionArithmetic(CourseWidget):
    """Set every size of a square convolution; see its window, its reach and the size formula.

    Settings that do not go together are shown with the reason, so a reader may pass through them.

    Parameters
    ----------
    input_size, kernel_size, stride, padding, dilation : int
        One number for both axes. At most 10, 5, 4, 3 and 3.
    in_channels, out_channels, groups : int
        At most 8 each.
    language : {"en", "zh"}, optional
        By default the page's.

    Raises
    ------
    ValueError
        A setting is not an integer or lies outside its limits.
    """

    _esm = bundle(FOLDER / "convolution_arithmetic.js")
    _css = stylesheet("convolution_arithmetic.css")

    input_size = traitlets.Int(7).tag(sync=True)
    kernel_size = traitlets.Int(3).tag(sync=True)
    stride = traitlets.Int(1).tag(sync=True)
    padding = traitlets.Int(0).tag(sync=True)
    dilation = traitlets.Int(1).tag(sync=True)
    in_channels = traitlets.Int(3).tag(sync=True)
    out_channels = traitlets.Int(4).tag(sync=True)
    groups = traitlets.Int(1).tag(sync=True)
    limits: traitlets.Dict[str, list[int]] = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        input_size: int = 7,
        kernel_size: int = 3,
        *,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        in_channels: int = 3,
        out_channels: int = 4,
        groups: int = 1,
        language: str | None = None,
    ) -> None:
        settings = {
            "input_size": input_size,
            "kernel_size": kernel_size,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "in_channels": in_channels,
            "out_channels": out_channels,
            "groups": groups,
        }
        for name, value in settings.items():
            least, most = LIMITS[name]
            if not isinstance(value, int) or not least <= value <= most:
                raise ValueError(
                    f"ConvolutionArithmetic: {name} is {value!r}; "
                    f"give an integer from {least} to {most}"
                )
        super().__init__(
            **settings,
            limits={name: list(pair) for name, pair in LIMITS.items()},
            language=language,
            reserved_height=_heights(
                input_size + 2 * padding,
                _output_size(input_size, kernel_size, stride, padding, dilation),
                max(in_channels, out_channels),
            ),
        )


def _output_size(
    input_size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    """Count the kernel's positions; 0 where it does not fit."""
    span = dilation * (kernel_size - 1) + 1
    if span > input_size + 2 * padding:
        return 0
    return output_size(input_size, kernel_size, stride, padding, dilation)


def _heights(columns: int, outputs: int, channels: int) -> list[int]:
    """Estimate the height in a narrow column (one picture below the other) and in a wide one."""
    narrow_cell = min(44.0, 328 / columns)
    wide_cell = min(44.0, 690 / (columns + outputs))
    narrow = 975 + narrow_cell * (columns + outputs) + 30 * channels
    return [round(narrow), round(552 + wide_cell * columns + 30 * channels)]
