"""Rules on what is shared in one process and not with a sandbox: files, figures, replacements."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from autograder.lint.finding import Finding
from autograder.lint.imports import qualified
from autograder.lint.notebook import Cell, Source
from autograder.lint.scope import scope_of

Use = Literal["read", "write"]
READERS = {
    *("builtins.open", "io.open"),
    *(f"numpy.{name}" for name in ("fromfile", "genfromtxt", "load", "loadtxt")),
    *(f"pandas.read_{kind}" for kind in ("csv", "excel", "feather", "json", "parquet", "table")),
    "matplotlib.pyplot.imread",
}
QUESTIONS = {f"os.path.{name}" for name in ("exists", "isfile")}
METHODS: dict[str, Use] = {
    **dict.fromkeys(("open", "read_bytes", "read_text", "exists", "is_file"), "read"),
    **dict.fromkeys(("touch", "write_bytes", "write_text"), "write"),
}
FIGURES = {f"matplotlib.pyplot.{name}" for name in ("gca", "gcf", "gci", "get_fignums")}
REPLACED = {"builtins.input", "builtins.open", "builtins.print", "sys.stdin", "sys.argv"}


@dataclass(frozen=True)
class _File:
    """A file that a call names, and what the call does with it."""

    name: str
    use: Use
    line: int


def file_cannot_cross(source: Source) -> Iterator[Finding]:
    """Find tests that look for a file which only a submission can have written."""
    for cell in source.tests:
        for file in _missing_files(source, cell):
            message = (
                f"{file.name!r} is not beside the notebook, and what an answer writes stays in "
                "the sandbox: these points will need manual grading; have the answer return what "
                "it writes."
            )
            yield source.finding(cell, file.line, "cannot-cross", "warning", message)


def figure_cannot_cross(source: Source) -> Iterator[Finding]:
    """Find tests that look at pyplot's current figure, which is not the student's."""
    for cell in source.tests:
        for node in _calls(cell.statements or ()) if cell.student_names else ():
            if qualified(node.func, source.imports) in FIGURES:
                message = (
                    "The student's figures stay in the sandbox: these points will need manual "
                    "grading; have the answer return what it plots, and test that."
                )
                yield source.finding(cell, node.lineno, "cannot-cross", "warning", message)


def patch_cannot_cross(source: Source) -> Iterator[Finding]:
    """Find tests that replace what the student's code uses."""
    for cell in source.tests:
        scope = scope_of(source, cell)
        for node in (node for s in cell.statements or () for node in ast.walk(s)):
            if _replaces(node, source.imports) and scope.roots_in(_affected(node, cell)):
                message = (
                    "What a test replaces is still the original in the sandbox, where the "
                    "student's code runs: these points will need manual grading; let the "
                    "function take it as an argument."
                )
                line = getattr(node, "lineno", 1)
                yield source.finding(cell, line, "cannot-cross", "warning", message)


def _replaces(node: ast.AST, imports: Mapping[str, str]) -> bool:
    """Tell whether it is a ``with patch(...)``, or gives a member of a module another value."""
    if isinstance(node, ast.With):
        calls = (item.context_expr for item in node.items)
        names = (qualified(c.func, imports) for c in calls if isinstance(c, ast.Call))
        return any(name.startswith("unittest.mock.patch") for name in names)
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        # What is printed does reach the test.
        return qualified(node, imports) in REPLACED
    return False


def _affected(node: ast.AST, cell: Cell) -> list[ast.stmt]:
    return node.body if isinstance(node, ast.With) else cell.statements or []


def looks_for_missing_file(source: Source, cell: Cell) -> bool:
    """Tell whether a cell looks for a file that the course does not have."""
    return next(_missing_files(source, cell), None) is not None


def _missing_files(source: Source, cell: Cell) -> Iterator[_File]:
    earlier = [s for c in source.before(cell) for s, _ in c.trusted]
    files = list(_files([*earlier, *(cell.statements or ())], source.imports))
    there = source.files | {file.name for file in files if file.use == "write"}
    for file in _files(cell.statements or (), source.imports):
        if file.name not in there:
            yield file


def _files(statements: Iterable[ast.stmt], imports: Mapping[str, str]) -> Iterator[_File]:
    for node in (node for statement in statements for node in ast.walk(statement)):
        if isinstance(node, ast.Attribute) and node.attr in METHODS:
            # Path("name").read_text
            if name := _file_name(node.value, {"pathlib.Path"}, imports):
                yield _File(name, METHODS[node.attr], node.lineno)
        elif isinstance(node, ast.Call):
            if name := _file_name(node, QUESTIONS, imports):
                yield _File(name, "read", node.lineno)
            elif name := _file_name(node, READERS, imports):
                yield _File(name, "write" if _writes(node) else "read", node.lineno)


def _file_name(node: ast.expr, functions: set[str], imports: Mapping[str, str]) -> str:
    """Return the name that is written down in a call of one of some functions."""
    if not isinstance(node, ast.Call) or qualified(node.func, imports) not in functions:
        return ""
    name = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    if not isinstance(name, str) or "://" in name or name.startswith(("/", "~", "..")):
        return ""
    return PurePosixPath(name).as_posix()


def _writes(node: ast.Call) -> bool:
    modes = (*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode"))
    return any(isinstance(m, ast.Constant) and set(str(m.value)) & set("wax+") for m in modes)


def _calls(statements: Iterable[ast.stmt]) -> Iterator[ast.Call]:
    nodes = (node for statement in statements for node in ast.walk(statement))
    return (node for node in nodes if isinstance(node, ast.Call))
