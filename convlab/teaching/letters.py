"""The letters of Day 2, the small features that an X is made of, and a place to put them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
INK, PAPER = 1.0, -1.0


def drawn(rows: str) -> Array:
    """Read a drawing: ``#`` is ink (1), any other character paper (-1); spaces part the rows."""
    return np.array([[INK if pixel == "#" else PAPER for pixel in row] for row in rows.split()])


# The O has slanted corners, so that it holds perfect diagonals as well as the X does.
LETTERS: Mapping[str, Array] = {
    "X": drawn(
        "......... .#.....#. ..#...#.. ...#.#... ....#.... ...#.#... ..#...#.. .#.....#. ........."
    ),
    "O": drawn(
        "......... ...###... ..#...#.. .#.....#. .#.....#. .#.....#. ..#...#.. ...###... ........."
    ),
}
FEATURES: Mapping[str, Array] = {
    "diagonal": drawn("#.. .#. ..#"),
    "crossing": drawn("#.# .#. #.#"),
    "antidiagonal": drawn("..# .#. #.."),
}
# Four more X as people write them: none lies on LETTERS["X"] pixel by pixel.
OTHER_X: Mapping[str, Array] = {
    "moved": drawn(
        "......... ..#.....# ...#...#. ....#.#.. .....#... ....#.#.. ...#...#. ..#.....# ........."
    ),
    "small": drawn(
        "......... ......... ......... .#...#... ..#.#.... ...#..... ..#.#.... .#...#... ........."
    ),
    "long leg": drawn(
        "......... ....#...# .....#.#. ......#.. .....#.#. ....#.... ...#..... ..#...... .#......."
    ),
    "bold": drawn(
        "##.....## ###...### .###.###. ..##.##.. ...#.#... ....#.... ...#.#... ..##.##.. .###.###."
    ),
}


def place(letter: Array, shape: tuple[int, int], top: int, left: int) -> Array:
    """Put a letter on a larger sheet of paper.

    Parameters
    ----------
    letter : (h, w) array
    shape : (H, W)
        Of the sheet.
    top, left : int
        Where the letter's first pixel goes.

    Returns
    -------
    (H, W) array

    Raises
    ------
    ValueError
        When the letter would stick out.
    """
    height, width = letter.shape
    if not (0 <= top <= shape[0] - height and 0 <= left <= shape[1] - width):
        raise ValueError(
            f"place: a {height}x{width} letter at row {top}, column {left} sticks out of "
            f"a sheet of {shape[0]}x{shape[1]}; move it or take a larger sheet"
        )
    sheet = np.full(shape, PAPER)
    sheet[top : top + height, left : left + width] = letter
    return sheet
