"""What `autograder doctor` promises, on the machine that runs these tests."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from autograder import doctor
from autograder.doctor import Finding, examine, explain_namespaces, is_ready, main_report
from autograder.sandbox import Sandbox, SandboxError, default_environment

ROOT = Path(__file__).parents[2]
ENVIRONMENT = default_environment(ROOT)


def has_sandbox():
    try:
        Sandbox(ENVIRONMENT).close()
    except SandboxError:
        return False
    return True


@pytest.fixture(scope="module")
def findings():
    if not has_sandbox():
        pytest.skip("this machine offers no sandbox; 'autograder doctor' says why")
    return {finding.name: finding for finding in examine(ENVIRONMENT)}


def shown(findings):
    stream = io.StringIO()
    main_report(Console(file=stream, width=160), findings)
    return stream.getvalue()


def test_where_submissions_can_be_graded_every_probe_of_a_real_box_is_fine(findings):
    probes = ["sandbox", *doctor.PROBES]
    assert [name for name in probes if not findings[name].is_fine] == []
    assert findings["user namespaces"].is_fine
    assert findings["environment of the box"].is_fine


def test_every_failure_has_a_remedy_that_is_a_sentence(findings, tmp_path):
    for finding in [*findings.values(), *examine(tmp_path / "nothing")]:
        assert finding.is_fine == (finding.remedy == "")
        assert finding.is_fine or finding.remedy.endswith(".")


def test_without_an_environment_there_is_no_sandbox_and_it_says_how_to_make_one(tmp_path):
    found = {finding.name: finding for finding in examine(tmp_path / "nothing")}
    assert not found["environment of the box"].is_fine
    assert "-m venv" in found["environment of the box"].remedy
    assert not found["sandbox"].is_fine
    assert not is_ready(list(found.values()))


def test_the_instructors_own_environment_is_no_environment_for_submissions():
    finding = doctor.examine_environment(Path(sys.prefix))
    assert not finding.is_fine
    assert "nbgrader" in finding.found
    assert "autograder" in finding.found


def test_an_empty_environment_lacks_numpy(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "box"], check=True)
    finding = doctor.examine_environment(tmp_path / "box")
    assert finding.found == "lacks numpy and IPython"


def test_an_environment_whose_python_does_not_run_is_told_apart(tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    (tmp_path / "bin/python").chmod(0o755)
    assert doctor.examine_environment(tmp_path).found == "does not run: broken"


def test_without_bubblewrap_it_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {finding.name: finding for finding in examine(ENVIRONMENT)}
    assert "apt-get install bubblewrap" in found["bubblewrap"].remedy
    assert not found["alembic"].is_fine
    assert "bubblewrap is not installed" in found["sandbox"].found


@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ({"user/max_user_namespaces": "0"}, "sysctl -w user.max_user_namespaces="),
        ({"kernel/unprivileged_userns_clone": "0"}, "kernel.unprivileged_userns_clone=1"),
        ({"kernel/apparmor_restrict_unprivileged_userns": "1"}, "/etc/apparmor.d/bwrap"),
        ({}, "Ask whoever runs this machine"),
    ],
)
def test_each_setting_that_forbids_namespaces_has_its_own_remedy(tmp_path, settings, remedy):
    for name, value in settings.items():
        path = tmp_path / "proc/sys" / name
        path.parent.mkdir(parents=True)
        path.write_text(value + "\n")
    finding = explain_namespaces("Operation not permitted", tmp_path)
    assert not finding.is_fine
    assert remedy in finding.remedy
    assert "Operation not permitted" in finding.found


@pytest.mark.parametrize("mark", [".dockerenv", "run/.containerenv"])
def test_a_container_is_told_how_to_be_started(tmp_path, mark):
    (tmp_path / mark).parent.mkdir(exist_ok=True)
    (tmp_path / mark).touch()
    finding = explain_namespaces("Operation not permitted", tmp_path)
    assert "container" in finding.found
    assert "--security-opt seccomp=unconfined" in finding.remedy


def test_what_is_not_confined_fails_the_probe_of_files():
    command = [sys.executable, "-c", doctor.FILES_SOURCE]
    seen = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "/etc/passwd" in seen


def test_a_box_without_a_sandbox_fails_the_probes_of_network_and_files():
    try:
        sandbox = Sandbox(ENVIRONMENT, kind="none")
    except SandboxError as error:
        pytest.skip(f"no box without a sandbox here either: {error}")
    with sandbox:
        for name in ("network", "files"):
            assert not doctor._try(name, doctor.PROBES[name], sandbox).is_fine


def test_the_report_ends_with_what_it_comes_to():
    fine = Finding("Linux", True, "Linux 6 [x]")
    amiss = Finding("bubblewrap", False, "not installed", "Run 'apt-get install bubblewrap'.")
    assert "can be graded safely" in shown([fine])
    text = shown([fine, amiss])
    assert "Linux 6 [x]" in text
    assert "bubblewrap: Run 'apt-get install bubblewrap'." in text
    assert "cannot be graded safely" in text
