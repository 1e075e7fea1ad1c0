"""Small nbgrader courses made in code, graded by nbgrader itself and by this package."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import nbgrader
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.utils import compute_checksum
from traitlets.config.loader import PyFileConfigLoader
from typer.testing import CliRunner

from autograder.cli import app

REPOSITORY = Path(__file__).parents[2]
QUICKSTART = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "source"
PLUGIN = """
from nbgrader.plugins import BasePlugin

class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2
"""


@dataclass(frozen=True)
class Mark:
    """What the gradebook holds of a grade cell."""

    auto_score: float | None
    needs_manual_grade: bool


@dataclass
class Folder:
    """A course on disk."""

    root: Path

    @property
    def config(self):
        config = PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()
        config.CourseDirectory.root = str(self.root)
        return config

    def add_config(self, text):
        path = self.root / "nbgrader_config.py"
        path.write_text(f"{path.read_text()}\n{text}\n")

    def write_source(self, assignment, name, cells, files=()):
        folder = self.root / "source" / assignment
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in dict(files).items():
            (folder / file).write_text(content)
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, folder / f"{name}.ipynb")

    def generate(self, assignment):
        done = NbGraderAPI(config=self.config).generate_assignment(assignment)
        assert done["success"], done["log"]

    def hand_in(self, student, assignment, answers, *, without=(), files=(), at="2020-01-01 00:00"):
        """Hand in the released notebooks, with some answers in place of what was released."""
        folder = self.root / "submitted" / student / assignment
        shutil.copytree(self.root / "release" / assignment, folder)
        (folder / "timestamp.txt").write_text(f"{at}:00 UTC")
        for file, content in dict(files).items():
            (folder / file).write_text(content)
        for path in folder.glob("*.ipynb"):
            if path.stem in without:
                path.unlink()
                continue
            notebook = nbformat.read(path, as_version=4)
            for cell in notebook.cells:
                grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
                cell.source = answers.get(grade_id, cell.source)
            nbformat.write(notebook, path)

    def solutions(self, assignment):
        """Return the source's own text of each answer."""
        return {
            cell.metadata.nbgrader.grade_id: cell.source
            for path in (self.root / "source" / assignment).glob("*.ipynb")
            for cell in nbformat.read(path, as_version=4).cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        }

    def copy(self, root):
        shutil.copytree(self.root, root)
        (root / ".box").symlink_to(REPOSITORY / ".box")
        return Folder(root)

    def grade_with_nbgrader(self, assignment, students):
        grader = NbGraderAPI(config=self.config)
        for student in students:
            done = grader.autograde(assignment, student, force=True)
            assert done["success"], done["log"]
        return self

    def grade(self, assignment, *options):
        arguments = ["grade", assignment, "--course", str(self.root), "--json", *options]
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
        self.records = json.loads(done.stdout)
        return self

    def gradebook(self):
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}")

    def marks(self, assignment):
        """Return every mark, by student, notebook and grade cell."""
        with self.gradebook() as gradebook:
            return {
                (submission.student.id, notebook.name, grade.cell.name): Mark(
                    grade.auto_score, bool(grade.needs_manual_grade)
                )
                for submission in gradebook.assignment_submissions(assignment)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }

    def penalties(self, assignment):
        with self.gradebook() as gradebook:
            return {
                (submission.student.id, notebook.name): notebook.late_submission_penalty
                for submission in gradebook.assignment_submissions(assignment)
                for notebook in submission.notebooks
            }


def new_course(root, config=""):
    root.mkdir()
    (root / "nbgrader_config.py").write_text(f"c = get_config()\n{config}\n")
    return Folder(root)


def quickstart(root):
    """Make the course of ``nbgrader quickstart``, without its examples of students."""
    course = new_course(root, 'c.IncludeHeaderFooter.header = "source/header.ipynb"')
    course.add_config('c.CourseDirectory.course_id = "quickstart"')
    ignored = shutil.ignore_patterns("*.html", "autotests.yml", "ps1_autotest")
    shutil.copytree(QUICKSTART, root / "source", ignore=ignored)
    return course


def _marked(cell, grade_id, **about):
    known = {"schema_version": 3, "grade_id": grade_id, "grade": False, "solution": False}
    known |= {"locked": False, "task": False, "cell_type": cell.cell_type} | about
    cell.metadata["nbgrader"] = known
    cell.metadata["nbgrader"]["checksum"] = compute_checksum(cell)
    return cell


def answer(grade_id, source):
    """Return an answer that tests grade; all of it is the solution."""
    magic, rest = re.fullmatch(r"(%%.*\n)?(.*)", source, re.DOTALL).groups()
    text = f"{magic or ''}### BEGIN SOLUTION\n{rest}\n### END SOLUTION"
    return _marked(nbformat.v4.new_code_cell(text), grade_id, solution=True)


def grade_cell(grade_id, source, points=1):
    about = {"grade": True, "locked": True, "points": points}
    return _marked(nbformat.v4.new_code_cell(source), grade_id, **about)


def locked(grade_id, source):
    return _marked(nbformat.v4.new_code_cell(source), grade_id, locked=True)


def manual(grade_id, source, points=2, *, is_code=False):
    """Return an answer that a person grades."""
    new = nbformat.v4.new_code_cell if is_code else nbformat.v4.new_markdown_cell
    return _marked(new(source), grade_id, grade=True, solution=True, points=points)


def task(grade_id, source, points=3):
    cell = nbformat.v4.new_markdown_cell(source)
    return _marked(cell, grade_id, task=True, locked=True, points=points)
