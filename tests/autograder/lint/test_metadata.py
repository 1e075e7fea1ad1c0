import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.autograder.courses import answer, grade_cell, locked, manual, task

SOLUTION = answer("double", "def double(n):\n    return 2 * n")
TEST = grade_cell("test-double", "assert double(2) == 4")


def without(cell, key):
    del cell.metadata.nbgrader[key]
    return cell


def with_mark(cell, **marks):
    cell.metadata.nbgrader.update(marks)
    return cell


def test_a_notebook_that_nbgrader_takes_is_clean(desk):
    cells = [SOLUTION, TEST, locked("text", "1"), manual("essay", "why"), task("chore", "do it")]
    assert desk.rules(*cells, new_markdown_cell("text")) == []


@pytest.mark.parametrize(
    "cell",
    [
        grade_cell("worthless", "assert double(2) == 4", points=0),
        manual("worthless", "why", points=0),
        task("worthless", "do it", points=0),
    ],
)
def test_a_graded_cell_of_0_points_is_a_warning(desk, cell):
    assert desk.rules(SOLUTION, cell) == [("worthless", 1, "missing-points", "warning")]


@pytest.mark.parametrize(
    "cell",
    [grade_cell("t", "assert double(2) == 4"), manual("t", "why")],
)
def test_a_graded_cell_without_points_is_an_error_since_nbgrader_refuses_it(desk, cell):
    assert desk.rules(SOLUTION, without(cell, "points")) == [("t", 1, "missing-points", "error")]


def test_answers_and_locked_cells_need_no_points(desk):
    assert desk.rules(SOLUTION, locked("text", "1"), TEST) == []


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (answer("double", "pass"), "'double'"),
        (without(locked("x", "1"), "grade_id"), "grade_id"),
        (with_mark(locked("x", "1"), grade_id="two words"), "two words"),
        (with_mark(grade_cell("x", "1"), points=-1), "-1"),
        (with_mark(grade_cell("x", "1"), points="many"), "many"),
        (with_mark(locked("x", "1"), schema_version=1), "nbgrader update"),
        (new_code_cell("1", metadata={"nbgrader": "nonsense"}), "metadata"),
    ],
)
def test_what_nbgrader_would_refuse_is_reported_at_its_cell_and_alone(desk, cell, said):
    [finding] = desk.lint(SOLUTION, cell, grade_cell("worthless", "", points=0))
    assert (finding.rule, finding.severity, finding.line) == ("invalid-metadata", "error", 1)
    assert said in finding.message
    assert finding.cell in ("x", "double", "two words", "cell 2")
