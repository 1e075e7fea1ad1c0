"""Rules on names that an answer and the trusted side both define."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.lint.finding import Finding
from autograder.lint.notebook import Cell, Source
from autograder.lint.scope import DEFINITIONS
from autograder.names import Names
from autograder.plan import BUILTINS


@dataclass(frozen=True)
class _Binding:
    """Where a name gets a value."""

    cell: Cell
    line: int
    is_import: bool
    is_definition: bool


def shadowed_name(source: Source) -> Iterator[Finding]:
    """Find tests that mean the student's and get the instructor's, or the other way round."""
    theirs: dict[str, _Binding] = {}
    ours: dict[str, _Binding] = {}
    told: set[str] = set()
    for cell in source.cells:
        if cell.step.role == "answer":
            theirs |= _bindings(cell, cell.named, has_imports=False)
        ours_here = _bindings(cell, cell.trusted, has_imports=True)
        if cell.step.role == "grade":
            used = cell.names.now | cell.names.later | cell.names.touches
            for name in sorted(theirs.keys() - told):
                local = ours_here.get(name)
                if name in cell.step.student_names:
                    found = _student_wins(source, name, theirs[name], ours.get(name))
                elif name in used and (winner := local or ours.get(name)):
                    found = _student_loses(source, name, theirs[name], winner)
                else:
                    found = None
                if found:
                    told.add(name)
                    yield found
        ours |= ours_here


def _student_loses(source: Source, name: str, answer: _Binding, ours: _Binding) -> Finding | None:
    is_both = answer.is_definition and (ours.is_definition or ours.is_import)
    # A constant of the answer's, such as pi, against an import for the whole notebook.
    is_imported = ours.is_import and ours.cell.step.role != "grade"
    if not is_both and not is_imported:
        return None
    how = "imports" if ours.is_import else "defines"
    message = (
        f"This {how} {name!r}, which the answer {answer.cell.name!r} defines too: the tests use "
        "this one, and the student's is never tested; give one of them another name."
    )
    return source.finding(ours.cell, ours.line, "shadowed-name", "error", message)


def _student_wins(
    source: Source, name: str, answer: _Binding, ours: _Binding | None
) -> Finding | None:
    if ours and ours.is_definition and ours.cell.number < answer.cell.number:
        what = f"the {name!r} that cell {ours.cell.name!r} defines"
    elif name in BUILTINS:
        what = f"the built-in {name!r}"
    else:
        return None
    message = (
        f"This answer takes the place of {what}, also where a test needs it for itself: the "
        "student's then takes part in judging; give it another name."
    )
    return source.finding(answer.cell, answer.line, "shadowed-name", "warning", message)


def _bindings(
    cell: Cell, statements: list[tuple[ast.stmt, Names]], *, has_imports: bool
) -> dict[str, _Binding]:
    found = {}
    for statement, names in statements:
        is_definition = isinstance(statement, DEFINITIONS)
        for name in names.binds if has_imports else names.binds - names.imports:
            is_import = name in names.imports
            found[name] = _Binding(cell, statement.lineno, is_import, is_definition)
    return found
