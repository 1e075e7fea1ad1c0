"""How the GPUs of one box add up their gradients: the ring all-reduce, played in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def ring_all_reduce(gradients: Sequence[Array]) -> tuple[list[Array], int]:
    """Give every worker the sum of all gradients, each talking to its right-hand neighbour only.

    Each gradient is cut into as many chunks as there are workers. In the first n - 1 steps the
    chunks travel round the ring and are added to; in the next n - 1 the finished sums travel round.
    See Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms for clusters of workstations
    (2009).

    Parameters
    ----------
    gradients : sequence of arrays
        One for each worker, all of one shape.

    Returns
    -------
    list of arrays
        What each worker holds at the end.
    int
        How many numbers the busiest worker has sent.
    """
    n = len(gradients)
    chunks = [np.array_split(gradient.ravel().astype(float), n) for gradient in gradients]
    sent = np.zeros(n, dtype=int)
    for step in range(2 * (n - 1)):
        # All send at once: read every message before the first is delivered.
        messages = [chunks[worker][(worker - step) % n].copy() for worker in range(n)]
        for worker, message in enumerate(messages):
            neighbour, place = (worker + 1) % n, (worker - step) % n
            if step < n - 1:
                chunks[neighbour][place] += message
            else:
                chunks[neighbour][place] = message
            sent[worker] += message.size
    shape = gradients[0].shape
    return [np.concatenate(held).reshape(shape) for held in chunks], int(sent.max())
