"""The reader draws a digit, and the network that the page has trained classifies it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import traitlets
from numpy.typing import ArrayLike, NDArray

from convlab.widgets.base import FOLDER, CourseWidget, stylesheet
from convlab.widgets.esm import bundle


class HasParameters(Protocol):
    """A network whose parameters have the names and shapes of ``convlab.networks.SmallCNN``."""

    @property
    def parameters(self) -> dict[str, NDArray[np.floating]]:
        """Arrays "conv1.weight", "conv1.bias" ... "linear.bias"."""


class DrawDigit(CourseWidget):
    """Draw on a 28x28 grid; see ten probabilities and every stage's feature maps.

    The network's weights travel with the widget, and the forward pass runs in the browser, so that
    it needs no kernel.

    Parameters
    ----------
    network : SmallCNN
        The trained network.
    samples : (k, 28, 28) uint8
        Digits that the reader can load; the first is shown at the start.
    sample_labels : (k,) int
        The digit that each sample shows.
    language : {"en", "zh"}, optional
        By default the page's.

    Attributes
    ----------
    digit : (28, 28) uint8
        What the network sees of the drawing, where a kernel listens (JupyterLab, Colab).

    Raises
    ------
    ValueError
        There is no sample, a sample is not 28x28 uint8, or the labels do not match in number.
    """

    _esm = bundle(FOLDER / "draw_digit.js")
    _css = stylesheet("draw_digit.css")

    parameters = traitlets.Bytes().tag(sync=True)
    # Pairs, not a dict: notebooks are stored with sorted keys, and the bytes have an order.
    shapes: traitlets.List[list[object]] = traitlets.List().tag(sync=True)
    samples = traitlets.Bytes().tag(sync=True)
    sample_labels = traitlets.List(traitlets.Int()).tag(sync=True)
    drawing = traitlets.Bytes().tag(sync=True)

    def __init__(
        self,
        network: HasParameters,
        samples: NDArray[np.uint8],
        sample_labels: ArrayLike,
        *,
        language: str | None = None,
    ) -> None:
        samples = np.asarray(samples)
        labels = [int(label) for label in np.asarray(sample_labels)]
        if samples.shape[1:] != (28, 28) or samples.dtype != np.uint8 or not len(samples):
            raise ValueError(
                f"DrawDigit: samples are {samples.dtype} {samples.shape}; "
                "give at least one digit as uint8 (k, 28, 28)"
            )
        if len(labels) != len(samples):
            raise ValueError(
                f"DrawDigit: {len(samples)} samples but {len(labels)} sample_labels; "
                "give one label a sample"
            )
        super().__init__(
            parameters=b"".join(p.astype("<f4").tobytes() for p in network.parameters.values()),
            shapes=[[name, list(p.shape)] for name, p in network.parameters.items()],
            samples=samples.tobytes(),
            sample_labels=labels,
            drawing=samples[0].tobytes(),
            language=language,
            reserved_height=[1590, 1040],
        )

    @property
    def digit(self) -> NDArray[np.uint8]:
        """The drawing as the network sees it, (28, 28) uint8."""
        return np.frombuffer(self.drawing, dtype=np.uint8).reshape(28, 28)
