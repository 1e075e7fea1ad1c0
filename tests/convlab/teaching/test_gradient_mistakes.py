"""Each wrong gradient is wrong in its own way, and right where its docstring says so."""

import numpy as np
import pytest

from convlab.ops import conv2d, conv2d_grad_input
from convlab.teaching import MISTAKES

COURSES_OWN = ((5, 5), (3, 3), 1, 1)
SEVEN = ((7, 7), (2, 2), 3, 0)
TEN = ((10, 7), (3, 4), 2, 1)
ALSO_WRONG_THERE = {"= for +=", "kernel not turned"}


def run(name, size, kernel_size, stride, padding):
    """What the mistake makes of a random case, and the right gradient."""
    rng = np.random.default_rng(0)
    image, weight = rng.standard_normal(size), rng.standard_normal(kernel_size)
    batch, filters = image[None, None], weight[None, None]
    grad = rng.standard_normal(conv2d(batch, filters, stride=stride, padding=padding).shape)
    right = conv2d_grad_input(grad, batch, filters, stride, padding)[0, 0]
    return MISTAKES[name](grad[0, 0], image, weight, stride, padding), right


@pytest.mark.parametrize("name", MISTAKES)
def test_the_courses_own_shape_catches_two_of_them_only(name):
    wrong, right = run(name, *COURSES_OWN)
    assert np.allclose(wrong, right) == (name not in ALSO_WRONG_THERE)


def test_cropping_from_both_ends_leaves_nothing_without_padding():
    assert run("crop [p:-p]", *SEVEN)[0].shape == (0, 0)


def test_cropping_by_one_takes_pixels_away_without_padding():
    assert run("crop [1:-1]", *SEVEN)[0].shape == (5, 5)


def test_one_size_for_both_axes_leaves_the_last_rows_without_gradient():
    wrong, right = run("one size for both", *TEN)
    assert not wrong[-4:].any()
    np.testing.assert_allclose(wrong[:4], right[:4])


def test_assigning_is_right_where_windows_do_not_overlap_and_wrong_where_they_do():
    np.testing.assert_allclose(*run("= for +=", *SEVEN))
    assert not np.allclose(*run("= for +=", *TEN))


@pytest.mark.parametrize("name", ["stride ignored", "kernel not turned"])
def test_these_have_the_right_shape_and_wrong_numbers(name):
    wrong, right = run(name, *TEN)
    assert wrong.shape == right.shape
    assert not np.allclose(wrong, right)


@pytest.mark.parametrize("name", ["range(0, H, s)", "round for floor"])
def test_these_ask_for_an_output_that_does_not_exist(name):
    with pytest.raises(IndexError):
        run(name, *SEVEN)
