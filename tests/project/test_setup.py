"""The set-up on machines that lack something: one sentence each, which says what to do.

The machine is played by a PATH on which a command is missing, or answers as it would there.
"""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What the script itself needs of a Debian or Ubuntu system.
COREUTILS = ("bash", "env", "dirname", "id", "df", "awk", "cat", "sha256sum", "cut")


@pytest.fixture
def machine(tmp_path):
    """A machine with the bare system: no Python, no package manager, no sudo."""
    return Machine(tmp_path)


class Machine:
    def __init__(self, folder):
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.venv = folder / "project" / ".venv"
        self.venv.parent.mkdir()
        for name in COREUTILS:
            (self.bin / name).symlink_to(shutil.which(name))

    def has_command(self, name, script):
        """Give the machine a command, written as a shell script."""
        command = self.bin / name
        command.unlink(missing_ok=True)
        command.write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
        command.chmod(0o755)

    def has_python(self, name, version, works_with_venv=True):
        """Give it a Python: this one, made to think that it has another version."""
        numbers = ", ".join(version.split("."))
        pretend = f"import sys; sys.version_info = ({numbers}, 'final', 0)"
        hide = "" if works_with_venv else "; sys.modules['ensurepip'] = None"
        self.has_command(
            name,
            f'if [[ $1 == -c ]]; then exec {sys.executable} -c "{pretend}{hide}; $2"; fi\n'
            f'exec {sys.executable} "$@"',
        )

    def has_free_kilobytes(self, available):
        self.has_command("df", f"echo header\necho /dev/sda1 9 9 {available} 9% /")

    def set_up(self, **environment):
        return subprocess.run(
            ["bash", ROOT / "tools" / "setup.sh"],
            env={"PATH": str(self.bin), "VENV": str(self.venv), **environment},
            capture_output=True,
            text=True,
        )

    def refuses(self, **environment):
        """Run the set-up, which must fail with one sentence and leave nothing behind."""
        result = self.set_up(**environment)
        assert result.returncode == 1
        assert not self.venv.exists()
        [sentence] = (result.stdout + result.stderr).splitlines()
        assert sentence.startswith("setup: ")
        assert sentence.endswith(".")
        return sentence


def test_an_old_python_is_named_with_its_remedy(machine):
    machine.has_python("python3", "3.9.2")
    sentence = machine.refuses()
    assert "found Python 3.9.2, but the course needs 3.11 or later" in sentence
    assert "PYTHON=" in sentence


def test_no_python_at_all_is_a_sentence(machine):
    assert "found no Python" in machine.refuses()


def test_the_python_that_was_asked_for_is_judged_not_another(machine):
    machine.has_python("python3", "3.12.1")
    machine.has_python("python3.10", "3.10.4")
    sentence = machine.refuses(PYTHON="python3.10")
    assert "PYTHON=python3.10 is Python 3.10.4" in sentence
    assert "PYTHON=no-such-python does not run" in machine.refuses(PYTHON="no-such-python")


def test_a_newer_python_beside_an_old_one_is_found(machine):
    machine.has_python("python3", "3.9.2")
    machine.has_python("python3.12", "3.12.1", works_with_venv=False)
    assert "python3.12 has no working venv module" in machine.refuses()


def test_a_missing_venv_module_names_the_package(machine):
    machine.has_python("python3", "3.11.2", works_with_venv=False)
    sentence = machine.refuses()
    assert "no working venv module" in sentence
    assert "apt-get install python3.11-venv" in sentence


def test_a_full_disk_is_noticed_before_anything_is_installed(machine):
    machine.has_python("python3", "3.11.2")
    machine.has_free_kilobytes(1258291)
    sentence = machine.refuses()
    assert "only 1.2 GB are free" in sentence
    assert "needs 8 GB" in sentence


def test_an_installation_that_fails_is_a_sentence_after_its_reason(machine):
    machine.has_python("python3", "3.11.2")
    machine.has_free_kilobytes(99999999)
    machine.venv.parent.rmdir()
    machine.venv.parent.write_text("a file where a folder should be", encoding="utf-8")
    result = machine.set_up()
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    assert "could not be installed" in result.stderr.splitlines()[-1]


@pytest.fixture
def installed(machine):
    """A machine on which the Python packages are installed already."""
    (machine.venv / "bin").mkdir(parents=True)
    (machine.venv / "bin" / "python").symlink_to(sys.executable)
    script = f"{{ cd {ROOT} && pwd && cat requirements.lock pyproject.toml tools/setup.sh; }}"
    digest = subprocess.run(
        ["bash", "-c", f"{script} | sha256sum | cut -d' ' -f1"], capture_output=True, text=True
    )
    (machine.venv / "setup.sha256").write_text(digest.stdout, encoding="utf-8")
    return machine


def test_missing_system_packages_are_named_and_the_set_up_goes_on(installed):
    result = installed.set_up()
    assert result.returncode == 0
    [sentence] = result.stderr.splitlines()
    assert "bubblewrap chromium" in sentence
    assert "sudo apt-get install bubblewrap chromium" in sentence


def test_root_installs_the_missing_packages_after_an_update(installed, tmp_path):
    installed.has_command("id", "echo 0")
    log, bwrap = tmp_path / "apt.log", installed.bin / "bwrap"
    (installed.bin / "chromium").symlink_to(shutil.which("true"))
    (installed.bin / "ln").symlink_to(shutil.which("ln"))
    installed.has_command("apt-get", f'echo "$@" >> {log}; ln -sf {sys.executable} {bwrap}')
    result = installed.set_up()
    assert result.returncode == 0
    update, install, *others = log.read_text(encoding="utf-8").splitlines()
    assert update.startswith("update")
    assert "bubblewrap" in install
    assert "chromium" not in " ".join([install, *others])


def test_a_rerun_says_and_does_nothing(installed):
    for name in ("bwrap", "chromium"):
        (installed.bin / name).symlink_to(shutil.which("true"))
    stamp = installed.venv / "setup.sha256"
    before = stamp.stat().st_mtime_ns
    result = installed.set_up()
    assert (result.returncode, result.stdout) == (0, "")
    assert stamp.stat().st_mtime_ns == before


def serve(*arguments):
    command = [sys.executable, "-m", "tools.serve", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)


def test_serving_a_book_that_is_not_built_says_so(tmp_path):
    result = serve("--site", tmp_path)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "run make book first" in result.stderr


def test_a_port_that_is_taken_is_a_sentence(tmp_path):
    (tmp_path / "index.html").write_text("<title>book</title>", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = serve("--site", tmp_path, "--port", port)
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert f"port {port} cannot be used" in result.stderr
    assert "PORT=" in result.stderr
