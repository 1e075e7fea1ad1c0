"""The hostile submissions beside this file, each in a folder named for what it tries.

``expected.toml`` says what the submission tries and what it honestly deserves:

tries : str
    One sentence.
verdict : str or list of str
    What the submission as a whole may be called.
most_points : float
    The most that it honestly deserves.
least_points : float, optional
    What its honest part must earn all the same.
points : float, optional
    For honest work: what it earns, exactly.
also_honest : bool, optional
    Solution cells that the folder has no text for are solved rightly; otherwise they stay as they
    were released.
unsafe_unsandboxed : bool, optional
    Harms the machine where there is no sandbox.
never_shown : list of str, optional
    What must be in no output, apart from what holds for every submission.

The other files are the texts of cells, ``functions.py``, ``account.py``, ``extra.py`` (the cell
between two tests), ``last.py`` (a cell at the end), ``explain.md``; and ``build.py``, whose
``build(notebook, folder)`` changes the notebook or writes files into the submission's folder. A
``mission.ipynb`` that it writes itself is left alone.

Harm that has been done is told by the words of :data:`HARM` in an output, and by files whose names
begin with :data:`FILE_PREFIX`.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import runpy
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parent
COURSE = FOLDER / "course"
ASSIGNMENT = "target"
FILE = "mission.ipynb"
SOURCE = COURSE / "source" / ASSIGNMENT / FILE

# Attacks say so when they get further than they should.
HARM = "attack-corpus harm"
FILE_PREFIX = "attack-corpus"
# Attacks that have something to tell a friend call here, or the abstract Unix socket of this name.
PORT = 48675
SOCKET = "\0attack-corpus"
# One honest submission holds this; nobody else may see it.
FRIEND = "heliotrope-3107"

# What is answered where an answer in words is right and the folder has none.
ANSWER = "No window of that width fits, so there is no mean."

CELLS = {
    "functions.py": "functions",
    "account.py": "account",
    "extra.py": "scratch",
    "explain.md": "explain",
}


@dataclass(frozen=True)
class Attack:
    """A submission of the corpus.

    Attributes
    ----------
    folder : Path
    tries : str
    verdicts : frozenset of str
    most_points : float
    least_points : float
    points : float or None
        None for all that is not plain honest work.
    also_honest, unsafe_unsandboxed : bool
    never_shown : tuple of str
    """

    folder: Path
    tries: str
    verdicts: frozenset[str]
    most_points: float
    least_points: float = 0.0
    points: float | None = None
    also_honest: bool = False
    unsafe_unsandboxed: bool = False
    never_shown: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the folder, and of the student who hands it in."""
        return self.folder.name

    @property
    def honest(self) -> bool:
        """Whether this is plain honest work."""
        return self.points is not None

    def notebook(self, released: NotebookNode) -> NotebookNode:
        """Return the notebook that is handed in, before ``build.py`` has its turn.

        Parameters
        ----------
        released : NotebookNode
            Left unchanged.
        """
        notebook: NotebookNode = nbformat.from_dict(json.loads(json.dumps(released)))
        solved = {**solutions(), "explain": ANSWER}
        for file, cell_id in CELLS.items():
            if (self.folder / file).is_file():
                cell(notebook, cell_id).source = self._text(file)
            elif self.also_honest and cell_id in solved:
                cell(notebook, cell_id).source = solved[cell_id]
        if (self.folder / "last.py").is_file():
            notebook.cells.append(nbformat.v4.new_code_cell(self._text("last.py"), id="last"))
        return notebook

    def build(self) -> Callable[[NotebookNode, Path], None] | None:
        """Return the function of ``build.py``, if there is one."""
        path = self.folder / "build.py"
        return runpy.run_path(str(path))["build"] if path.is_file() else None

    def _text(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8").rstrip("\n")


def load() -> list[Attack]:
    """Return all submissions of the corpus, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*/expected.toml"))]


def cell(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    """Return the cell of that id."""
    found: NotebookNode = next(cell for cell in notebook.cells if cell.id == cell_id)
    return found


def is_test(cell: NotebookNode) -> bool:
    """Return whether this is a code cell that earns points."""
    return cell.cell_type == "code" and bool(cell.metadata.get("nbgrader", {}).get("grade"))


def source() -> NotebookNode:
    """Return the instructor's notebook, with solutions and hidden tests."""
    notebook: NotebookNode = nbformat.read(SOURCE, as_version=4)
    return notebook


def solutions() -> dict[str, str]:
    """Return the instructor's solution of each solution cell of code, by the cell's id."""
    return {
        cell.id: re.sub(r"(?m)^ *### (BEGIN|END) SOLUTION\n", "", cell.source + "\n").rstrip()
        for cell in source().cells
        if cell.cell_type == "code" and "BEGIN SOLUTION" in cell.source
    }


def hidden_parts() -> list[str]:
    """Return the hidden part of each test that has one."""
    pattern = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)
    return [
        part for test in filter(is_test, source().cells) for part in pattern.findall(test.source)
    ]


