"""The loops over features and units that the lesson quotes equal the matrix product."""

import numpy as np

from convlab import ops
from convlab.teaching import connect_one_example


def test_one_example_gets_the_row_that_the_matrix_product_gives_it():
    rng = np.random.default_rng(0)
    examples, weight, bias = (rng.standard_normal(shape) for shape in ((2, 4), (3, 4), 3))
    expected = ops.linear(examples, weight, bias)
    for features, row in zip(examples, expected, strict=True):
        np.testing.assert_allclose(connect_one_example(features, weight, bias), row)
