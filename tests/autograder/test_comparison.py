import numpy as np
import pytest

from autograder import Expected, compare, tolerance
from autograder.comparison import as_plain_array


def expected(values, terms=10, magnitude=1.0):
    return Expected(np.array(values, dtype=float), terms, magnitude)


def test_equal_arrays_do_not_differ():
    assert compare(np.array([1.0, 2.0]), expected([1, 2])) is None


def test_lists_and_integers_with_the_right_values_are_accepted():
    assert compare([1, 2], expected([1, 2])) is None
    assert compare(np.array([1, 2]), expected([1, 2])) is None


def test_another_shape_is_told_with_both_shapes():
    difference = compare(np.zeros((2, 3)), expected(np.zeros((3, 2))))
    assert difference.kind == "shape"
    assert difference.received_shape == (2, 3)
    assert difference.expected_shape == (3, 2)
    assert "(2, 3)" in difference.describe().en
    assert "(3, 2)" in difference.describe().zh


def test_broadcasting_does_not_make_shapes_equal():
    assert compare(np.zeros((1, 3)), expected(np.zeros((2, 3)))).kind == "shape"
    assert compare(0.0, expected([0, 0])).kind == "shape"


def test_the_largest_error_is_found():
    difference = compare(np.array([[1.0, 2.5], [3.0, 7.0]]), expected([[1, 2], [3, 4]]))
    assert difference.kind == "values"
    assert difference.position == (1, 1)
    assert difference.largest_error == pytest.approx(3)
    assert (difference.count, difference.size) == (2, 4)


def test_the_largest_error_can_be_withheld():
    difference = compare(np.array([1.2345]), expected([1]))
    assert "0.234" in difference.describe().en
    assert "0.234" not in str(difference.describe(values=False))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_told_first(bad):
    difference = compare(np.array([9.0, bad]), expected([1, 2]))
    assert difference.kind == "non-finite"
    assert difference.position == (1,)


def test_a_value_that_should_be_infinite_may_be():
    assert compare(np.array([np.inf]), expected([np.inf])) is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        "12",
        object(),
        np.array([None]),
        np.array(["1"]),
        np.array([1j]),
        [[1], [1, 2]],
        {1: 2},
    ],
)
def test_what_is_no_array_of_real_numbers_is_told_as_such(value):
    assert as_plain_array(value) is None
    assert compare(value, expected([1])).kind == "type"


def test_a_complex_array_is_named_by_its_dtype():
    assert "complex128" in compare(np.array([1j]), expected([1])).describe().en


def test_subclasses_of_arrays_lose_their_own_comparisons():
    class AlwaysEqual(np.ndarray):
        def __sub__(self, other):
            return np.zeros(self.shape)

        def __eq__(self, other):
            return np.ones(self.shape, bool)

    assert type(as_plain_array(np.ones(2).view(AlwaysEqual))) is np.ndarray
    assert compare(np.ones(2).view(AlwaysEqual), expected([5, 5])).kind == "values"


def test_a_masked_array_does_not_hide_its_values():
    masked = np.ma.array([1.0, 1.0], mask=True)
    assert compare(masked, expected([5, 5])).kind == "values"


def test_an_object_is_not_asked_to_convert_itself():
    class Handle:
        def __array__(self, *_, **__):
            raise RuntimeError("a handle must not be converted")

        __bool__ = __len__ = __iter__ = __float__ = __array__

    assert compare(Handle(), expected([1])).kind == "type"


def test_the_tolerance_follows_from_dtype_terms_and_magnitude():
    double, single = np.dtype(np.float64), np.dtype(np.float32)
    once = tolerance(expected([1], 10, 1.0), double)
    assert tolerance(expected([1], 20, 1.0), double) == pytest.approx(2 * once)
    assert tolerance(expected([1], 10, 5.0), double) == pytest.approx(5 * once)
    assert tolerance(expected([1], 10, 1.0), single) > 1e8 * once
    assert tolerance(expected([1], 0, 1.0), double) == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("terms", [3, 100, 10_000])
def test_any_order_of_summation_stays_within_the_tolerance(dtype, terms):
    rng = np.random.default_rng(1)
    products = rng.normal(size=terms).astype(dtype)
    right = Expected(products.astype(np.float64).sum(), terms, float(np.abs(products).sum()))
    for order in (products, products[::-1], np.sort(products), rng.permutation(products)):
        assert compare(np.cumsum(order)[-1], right) is None


def test_an_error_well_above_rounding_is_seen():
    right = expected([1.0], terms=50, magnitude=10)
    assert compare(np.array([1 + 1e-9]), right).kind == "values"
    assert compare(np.array([1.01], dtype=np.float32), right).kind == "values"


def test_empty_arrays_are_compared_by_shape():
    assert compare(np.zeros((0, 3)), expected(np.zeros((0, 3)))) is None
    assert compare(np.zeros((0, 2)), expected(np.zeros((0, 3)))).kind == "shape"
