"""The sandbox: bubblewrap around a zygote, and boxes forked from it.

Each box has namespaces of its own inside those of bubblewrap. Where the system forbids them there,
each box has a bubblewrap of its own instead: the same protection, started anew for each submission.

What a box can see: ``/usr``, the interpreter and the box's own environment, all read-only. What it
can reach: nothing. See :mod:`autograder.box.confine` for what each box adds to that.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from autograder.remote import Process

BOX_CODE = Path(__file__).parent / "box"
START_SECONDS = 60
# What notebooks import most; those that the environment lacks are passed over.
PRELOADED = (
    "numpy",
    "matplotlib.pyplot",
    "matplotlib.font_manager",
    "matplotlib_inline.backend_inline",
)
Kind = Literal["bubblewrap", "none"]
REMEDY = "Run 'autograder doctor' for what to do about it."


class SandboxError(RuntimeError):
    """There is no sandbox to be had; the message says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes
    ----------
    memory_mb : int
        Memory, for each process and for all together.
    disk_mb : int
        Files, and the size of each.
    processes, files : int
        Processes and threads; open files of each process.
    output_bytes : int
        What a cell may display.
    cpu_seconds : int
        Processor time of each process.
    """

    memory_mb: int = 1024
    disk_mb: int = 64
    processes: int = 64
    files: int = 256
    output_bytes: int = 2**20
    cpu_seconds: int = 3600


class Sandbox:
    """A zygote inside bubblewrap, or without it.

    Parameters
    ----------
    environment : Path
        The box's virtual environment: NumPy, IPython and what the assignments need.
    kind : {"bubblewrap", "none"}
        "none" gives no protection at all: submissions run with the rights of whoever grades.
    modules : sequence of str
        Loaded once, before boxes are forked.
    disk_mb : int, optional
        Limit of all folders together, for a sandbox that is to have a single box.

    Attributes
    ----------
    is_nested : bool
        Whether all boxes are made in this one sandbox.
    forbidden : str
        What the system said when it forbade that; empty if it did not.

    Raises
    ------
    SandboxError
        When the sandbox cannot be started.
    """

    def __init__(
        self,
        environment: Path,
        kind: Kind = "bubblewrap",
        modules: Sequence[str] = PRELOADED,
        disk_mb: int | None = None,
    ) -> None:
        self.kind = kind
        self._start = partial(Sandbox, environment, kind, modules)
        python = environment / "bin" / "python"
        if not python.exists():
            raise SandboxError(
                f"There is no environment for submissions at {environment}. Make one with "
                f"'python -m venv {environment}' and install numpy and ipython into it, or name "
                "another one as c.Grade.environment in nbgrader_config.py."
            )
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        fd = theirs.fileno()
        command = _command(environment.absolute(), kind, fd, modules, disk_mb)
        self._process = subprocess.Popen(
            command,
            pass_fds=[fd],
            env=_variables(environment, kind),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
        )
        theirs.close()
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        self._control.settimeout(START_SECONDS)
        try:
            ready = self._control.recv(4096)
        except (TimeoutError, ConnectionError):
            ready = b""
        if not ready:
            self.close()
            said = (
                self._process.stderr.read().decode(errors="replace") if self._process.stderr else ""
            )
            reason = said.strip().splitlines()[-1:] or ["it gave no reason"]
            raise SandboxError(f"The sandbox does not start: {reason[0]}. {REMEDY}")
        answer = json.loads(ready)
        self.is_nested: bool = answer["mode"] == "nested"
        self.forbidden: str = answer["forbidden"]

    def for_box(self, limits: Limits) -> Sandbox:
        """Return the sandbox for the next box: this one, unless each box needs one of its own."""
        is_closed = self._control.fileno() < 0
        if self.is_nested or self.kind == "none" or is_closed:
            return self
        return self._start(limits.disk_mb)

    def command(self, operation: str, fds: Sequence[int] = (), **details: Any) -> dict[str, Any]:
        """Give the zygote a command.

        Raises
        ------
        SandboxError
            When it is gone, or cannot obey.
        """
        message = json.dumps({"op": operation, **details}).encode()
        try:
            socket.send_fds(self._control, [message], list(fds))
            answer: dict[str, Any] = json.loads(self._control.recv(65536) or b"{}")
        except (OSError, ValueError) as error:
            raise SandboxError(f"The sandbox has died ({error}). {REMEDY}") from error
        if "error" in answer:
            raise SandboxError(f"No box can be made here: {answer['error']}. {REMEDY}")
        return answer

    def close(self) -> None:
        """End the zygote and everything in it."""
        self._control.close()
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Box:
    """One submission's box: an interpreter, and forks of it.

    Parameters
    ----------
    sandbox : Sandbox
    limits : Limits
    files : mapping of str to bytes
        Written into the working folder first; names are relative and stay inside.
    """

    def __init__(self, sandbox: Sandbox, limits: Limits, files: Mapping[str, bytes]) -> None:
        self._sandbox = sandbox.for_box(limits)
        self._has_own_sandbox = self._sandbox is not sandbox
        self.limits = limits
        self._supervision, supervised = socket.socketpair()
        self._supervision.settimeout(5)
        ours, theirs = socket.socketpair()
        self.interpreter = Process(ours, pid=0)
        try:
            with supervised, theirs:
                fds = [supervised.fileno(), theirs.fileno()]
                self._sandbox.command("spawn", fds, limits=asdict(limits))
            if files:
                self.interpreter.write_files(files)
        except Exception:
            if self._has_own_sandbox:
                self._sandbox.close()
            raise

    def checkpoint(self) -> Process:
        """Fork the interpreter: keep its state as it is now, to come back to or to examine."""
        return self.interpreter.checkpoint()

    def kill(self, process: Process) -> None:
        """End a process of the box; never raises."""
        process.close()
        if process.pid > 1:
            try:
                self._supervision.send(str(process.pid).encode())
                self._supervision.recv(16)
            except OSError:
                pass

    def has_exceeded_memory(self) -> bool:
        """Tell whether the watchdog killed a process of this box since it was last asked."""
        kills: int = self._sandbox.command("events")["memory_kills"]
        known, self._memory_kills = getattr(self, "_memory_kills", 0), kills
        return kills > known

    def close(self) -> None:
        """End the box with everything in it."""
        self._supervision.close()
        self.interpreter.close()
        if self._has_own_sandbox:
            self._sandbox.close()
        else:
            self._sandbox.command("kill")

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _variables(environment: Path, kind: Kind) -> dict[str, str]:
    """Environment variables of the box: none of the grader's."""
    root = environment.absolute() if kind == "none" else Path("/environment")
    return {
        "PATH": f"{root}/bin:/usr/bin:/bin",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "IPYTHONDIR": "/tmp/.ipython",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    } | {
        name: os.environ[name]
        for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
        if name in os.environ
    }


