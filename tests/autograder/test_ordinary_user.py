"""What an ordinary user of a machine can do: everything. Root runs these tests as one."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest

from autograder.sandbox import default_environment
from tests.autograder.courses import REPOSITORY, answer, grade_cell, new_course

USER = 61000
BOX = default_environment(REPOSITORY)
LOOK = "import os; print(sorted(int(n) for n in os.listdir('/proc') if n.isdecimal()))"


def readable_by_others():
    """Return options of bubblewrap that show others what these tests run, wherever it is."""
    base = Path(os.path.realpath(sys.executable)).parents[1]
    box_base = Path(os.path.realpath(BOX / "bin/python")).parents[1]
    options, hidden = [], set()
    for path in dict.fromkeys([base, box_base, Path(sys.prefix), REPOSITORY, BOX.resolve()]):
        closed = [p for p in reversed(path.parents) if not p.stat().st_mode & 0o001]
        if not closed:
            continue
        if closed[0] not in hidden:
            hidden.add(closed[0])
            options += ["--perms", "0755", "--tmpfs", str(closed[0])]
        for parent in reversed(path.parents):
            if parent.is_relative_to(closed[0]) and parent != closed[0]:
                options += ["--perms", "0755", "--dir", str(parent)]
        options += ["--ro-bind", str(path), str(path)]
    return options


def as_ordinary_user(command):
    """Return a command that does the same as a user without any privileges."""
    if os.getuid():
        return command
    become = ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups"]
    shown = ["--dev-bind", "/", "/", *readable_by_others(), "--cap-add", "ALL"]
    return ["bwrap", *shown, *become, *command]


@pytest.fixture
def home():
    """A home that belongs to the user; pytest's own folders are closed to everybody else."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def run(home):
    def run(*arguments):
        """Run ``autograder`` with a course at home; return its exit code and what it printed."""
        if not os.getuid():
            for path in [home, *home.rglob("*")]:
                os.chown(path, USER, USER)
        command = [sys.executable, "-m", "autograder.cli", *arguments]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            as_ordinary_user(command),
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            env={**os.environ, "HOME": str(home), "TMPDIR": str(home), "PATH": path},
            timeout=300,
        )
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    return run


def test_the_user_is_an_ordinary_one():
    code = "import os; print(os.getuid(), os.access('/etc/shadow', os.R_OK))"
    said = subprocess.run(
        as_ordinary_user([sys.executable, "-c", code]), capture_output=True, text=True, check=True
    )
    uid, reads_passwords = said.stdout.split()
    assert int(uid) > 0
    assert reads_passwords == "False"


def test_doctor_finds_a_sandbox(run):
    code, findings = run("doctor", "--json", "--course", str(REPOSITORY))
    wrong = [finding for finding in findings if finding["level"] == "error"]
    assert wrong == []
    assert code == 0
    assert {"sandbox", "network", "files", "memory limit"} <= {f["name"] for f in findings}


def test_a_submission_is_graded_and_sees_no_process_but_its_own(run, home):
    course = new_course(home / "course")
    course.write_source(
        "ps1",
        "p1",
        [answer("f", f"def f(x):\n    return x + 1\n{LOOK}"), grade_cell("t", "assert f(1) == 2")],
    )
    course.generate("ps1")
    course.hand_in("anna", "ps1", course.solutions("ps1"))
    (course.root / ".box").symlink_to(BOX)
    code, [record] = run("grade", "ps1", "--json", "--course", str(course.root))
    assert (code, record["verdict"], record["points"]) == (0, "AC", 1)
    [mark] = course.marks("ps1").values()
    assert mark.auto_score == 1
    graded = nbformat.read(course.root / "autograded/anna/ps1/p1.ipynb", as_version=4)
    pids = json.loads(graded.cells[0].outputs[0].text)
    # Its supervisor, itself, and where boxes cannot be nested, process 1. Or /proc is empty.
    assert len(pids) <= 3
    assert max(pids, default=0) < 100