def hidden_lines() -> set[str]:
    """Return the lines of the hidden tests that no visible test has, without indentation."""
    visible = "\n".join(cell.source for cell in source().cells)
    for part in hidden_parts():
        visible = visible.replace(part, "")
    lines = {line.strip() for part in hidden_parts() for line in part.splitlines()}
    return {line for line in lines if line not in visible}


def hidden_values() -> set[str]:
    """Return how hidden inputs and expected values look in an output, in lower case.

    The hidden tests are run on the instructor's solution. What it is given and returns is written
    down, and so are the constants of the tests: long words, and numbers of six digits or more
    without their last ones, which may be rounded away.
    """
    seen: list[object] = []
    names: dict[str, Any] = {}
    visible = ""
    for part in source().cells:
        if part.cell_type == "code":
            visible += part.source.partition("### BEGIN HIDDEN TESTS")[0]
            exec(part.source, names)
            if part.id == "functions":
                for name in ("moving_average", "count_words"):
                    names[name] = _noting(names[name], seen)
    for node in (node for part in hidden_parts() for node in ast.walk(ast.parse(part))):
        if isinstance(node, ast.BinOp | ast.Constant):
            with contextlib.suppress(NameError):
                seen.append(eval(ast.unparse(node), {}))
    forms = {form for thing in seen for form in _forms(thing)}
    return {form for form in forms if form not in visible.lower()}


def write_submissions(course_root: Path, attacks: Iterable[Attack]) -> None:
    """Write what each student hands in to ``submitted/NAME/target``.

    Parameters
    ----------
    course_root : Path
        A course in which the assignment has been generated.
    attacks : iterable of Attack
    """
    released = nbformat.read(course_root / "release" / ASSIGNMENT / FILE, as_version=4)
    for attack in attacks:
        folder = course_root / "submitted" / attack.name / ASSIGNMENT
        folder.mkdir(parents=True)
        notebook = attack.notebook(released)
        build = attack.build()
        if build:
            build(notebook, folder)
        if not (folder.is_symlink() or os.path.lexists(folder / FILE)):
            (folder / FILE).write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def copy_course(course_root: Path) -> None:
    """Copy the course, its settings and its source, to a folder that does not exist yet."""
    shutil.copytree(COURSE, course_root)


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a command of this Python's own environment.

    Parameters
    ----------
    **more : str
        Further variables.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", **more}


def _read(path: Path) -> Attack:
    expected = tomllib.loads(path.read_text(encoding="utf-8"))
    verdict = expected.pop("verdict")
    return Attack(
        folder=path.parent,
        verdicts=frozenset([verdict] if isinstance(verdict, str) else verdict),
        never_shown=tuple(expected.pop("never_shown", ())),
        **expected,
    )


def _noting(function: Callable[..., Any], seen: list[object]) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        result = function(*arguments)
        seen.extend([*arguments, result])
        return result

    return noted


def _forms(thing: object) -> Iterator[str]:
    if isinstance(thing, str):
        yield from re.findall("[a-z]{5,}", thing.lower())
    elif isinstance(thing, dict | np.ndarray):
        for one in thing:
            yield from _forms(one)
    elif isinstance(thing, int | float) and float(f"{thing:.6g}") != thing:
        whole = str(abs(int(thing)))
        yield whole if len(whole) >= 6 else f"{abs(thing):.12f}"[: 7 if whole != "0" else 8]
        if isinstance(thing, float):
            yield f"{abs(thing):.12e}"[:7]
