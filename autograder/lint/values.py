"""Rules on what comes of a grade cell: conditions that nobody reads, and a last value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.lint.finding import Finding
from autograder.lint.notebook import Cell, Source
from autograder.lint.scope import DEFINITIONS, Scope, scope_below, scope_of, walk

# Functions that answer a question; only an assert makes the answer count.
QUESTIONS = {
    *(f"builtins.{name}" for name in ("all", "any", "bool", "callable", "isinstance")),
    *(f"numpy.{name}" for name in ("all", "allclose", "any", "array_equal", "isclose")),
    "math.isclose",
}
DISPLAYS = (
    ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.Lambda,
)  # fmt: skip


def syntax_error(source: Source) -> Iterator[Finding]:
    """Find code that Python cannot read: such a grade cell tests nothing."""
    for cell in source.cells:
        if cell.statements is None:
            message = "This cell is not valid Python and does not run; correct it."
            yield source.finding(cell, 1, "syntax-error", "error", message)


def useless_comparison(source: Source) -> Iterator[Finding]:
    """Find conditions that nothing comes of: ``f(3) == 6`` without ``assert``."""
    for cell in source.tests:
        scope = scope_of(source, cell)
        for node in walk(cell.statements or (), scope):
            if isinstance(node, ast.Expr) and _is_question(node.value, scope):
                message = (
                    f"Nothing comes of '{ast.unparse(node.value)}', whatever its value is: write "
                    "'assert' before it."
                )
                yield source.finding(cell, node.lineno, "useless-comparison", "error", message)


def _is_question(node: ast.expr, scope: Scope) -> bool:
    if isinstance(node, ast.Call):
        return scope.qualified(node.func) in QUESTIONS
    is_not = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    return is_not or isinstance(node, ast.Compare)


def last_value(source: Source) -> Iterator[Finding]:
    """Find a last value that nbgrader would take for the points, and that is none."""
    for cell in source.tests:
        last = cell.statements[-1] if cell.statements else None
        if not isinstance(last, ast.Expr) or cell.step.source.rstrip().endswith(";"):
            continue
        if scope_below(source, cell).root(last.value) and _has_value(source, cell, last.value):
            message = (
                f"nbgrader takes the cell's last value for its points, and "
                f"'{ast.unparse(last.value)}' is whatever a student makes it; end the cell with "
                "an assert, or with points that the test has counted."
            )
            yield source.finding(cell, last.lineno, "last-value", "error", message)
        elif isinstance(last.value, DISPLAYS):
            message = (
                "nbgrader takes the cell's last value for its points, and this is no number: "
                "these points will need manual grading; end the cell with an assert."
            )
            yield source.finding(cell, last.lineno, "last-value", "warning", message)


def _has_value(source: Source, cell: Cell, node: ast.expr) -> bool:
    """Tell whether the solution gives an expression a value; many methods return nothing."""
    node = node.value if isinstance(node, ast.Await) else node
    if not isinstance(node, ast.Call):
        return True
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return any(
        _returns(definition)
        for earlier in source.before(cell)
        for statement in earlier.statements or ()
        for definition in ast.walk(statement)
        if isinstance(definition, DEFINITIONS) and definition.name == name
    )


def _returns(definition: ast.AST) -> bool:
    returned = (n.value for n in ast.walk(definition) if isinstance(n, ast.Return))
    return isinstance(definition, ast.ClassDef) or any(returned)
