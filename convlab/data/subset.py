"""The 6,000 MNIST digits that travel with the repository, so that every lesson works offline."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from convlab.data.digits import Digits

SUBSET_FILE = Path(__file__).with_name("mnist_subset.npz")


@cache
def load_subset() -> Digits:
    """Load the bundled subset: 500 training and 100 test digits of each class.

    The digits are the first of their class in MNIST's own order; ``tools/make_subset.py`` makes
    the file. The arrays are read-only, because all callers share them.

    Returns
    -------
    Digits
        5,000 training and 1,000 test digits.
    """
    with np.load(SUBSET_FILE, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    for array in arrays.values():
        array.setflags(write=False)
    return Digits(**arrays, source="bundled subset")
