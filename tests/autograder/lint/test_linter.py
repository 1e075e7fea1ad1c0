"""The command: which notebooks it reads, what it prints, and how it ends."""

import json

import nbformat
import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import Course
from autograder.lint import find_notebooks, lint
from tests.autograder.courses import REPOSITORY, answer, grade_cell, new_course, quickstart

CLEAN = [answer("half", "def half(n):\n    return n / 2"), grade_cell("t", "assert half(2) == 1")]
WARNED = [*CLEAN, grade_cell("worthless", "assert half(4) == 2", points=0)]
WRONG = [*WARNED, grade_cell("empty", "")]


@pytest.fixture
def course(tmp_path):
    course = new_course(tmp_path / "course")
    course.write_source("clean", "one", CLEAN)
    course.write_source("warned", "two", WARNED)
    course.write_source("wrong", "three", WRONG)
    course.write_source("wrong", "four", CLEAN)
    return course


def run(course, *arguments):
    return CliRunner().invoke(app, ["lint", *arguments, "--course", str(course.root)])


def read(course, *arguments):
    done = run(course, *arguments, "--json")
    return done.exit_code, [(f["cell"], f["rule"]) for f in json.loads(done.stdout)]


def test_this_repositorys_own_course_is_clean():
    course = Course(REPOSITORY)
    notebooks = find_notebooks(course, ())
    assert sorted(notebooks) == sorted((REPOSITORY / "source").glob("day*/*.ipynb"))
    assert notebooks
    assert [finding for path in notebooks for finding in lint(course, path)] == []


def test_the_quickstart_course_of_nbgrader_is_clean(tmp_path):
    course = Course(quickstart(tmp_path / "course").root)
    notebooks = find_notebooks(course, ["ps1"])
    assert len(notebooks) == 2
    assert [finding for path in notebooks for finding in lint(course, path)] == []


def test_nothing_found_and_warnings_alone_end_with_0(course):
    assert read(course, "clean") == (0, [])
    assert read(course, "warned") == (0, [("worthless", "missing-points")])


def test_errors_end_with_1(course):
    found = [("worthless", "missing-points"), ("empty", "tests-nothing")]
    assert read(course, "wrong") == (1, found)


def test_without_a_name_every_assignment_is_read(course):
    done = run(course)
    assert done.exit_code == 1
    assert "4 notebooks: 1 error, 2 warnings." in done.stdout
    assert done.stdout.index("two.ipynb") < done.stdout.index("three.ipynb")
    assert "one.ipynb" not in done.stdout


def test_assignments_and_notebooks_can_be_named_together_and_are_read_once(course):
    path = course.root / "source" / "warned" / "two.ipynb"
    found = [("worthless", "missing-points")]
    assert read(course, str(path), "clean", "warned") == (0, found)


def test_json_tells_everything_about_a_finding(course):
    done = run(course, "warned", "--json")
    [finding] = json.loads(done.stdout)
    assert finding == {
        "notebook": str(course.root / "source" / "warned" / "two.ipynb"),
        "cell": "worthless",
        "line": 1,
        "rule": "missing-points",
        "severity": "warning",
        "message": "This cell is graded and worth 0 points; set its points.",
    }


def test_the_table_tells_it_too(course):
    shown = run(course, "wrong").stdout
    for word in ("worthless", "warning", "missing-points", "empty", "error", "tests-nothing"):
        assert word in shown


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("day99", "There is no assignment 'day99'"),
        ("no.ipynb", "There is no notebook no.ipynb"),
        ("bare", "There is no notebook in"),
        ("broken", "cannot be read as a notebook"),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_says_why(course, name, said):
    (course.root / "source" / "bare").mkdir()
    (course.root / "source" / "broken").mkdir()
    (course.root / "source" / "broken" / "notebook.ipynb").write_text("{}")
    done = run(course, name)
    assert done.exit_code == 2
    assert said in " ".join(done.stdout.split())


def test_a_folder_without_a_course_ends_with_2(tmp_path):
    done = CliRunner().invoke(app, ["lint", "--course", str(tmp_path)])
    assert done.exit_code == 2
    assert "nbgrader_config.py" in done.stdout


def test_a_course_without_assignments_ends_with_2(tmp_path):
    done = run(new_course(tmp_path / "empty"))
    assert done.exit_code == 2
    assert "There is no assignment" in done.stdout


def test_nothing_is_executed(course):
    trap = f"open({str(course.root / 'trap')!r}, 'w')\nassert half(2) == 1"
    course.write_source("trap", "five", [*CLEAN, grade_cell("trap", trap)])
    assert read(course, "trap") == (0, [])
    assert not (course.root / "trap").exists()


def test_of_other_languages_only_nbgraders_marks_are_read(course):
    course.write_source("r", "six", [answer("half", "half <- function(n) n / 2"), *WRONG[1:]])
    path = course.root / "source" / "r" / "six.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    nbformat.write(notebook, path)
    assert read(course, "r") == (0, [("worthless", "missing-points")])
