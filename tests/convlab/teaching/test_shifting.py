"""Shifting moves ink by whole pixels, fills with paper, and leaves the original alone."""

import numpy as np
import pytest

from convlab.teaching import shift_images


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (1, 0), (-1, 2), (2, -3), (0, 1)])
def test_every_pixel_lands_where_it_was_sent(rows, columns):
    image = np.arange(1, 21).reshape(4, 5)
    shifted = shift_images(image, rows, columns)
    for (row, column), value in np.ndenumerate(shifted):
        origin = (row - rows, column - columns)
        inside = 0 <= origin[0] < 4 and 0 <= origin[1] < 5
        assert value == (image[origin] if inside else 0)


def test_a_shift_beyond_the_edge_leaves_empty_paper():
    assert not shift_images(np.ones((2, 3, 3)), 5, 0).any()


def test_dtype_is_kept_and_the_input_is_not_changed():
    images = np.full((2, 4, 4), 7, np.uint8)
    shifted = shift_images(images, 1, 1)
    assert shifted.dtype == np.uint8
    assert (images == 7).all()
