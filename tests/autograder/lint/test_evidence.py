import pytest
from nbformat.v4 import new_code_cell

from tests.autograder.courses import answer, grade_cell, locked

SOLUTION = answer(
    "solution",
    "def is_even(n):\n    return n % 2 == 0\n"
    "def half(n):\n    return n / 2\n"
    "class Stack:\n    def is_empty(self):\n        return True\n"
    "    def top(self):\n        return 3\n"
    "flag = True\n",
)
LITERAL = "cases = [(2, True), (3, False)]\n"
MANY = f"many = {[(n, n % 2 == 0) for n in range(70)]}\n"


def lone_bools(desk, test, *before):
    found = desk.lint(SOLUTION, *before, grade_cell("test", test))
    assert {finding.severity for finding in found} <= {"warning"}
    assert {finding.rule for finding in found} <= {"lone-bool"}
    return [(finding.line, finding.message) for finding in found]


@pytest.mark.parametrize(
    ("test", "count"),
    [
        ("assert is_even(4)", 1),
        ("assert not is_even(3)", 1),
        ("assert flag", 1),
        ("assert is_even(4) == True", 1),
        ("assert False is is_even(3)", 1),
        ("assert is_even(3) != True", 1),
        ("assert bool(is_even(4))", 1),
        ("assert is_even(4)\nassert not is_even(3)", 2),
        ("assert is_even(4) and not is_even(3)", 2),
        ("result = is_even(4)\nassert result", 1),
        ("assert is_even(5) == (5 % 2 == 0)", 1),
        ("stack = Stack()\nassert stack.is_empty()", 1),
        ("assert callable(is_even)\nassert is_even(4)", 1),
        ("assert isinstance(is_even(4), bool)\nassert is_even(4)", 1),
        ("print(is_even(2))\nassert is_even(4)", 1),
        ("points = 0\nif is_even(4):\n    points += 1\nprint(points)", 1),
        ("for n in range(0, 20, 2):\n    assert is_even(n)", 10),
        ("for n in (2, 4, 6):\n    assert is_even(n)", 3),
        ("for a in (1, 2):\n    for b in 'xyz':\n        assert is_even(a)", 6),
        (LITERAL + "for n, even in cases:\n    assert is_even(n) == even", 2),
        ("for n, even in {2: True, 3: False}.items():\n    assert is_even(n) is even", 2),
        ("for i, n in enumerate([2, 4, 6]):\n    assert is_even(n)", 3),
        ("assert all(is_even(n) for n in range(0, 8, 2))", 4),
        ("assert all([is_even(2), is_even(4)])", 2),
        ("import unittest\nunittest.TestCase().assertTrue(is_even(2))", 1),
        ("import numpy as np\nnp.testing.assert_equal(is_even(2), True)", 1),
        ("### BEGIN HIDDEN TESTS\nassert is_even(4)\n### END HIDDEN TESTS", 1),
    ],
)
def test_few_booleans_are_a_warning_that_says_how_many_they_are(desk, test, count):
    [(_, message)] = lone_bools(desk, test)
    assert ("one boolean" if count == 1 else f"{count} booleans") in message
    assert "64 cases" in message


@pytest.mark.parametrize(
    "test",
    [
        "assert half(3) == 1.5",
        "assert is_even(4) == 1",
        "for n in range(64):\n    assert is_even(n) == (n % 2 == 0)",
        MANY + "for n, even in many:\n    assert is_even(n) == even",
        "import random\nrandom.seed(1)\ncases = random.sample(range(999), 80)\n"
        "for n in cases:\n    assert is_even(n) == (n % 2 == 0)",
        "assert all(is_even(n) for n in range(0, 200, 2))",
        "for n in range(0, 32, 2):\n    assert is_even(n) and is_even(n + 2) and is_even(n + 4) "
        "and not is_even(n + 1)",
        "for n in [*range(90)]:\n    assert is_even(2 * n)",
        "for n in half(64):\n    assert is_even(n)",
        "assert is_even(4)\nassert [is_even(n) for n in range(3)] == [True, False, True]",
        "try:\n    is_even('a')\nexcept TypeError:\n    pass\nelse:\n    assert False",
        "stack = Stack()\nassert stack.is_empty()\nassert stack.top() == 3",
        "assert isinstance(half(3), float)",
        "assert half(2) is not None",
        "def judge(f):\n    assert f(4)\njudge(is_even)",
    ],
)
def test_other_evidence_and_64_booleans_are_fine(desk, test):
    assert lone_bools(desk, test) == []


def test_each_function_is_counted_for_itself_and_at_its_first_line(desk):
    found = lone_bools(desk, "assert half(4) == 2\n\nassert is_even(4)\nassert flag")
    assert [line for line, _ in found] == [3, 4]
    assert "'is_even'" in found[0][1]
    assert "'flag'" in found[1][1]


def test_cases_that_a_cell_above_wrote_down_are_counted(desk):
    test = "for n, even in cases:\n    assert is_even(n) == even"
    [(line, message)] = lone_bools(desk, test, locked("cases", LITERAL))
    assert line == 2
    assert "2 booleans" in message
    assert lone_bools(desk, test.replace("cases", "many"), locked("cases", MANY)) == []


def test_a_function_of_the_instructors_is_no_evidence_to_look_at(desk):
    helper = locked("helper", "def is_odd(n):\n    return n % 2 == 1")
    assert lone_bools(desk, "assert half(2) == 1\nassert is_odd(3)", helper) == []


# ---------------------------------------------------------------------------------- tests-nothing


@pytest.mark.parametrize(
    "test",
    [
        "",
        "# nothing yet",
        "assert 1 + 1 == 2",
        "import numpy as np\nassert np.ones(2).sum() == 2",
        "def half(n):\n    return n // 2\nassert quarter(8) == 2",
    ],
)
def test_a_grade_cell_without_a_name_of_the_students_is_an_error(desk, test):
    helper = locked("helper", "def quarter(n):\n    return n // 4")
    assert ("test", 1, "tests-nothing", "error") in desk.rules(
        SOLUTION, helper, grade_cell("test", test)
    )


def test_such_a_cell_gives_any_submission_its_points(grade):
    cells = [SOLUTION, grade_cell("test", "assert 1 + 1 == 2")]
    assert grade(cells, [answer("solution", "half = None"), cells[1]]) == {"test": "AC"}


@pytest.mark.parametrize(
    "test",
    [
        "assert half(2) == 1",
        "assert quarter(8) == 2",
        "### AUTOTEST half(2)",
        "assert globals()['half'](2) == 1",
        "%run -i check.py",
        "assert from_a_star_import == 2",
        "for n in [1]:\n    assert half(n) == 0.5",
    ],
)
def test_names_that_reach_the_student_are_something(desk, test):
    helper = new_code_cell("from helper import *\ndef quarter(n):\n    return half(half(n))")
    assert desk.rules(SOLUTION, helper, grade_cell("test", test)) == []
