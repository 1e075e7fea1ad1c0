"""Follows, through a grade cell, which expressions come from the student."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from autograder.lint.imports import qualified
from autograder.lint.notebook import Cell, Source
from autograder.lint.solutions import Kind, Solutions

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
LOOPS = (ast.For, ast.AsyncFor)


@dataclass
class Scope:
    """What the names of a grade cell hold at one point of it.

    Attributes
    ----------
    solutions : Solutions
        What the answers above have made.
    imports : mapping of str to str
    roots : dict of str to str
        By variable: the student's name that its value comes from.
    own : set of str
        Names that the cell itself has bound to something else.
    """

    solutions: Solutions
    imports: Mapping[str, str]
    roots: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)

    def root(self, node: ast.expr | None) -> str | None:
        """Return the student's name that a value comes from: ``Stack`` of ``Stack(3).top()``."""
        while isinstance(node, ast.Attribute | ast.Subscript | ast.Call | ast.Await | ast.Starred):
            node = node.func if isinstance(node, ast.Call) else node.value
        return self.roots.get(node.id) if isinstance(node, ast.Name) else None

    def roots_in(self, nodes: Iterable[ast.AST]) -> set[str]:
        """Return all of the student's names that some code uses."""
        names = (n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name))
        return {self.roots[name.id] for name in names if name.id in self.roots}

    def qualified(self, node: ast.expr) -> str:
        """Return what a name or attribute means by the imports: ``numpy.random.rand``."""
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            base = base.value
        is_variable = isinstance(base, ast.Name) and base.id in self.roots.keys() | self.own
        return "" if is_variable else qualified(node, self.imports)

    def kind_of(self, node: ast.AST) -> Kind | None:
        """Return what kind of object a value is, if it certainly stays in the sandbox."""
        return self.solutions.kind_of(node)

    def is_made_by_student(self, node: ast.AST) -> bool:
        """Tell whether it is an object, or a function or class that an answer defines."""
        known = self.solutions
        definitions = known.functions | known.classes.keys()
        is_definition = isinstance(node, ast.Name) and node.id in definitions
        return is_definition or self.kind_of(node) is not None

    def bind(self, target: ast.expr, value: ast.expr | None) -> None:
        """Note an assignment; without a value, that of an unknown one."""
        if isinstance(target, ast.Starred):
            target = target.value
        if isinstance(target, ast.Tuple | ast.List):
            for element in target.elts:
                # What stands in a student's tuple is the student's, and may be anything.
                self._bind_name(element, self.root(value), None)
            return
        self._bind_name(target, self.root(value), self.kind_of(value) if value else None)

    def bind_item(self, target: ast.expr, iterable: ast.expr) -> None:
        """Note what a loop does to its variables."""
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self._bind_name(node, self.root(iterable), None)

    def bind_definition(self, name: str) -> None:
        """Note a function or class of the cell's own."""
        self._bind_name(ast.Name(name), None, None)

    def _bind_name(self, target: ast.expr, root: str | None, kind: Kind | None) -> None:
        if not isinstance(target, ast.Name):
            return
        self.roots.pop(target.id, None)
        self.own.discard(target.id)
        self.solutions.forget(target.id)
        if root:
            self.roots[target.id] = root
        else:
            self.own.add(target.id)
        if kind:
            self.solutions.objects[target.id] = kind


def scope_of(source: Source, cell: Cell) -> Scope:
    """Return what holds at the beginning of a grade cell."""
    solutions = Solutions.above(source, cell)
    return Scope(solutions, source.imports, {name: name for name in cell.student_names})


def scope_below(source: Source, cell: Cell) -> Scope:
    """Return what holds at the end of a grade cell."""
    scope = scope_of(source, cell)
    deque(walk(cell.statements or (), scope), maxlen=0)
    return scope


def walk(nodes: Iterable[ast.AST], scope: Scope) -> Iterator[ast.AST]:
    """Yield nodes in the order in which they run; the scope is as it is just before each."""
    for node in nodes:
        yield node
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
            yield from walk(filter(None, [node.value]), scope)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from walk(targets, scope)
            for target in targets if not isinstance(node, ast.AugAssign) else []:
                scope.bind(target, node.value)
        elif isinstance(node, LOOPS):
            yield from walk([node.iter], scope)
            scope.bind_item(node.target, node.iter)
            yield from walk([*node.body, *node.orelse], scope)
        elif isinstance(node, ast.comprehension):
            yield from walk([node.iter], scope)
            scope.bind_item(node.target, node.iter)
            yield from walk(node.ifs, scope)
        elif isinstance(node, ast.withitem):
            yield from walk([node.context_expr], scope)
            if node.optional_vars:
                scope.bind(node.optional_vars, None)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            # The element stands before the loop, and runs in it.
            values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            yield from walk([*node.generators, *values], scope)
        else:
            if isinstance(node, DEFINITIONS):
                scope.bind_definition(node.name)
            yield from walk(ast.iter_child_nodes(node), scope)
