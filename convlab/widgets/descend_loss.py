"""The reader descends the loss of a line: two parameters, a learning rate, one step at a time."""

from __future__ import annotations

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from convlab.widgets.base import FOLDER, CourseWidget, stylesheet
from convlab.widgets.esm import bundle

MOST_POINTS = 200
MOST_STEPS = 40


class DescendLoss(CourseWidget):
    """Fit the line y = slope * x + intercept to points by gradient descent.

    The points with the line stand beside the loss as a surface over slope and intercept. The reader
    chooses the start, the learning rate and the loss (mean squared or mean absolute error).

    Parameters
    ----------
    x, y : (n,) arrays
        2 to 200 points; the x must not all be equal.
    start : pair of floats
        Slope and intercept before the first step.
    learning_rate : float
        The slider runs up to about twice the rate at which the mean squared error diverges.
    steps : int
        Steps that have been made when the reader arrives, 0 to 40.
    language : {"en", "zh"}, optional
        By default the page's.

    Raises
    ------
    ValueError
        The points do not determine a line, or the start, the rate or the steps cannot be used.
    """

    _esm = bundle(FOLDER / "descend_loss.js")
    _css = stylesheet("descend_loss.css")

    x: traitlets.List[float] = traitlets.List().tag(sync=True)
    y: traitlets.List[float] = traitlets.List().tag(sync=True)
    start: traitlets.List[float] = traitlets.List().tag(sync=True)
    learning_rate = traitlets.Float().tag(sync=True)
    largest_rate = traitlets.Float().tag(sync=True)
    steps = traitlets.Int().tag(sync=True)
    most_steps = traitlets.Int(MOST_STEPS).tag(sync=True)
    # Centre and half width of the surface that is shown, for slope and intercept.
    centre: traitlets.List[float] = traitlets.List().tag(sync=True)
    reach: traitlets.List[float] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        *,
        start: tuple[float, float] = (0.0, 0.0),
        learning_rate: float = 0.1,
        steps: int = 0,
        language: str | None = None,
    ) -> None:
        xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        _check_points(xs, ys)
        if len(start) != 2 or not np.isfinite(start).all():
            raise ValueError(f"DescendLoss: start is {start}; give a finite slope and intercept")
        if not 0 < learning_rate < np.inf:
            raise ValueError(f"DescendLoss: learning_rate is {learning_rate}; give one above 0")
        if not 0 <= steps <= MOST_STEPS:
            raise ValueError(f"DescendLoss: steps is {steps}; give 0 to {MOST_STEPS}")
        columns = np.stack([xs, np.ones_like(xs)], axis=1)
        best = np.linalg.lstsq(columns, ys, rcond=None)[0]
        curvature = np.linalg.eigvalsh(2 * columns.T @ columns / len(xs))[-1]
        distance = float(np.abs(np.asarray(start) - best).max())
        super().__init__(
            x=xs.tolist(),
            y=ys.tolist(),
            start=[float(number) for number in start],
            learning_rate=float(learning_rate),
            largest_rate=float(max(learning_rate, 2.2 * 2 / curvature)),
            steps=steps,
            centre=best.tolist(),
            reach=[max(1.25 * distance, 0.5)] * 2,
            language=language,
            reserved_height=[1300, 655],
        )


def _check_points(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> None:
    if xs.ndim != 1 or xs.shape != ys.shape or not 2 <= len(xs) <= MOST_POINTS:
        raise ValueError(
            f"DescendLoss: x has shape {xs.shape} and y {ys.shape}; "
            f"give two rows of 2 to {MOST_POINTS} numbers, one y for each x"
        )
    if not (np.isfinite(xs).all() and np.isfinite(ys).all()):
        raise ValueError("DescendLoss: a point is not finite; leave out points with nan or inf")
    if np.ptp(xs) == 0:
        raise ValueError(
            f"DescendLoss: all x are {xs[0]:g}, and no line has them all; give two different x"
        )
