"""A course of its own for the example class, so that the repository's gradebook stays clean."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COURSE_CONFIG = '''"""The repository's nbgrader configuration, with this folder as the course."""

c = get_config()  # noqa: F821
load_subconfig("nbgrader_config.py", path={repository!r})  # noqa: F821
# The names that demo/driver/submissions.py gives to the files of the archive.
c.FileNameCollectorPlugin.named_regexp = (
    r".*_(?P<student_id>[A-Za-z0-9-]+)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>\\w+)"
)
'''


class DemoError(Exception):
    """The demo cannot go on; the message says in one sentence what to do."""


@dataclass(frozen=True)
class Course:
    """Where the example class lives.

    Attributes
    ----------
    repository : Path
        Folder with ``nbgrader_config.py``, ``source/``, ``assignments/`` and ``demo/class/``.
    assignment, notebook : str
        Names of the assignment and of its notebook.
    """

    repository: Path
    assignment: str = "day07"
    notebook: str = "conv2d"

    @property
    def root(self) -> Path:
        """Folder of the generated course; everything in it can be deleted."""
        return self.repository / "_build" / "demo" / "course"

    @property
    def class_folder(self) -> Path:
        """One folder a student, see :mod:`demo.driver.submissions`."""
        return self.repository / "demo" / "class"

    @property
    def released_notebook(self) -> Path:
        """The notebook that students get, as it is committed."""
        return self.repository / "assignments" / self.assignment / f"{self.notebook}.ipynb"

    @property
    def archive(self) -> Path:
        """What a learning management system hands out, where ``zip_collect`` looks for it."""
        return self.root / "downloaded" / self.assignment / "archive" / "submissions.zip"

    @property
    def logs(self) -> Path:
        """Folder of what nbgrader's commands say."""
        return self.root / "logs"

    def start(self) -> bool:
        """Start afresh when the tests, the grader or the settings changed: old points mean nothing.

        Returns
        -------
        bool
            Whether there was anything to do.
        """
        if self._stamp.exists() and self._stamp.read_text() == self._fingerprint():
            return False
        shutil.rmtree(self.root, ignore_errors=True)
        self.logs.mkdir(parents=True)
        config = COURSE_CONFIG.format(repository=str(self.repository))
        (self.root / "nbgrader_config.py").write_text(config, encoding="utf-8")
        source = Path("source", self.assignment)
        shutil.copytree(self.repository / source, self.root / source)
        return True

    def finish_release(self) -> None:
        """Compare what nbgrader released with what is committed, and note that it is done.

        Raises
        ------
        DemoError
            When they differ.
        """
        released = self.root / self.released_notebook.relative_to(self.repository)
        if released.read_bytes() != self.released_notebook.read_bytes():
            raise DemoError(
                f"assignments/{self.assignment} is not what nbgrader makes of "
                f"source/{self.assignment}; run: .venv/bin/nbgrader generate_assignment "
                f"{self.assignment} --force"
            )
        self._stamp.write_text(self._fingerprint())

    @property
    def _stamp(self) -> Path:
        return self.root / "released.sha256"

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(COURSE_CONFIG.encode())
        for path in sorted(self._graded_with()):
            digest.update(str(path.relative_to(self.repository)).encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def _graded_with(self) -> Iterator[Path]:
        """Yield every file on which points depend, apart from the submissions."""
        yield self.repository / "nbgrader_config.py"
        yield self.released_notebook
        for folder in (f"source/{self.assignment}", "problems", "autograder"):
            for path in (self.repository / folder).rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    yield path
