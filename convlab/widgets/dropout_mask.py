"""The reader draws masks of dropout and watches what they do to a layer and to its mean."""

from __future__ import annotations

import numpy as np
import traitlets
from numpy.typing import ArrayLike

from convlab.widgets.base import FOLDER, CourseWidget, stylesheet
from convlab.widgets.esm import bundle

MOST_UNITS = 12
LARGEST_P = 0.9


class DropoutMask(CourseWidget):
    """Drop a layer's units at random; show mask, scaled output and the mean over many draws.

    Parameters
    ----------
    values : (units,) array
        What the layer puts out: 1 to 12 finite numbers.
    p : float
        Probability that a unit is dropped, from 0 to 0.9.
    seed : int
        Of the masks: the same seed draws the same masks.
    language : {"en", "zh"}, optional
        By default the page's.

    Raises
    ------
    ValueError
        The values are not a row of at most 12 finite numbers, or p is outside its range.
    """

    _esm = bundle(FOLDER / "dropout_mask.js")
    _css = stylesheet("dropout_mask.css")

    values: traitlets.List[list[float]] = traitlets.List().tag(sync=True)
    p = traitlets.Float(0.5).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)

    def __init__(
        self, values: ArrayLike, *, p: float = 0.5, seed: int = 0, language: str | None = None
    ) -> None:
        units = np.asarray(values, dtype=float)
        if units.ndim != 1 or not 1 <= len(units) <= MOST_UNITS or not np.isfinite(units).all():
            raise ValueError(
                f"DropoutMask: the values have shape {units.shape}; "
                f"give a row of 1 to {MOST_UNITS} finite numbers"
            )
        if not 0 <= p <= LARGEST_P:
            raise ValueError(
                f"DropoutMask: p is {p}; give the probability of dropping a unit, "
                f"from 0 to {LARGEST_P}"
            )
        super().__init__(
            values=units.tolist(), p=p, seed=seed, language=language, reserved_height=[570, 540]
        )
