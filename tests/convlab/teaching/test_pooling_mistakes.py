"""Each mistake is wrong in its own way, and right where a usual test would look."""

import numpy as np
import pytest

from convlab.teaching import pool_gradient_one_channel, route_to_winner
from convlab.teaching.pooling_mistakes import (
    assign_instead_of_adding,
    assume_square_image,
    count_windows_side_by_side,
    decode_with_height,
    reward_every_tie,
)

MISTAKES = [
    assign_instead_of_adding,
    assume_square_image,
    count_windows_side_by_side,
    decode_with_height,
    reward_every_tie,
]
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_square_image_with_windows_side_by_side_hides_it(mistake):
    settings = RNG.standard_normal((4, 4)), RNG.standard_normal((8, 8)), (2, 2), 2
    np.testing.assert_array_equal(
        mistake(*settings), pool_gradient_one_channel(*settings, route_to_winner)
    )


@pytest.mark.parametrize(
    ("mistake", "image", "grad", "kernel_size", "stride", "wrong"),
    [
        (assign_instead_of_adding, [[1, 5, 2]], [[1, 2]], (1, 2), 1, [[0, 2, 0]]),
        (reward_every_tie, [[4, 4], [1, 4]], [[8]], (2, 2), 2, [[8, 8], [0, 8]]),
        (assume_square_image, [[1, 2, 3, 4]], [[5, 6]], (1, 2), 2, [[0, 5, 0, 0]]),
        (count_windows_side_by_side, [[1, 2, 3]], [[5, 6]], (1, 2), 1, [[0, 5, 0]]),
        (decode_with_height, [[1, 2], [3, 9], [1, 1]], [[7]], (3, 2), 1, [[0, 0], [7, 0], [0, 0]]),
    ],
)
def test_its_gradient_is_wrong_as_its_name_says(mistake, image, grad, kernel_size, stride, wrong):
    received = mistake(np.array(grad, float), np.array(image, float), kernel_size, stride)
    np.testing.assert_array_equal(received, wrong)
