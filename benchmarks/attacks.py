"""Hand the hostile submissions of ``tests/attacks`` to stock nbgrader and to our grader.

Run it on a machine that you can throw away: stock nbgrader gives submissions the rights of whoever
runs it. Those that would harm the machine itself are not given to it, and the table says so.

    python -m benchmarks.attacks
    python -m benchmarks.attacks --only display-hook write-gradebook
    python -m benchmarks.attacks --skip-stock
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.attacks import corpus
from tests.attacks.corpus import Attack
from tests.attacks.host import remove_traces
from tests.attacks.processes import Ran, run

NBGRADER = [sys.executable, "-m", "nbgrader"]
AUTOGRADER = [str(Path(sys.executable).with_name("autograder"))]

# A kernel takes longer to start and to import than a box; after the other limit, a whole
# submission is stopped from outside.
STOCK_SETTINGS = """
c = get_config()
c.CourseDirectory.course_id = "attacks"
c.Execute.timeout = 10
c.Execute.interrupt_on_timeout = True
"""
STOCK_SECONDS = 90
OURS_SECONDS = 1800

SKIPPED = "not run"
# What others take from or read must be there for them to take.
FRIENDS = ("honest-solved",)


@dataclass(frozen=True)
class Mark:
    """What a grader gave a submission.

    Attributes
    ----------
    points : float or None
        None where there are none: not run, or the grader did not survive.
    remark : str
        The verdict, or why there are no points.
    seconds : float
    """

    points: float | None
    remark: str
    seconds: float = 0.0

    def undeserved(self, attack: Attack) -> float:
        """Return how many points more than it deserves the submission got."""
        return max(0.0, (self.points or 0.0) - attack.most_points)


def main() -> int:
    """Run the benchmark; return the exit status."""
    arguments = _arguments()
    console = Console()
    attacks = [
        attack for attack in corpus.load() if not arguments.only or attack.name in arguments.only
    ]
    with tempfile.TemporaryDirectory(prefix="attacked-") as folder:
        course = packed_course(Path(folder))
        stock = {} if arguments.skip_stock else with_stock(course, attacks, console)
        ours = {} if arguments.skip_ours else with_ours(course, attacks)
    console.print(table(attacks, stock, ours))
    console.print(summary(attacks, stock, ours))
    return 0


def packed_course(folder: Path) -> Path:
    """Make a course whose assignment has been generated, in an archive.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Path
        The archive; attacks that find their way into a course do not look into archives.
    """
    root = folder / "course"
    corpus.copy_course(root)
    command = [*NBGRADER, "generate_assignment", corpus.ASSIGNMENT]
    done = run(command, root, corpus.environment(), 120)
    if done.status != 0:
        raise SystemExit(f"attacks: nbgrader cannot generate the assignment:\n{done.stderr}")
    archive = Path(shutil.make_archive(str(folder / "released"), "tar", root))
    shutil.rmtree(root)
    return archive


def with_stock(course: Path, attacks: Iterable[Attack], console: Console) -> dict[str, Mark]:
    """Grade the submissions with stock nbgrader, each in a course of its own, one by one.

    Parameters
    ----------
    course : Path
        Archive of the course.
    attacks : iterable of Attack
    console : Console
        Shows the progress.
    """
    marks = {}
    for attack in track(list(attacks), "stock nbgrader", console=console, transient=True):
        if attack.unsafe_unsandboxed:
            marks[attack.name] = Mark(None, SKIPPED)
            continue
        root = course.with_name("stock")
        shutil.unpack_archive(course, root, filter="data")
        try:
            marks[attack.name] = _stock(root, attack)
        finally:
            shutil.rmtree(root, ignore_errors=True)
    remove_traces()
    return marks


def with_ours(course: Path, attacks: Iterable[Attack]) -> dict[str, Mark]:
    """Grade all submissions with our grader, in one batch.

    Parameters
    ----------
    course : Path
        Archive of the course.
    attacks : iterable of Attack
    """
    root = course.with_name("ours")
    shutil.unpack_archive(course, root, filter="data")
    attacks = _with_friends(attacks)
    corpus.write_submissions(root, attacks)
    command = [*AUTOGRADER, "grade", corpus.ASSIGNMENT, "--json"]
    ran = run(command, root, corpus.environment(), OURS_SECONDS)
    try:
        results = json.loads(ran.stdout)
    except json.JSONDecodeError:
        raise SystemExit(f"attacks: our grader printed no JSON:\n{ran.stderr[-4000:]}") from None
    return {result["student"]: Mark(result["points"], result["verdict"]) for result in results}


def table(attacks: Iterable[Attack], stock: dict[str, Mark], ours: dict[str, Mark]) -> Table:
    """Return both graders' marks beside what is deserved."""
    sheet = Table("submission", "deserves at most")
    sheet.add_column("stock nbgrader")
    sheet.add_column("ours")
    sheet.add_column("verdict")
    for attack in attacks:
        mine = ours.get(attack.name)
        sheet.add_row(
            attack.name,
            f"{attack.most_points:g}",
            _cell(attack, stock.get(attack.name), remark=True),
            _cell(attack, mine, remark=False),
            mine.remark if mine else "",
        )
    return sheet


