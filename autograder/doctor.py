"""What sandbox this machine offers, found by trying it, and what to do where it offers none."""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.remote import BoxFailure
from autograder.sandbox import Box, Limits, Sandbox, SandboxError, isolation

PACKAGE = Path(__file__).parent
NEEDED = ("numpy", "IPython")
# Libraries that answer an exercise about writing them; a course that teaches one allows it.
ANSWERS = ("scipy", "torch")
TRY_SECONDS = 30
CONTAINER_MARKS = (".dockerenv", "run/.containerenv", "var/run/secrets/kubernetes.io")
OLDEST_BUBBLEWRAP = (0, 5)
IN_CONTAINERS = (
    "Docker: start the container with '--security-opt seccomp=unconfined --security-opt "
    "apparmor=unconfined --security-opt systempaths=unconfined' and grade as an ordinary user of "
    "it ('--user 1000'), or start it with '--privileged'. Podman: '--security-opt "
    "seccomp=unconfined --security-opt unmask=ALL --security-opt label=disable'. Kubernetes: "
    "'hostUsers: false', 'procMount: Unmasked', and both 'seccompProfile' and 'appArmorProfile' of "
    "'type: Unconfined'. LXC: 'security.nesting=true'. Or grade outside the container."
)
# Ubuntu's own profile of bwrap, where there is one, keeps capabilities from what bwrap starts.
APPARMOR = (
    "Write 'abi <abi/4.0>, include <tunables/global> profile bwrap /usr/bin/bwrap "
    "flags=(unconfined) { userns, }', each part on a line, into /etc/apparmor.d/bwrap, run 'sudo "
    "aa-disable bwrap-userns-restrict' (of the package apparmor-utils) if that profile is in "
    "/etc/apparmor.d, and 'sudo systemctl reload apparmor'"
)
REPORT_IT = (
    "Do not grade here before this is understood; run 'autograder doctor --json' and report it."
)

Level = Literal["ok", "warning", "error"]
MARKS: dict[Level, str] = {
    "ok": "[green]ok[/]",
    "warning": "[yellow]slow[/]",
    "error": "[red]no[/]",
}


@dataclass(frozen=True)
class Finding:
    """What one look at the machine found.

    Attributes
    ----------
    name : str
        What was looked at.
    is_fine : bool
    found : str
        What is there, in a few words.
    remedy : str
        What to do about it, in a sentence. Where all is fine, it is empty, or says how to have it
        better.
    """

    name: str
    is_fine: bool
    found: str
    remedy: str = ""

    @property
    def level(self) -> Level:
        """Say how bad it is; with a warning, submissions are graded safely all the same."""
        if not self.is_fine:
            return "error"
        return "warning" if self.remedy else "ok"

    def as_json(self) -> dict[str, str]:
        """Return it in the form of JSON."""
        return {
            "name": self.name,
            "level": self.level,
            "found": self.found,
            "remedy": self.remedy,
        }


def examine(environment: Path, allowed: Collection[str] = ()) -> list[Finding]:
    """Try everything that grading needs, on this machine, now.

    Parameters
    ----------
    environment : Path
        The virtual environment that submissions run with.
    allowed : collection of str
        Libraries of `ANSWERS` that this course lets submissions use.

    Returns
    -------
    list of Finding
        In the order in which problems are best solved. Where there is no sandbox at all, it ends
        with that.
    """
    system = examine_system(platform.system(), platform.release())
    if not system.is_fine:
        return [system]
    findings = [system, _bubblewrap(), _namespaces(), _alembic()]
    findings.append(examine_environment(environment, allowed))
    return [*findings, *_try_sandbox(environment)]


def is_ready(findings: Collection[Finding]) -> bool:
    """Tell whether submissions can be graded safely here: nothing that was looked at is wrong."""
    return all(finding.is_fine for finding in findings)


def main_report(console: Console, findings: Collection[Finding]) -> None:
    """Print a table of what was found, and under it what to do."""
    table = Table("", "looked at", "found", title="autograder doctor", title_justify="left")
    for finding in findings:
        table.add_row(MARKS[finding.level], escape(finding.name), escape(finding.found))
    console.print(table)
    for finding in findings:
        if finding.remedy:
            console.print(f"[bold]{escape(finding.name)}[/]: {escape(finding.remedy)}")
    if is_ready(findings):
        console.print("Submissions can be graded safely on this machine.")
    else:
        console.print(
            "Submissions cannot be graded safely on this machine yet: do the above from top to "
            "bottom, then run 'autograder doctor' again."
        )


