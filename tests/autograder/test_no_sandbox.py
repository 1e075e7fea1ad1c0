"""Where there is no sandbox: a refusal that says what to do, or grades that are marked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps.api import NbGraderAPI

from tests.autograder.courses import REPOSITORY, answer, grade_cell, new_course

MARK = "Graded without a sandbox. / 未使用沙箱评分。"
FEEDBACK = "from autograder.feedback import configure_feedback\nconfigure_feedback(c)"


@pytest.fixture
def course(tmp_path):
    """A course in which Anna solved the first of two exercises and left the other."""
    course = new_course(tmp_path / "course", FEEDBACK)
    cells = [
        answer("one", "def f(x):\n    return x + 1"),
        grade_cell("test-one", "assert f(1) == 2"),
        answer("two", "def g(x):\n    return x"),
        grade_cell("test-two", "assert g(1) == 1"),
    ]
    course.write_source("ps1", "p1", cells)
    course.generate("ps1")
    course.hand_in("anna", "ps1", {"one": "def f(x):\n    return x + 1"})
    (course.root / ".box").symlink_to(REPOSITORY / ".box")
    return course


def comments(course):
    with course.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook("p1", "ps1", "anna")
        return {comment.name: comment.comment or "" for comment in notebook.comments}


def feedback(course):
    done = NbGraderAPI(config=course.config).generate_feedback("ps1", "anna", force=True)
    assert done["success"], done["log"]
    return (course.root / "feedback/anna/ps1/p1.html").read_text(encoding="utf-8")


def run_without_bubblewrap(course, *options, folder):
    """Run the command where the PATH leads to alembic alone, which a gradebook needs."""
    folder.mkdir()
    (folder / "alembic").symlink_to(Path(sys.executable).with_name("alembic"))
    command = [sys.executable, "-m", "autograder.cli", "grade", "ps1", "--course", str(course.root)]
    return subprocess.run(
        [*command, *options],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, "PATH": str(folder)},
        timeout=120,
        check=False,
    )


def test_without_bubblewrap_grading_is_refused_with_the_remedy(course, tmp_path):
    done = run_without_bubblewrap(course, folder=tmp_path / "bin")
    assert done.returncode == 3
    said = " ".join(done.stderr.split())
    assert "bubblewrap is not installed" in said
    assert "autograder doctor" in said
    assert "--sandbox none" in said
    assert "Traceback" not in said
    assert not (course.root / "autograded").exists()


def test_without_bubblewrap_one_can_grade_without_a_sandbox(course, tmp_path):
    options = ("--sandbox", "none")
    done = run_without_bubblewrap(course, *options, folder=tmp_path / "bin")
    assert done.returncode == 0, done.stderr
    assert "Graded without a sandbox; each grade is marked so." in done.stdout


def test_each_grade_without_a_sandbox_is_marked_until_it_is_graded_again_with_one(course):
    course.grade("ps1", "--sandbox", "none")
    [record] = course.records
    assert (record["sandbox"], record["points"]) == ("none", 1)
    marked = comments(course)
    assert set(marked) == {"one", "two"}
    assert all(text.startswith(MARK) for text in marked.values())
    assert "No response." in marked["two"]
    page = feedback(course)
    assert "not protected against manipulation" in page
    assert page.count("未使用沙箱评分") == 2

    course.grade("ps1", "--force")
    [record] = course.records
    assert (record["sandbox"], record["points"]) == ("bubblewrap", 1)
    assert comments(course) == {"one": "", "two": "No response."}
    page = feedback(course)
    assert "沙箱" not in page
    assert "sandbox" not in page


def test_a_course_can_turn_the_sandbox_off(course):
    course.add_config('c.Grade.sandbox = "none"')
    course.grade("ps1")
    assert course.records[0]["sandbox"] == "none"
    assert comments(course)["one"] == MARK
    # The command has the last word.
    course.grade("ps1", "--force", "--sandbox", "bubblewrap")
    assert course.records[0]["sandbox"] == "bubblewrap"
    assert comments(course)["one"] == ""
