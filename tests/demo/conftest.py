"""The example class, graded once by real nbgrader in a course of its own."""

import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from demo.driver.__main__ import run
from demo.driver.course import Course
from demo.driver.time_limit import TimeLimit

REPOSITORY = Path(__file__).resolve().parents[2]
CLASS = REPOSITORY / "demo" / "class"


def limit_of(cell):
    """Leave training its time; nothing else takes more than a few seconds."""
    return 120 if cell.metadata.get("nbgrader", {}).get("grade_id") == "train" else 8


class GradedClass:
    """A course with a class, and what the last run of the driver gave and said."""

    def __init__(self, folder, students=None):
        class_folder = folder / "class"
        shutil.copytree(CLASS, class_folder)
        for student in class_folder.iterdir():
            if students is not None and student.name not in students:
                shutil.rmtree(student)
        limit = TimeLimit(limit_of, moment=0.5)
        self.course = Course(REPOSITORY, folder / "course", class_folder, limit)

    def grade(self):
        output = io.StringIO()
        results = run(self.course, Console(file=output, width=100))
        self.results = {result.student: result for result in results}
        self.said = output.getvalue()
        return self


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    return GradedClass(tmp_path_factory.mktemp("example")).grade()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A class that tests may change: ``small.course.class_folder`` holds its answers."""
    students = {"crash", "empty-file", "kernel-flipped"}
    return GradedClass(tmp_path_factory.mktemp("small"), students)
