"""Which names a statement uses now, which it uses later, and which it binds.

Decides what of an instructor's cells may run on the trusted side: see :mod:`autograder.plan`.
"""

from __future__ import annotations

import ast
import symtable
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import TransformerManager

# What they are given as a key is called before they return.
CALL_AT_ONCE = {"max", "min", "sorted", "map", "filter"}
COMPREHENSIONS = {"genexpr", "listcomp", "setcomp", "dictcomp"}


@dataclass
class Names:
    """Global names of a piece of code.

    Attributes
    ----------
    now : set of str
        Looked up while the code runs.
    later : set of str
        Looked up when a function that it defines is called.
    binds : set of str
        Assigned, defined, imported or deleted.
    imports : set of str
        Those of them that are imported.
    touches : set of str
        Objects that may be changed in place: ``x.append(1)``, ``x[0] = 1``, ``x.a = 1``.
    """

    now: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    touches: set[str] = field(default_factory=set)


def parse_cell(source: str) -> list[ast.stmt] | None:
    """Parse a cell as IPython does, magics and top-level ``await`` included.

    Returns
    -------
    list of ast.stmt or None
        None when it does not parse.
    """
    try:
        text = TransformerManager().transform_cell(source)
        tree = compile(text, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    # IPython leaves out the empty lines at the beginning.
    ast.increment_lineno(tree, _count_empty_lines(source))
    body: list[ast.stmt] = tree.body
    return body


def keeps_lines(source: str) -> bool:
    """Tell whether the statements of a cell stand at their own lines; not under ``%%time``."""
    text = TransformerManager().transform_cell(source)
    lines = len(source.splitlines()) - _count_empty_lines(source)
    return len(text.splitlines()) == lines


def _count_empty_lines(source: str) -> int:
    lines = source.splitlines()
    return next((n for n, line in enumerate(lines) if line.strip()), len(lines))


def names_of(statement: ast.stmt) -> Names:
    """Return the names of one top-level statement."""
    text = ast.unparse(statement)
    try:
        table = symtable.symtable(text, "<cell>", "exec")
    except SyntaxError:
        # A top-level await is one to ast, but not to symtable.
        table = symtable.symtable(
            f"async def _():\n {text.replace(chr(10), chr(10) + ' ')}", "", "exec"
        )
        return _of_wrapped(table.get_children()[0], statement)
    names = Names()
    for symbol in table.get_symbols():
        if symbol.is_referenced():
            names.now.add(symbol.get_name())
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            names.binds.add(symbol.get_name())
        if symbol.is_imported():
            names.imports.add(symbol.get_name())
    for child in table.get_children():
        _add_child(child, names, runs_now=True)
    _add_changes(statement, names)
    return names


def _of_wrapped(table: symtable.SymbolTable, statement: ast.stmt) -> Names:
    names = Names()
    for symbol in table.get_symbols():
        (names.binds if symbol.is_assigned() else names.now).add(symbol.get_name())
        names.now |= {symbol.get_name()} if symbol.is_referenced() else set()
    for child in table.get_children():
        _add_child(child, names, runs_now=True)
    _add_changes(statement, names)
    return names


def _add_child(table: symtable.SymbolTable, names: Names, *, runs_now: bool) -> None:
    is_function = table.get_type() == "function" and table.get_name() not in COMPREHENSIONS
    runs_now = runs_now and not is_function
    into = names.now if runs_now else names.later
    for symbol in table.get_symbols():
        if symbol.is_global() or (table.get_type() == "class" and not symbol.is_assigned()):
            into.add(symbol.get_name())
        if symbol.is_declared_global() and symbol.is_assigned():
            names.touches.add(symbol.get_name())
    for child in table.get_children():
        _add_child(child, names, runs_now=runs_now)


def _add_changes(statement: ast.stmt, names: Names) -> None:
    _add_reads(statement, names)
    for node in ast.walk(statement):
        if isinstance(node, ast.Delete):
            names.binds |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        is_store = isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(
            node.ctx, ast.Load
        )
        is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        base: ast.expr | None = None
        if is_store:
            base = node  # type: ignore[assignment]
        elif is_method:
            base = node.func  # type: ignore[attr-defined]
        while isinstance(base, ast.Attribute | ast.Subscript):
            base = base.value
        if isinstance(base, ast.Name):
            names.touches.add(base.id)


def _add_reads(statement: ast.stmt, names: Names) -> None:
    """Add what symtable does not count as looked up now: ``x`` of ``x += 1``, a ``key=lambda``."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names.now |= {node.target.id} & names.binds
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALL_AT_ONCE:
            for value in (*node.args, *(keyword.value for keyword in node.keywords)):
                if isinstance(value, ast.Lambda):
                    names.now |= names_of(ast.Expr(value)).later & names.later


def called_in(statement: ast.stmt) -> set[str]:
    """Return the last names of what a statement calls: ``seed`` of ``np.random.seed(0)``."""
    calls = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return {getattr(call, "attr", getattr(call, "id", "")) for call in calls}


def merge(parts: list[Names]) -> Names:
    """Put the names of several statements together."""
    whole = Names()
    for part in parts:
        for name in ("now", "later", "binds", "imports", "touches"):
            getattr(whole, name).update(getattr(part, name))
    return whole
