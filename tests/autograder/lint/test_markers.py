import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.autograder.courses import answer, grade_cell, locked, manual

SOLUTION = answer("double", "def double(n):\n    return 2 * n")
VISIBLE = "assert double(2) == 4\n"
HIDDEN = "### BEGIN HIDDEN TESTS\nassert double(3) == 6\n### END HIDDEN TESTS"
OUTSIDE = "hidden-test-outside-grade-cell"


def rules_of(found, cell):
    return [(line, rule, severity) for name, line, rule, severity in found if name == cell]


@pytest.mark.parametrize("text", [VISIBLE + HIDDEN, HIDDEN, VISIBLE + HIDDEN + "\n" + HIDDEN])
def test_hidden_tests_in_grade_cells_are_fine(desk, text):
    assert desk.rules(SOLUTION, grade_cell("test", text)) == []


@pytest.mark.parametrize(
    "cell",
    [
        locked("place", VISIBLE + HIDDEN),
        answer("place", f"n = 1\n{HIDDEN}"),
        manual("place", f"n = 1\n{HIDDEN}", is_code=True),
        manual("place", f"\n{HIDDEN}"),
    ],
)
def test_hidden_tests_anywhere_else_are_an_error(desk, cell):
    line = cell.source.split("\n").index("### BEGIN HIDDEN TESTS") + 1
    found = desk.rules(SOLUTION, cell)
    assert rules_of(found, "place") == [(line, OUTSIDE, "error")]


def test_a_cell_that_nbgrader_does_not_know_is_called_by_its_number(desk):
    found = desk.rules(new_markdown_cell("text"), new_code_cell(HIDDEN), SOLUTION)
    assert found == [("cell 2", 1, OUTSIDE, "error")]


def test_the_courses_own_marks_are_the_ones_that_count(desk):
    config = (
        'c.ClearHiddenTests.begin_test_delimeter = "SECRET"\n'
        'c.ClearHiddenTests.end_test_delimeter = "PUBLIC"'
    )
    ours = "# SECRET\nassert double(3) == 6\n# PUBLIC"
    cells = [SOLUTION, locked("place", ours), grade_cell("test", VISIBLE + HIDDEN)]
    assert desk.rules(*cells, config=config) == [
        ("place", 1, OUTSIDE, "error"),
        ("test", 2, "misspelt-marker", "error"),
        ("test", 4, "misspelt-marker", "error"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (VISIBLE + "### BEGIN HIDDEN TESTS\nassert double(3) == 6", 2),
        (VISIBLE + "assert double(3) == 6\n### END HIDDEN TESTS", 3),
        ("### BEGIN HIDDEN TESTS\n" + HIDDEN + "\nassert double(4) == 8", 2),
    ],
)
def test_a_mark_without_its_partner_is_an_error(desk, text, line):
    found = desk.rules(SOLUTION, grade_cell("test", text))
    assert found == [("test", line, "unbalanced-markers", "error")]


@pytest.mark.parametrize(
    ("text", "line"), [("### BEGIN SOLUTION\nn = 1", 1), ("n = 1\n### END SOLUTION", 2)]
)
def test_so_is_one_of_a_solution(desk, text, line):
    cell = answer("half", "")
    cell.source = text
    assert desk.rules(cell) == [("half", line, "unbalanced-markers", "error")]


@pytest.mark.parametrize(
    "mark",
    [
        "### BEGIN HIDDEN TEST",
        "### begin hidden tests",
        "# END HIDDEN  TESTS ###",
        "#BEGIN_HIDDEN_TESTS",
        "### BEGIN SOLUTIONS ###".replace("BEGIN SOLUTION", "Begin Solution"),
    ],
)
def test_a_comment_that_is_nearly_a_mark_is_an_error(desk, mark):
    found = desk.rules(SOLUTION, grade_cell("test", f"{VISIBLE}{mark}\nassert double(3) == 6"))
    assert found == [("test", 2, "misspelt-marker", "error")]


@pytest.mark.parametrize(
    "text",
    [
        "# The hidden tests begin where yours end.",
        "# At the end, hidden tests decide.",
        'text = "begin hidden tests"',
    ],
)
def test_prose_about_hidden_tests_is_not(desk, text):
    assert desk.rules(SOLUTION, grade_cell("test", f"{VISIBLE}{text}")) == []


@pytest.mark.parametrize("make", [locked, grade_cell])
def test_a_solution_outside_an_answer_is_an_error(desk, make):
    cell = make("place", "assert double(2) == 4\n### BEGIN SOLUTION\nn = 1\n### END SOLUTION")
    found = desk.rules(SOLUTION, cell)
    assert rules_of(found, "place") == [(2, "solution-outside-solution-cell", "error")]


def test_solutions_in_answers_are_fine(desk):
    by_hand = manual("essay", "### BEGIN SOLUTION\nBecause.\n### END SOLUTION")
    assert desk.rules(SOLUTION, by_hand) == []
