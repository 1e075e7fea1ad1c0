"""The reader moves a point along an activation and sees its value and its slope."""

from __future__ import annotations

import traitlets

from convlab.widgets.base import FOLDER, CourseWidget, stylesheet
from convlab.widgets.esm import bundle

ACTIVATIONS = ("relu", "leaky_relu", "swish", "sigmoid", "tanh")
LARGEST_X = 6.0
LARGEST_NEGATIVE_SLOPE = 0.5
LARGEST_BETA = 4.0


class ActivationExplorer(CourseWidget):
    """Draw an activation and its slope; the reader moves a point and turns the parameter.

    Parameters
    ----------
    activation : {"relu", "leaky_relu", "swish", "sigmoid", "tanh"}
        The one to begin with.
    x : float
        Where the point stands, from -6 to 6.
    negative_slope : float
        Leaky ReLU's slope on the negative side, from 0 to 0.5.
    beta : float
        Swish's x * sigmoid(beta * x), from 0 to 4.
    language : {"en", "zh"}, optional
        By default the page's.

    Raises
    ------
    ValueError
        There is no such activation, or a number is outside its range.
    """

    _esm = bundle(FOLDER / "activation_explorer.js")
    _css = stylesheet("activation_explorer.css")

    activation = traitlets.Unicode("relu").tag(sync=True)
    x = traitlets.Float(0.0).tag(sync=True)
    negative_slope = traitlets.Float(0.1).tag(sync=True)
    beta = traitlets.Float(1.0).tag(sync=True)

    def __init__(
        self,
        activation: str = "relu",
        *,
        x: float = -2.0,
        negative_slope: float = 0.1,
        beta: float = 1.0,
        language: str | None = None,
    ) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"ActivationExplorer: there is no activation {activation!r}; "
                f"use one of {', '.join(ACTIVATIONS)}"
            )
        _check_range("x", x, -LARGEST_X, LARGEST_X)
        _check_range("negative_slope", negative_slope, 0, LARGEST_NEGATIVE_SLOPE)
        _check_range("beta", beta, 0, LARGEST_BETA)
        super().__init__(
            activation=activation,
            x=x,
            negative_slope=negative_slope,
            beta=beta,
            language=language,
            reserved_height=[700, 412],
        )


def _check_range(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ValueError(
            f"ActivationExplorer: {name} is {value}; give a number from {least:g} to {most:g}"
        )
