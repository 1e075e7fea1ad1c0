"""What was handed in, as data: read without trust, put beside the instructor's source."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.plan import Step, mark
from autograder.text import Text

MAX_NOTEBOOK = 20 * 2**20
MAX_FILES = 50 * 2**20
MAX_CELLS = 2000


class Refusal(Exception):  # noqa: N818 - one submission is refused; it is no error of ours
    """A submission cannot be run at all.

    Parameters
    ----------
    reason : Text
    """

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass
class Cell:
    """One cell of the notebook that is graded.

    Attributes
    ----------
    step : Step or None
        The source's cell; None for one that the student added.
    cell_type, source : str
    attachments : dict
    """

    step: Step | None
    cell_type: str
    source: str
    attachments: dict[str, object] = field(default_factory=dict)


def check_folder(folder: Path) -> None:
    """Refuse what is no folder of its own: a link leads wherever its maker likes.

    Raises
    ------
    Refusal
    """
    if folder.is_symlink() or not folder.is_dir():
        raise Refusal(Text("The submission is no folder.", "提交的不是文件夹。"))


def read_regular_file(path: Path, limit: int) -> bytes:
    """Read a file without following a link, waiting for a pipe, or reading without end.

    Raises
    ------
    Refusal
    """
    name = path.name
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Refusal(
            Text(f"{name} cannot be opened as a file.", f"{name} 无法作为文件打开。")
        ) from error
    about = os.fstat(fd)
    if not stat.S_ISREG(about.st_mode):
        os.close(fd)
        raise Refusal(Text(f"{name} is not an ordinary file.", f"{name} 不是普通文件。"))
    with os.fdopen(fd, "rb") as stream:
        if about.st_size > limit:
            raise Refusal(
                Text(
                    f"{name} is larger than {limit // 2**20} MiB.",
                    f"{name} 超过了 {limit // 2**20} MiB。",
                )
            )
        return stream.read(limit + 1)


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook that was handed in.

    Raises
    ------
    Refusal
        When it is missing, too large, or no notebook.
    """
    name = path.name
    if not os.path.lexists(path):
        raise Refusal(Text(f"No {name} was handed in.", f"没有提交 {name}。"))
    content = read_regular_file(path, MAX_NOTEBOOK)
    if not content.strip():
        raise Refusal(Text(f"{name} is empty.", f"{name} 是空文件。"))
    try:
        notebook = nbformat.reads(content.decode("utf-8-sig"), as_version=4)
        for cell in notebook.cells:
            cell.source = str(cell.get("source", ""))
            if cell.cell_type not in ("code", "markdown", "raw"):
                raise ValueError(cell.cell_type)
        json.dumps(notebook)
    # nbformat lets through whatever its converters stumble over in a file that is no notebook.
    except Exception as error:
        raise Refusal(
            Text(f"{name} is not a Jupyter notebook.", f"{name} 不是 Jupyter 笔记本。")
        ) from error
    if len(notebook.cells) > MAX_CELLS:
        raise Refusal(
            Text(
                f"{name} has more than {MAX_CELLS} cells.", f"{name} 的单元格超过 {MAX_CELLS} 个。"
            )
        )
    whole: NotebookNode = notebook
    return whole


def read_files(folder: Path) -> dict[str, bytes]:
    """Read what lies beside the notebooks; links, pipes and devices are left where they are."""
    files: dict[str, bytes] = {}
    room = MAX_FILES
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if path.suffix == ".ipynb" or name == "timestamp.txt" or path.is_symlink():
                continue
            try:
                content = read_regular_file(path, room)
            except Refusal:
                continue
            room -= len(content)
            files[str(path.relative_to(folder))] = content
    return files


def align(steps: Sequence[Step], submitted: NotebookNode) -> tuple[list[Cell], list[Text]]:
    """Put a submission's cells beside the source's, in the source's order.

    Locked cells and grade cells are the source's; answers are the student's. Cells that the
    student added stay behind the cell that they followed. A cell that stands twice counts once,
    the last time, as in nbgrader.

    Returns
    -------
    cells : list of Cell
    notes : list of Text
        What was put right.
    """
    known = {step.grade_id: step for step in steps if step.grade_id}
    theirs: dict[str, NotebookNode] = {}
    extras: dict[str, list[Cell]] = {"": []}
    last_at = {_id(cell): n for n, cell in enumerate(submitted.cells)}
    anchor = ""
    for number, cell in enumerate(submitted.cells):
        grade_id = _id(cell)
        if grade_id in known and last_at[grade_id] == number:
            theirs[grade_id] = cell
            anchor = grade_id
        else:
            extra = Cell(None, cell.cell_type, cell.source, dict(cell.get("attachments") or {}))
            extras.setdefault(anchor, []).append(extra)
    cells, missing = list(extras[""]), []
    for grade_id, step in known.items():
        found = theirs.get(grade_id)
        is_theirs = not step.is_locked and step.role != "grade"
        if found is None:
            missing.append(grade_id)
        source = step.source
        if is_theirs:
            source = found.source if found is not None else ""
        attachments = (found or NotebookNode()).get("attachments") or {} if is_theirs else {}
        cells.append(Cell(step, step.cell_type, source, dict(attachments)))
        cells += extras.get(grade_id, [])
    return cells, _notes(missing, known)


def _notes(missing: list[str], known: dict[str, Step]) -> list[Text]:
    answers = [name for name in missing if known[name].role == "answer"]
    tests = [name for name in missing if known[name].role == "grade"]
    notes = []
    if answers:
        names = ", ".join(answers)
        notes.append(Text(f"The answer's cell is missing: {names}.", f"缺少作答单元格：{names}。"))
    if tests:
        names = ", ".join(tests)
        notes.append(
            Text(
                f"Test cells were missing and put back: {names}.",
                f"缺失的测试单元格已补回：{names}。",
            )
        )
    return notes


def _id(cell: NotebookNode) -> str:
    grade_id = mark(cell).get("grade_id")
    return grade_id if isinstance(grade_id, str) else ""
