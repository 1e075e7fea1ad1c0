"""Find the source notebooks that are meant, and apply all rules to each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.apps.api import NbGraderAPI

from autograder.course import Course
from autograder.lint.arguments import argument_cannot_cross
from autograder.lint.evidence import lone_bool, tests_nothing
from autograder.lint.finding import Finding
from autograder.lint.markers import (
    hidden_test_outside_grade_cell,
    misspelt_marker,
    solution_outside_solution_cell,
    unbalanced_markers,
)
from autograder.lint.metadata import invalid_metadata, missing_points
from autograder.lint.notebook import Source
from autograder.lint.objects import object_cannot_cross
from autograder.lint.outside import figure_cannot_cross, file_cannot_cross, patch_cannot_cross
from autograder.lint.randomness import unseeded_randomness
from autograder.lint.shadowing import shadowed_name
from autograder.lint.values import last_value, syntax_error, useless_comparison

RULES: tuple[Callable[[Source], Iterable[Finding]], ...] = (
    missing_points,
    hidden_test_outside_grade_cell,
    solution_outside_solution_cell,
    unbalanced_markers,
    misspelt_marker,
    syntax_error,
    tests_nothing,
    lone_bool,
    useless_comparison,
    last_value,
    shadowed_name,
    unseeded_randomness,
    argument_cannot_cross,
    object_cannot_cross,
    file_cannot_cross,
    figure_cannot_cross,
    patch_cannot_cross,
)


class LintError(ValueError):
    """There is nothing to read; the message says why and what to do."""


def find_notebooks(course: Course, names: Sequence[str]) -> list[Path]:
    """Find the source notebooks that an instructor means.

    Parameters
    ----------
    course : Course
    names : sequence of str
        Assignments and notebooks; none for all assignments of the course.

    Returns
    -------
    list of Path

    Raises
    ------
    LintError
        When there are none.
    """
    names = names or sorted(NbGraderAPI(config=course.config).get_source_assignments())
    if not names:
        raise LintError(f"There is no assignment in the source folder of {course.root}.")
    found = (path for name in names for path in _find(course, name))
    return list(dict.fromkeys(found))


def _find(course: Course, name: str) -> list[Path]:
    if name.endswith(".ipynb"):
        if Path(name).is_file():
            return [Path(name)]
        raise LintError(f"There is no notebook {name}; look at the spelling and the folder.")
    folder = course.folder("source", ".", name)
    if not folder.is_dir():
        raise LintError(f"There is no assignment {name!r}: {folder} does not exist.")
    notebooks = sorted(folder.glob("*.ipynb"))
    if not notebooks:
        raise LintError(f"There is no notebook in {folder}; is {name!r} the right assignment?")
    return notebooks


def lint(course: Course, path: Path) -> list[Finding]:
    """Apply all rules to a source notebook, without running any of it.

    Parameters
    ----------
    course : Course
    path : Path

    Returns
    -------
    list of Finding
        In the order of the notebook.

    Raises
    ------
    LintError
        When it cannot be read.
    """
    notebook = _read(path)
    # The rest of the rules, and the grader, count on what nbgrader wrote.
    if found := invalid_metadata(path, notebook):
        return found
    source = Source(path, notebook, course.config, course.delimiters)
    order = {cell.name: cell.number for cell in source.cells}
    found = [finding for rule in RULES for finding in rule(source)]
    return sorted(found, key=lambda f: (order[f.cell], f.line, f.severity, f.rule))


def _read(path: Path) -> NotebookNode:
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except Exception as error:
        raise LintError(
            f"{path} cannot be read as a notebook ({type(error).__name__}); open it in Jupyter "
            "and save it again."
        ) from error
    return notebook
