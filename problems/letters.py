"""Pictures for the problems of Day 2: a letter somewhere in a larger picture, made noisy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autograder.comparison import Array
from convlab.teaching.letters import LETTERS, place

# Height and width of a picture, smallest and largest; the letters are 9x9.
SMALLEST, LARGEST = 11, 18


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
    top, left = rng.integers(0, (height - 8, width - 8))
    picture = place(LETTERS[letter], (height, width), top, left)
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
