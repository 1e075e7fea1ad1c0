"""Waits in the sandbox with everything loaded, and forks a box for each submission.

Started by :mod:`autograder.sandbox` inside bubblewrap, as process 1. It never runs a student's code
and has never seen a test. One box at a time: every other process in here belongs to it.

A box is made in one of three ways. *nested*: in namespaces of its own, inside those of bubblewrap.
*single*: in bubblewrap's, where the system forbids any more; then one box is all that this process
makes. *flat*: without namespaces and without protection, as was asked for.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from typing import Any, Literal

from . import confine, server

WATCH_SECONDS = 0.05
# Looking at many processes takes time; this share of it at most is spent so.
WATCH_SHARE = 1 / 3
# A fork that is kept costs this much by itself, whatever a student keeps in it.
FORK_BYTES = 4 * 2**20
# What the kernel keeps of each file, be it empty.
FILE_BYTES = 4096
# systemd's range for users that come and go.
PASSING_USERS = range(61184, 65520)
NUMBERLESS = -1
Mode = Literal["nested", "single", "flat"]


class Zygote:
    """Obeys the grader's commands on a control socket.

    Parameters
    ----------
    control : socket
        SEQPACKET; each command is a JSON object, answered by one.
    mode : {"nested", "single", "flat"}
    """

    def __init__(self, control: socket.socket, mode: Mode) -> None:
        self.control = control
        self.mode = mode
        self.box = 0
        self.is_spent = False
        self.memory_limit = 0
        self.memory_kills = 0
        self.next_look = 0.0

    def serve(self, modules: list[str], forbidden: str) -> None:
        """Load the modules, say that all is ready, and obey until the grader is gone.

        Parameters
        ----------
        modules : list of str
        forbidden : str
            What the system said when it forbade nested boxes, for the grader to know.
        """
        self.prepared = server.prepare(modules)
        self.control.send(json.dumps({"mode": self.mode, "forbidden": forbidden}).encode())
        while True:
            timeout = WATCH_SECONDS if self.box else None
            readable, _, _ = select.select([self.control], [], [], timeout)
            self._reap()
            if self.box and time.monotonic() >= self.next_look:
                self._watch_memory()
            if readable:
                self._obey()

    def _obey(self) -> None:
        message, fds, _, _ = socket.recv_fds(self.control, 65536, 4)
        if not message:
            os._exit(0)
        command = json.loads(message)
        try:
            answer = getattr(self, f"_{command['op']}")(command, fds)
        except OSError as error:
            answer = {"error": str(error)}
        self.control.send(json.dumps(answer).encode())

    def _spawn(self, command: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        if self.is_spent:
            return {"error": "this sandbox has had its box"}
        self.is_spent = self.mode == "single"
        self._end_box()
        self.memory_limit = command["limits"]["memory_mb"] * 2**20
        self.memory_kills = 0
        report, tell = os.pipe()
        self.box = os.fork()
        if not self.box:
            os.close(report)
            self.control.close()
            _become_box(self.mode, command["limits"], fds, self.prepared, tell)
        os.close(tell)
        for fd in fds:
            os.close(fd)
        with os.fdopen(report, "rb") as stream:
            failure = stream.read()
        if failure:
            self._end_box()
            return {"error": failure.decode(errors="replace")}
        return {}

    def _kill(self, command: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        self._end_box()
        return {"memory_kills": self.memory_kills}

    def _events(self, command: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        if self.box:
            self._watch_memory()
        return {"memory_kills": self.memory_kills}

    def _end_box(self) -> None:
        """End the box with everything that it started."""
        while self.box and (pids := self._processes()):
            for pid in pids:
                _kill(pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, 0)
        self.box = 0

    def _reap(self) -> None:
        """Wait for what has ended, orphans included."""
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                if pid == self.box:
                    # Killed by the box itself, which goes on; another may get its number.
                    self.box = NUMBERLESS

    def _processes(self) -> list[int]:
        """Return the box's processes: those that descend from this one."""
        parents = {}
        for name in os.listdir("/proc"):  # noqa: PTH208 - pathlib is not loaded in the box
            if name.isdecimal():
                parents[int(name)] = _parent(int(name))
        found = {os.getpid()}
        while True:
            more = {pid for pid, parent in parents.items() if parent in found} - found
            if not more:
                return sorted(found - {os.getpid()})
            found |= more

    def _watch_memory(self) -> None:
        """Kill the largest process of a box that has too much memory in all."""
        started = time.monotonic()
        pids = self._processes()
        limit = self.memory_limit + FORK_BYTES * len(pids)
        if self.mode == "single":
            limit -= _memory_of_files()
        if sum(map(_resident, pids)) > limit:
            # Forks share most pages with each other and with us: count each page once.
            sizes = {pid: _proportional(pid) for pid in pids}
            if sum(sizes.values()) > limit:
                self.memory_kills += 1
                for pid in pids:
                    if sizes[pid] >= max(sizes.values()) / 2 and pid != self.box:
                        _kill(pid)
        now = time.monotonic()
        self.next_look = now + (now - started) / WATCH_SHARE


