import pytest
from nbformat.v4 import new_code_cell

from tests.autograder.courses import answer, grade_cell, locked


def shadowed(desk, *cells):
    found = desk.lint(*cells)
    return [(f.cell, f.line, f.severity) for f in found if f.rule == "shadowed-name"]


RELU = answer("relu", "import numpy as np\n\ndef relu(x):\n    return np.maximum(x, 0)")
TEST = grade_cell("test", "assert relu(-1) == 0")


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ([RELU, locked("setup", "n = 1\ndef relu(x):\n    return x"), TEST], ("setup", 2)),
        ([RELU, locked("setup", "from helper import relu"), TEST], ("setup", 1)),
        ([locked("setup", "from helper import relu"), RELU, TEST], ("setup", 1)),
        ([RELU, answer("more", "from helper import relu"), TEST], ("more", 2)),
        ([RELU, grade_cell("test", "def relu(x):\n    return 0\nassert relu(1) == 0")],
         ("test", 1)),
        ([RELU, grade_cell("test", "from helper import relu\nassert relu(1) == 1")], ("test", 1)),
        ([locked("setup", "from math import pi"), answer("a", "pi = 3"),
          grade_cell("test", "assert pi > 3")], ("setup", 1)),
    ],
)  # fmt: skip
def test_a_name_of_the_instructors_that_is_tested_in_place_of_the_answer_is_an_error(
    desk, cells, place
):
    assert shadowed(desk, *cells) == [(*place, "error")]


def test_that_error_gives_a_wrong_answer_its_points(grade):
    cells = [RELU, locked("setup", "def relu(x):\n    return 0"), TEST]
    wrong = [answer("relu", "def relu(x):\n    return x"), *cells[1:]]
    assert grade(cells, wrong) == {"test": "AC"}
    assert grade([RELU, TEST], [wrong[0], TEST]) == {"test": "WA"}


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ([locked("setup", "def relu(x):\n    return x"), RELU, TEST], 4),
        ([locked("setup", "def relu(x):\n    return x\ndef net(x):\n    return relu(x)"), RELU,
          grade_cell("test", "assert net(-1) == 0")], 4),
    ],
)  # fmt: skip
def test_an_answer_that_takes_the_place_of_a_helper_is_a_warning(desk, cells, line):
    assert shadowed(desk, *cells) == [("relu", line, "warning")]


@pytest.mark.parametrize(
    ("solution", "test"),
    [
        ("def total(xs):\n    return 0\n\nsum = 0", "assert sum([total([1])]) == 0"),
        ("\n\n\ndef max(*xs):\n    return xs[0]", "assert max(1, 2) == 2"),
    ],
)
def test_so_is_one_that_takes_the_place_of_a_builtin(desk, solution, test):
    assert shadowed(desk, answer("a", solution), grade_cell("test", test)) == [("a", 5, "warning")]


def test_a_builtin_that_no_test_needs_may_be_taken(desk):
    cells = [answer("a", "list = [1]\nn = len(list)"), grade_cell("test", "assert n == 1")]
    assert shadowed(desk, *cells) == []


@pytest.mark.parametrize(
    "cells",
    [
        [locked("setup", "import numpy as np"), RELU, TEST],
        [RELU, grade_cell("test", "import numpy as np\nassert relu(np.zeros(1)) == 0")],
        [RELU, grade_cell("test", "kept = relu\ndel relu\nrelu = kept\nassert relu(0) == 0")],
        [answer("a", "x = 3\ndef f():\n    return x"),
         grade_cell("test", "x = 5\nassert f() == 5")],
        [locked("setup", "data = [1, 2]"), answer("a", "data = sorted(data)"),
         grade_cell("test", "assert data == [1, 2]")],
        [locked("setup", "def relu(x):\n    return x"), RELU, grade_cell("test", "assert 1")],
        [RELU, new_code_cell("def relu_of_relu(x):\n    return relu(relu(x))"), TEST],
        [answer("a", "e = 2.7"), grade_cell("test", "from math import e\nassert e > 2")],
    ],
)  # fmt: skip
def test_names_that_are_meant_to_be_shared_are_fine(desk, cells):
    assert shadowed(desk, *cells) == []


def test_one_name_is_told_once(desk):
    again = grade_cell("again", "assert relu(-2) == 0")
    setup = locked("setup", "def relu(x):\n    return x")
    assert shadowed(desk, RELU, setup, TEST, again) == [("setup", 1, "error")]
