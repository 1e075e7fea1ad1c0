"""Rules on nbgrader's marks around hidden tests and around solutions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.lint.finding import Finding
from autograder.lint.notebook import Cell, Source
from autograder.plan import Delimiters

HIDDEN_TESTS = re.compile(r"\b(begin|end)[\W_]*hidden[\W_]*tests?\b", re.IGNORECASE)
SOLUTION = re.compile(r"\b(begin|end)[\W_]*solutions?\b", re.IGNORECASE)


def hidden_test_outside_grade_cell(source: Source) -> Iterator[Finding]:
    """Find hidden tests in cells that are not autograded."""
    for cell in source.cells:
        regions = source.delimiters.regions(cell.step.source)
        if not regions or cell.step.role == "grade":
            continue
        if cell.step.is_graded_by_hand:
            message = (
                "These hidden tests never run: this cell is graded by hand; move them to an "
                "'Autograder tests' cell."
            )
        else:
            message = (
                "These hidden tests are in a cell that is not graded, which nbgrader refuses; move "
                "them to an 'Autograder tests' cell."
            )
        yield source.finding(
            cell, regions[0][0], "hidden-test-outside-grade-cell", "error", message
        )


def solution_outside_solution_cell(source: Source) -> Iterator[Finding]:
    """Find solutions in cells that are not answers."""
    for cell in source.cells:
        regions = source.solution_delimiters.regions(cell.step.source)
        if regions and not cell.node.metadata.get("nbgrader", {}).get("solution"):
            message = (
                "This solution is in a cell that is not an answer: nbgrader refuses it; choose "
                "'Autograded answer' or 'Manually graded answer' for the cell."
            )
            yield source.finding(
                cell, regions[0][0], "solution-outside-solution-cell", "error", message
            )


def unbalanced_markers(source: Source) -> Iterator[Finding]:
    """Find a mark without its partner: nbgrader then releases what should be hidden, or stops."""
    for cell in source.cells:
        for delimiters in (source.delimiters, source.solution_delimiters):
            for line, message in _unbalanced(cell.step.source, delimiters):
                yield source.finding(cell, line, "unbalanced-markers", "error", message)


def _unbalanced(text: str, delimiters: Delimiters) -> Iterator[tuple[int, str]]:
    begin, end = delimiters.begin, delimiters.end
    opened = 0
    for number, line in enumerate(text.split("\n"), 1):
        if begin in line:
            if opened:
                yield number, f"{begin!r} stands inside another; close that with {end!r} first."
            opened = number
        elif end in line:
            if not opened:
                yield (
                    number,
                    f"{end!r} has no {begin!r} above it, so the wrong lines are hidden; add it.",
                )
            opened = 0
    if opened:
        yield opened, f"{begin!r} is never closed; add {end!r} below what is to be hidden."


def misspelt_marker(source: Source) -> Iterator[Finding]:
    """Find comments that look like nbgrader's marks and are not: students see what they enclose."""
    kinds = ((HIDDEN_TESTS, source.delimiters), (SOLUTION, source.solution_delimiters))
    for cell in source.cells:
        for number, line in enumerate(cell.step.source.split("\n"), 1):
            for pattern, known in kinds:
                if _is_misspelt(cell, line, pattern, known):
                    message = (
                        f"This is not one of the course's markers, {known.begin!r} and "
                        f"{known.end!r}, so that students see what it should hide; correct it."
                    )
                    yield source.finding(cell, number, "misspelt-marker", "error", message)


def _is_misspelt(cell: Cell, line: str, pattern: re.Pattern[str], known: Delimiters) -> bool:
    # Prose may speak of hidden tests; a mark stands in a comment that says nothing else.
    text = line.strip()
    is_comment = text.startswith(("#", "<!--", "//", "%"))
    is_mark = is_comment and pattern.fullmatch(text.strip("#<>!-/% :="))
    return bool(is_mark) and known.begin not in line and known.end not in line
