"""The scalar activations that the lesson quotes equal the course's operations, bend included."""

import numpy as np
import pytest

from convlab import ops
from convlab.teaching import relu_of_one, relu_slope, sigmoid_of_one

POINTS = [-1000.0, -1.5, -0.0, 0.0, 1e-300, 2.0, 1000.0]


@pytest.mark.parametrize("x", POINTS)
def test_each_equals_the_operation_on_arrays(x):
    array = np.array([x])
    assert relu_of_one(x) == ops.relu(array)[0]
    assert relu_slope(x) == ops.relu_backward(np.ones(1), array)[0]
    assert sigmoid_of_one(x) == pytest.approx(ops.sigmoid(array)[0], rel=1e-15)
