"""How long the cells of one submission may take."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from nbformat import NotebookNode


@dataclass
class TimeLimit:
    """Seconds for the next cell: the course's limit, and a moment once a cell has run out of time.

    nbgrader interrupts a cell that takes too long and goes on with the next one. When a function
    loops for ever, every cell that calls it would use up its time, and one submission would hold
    the class up for minutes. Later cells still get a moment each, so that what works keeps its
    points.

    An instance goes into nbclient's trait ``timeout_func``. traitlets copies what a trait is
    configured with, so that each notebook starts with a fresh one.

    Attributes
    ----------
    limit_of : callable
        Seconds that the course gives a cell.
    moment : float
        Seconds for each cell after one that was interrupted.
    """

    limit_of: Callable[[NotebookNode], float]
    moment: float = 2.0
    _due: float = field(default=math.inf, repr=False)
    _ran_out: bool = field(default=False, repr=False)

    def __call__(self, cell: NotebookNode) -> float:
        """Return how many seconds ``cell`` may take."""
        now = time.monotonic()
        self._ran_out = self._ran_out or now >= self._due
        seconds = self.moment if self._ran_out else self.limit_of(cell)
        self._due = now + seconds
        return seconds
