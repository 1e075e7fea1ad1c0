"""A process that grades one notebook after another, each in a fork of its own.

The fork takes the trusted side: whatever an instructor's tests leave behind ends with it. The
worker keeps the sandbox warm, and imports once what the tests of an assignment import.
"""

from __future__ import annotations

import ast
import ctypes
import importlib
import os
import pickle
import select
import signal
import sys
import time
import traceback
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import nbformat

from autograder.box.confine import PR_SET_PDEATHSIG
from autograder.grading import Result, Task, grade_notebook
from autograder.names import parse_cell
from autograder.plan import Delimiters, Step, make_plan
from autograder.sandbox import Kind, Sandbox, SandboxError

# Beyond the sum of all time limits, for the grader itself.
MARGIN_SECONDS = 120


class GraderError(RuntimeError):
    """The grader itself failed on a notebook; nothing is known about the submission."""


@dataclass(frozen=True)
class Settings:
    """What a worker is started with.

    Attributes
    ----------
    environment : Path
        Of the boxes.
    kind : {"bubblewrap", "none"}
    path : tuple of str
        Folders from which hidden tests import.
    """

    environment: Path
    kind: Kind
    path: tuple[str, ...] = ()


class Worker:
    """Grades notebooks in this process's forks.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        sys.path[:0] = [entry for entry in settings.path if entry not in sys.path]
        self.settings = settings
        self.sandbox = Sandbox(settings.environment, settings.kind)

    def grade(self, task: Task) -> Result:
        """Grade one notebook.

        Raises
        ------
        GraderError
            When the grader itself fails or does not end.
        """
        _forget_changed()
        known = set(sys.modules)
        steps = _prepare(nbformat.writes(task.source), task.delimiters)
        _note_modules(set(sys.modules) - known, self.settings.path)
        receive, send = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(receive)
            _grade_in_fork(task, steps, self.sandbox, send)
        os.close(send)
        try:
            content = _read(receive, _longest(task))
        finally:
            os.close(receive)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            self._end_box()
        if not content:
            raise GraderError("The grader ended without a result; nothing was graded.")
        # Written by our own fork: only plain data from the box is in it.
        result = pickle.loads(content)
        if isinstance(result, str):
            raise GraderError(result)
        assert isinstance(result, Result)
        return result

    def _end_box(self) -> None:
        """End the submission's box; a sandbox that went with it is replaced."""
        try:
            self.sandbox.command("kill")
        except SandboxError:
            self.sandbox.close()
            self.sandbox = Sandbox(self.settings.environment, self.settings.kind)


def _grade_in_fork(task: Task, steps: list[Step], sandbox: Sandbox, send: int) -> None:
    code = 1
    try:
        os.setpgid(0, 0)
        _end_with_parent()
        try:
            result: Result | str = grade_notebook(task, steps, sandbox)
        except Exception:
            result = traceback.format_exc()
        with os.fdopen(send, "wb") as stream:
            pickle.dump(result, stream)
        code = 0
    finally:
        os._exit(code)


def _end_with_parent() -> None:
    """Have the kernel end this process when its parent, which may be killed, is gone."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _longest(task: Task) -> float:
    """Return how long a notebook may take if every cell runs into its limit."""
    marks = [cell.metadata.get("nbgrader", {}) for cell in task.source.cells]
    known = sum(task.seconds.get(str(m.get("grade_id")), task.seconds[""]) for m in marks)
    return MARGIN_SECONDS + known + len(task.submitted.cells) * task.seconds[""]


def _read(fd: int, seconds: float) -> bytes:
    deadline, content = time.monotonic() + seconds, bytearray()
    while True:
        readable, _, _ = select.select([fd], [], [], max(0.0, deadline - time.monotonic()))
        chunk = os.read(fd, 2**20) if readable else b""
        if not chunk:
            return bytes(content) if readable else b""
        content += chunk


# Modules of the course that are imported already: their files, and as of when.
_from_course: dict[str, tuple[Path, int]] = {}


def _forget_changed() -> None:
    """Forget the modules of the course, when an instructor has changed one of them."""
    if any(_written_at(path) != before for path, before in _from_course.values()):
        for name in _from_course:
            sys.modules.pop(name, None)
        _from_course.clear()
        _prepare.cache_clear()


def _written_at(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


def _note_modules(names: Iterable[str], folders: tuple[str, ...]) -> None:
    """Remember which of some modules are the course's own."""
    for name in names:
        path = Path(getattr(sys.modules.get(name), "__file__", None) or os.devnull)
        is_installed = path.is_relative_to(sys.prefix)
        if not is_installed and any(path.is_relative_to(folder) for folder in folders):
            _from_course[name] = (path, _written_at(path))


@lru_cache(maxsize=32)
def _prepare(source: str, delimiters: Delimiters) -> list[Step]:
    """Plan an assignment's notebook, and import what its cells import, for all forks to come."""
    steps = make_plan(nbformat.reads(source, as_version=4), delimiters)
    for step in steps:
        for statement in (parse_cell(step.source) or []) if step.role != "text" else []:
            for name in _imported(statement):
                # Whatever goes wrong goes wrong again in the fork, where it is reported.
                with suppress(Exception):
                    importlib.import_module(name)
    return steps


def _imported(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
        submodules = [f"{statement.module}.{alias.name}" for alias in statement.names]
        return [statement.module, *submodules]
    return []


_worker: Worker | None = None


def _start(settings: Settings) -> None:
    global _worker
    # Ctrl-C is for the process that the instructor sees; this one ends with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    _worker = Worker(settings)


def grade(task: Task) -> Result:
    """Grade one notebook in a worker process."""
    assert _worker is not None
    return _worker.grade(task)


def start_workers(settings: Settings, workers: int) -> ProcessPoolExecutor:
    """Start worker processes, each with a sandbox of its own; ``submit(grade, task)`` to them."""
    # Workers are single-threaded programs of their own, so that they can fork.
    return ProcessPoolExecutor(workers, get_context("spawn"), _start, (settings,))
