"""Make the two files of digits that the repository carries, from the full MNIST.

Run as ``python -m tools.make_subset`` after ``load_mnist`` can find all 70,000 digits. The lessons'
subset and the digits that judge missions never overlap.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convlab.data import load_mnist
from convlab.data.subset import SUBSET_FILE

TRAIN_PER_CLASS = 500
TEST_PER_CLASS = 100
HIDDEN_PER_CLASS = 60
HIDDEN_FILE = Path(__file__).parents[1] / "problems" / "hidden_digits.npz"


def main() -> None:
    """Write ``convlab/data/mnist_subset.npz`` and ``problems/hidden_digits.npz``."""
    full = load_mnist()
    if len(full.train_images) != 60_000:
        raise SystemExit("the full MNIST is not here; the notices above say why")
    train = first_of_each_class(full.train_labels, 0, TRAIN_PER_CLASS)
    test = first_of_each_class(full.test_labels, 0, TEST_PER_CLASS)
    hidden = first_of_each_class(full.test_labels, TEST_PER_CLASS, HIDDEN_PER_CLASS)
    save_compressed(
        SUBSET_FILE,
        train_images=full.train_images[train],
        train_labels=full.train_labels[train],
        test_images=full.test_images[test],
        test_labels=full.test_labels[test],
    )
    save_compressed(HIDDEN_FILE, images=full.test_images[hidden], labels=full.test_labels[hidden])


def first_of_each_class(labels: NDArray[np.uint8], start: int, count: int) -> NDArray[np.intp]:
    """Return the positions of ``count`` digits a class, from its ``start``-th, in dataset order."""
    chosen = [np.flatnonzero(labels == digit)[start : start + count] for digit in range(10)]
    return np.sort(np.concatenate(chosen))


def save_compressed(path: Path, **arrays: NDArray[np.uint8]) -> None:
    """Write an ``.npz`` as ``numpy.savez_compressed`` does, but at zlib's best level.

    The level is worth 2 %, which brings the subset under a megabyte; fixed dates make the bytes
    repeatable.
    """
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED, 9
            )
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
