"""Values that are written down in a notebook: how many cases a loop has, and which."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass, field

from autograder.lint.notebook import Cell, Source

# They have as many items as what they are given.
SAME_LENGTH = {"enumerate", "list", "reversed", "tuple", "zip"}


@dataclass
class Literals:
    """What is written down for variables.

    Attributes
    ----------
    values : dict of str to ast.expr
        What was last assigned to them.
    """

    values: dict[str, ast.expr] = field(default_factory=dict)

    @classmethod
    def above(cls, source: Source, cell: Cell) -> Literals:
        """Return what the trusted statements above a cell have assigned."""
        literals = cls()
        for earlier in source.before(cell):
            for statement, _ in earlier.trusted:
                if isinstance(statement, ast.Assign):
                    names = (t.id for t in statement.targets if isinstance(t, ast.Name))
                    literals.values |= dict.fromkeys(names, statement.value)
        return literals

    def length(self, iterable: ast.expr) -> float:
        """Return how many items there are; infinity where that cannot be seen."""
        if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
            if iterable.func.id == "range":
                return _length_of_range(iterable.args)
            if iterable.func.id in SAME_LENGTH and iterable.args:
                counted = iterable.args[:1] if iterable.func.id == "enumerate" else iterable.args
                return min(map(self.length, counted))
        if isinstance(iterable, ast.Constant) and isinstance(iterable.value, str | bytes):
            return len(iterable.value)
        elements = self.elements(iterable)
        return math.inf if elements is None else len(elements)

    def elements(self, iterable: ast.expr) -> list[ast.expr] | None:
        """Return the items; None where they cannot be seen."""
        literal = self._value(iterable)
        if isinstance(literal, ast.List | ast.Tuple | ast.Set):
            has_star = any(isinstance(element, ast.Starred) for element in literal.elts)
            return None if has_star else literal.elts
        if isinstance(literal, ast.Dict):
            return [key for key in literal.keys if key] if None not in literal.keys else None
        if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Attribute):
            return self._elements_of_view(iterable.func)
        return None

    def _elements_of_view(self, method: ast.Attribute) -> list[ast.expr] | None:
        """Return the items of ``d.items()`` and its like."""
        literal = self._value(method.value)
        if not isinstance(literal, ast.Dict) or None in literal.keys:
            return None
        pairs = [(k, v) for k, v in zip(literal.keys, literal.values, strict=True) if k]
        if method.attr == "items":
            return [ast.Tuple([key, value], ast.Load()) for key, value in pairs]
        return {"keys": [k for k, _ in pairs], "values": [v for _, v in pairs]}.get(method.attr)

    def _value(self, node: ast.expr) -> ast.expr | None:
        return self.values.get(node.id) if isinstance(node, ast.Name) else node


def _length_of_range(bounds: list[ast.expr]) -> float:
    numbers = [ast.literal_eval(bound) for bound in bounds if _is_written_down(bound)]
    known = [number for number in numbers if type(number) is int]
    if len(known) < len(bounds) or not 1 <= len(known) <= 3 or 0 in known[2:]:
        return math.inf
    return len(range(*known))


def _is_written_down(node: ast.expr) -> bool:
    """Tell whether it is a number, with a minus in front or not."""
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.Constant)
