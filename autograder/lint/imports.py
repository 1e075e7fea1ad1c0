"""What names mean by the imports of a notebook, which are read and not carried out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from autograder.plan import BUILTINS


def imported_names(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Yield what each imported name stands for: ``("np", "numpy")``, ``("sqrt", "math.sqrt")``."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    yield (alias.asname, alias.name) if alias.asname else (top, top)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def qualified(node: ast.expr, imports: Mapping[str, str]) -> str:
    """Return what a name or attribute means: ``numpy.random.rand``; "" where that is unknown."""
    if isinstance(node, ast.Name):
        known = imports.get(node.id, "")
        return known or (f"builtins.{node.id}" if node.id in BUILTINS else "")
    if isinstance(node, ast.Attribute):
        base = qualified(node.value, imports)
        return f"{base}.{node.attr}" if base else ""
    return ""
