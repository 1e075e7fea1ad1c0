"""Dropping one number leaves either nothing or the number divided by its chance of staying."""

import numpy as np

from convlab.teaching import drop_one


def test_a_number_is_dropped_with_probability_p_and_otherwise_scaled():
    rng = np.random.default_rng(0)
    draws = np.array([drop_one(3.0, 0.25, rng) for _ in range(4000)])
    assert set(draws) == {0.0, 4.0}
    assert abs(np.mean(draws == 0) - 0.25) < 5 * np.sqrt(0.25 * 0.75 / 4000)


def test_p_of_zero_drops_nothing():
    rng = np.random.default_rng(0)
    assert {drop_one(3.0, 0.0, rng) for _ in range(100)} == {3.0}
