"""The letters of Day 2 stay whole wherever they are put."""

import numpy as np
import pytest

from convlab.teaching import FEATURES, LETTERS, OTHER_X, feature_map, place


@pytest.mark.parametrize("name", OTHER_X)
def test_every_other_x_holds_a_perfect_crossing_and_is_not_the_first_x(name):
    assert feature_map(OTHER_X[name], FEATURES["crossing"]).max() == 1
    assert not np.array_equal(OTHER_X[name], LETTERS["X"])


def test_placed_letter_lies_on_blank_paper():
    letter = np.array([[1.0, -1.0, 1.0], [-1.0, 1.0, 1.0]])
    sheet = place(letter, (4, 6), top=2, left=1)
    assert np.array_equal(sheet[2:4, 1:4], letter)
    assert sheet.shape == (4, 6)
    assert (sheet == 1).sum() == (letter == 1).sum()


@pytest.mark.parametrize(("top", "left"), [(-1, 0), (0, -1), (3, 0), (0, 4)])
def test_letter_that_would_stick_out_is_refused(top, left):
    with pytest.raises(ValueError, match=f"2x3 letter at row {top}, column {left} sticks out"):
        place(np.ones((2, 3)), (4, 6), top, left)
