"""Grade the submissions of an assignment: read, run, save, one after another or side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import active_children
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.utils import is_grade

from autograder.course import Course, CourseError, is_valid_student, refused_files
from autograder.feedback import refusal_page
from autograder.gradebook import needs_grading, refuse, save
from autograder.grading import Result, overall
from autograder.sandbox import Kind
from autograder.submission import Refusal, check_folder, read_files, read_notebook
from autograder.text import Text
from autograder.trusted import MANUAL
from autograder.worker import GraderError, Settings, grade, start_workers

REFUSED = "CE"
BY_HAND = Text("A person grades this answer.", "这一项由人工评分。")


@dataclass(frozen=True)
class Record:
    """What became of one submission, as ``autograder grade --json`` prints it.

    Attributes
    ----------
    student, assignment, verdict, sandbox : str
    points, max_points : float
        Points that the grader gave; what a person grades is not in them.
    notes : list of Text
    cells : list of dict
        notebook, grade_id, verdict, points (None: needs manual grading), max_points, message.
    """

    student: str
    assignment: str
    verdict: str
    points: float
    max_points: float
    sandbox: str
    notes: list[Text] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it in the form of JSON."""
        return {**vars(self), "notes": [vars(note) for note in self.notes]}


@dataclass
class _Waiting:
    """A submission of which some notebooks are being graded."""

    student: str
    futures: dict[str, Future[Result]]
    files: Mapping[str, bytes]
    notes: list[Text]


def _by_hand(name: str, cell: NotebookNode) -> dict[str, Any]:
    """Return the record of an answer that a person grades."""
    return {
        "notebook": name,
        "grade_id": cell.metadata.nbgrader.grade_id,
        "verdict": MANUAL,
        "points": None,
        "max_points": float(cell.metadata.nbgrader.get("points", 0)),
        "message": vars(BY_HAND),
    }


