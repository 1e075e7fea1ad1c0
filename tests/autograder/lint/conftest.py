"""A course in which each test writes one source notebook and reads what lint says of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from nbformat.v4 import new_notebook

from autograder.course import Course
from autograder.grading import Task
from autograder.lint import lint
from autograder.worker import Settings, Worker
from tests.autograder.courses import REPOSITORY, Folder, new_course


@dataclass
class Desk:
    """Where an instructor writes a notebook."""

    folder: Folder

    def lint(self, *cells, files=(), config=""):
        """Return all findings about a notebook of these cells."""
        self.folder.add_config(config)
        self.folder.write_source("ps", "problems", cells, files)
        path = self.folder.root / "source" / "ps" / "problems.ipynb"
        return lint(Course(self.folder.root), path)

    def rules(self, *cells, **options):
        """Return where each rule was broken, and how badly."""
        found = self.lint(*cells, **options)
        return [(finding.cell, finding.line, finding.rule, finding.severity) for finding in found]


@pytest.fixture
def desk(tmp_path):
    return Desk(new_course(tmp_path / "course"))


@pytest.fixture(scope="session")
def grade():
    """Grade a submission with the real grader; it is the model solution unless one is given."""
    worker = Worker(Settings(REPOSITORY / ".box", "bubblewrap"))

    def verdicts(cells, submitted=None):
        source, work = (new_notebook(cells=list(c)) for c in (cells, submitted or cells))
        outcomes = worker.grade(Task(source, work)).outcomes
        return {name: outcome.verdict for name, outcome in outcomes.items()}

    with worker.sandbox:
        yield verdicts
