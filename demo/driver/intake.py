"""Look at what was handed in before anything of it runs."""

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

RESTORED = "restored_cells"


def mark(cell: NotebookNode) -> dict[str, Any]:
    """Return what nbgrader wrote about a cell; nothing when a student put nonsense there."""
    found = cell.metadata.get("nbgrader", {})
    return dict(found) if isinstance(found, dict) else {}


def solution_ids(notebook: NotebookNode) -> list[str]:
    """Return the nbgrader ids of the cells that students write."""
    return [mark(cell).get("grade_id", "") for cell in notebook.cells if mark(cell).get("solution")]


def read_notebook(path: Path) -> NotebookNode | None:
    """Return the notebook, or None when the file is not one."""
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    # nbformat lets through whatever its converters stumble over in a file that is no notebook.
    except Exception:
        return None
    return notebook


def why_refused(path: Path, released: NotebookNode) -> str:
    """Return why a submission cannot be run at all, in both languages, or nothing."""
    name = path.name
    if not path.exists():
        return f"No {name} was handed in.\n没有提交 {name}。"
    if not path.read_bytes().strip():
        return f"{name} is empty.\n{name} 是空文件。"
    notebook = read_notebook(path)
    if notebook is None:
        return f"{name} is not a Jupyter notebook.\n{name} 不是 Jupyter 笔记本。"
    missing = [name for name in solution_ids(released) if name not in solution_ids(notebook)]
    if missing:
        cells = ", ".join(missing)
        return f"The answer's cell is missing: {cells}.\n缺少作答单元格：{cells}。"
    return ""


def restore_test_cells(path: Path, released: NotebookNode) -> None:
    """Put test cells that a student deleted back, at the end of the notebook.

    nbgrader has a setting for this, ``OverwriteCells.add_missing_cells``, which fails as soon as a
    notebook holds a cell that is locked and not graded. What the cells say does not matter:
    nbgrader overwrites every test cell with the instructor's.
    """
    notebook = read_notebook(path)
    if notebook is None:
        return
    present = {mark(cell).get("grade_id") for cell in notebook.cells}
    deleted = [
        cell
        for cell in released.cells
        if mark(cell).get("grade")
        and not mark(cell).get("solution")
        and mark(cell)["grade_id"] not in present
    ]
    if deleted:
        notebook.cells.extend(deleted)
        notebook.metadata[RESTORED] = [mark(cell)["grade_id"] for cell in deleted]
        nbformat.write(notebook, path)


def note_restored(path: Path) -> str:
    """Say which test cells were put back, in both languages, or nothing."""
    notebook = nbformat.read(path, as_version=4)
    restored = ", ".join(notebook.metadata.get(RESTORED, []))
    if not restored:
        return ""
    return (
        f"Test cells were missing and put back: {restored}.\n缺失的测试单元格已补回：{restored}。"
    )
