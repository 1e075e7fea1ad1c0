"""What the tests of every mission share: its release, its grading, and running it alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbgrader.apps.api import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

from autograder import Group, lint
from autograder.course import Course, SourceNotebook
from autograder.grading import Result
from autograder.plan import Delimiters
from autograder.worker import Settings, Worker

ROOT = Path(__file__).parents[2]
LANGUAGES = {"en": "[A-Za-z]{4} [a-z]{2}", "zh": "[\u4e00-\u9fff]{4}"}

# Runs before a student's cells: this machine has the course and its tools, a student's has not.
WITHOUT_THE_COURSE = """
import importlib.abc
import sys


class OnlyNumpyAndMatplotlib(importlib.abc.MetaPathFinder):
    absent = {"autograder", "convlab", "problems", "torch", "torchvision", "scipy", "ipywidgets"}

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, OnlyNumpyAndMatplotlib())
"""


@dataclass(frozen=True)
class Mission:
    """One assignment of the course, which has one notebook.

    Attributes
    ----------
    assignment, name : str
        ``Mission("day07", "conv2d")`` is ``source/day07/conv2d.ipynb``.
    """

    assignment: str
    name: str

    @property
    def source_path(self) -> Path:
        """The instructor's notebook."""
        return ROOT / "source" / self.assignment / f"{self.name}.ipynb"

    @property
    def release_path(self) -> Path:
        """The students' notebook."""
        return ROOT / "assignments" / self.assignment / f"{self.name}.ipynb"

    def source(self) -> NotebookNode:
        """Read the instructor's notebook."""
        return nbformat.read(self.source_path, as_version=4)

    def release(self) -> NotebookNode:
        """Read the students' notebook."""
        return nbformat.read(self.release_path, as_version=4)

    def solutions(self) -> dict[str, str]:
        """Return the instructor's answers by nbgrader id."""
        return {
            grade_id(cell): cell.source
            for cell in self.source().cells
            if mark(cell).get("solution") and cell.cell_type == "code"
        }

    def solved(self, answers: Mapping[str, str] | None = None) -> NotebookNode:
        """Return the release with the instructor's answers, or others in their place."""
        return with_answers(self.release(), {**self.solutions(), **(answers or {})})


def mark(cell: NotebookNode) -> Mapping[str, object]:
    """Return what nbgrader knows of a cell; empty for a cell that is none of nbgrader's."""
    return cell.metadata.get("nbgrader", {})


def grade_id(cell: NotebookNode) -> str:
    """Return nbgrader's id of a cell; empty for a cell that is none of nbgrader's."""
    return str(mark(cell).get("grade_id", ""))


def grade_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that give points."""
    return [cell for cell in notebook.cells if mark(cell).get("grade")]


def with_answers(notebook: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """Write answers into a notebook's cells, by nbgrader id."""
    unknown = set(answers) - {grade_id(cell) for cell in notebook.cells}
    if unknown:
        raise KeyError(f"The notebook has no cells {sorted(unknown)}; use its nbgrader ids.")
    for cell in notebook.cells:
        cell.source = answers.get(grade_id(cell), cell.source)
    return notebook


# ---------------------------------------------------------------------------------- release


def scratch_course(folder: Path, assignment: str) -> Path:
    """Copy to a folder what nbgrader needs of the course for one assignment."""
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "source" / assignment, folder / "source" / assignment)
    environment = Course(folder).environment
    if not environment.exists():
        environment.symlink_to(Course(ROOT).environment)
    return folder


def generate(course: Path, assignment: str) -> Path:
    """Have nbgrader make the release afresh; return its folder."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    config.CourseDirectory.root = str(course)
    done = NbGraderAPI(config=config).generate_assignment(assignment)
    assert done["success"], done["log"]
    return course / "assignments" / assignment


def files(folder: Path) -> dict[str, bytes]:
    """Read all files of a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def leaks(mission: Mission) -> list[str]:
    """Return what students must not see and yet would see in the release.

    These are marks of nbgrader's, names of the course's own modules, and lines of a solution or a
    hidden test that are long enough to be told from others.
    """
    text = mission.release_path.read_text(encoding="utf-8")
    found = re.findall(r"BEGIN|END (?:SOLUTION|HIDDEN)|SOLUTION", text)
    found += re.findall(r"\b(?:problems|autograder|convlab|judge)\b", text)
    kept = [cell.source for cell in mission.release().cells]
    return found + [
        line
        for line in secret_lines(mission.source())
        if len(line) > 20 and any(line in source for source in kept)
    ]


