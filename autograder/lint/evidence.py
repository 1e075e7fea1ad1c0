"""Rules on what a grade cell takes for evidence of a right answer."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograder.lint.finding import Finding
from autograder.lint.literals import Literals
from autograder.lint.notebook import Source
from autograder.lint.outside import looks_for_missing_file
from autograder.lint.scope import DEFINITIONS, LOOPS, Scope, scope_of

ENOUGH_BOOLEANS = 64
# What they are told of a value is no evidence by itself.
SAY_LITTLE = {"builtins." + name for name in ("callable", "hasattr", "isinstance", "print", "type")}
SAY_LITTLE |= {"builtins.display"}
ALL = {"builtins.all", "builtins.any"}
# What may look up a student's name in a way that cannot be seen.
LOOK_UP = {"eval", "exec", "get_ipython", "globals", "locals", "vars"}


def tests_nothing(source: Source) -> Iterator[Finding]:
    """Find grade cells that use nothing of the student's."""
    for cell in source.tests:
        used = cell.names.now | cell.names.later
        unseen = cell.step.unknown_names - cell.names.binds
        if cell.student_names or unseen or used & LOOK_UP or looks_for_missing_file(source, cell):
            continue
        message = (
            "This cell uses no name that an answer defines, so that every submission gets its "
            "points; test a name of the answer's."
        )
        yield source.finding(cell, 1, "tests-nothing", "error", message)


def lone_bool(source: Source) -> Iterator[Finding]:
    """Find grade cells in which a few booleans are all that is known of a student's function."""
    for cell in source.tests:
        evidence = _Evidence(scope_of(source, cell), Literals.above(source, cell))
        evidence.read(cell.statements or ())
        for name, booleans in evidence.booleans.items():
            count = sum(number for _, number in booleans)
            if name not in evidence.better and count < ENOUGH_BOOLEANS:
                yield source.finding(
                    cell, booleans[0][0], "lone-bool", "warning", _too_few(name, int(count))
                )


def _too_few(name: str, count: int) -> str:
    what = "one boolean" if count == 1 else f"{count} booleans"
    chance = f"{2**count}" if count <= 10 else f"2**{count}"
    return (
        f"All that this cell asks of {name!r} is {what}, which a guess gets right once in "
        f"{chance} times; test at least {ENOUGH_BOOLEANS} cases, or a result that is no boolean."
    )


