"""Find the functions in strangers' files: files are read and parsed here, and never imported."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.names import names_of, parse_cell
from tools.survey.shapes import FORWARD_OF, FUNCTIONS

LARGEST_FILE = 4 * 2**20
_DEFINED = re.compile(rf"\bdef\s+({'|'.join(FUNCTIONS)})\b")
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
Module = list[ast.stmt]


@dataclass(frozen=True)
class Definition:
    """One function of one file.

    Attributes
    ----------
    function : str
        One of the four.
    path : Path
        Relative to the folder.
    line : int
        Where it is defined; in a notebook, counted in its cell.
    imports : str
        What its file imports.
    code : str
        The function, and the functions and constants of its file that it uses, without comments
        and docstrings: equal for equal code, however it is laid out.
    forward : str
        The same for the forward function of its file; empty for a forward function, or where there
        is none.
    """

    function: str
    path: Path
    line: int
    imports: str
    code: str
    forward: str = ""


@dataclass(frozen=True)
class Findings:
    """What a folder holds.

    Attributes
    ----------
    definitions : list of Definition
    left_out : list of str
        What is no top-level function that parses, or no file that can be read.
    """

    definitions: list[Definition]
    left_out: list[str]


def find_definitions(folder: Path) -> Findings:
    """Look for the four functions in all ``.py`` and ``.ipynb`` files of a folder.

    Symbolic links, special files and files of more than 4 MiB are passed over.
    """
    findings = Findings([], [])
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        try:
            text = _text(path)
        except OSError as error:
            findings.left_out.append(f"{relative} ({error.strerror})")
            continue
        named = set(_DEFINED.findall(text))
        if not named:
            continue
        try:
            found = list(_definitions(_parse(path, text), relative))
        except _UNREADABLE:
            found = []
        findings.definitions.extend(found)
        missing = named - {definition.function for definition in found}
        findings.left_out.extend(
            f"{name} of {relative} (no top-level function that parses)" for name in sorted(missing)
        )
    return findings


def _text(path: Path) -> str:
    """Return a file's text; nothing for what is no source file."""
    is_source = path.suffix in (".py", ".ipynb") and not path.is_symlink() and path.is_file()
    if not is_source or path.stat().st_size > LARGEST_FILE:
        return ""
    return path.read_text(encoding="utf-8", errors="replace").removeprefix("\ufeff")


def _parse(path: Path, text: str) -> Module:
    """Return the statements of a file; what does not parse is left out."""
    if path.suffix == ".ipynb":
        return [statement for cell in _code_cells(text) for statement in parse_cell(cell) or []]
    try:
        module = ast.parse(text).body
    except SyntaxError:
        return _as_python_2(list(_parse_parts(text)))
    uses_xrange = any("xrange" in names_of(s).later for s in module if _is_definition(s))
    return _as_python_2(module) if uses_xrange else module


def _code_cells(text: str) -> Iterator[str]:
    notebook = json.loads(text)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    for cell in cells if isinstance(cells, list) else []:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            yield "".join(map(str, source)) if isinstance(source, list) else str(source)


def _parse_parts(text: str) -> Iterator[ast.stmt]:
    """Parse each top-level statement by itself: an error in one is none in the others."""
    line = 1
    for part in re.split(r"^(?=[^\s)\]}#])", text, flags=re.M):
        try:
            body = ast.parse(part).body
        except _UNREADABLE:
            body = []
        for statement in body:
            yield ast.increment_lineno(statement, line - 1)
        line += part.count("\n")


class _Python2(ast.NodeTransformer):
    """Divide as Python 2 does, in which much of this code was written: 7 / 2 is 3."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        function = ast.Name("divide_as_python_2", ast.Load())
        call = ast.Call(function, [node.left, node.right], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))


def _as_python_2(module: Module) -> Module:
    return [_Python2().visit(statement) for statement in module]


def _definitions(module: Module, path: Path) -> Iterator[Definition]:
    last = {s.name: s for s in module if isinstance(s, ast.FunctionDef) and s.name in FUNCTIONS}
    code = {name: _with_helpers(function, module) for name, function in last.items()}
    imports = "".join(map(_import, module))
    for name, function in last.items():
        forward = code.get(FORWARD_OF.get(name, ""), "")
        yield Definition(name, path, function.lineno, imports, code[name], forward)


def _import(statement: ast.stmt) -> str:
    """Return code that imports what a statement imports, if it is there."""
    is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
    if is_future or not isinstance(statement, ast.Import | ast.ImportFrom):
        return ""
    return f"try:\n    {ast.unparse(statement)}\nexcept Exception:\n    pass\n"


def _with_helpers(function: ast.FunctionDef, module: Module) -> str:
    """Return the code of a function, and of the functions and constants that it uses."""
    # Other definitions of the same name are not what its file ends up with.
    others = [s for s in module if _is_definition(s) and getattr(s, "name", "") != function.name]
    names = {statement: names_of(statement) for statement in [function, *others]}
    chosen: set[ast.stmt] = set()
    more: set[ast.stmt] = {function}
    while more:
        chosen |= more
        used = set[str]().union(*(names[s].now | names[s].later for s in chosen))
        more = {s for s in others if names[s].binds & used} - chosen
    return "\n".join(ast.unparse(_bare(s)) for s in module if s in chosen)


def _is_definition(statement: ast.stmt) -> bool:
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    return isinstance(statement, kinds)


def _bare(statement: ast.stmt) -> ast.stmt:
    """Take docstrings, and other texts that stand by themselves, out of a statement."""
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.body = [s for s in node.body if not _is_text(s)] or [ast.Pass()]
    return statement


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
