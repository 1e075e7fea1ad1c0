"""Nudging measures gradients that calculus knows."""

import numpy as np

from convlab.teaching import numerical_gradient


def test_it_measures_the_derivative_of_every_element_and_changes_nothing():
    array = np.array([[0.5, -1.0, 2.0], [0.0, 3.0, -0.25]])
    before = array.copy()
    measured = numerical_gradient(lambda a: float((np.sin(a) * a).sum()), array, step=1e-5)
    np.testing.assert_allclose(measured, np.sin(array) + array * np.cos(array), atol=1e-8)
    np.testing.assert_array_equal(array, before)
