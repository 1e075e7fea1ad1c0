"""The grader inside nbgrader's own commands: ``nbgrader autograde`` and formgrader's button.

In ``nbgrader_config.py``::

    from autograder.preprocessors import configure

    configure(c)
"""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import Config

from autograder.course import Course
from autograder.feedback import configure_feedback
from autograder.gradebook import save_notebook
from autograder.grading import Result, Task
from autograder.submission import check_folder, read_files, read_notebook
from autograder.worker import GraderError, Settings, grade, start_workers

_pools: dict[Settings, ProcessPoolExecutor] = {}


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """Run a submission in the sandbox, judge it, and save the scores.

    Takes the place of all of nbgrader's preprocessors before late penalties: cells are restored
    from the source, executed, cleaned and scored in one go.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Grade a notebook; return it executed."""
        about = resources["nbgrader"]
        assignment, student, name = about["assignment"], about["student"], about["notebook"]
        course = self._course()
        # nbgrader follows links, to whatever the grader may read; so it is read once more here.
        folder = course.folder("submitted", student, assignment)
        check_folder(folder)
        submitted = read_notebook(folder / f"{name}.ipynb")
        with course.gradebook() as gradebook:
            [source] = [s for s in course.sources(assignment, gradebook) if s.name == name]
            task = course.task(assignment, source, submitted, read_files(folder))
            result = _grade(course, task)
            save_notebook(gradebook, assignment, student, name, result)
            gradebook.db.commit()
        _remove_linked(folder, course.folder("autograded", student, assignment), task.source_files)
        return result.notebook, resources

    def _course(self) -> Course:
        root = self.config.CourseDirectory.get("root", "")
        return Course(Path(str(root) if root else "."), self.config)


def configure(c: Config) -> None:
    """Have nbgrader grade with this package, and write its feedback.

    Parameters
    ----------
    c : Config
        Of ``nbgrader_config.py``.
    """
    c.Autograde.sanitize_preprocessors = []
    # Names stand for classes, since formgrader shows the configuration as JSON.
    c.Autograde.autograde_preprocessors = [
        "autograder.preprocessors.Judge",
        "nbgrader.preprocessors.AssignLatePenalties",
    ]
    configure_feedback(c)


def _grade(course: Course, task: Task) -> Result:
    try:
        return _pool(course).submit(grade, task).result()
    except BrokenProcessPool as error:
        # The next notebook gets a worker of its own.
        _pools.clear()
        raise GraderError("A worker process died; grade this submission again.") from error


def _remove_linked(submitted: Path, autograded: Path, source_files: Mapping[str, bytes]) -> None:
    """Remove nbgrader's copies of what links lead to; feedback would hand them to the student."""
    for link in (path for path in submitted.rglob("*") if path.is_symlink()):
        name = link.relative_to(submitted)
        if str(name) not in source_files:
            (autograded / name).unlink(missing_ok=True)


def _pool(course: Course) -> ProcessPoolExecutor:
    """Return a worker that stays warm for the next notebook."""
    kind: Any = course.settings.sandbox
    settings = Settings(course.environment, kind, (str(course.root),))
    if settings not in _pools:
        _pools[settings] = start_workers(settings, 1)
        atexit.register(_pools[settings].shutdown, cancel_futures=True)
    return _pools[settings]
