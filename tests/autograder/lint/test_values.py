import pytest

from tests.autograder.courses import answer, grade_cell, locked

SOLUTION = answer(
    "solution",
    "def half(n):\n    return n / 2\n"
    "class Stack:\n    def push(self, x):\n        self.x = x\n"
    "    def top(self):\n        return self.x\n"
    "total = 3",
)
TEST = "assert half(2) == 1\n"


def rules(desk, test):
    return desk.rules(SOLUTION, grade_cell("test", test))


@pytest.mark.parametrize(
    "text",
    [
        "half(2) == 1",
        "not half(2)",
        "half(2) < 3 < 4",
        "isinstance(half(2), float)",
        "import numpy as np\nnp.allclose(half(2), 1)",
        "import math\nif total:\n    math.isclose(half(2), 1)",
    ],
)
def test_a_condition_without_assert_is_an_error(desk, text):
    line = 1 + len(text.splitlines())
    assert ("test", line, "useless-comparison", "error") in rules(desk, f"{TEST}{text}\nhalf(1)")


def test_such_a_condition_gives_a_wrong_answer_its_points(grade):
    cells = [SOLUTION, grade_cell("test", "half(2) == 1\nassert half(0) == 0")]
    wrong = [answer("solution", "def half(n):\n    return n"), cells[1]]
    assert grade(cells, wrong) == {"test": "AC"}


@pytest.mark.parametrize(
    "text",
    [
        "assert half(2) == 1",
        "ok = half(2) == 1\nassert half(4) == 2 and ok",
        "import numpy as np\nnp.testing.assert_allclose(half(2), 1)",
        "0.5 * (half(2) == 1)",
    ],
)
def test_a_condition_that_counts_is_fine(desk, text):
    assert rules(desk, TEST + text) == []


@pytest.mark.parametrize(
    "text",
    ["half(2)", "total", "s = Stack()\ns.top()", "s = Stack()\ns.x", "r = half(3)\nr", "Stack()"],
)
def test_a_last_value_of_the_students_is_an_error(desk, text):
    line = 1 + len(text.splitlines())
    assert rules(desk, TEST + text) == [("test", line, "last-value", "error")]


@pytest.mark.parametrize("text", ["[half(2), half(4)]", "{'points': half(2)}", "half(2), 1"])
def test_a_last_value_that_is_no_number_is_a_warning(desk, text):
    assert rules(desk, TEST + text) == [("test", 2, "last-value", "warning")]


@pytest.mark.parametrize(
    "text",
    [
        "s = Stack()\ns.push(2)",
        "points = 0.5 * (half(3) == 1.5)\npoints",
        "half(2);",
        "half(2)\nassert half(4) == 2",
        "print(half(2))",
        "sum([half(2), half(4)])",
    ],
)
def test_points_and_calls_that_return_nothing_may_stand_last(desk, text):
    assert rules(desk, TEST + text) == []


@pytest.mark.parametrize("text", ["assert half(2) = 1", "for n in range(3)\n    pass", "half("])
def test_code_that_does_not_parse_is_an_error(desk, text):
    assert rules(desk, text) == [("test", 1, "syntax-error", "error")]
    assert ("setup", 1, "syntax-error", "error") in desk.rules(locked("setup", text))


@pytest.mark.parametrize("text", ["%time half(2) + 1", "await_me = 1", "!ls"])
def test_magics_are_no_syntax_errors(desk, text):
    assert desk.rules(SOLUTION, locked("setup", text)) == []
