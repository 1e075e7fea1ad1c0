"""Where each cell of an assignment runs: in the box, on the trusted side, or on both.

Made from the instructor's source notebook alone.

* Answers (solution cells) run in the box.
* Every other cell of the source runs in the box as well, and those of its statements that do not
  depend on the student run on the trusted side too: imports, definitions, constants. What a
  statement that depends on the student binds or changes belongs to the student from then on.
* Grade cells run on the trusted side. The names in them that belong to the student stand for what
  the box holds; modules, and names that the trusted side defines, never do.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from nbformat import NotebookNode

from autograder.names import Names, called_in, keeps_lines, merge, names_of, parse_cell

Role = Literal["answer", "setup", "grade", "text"]
SIMPLE = (
    ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Expr,
)  # fmt: skip
BUILTINS = set(dir(builtins)) | {"get_ipython", "display", "In", "Out", "exit", "quit"}
# Calls that set, and that look up, what a library keeps for the whole process.
SEEDS = {"seed", "manual_seed"}
FIGURES = {"gcf", "gca", "gci", "get_fignums", "get_figlabels"}
FILES = {
    "exists", "isfile", "is_file", "isdir", "is_dir", "listdir", "glob", "rglob", "iterdir", "stat",
    "getsize",
}  # fmt: skip


@dataclass
class Step:
    """One cell of the source.

    Attributes
    ----------
    role : {"answer", "setup", "grade", "text"}
    grade_id : str
        nbgrader's id; empty for cells that have none.
    source : str
    points : float
    is_graded_by_hand : bool
    is_locked : bool
    trusted : list of ast.stmt
        Statements that run on the trusted side.
    student_names : set of str
        For grade cells: the names that stand for what the box holds.
    given_names : set of str
        For grade cells: the names to which the test gives a value that the student's functions are
        to look up, as the source's solution does.
    unknown_names : set of str
        Those of them that no cell of the source is seen to bind: the trusted side's, where a star
        import or a magic has bound them there.
    released : str
        For grade cells: what the box must run for the sake of later cells; mostly nothing.
    hidden_lines : list of (int, int)
        First and last line of each hidden test, counted from 1.
    seeds : bool
        For grade cells: whether a random generator is seeded there.
    looks_at_figure : bool
        For grade cells: whether pyplot's current figure is looked at there.
    looks_for_file : bool
        For grade cells: whether the test asks which files there are.
    is_broken : bool
        Whether a cell of code does not parse.
    """

    role: Role
    grade_id: str
    source: str
    cell_type: str
    points: float = 0.0
    is_graded_by_hand: bool = False
    is_locked: bool = False
    trusted: list[ast.stmt] = field(default_factory=list)
    student_names: set[str] = field(default_factory=set)
    given_names: set[str] = field(default_factory=set)
    unknown_names: set[str] = field(default_factory=set)
    released: str = ""
    hidden_lines: list[tuple[int, int]] = field(default_factory=list)
    seeds: bool = False
    looks_at_figure: bool = False
    looks_for_file: bool = False
    is_broken: bool = False


@dataclass(frozen=True)
class Delimiters:
    """nbgrader's marks around hidden tests."""

    begin: str = "BEGIN HIDDEN TESTS"
    end: str = "END HIDDEN TESTS"

    def regions(self, source: str) -> list[tuple[int, int]]:
        """Return the first and last line of each hidden region, counted from 1."""
        regions, start = [], 0
        lines = source.splitlines()
        for number, line in enumerate(lines, 1):
            if not start and self.begin in line:
                start = number
            elif start and self.end in line:
                regions.append((start, number))
                start = 0
        return regions + ([(start, len(lines))] if start else [])

    def strip(self, source: str) -> str:
        """Return the source without its hidden regions."""
        hidden = {n for first, last in self.regions(source) for n in range(first, last + 1)}
        lines = enumerate(source.splitlines(), 1)
        return "\n".join(line for number, line in lines if number not in hidden)


def mark(cell: NotebookNode) -> dict[str, object]:
    """Return what nbgrader wrote about a cell; nothing when somebody put nonsense there."""
    found = cell.get("metadata", {}).get("nbgrader", {})
    return dict(found) if isinstance(found, dict) else {}


def role_of(cell: NotebookNode) -> Role:
    """Return what a source cell is for."""
    about = mark(cell)
    if cell.cell_type != "code":
        return "text"
    if about.get("solution"):
        return "answer"
    return "grade" if about.get("grade") else "setup"