def summary(attacks: list[Attack], stock: dict[str, Mark], ours: dict[str, Mark]) -> str:
    """Return the totals in words."""
    lines = []
    for name, marks in (("stock nbgrader", stock), ("ours", ours)):
        run_by = [attack for attack in attacks if _was_run(marks.get(attack.name))]
        if not run_by:
            continue
        excess = [marks[attack.name].undeserved(attack) for attack in run_by]
        lost = [attack for attack in run_by if marks[attack.name].points is None]
        robbed = [
            attack
            for attack in run_by
            if (marks[attack.name].points or 0.0) < attack.least_points - 1e-9
        ]
        lines.append(
            f"{name}: {len(run_by)} submissions, {sum(excess):g} undeserved points in "
            f"{sum(map(bool, excess))} of them; {len(lost)} left the grader without a mark; "
            f"{len(robbed)} lost points of their honest part."
        )
    skipped = [attack for attack in attacks if stock and not _was_run(stock.get(attack.name))]
    if skipped:
        lines.append(
            f"{len(skipped)} were not given to stock nbgrader: without a sandbox they harm the "
            "machine (memory, disk, processes, mounts)."
        )
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.attacks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [attack.name for attack in corpus.load()]
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=names, help="some submissions, not all"
    )
    parser.add_argument("--skip-stock", action="store_true", help="only our grader")
    parser.add_argument("--skip-ours", action="store_true", help="only stock nbgrader")
    return parser.parse_args()


def _with_friends(attacks: Iterable[Attack]) -> list[Attack]:
    by_name = {attack.name: attack for attack in corpus.load() if attack.name in FRIENDS}
    return list({**by_name, **{attack.name: attack for attack in attacks}}.values())


def _stock(root: Path, attack: Attack) -> Mark:
    # The course's own settings put our grader in nbgrader's place.
    (root / "nbgrader_config.py").write_text(STOCK_SETTINGS, encoding="utf-8")
    corpus.write_submissions(root, _with_friends([attack]))
    command = [*NBGRADER, "autograde", corpus.ASSIGNMENT, "--student", attack.name]
    ran = run(command, root, corpus.environment(), STOCK_SECONDS)
    points = _points_in_gradebook(root / "gradebook.db", attack.name)
    return Mark(points, _what_happened(ran, points), ran.seconds)


def _points_in_gradebook(gradebook: Path, student: str) -> float | None:
    """Read the marks as nbgrader adds them up; a mark by hand counts before an automatic one."""
    query = """
        SELECT SUM(COALESCE(grade.manual_score, grade.auto_score, 0) + COALESCE(extra_credit, 0))
        FROM grade
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        WHERE submitted_assignment.student_id = ?
    """
    try:
        with sqlite3.connect(gradebook) as book:
            (points,) = book.execute(query, [student]).fetchone()
    except sqlite3.Error:
        return None
    return None if points is None else float(points)


def _what_happened(ran: Ran, points: float | None) -> str:
    if ran.status is None:
        return f"stopped after {STOCK_SECONDS} s"
    if ran.status < 0:
        return "grader killed"
    if points is None:
        return "refused"
    return "processes left behind" if ran.left_behind else ""


def _was_run(mark: Mark | None) -> bool:
    return mark is not None and mark.remark != SKIPPED


def _cell(attack: Attack, mark: Mark | None, *, remark: bool) -> str:
    if mark is None:
        return ""
    points = "-" if mark.points is None else f"{mark.points:g}"
    if mark.undeserved(attack):
        points = f"[bold red]{points}[/]"
    return f"{points}  [dim]{mark.remark}[/]" if remark and mark.remark else points


if __name__ == "__main__":
    sys.exit(main())
