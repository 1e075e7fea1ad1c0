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
from typing import TYPE_CHECKING, Annotated, NoReturn

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

# Each command imports what it needs: nbgrader alone takes a second.
if TYPE_CHECKING:
    from autograder.batch import Batch, Record
    from autograder.sandbox import Kind

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Grade nbgrader assignments in a sandbox."
)
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
    from sqlalchemy.exc import SAWarning

    from autograder.batch import Batch
    from autograder.course import Course, CourseError
    from autograder.sandbox import SandboxError
    from autograder.table import show
    from autograder.worker import GraderError

    # nbgrader builds its rows in an order that SQLAlchemy comments on; it does no harm.
    warnings.simplefilter("ignore", SAWarning)
    said = Console(stderr=True)
    try:
        found = Course(course)
        kind = _kind(sandbox or found.settings.sandbox)
        batch = Batch(found, assignment, kind, workers)
        students = batch.students(student or (), again=force)
        if students:
            _try_sandbox(found.environment, kind, said)
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
    unchanged = len(batch.students(student or (), again=True)) - len(students)
    show(Console(), records, unchanged)


def _try_sandbox(environment: Path, kind: Kind, console: Console) -> None:
    """Find out what there is before workers start, which have nobody to tell it to."""
    from autograder.sandbox import Sandbox

    with Sandbox(environment, kind, modules=()) as sandbox:
        if sandbox.forbidden:
            console.print(
                "Each submission gets a sandbox of its own here, which takes about a second more "
                "('autograder doctor' says why)."
            )


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
def lint(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="ASSIGNMENT|NOTEBOOK", help="Default: every assignment in source/."),
    ] = None,
    course: CourseOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Read source notebooks before release: what would give wrong grades or show hidden tests."""
    from autograder import lint as linting
    from autograder.course import Course, CourseError

    console = Console()
    try:
        found = Course(course)
        notebooks = linting.find_notebooks(found, names or ())
        findings = [finding for path in notebooks for finding in linting.lint(found, path)]
    except (CourseError, linting.LintError) as error:
        _stop(console, str(error), 2)
    if as_json:
        print(json.dumps([linting.as_json(f) for f in findings], ensure_ascii=False, indent=1))
    else:
        linting.show(console, notebooks, findings)
    raise typer.Exit(1 if any(f.severity == "error" for f in findings) else 0)


@app.command()
def doctor(course: CourseOption = Path(), as_json: JsonOption = False) -> None:
    """Say what sandbox this machine offers, and what to do about what is missing."""
    from autograder import doctor as examining
    from autograder.course import Course, CourseError
    from autograder.sandbox import default_environment

    try:
        environment = Course(course).environment
    except CourseError:
        environment = default_environment(course)
    findings = examining.examine(environment)
    if as_json:
        print(json.dumps([finding.as_json() for finding in findings], indent=1))
    else:
        examining.main_report(Console(), findings)
    raise typer.Exit(0 if examining.is_ready(findings) else 1)


def _kind(name: str) -> Kind:
    from autograder.course import CourseError

    if name == "none":
        return "none"
    if name == "bubblewrap":
        return "bubblewrap"
    raise CourseError(f"There is no sandbox {name!r}; choose bubblewrap or none.")


def _stop(console: Console, message: str, code: int) -> NoReturn:
    console.print(f"autograder: {message}", style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


def main() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    sys.exit(app())