@dataclass
class _Evidence:
    """Counts, for each of the student's names, the booleans that a cell judges it by.

    Attributes
    ----------
    scope : Scope
    literals : Literals
        What is known of the cases.
    booleans : dict of str to list of (int, float)
        Line and number of cases, which is infinite where it cannot be seen.
    better : set of str
        Names of which anything else is asked.
    """

    scope: Scope
    literals: Literals
    booleans: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    better: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)

    def read(self, statements: Iterable[ast.stmt], cases: float = 1) -> None:
        """Take in statements that run for so many cases."""
        for statement in statements:
            self._read_one(statement, cases)

    def _read_one(self, node: ast.stmt, cases: float) -> None:
        if isinstance(node, ast.Assert):
            self._judge(node.test, cases)
        elif isinstance(node, ast.If):
            self._judge(node.test, cases)
            self.read([*node.body, *node.orelse], cases)
        elif isinstance(node, LOOPS):
            self._enter(node.target, node.iter)
            self.read(node.body, cases * self.literals.length(node.iter))
            self.read(node.orelse, cases)
        elif isinstance(node, ast.Try | ast.With | ast.AsyncWith | ast.While | ast.Match):
            # Which exception it raises, what it prints, when it ends: more than a boolean.
            self.better |= self.scope.roots_in([node])
        elif isinstance(node, DEFINITIONS):
            self.better |= self.scope.roots_in([node])
            self.scope.bind_definition(node.name)
        elif isinstance(node, ast.Assign):
            self._assign(node)
        elif isinstance(node, ast.Expr):
            self._read_expression(node.value, cases)
        else:
            self._use(node)

    def _assign(self, node: ast.Assign) -> None:
        if self.scope.root(node.value) is None:
            self._use(node.value)
        for target in node.targets:
            self.scope.bind(target, node.value)
            if isinstance(target, ast.Name):
                self.literals.values[target.id] = node.value

    def _read_expression(self, node: ast.expr, cases: float) -> None:
        """Take in a statement that is an expression: the call of a helper, mostly."""
        if self.scope.root(node):
            # Called for what it does, not for what it returns.
            return
        name, arguments = _name_of_call(node), node.args if isinstance(node, ast.Call) else []
        if name in ("assertTrue", "assertFalse", "assert_") and arguments:
            self._judge(arguments[0], cases)
        elif name in ("assertEqual", "assertIs", "assert_equal") and len(arguments) > 1:
            self._judge(ast.Compare(arguments[0], [ast.Eq()], [arguments[1]]), cases)
        else:
            self._use(node)

    def _judge(self, test: ast.expr, cases: float) -> None:
        """Take in a condition that has to hold."""
        if isinstance(test, ast.BoolOp):
            for value in test.values:
                self._judge(value, cases)
        elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            self._judge(test.operand, cases)
        elif (asked := self._asked(test)) and (root := self.scope.root(asked)):
            self.booleans.setdefault(root, []).append((asked.lineno, cases))
        elif isinstance(test, ast.Call) and self.scope.qualified(test.func) in ALL and test.args:
            self._judge_all(test.args[0], cases)
        else:
            self._use(test)

    def _judge_all(self, values: ast.expr, cases: float) -> None:
        if isinstance(values, ast.List | ast.Tuple):
            for value in values.elts:
                self._judge(value, cases)
        elif isinstance(values, ast.GeneratorExp | ast.ListComp):
            for loop in values.generators:
                self._enter(loop.target, loop.iter)
                cases *= math.inf if loop.ifs else self.literals.length(loop.iter)
            self._judge(values.elt, cases)
        else:
            self._use(values)

    def _use(self, node: ast.AST) -> None:
        """Take in code that does something else with what it is given."""
        if isinstance(node, ast.Call) and self.scope.qualified(node.func) in SAY_LITTLE:
            return
        if isinstance(node, ast.expr) and (root := self.scope.root(node)):
            self.better.add(root)
        for child in ast.iter_child_nodes(node):
            self._use(child)

    def _enter(self, target: ast.expr, iterable: ast.expr) -> None:
        """Note what a loop's variables are."""
        self._use(iterable) if not self.scope.root(iterable) else None
        self.scope.bind_item(target, iterable)
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self.known.discard(node.id)
        rows = self.literals.elements(iterable)
        if not rows:
            return
        if isinstance(target, ast.Name) and all(map(self._is_boolean, rows)):
            self.known.add(target.id)
        elif isinstance(target, ast.Tuple) and all(isinstance(row, ast.Tuple) for row in rows):
            for number, name in enumerate(target.elts):
                column = [
                    e
                    for row in rows
                    if isinstance(row, ast.Tuple)
                    for e in row.elts[number : number + 1]
                ]
                is_full = len(column) == len(rows)
                if isinstance(name, ast.Name) and is_full and all(map(self._is_boolean, column)):
                    self.known.add(name.id)

    def _is_boolean(self, node: ast.expr) -> bool:
        """Tell whether a value is certainly a boolean."""
        if isinstance(node, ast.Constant):
            return isinstance(node.value, bool)
        if isinstance(node, ast.Name):
            return node.id in self.known
        is_not = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        return is_not or isinstance(node, ast.Compare)

    def _asked(self, test: ast.expr) -> ast.expr | None:
        """Return what a condition holds against a boolean; itself, when its truth is the test."""
        if _name_of_call(test) == "bool" and isinstance(test, ast.Call) and test.args:
            return test.args[0]
        if not isinstance(test, ast.Compare):
            return test
        left, right = test.left, test.comparators[0]
        is_equality = isinstance(test.ops[0], ast.Eq | ast.NotEq | ast.Is | ast.IsNot)
        if len(test.ops) > 1 or not is_equality or isinstance(left, ast.Compare):
            return None
        if self._is_boolean(right):
            return left
        return right if self._is_boolean(left) else None


def _name_of_call(node: ast.expr) -> str:
    """Return ``assertTrue`` of ``self.assertTrue(...)``; "" of what is no call."""
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
