"""What the example class hands in.

A folder of the class is a student; the folder's name says what the submission is. It holds

``conv2d.py``
    the answer: the text of the notebook's solution cell;
``removed_cells.txt``
    nbgrader ids (shell patterns, one a line) of cells that this student deleted;
any other file
    handed in as it is, in place of a notebook.

Notebooks are made from the released assignment, so that they are never out of step with it.
"""

import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from io import BytesIO

import nbformat
from nbformat import NotebookNode

from demo.driver.course import ARCHIVED_NAME, Course, DemoError
from demo.driver.intake import mark, solution_ids

# Zip files note a time for each file; a fixed one keeps the archive the same from run to run.
ARCHIVED_AT = (2026, 1, 30, 15, 0, 0)


def students(course: Course) -> list[str]:
    """Return the ids of the class, in the order of the alphabet."""
    return sorted(folder.name for folder in course.class_folder.iterdir() if folder.is_dir())


def hand_in(course: Course) -> bool:
    """Write the archive that a learning management system would hand out.

    Returns
    -------
    bool
        Whether the archive differs from the one of the last run.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for student in students(course):
            for name, content in _files_of(course, student):
                archived = ARCHIVED_NAME.format(
                    assignment=course.assignment, student=student, file=name
                )
                archive.writestr(zipfile.ZipInfo(archived, ARCHIVED_AT), content)
    path = course.archive / "submissions.zip"
    if path.exists() and path.read_bytes() == buffer.getvalue():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())
    return True


def _files_of(course: Course, student: str) -> Iterator[tuple[str, bytes]]:
    folder = course.class_folder / student
    answer, removed = folder / f"{course.notebook}.py", folder / "removed_cells.txt"
    if answer.exists() or removed.exists():
        notebook = nbformat.read(course.released_notebook, as_version=4)
        if answer.exists():
            _fill_in(notebook, answer.read_text(encoding="utf-8"))
        if removed.exists():
            _remove(notebook, removed.read_text(encoding="utf-8").split())
        yield f"{course.notebook}.ipynb", nbformat.writes(notebook).encode()
    for path in sorted(folder.iterdir()):
        if path not in (answer, removed) and path.is_file():
            yield path.name, path.read_bytes()


def _fill_in(notebook: NotebookNode, answer: str) -> None:
    [solution_id, *others] = solution_ids(notebook)
    if others:
        raise DemoError(f"The example class answers one cell, but the notebook has {others} too.")
    for cell in notebook.cells:
        if mark(cell).get("grade_id") == solution_id:
            cell.source = answer.rstrip("\n")


def _remove(notebook: NotebookNode, patterns: list[str]) -> None:
    def stays(cell: NotebookNode) -> bool:
        grade_id = mark(cell).get("grade_id", "")
        return not any(fnmatch(grade_id, pattern) for pattern in patterns)

    notebook.cells = [cell for cell in notebook.cells if stays(cell)]