# ------------------------------------------------------------------------------ the machine


def examine_system(system: str, release: str) -> Finding:
    """See whether this is a Linux.

    Parameters
    ----------
    system, release : str
        As `platform` has them.
    """
    found = f"{system} {release}"
    if system != "Linux":
        remedy = (
            "The sandbox needs Linux: grade on a Linux server, in a virtual machine or a Linux "
            "container; on Windows in WSL 2 ('autograder check' runs everywhere)."
        )
        return Finding("Linux", False, found, remedy)
    if release.endswith("-Microsoft"):
        remedy = (
            "WSL 1 has no namespaces: run 'wsl --set-version DISTRIBUTION 2' in Windows, with the "
            "name that 'wsl --list' shows."
        )
        return Finding("Linux", False, f"{found}, which is WSL 1", remedy)
    return Finding("Linux", True, found)


def _bubblewrap() -> Finding:
    command = shutil.which("bwrap")
    if command is None:
        remedy = "Run 'apt-get install bubblewrap' (Fedora: 'dnf install bubblewrap')."
        return Finding("bubblewrap", False, "not installed", remedy)
    said = _run([command, "--version"])
    if said.returncode:
        remedy = "Install it again: 'apt-get install --reinstall bubblewrap'."
        return Finding("bubblewrap", False, f"does not run: {_last_line(said.stderr)}", remedy)
    version = tuple(map(int, re.findall(r"\d+", said.stdout)[:2]))
    if version < OLDEST_BUBBLEWRAP:
        remedy = "Install bubblewrap 0.5 or newer, for instance by upgrading this system."
        return Finding("bubblewrap", False, f"{said.stdout.strip()} is too old", remedy)
    return Finding("bubblewrap", True, said.stdout.strip())