def make_plan(source: NotebookNode, delimiters: Delimiters | None = None) -> list[Step]:
    """Decide where each cell of a source notebook runs.

    Parameters
    ----------
    source : NotebookNode
        With hidden tests, and with the solutions that tell which names are the student's.
    delimiters : Delimiters, optional

    Returns
    -------
    list of Step
        In the order of the source.
    """
    delimiters = delimiters or Delimiters()
    owners = _Owners()
    steps = [_step(cell, delimiters) for cell in source.cells]
    for step in steps:
        statements = parse_cell(step.source) if step.role != "text" else None
        if statements is None:
            step.is_broken = step.role != "text"
            continue
        if step.role == "grade":
            names = [names_of(statement) for statement in statements]
            whole = merge(names)
            step.trusted = statements
            step.student_names = owners.belonging_to_student(statements, names, whole)
            step.given_names = owners.given_by(whole)
            step.unknown_names = step.student_names - owners.student
            called = set().union(*map(called_in, statements))
            step.seeds = bool(called & SEEDS)
            step.looks_at_figure = bool(called & FIGURES)
            step.looks_for_file = bool(called & FILES)
            if step.hidden_lines and not keeps_lines(step.source):
                step.hidden_lines = [(1, len(step.source.splitlines()))]
            owners.bind_trusted(whole)
        elif step.role == "answer":
            step.trusted = owners.answer(statements)
        else:
            step.trusted = [s for s in statements if owners.is_trusted(names_of(s))]
    _carry_on(steps, delimiters)
    return steps


def _step(cell: NotebookNode, delimiters: Delimiters) -> Step:
    about = mark(cell)
    is_graded = bool(about.get("grade"))
    role = role_of(cell)
    return Step(
        role=role,
        grade_id=str(about.get("grade_id", "")),
        source=cell.source,
        cell_type=cell.cell_type,
        points=float(about.get("points", 0) or 0),  # type: ignore[arg-type]
        is_graded_by_hand=bool(about.get("task")) or (is_graded and role != "grade"),
        is_locked=bool(about.get("locked")) and not about.get("solution"),
        hidden_lines=delimiters.regions(cell.source),
    )


@dataclass
class _Owners:
    """Follows, through the notebook, whose a name is."""

    student: set[str] = field(default_factory=set)
    trusted: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    needs: dict[str, set[str]] = field(default_factory=dict)
    looked_up: set[str] = field(default_factory=set)

    def is_trusted(self, names: Names) -> bool:
        """Tell whether a statement runs on the trusted side too; note what it binds."""
        if self._depends_on_student(names.now):
            self.student |= (names.binds | names.touches) - self.modules - BUILTINS
            self.trusted -= self.student
            return False
        self.bind_trusted(names)
        return True

    def bind_trusted(self, names: Names) -> None:
        for name in names.binds:
            self.student.discard(name)
            self.trusted.add(name)
            self.needs[name] = names.later | names.now
        self.modules |= names.imports
        self.modules -= names.binds - names.imports

    def answer(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Give what a solution binds to the student, and keep its imports for the tests."""
        kinds = (ast.Import, ast.ImportFrom)
        imports: list[ast.stmt] = [s for s in statements if isinstance(s, kinds)]
        names = merge([names_of(s) for s in statements])
        self.student |= (names.binds | names.touches) - names.imports - self.modules
        self.looked_up |= names.later
        self.trusted -= self.student
        for statement in imports:
            self.bind_trusted(names_of(statement))
        return imports

    def belonging_to_student(
        self, statements: Sequence[ast.stmt], parts: Sequence[Names], whole: Names
    ) -> set[str]:
        """Return the names of a grade cell, and of what it calls, that the box must supply."""
        needed: set[str] = set()
        bound: set[str] = set()
        # The test's own variables: what it expects must not reach the box.
        own = whole.binds - self.student
        for statement, names in zip(statements, parts, strict=True):
            reached = self._reach((names.now | names.later | names.touches) - bound)
            unknown = reached - bound - own - self.trusted - BUILTINS
            needed |= unknown | (self.student & reached - bound)
            # What stands under an if, or in a loop, may never be bound.
            if isinstance(statement, SIMPLE):
                bound |= names.binds
        return needed

    def given_by(self, names: Names) -> set[str]:
        """Return the names to which a test gives a value for the student's functions to look up."""
        return names.binds & self.looked_up - self.modules - BUILTINS

    def _depends_on_student(self, names: set[str]) -> bool:
        reached = self._reach(names)
        return bool(reached & self.student)

    def _reach(self, names: set[str]) -> set[str]:
        reached: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                if name in self.trusted:
                    waiting.extend(self.needs.get(name, ()))
        return reached


def _carry_on(steps: Sequence[Step], delimiters: Delimiters) -> None:
    """Have the box run the visible tests whose variables a later cell uses, as it would at home."""
    wanted: set[str] = set()
    for step in reversed(steps):
        statements = parse_cell(step.source) or []
        if step.role == "grade":
            visible = parse_cell(delimiters.strip(step.source)) or []
            names = merge([names_of(s) for s in visible])
            if (names.binds | names.touches & step.student_names) & wanted:
                step.released = delimiters.strip(step.source)
            wanted |= step.student_names
        elif step.role in ("answer", "setup"):
            names = merge([names_of(s) for s in statements])
            wanted = (wanted - names.binds) | names.now | names.later


def with_gradebook_sources(source: NotebookNode, texts: Mapping[str, str]) -> NotebookNode:
    """Replace the text of locked cells by what the gradebook holds, as nbgrader does.

    Parameters
    ----------
    source : NotebookNode
        Changed in place, and returned.
    texts : mapping of str to str
        By nbgrader id; answers, whose solutions the gradebook does not keep, are left alone.
    """
    for cell in source.cells:
        about = mark(cell)
        if not about.get("solution") and about.get("grade_id") in texts:
            cell.source = texts[str(about["grade_id"])]
    return source
