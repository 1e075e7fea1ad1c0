"""The example class, graded once by the real commands in a copy of the repository."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

REPOSITORY = Path(__file__).resolve().parents[2]
CLASS = REPOSITORY / "demo" / "class"
COPIED = ("source", "assignments", "problems", "autograder", "demo")


@dataclass(frozen=True)
class Result:
    """What the gradebook and the graded notebook hold of a submission."""

    points: float
    max_points: float
    verdict: str
    groups: dict[str, str]
    messages: dict[str, tuple[str, str]]


class Demo:
    """A copy of the repository in which the driver is run."""

    def __init__(self, root):
        ignored = shutil.ignore_patterns("__pycache__")
        for name in COPIED:
            shutil.copytree(REPOSITORY / name, root / name, ignore=ignored)
        shutil.copy(REPOSITORY / "nbgrader_config.py", root)
        (root / ".box").symlink_to(REPOSITORY / ".box")
        self.root = root
        self.class_folder = root / "demo" / "class"
        self.course = root / "_build" / "demo" / "course"

    def keep(self, *students):
        for folder in self.class_folder.iterdir():
            if folder.name not in students:
                shutil.rmtree(folder)
        return self

    def add(self, student, answer):
        folder = self.class_folder / student
        folder.mkdir()
        (folder / "conv2d.py").write_text(answer, encoding="utf-8")

    def hurry(self):
        """Give endless loops less time than the course does."""
        config = self.root / "nbgrader_config.py"
        text = config.read_text(encoding="utf-8")
        assert "TRAINING_SECONDS = 120\n" in text
        text = text.replace("TRAINING_SECONDS = 120\n", "TRAINING_SECONDS = 20\n")
        text += "\nc.Limits.seconds_after_timeout = 0.5\n"
        config.write_text(text, encoding="utf-8")
        return self

    def start(self):
        return subprocess.Popen(
            [sys.executable, "-m", "demo.driver"],
            cwd=self.root,
            env={**os.environ, "COLUMNS": "100", "BOX": ".box"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self):
        """Run the driver; keep what it printed in ``said``."""
        with self.start() as process:
            try:
                self.said, _ = process.communicate(timeout=280)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        self.status = process.returncode
        return self

    def grade(self):
        self.run()
        assert self.status == 0, self.said
        return self

    def row(self, student):
        """Return a student's row of the table, with words as they were before they were folded."""
        rows = [[]]
        for line in self.said.splitlines():
            if line.startswith("│"):
                rows[-1].append([cell.strip() for cell in line.strip("│").split("│")])
            else:
                rows.append([])
        [row] = [row for row in rows if row and row[0][0] == student]
        return [" ".join(filter(None, cells)) for cells in zip(*row, strict=True)]

    def autograded(self):
        """Return when each graded notebook was written."""
        notebooks = self.course.glob("autograded/*/day07/conv2d.ipynb")
        return {path.parts[-3]: path.stat().st_mtime_ns for path in notebooks}

    def feedback(self, student):
        return self.course / "feedback" / student / "day07" / "conv2d.html"

    def scores(self):
        with Gradebook(f"sqlite:///{self.course / 'gradebook.db'}") as gradebook:
            rows = gradebook.assignment_submissions("day07")
            return {row.student.id: (row.score, row.max_score) for row in rows}

    def results(self):
        scores = self.scores()
        return {student: self._result(student, *scores[student]) for student in self.autograded()}

    def _result(self, student, points, max_points):
        path = self.course / "autograded" / student / "day07" / "conv2d.ipynb"
        notebook = nbformat.read(path, as_version=4)
        cells = {
            cell.metadata.nbgrader.grade_id: cell.metadata.autograder
            for cell in notebook.cells
            if "autograder" in cell.metadata
        }
        return Result(
            points,
            max_points,
            notebook.metadata.autograder.verdict,
            {name: cell.verdict for name, cell in cells.items()},
            {name: (cell.message.en, cell.message.zh) for name, cell in cells.items()},
        )


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """The whole class, except the endless loop, which would take its two minutes."""
    students = {folder.name for folder in CLASS.iterdir()} - {"endless-loop"}
    return Demo(tmp_path_factory.mktemp("example")).keep(*students).grade()


@dataclass(frozen=True)
class FirstRun:
    """What the first run of a small class gave.

    Attributes
    ----------
    demo : Demo
    results : dict
    autograded : dict
        When each graded notebook was written.
    refusal : str
        The page of the empty file.
    """

    demo: Demo
    results: dict[str, Result]
    autograded: dict[str, int]
    refusal: str


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A class that changes later."""
    demo = Demo(tmp_path_factory.mktemp("small")).hurry()
    demo.keep("crash", "empty-file", "endless-loop", "kernel-flipped").grade()
    refusal = demo.feedback("empty-file").read_text(encoding="utf-8")
    return FirstRun(demo, demo.results(), demo.autograded(), refusal)


@pytest.fixture(scope="session")
def second_run(small):
    """The same class: two hand in again, four are new."""
    demo = small.demo
    right = CLASS / "correct-im2col" / "conv2d.py"
    shutil.copy(right, demo.class_folder / "crash")
    (demo.class_folder / "empty-file" / "conv2d.ipynb").unlink()
    shutil.copy(right, demo.class_folder / "empty-file")
    for name, new in (("kernel-flipped", "a-flipped"), ("crash", "z-crash")):
        shutil.copytree(CLASS / name, demo.class_folder / new)
    demo.add("kills-python", "import os\nos._exit(1)\n")
    demo.add(
        "ignores-the-interrupt",
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except KeyboardInterrupt:\n        pass\n",
    )
    return demo.grade()
