"""Letters and features of Day 2: what is drawn, shifted and made noisy for its problems."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from autograder.comparison import Array

INK, PAPER = 1.0, -1.0
# Height and width of a picture, smallest and largest; the letters are 9x9.
SMALLEST, LARGEST = 11, 18


def drawn(rows: str) -> Array:
    """Read a drawing: ``#`` is ink, any other character paper; spaces part the rows."""
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


def draw_picture(letter: str, noise: float, rng: np.random.Generator) -> Array:
    """Put a letter somewhere into a larger picture, then flip some of its pixels.

    Parameters
    ----------
    letter : {"X", "O"}
    noise : float
        Probability that a pixel turns from ink to paper, or from paper to ink.
    rng : numpy.random.Generator

    Returns
    -------
    (H, W) array
        Of -1 and 1; H and W are drawn from 11 to 18.
    """
    height, width = rng.integers(SMALLEST, LARGEST + 1, size=2)
    picture = np.full((height, width), PAPER)
    top, left = rng.integers(0, (height - 8, width - 8))
    picture[top : top + 9, left : left + 9] = LETTERS[letter]
    picture[rng.random(picture.shape) < noise] *= -1
    return picture


def draw_pictures(
    count: int, noise: float, rng: np.random.Generator
) -> tuple[list[Array], NDArray[np.bool_]]:
    """Draw as many X as O, in random order.

    Parameters
    ----------
    count : int
        Even.
    noise : float
    rng : numpy.random.Generator

    Returns
    -------
    pictures : list of (H, W) arrays
    is_x : (count,) array of bool
    """
    is_x = rng.permutation(np.arange(count) % 2 == 0)
    return [draw_picture("X" if x else "O", noise, rng) for x in is_x], is_x