def _become_box(
    mode: Mode, limits: dict[str, Any], fds: list[int], prepared: Any, tell: int
) -> None:
    """Turn this fork into the box: a keeper if nested, a supervisor, the interpreter."""
    try:
        # A signal to one's own process group would reach the zygote, and whoever started it.
        os.setsid()
        confine.die_with_parent()
        if mode == "nested":
            confine.enter_namespaces()
            supervisor = os.fork()
            if supervisor:
                os.close(tell)
                for fd in fds:
                    os.close(fd)
                os.waitpid(supervisor, 0)
                os._exit(0)
            confine.die_with_parent()
            confine.mount_private_folders(limits["disk_mb"])
        # Without protection, as was asked for, only what honest work should be stopped by.
        os.chdir(tempfile.mkdtemp() if mode == "flat" else confine.WORK)
        confine.limit_resources(limits, counts_processes=mode != "flat")
        if mode != "flat":
            confine.drop_privileges()
    except OSError as error:
        os.write(tell, str(error).encode())
        os._exit(1)
    os.close(tell)
    supervision, connection = (socket.socket(fileno=fd) for fd in fds)
    confine.adopt_orphans()
    if os.fork():
        connection.close()
        _supervise(supervision)
    os.setsid()
    supervision.close()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    server.run(connection, *prepared)
    os._exit(0)


def _supervise(connection: socket.socket) -> None:
    """Kill what the grader names, and reap; where this is process 1, no box can stop it."""
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        readable, _, _ = select.select([connection], [], [], 0.05)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            os._exit(0)
        if readable:
            message = connection.recv(64)
            if not message:
                os._exit(0)
            _kill(int(message))
            connection.send(b"done")


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat") as stream:  # noqa: PTH123
            return int(stream.read().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm") as stream:  # noqa: PTH123
            return int(stream.read().split()[1]) * 4096
    except OSError:
        return 0


def _proportional(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup") as stream:  # noqa: PTH123
            for line in stream:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        # Whoever hides this from us is taken at full size.
        pass
    return _resident(pid)


def _memory_of_files() -> int:
    """Return what the number of files costs, which bubblewrap itself cannot limit."""
    found = [os.statvfs(folder) for folder in confine.PRIVATE_FOLDERS]
    return FILE_BYTES * sum(numbers.f_files - numbers.f_ffree for numbers in found)


def _why_not_nested() -> str:
    """Try to make a box in namespaces of its own; return what the system says if it forbids it."""
    report, tell = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            confine.become_nobody()
            confine.enter_namespaces()
            if not os.fork():
                confine.mount_private_folders(1)
                os._exit(0)
            os.wait()
        except OSError as error:
            os.write(tell, str(error).encode())
        os._exit(0)
    os.close(tell)
    os.waitpid(pid, 0)
    with os.fdopen(report, "rb") as stream:
        return stream.read().decode(errors="replace")


def main() -> None:
    """Start from the command line: ``zygote FD confined|flat MODULE ...``."""
    control = socket.socket(fileno=int(sys.argv[1]))
    mode: Mode = "flat"
    forbidden = ""
    # Modules are read before the privileges go: Python may lie where only root can look.
    if sys.argv[2] == "confined":
        forbidden = _why_not_nested()
        mode = "single" if forbidden else "nested"
        # Processes are counted by user, and without namespaces over all boxes of this machine.
        user = PASSING_USERS[int.from_bytes(os.urandom(4), "big") % len(PASSING_USERS)]
        confine.become_nobody(user if forbidden else confine.NOBODY)
        confine.die_with_parent()
        confine.hide_memory()
        # The kernel keeps every signal of a box's from process 1 that has no handler for it.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        Zygote(control, mode).serve(sys.argv[3:], forbidden)
    except (ConnectionError, KeyboardInterrupt):
        os._exit(0)


if __name__ == "__main__":
    main()
