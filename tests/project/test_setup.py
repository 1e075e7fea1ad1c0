"""The set-up on machines that lack something: one sentence each, which says what to do.

The machine is played by a PATH on which a command is missing, or answers as it would there.
What the set-up made on this machine for submissions, the box's environment, is looked at itself.
"""

import importlib.metadata
import json
import os
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
        self.box = folder / "project" / ".box"
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
            env={
                "PATH": str(self.bin),
                "VENV": str(self.venv),
                "BOX": str(self.box),
                **environment,
            },
            capture_output=True,
            text=True,
        )

    def refuses(self, **environment):
        """Run the set-up, which must fail with one sentence and leave nothing behind."""
        result = self.set_up(**environment)
        assert result.returncode == 1
        assert not self.venv.exists()
        assert not self.box.exists()
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


def stamp(environment, *sources):
    """Make an environment that says that it was installed from these sources."""
    (environment / "bin").mkdir(parents=True, exist_ok=True)
    (environment / "bin" / "python").symlink_to(sys.executable)
    (environment / "pyvenv.cfg").write_text("version = 3.11.2\n", encoding="utf-8")
    script = f"{{ cd {ROOT} && pwd && cat {' '.join(map(str, sources))}; }}"
    digest = subprocess.run(
        ["bash", "-c", f"{script} | sha256sum | cut -d' ' -f1"], capture_output=True, text=True
    )
    (environment / "setup.sha256").write_text(digest.stdout, encoding="utf-8")


@pytest.fixture
def without_box(machine):
    """A machine on which the course is installed already, the environment of the box is not."""
    stamp(machine.venv, "requirements.lock", "pyproject.toml", "tools/setup.sh")
    for name in ("bwrap", "chromium"):
        (machine.bin / name).symlink_to(shutil.which("true"))
    return machine


@pytest.fixture
def installed(without_box):
    """A machine on which all Python packages are installed already, no system package is."""
    machine = without_box
    stamp(machine.box, "requirements-box.lock", "tools/setup.sh", machine.venv / "pyvenv.cfg")
    for name in ("bwrap", "chromium"):
        (machine.bin / name).unlink()
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
    environments = (installed.venv, installed.box)
    before = [moments(environment) for environment in environments]
    result = installed.set_up()
    assert (result.returncode, result.stdout + result.stderr) == (0, "")
    assert [moments(environment) for environment in environments] == before


def moments(folder):
    """When each file and folder in a folder was written last."""
    return {path: path.lstat().st_mtime_ns for path in (folder, *folder.rglob("*"))}


def test_a_box_that_cannot_be_installed_is_a_sentence_and_is_begun_anew(without_box):
    uv = without_box.venv / "bin" / "uv"
    uv.write_text("#!/bin/bash\necho no network >&2; exit 2\n", encoding="utf-8")
    uv.chmod(0o755)
    for _ in range(2):
        result = without_box.set_up()
        assert result.returncode == 1
        reason, sentence = result.stderr.splitlines()
        assert reason == "no network"
        assert sentence.startswith("setup: the environment of the submissions could not be")
        assert str(without_box.box) in sentence
        assert not (without_box.box / "setup.sha256").exists()
        leftover = without_box.box / "lib" / "leftover.py"
        leftover.write_text("", encoding="utf-8")
    without_box.set_up()
    assert not leftover.exists()


def test_a_folder_that_is_no_environment_is_never_emptied(without_box):
    without_box.box.mkdir()
    precious = without_box.box / "precious"
    precious.write_text("thesis", encoding="utf-8")
    result = without_box.set_up()
    assert result.returncode == 1
    [sentence] = result.stderr.splitlines()
    assert "is no Python environment" in sentence
    assert precious.exists()


def test_the_box_is_never_the_environment_of_the_course(without_box):
    before = moments(without_box.venv)
    result = without_box.set_up(BOX=str(without_box.venv))
    assert result.returncode == 1
    [sentence] = result.stderr.splitlines()
    assert "is the environment of the course itself" in sentence
    assert moments(without_box.venv) == before


@pytest.fixture(scope="module")
def box():
    """The environment that submissions run with on this machine."""
    folder = ROOT / os.environ.get("BOX", ".box")
    assert (folder / "setup.sha256").exists(), f"no environment in {folder}; run make setup"
    return folder


def run_in(box, code):
    """Run code with the box's Python, away from this folder's packages; give what it prints."""
    command = [box / "bin" / "python", "-I", "-c", code]
    result = subprocess.run(command, cwd=box, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_the_box_has_what_submissions_need_and_nothing_else(box):
    needed = ["IPython", "matplotlib", "numpy"]
    forbidden = ["autograder", "convlab", "nbgrader", "pip", "problems", "scipy", "torch"]
    code = f"""
import importlib.util, json
names = {needed + forbidden}
print(json.dumps([name for name in names if importlib.util.find_spec(name)]))
"""
    assert run_in(box, code) == needed
    assert run_in(box, f"import {', '.join(needed)}\nprint(0)") == 0


def test_the_box_has_the_versions_of_the_course(box):
    code = """
import importlib.metadata, json
print(json.dumps({d.name: d.version for d in importlib.metadata.distributions()}))
"""
    versions = run_in(box, code)
    assert {"numpy", "matplotlib", "ipython"} <= set(versions)
    assert versions == {name: importlib.metadata.version(name) for name in versions}


def test_the_box_is_made_by_the_same_python(box):
    code = "import json, sys; print(json.dumps([sys.version, sys.base_prefix]))"
    assert run_in(box, code) == [sys.version, sys.base_prefix]


def test_the_box_needs_to_write_nothing(box):
    """A sandbox mounts it read-only: bytecode and Matplotlib's list of fonts are there."""
    sources = set((box / "lib").rglob("*.py"))
    compiled = {
        path.parents[1] / f"{path.name.split('.')[0]}.py"
        for path in (box / "lib").rglob(f"*.{sys.implementation.cache_tag}.pyc")
    }
    assert len(sources) > 1000
    assert sources - compiled == set()
    [fonts] = (box / "matplotlib").iterdir()
    code = f"""
import json, os
os.environ["MPLCONFIGDIR"] = {str(box / "matplotlib")!r}
import matplotlib.font_manager
print(json.dumps(len(matplotlib.font_manager.fontManager.ttflist)))
"""
    before = fonts.stat().st_mtime_ns
    assert run_in(box, code) > 0
    assert fonts.stat().st_mtime_ns == before


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