def secret_lines(source: NotebookNode) -> list[str]:
    """Return the lines of all solutions and hidden tests."""
    lines: list[str] = []
    for marks in (Delimiters("### BEGIN SOLUTION", "### END SOLUTION"), Delimiters()):
        found = []
        for cell in source.cells:
            written = cell.source.splitlines()
            for first, last in marks.regions(cell.source):
                found += [line.strip() for line in written[first : last - 1]]
        if not found:
            raise ValueError(f"The source has nothing between {marks}; is it a release?")
        lines += found
    return lines


# ---------------------------------------------------------------------------------- source


def judged_groups(source: NotebookNode) -> dict[tuple[str, str], float]:
    """Return the points of each cell that judges a problem, by problem and group."""
    judged = {}
    for cell in grade_cells(source):
        (problem,) = re.findall(r"from problems import (\w+) as problem", cell.source)
        (group,) = re.findall(r'problem\.judge\(.+, group="(\w+)"\)', cell.source)
        judged[problem, group] = float(cell.metadata.nbgrader.points)
    return judged


def all_groups(problems: Mapping[str, Mapping[str, Group]]) -> dict[tuple[str, str], float]:
    """Return the points of every group, by problem and group."""
    return {
        (problem, name): float(group.points)
        for problem, groups in problems.items()
        for name, group in groups.items()
    }


def cells_in_one_language(source: NotebookNode) -> list[str]:
    """Return the ids of instruction cells that lack English or Chinese."""
    return [
        cell.id
        for cell in source.cells
        if cell.cell_type == "markdown"
        and not all(re.search(pattern, cell.source) for pattern in LANGUAGES.values())
    ]


def time_limits(source: NotebookNode) -> dict[str, float]:
    """Return the seconds that each cell of code may take, by its id."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    return {
        cell.id: config.Execute.timeout_func(cell)
        for cell in source.cells
        if cell.cell_type == "code"
    }


def lint_findings(mission: Mission) -> list[lint.Finding]:
    """Return what ``autograder lint`` says of the source."""
    return list(lint.lint(Course(ROOT), mission.source_path))


# ---------------------------------------------------------------------------------- grading


def make_worker() -> Worker:
    """Start what grades notebooks in the sandbox, as ``autograder grade`` does."""
    return Worker(Settings(Course(ROOT).environment, "bubblewrap"))


def grade(worker: Worker, mission: Mission, submitted: NotebookNode) -> Result:
    """Grade a notebook with the course's own limits and environment."""
    course, source = Course(ROOT), mission.source()
    highest = sum(float(cell.metadata.nbgrader.points) for cell in grade_cells(source))
    known = SourceNotebook(mission.name, source, highest)
    return worker.grade(course.task(mission.assignment, known, submitted, {}))


def points(result: Result) -> dict[str, float | None]:
    """Return the points of each test by nbgrader id; None where a person has to decide."""
    return {name: outcome.points for name, outcome in result.outcomes.items()}


def lost(result: Result, mission: Mission) -> set[str]:
    """Return the ids of the tests that gave less than all their points."""
    highest = {grade_id(c): c.metadata.nbgrader.points for c in grade_cells(mission.source())}
    return {name for name, received in points(result).items() if received != highest[name]}


# ---------------------------------------------------------------------------------- alone


def run_alone(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run all cells in a kernel that finds no course; errors stay in the outputs."""
    notebook.cells.insert(0, nbformat.v4.new_code_cell(WITHOUT_THE_COURSE))
    client = NotebookClient(
        notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return notebook


def errors(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Return the error of each cell that has one, by nbgrader id."""
    return {
        grade_id(cell): output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    }


def tests_that_do_not_say_what_to_do(notebook: NotebookNode) -> list[str]:
    """Return the ids of the tests of an executed, unsolved release that fail in other words."""
    failed = errors(notebook)
    return [
        name
        for name in map(grade_id, grade_cells(notebook))
        if name not in failed
        or failed[name].ename != "NotImplementedError"
        or "请先完成这一部分" not in failed[name].evalue
    ]
