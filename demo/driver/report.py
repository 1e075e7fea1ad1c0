"""The table of the class, and where to look next."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from demo.driver.course import Course
from demo.driver.verdicts import MEANINGS, Group, Result, Verdict

COLOURS = {
    Verdict.AC: "green",
    Verdict.WA: "red",
    Verdict.RE: "magenta",
    Verdict.TLE: "yellow",
    Verdict.MLE: "yellow",
    Verdict.CE: "cyan",
}


def class_table(course: Course, results: Sequence[Result]) -> Table:
    """Return a table with a row a student: verdict, points, points of each group, reason."""
    table = Table(title=f"{course.assignment}: the example class", show_lines=True, expand=True)
    table.add_column("Student", no_wrap=True)
    table.add_column("Verdict", justify="center")
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("Points of each group; reason", ratio=1, overflow="fold")
    for result in results:
        table.add_row(
            result.student,
            Text(result.verdict, style=f"bold {COLOURS[result.verdict]}"),
            f"{result.points:g}/{result.max_points:g}",
            _details(result),
        )
    return table


def legend(results: Sequence[Result]) -> Text:
    """Return how often each verdict was given, with its meaning."""
    counts = Counter(result.verdict for result in results)
    lines = [f"{verdict:>4} {counts[verdict]:2}  {MEANINGS[verdict]}" for verdict in counts]
    return Text("\n".join(sorted(lines)))


def where_to_look(course: Course, console: Console) -> None:
    """Print the places in which the demo left something."""
    site = course.repository / "_build" / "site" / "index.html"
    rows = [
        ("The book", f"{_short(site)}, or make serve"),
        ("What a student gets back", _short(course.feedback("STUDENT"))),
        ("Gradebook", _short(course.root / "gradebook.db")),
        ("What nbgrader said", _short(course.root / "logs")),
        ("Formgrader", f"make lab COURSE={_short(course.root)}, then Nbgrader > Formgrader"),
    ]
    console.print(Text("Where to look", style="bold"))
    for title, place in rows:
        console.print(Text(f"  {title:<25} {place}"), soft_wrap=True)


def _details(result: Result) -> Text:
    details = _groups(result)
    if result.reason:
        details.append("\n" + result.reason)
    return details


def _groups(result: Result) -> Text:
    passed = [group for group in result.groups if group.verdict is Verdict.AC]
    if len(passed) == len(result.groups):
        return Text(f"all {len(passed)} groups", style="green")
    if not result.points:
        return Text(f"none of the {len(result.groups)} groups", style="red")
    return Text(", ").join(_group_points(group) for group in result.groups)


def _group_points(group: Group) -> Text:
    name = group.name.removeprefix("test-").replace("-", "\u2011")
    if group.verdict is Verdict.AC:
        return Text(f"{name}\u00a0{group.points:g}", style="green")
    return Text(f"{name}\u00a0{group.points:g}/{group.max_points:g}", style="red")


def _short(path: Path) -> str:
    """Return a path as seen from where the demo runs."""
    return os.path.relpath(path)
