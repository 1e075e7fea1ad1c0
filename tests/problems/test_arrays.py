import numpy as np
import pytest

from problems.arrays import copy_with_layout, pad, rotated, with_gaps

IMAGES = np.arange(24.0).reshape(1, 2, 3, 4)


def test_a_view_with_gaps_has_the_same_values_and_is_not_contiguous():
    view = with_gaps(IMAGES)
    np.testing.assert_array_equal(view, IMAGES)
    assert not view.flags.c_contiguous


@pytest.mark.parametrize("array", [IMAGES, with_gaps(IMAGES), IMAGES[:0]])
def test_a_copy_keeps_values_dtype_and_layout_and_shares_no_memory(array):
    for original in (array, array.astype(np.float32)):
        copy = copy_with_layout(original)
        np.testing.assert_array_equal(copy, original)
        assert copy.dtype == original.dtype
        assert copy.flags.c_contiguous == original.flags.c_contiguous
        assert not np.shares_memory(copy, original)


def test_images_are_framed_with_zeros():
    framed = pad(IMAGES, 1, 2)
    assert framed.shape == (1, 2, 5, 8)
    np.testing.assert_array_equal(framed[:, :, 1:-1, 2:-2], IMAGES)
    assert framed.sum() == IMAGES.sum()


def test_kernels_are_turned_by_180_degrees_each():
    np.testing.assert_array_equal(rotated(IMAGES)[0, 1], IMAGES[0, 1, ::-1, ::-1])
