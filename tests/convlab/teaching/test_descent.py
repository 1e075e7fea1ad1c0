"""Descent goes where the rule says, and leaves its start alone."""

import numpy as np

from convlab.teaching import descend


def test_each_step_multiplies_the_distance_to_a_bowls_bottom_by_the_same_factor():
    path = descend(lambda w: 2 * w, [1.0, -3.0], learning_rate=0.9, steps=3)
    np.testing.assert_allclose(path, [[1, -3], [-0.8, 2.4], [0.64, -1.92], [-0.512, 1.536]])


def test_no_steps_leave_the_start_and_a_copy_of_it():
    start = np.array([1.0, 2.0])
    path = descend(lambda place: place, start, learning_rate=0.5, steps=0)
    path[0] = 7
    assert path.shape == (1, 2)
    assert start.tolist() == [1, 2]
