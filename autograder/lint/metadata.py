"""Rules on what nbgrader keeps about a cell: its id and its points."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.nbgraderformat import (
    MetadataValidator,
    SchemaTooNewError,
    SchemaTooOldError,
    ValidationError,
)

from autograder.lint.finding import Finding
from autograder.lint.notebook import Source, cell_name
from autograder.plan import mark


def invalid_metadata(path: Path, notebook: NotebookNode) -> list[Finding]:
    """Report early what makes ``nbgrader generate_assignment`` give up.

    Parameters
    ----------
    path : Path
    notebook : NotebookNode

    Returns
    -------
    list of Finding
        When there are any, nothing more can be said about the notebook.
    """
    found, seen = [], set()
    for number, cell in enumerate(notebook.cells, 1):
        name = cell_name(number, cell)
        refusal = _refusal(cell)
        about = mark(cell)
        if not refusal and (about.get("grade") or about.get("solution") or about.get("locked")):
            if name in seen:
                refusal = f"another cell above has the id {name!r}; give each its own"
            seen.add(name)
        if refusal:
            message = f"nbgrader refuses this cell: {refusal}."
            found.append(Finding(path, name, 1, "invalid-metadata", "error", message))
    return found


def _refusal(cell: NotebookNode) -> str:
    about = cell.metadata.get("nbgrader", {})
    if not isinstance(about, dict):
        return "its metadata is not nbgrader's; choose the cell's type again in Jupyter"
    cell = deepcopy(cell)
    if about.get("grade"):
        # The rule on points says more about them.
        cell.metadata.nbgrader.setdefault("points", 0)
    try:
        MetadataValidator().validate_cell(cell)
    except (SchemaTooOldError, SchemaTooNewError) as error:
        return f"{error}; run 'nbgrader update' on the notebook"
    except ValidationError as error:
        return str(error.message).rstrip(".") + "; correct it with Create Assignment in Jupyter"
    return ""


def missing_points(source: Source) -> Iterator[Finding]:
    """Find cells that are graded and worth nothing."""
    rule = "missing-points"
    for cell in source.cells:
        about = mark(cell.node)
        if not (about.get("grade") or about.get("task")):
            continue
        if "points" not in about:
            message = "This cell is graded and has no points: nbgrader refuses it; set its points."
            yield source.finding(cell, 1, rule, "error", message)
        elif not cell.step.points:
            message = "This cell is graded and worth 0 points; set its points."
            yield source.finding(cell, 1, rule, "warning", message)
