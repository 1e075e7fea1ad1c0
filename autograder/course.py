"""An nbgrader course: its configuration, its folders, its gradebook's sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets import Float, Integer, Unicode
from traitlets.config import Config, Configurable
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from autograder.grading import Task
from autograder.plan import Delimiters, with_gradebook_sources
from autograder.sandbox import Limits as BoxLimits
from autograder.sandbox import default_environment
from autograder.submission import read_files
from autograder.text import Text


class CourseError(RuntimeError):
    """The course is not ready to be graded; the message says what to do."""


class Limits(Configurable):
    """What a submission may use: ``c.Limits.memory_mb = 512`` in nbgrader_config.py."""

    seconds = Float(
        0.0, help="Time limit of a cell in seconds; 0 takes nbgrader's own c.Execute.timeout."
    ).tag(config=True)
    seconds_after_timeout = Float(
        2.0, help="Time limit of the cells after one that ran out of time."
    ).tag(config=True)
    memory_mb = Integer(1024, help="Memory of a submission in MiB.").tag(config=True)
    disk_mb = Integer(64, help="Files of a submission in MiB.").tag(config=True)
    processes = Integer(64, help="Processes and threads of a submission.").tag(config=True)
    output_kb = Integer(1024, help="What a cell may display, in KiB.").tag(config=True)


class Grade(Configurable):
    """How submissions are graded: ``c.Grade.environment = ".box"``."""

    environment = Unicode(
        "", help="Virtual environment in which submissions run; default .box in the course."
    ).tag(config=True)
    sandbox = Unicode("bubblewrap", help='"bubblewrap", or "none".').tag(config=True)


@dataclass(frozen=True, eq=False)
class SourceNotebook:
    """One notebook of an assignment, as it is graded.

    Attributes
    ----------
    name : str
    notebook : NotebookNode
        The instructor's, with the gradebook's text and checksums in locked cells.
    max_score : float
    """

    name: str
    notebook: NotebookNode
    max_score: float


class Course:
    """A folder with ``nbgrader_config.py``.

    Parameters
    ----------
    root : Path
    config : Config, optional
        In place of what ``nbgrader_config.py`` in ``root`` says.
    """

    def __init__(self, root: Path, config: Config | None = None) -> None:
        self.root = root.resolve()
        self.config = config if config is not None else _load(self.root)
        if "root" not in self.config.CourseDirectory:
            self.config.CourseDirectory.root = str(self.root)
        self.directory = CourseDirectory(config=self.config)
        self.limits = Limits(config=self.config)
        self.settings = Grade(config=self.config)

    @property
    def environment(self) -> Path:
        """Virtual environment of the boxes."""
        if self.settings.environment:
            return self.root / self.settings.environment
        return default_environment(self.root)

    @cached_property
    def delimiters(self) -> Delimiters:
        """Nbgrader's marks around hidden tests, as this course has them."""
        section = self.config.ClearHiddenTests
        default = Delimiters()
        return Delimiters(
            str(section.get("begin_test_delimeter", default.begin)),
            str(section.get("end_test_delimeter", default.end)),
        )

    def gradebook(self) -> Gradebook:
        """Open the gradebook."""
        return Gradebook(self.directory.db_url, self.directory.course_id)

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Return the folder of a student's assignment: ``step`` is "submitted", "feedback" ..."""
        name = getattr(self.directory, f"{step}_directory")
        return Path(self.directory.format_path(name, student, assignment))

    def students(self, assignment: str) -> list[str]:
        """Return who handed something in, in the order of the alphabet."""
        pattern = self.directory.format_path(
            self.directory.submitted_directory, "STUDENT", assignment
        )
        before, _, after = pattern.partition("STUDENT")
        parent = Path(before)
        if not parent.is_dir():
            return []
        excluded = set(filter(None, self.directory.student_id_exclude.split(",")))
        found = (p.name for p in parent.iterdir() if Path(f"{p}{after}").exists())
        return sorted(name for name in found if name not in excluded and not name.startswith("."))

    def timestamp(self, student: str, assignment: str) -> datetime | None:
        """Return when it was handed in; None when nobody noted it."""
        folder = self.folder("submitted", student, assignment)
        path = folder / "timestamp.txt"
        if path.is_symlink() or not path.is_file() or path.stat().st_size > 200:
            return None
        try:
            found: datetime | None = self.directory.get_existing_timestamp(str(folder))
        # nbgrader 0.9.6 answers a text that is no time with an AttributeError.
        except (ValueError, OverflowError, OSError, AttributeError):
            return None
        return found

    def sources(self, assignment: str, gradebook: Gradebook) -> list[SourceNotebook]:
        """Return the assignment's notebooks as they are graded.

        Raises
        ------
        CourseError
            When the assignment was never generated, or its source is gone.
        """
        release = f"Run 'nbgrader generate_assignment {assignment}' first."
        try:
            notebooks = gradebook.find_assignment(assignment).notebooks
        except MissingEntry:
            raise CourseError(
                f"The gradebook has no assignment {assignment!r}. {release}"
            ) from None
        if not notebooks:
            raise CourseError(f"Assignment {assignment!r} has no notebooks. {release}")
        return [self._source(assignment, notebook) for notebook in notebooks]

    def _source(self, assignment: str, known: Any) -> SourceNotebook:
        path = self.folder("source", ".", assignment) / f"{known.name}.ipynb"
        if not path.exists():
            raise CourseError(f"{path} is missing: it says what of the notebook is the student's.")
        notebook = nbformat.read(path, as_version=4)
        cells = {cell.name: cell for cell in known.source_cells}
        with_gradebook_sources(notebook, {name: cell.source for name, cell in cells.items()})
        for cell in notebook.cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("grade_id") in cells:
                about["checksum"] = cells[about["grade_id"]].checksum
                about["cell_type"] = cell.cell_type
        return SourceNotebook(known.name, notebook, float(known.max_score))

    def task(
        self,
        assignment: str,
        source: SourceNotebook,
        submitted: NotebookNode,
        files: Mapping[str, bytes],
    ) -> Task:
        """Return everything that decides what becomes of one notebook.

        Parameters
        ----------
        assignment : str
        source : SourceNotebook
        submitted : NotebookNode
        files : mapping of str to bytes
            What was handed in beside it. The source's files win, but for those that
            ``c.Autograde.exclude_overwriting`` names.
        """
        theirs = self._source_files(assignment)
        kept = self.config.Autograde.get("exclude_overwriting", {}).get(assignment, ())
        winning = {name: content for name, content in theirs.items() if name not in kept}
        return Task(
            source=source.notebook,
            submitted=submitted,
            files={**theirs, **files, **winning},
            source_files=theirs,
            seconds=self._seconds(source),
            seconds_after_timeout=self.limits.seconds_after_timeout,
            limits=self._box_limits(),
            delimiters=self.delimiters,
        )

    @cache  # noqa: B019 - a course lives as long as the command
    def _source_files(self, assignment: str) -> dict[str, bytes]:
        return read_files(self.folder("source", ".", assignment))

    @cache  # noqa: B019
    def _seconds(self, source: SourceNotebook) -> dict[str, float]:
        """Return the time limit of each cell, by nbgrader id; "" is for all others."""
        execute = Execute(config=self.config)
        limits: dict[str, float] = {"": self.limits.seconds or float(execute.timeout or 30)}
        if self.limits.seconds or execute.timeout_func is None:
            return limits
        limits[""] = float(execute.timeout_func(nbformat.v4.new_code_cell()) or limits[""])
        for cell in source.notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id:
                limits[grade_id] = float(execute.timeout_func(cell) or limits[""])
        return limits

    def _box_limits(self) -> BoxLimits:
        limits = self.limits
        return BoxLimits(
            memory_mb=limits.memory_mb,
            disk_mb=limits.disk_mb,
            processes=limits.processes,
            output_bytes=limits.output_kb * 1024,
        )


def is_valid_student(name: str) -> bool:
    """Tell whether a student's id may be the name of a folder."""
    return bool(re.fullmatch(r"[^/\\\0]{1,128}", name)) and name not in (".", "..")


def _load(root: Path) -> Config:
    try:
        return PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    except ConfigFileNotFound:
        raise CourseError(
            f"There is no nbgrader_config.py in {root}. Run this in the course's folder, or name "
            "it with --course."
        ) from None


def refused_files(folder: Path) -> Iterator[Text]:
    """Say which files of a submission were left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            name = path.relative_to(folder)
            yield Text(f"{name} is a link and was left out.", f"{name} 是链接，已忽略。")