def _command(
    environment: Path, kind: Kind, fd: int, modules: Sequence[str], disk_mb: int | None
) -> list[str]:
    start = "import sys; sys.path.insert(0, {!r}); from box.zygote import main; main()"
    if kind == "none":
        parent = str(BOX_CODE.parent)
        python = str(environment / "bin" / "python")
        return [python, "-B", "-c", start.format(parent), str(fd), "flat", *modules]
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise SandboxError(f"bubblewrap is not installed. {REMEDY}")
    return [
        bubblewrap,
        *isolation(),
        *_mounts(environment, disk_mb),
        "/environment/bin/python",
        "-B",
        "-c",
        start.format("/grader"),
        str(fd),
        "confined",
        *modules,
    ]


def isolation() -> list[str]:
    """Return the options of bubblewrap that shut the zygote in."""
    options = ["--die-with-parent", "--new-session", "--as-pid-1", "--cap-drop", "ALL"]
    if os.getuid() == 0:
        # Root binds what only root may read, then becomes nobody before anything is forked.
        names = ("pid", "net", "ipc", "uts", "cgroup-try")
        for name in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
            options += ["--cap-add", name]
        return options + [f"--unshare-{name}" for name in names]
    return [*options, "--unshare-all", "--uid", "65534", "--gid", "65534"]


def _mounts(environment: Path, disk_mb: int | None) -> list[str]:
    """Mount what Python needs, read-only, and folders to write to."""
    base = Path(os.path.realpath(environment / "bin" / "python")).parents[1]
    mounts = ["--ro-bind", "/usr", "/usr"]
    for name in ("lib", "lib64", "bin", "sbin"):
        if Path("/", name).is_symlink():
            mounts += ["--symlink", f"usr/{name}", f"/{name}"]
        elif Path("/", name).exists():
            mounts += ["--ro-bind", f"/{name}", f"/{name}"]
    if not base.is_relative_to("/usr"):
        # bubblewrap makes missing parents private to root, which the zygote soon is not.
        for parent in reversed(base.parents[:-1]):
            mounts += ["--perms", "0711", "--dir", str(parent)]
        mounts += ["--ro-bind", str(base), str(base)]
    # What is installed beside the base interpreter is no part of the box's environment.
    for folder in (*base.glob("lib/python3*/*-packages"), Path("/usr/lib/python3/dist-packages")):
        if folder.is_dir():
            mounts += ["--tmpfs", str(folder)]
    for path in ("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime"):
        if Path(path).exists():
            mounts += ["--ro-bind", path, path]
    return [
        *mounts,
        *("--ro-bind", str(environment), "/environment"),
        *("--ro-bind", str(BOX_CODE), "/grader/box"),
        *("--proc", "/proc", "--dev", "/dev"),
        *_private_folders(disk_mb),
        *("--perms", "1777", "--dir", "/tmp/matplotlib"),
        *_font_list(environment),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
    ]


def _private_folders(disk_mb: int | None) -> list[str]:
    """Mount the folders to write to; a nested box covers them with its own."""
    # Not everywhere where 'autograder check' runs can this be imported.
    from autograder.box.confine import PRIVATE_FOLDERS

    arguments = []
    for folder, share in PRIVATE_FOLDERS.items():
        if disk_mb is not None:
            arguments += ["--size", str(disk_mb * 2**20 * share // 100)]
        arguments += ["--perms", "1777", "--tmpfs", folder]
    return arguments


def _font_list(environment: Path) -> list[str]:
    """Mount the list of fonts that set-up prepared: making it anew takes a third of a second."""
    arguments = []
    for path in (environment / "matplotlib").glob("fontlist-*.json"):
        arguments += ["--ro-bind", str(path), f"/tmp/matplotlib/{path.name}"]
    return arguments


def default_environment(root: Path) -> Path:
    """Return where the environment for submissions is, if nothing else is configured."""
    beside = Path(sys.prefix).parent / ".box"
    return root / ".box" if (root / ".box").exists() else beside
