"""Write results where nbgrader keeps them: its gradebook and its autograded folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from autograder.course import Course
from autograder.grading import Result
from autograder.text import Text

UNSANDBOXED = "Graded without a sandbox. / 未使用沙箱评分。"


def save(
    course: Course,
    gradebook: Gradebook,
    assignment: str,
    student: str,
    results: Mapping[str, Result],
    files: Mapping[str, bytes],
) -> None:
    """Save the results of one submission.

    Parameters
    ----------
    results : mapping of str to Result
        By notebook. Notebooks of the assignment that are not in it get no points.
    files : mapping of str to bytes
        What goes beside the executed notebooks.
    """
    draft = _write_draft(course, assignment, student, results, files)
    gradebook.update_or_create_student(student)
    timestamp = course.timestamp(student, assignment)
    when = {"timestamp": timestamp} if timestamp else {}
    submission = gradebook.update_or_create_submission(assignment, student, **when)
    plugin = _late_plugin(course)
    for notebook in submission.notebooks:
        result = results.get(notebook.name)
        if result is None:
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = 0, False
            continue
        save_notebook(gradebook, assignment, student, notebook.name, result)
        gradebook.db.flush()
        notebook.late_submission_penalty = None
        late = submission.total_seconds_late
        if late > 0:
            penalty = plugin.late_submission_penalty(student, notebook.score, late)
            if penalty is not None:
                notebook.late_submission_penalty = min(max(penalty, 0), notebook.score)
    gradebook.db.commit()
    # The folder says that the submission is graded: whoever stops before this grades it again.
    folder = course.folder("autograded", student, assignment)
    _remove(folder)
    draft.replace(folder)


def save_notebook(
    gradebook: Gradebook, assignment: str, student: str, name: str, result: Result
) -> None:
    """Save the scores and comments of one notebook; the caller commits."""
    for cell in result.notebook.cells:
        place = (cell.metadata.get("nbgrader", {}).get("grade_id"), name, assignment, student)
        if place[0] is None:
            continue
        try:
            if is_grade(cell):
                grade = gradebook.find_grade(*place)
                outcome = result.outcomes.get(place[0])
                # Answers that a person grades: nothing, unless nothing was written.
                score = outcome.points if outcome else determine_grade(cell)[0]
                grade.auto_score = score
                # A score that a person gave is theirs; it is only marked for another look.
                grade.needs_manual_grade = grade.manual_score is not None or score is None
            if is_solution(cell) or is_task(cell):
                comment = gradebook.find_comment(*place)
                comment.auto_comment = _comment(result, cell)
        except MissingEntry:
            continue


def _comment(result: Result, cell: nbformat.NotebookNode) -> str | None:
    is_untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
    lines = ["No response."] if is_untouched and not is_task(cell) else _summary(result, cell)
    if result.notebook.metadata.autograder.sandbox == "none":
        lines.insert(0, UNSANDBOXED)
    return "\n\n".join(lines) or None


def _summary(result: Result, cell: nbformat.NotebookNode) -> list[str]:
    """Return what the tests below an answer say of it: nbgrader shows comments at answers only."""
    lines: list[str] = []
    is_below = False
    for other in result.notebook.cells:
        if other is cell:
            is_below = True
        elif is_below and is_solution(other):
            break
        outcome = result.outcomes.get(other.metadata.get("nbgrader", {}).get("grade_id", ""))
        if is_below and outcome and outcome.verdict != "AC":
            grade_id = other.metadata.nbgrader.grade_id
            lines.append(f"{outcome.verdict} {grade_id}: {_one_line(outcome.message)}")
    return lines


def _one_line(message: Text) -> str:
    return " / ".join(" ".join(text.split()) for text in (message.en, message.zh))


def refuse(
    course: Course, gradebook: Gradebook, assignment: str, student: str, page: str, names: list[str]
) -> None:
    """Give no points for a submission that cannot be run, and leave a page that says why."""
    _remove(course.folder("autograded", student, assignment))
    save(course, gradebook, assignment, student, {}, {})
    _remove(course.folder("autograded", student, assignment))
    folder = course.folder("feedback", student, assignment)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    if course.timestamp(student, assignment):
        # nbgrader writes feedback over this page only if this says that it is older.
        shutil.copy(course.folder("submitted", student, assignment) / "timestamp.txt", folder)


def needs_grading(course: Course, assignment: str, student: str) -> bool:
    """Tell whether there is anything newer than what was graded, as nbgrader decides it."""
    done = course.folder("autograded", student, assignment)
    if not done.exists():
        return True
    new = course.timestamp(student, assignment)
    old = course.directory.get_existing_timestamp(str(done))
    return new is not None and old is not None and new > old


def _write_draft(
    course: Course,
    assignment: str,
    student: str,
    results: Mapping[str, Result],
    files: Mapping[str, bytes],
) -> Path:
    """Write what becomes the autograded folder, under another name."""
    folder = course.folder("autograded", student, assignment)
    draft = folder.with_name(f".{folder.name}.part")
    _remove(draft)
    draft.mkdir(parents=True)
    timestamp = course.folder("submitted", student, assignment) / "timestamp.txt"
    if course.timestamp(student, assignment):
        shutil.copy(timestamp, draft)
    for name, content in files.items():
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        (draft / name).write_bytes(content)
    for name, result in results.items():
        nbformat.write(result.notebook, draft / f"{name}.ipynb")
    for path in draft.rglob("*"):
        if path.is_file():
            path.chmod(0o664 if course.directory.groupshared else 0o444)
    return draft


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        for parent, _, names in os.walk(folder):
            Path(parent).chmod(0o755)
            for name in names:
                path = Path(parent, name)
                if not path.is_symlink():
                    path.chmod(0o644)
        shutil.rmtree(folder)


def _late_plugin(course: Course) -> BasePlugin:
    assigner = AssignLatePenalties(config=course.config)
    assigner.init_plugin()
    return assigner.plugin_inst
