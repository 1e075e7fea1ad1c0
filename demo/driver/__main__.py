"""Grade the example class: ``python -m demo.driver``."""

import argparse
import os
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from sqlalchemy.exc import SAWarning

from demo.driver.course import Course, DemoError
from demo.driver.grading import collect, grade, saved_result
from demo.driver.report import class_table, legend, where_to_look
from demo.driver.submissions import hand_in, students
from demo.driver.verdicts import Result

REPOSITORY = Path(__file__).resolve().parents[2]


def run(course: Course, console: Console) -> list[Result]:
    """Take the class from release to feedback and return what became of each submission.

    What is done already and has not changed is not done again.
    """
    released = course.release()
    _tell(console, "release", f"assignments/{course.assignment} from source/", released)
    hand_in(course)
    collected = collect(course)
    _tell(console, "collect", f"{len(students(course))} submissions from one archive", collected)
    # nbclient takes Ctrl-C for itself in the main thread: it would stop the kernel, and the
    # interrupted submission would pass for a crashed one.
    grader = ThreadPoolExecutor(max_workers=1)
    return [_grade_or_reuse(course, student, console, grader) for student in students(course)]


def main() -> int:
    """Run the demo; return the exit status."""
    # nbgrader builds its rows in an order that SQLAlchemy comments on; it does no harm.
    warnings.simplefilter("ignore", SAWarning)
    console = Console()
    course = _course()
    try:
        results = run(course, console)
    except (DemoError, OSError) as error:
        console.print(f"demo: {error}", style="red", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("demo: stopped; running it again goes on from here.")
        # The thread that grades cannot be stopped, and has saved nothing yet.
        os._exit(130)
    console.print()
    console.print(class_table(course, results))
    console.print(legend(results))
    console.print()
    where_to_look(course, console)
    return 0


def _course() -> Course:
    parser = argparse.ArgumentParser(prog="python -m demo.driver", description=__doc__)
    parser.add_argument(
        "--class-folder",
        type=Path,
        default=REPOSITORY / "demo" / "class",
        help="one folder a student",
    )
    parser.add_argument(
        "--course",
        type=Path,
        default=REPOSITORY / "_build" / "demo" / "course",
        help="where the class is graded; made anew when the assignment changes",
    )
    arguments = parser.parse_args()
    return Course(REPOSITORY, arguments.course.resolve(), arguments.class_folder.resolve())


def _grade_or_reuse(
    course: Course, student: str, console: Console, grader: ThreadPoolExecutor
) -> Result:
    saved = saved_result(course, student)
    if saved:
        _tell(console, "autograde", student, False)
        return saved
    started = time.monotonic()
    with console.status(f"autograde {student}"):
        result = grader.submit(grade, course, student).result()
    _tell(console, "autograde", f"{student} ({time.monotonic() - started:.0f} s)", True)
    return result


def _tell(console: Console, step: str, what: str, done: bool) -> None:
    console.print(f"{step:>9}  {what}{'' if done else ': unchanged'}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
