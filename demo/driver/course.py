"""A course of its own for the example class, so that the repository's gradebook stays clean."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from demo.driver.time_limit import TimeLimit

# What learning management systems hand out: one file an attempt, all that is known in its name.
ARCHIVED_NAME = "{assignment}_{student}_attempt_2026-01-30-15-00-00_{file}"
ARCHIVED_NAME_PATTERN = (
    r".*_(?P<student_id>[A-Za-z0-9-]+)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>\w+)"
)

COURSE_CONFIG = '''"""The repository's nbgrader configuration, with this folder as the course."""

from pathlib import Path

c = get_config()  # noqa: F821
load_subconfig("nbgrader_config.py", path={repository!r})  # noqa: F821
c.CourseDirectory.root = str(Path(__file__).parent.resolve())
c.CourseDirectory.db_url = "sqlite:///" + str(Path(__file__).parent.resolve() / "gradebook.db")
c.FileNameCollectorPlugin.named_regexp = {pattern!r}
# A kernel's remarks on its own set-up would drown the demo's lines.
c.Execute.extra_arguments = ["--log-level=CRITICAL"]
'''


class DemoError(Exception):
    """The demo cannot go on; the message says in one sentence what to do."""


@dataclass(frozen=True)
class Course:
    """Where the example class lives.

    Attributes
    ----------
    repository : Path
        Folder with ``nbgrader_config.py``, ``source/`` and ``assignments/``.
    root : Path
        Folder of the generated course; everything in it can be deleted.
    class_folder : Path
        One folder a student, see :mod:`demo.driver.submissions`.
    time_limit : TimeLimit, optional
        In place of the limits of ``nbgrader_config.py``.
    assignment, notebook : str
        Names of the assignment and of its notebook.
    """

    repository: Path
    root: Path
    class_folder: Path
    time_limit: TimeLimit | None = None
    assignment: str = "day07"
    notebook: str = "conv2d"

    @property
    def released_notebook(self) -> Path:
        """The notebook that students get, as it is committed."""
        return self.repository / "assignments" / self.assignment / f"{self.notebook}.ipynb"

    def released(self) -> NotebookNode:
        """Return what students start from."""
        notebook: NotebookNode = nbformat.read(self.released_notebook, as_version=4)
        return notebook

    @property
    def archive(self) -> Path:
        """The folder in which ``nbgrader zip_collect`` looks for what the students handed in."""
        return self.root / "downloaded" / self.assignment / "archive"

    @property
    def gradebook_url(self) -> str:
        """Address of the gradebook, as SQLAlchemy writes it."""
        return f"sqlite:///{self.root / 'gradebook.db'}"

    def submitted(self, student: str) -> Path:
        """Return the notebook as ``student`` handed it in."""
        return self.root / "submitted" / student / self.assignment / f"{self.notebook}.ipynb"

    def autograded(self, student: str) -> Path:
        """Return the notebook of ``student`` as it was executed."""
        return self.root / "autograded" / student / self.assignment / f"{self.notebook}.ipynb"

    def feedback(self, student: str) -> Path:
        """Return the page that ``student`` gets back."""
        return self.root / "feedback" / student / self.assignment / f"{self.notebook}.html"

    def log(self, name: str) -> Path:
        """Return the file that keeps what nbgrader said about ``name``."""
        folder = self.root / "logs"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.log"

    def api(self) -> NbGraderAPI:
        """Return nbgrader's own interface to this course."""
        return NbGraderAPI(config=self._config())

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """Open the gradebook."""
        with Gradebook(self.gradebook_url) as gradebook:
            yield gradebook

    def run_nbgrader(self, *arguments: str) -> None:
        """Run an nbgrader command in this course.

        Raises
        ------
        DemoError
            When nbgrader fails; its log is named.
        """
        log = self.log(arguments[0])
        command = [sys.executable, "-m", "nbgrader", *arguments]
        with log.open("w", encoding="utf-8") as stream:
            result = subprocess.run(command, cwd=self.root, stdout=stream, stderr=stream)
        if result.returncode:
            raise DemoError(f"nbgrader {' '.join(arguments)} failed; {log} says why.")

    def release(self) -> bool:
        """Release the assignment with nbgrader; return whether there was anything to do.

        When the tests, the grader or the configuration changed, the course starts afresh, since
        old points mean nothing any more.

        Raises
        ------
        DemoError
            When nbgrader cannot generate the assignment, or generates another one than the one
            that is committed.
        """
        stamp = self.root / "released.sha256"
        fingerprint = self._fingerprint()
        if stamp.exists() and stamp.read_text() == fingerprint:
            return False
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        config = COURSE_CONFIG.format(
            repository=str(self.repository.resolve()), pattern=ARCHIVED_NAME_PATTERN
        )
        (self.root / "nbgrader_config.py").write_text(config, encoding="utf-8")
        shutil.copytree(
            self.repository / "source" / self.assignment, self.root / "source" / self.assignment
        )
        result = self.api().generate_assignment(self.assignment)
        log = self.log("generate_assignment")
        log.write_text(result.get("log", "") + result.get("error", ""), encoding="utf-8")
        if not result["success"]:
            raise DemoError(f"nbgrader cannot release source/{self.assignment}; {log} says why.")
        self._check_release()
        stamp.write_text(fingerprint)
        return True

    def _check_release(self) -> None:
        coursedir = self.api().coursedir
        folder = coursedir.format_path(coursedir.release_directory, ".", self.assignment)
        if _cells(Path(folder) / f"{self.notebook}.ipynb") != _cells(self.released_notebook):
            raise DemoError(
                f"assignments/{self.assignment} is not what nbgrader makes of "
                f"source/{self.assignment}; run: .venv/bin/nbgrader generate_assignment "
                f"{self.assignment} --force"
            )

    def _config(self) -> Config:
        config = PyFileConfigLoader("nbgrader_config.py", path=str(self.root)).load_config()
        config.Execute.timeout_func = self.time_limit or TimeLimit(config.Execute.timeout_func)
        return config

    def _fingerprint(self) -> str:
        digest = hashlib.sha256((ARCHIVED_NAME_PATTERN + COURSE_CONFIG).encode())
        for path in sorted(self._graded_with()):
            digest.update(str(path.relative_to(self.repository)).encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def _graded_with(self) -> Iterable[Path]:
        """Yield every file on which points depend, apart from the submissions."""
        yield self.repository / "nbgrader_config.py"
        yield self.released_notebook
        for folder in (f"source/{self.assignment}", "problems", "autograder"):
            for path in (self.repository / folder).rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    yield path


def _cells(notebook: Path) -> list[tuple[str, str]]:
    """Return what students see of a notebook: each cell's source and nbgrader metadata."""
    cells = nbformat.read(notebook, as_version=4).cells
    return [
        (cell.source, repr(sorted(cell.metadata.get("nbgrader", {}).items()))) for cell in cells
    ]
