"""What the example class hands in.

A folder of the class is a student; the folder's name says what the submission is. It holds

``conv2d.py``
    the answer: the text of the notebook's solution cell;
``removed_cells.txt``
    nbgrader ids, one a line, of cells that this student deleted;
``conv2d.ipynb``
    handed in as it is.

Notebooks are made from the released assignment, so that they are never out of step with it.
"""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from demo.driver.course import Course, DemoError

# What learning management systems hand out: one file an attempt, all that is known in its name.
ARCHIVED_NAME = "{assignment}_{student}_attempt_{time:%Y%m%d-%H%M%S}_{notebook}.ipynb"


def hand_in(course: Course) -> None:
    """Write the archive that a learning management system would hand out.

    Raises
    ------
    DemoError
        When there is no class.
    """
    if not course.class_folder.is_dir():
        raise DemoError(f"There is no example class in {course.class_folder}.")
    course.archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(course.archive, "w") as archive:
        for folder in sorted(course.class_folder.iterdir()):
            name = ARCHIVED_NAME.format(
                assignment=course.assignment,
                student=folder.name,
                time=_attempted_at(folder),
                notebook=course.notebook,
            )
            archive.writestr(name, _notebook(course, folder))


def _attempted_at(folder: Path) -> datetime:
    """Return when a student last changed anything; newer attempts are graded again."""
    changed = max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    return datetime.fromtimestamp(changed, UTC)


def _notebook(course: Course, folder: Path) -> bytes:
    as_it_is = folder / f"{course.notebook}.ipynb"
    if as_it_is.exists():
        return as_it_is.read_bytes()
    answer, removed = folder / f"{course.notebook}.py", folder / "removed_cells.txt"
    notebook = nbformat.read(course.released_notebook, as_version=4)
    if answer.exists():
        _fill_in(notebook, answer.read_text(encoding="utf-8"))
    if removed.exists():
        names = removed.read_text(encoding="utf-8").split()
        notebook.cells = [c for c in notebook.cells if _mark(c).get("grade_id") not in names]
    text: str = nbformat.writes(notebook)
    return text.encode()


def _fill_in(notebook: NotebookNode, answer: str) -> None:
    [cell] = [cell for cell in notebook.cells if _mark(cell).get("solution")]
    cell.source = answer.rstrip("\n")


def _mark(cell: NotebookNode) -> dict[str, object]:
    return dict(cell.metadata.get("nbgrader", {}))
