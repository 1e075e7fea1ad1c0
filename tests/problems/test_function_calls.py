import numpy as np
import pytest

from autograder import Case, Text
from problems.function_calls import as_float32, name_results, run

TWO = ("loss", "grad")


def make_case(arguments, returns=TWO, check=TWO):
    about = {"arguments": arguments, "returns": returns, "check": check}
    return Case("group", Text("a case", "测试点"), about)


def test_results_are_named_in_the_order_in_which_they_are_returned():
    received = run(lambda x, y: (x + y, x - y), make_case({"x": np.ones(2), "y": np.ones(2)}))
    np.testing.assert_array_equal(received["loss"], [2, 2])
    np.testing.assert_array_equal(received["grad"], [0, 0])


def test_a_case_shows_what_a_function_did_to_its_arguments_and_keeps_its_own():
    def doubling(x):
        x *= 2

    x = np.ones(3)
    case = make_case({"x": x}, returns=("output",), check=("output", "x afterwards"))
    received = run(doubling, case)
    assert received["output"] is None
    np.testing.assert_array_equal(received["x afterwards"], [2, 2, 2])
    np.testing.assert_array_equal(x, [1, 1, 1])


@pytest.mark.parametrize("returned", [3.0, None, (3.0,), (3.0, 4.0, 5.0), np.zeros(2)])
def test_where_results_are_missing_only_the_first_is_named(returned):
    assert list(name_results(returned, TWO)) == ["loss"]


def test_a_function_with_one_result_may_return_a_tuple_and_it_is_not_taken_apart():
    assert name_results((1, 2), ("sizes",)) == {"sizes": (1, 2)}


def test_single_precision_leaves_labels_and_numbers_alone():
    given = {"logits": np.ones((2, 3)), "labels": np.array([0, 2]), "rate": 0.5}
    single = as_float32(given)
    assert single["logits"].dtype == np.float32
    assert single["labels"] is given["labels"]
    assert single["rate"] == 0.5