def _namespaces() -> Finding:
    """Have bubblewrap enter namespaces as it does for the sandbox, and see what forbids it."""
    command = ["bwrap", *isolation(), "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    said = _run([*command, "true"])
    if said.returncode:
        return explain_namespaces(_last_line(said.stderr))
    inside = ", inside a container" if _is_container(Path("/")) else ""
    return Finding("namespaces", True, f"allowed to bubblewrap{inside}")


def explain_namespaces(reason: str, root: Path = Path("/")) -> Finding:
    """Find the setting that forbids namespaces, and what to do about it.

    Parameters
    ----------
    reason : str
        What the system said when they were tried.
    root : Path
        Where ``/proc`` and the marks of a container are.
    """
    container = _is_container(root)
    most = "user.max_user_namespaces"
    if _setting(root, "user/max_user_namespaces") == "0" or os.strerror(errno.ENOSPC) in reason:
        found = f"{most} is {_setting(root, 'user/max_user_namespaces')}"
        remedy = _sysctl(f"{most}=15000")
    elif _setting(root, "kernel/unprivileged_userns_clone") == "0":
        name = "kernel.unprivileged_userns_clone"
        found, remedy = f"{name} is 0", _sysctl(f"{name}=1")
    elif container:
        found, remedy = "forbidden by the container that this is", IN_CONTAINERS
    elif _setting(root, "kernel/apparmor_restrict_unprivileged_userns") == "1":
        found = "forbidden by AppArmor, as in Ubuntu since 24.04"
        every = _sysctl("kernel.apparmor_restrict_unprivileged_userns=0", capital=False)
        remedy = f"{APPARMOR}; or, for every program, {every}"
    else:
        found = "forbidden"
        remedy = (
            "Ask whoever runs this machine to allow unprivileged user namespaces, or grade in a "
            "virtual machine of your own."
        )
    where = " (inside a container)" if container and "container" not in found else ""
    return Finding("namespaces", False, f"{found}{where}: {reason}", remedy)


def _sysctl(setting: str, *, capital: bool = True) -> str:
    run = "Run" if capital else "run"
    keep = "write it into /etc/sysctl.d/60-autograder.conf to keep it"
    where = "on the host, if this is a container"
    return f"{run} 'sudo sysctl -w {setting}' ({where}), and {keep}."


def _setting(root: Path, name: str) -> str:
    try:
        return (root / "proc/sys" / name).read_text().strip()
    except OSError:
        return "not set"


def _is_container(root: Path) -> bool:
    return any((root / mark).exists() for mark in CONTAINER_MARKS)


def _alembic() -> Finding:
    """Look for the command with which nbgrader makes a new gradebook."""
    if shutil.which("alembic"):
        return Finding("alembic", True, "on the PATH")
    beside = Path(sys.executable).with_name("alembic")
    if beside.exists():
        remedy = f"Activate the environment, or run 'export PATH={beside.parent}:$PATH'."
        return Finding("alembic", False, "installed, but not on the PATH", remedy)
    remedy = "Install nbgrader, which brings it: 'pip install nbgrader'."
    return Finding("alembic", False, "not installed; no new gradebook can be made", remedy)


# ------------------------------------------------------------------------- the environment


def examine_environment(environment: Path, allowed: Collection[str] = ()) -> Finding:
    """See whether submissions find what they need, and nothing of the instructor's."""
    name = "environment of the box"
    make = f"Run 'python -m venv {environment}' and install numpy and ipython into it."
    python = environment / "bin" / "python"
    if not python.exists():
        return Finding(name, False, f"not there: {environment}", make)
    unwanted = [*_of_the_instructor(), *(a for a in ANSWERS if a not in allowed)]
    try:
        found = _modules(python, [*NEEDED, *unwanted])
    except ValueError as error:
        return Finding(name, False, f"does not run: {error}", f"Make it anew. {make}")
    missing = [module for module in NEEDED if module not in found]
    if missing:
        remedy = f"Install what is missing, for instance with '{python} -m pip install'."
        return Finding(name, False, f"lacks {' and '.join(missing)}", remedy)
    extra = [module for module in unwanted if module in found]
    if extra:
        remedy = (
            "Make an environment for submissions alone, without what answers an exercise or is "
            "the instructor's."
        )
        return Finding(name, False, f"submissions could use {', '.join(extra)}", remedy)
    return Finding(name, True, ", ".join(f"{module} {found[module]}" for module in NEEDED))


def _of_the_instructor() -> list[str]:
    """Return packages that no submission may see: nbgrader, and what lies beside this one."""
    folder = PACKAGE.parent
    if folder.name in ("site-packages", "dist-packages"):
        return ["nbgrader", PACKAGE.name]
    return ["nbgrader", *sorted(path.parent.name for path in folder.glob("*/__init__.py"))]


def _modules(python: Path, names: list[str]) -> dict[str, str]:
    """Return those modules that an interpreter finds, with their versions."""
    code = (
        "import importlib.metadata as m, importlib.util as u, json, sys\n"
        "def version(name):\n"
        "    try: return m.version(name)\n"
        "    except m.PackageNotFoundError: return ''\n"
        "print(json.dumps({n: version(n) for n in sys.argv[1:] if u.find_spec(n)}))"
    )
    said = _run([str(python), "-I", "-c", code, *names])
    if said.returncode:
        raise ValueError(_last_line(said.stderr))
    modules: dict[str, str] = json.loads(said.stdout)
    return modules


# ------------------------------------------------------------------------------ the sandbox


def _try_sandbox(environment: Path) -> Iterator[Finding]:
    try:
        sandbox = Sandbox(environment)
    except SandboxError as error:
        first = str(error).split(". ")[0]
        yield Finding("sandbox", False, first, "Do what stands above; this follows from it.")
        return
    with sandbox:
        yield Finding("sandbox", True, "starts")
        yield examine_nesting(sandbox.forbidden)
        for name, probe in PROBES.items():
            yield _try(name, probe, sandbox)


def examine_nesting(forbidden: str, root: Path = Path("/")) -> Finding:
    """See whether all boxes are made in one sandbox.

    Parameters
    ----------
    forbidden : str
        What the system said when it was tried; empty where it is allowed.
    root : Path
        Where ``/proc`` and the marks of a container are.
    """
    if not forbidden:
        return Finding("nested boxes", True, "all in one sandbox")
    cause = explain_namespaces(forbidden, root)
    remedy = (
        "Grading is as safe as elsewhere, but takes about a second more for each submission. To "
        f"have it faster: {cause.remedy}"
    )
    return Finding("nested boxes", True, f"a sandbox for each submission; {cause.found}", remedy)


def _try(name: str, probe: Callable[[Sandbox], Finding], sandbox: Sandbox) -> Finding:
    try:
        return probe(sandbox)
    except (SandboxError, BoxFailure) as error:
        remedy = f"A bubblewrap that is old or setuid may be what fails: 0.7 is needed. {REPORT_IT}"
        return Finding(name, False, f"could not be tried: {error}", remedy)


def _run_cell(sandbox: Sandbox, source: str, limits: Limits, seconds: float = 10) -> dict[str, Any]:
    """Run a cell in a new box; what it printed is ``["text"]``, the box's end is ``["ended"]``."""
    with Box(sandbox, limits, {}) as box:
        try:
            answer = box.interpreter.run(source, "<cell 1>", seconds, limits.output_bytes)
        except BoxFailure as failure:
            return {"text": "", "raised": "", "timed_out": False, "ended": failure.code}
    text = "".join(str(output.get("text", "")) for output in answer["outputs"])
    return {**answer, "text": text.strip(), "ended": ""}


def _probe_cell(sandbox: Sandbox) -> Finding:
    answer = _run_cell(sandbox, "import numpy\nprint(numpy.arange(4).sum())", Limits())
    is_fine = answer["text"] == "6"
    found = "runs a cell" if is_fine else f"a cell of one sum fails: {answer['raised']}"
    remedy = "" if is_fine else "Make the environment of the box anew; NumPy does not run in it."
    return Finding("box", is_fine, found, remedy)


def _probe_network(sandbox: Sandbox) -> Finding:
    """Let a box try to reach a server on this very machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        source = f"import socket\nsocket.create_connection({address!r}, 2)\nprint('reached')"
        answer = _run_cell(sandbox, source, Limits())
        server.settimeout(0.1)
        try:
            server.accept()[0].close()
            is_fine = False
        except TimeoutError:
            is_fine = answer["text"] != "reached"
    found = "out of a box's reach" if is_fine else "a box reached a server of this machine"
    return Finding("network", is_fine, found, "" if is_fine else REPORT_IT)


FILES_SOURCE = """
import os, sys
base = os.path.realpath(sys.base_prefix)
for folder in ("/root", "/home"):
    for path, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if os.path.join(path, name) != base]
        if files:
            print(path)
            break
