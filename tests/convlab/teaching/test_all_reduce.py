"""The ring gives everybody the sum, and nobody sends more than 2 (n - 1) / n of the gradient."""

import numpy as np
import pytest

from convlab.teaching import ring_all_reduce


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 7])
def test_every_worker_ends_with_the_sum_and_the_gradients_are_left_alone(workers):
    rng = np.random.default_rng(0)
    gradients = [rng.standard_normal((5, 3)) for _ in range(workers)]
    before = [gradient.copy() for gradient in gradients]
    held, _ = ring_all_reduce(gradients)
    assert len(held) == workers
    for total in held:
        np.testing.assert_allclose(total, np.sum(gradients, axis=0), atol=1e-12)
    np.testing.assert_array_equal(gradients, before)


@pytest.mark.parametrize("workers", [1, 2, 4, 8])
def test_each_sends_what_the_formula_says(workers):
    _, sent = ring_all_reduce([np.ones(16)] * workers)
    assert sent == 2 * (workers - 1) * 16 / workers
