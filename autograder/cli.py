"""The command ``autograder``.

Exit codes: 0, done; 1, something is wrong with a submission, a notebook or this machine (``check``,
``lint`` and ``doctor``); 2, the command cannot be carried out as it was given; 3, there is no
sandbox; 130, interrupted.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text as Rich
from sqlalchemy.exc import SAWarning

from autograder.batch import Batch, Record
from autograder.course import Course, CourseError
from autograder.sandbox import SandboxError
from autograder.worker import GraderError

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Grade nbgrader assignments in a sandbox."
)
STYLES = {"AC": "green", "WA": "red", "RE": "magenta", "CE": "cyan", "manual": "blue"}
MEANINGS = {
    "AC": "accepted 通过",
    "WA": "wrong answer 答案错误",
    "RE": "runtime error 运行时错误",
    "TLE": "time limit exceeded 超时",
    "MLE": "memory limit exceeded 内存超限",
    "OLE": "output limit exceeded 输出超限",
    "CE": "nothing that can be run 提交无法运行",
    "manual": "needs manual grading 需人工评分",
}
CourseOption = Annotated[Path, typer.Option(help="Folder with nbgrader_config.py.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]


@app.command()
def grade(
    assignment: Annotated[str, typer.Argument(help="Name of the assignment, as in source/.")],
    course: CourseOption = Path(),
    student: Annotated[list[str] | None, typer.Option(help="Grade only this one.")] = None,
    force: Annotated[bool, typer.Option(help="Grade again what is graded already.")] = False,
    sandbox: Annotated[
        str, typer.Option(help='"bubblewrap", or "none": no protection at all.')
    ] = "",
    workers: Annotated[int, typer.Option(min=1, help="Submissions at a time.")] = (
        os.cpu_count() or 1
    ),
    as_json: JsonOption = False,
) -> None:
    """Grade what was handed in, and save it as nbgrader does."""
    # nbgrader builds its rows in an order that SQLAlchemy comments on; it does no harm.
    warnings.simplefilter("ignore", SAWarning)
    said = Console(stderr=True)
    try:
        found = Course(course)
        kind = _kind(sandbox or found.settings.sandbox)
        batch = Batch(found, assignment, kind, workers)
        students = batch.students(student or (), again=force)
        records = _grade(batch, students, said)
    except CourseError as error:
        _stop(said, str(error), 2)
    except SandboxError as error:
        _stop(said, f"{error} To grade without any protection: --sandbox none.", 3)
    except GraderError as error:
        _stop(said, str(error), 2)
    except KeyboardInterrupt:
        _stop(said, "Stopped; running it again goes on from here.", 130)
    if as_json:
        print(json.dumps([record.as_json() for record in records], ensure_ascii=False, indent=1))
        return
    done = len(found.students(assignment)) - len(students)
    show(Console(), records, done)


def _grade(batch: Batch, students: list[str], console: Console) -> list[Record]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    records = []
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task(f"grading {batch.assignment}", total=len(students))
        for record in batch.grade(students):
            records.append(record)
            progress.advance(bar)
    return sorted(records, key=lambda record: record.student)


def show(console: Console, records: list[Record], unchanged: int) -> None:
    """Print a table of verdicts.

    Parameters
    ----------
    console : Console
    records : list of Record
    unchanged : int
        How many submissions were graded before, and are not in the table.
    """
    if records:
        table = Table("Student", "Verdict", "Points", "Not accepted", show_lines=True)
        for record in records:
            table.add_row(
                Rich(record.student),
                Rich(record.verdict, style=f"bold {STYLES.get(record.verdict, 'yellow')}"),
                f"{record.points:g}/{record.max_points:g}",
                Rich(_details(record)),
            )
        console.print(table)
    for verdict in sorted({record.verdict for record in records}):
        count = sum(record.verdict == verdict for record in records)
        console.print(f"{verdict:>6} {count:3}  {MEANINGS[verdict]}", highlight=False)
    if unchanged:
        console.print(f"{unchanged} graded before and unchanged (--force grades them again).")
    if any(record.sandbox == "none" for record in records):
        console.print("Graded without a sandbox; each grade is marked so.", style="bold red")


def _details(record: Record) -> str:
    failed = [cell for cell in record.cells if cell["verdict"] != "AC"]
    lines = [f"{cell['grade_id']} {cell['verdict']}" for cell in failed]
    notes = [f"{note.en} {note.zh}" for note in record.notes]
    return "\n".join([", ".join(lines), *notes]).strip()


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="dayNN, or a notebook.")],
    as_json: JsonOption = False,
) -> None:
    """Run the visible tests of your own notebook: same words, no sandbox, no instructor's files."""
    from autograder import check as checking

    console = Console()
    try:
        reports = [checking.check(path) for path in checking.find_notebooks(name, Path())]
    except checking.CheckError as error:
        _stop(console, str(error), 2)
    if as_json:
        print(json.dumps([checking.as_json(r) for r in reports], ensure_ascii=False, indent=1))
    else:
        for report in reports:
            checking.show(console, report)
    raise typer.Exit(0 if all(report.is_accepted for report in reports) else 1)


@app.command()
def doctor(course: CourseOption = Path()) -> None:
    """Say what sandbox this machine offers, and what to do about what is missing."""
    from autograder import doctor as examining

    try:
        environment = Course(course).environment
    except CourseError:
        from autograder.sandbox import default_environment

        environment = default_environment(course)
    findings = examining.examine(environment)
    examining.main_report(Console(), findings)
    raise typer.Exit(0 if examining.is_ready(findings) else 1)


def _kind(name: str) -> Literal["bubblewrap", "none"]:
    if name == "none":
        return "none"
    if name == "bubblewrap":
        return "bubblewrap"
    raise CourseError(f"There is no sandbox {name!r}; choose bubblewrap or none.")


def _stop(console: Console, message: str, code: int) -> None:
    console.print(f"autograder: {message}", style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    sys.exit(app())