for path in ("/etc/passwd", "/etc/shadow"):
    if os.path.exists(path):
        print(path)
print("looked")
"""


def _probe_files(sandbox: Sandbox) -> Finding:
    *seen, last = _run_cell(sandbox, FILES_SOURCE, Limits())["text"].splitlines() or [""]
    if last != "looked":
        return Finding("files", False, "a box could not look", REPORT_IT)
    if seen:
        return Finding("files", False, f"a box sees {', '.join(seen[:3])}", REPORT_IT)
    return Finding("files", True, "/root, /home and /etc/passwd are out of a box's sight")


SHARED_MEMORY_SOURCE = """
import mmap, time
block = mmap.mmap(-1, 2**30)
for start in range(0, 2**30, 2**20):
    block[start : start + 2**20] = bytes(range(256)) * 4096
    time.sleep(0.002)
print("kept")
"""


def _probe_memory(sandbox: Sandbox) -> Finding:
    """Let a box take four times its memory, of its own and shared."""
    limits = Limits(memory_mb=256)
    own = _run_cell(sandbox, "block = bytearray(2**30)\nprint('kept')", limits)
    shared = _run_cell(sandbox, SHARED_MEMORY_SOURCE, limits)
    if own["raised"] != "MemoryError" or not shared["ended"]:
        kind = "shared" if shared["text"] else "own"
        found = f"a box took 1 GiB of {kind} memory where 256 MiB are allowed"
        return Finding("memory limit", False, found, REPORT_IT)
    return Finding("memory limit", True, "1 GiB refused where 256 MiB are allowed")


PROCESSES_SOURCE = """
import os, time
count = 0
try:
    while count < 200:
        if not os.fork():
            time.sleep(60)
            os._exit(0)
        count += 1
except OSError:
    print("refused")
"""


def _probe_processes(sandbox: Sandbox) -> Finding:
    answer = _run_cell(sandbox, PROCESSES_SOURCE, Limits(processes=32))
    is_fine = answer["text"] == "refused"
    found = "200 processes refused" if is_fine else "a box started 200 processes"
    found += " where 32 are allowed"
    return Finding("process limit", is_fine, found, "" if is_fine else REPORT_IT)


TIME_SOURCE = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""


def _probe_time(sandbox: Sandbox) -> Finding:
    answer = _run_cell(sandbox, TIME_SOURCE, Limits(), seconds=1)
    is_fine = answer["ended"] == "TLE"
    found = "an endless loop is ended" if is_fine else "an endless loop was not ended in time"
    return Finding("time limit", is_fine, found, "" if is_fine else REPORT_IT)


PROBES = {
    "box": _probe_cell,
    "network": _probe_network,
    "files": _probe_files,
    "memory limit": _probe_memory,
    "process limit": _probe_processes,
    "time limit": _probe_time,
}


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command; one that does not start or end is one that failed."""
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=TRY_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it gave no reason"])[-1]