class Batch:
    """One run over an assignment.

    Parameters
    ----------
    course : Course
    assignment : str
    kind : {"bubblewrap", "none"}
    workers : int
        Submissions that are graded at the same time.

    Raises
    ------
    CourseError
        When the assignment is not ready to be graded.
    """

    def __init__(self, course: Course, assignment: str, kind: Kind, workers: int) -> None:
        self.course = course
        self.assignment = assignment
        self.kind = kind
        self.workers = workers
        with course.gradebook() as gradebook:
            self.sources = course.sources(assignment, gradebook)

    def students(self, chosen: Sequence[str] = (), *, again: bool = False) -> list[str]:
        """Return whose submissions are to be graded.

        Parameters
        ----------
        chosen : sequence of str
            Empty: everybody.
        again : bool
            Also those that are graded already and have not changed.
        """
        everybody = self.course.students(self.assignment)
        unknown = sorted(set(chosen) - set(everybody))
        if unknown:
            raise CourseError(
                f"Nothing was handed in for {self.assignment} by {', '.join(unknown)}."
            )
        wanted = [name for name in everybody if not chosen or name in chosen]
        return [s for s in wanted if again or needs_grading(self.course, self.assignment, s)]

    def grade(self, students: Sequence[str]) -> Iterator[Record]:
        """Grade submissions; each is saved before its record is given.

        Raises
        ------
        SandboxError
            When there is no sandbox.
        """
        settings = Settings(self.course.environment, self.kind, (str(self.course.root),))
        workers = min(self.workers, max(1, len(students)))
        with start_workers(settings, workers) as pool, self.course.gradebook() as gradebook:
            try:
                yield from self._grade(pool, gradebook, students, workers)
            except (KeyboardInterrupt, GeneratorExit):
                # Nobody waits for what is half graded, which may be an endless loop.
                for process in active_children():
                    process.kill()
                raise

    def _grade(
        self, pool: ProcessPoolExecutor, gradebook: Gradebook, students: Sequence[str], workers: int
    ) -> Iterator[Record]:
        waiting: list[_Waiting] = []
        for student in students:
            while len(waiting) > workers:
                yield self._finish_one(gradebook, waiting)
            prepared = self._prepare(pool, gradebook, student)
            if isinstance(prepared, Record):
                yield prepared
            else:
                waiting.append(prepared)
        while waiting:
            yield self._finish_one(gradebook, waiting)

    def _prepare(
        self, pool: ProcessPoolExecutor, gradebook: Gradebook, student: str
    ) -> _Waiting | Record:
        """Read a submission and hand it to a worker; or refuse it."""
        folder = self.course.folder("submitted", student, self.assignment)
        try:
            if not is_valid_student(student):
                raise Refusal(Text("This cannot be a student's id.", "这不能作为学号。"))
            check_folder(folder)
            notebooks = []
            for source in self.sources:
                path = folder / f"{source.name}.ipynb"
                # One of several notebooks may be missing, as in nbgrader.
                if len(self.sources) == 1 or path.exists() or path.is_symlink():
                    notebooks.append((source, read_notebook(path)))
        except Refusal as refusal:
            return self._refuse(gradebook, student, refusal.reason)
        if not notebooks:
            reason = Text("No notebook was handed in.", "没有提交任何笔记本。")
            return self._refuse(gradebook, student, reason)
        files = read_files(folder)
        tasks = {
            source.name: self.course.task(self.assignment, source, submitted, files)
            for source, submitted in notebooks
        }
        futures = {name: pool.submit(grade, task) for name, task in tasks.items()}
        beside = next(iter(tasks.values())).files
        return _Waiting(student, futures, beside, list(refused_files(folder)))

    def _finish_one(self, gradebook: Gradebook, waiting: list[_Waiting]) -> Record:
        """Wait for any submission, and save it."""
        while True:
            for number, submission in enumerate(waiting):
                if all(future.done() for future in submission.futures.values()):
                    del waiting[number]
                    return self._finish(gradebook, submission)
            futures = [f for s in waiting for f in s.futures.values() if not f.done()]
            wait(futures, return_when=FIRST_COMPLETED)

    def _finish(self, gradebook: Gradebook, submission: _Waiting) -> Record:
        results = {}
        try:
            for name, future in submission.futures.items():
                results[name] = future.result()
        except BrokenProcessPool as error:
            # Either the sandbox does not start, and said so, or the machine is out of memory.
            raise GraderError("A worker process died; run the command again to go on.") from error
        except GraderError as error:
            reason = Text(
                f"The grader failed; grade this by hand. {str(error).strip().splitlines()[-1]}",
                "评分程序出错，请人工评分。",
            )
            return Record(
                submission.student, self.assignment, MANUAL, 0, self._most(), self.kind, [reason]
            )
        student = submission.student
        save(self.course, gradebook, self.assignment, student, results, submission.files)
        return self._record(submission, results)

    def _record(self, submission: _Waiting, results: dict[str, Result]) -> Record:
        points = {
            cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.get("points", 0))
            for result in results.values()
            for cell in result.notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id")
        }
        cells = [
            {
                "notebook": name,
                "grade_id": grade_id,
                "verdict": outcome.verdict,
                "points": outcome.points,
                "max_points": points.get(grade_id, 0.0),
                "message": vars(outcome.message),
            }
            for name, result in results.items()
            for grade_id, outcome in result.outcomes.items()
        ]
        cells += [
            _by_hand(name, cell)
            for name, result in results.items()
            for cell in result.notebook.cells
            if is_grade(cell) and cell.metadata.nbgrader.grade_id not in result.outcomes
        ]
        outcomes = {f"{n} {g}": o for n, r in results.items() for g, o in r.outcomes.items()}
        notes = [note for result in results.values() for note in result.notes]
        return Record(
            student=submission.student,
            assignment=self.assignment,
            verdict=overall(outcomes),
            points=sum(outcome.points or 0.0 for outcome in outcomes.values()),
            max_points=self._most(),
            sandbox=self.kind,
            notes=[*submission.notes, *notes],
            cells=cells,
        )

    def _refuse(self, gradebook: Gradebook, student: str, reason: Text) -> Record:
        most = self._most()
        page = refusal_page(f"{self.assignment}", REFUSED, reason, f"0 / {most:g}")
        names = [source.name for source in self.sources]
        refuse(self.course, gradebook, self.assignment, student, page, names)
        return Record(student, self.assignment, REFUSED, 0.0, most, self.kind, [reason])

    def _most(self) -> float:
        return sum(source.max_score for source in self.sources)


__all__ = ["Batch", "Record"]
