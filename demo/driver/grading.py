"""Collect, autograde and answer: stock nbgrader, one submission at a time."""

import hashlib
import html
import json
import shutil
from pathlib import Path

from demo.driver.course import Course
from demo.driver.intake import restore_test_cells, why_refused
from demo.driver.verdicts import MEANINGS, TOOK_TOO_LONG, Result, Verdict, empty_groups, read_result

REFUSAL_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{assignment}: {verdict}</title></head>
<body style="font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto">
<h1>{assignment}: {verdict} ({meaning}), 0 / {max_points:g}</h1>
{reason}
</body>
</html>
"""


def collect(course: Course) -> bool:
    """Collect the archive with ``nbgrader zip_collect``; return whether there was anything new."""
    stamp = course.root / "collected.sha256"
    fingerprint = hashlib.sha256((course.archive / "submissions.zip").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return False
    shutil.rmtree(course.root / "submitted", ignore_errors=True)
    course.run_nbgrader("zip_collect", course.assignment, "--force")
    for path in course.root.glob(f"submitted/*/{course.assignment}/{course.notebook}.ipynb"):
        restore_test_cells(path, course.released())
    stamp.write_text(fingerprint)
    return True


def saved_result(course: Course, student: str) -> Result | None:
    """Return the result of a submission that is graded already and has not changed since."""
    if not course.feedback(student).exists():
        return None
    return Result.load(_result_path(course, student), _key(course, student))


def grade(course: Course, student: str) -> Result:
    """Autograde one submission and write its feedback.

    Whatever was handed in, and whatever it does while it runs, comes back as a result.
    """
    for stale in (course.autograded(student), course.feedback(student)):
        _remove_folder(stale.parent)
    refusal = why_refused(course.submitted(student), course.released())
    if refusal:
        result = _refuse(course, student, Verdict.CE, refusal)
    else:
        result = _autograde(course, student)
    result.save(_result_path(course, student), _key(course, student))
    return result


def _autograde(course: Course, student: str) -> Result:
    api = course.api()
    graded = api.autograde(course.assignment, student)
    log = graded.get("log", "") + graded.get("error", "")
    if not graded["success"]:
        course.log(student).write_text(log, encoding="utf-8")
        return _refuse(course, student, *_why_stopped(log))
    answered = api.generate_feedback(course.assignment, student)
    log += answered.get("log", "") + answered.get("error", "")
    course.log(student).write_text(log, encoding="utf-8")
    result = read_result(course, student)
    if not answered["success"]:
        _write_page(course, result)
    return result


def _why_stopped(log: str) -> tuple[Verdict, str]:
    """Say why nbgrader gave a submission up, from what it logged."""
    if "DeadKernelError" in log:
        return Verdict.RE, (
            "The Python process died while it ran this notebook.\n"
            "运行这份笔记本时 Python 进程意外终止。"
        )
    if "CellTimeoutError" in log:
        return Verdict.TLE, TOOK_TOO_LONG
    lines = [line for line in log.splitlines() if line.strip() and not line.startswith((" ", "["))]
    cause = next((line for line in lines if "Error" in line), "no error was logged")
    return (
        Verdict.CE,
        f"nbgrader could not run this notebook: {cause}\nnbgrader 无法运行这份笔记本。",
    )


def _refuse(course: Course, student: str, verdict: Verdict, reason: str) -> Result:
    """Give no points, in the gradebook too, and write a plain page in place of the feedback."""
    _remove_folder(course.autograded(student).parent)
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(course.assignment, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = 0, False
        gradebook.db.commit()
    result = Result(student, verdict, reason, empty_groups(course))
    _write_page(course, result)
    return result


def _write_page(course: Course, result: Result) -> None:
    page = course.feedback(result.student)
    page.parent.mkdir(parents=True, exist_ok=True)
    paragraphs = (f"<p>{html.escape(line)}</p>" for line in result.reason.splitlines())
    text = REFUSAL_PAGE.format(
        assignment=course.assignment,
        verdict=result.verdict,
        meaning=MEANINGS[result.verdict],
        max_points=result.max_points,
        reason="\n".join(paragraphs),
    )
    page.write_text(text, encoding="utf-8")


def _remove_folder(folder: Path) -> None:
    """Remove a folder that nbgrader has made read-only."""
    if folder.exists():
        shutil.rmtree(folder)


def _result_path(course: Course, student: str) -> Path:
    return course.root / "results" / f"{student}.json"


def _key(course: Course, student: str) -> str:
    """Return a digest of what was handed in; the course starts afresh when its tests change."""
    path = course.submitted(student)
    content = path.read_bytes() if path.exists() else b""
    return hashlib.sha256(json.dumps([path.exists()]).encode() + content).hexdigest()
