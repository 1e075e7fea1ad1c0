"""Waits in the sandbox with everything loaded, and forks a box for each submission.

Started by :mod:`autograder.sandbox` inside bubblewrap. It never runs a student's code and has never
seen a test. One box at a time: every other process in here belongs to it.
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
from typing import Any

from . import confine, server

WATCH_SECONDS = 0.05


class Zygote:
    """Obeys the grader's commands on a control socket.

    Parameters
    ----------
    control : socket
        SEQPACKET; each command is a JSON object, answered by one.
    nested : bool
        Whether each box gets namespaces of its own.
    """

    def __init__(self, control: socket.socket, *, nested: bool) -> None:
        self.control = control
        self.nested = nested
        self.box = 0
        self.memory_limit = 0
        self.memory_kills = 0

    def serve(self, modules: list[str]) -> None:
        """Load the modules, say that all is ready, and obey until the grader is gone."""
        self.prepared = server.prepare(modules)
        self.control.send(b'{"ready": true}')
        while True:
            timeout = WATCH_SECONDS if self.box else None
            readable, _, _ = select.select([self.control], [], [], timeout)
            if self.box:
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
        self._kill(command, [])
        self.memory_limit = command["limits"]["memory_mb"] * 2**20
        self.memory_kills = 0
        report, tell = os.pipe()
        self.box = os.fork()
        if not self.box:
            os.close(report)
            self.control.close()
            _become_box(self.nested, command["limits"], fds, self.prepared, tell)
        os.close(tell)
        for fd in fds:
            os.close(fd)
        with os.fdopen(report, "rb") as stream:
            failure = stream.read()
        if failure:
            self._kill(command, [])
            return {"error": failure.decode(errors="replace")}
        return {}

    def _kill(self, command: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        """End the box with everything that it started."""
        if self.box:
            for pid in self._processes():
                _kill(pid)
            os.waitpid(self.box, 0)
            self.box = 0
        return {"memory_kills": self.memory_kills}

    def _events(self, command: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        self._watch_memory()
        return {"memory_kills": self.memory_kills}

    def _processes(self) -> list[int]:
        """Return the box's processes: those that descend from it, however they were started."""
        parents = {}
        for name in os.listdir("/proc"):  # noqa: PTH208 - pathlib is not loaded in the box
            if name.isdecimal():
                parents[int(name)] = _parent(int(name))
        found = {self.box}
        while True:
            more = {pid for pid, parent in parents.items() if parent in found} - found
            if not more:
                return sorted(found)
            found |= more

    def _watch_memory(self) -> None:
        """Kill the largest process of a box that has too much memory in all."""
        pids = self._processes()
        if sum(map(_resident, pids)) <= self.memory_limit:
            return
        # Forks share most pages with each other and with us: count each page once.
        sizes = {pid: _proportional(pid) for pid in pids}
        if sum(sizes.values()) > self.memory_limit:
            self.memory_kills += 1
            for pid in pids:
                if sizes[pid] >= max(sizes.values()) / 2 and pid != self.box:
                    _kill(pid)


def _become_box(
    nested: bool, limits: dict[str, Any], fds: list[int], prepared: Any, tell: int
) -> None:
    """Turn this fork into the box: a keeper outside, a supervisor as process 1, the interpreter."""
    try:
        # A signal to one's own process group would reach the zygote, and whoever started it.
        os.setsid()
        confine.die_with_parent()
        if nested:
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
            confine.limit_resources(limits)
            confine.drop_privileges()
        else:
            # No protection, as was asked for; only what honest work should be stopped by.
            os.chdir(tempfile.mkdtemp())
            confine.limit_resources(limits, counts_processes=False)
    except OSError as error:
        os.write(tell, str(error).encode())
        os._exit(1)
    os.close(tell)
    supervision, connection = (socket.socket(fileno=fd) for fd in fds)
    if os.fork():
        connection.close()
        _supervise(supervision)
    os.setsid()
    supervision.close()
    server.run(connection, *prepared)
    os._exit(0)


def _supervise(connection: socket.socket) -> None:
    """Kill what the grader names, and reap; as process 1, no process of the box can stop this."""
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


def main() -> None:
    """Start from the command line: ``zygote FD NESTED MODULE ...``."""
    control = socket.socket(fileno=int(sys.argv[1]))
    # Modules are read before the privileges go: Python may lie where only root can look.
    zygote = Zygote(control, nested=sys.argv[2] == "nested")
    if zygote.nested:
        confine.become_nobody()
    try:
        zygote.serve(sys.argv[3:])
    except (ConnectionError, KeyboardInterrupt):
        os._exit(0)


if __name__ == "__main__":
    main()
