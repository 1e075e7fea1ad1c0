"""A source notebook as the rules see it: its cells, and the plan that the grader makes of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions, InstantiateTests
from traitlets.config import Config

from autograder.lint.finding import Finding, Severity
from autograder.lint.imports import imported_names
from autograder.names import Names, merge, names_of, parse_cell
from autograder.plan import Delimiters, Step, make_plan, mark


@dataclass(frozen=True)
class Cell:
    """A cell of the source.

    Attributes
    ----------
    number : int
        Counted from 1.
    node : NotebookNode
    step : Step
        What the grader makes of it.
    statements : list of ast.stmt or None
        None when it is code that does not parse; empty for text.
    """

    number: int
    node: NotebookNode
    step: Step
    statements: list[ast.stmt] | None

    @property
    def name(self) -> str:
        """How a person finds it."""
        return self.step.grade_id or f"cell {self.number}"

    @cached_property
    def named(self) -> list[tuple[ast.stmt, Names]]:
        """Its statements, each with the names that it uses and binds."""
        return [(statement, names_of(statement)) for statement in self.statements or ()]

    @cached_property
    def trusted(self) -> list[tuple[ast.stmt, Names]]:
        """Those of them that run on the trusted side."""
        places = {(s.lineno, s.col_offset) for s in self.step.trusted}
        return [(s, names) for s, names in self.named if (s.lineno, s.col_offset) in places]

    @cached_property
    def names(self) -> Names:
        """Names that it uses and binds."""
        return merge([names for _, names in self.named])

    @property
    def student_names(self) -> set[str]:
        """Names that stand for what an answer has made, as far as the source tells."""
        return self.step.student_names - self.step.unknown_names


@dataclass(frozen=True)
class Source:
    """A source notebook.

    Attributes
    ----------
    path : Path
    node : NotebookNode
    config : Config
        The course's.
    delimiters : Delimiters
        Those around hidden tests.
    """

    path: Path
    node: NotebookNode
    config: Config
    delimiters: Delimiters

    @cached_property
    def cells(self) -> list[Cell]:
        """All cells, planned as for grading."""
        steps = make_plan(self.node, self.delimiters)
        cells = enumerate(zip(self.node.cells, steps, strict=True), 1)
        return [Cell(n, node, step, self._statements(node)) for n, (node, step) in cells]

    def _statements(self, node: NotebookNode) -> list[ast.stmt] | None:
        return parse_cell(node.source) if node.cell_type == "code" and self.is_python else []

    @property
    def is_python(self) -> bool:
        """Whether its code can be read here; nbgrader's marks can be in any language."""
        about = self.node.metadata
        language = about.get("kernelspec", {}).get("language")
        language = language or about.get("language_info", {}).get("name", "python")
        return str(language).lower() == "python"

    @cached_property
    def solution_delimiters(self) -> Delimiters:
        """What nbgrader puts around solutions, as this course has it."""
        known = ClearSolutions(config=self.config)
        return Delimiters(known.begin_solution_delimeter, known.end_solution_delimeter)

    @cached_property
    def files(self) -> set[str]:
        """Names of what lies beside the notebook, relative to it."""
        folder = self.path.parent
        return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}

    @cached_property
    def imports(self) -> dict[str, str]:
        """What each imported name stands for: ``{"np": "numpy", "sqrt": "math.sqrt"}``."""
        return dict(pair for cell in self.cells for pair in imported_names(cell.statements or ()))

    @property
    def tests(self) -> Iterator[Cell]:
        """The grade cells that a machine judges and whose whole code stands in the source."""
        delimiter = InstantiateTests(config=self.config).autotest_delimiter
        for cell in self.cells:
            # nbgrader writes such a test when it makes the release.
            is_written_later = delimiter in cell.step.source
            is_readable = self.is_python and cell.statements is not None
            if cell.step.role == "grade" and is_readable and not is_written_later:
                yield cell

    def before(self, cell: Cell) -> Sequence[Cell]:
        """Return the cells above a cell."""
        return self.cells[: cell.number - 1]

    def finding(
        self, cell: Cell, line: int, rule: str, severity: Severity, message: str
    ) -> Finding:
        """Say something about a line of a cell."""
        return Finding(self.path, cell.name, line, rule, severity, message)


def cell_name(number: int, node: NotebookNode) -> str:
    """Return how a person finds a cell of a notebook that cannot be planned."""
    return str(mark(node).get("grade_id") or f"cell {number}")
