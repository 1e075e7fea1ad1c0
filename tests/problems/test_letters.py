import json
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

from convlab.teaching.letters import FEATURES, LETTERS
from problems import letters

NOTEBOOK = Path(__file__).parents[2] / "source" / "day02" / "letters.ipynb"


@pytest.fixture(scope="module")
def notebook():
    """The names that the notebook's own letters and pictures define."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    sources = {cell["id"]: "".join(cell["source"]) for cell in cells}
    names = {"np": np, "plt": plt}
    for cell in ("letters", "draw-pictures"):
        exec(sources[cell], names)
    plt.close("all")
    return names


def test_students_see_the_letters_and_features_that_are_judged(notebook):
    for ours, theirs in (
        (LETTERS, notebook["LETTERS"]),
        (FEATURES, notebook["FEATURES"]),
    ):
        assert list(ours) == list(theirs)
        for name in ours:
            np.testing.assert_array_equal(ours[name], theirs[name])


def test_students_practise_on_pictures_drawn_as_the_hidden_ones_are(notebook):
    ours, is_x = letters.draw_pictures(10, 0.1, np.random.default_rng(4))
    theirs, is_x_too = notebook["draw_pictures"](10, 0.1, np.random.default_rng(4))
    np.testing.assert_array_equal(is_x, is_x_too)
    for our_picture, their_picture in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(our_picture, their_picture)


def test_pictures_hold_as_many_x_as_o_in_an_order_that_the_seed_decides():
    _, is_x = letters.draw_pictures(64, 0, np.random.default_rng(1))
    _, again = letters.draw_pictures(64, 0, np.random.default_rng(1))
    _, other = letters.draw_pictures(64, 0, np.random.default_rng(2))
    assert is_x.sum() == 32
    np.testing.assert_array_equal(is_x, again)
    assert not np.array_equal(is_x, other)


def test_letters_lie_anywhere_in_pictures_of_many_sizes():
    rng = np.random.default_rng(0)
    shapes, places = set(), set()
    for _ in range(400):
        picture = letters.draw_picture("X", 0, rng)
        rows, columns = np.nonzero(picture > 0)
        top, left = int(rows.min()) - 1, int(columns.min()) - 1
        np.testing.assert_array_equal(picture[top : top + 9, left : left + 9], LETTERS["X"])
        shapes.add(picture.shape)
        places.add((top, left))
    assert {size for shape in shapes for size in shape} == set(range(11, 19))
    assert any(height != width for height, width in shapes)
    assert {top for top, _ in places} == {left for _, left in places} == set(range(10))


def test_noise_flips_its_share_of_the_pixels():
    rng = np.random.default_rng(0)
    pictures, _ = letters.draw_pictures(400, 0.1, rng)
    ink = np.mean(np.concatenate([picture.ravel() > 0 for picture in pictures]))
    # A tenth of the paper turns to ink, and a tenth of the 14.5 dark pixels to paper.
    assert 0.12 < ink < 0.16
    assert all(set(np.unique(picture)) == {-1, 1} for picture in pictures)
