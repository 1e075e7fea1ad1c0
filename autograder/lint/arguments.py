"""Rules on what a test hands to a student's function: it has to have a plain form."""

from __future__ import annotations

import ast
import builtins
import math
import operator
from collections.abc import Iterator

import numpy as np

from autograder.box.wire import NAMES
from autograder.lint.finding import Finding
from autograder.lint.notebook import Cell, Source
from autograder.lint.scope import Scope, scope_of, walk
from autograder.lint.solutions import ITERATORS, OPAQUE

# Whose members can be looked up without carrying the notebook's imports out.
MODULES = {"builtins": builtins, "math": math, "numpy": np, "operator": operator}


def argument_cannot_cross(source: Source) -> Iterator[Finding]:
    """Find calls of a student's function with an argument that cannot go into the sandbox."""
    for cell in source.tests:
        scope = scope_of(source, cell)
        ours = _definitions(source, cell)
        for node in walk(cell.statements or (), scope):
            for value, callee in _handed_over(node, scope):
                if what := _without_plain_form(value, scope, ours):
                    message = (
                        f"{callee!r} is given {what}, which cannot go into the sandbox: these "
                        "points will need manual grading; pass plain values, or call it in a "
                        "function of the answer's."
                    )
                    yield source.finding(cell, value.lineno, "cannot-cross", "warning", message)


def _handed_over(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.expr, str]]:
    """Yield the arguments of a call of the student's, and what is called."""
    if isinstance(node, ast.Call) and scope.root(node.func):
        for value in (*node.args, *(keyword.value for keyword in node.keywords)):
            for item in _items(value):
                yield item, ast.unparse(node.func)


def _items(value: ast.expr) -> Iterator[ast.expr]:
    """Yield a value, or what is in a list, tuple, set or dictionary of them."""
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        for element in value.elts:
            yield from _items(element)
    elif isinstance(value, ast.Dict):
        for element in value.values:
            yield from _items(element)
    else:
        yield value


def _without_plain_form(value: ast.expr, scope: Scope, ours: dict[str, str]) -> str:
    """Return what a value is, if it certainly cannot cross."""
    if scope.root(value):
        # The student's own things may go back to where they are.
        return ""
    if isinstance(value, ast.Lambda):
        return "a function"
    if isinstance(value, ast.GeneratorExp):
        return "a generator"
    if isinstance(value, ast.Name) and value.id in ours:
        return f"the {ours[value.id]} {value.id!r}"
    if isinstance(value, ast.Call):
        name = scope.qualified(value.func)
        is_ours = isinstance(value.func, ast.Name) and ours.get(value.func.id) == "class"
        is_opaque = is_ours or name in OPAQUE | ITERATORS
        return f"what {ast.unparse(value.func)}() makes" if is_opaque else ""
    return _named(value, scope)


def _named(value: ast.expr, scope: Scope) -> str:
    """Return what a built-in name or a member of a module is, if it cannot cross."""
    module, _, member = scope.qualified(value).rpartition(".")
    found = getattr(MODULES.get(module), member, None) if member else None
    is_plain = isinstance(found, type) and found in NAMES
    return (
        f"the function or class {ast.unparse(value)!r}" if callable(found) and not is_plain else ""
    )


def _definitions(source: Source, cell: Cell) -> dict[str, str]:
    """Return the functions and classes of the trusted side, and the imported modules."""
    found: dict[str, str] = {}
    for earlier in (*source.before(cell), cell):
        for statement, _ in earlier.trusted:
            if isinstance(statement, ast.ClassDef):
                found[statement.name] = "class"
            elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                found[statement.name] = "function"
            elif isinstance(statement, ast.Import):
                top = (a.asname or a.name.partition(".")[0] for a in statement.names)
                found |= dict.fromkeys(top, "module")
    return {name: kind for name, kind in found.items() if name not in cell.student_names}
