"""Seconds for one submission, warm, from the file that was handed in to the saved score.

``python -m benchmarks.submission`` hands in the same honest solution many times and prints what a
submission takes here, and what stock ``nbgrader autograde`` takes in the same run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import SAWarning

from autograder.batch import Batch
from autograder.course import Course
from tests.attacks import corpus

STOCK_SUBMISSIONS = 3


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=40)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", SAWarning)
    with tempfile.TemporaryDirectory() as folder:
        ours = _ours(Path(folder) / "ours", arguments.submissions, arguments.workers)
        stock = _stock(Path(folder) / "stock")
    table = Table("grader", "submissions", "seconds each", title="one submission, warm")
    table.add_row("nbgrader autograde", str(STOCK_SUBMISSIONS), f"{stock:.3f}")
    table.add_row("autograder grade", str(arguments.submissions), f"{ours:.3f}")
    Console().print(table)
    Console().print(f"ratio: {stock / ours:.1f}; workers: {arguments.workers}; sandbox: bubblewrap")
    return 0


def _course(root: Path, submissions: int) -> None:
    """Make a course in which many students hand in the same honest solution."""
    corpus.copy_course(root)
    _run(root, "generate_assignment", corpus.ASSIGNMENT)
    [solved] = [attack for attack in corpus.load() if attack.name == "honest-solved"]
    corpus.write_submissions(root, [solved])
    first = root / "submitted" / solved.name
    for number in range(1, submissions):
        subprocess.run(
            ["cp", "-r", str(first), str(first.with_name(f"student-{number}"))], check=True
        )


def _ours(root: Path, submissions: int, workers: int) -> float:
    """Return the seconds a submission after the first, which pays for the start."""
    _course(root, submissions)
    batch = Batch(Course(root), corpus.ASSIGNMENT, "bubblewrap", workers)
    records = batch.grade(batch.students())
    next(records)
    started = time.monotonic()
    count = sum(1 for _ in records)
    return (time.monotonic() - started) / count


def _stock(root: Path) -> float:
    """Return the seconds of one more submission: the start of the command is not counted."""
    _course(root, STOCK_SUBMISSIONS)
    config = root / "nbgrader_config.py"
    lines = config.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "configure" not in line]
    config.write_text("\n".join(kept) + "\n", encoding="utf-8")
    one = _seconds(root, "autograde", corpus.ASSIGNMENT, "--student", "student-1")
    rest = _seconds(root, "autograde", corpus.ASSIGNMENT)
    start = _seconds(root, "autograde", corpus.ASSIGNMENT)
    return (one + rest - 2 * start) / STOCK_SUBMISSIONS


def _seconds(root: Path, *arguments: str) -> float:
    started = time.monotonic()
    _run(root, *arguments)
    return time.monotonic() - started


def _run(root: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "nbgrader", *arguments]
    subprocess.run(command, cwd=root, env=corpus.environment(), check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
