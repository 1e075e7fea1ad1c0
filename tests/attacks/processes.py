"""Run a command that may leave processes behind or hurt the machine, and see whether it did."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

PR_SET_CHILD_SUBREAPER = 36
# What ends by itself this soon after the command is not left behind.
GRACE_SECONDS = 2.0


@dataclass(frozen=True)
class Ran:
    """What became of a command.

    Attributes
    ----------
    status : int or None
        None when the command was stopped because its time was over.
    stdout, stderr : str
    seconds : float
    left_behind : list of str
        What still ran afterwards, and has been killed.
    memory, disk : int
        The most bytes by which the machine's use of them grew meanwhile.
    processes : int
        The most processes by which the machine's number grew meanwhile.
    """

    status: int | None
    stdout: str
    stderr: str
    seconds: float
    left_behind: list[str]
    memory: int
    disk: int
    processes: int


class Watch(threading.Thread):
    """Looks at the machine ten times a second and keeps the highest that it saw."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self._folder = folder
        self._over = threading.Event()
        self._before = self._now()
        self.grown = [0, 0, 0]

    def run(self) -> None:
        """Watch until :meth:`stop` is called."""
        while not self._over.wait(0.1):
            grown = [now - before for now, before in zip(self._now(), self._before, strict=True)]
            self.grown = [max(pair) for pair in zip(self.grown, grown, strict=True)]

    def stop(self) -> None:
        """Watch no longer."""
        self._over.set()
        self.join()

    def _now(self) -> tuple[int, int, int]:
        memory = psutil.virtual_memory()
        used = memory.total - memory.available
        return used, shutil.disk_usage(self._folder).used, len(psutil.pids())


def run(command: list[str], folder: Path, environment: dict[str, str], seconds: float) -> Ran:
    """Run a command and all that it starts; leave nothing of it running.

    Parameters
    ----------
    command : list of str
    folder : Path
        Where it runs.
    environment : dict
    seconds : float
        It is killed after that time.

    Returns
    -------
    Ran
    """
    started = time.monotonic()
    watch = Watch(folder)
    watch.start()
    with orphans_come_here(), tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        before = _running()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        took = time.monotonic() - started
        if status is not None:
            psutil.wait_procs(list(_running() - before), timeout=GRACE_SECONDS)
        left_behind = _kill_all(before)
        watch.stop()
        return Ran(status, _read(out), _read(err), took, left_behind, *watch.grown)


@contextlib.contextmanager
def orphans_come_here() -> Iterator[None]:
    """Make this process the parent of its descendants whose own parent ends.

    However often they fork and whatever session they start, they are found among its children.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def _running() -> set[psutil.Process]:
    """Return the living descendants of this process; bury the dead."""
    alive = set()
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess, ChildProcessError):
            if child.status() != psutil.STATUS_ZOMBIE:
                alive.add(child)
            elif child.ppid() == os.getpid():
                os.waitpid(child.pid, os.WNOHANG)
    return alive


def _kill_all(before: set[psutil.Process]) -> list[str]:
    """Kill the descendants that were not there before; return what they were."""
    killed: list[str] = []
    # Those that fork faster than they are found: one round is not enough.
    for _ in range(100):
        found = _running() - before
        if not found:
            break
        for child in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                killed.append(f"{child.pid} {' '.join(child.cmdline())}")
                child.kill()
        psutil.wait_procs(list(found), timeout=1)
    return killed


def _read(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")
