"""Grade the example class: ``python -m demo.driver [OPTIONS OF autograder grade]``."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from demo.driver.course import Course, DemoError
from demo.driver.submissions import hand_in

REPOSITORY = Path(__file__).resolve().parents[2]


def grade_class(course: Course, console: Console, options: Sequence[str] = ()) -> None:
    """Take the class from release to feedback.

    Parameters
    ----------
    course : Course
    console : Console
    options : sequence of str
        For ``autograder grade``.
    """
    if course.start():
        run(course, console, "nbgrader", "generate_assignment", course.assignment)
        course.finish_release()
    hand_in(course)
    run(course, console, "nbgrader", "zip_collect", course.assignment, "--force")
    run(course, console, "autograder", "grade", course.assignment, *options)
    run(course, console, "nbgrader", "generate_feedback", course.assignment)


def run(course: Course, console: Console, *command: str) -> None:
    """Print a command and run it in the course; what nbgrader says goes into a log.

    Raises
    ------
    DemoError
        When it fails.
    """
    console.print(Text(f"$ {' '.join(command)}", style="bold"))
    if command[0] == "autograder":
        reason = "its message says why, and .venv/bin/python -m demo.driver takes its options"
        code = _call(course, command, None)
    else:
        log = course.logs / f"{command[1]}.log"
        reason = f"{_short(log)} says why"
        with log.open("wb") as stream, console.status("running"):
            code = _call(course, command, stream.fileno())
    if code:
        raise DemoError(f"{' '.join(command)} failed (exit code {code}); {reason}.")


def where_to_look(course: Course, console: Console) -> None:
    """Print the places in which the demo left something."""
    pages = course.root / "feedback" / "STUDENT" / course.assignment / f"{course.notebook}.html"
    rows = [
        ("The book", f"{_short(course.repository / '_build/site/index.html')}, or make serve"),
        ("What a student gets back", _short(pages)),
        ("Gradebook", _short(course.root / "gradebook.db")),
        ("What nbgrader said", _short(course.logs)),
        ("Formgrader", f"make lab COURSE={_short(course.root)}, then Nbgrader > Formgrader"),
    ]
    console.print(Text("\nWhere to look", style="bold"))
    for title, place in rows:
        console.print(Text(f"  {title:<25} {place}"), soft_wrap=True)


def main() -> int:
    """Run the demo; return the exit status."""
    console = Console()
    course = Course(REPOSITORY)
    try:
        grade_class(course, console, sys.argv[1:])
    except (DemoError, OSError) as error:
        console.print(f"demo: {error}", style="red", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("demo: stopped; running it again goes on from here.")
        return 130
    where_to_look(course, console)
    return 0


def _call(course: Course, command: Sequence[str], output: int | None) -> int:
    """Run a command that is installed beside this Python."""
    program = Path(sys.executable).parent / command[0]
    with subprocess.Popen(
        [program, *command[1:]], cwd=course.root, stdout=output, stderr=output
    ) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # Ctrl-C reaches the command too, and it ends in its own way.
            process.wait()
            raise


def _short(path: Path) -> str:
    """Return a path as seen from where the demo runs."""
    return os.path.relpath(path)


if __name__ == "__main__":
    sys.exit(main())
