"""Rules on objects of the student's classes, which stay in the sandbox.

A test can do most things with them, but what the sandbox could make up on the spot is refused, and
the points then need manual grading: see :mod:`autograder.handles`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from autograder.handles import REFUSED
from autograder.lint.finding import Finding
from autograder.lint.notebook import Source
from autograder.lint.scope import LOOPS, Scope, scope_of, walk

# What a call of a built-in function asks of its arguments.
ASKS = {
    **dict.fromkeys(("list", "tuple", "set", "frozenset", "dict", "sum", "any", "all", "iter",
                     "enumerate", "zip", "map", "filter"), "items"),
    **dict.fromkeys(("sorted", "min", "max"), "order"),
    **dict.fromkeys(("int", "float", "complex", "range", "bytes"), "value"),
    "bool": "truth",
    "len": "length",
    "reversed": "reversed items",
}  # fmt: skip
COPIES = {"copy.copy", "copy.deepcopy", "pickle.dumps"}
INSPECTORS = {f"inspect.{name}" for name in ("getfullargspec", "getsource", "signature")}
DISPLAYS = (ast.List, ast.Tuple, ast.Set)
ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def object_cannot_cross(source: Source) -> Iterator[Finding]:
    """Find tests that ask of a student's object what only the sandbox could say."""
    for cell in source.tests:
        scope = scope_of(source, cell)
        told: set[tuple[int, str]] = set()
        for node in walk(cell.statements or (), scope):
            for value, what in (*_asked_of_objects(node, scope), *_introspected(node, scope)):
                text = ast.unparse(value)
                if (value.lineno, what) in told:
                    continue
                told.add((value.lineno, what))
                message = (
                    f"The {what} of the student's {text!r} cannot be carried out of the sandbox: "
                    "these points will need manual grading; test its attributes, or what its "
                    "methods return."
                )
                yield source.finding(cell, value.lineno, "cannot-cross", "warning", message)


def _asked_of_objects(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.expr, str]]:
    for what, values in _asked(node, scope):
        for value in values:
            kind = scope.kind_of(value)
            is_given = kind and (
                (what == "items" and kind.is_iterator)
                or (what == "equality" and kind.compares_by_identity)
            )
            if kind and not is_given:
                yield value, what


def _asked(node: ast.AST, scope: Scope) -> Iterator[tuple[str, Iterable[ast.expr]]]:
    """Yield what a node asks for, and of which values."""
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.Assert | ast.If | ast.While | ast.IfExp):
        yield "truth", [node.test]
    elif isinstance(node, ast.BoolOp):
        yield "truth", node.values
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "truth", [node.operand]
    elif isinstance(node, (*LOOPS, ast.comprehension)):
        yield "items", [node.iter]
    elif isinstance(node, ast.Starred) or _is_unpacking(node):
        yield "items", [node.value]
    elif isinstance(node, ast.withitem):
        yield "context", [node.context_expr]
    elif isinstance(node, ast.Call):
        yield from _asked_by_call(node, scope)


def _asked_by_call(node: ast.Call, scope: Scope) -> Iterator[tuple[str, Iterable[ast.expr]]]:
    name = scope.qualified(node.func)
    what = ASKS.get(name.removeprefix("builtins."), "")
    if what == "order":
        yield what, _with_items(node.args)
    elif what:
        yield what, node.args
    elif name in COPIES:
        yield "copy", node.args[:1]
    elif name.startswith("numpy.") and not name.startswith("numpy.testing."):
        yield "array form", node.args[:1]


def _compared(node: ast.Compare) -> Iterator[tuple[str, Iterable[ast.expr]]]:
    sides = [node.left, *node.comparators]
    for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
        if isinstance(operator, ast.In | ast.NotIn):
            yield "members", [right]
        elif not isinstance(operator, ast.Is | ast.IsNot):
            what = "order" if isinstance(operator, ORDERS) else "equality"
            yield what, _with_items([left, right])


def _with_items(values: list[ast.expr]) -> list[ast.expr]:
    """Return values and what is in them, since lists are compared item by item."""
    items = (v.elts if isinstance(v, DISPLAYS) else [v] for v in values)
    return [item for group in items for item in group]


def _is_unpacking(node: ast.AST) -> TypeGuard[ast.Assign]:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple | ast.List)


def _introspected(node: ast.AST, scope: Scope) -> Iterator[tuple[ast.expr, str]]:
    """Find what looks into the student's code: ``f.__code__``, ``inspect.getsource(f)``."""
    if isinstance(node, ast.Attribute) and node.attr in REFUSED:
        if scope.is_made_by_student(node.value):
            yield node.value, node.attr
    elif isinstance(node, ast.Call) and node.args and scope.is_made_by_student(node.args[0]):
        name = scope.qualified(node.func)
        if name in INSPECTORS:
            yield node.args[0], name.removeprefix("inspect.")
