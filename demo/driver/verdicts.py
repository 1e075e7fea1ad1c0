"""What an executed notebook says: points and a verdict for each group of tests.

The words are those of online judges. A group is one nbgrader test cell.
"""

import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from demo.driver.course import Course
from demo.driver.intake import mark, note_restored

CHINESE = re.compile("[\u4e00-\u9fff]")


class Verdict(StrEnum):
    """Verdict words of online judges."""

    AC = "AC"  # accepted
    WA = "WA"  # wrong answer
    RE = "RE"  # runtime error
    TLE = "TLE"  # time limit exceeded
    MLE = "MLE"  # memory limit exceeded
    CE = "CE"  # compile error: what was handed in cannot be run at all


MEANINGS = {
    Verdict.AC: "accepted 通过",
    Verdict.WA: "wrong answer 答案错误",
    Verdict.RE: "runtime error 运行时错误",
    Verdict.TLE: "time limit exceeded 超时",
    Verdict.MLE: "memory limit exceeded 内存超限",
    Verdict.CE: "nothing that can be run 提交无法运行",
}

# What the judge raises, a plain assert, and nbgrader's word for an interrupted cell.
VERDICT_OF_ERROR = {
    "WrongAnswer": Verdict.WA,
    "AssertionError": Verdict.WA,
    "SubmissionError": Verdict.RE,
    "MemoryError": Verdict.MLE,
    "CellTimeoutError": Verdict.TLE,
}
# Their text is written for students; that of any other error says little without its name.
EXPLAINED = {"WrongAnswer", "AssertionError", "SubmissionError"}
# How a judge's line begins that names a misconception.
KNOWN_MISTAKE = ("This looks like a known mistake", "这像是一个常见错误")

TOOK_TOO_LONG = (
    "The code was still running when the time was up, and was interrupted. "
    "Look for a loop that never ends.\n"
    "时间用完时代码仍在运行，已被中断。请检查有没有不会结束的循环。"
)
PARTIAL_CREDIT = "Some cases of this group are wrong.\n这一组中有部分情形不正确。"


@dataclass(frozen=True)
class Group:
    """Points of one group of tests, and why some are missing."""

    name: str
    points: float
    max_points: float
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class Result:
    """What became of one submission.

    ``reason`` holds a line of English and, where there is one, a line of Chinese.
    """

    student: str
    verdict: Verdict
    reason: str
    groups: tuple[Group, ...] = ()

    @property
    def points(self) -> float:
        """Sum of the points."""
        return sum(group.points for group in self.groups)

    @property
    def max_points(self) -> float:
        """Sum of the points that can be had."""
        return sum(group.max_points for group in self.groups)

    def save(self, path: Path, key: str) -> None:
        """Write the result and the key of what it was computed from, all or nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        text = json.dumps({"key": key, **asdict(self)}, ensure_ascii=False, indent=1)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)

    @classmethod
    def load(cls, path: Path, key: str) -> "Result | None":
        """Return the saved result, or None when there is none for ``key``."""
        if not path.exists():
            return None
        saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if saved.pop("key") != key:
            return None
        groups = [Group(**{**g, "verdict": Verdict(g["verdict"])}) for g in saved.pop("groups")]
        return cls(saved["student"], Verdict(saved["verdict"]), saved["reason"], tuple(groups))


def empty_groups(course: Course) -> tuple[Group, ...]:
    """Return every group with no points, for a submission that could not be run."""
    with course.gradebook() as gradebook:
        cells = gradebook.find_notebook(course.notebook, course.assignment).grade_cells
        points = {cell.name: cell.max_score for cell in cells}
    return tuple(Group(name, 0.0, points[name], Verdict.CE) for name in _order(course, points))


def read_result(course: Course, student: str) -> Result:
    """Return the result of a submission that nbgrader has graded.

    As in an online judge, the first group that is not accepted gives the verdict. It gives the
    reason too, unless a later one recognised the misconception behind it.
    """
    executed = nbformat.read(course.autograded(student), as_version=4)
    with course.gradebook() as gradebook:
        grades = gradebook.find_submission_notebook(
            course.notebook, course.assignment, student
        ).grades
        scores = {grade.name: (grade.score, grade.max_score) for grade in grades}
    cells = {mark(cell).get("grade_id"): cell for cell in executed.cells}
    groups = tuple(
        _read_group(name, *scores[name], cells.get(name)) for name in _order(course, scores)
    )
    failed = [group for group in groups if group.verdict is not Verdict.AC]
    if not failed:
        return Result(student, Verdict.AC, note_restored(course.submitted(student)), groups)
    broken_answer = _error_in_answer(executed)
    if broken_answer:
        return Result(student, *broken_answer, groups)
    named = [group for group in failed if group.reason.startswith(KNOWN_MISTAKE)]
    return Result(student, failed[0].verdict, (named or failed)[0].reason, groups)


def _order(course: Course, names: Any) -> list[str]:
    """Sort names of cells as they stand in the notebook."""
    ids = [mark(cell).get("grade_id") for cell in course.released().cells]
    return sorted(names, key=ids.index)


def _read_group(name: str, points: float, max_points: float, cell: NotebookNode | None) -> Group:
    if points >= max_points:
        return Group(name, points, max_points, Verdict.AC)
    verdict, reason = _read_outputs(cell) if cell else (Verdict.CE, "")
    return Group(name, points, max_points, verdict, reason)


def _error_in_answer(executed: NotebookNode) -> tuple[Verdict, str] | None:
    """Return what went wrong in the student's own cell, which explains every later failure."""
    for cell in executed.cells:
        if mark(cell).get("solution") and _errors(cell):
            return _read_outputs(cell)
    return None


def _errors(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.get("outputs", []) if output.output_type == "error"]


def _read_outputs(cell: NotebookNode) -> tuple[Verdict, str]:
    errors = {error.ename: error.evalue for error in _errors(cell)}
    if "CellTimeoutError" in errors:
        # The interrupt leaves a KeyboardInterrupt beside it.
        return Verdict.TLE, TOOK_TOO_LONG
    for name, message in errors.items():
        text = message if name in EXPLAINED else f"{name}: {message}"
        return VERDICT_OF_ERROR.get(name, Verdict.RE), _conclusion(text)
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stderr":
            return Verdict.RE, _conclusion(f"stderr: {output.text}")
    return Verdict.WA, PARTIAL_CREDIT


def _conclusion(message: str) -> str:
    """Return the line that tells most, in each language that the message is written in.

    A judge's message goes from the general to the particular: it ends with the quantity that is
    wrong, and with the misconceptions, if any was recognised.
    """
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    languages = [
        [line for line in lines if bool(CHINESE.search(line)) is zh] for zh in (False, True)
    ]
    return "\n".join(_most_telling(language) for language in languages if language)


def _most_telling(lines: list[str]) -> str:
    for line in lines:
        if line.startswith(KNOWN_MISTAKE):
            # The misconception's name; the hint that follows is for the student's own page.
            return re.split(r"(?<=[.。])\s*", line)[0]
    return lines[-1]
