"""Grade one notebook: a function of the source, the submission and the limits alone.

First all of the student's cells run, in the box; a fork is kept wherever a grade cell stands.
Then the interpreter that ran them ends, and only then the grade cells run, each against its fork.
Whatever a student's code displays was displayed before any hidden input reached the box.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.outputs import clean_attachments, clean_markdown, clean_outputs
from autograder.plan import Delimiters, Step
from autograder.remote import BoxFailure, Process
from autograder.sandbox import Box, Limits, Sandbox
from autograder.submission import Cell, align
from autograder.text import Text
from autograder.trusted import FAILURES, MANUAL, Outcome, TrustedShell


@dataclass(frozen=True)
class Task:
    """Everything that decides what becomes of one notebook.

    Attributes
    ----------
    source : NotebookNode
        The instructor's, with hidden tests; locked cells as the gradebook has them.
    submitted : NotebookNode
    files : mapping of str to bytes
        What lies beside the notebook while it runs.
    source_files : mapping of str to bytes
        What lies beside the instructor's, for the tests.
    seconds : mapping of str to float
        Time limit of cells by nbgrader id; "" for all others.
    seconds_after_timeout : float
        Limit once a cell has run out of time.
    limits : Limits
    delimiters : Delimiters
    """

    source: NotebookNode
    submitted: NotebookNode
    files: Mapping[str, bytes] = field(default_factory=dict)
    source_files: Mapping[str, bytes] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=lambda: {"": 30.0})
    seconds_after_timeout: float = 2.0
    limits: Limits = field(default_factory=Limits)
    delimiters: Delimiters = field(default_factory=Delimiters)


@dataclass(frozen=True)
class Result:
    """What became of one notebook.

    Attributes
    ----------
    notebook : NotebookNode
        Executed, with outputs that are fit for students.
    outcomes : mapping of str to Outcome
        By nbgrader id, in the order of the notebook; manually graded answers are not in it.
    notes : list of Text
    """

    notebook: NotebookNode
    outcomes: Mapping[str, Outcome]
    notes: list[Text]


def grade_notebook(task: Task, steps: list[Step], sandbox: Sandbox) -> Result:
    """Run a submission's cells in a box, and judge it by the source's grade cells.

    The calling process takes the trusted side's shell; call it in a fork.

    Parameters
    ----------
    task : Task
    steps : list of Step
        The plan of the task's source.
    sandbox : Sandbox
    """
    cells, notes = align(steps, task.submitted)
    notebook = _Notebook(task, cells)
    # Each grade cell has two forks of its own; the limit is for what the student starts.
    forks = 2 * sum(step.role == "grade" for step in steps)
    limits = replace(task.limits, processes=task.limits.processes + forks)
    with Box(sandbox, limits, task.files) as box:
        notebook.run_cells(box)
        outcomes = notebook.judge(box, steps)
    return Result(notebook.as_nbformat(sandbox.kind), outcomes, [*notes, *notebook.notes])


class _Notebook:
    """The submission, while it is graded."""

    def __init__(self, task: Task, cells: list[Cell]) -> None:
        self.task = task
        self.cells = cells
        self.notes: list[Text] = []
        self.outputs: list[list[Any]] = [[] for _ in cells]
        self.counts: list[int | None] = [None] * len(cells)
        self.forks: dict[str, Process] = {}
        self.has_timed_out = False
        self.outcomes: dict[str, Outcome] = {}

    def seconds(self, grade_id: str) -> float:
        seconds = self.task.seconds.get(grade_id, self.task.seconds[""])
        return min(seconds, self.task.seconds_after_timeout) if self.has_timed_out else seconds

    def line_of(self, name: str, number: int) -> str | None:
        """Return a line of a cell from our own copy; the box only says which."""
        digits = name.removeprefix("<cell ").removesuffix(">")
        if not digits.isdecimal() or int(digits) >= len(self.cells):
            return None
        # IPython leaves out the empty lines at the beginning.
        lines = re.sub(r"\A(\s*\n)+", "", self.cells[int(digits)].source).splitlines()
        return lines[number - 1].strip()[:100] if 0 < number <= len(lines) else None

    # ------------------------------------------------------------------------------- the box

    def run_cells(self, box: Box) -> None:
        """Run the student's cells; keep a fork where each grade cell stands."""
        for number, cell in enumerate(self.cells):
            if cell.cell_type != "code":
                continue
            try:
                self._run_cell(box, number, cell)
            except BoxFailure:
                # Not even a fork can be had any more.
                break
        box.kill(box.interpreter)

    def _run_cell(self, box: Box, number: int, cell: Cell) -> None:
        source = cell.source
        if cell.step is not None and cell.step.role == "grade":
            self.forks[cell.step.grade_id] = box.checkpoint()
            source = cell.step.released
        if not source.strip():
            return
        before = box.checkpoint()
        seconds = self.seconds(cell.step.grade_id if cell.step else "")
        try:
            answer = box.interpreter.run(
                source, f"<cell {number}>", seconds, self.task.limits.output_bytes
            )
        except BoxFailure as failure:
            code = "MLE" if failure.code == "RE" and box.has_exceeded_memory() else failure.code
            self.has_timed_out |= code == "TLE"
            self._fail(number, code)
            # Go on as if the cell had not been there.
            box.kill(box.interpreter)
            box.interpreter = before
            return
        box.kill(before)
        if cell.step is not None and cell.step.role == "grade":
            return
        self.outputs[number] = clean_outputs(
            answer["outputs"],
            limit_bytes=self.task.limits.output_bytes,
        )
        self.counts[number] = answer["count"]
        if answer["timed_out"]:
            self.has_timed_out = True
            self._fail(number, "TLE")
        elif answer["overflowed"]:
            self._fail(number, "OLE")

    def _fail(self, number: int, code: str) -> None:
        cell = self.cells[number]
        name = cell.step.grade_id if cell.step else f"{number + 1}"
        told = FAILURES[code]
        self.notes.append(
            Text(f"{code} in cell {name}: {told.en}", f"单元格 {name} {code}：{told.zh}")
        )
        self.outputs[number].append(
            nbformat.v4.new_output("error", ename=code, evalue=str(told), traceback=[str(told)])
        )

    # ------------------------------------------------------------------------------ the tests

    def judge(self, box: Box, steps: list[Step]) -> dict[str, Outcome]:
        """Run the trusted side's cells in their order."""
        with tempfile.TemporaryDirectory() as folder:
            _write_files(Path(folder), self.task.source_files)
            os.chdir(folder)
            # Tests may import what lies beside the source, as they can beside the notebook.
            sys.path.insert(0, folder)
            trusted = TrustedShell(self.line_of, box.has_exceeded_memory)
            for step in steps:
                if step.role == "grade":
                    self.outcomes[step.grade_id] = self._judge_cell(trusted, step)
                    if not self.forks.get(step.grade_id):
                        continue
                    if not self.forks[step.grade_id].is_alive:
                        box.kill(self.forks[step.grade_id])
                elif step.role != "text":
                    trusted.run_setup(step)
            os.chdir("/")
        return self.outcomes

    def _judge_cell(self, trusted: TrustedShell, step: Step) -> Outcome:
        fork = self.forks.get(step.grade_id)
        if fork is None:
            message = FAILURES["RE"]
            return Outcome("RE", 0.0, message, [])
        try:
            outcome = trusted.judge(step, fork, self.seconds(step.grade_id))
        except Exception:
            # Ours, not the student's: no points are taken away for it.
            traceback.print_exc()
            message = Text("The grader failed on this cell.", "评分程序在这一单元格上出错。")
            return Outcome(MANUAL, None, message, [])
        self.has_timed_out |= outcome.verdict == "TLE"
        return outcome

    # ------------------------------------------------------------------------------- the file

    def as_nbformat(self, sandbox: str) -> NotebookNode:
        """Return the executed notebook, as nbgrader's formgrader and feedback show it."""
        notebook: NotebookNode = nbformat.v4.new_notebook()
        for number, cell in enumerate(self.cells):
            notebook.cells.append(self._cell(number, cell))
        notebook.metadata = NotebookNode(
            kernelspec=self.task.source.metadata.get("kernelspec", {}),
            language_info=NotebookNode(name="python"),
            autograder=NotebookNode(sandbox=sandbox, verdict=overall(self.outcomes)),
        )
        notebook.metadata.autograder.notes = [{"en": n.en, "zh": n.zh} for n in self.notes]
        return notebook

    def _cell(self, number: int, cell: Cell) -> NotebookNode:
        source = cell.source
        if cell.cell_type == "code":
            count = self.counts[number]
            new: NotebookNode = nbformat.v4.new_code_cell(source, execution_count=count)
            new.outputs = self.outputs[number]
        elif cell.cell_type == "markdown":
            new = nbformat.v4.new_markdown_cell(source)
            if cell.step is None or not cell.step.is_locked:
                attachments = clean_attachments(cell.attachments)
                new.source = clean_markdown(source, attachments)
                new.attachments = attachments
        else:
            new = nbformat.v4.new_raw_cell(source)
        if cell.step is not None:
            new.metadata.nbgrader = _metadata(self.task.source, cell.step.grade_id)
            outcome = self.outcomes.get(cell.step.grade_id)
            if outcome is not None:
                new.outputs = [nbformat.from_dict(output) for output in outcome.outputs]
                new.metadata.autograder = {
                    "verdict": outcome.verdict,
                    "points": outcome.points,
                    "max_points": cell.step.points,
                    "message": {"en": outcome.message.en, "zh": outcome.message.zh},
                }
        return new


def overall(outcomes: Mapping[str, Outcome]) -> str:
    """Return the verdict on a notebook: the first that is not AC, as in an online judge."""
    verdicts = [outcome.verdict for outcome in outcomes.values()]
    failed = [verdict for verdict in verdicts if verdict not in ("AC", MANUAL)]
    return (failed or [v for v in verdicts if v == MANUAL] or ["AC"])[0]


def _metadata(source: NotebookNode, grade_id: str) -> NotebookNode:
    for cell in source.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            found: NotebookNode = nbformat.from_dict(dict(cell.metadata.nbgrader))
            return found
    return NotebookNode()


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
