"""What `autograder doctor` promises, on the machine that runs these tests."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from autograder import doctor
from autograder.cli import app
from autograder.doctor import (
    Finding,
    examine,
    examine_nesting,
    examine_system,
    explain_namespaces,
    is_ready,
    main_report,
)
from autograder.sandbox import Sandbox, default_environment
from tests.autograder.forbid_nesting import forbid_nesting

ROOT = Path(__file__).parents[2]
ENVIRONMENT = default_environment(ROOT)


@pytest.fixture(scope="module")
def findings():
    return {finding.name: finding for finding in examine(ENVIRONMENT)}


def shown(findings):
    stream = io.StringIO()
    main_report(Console(file=stream, width=160), findings)
    return stream.getvalue()


def test_where_submissions_can_be_graded_every_probe_of_a_real_box_is_fine(findings):
    probes = ["sandbox", *doctor.PROBES]
    assert [name for name in probes if not findings[name].is_fine] == []
    assert findings["namespaces"].level == "ok"
    assert findings["environment of the box"].is_fine


def test_every_failure_has_a_remedy_that_is_a_sentence(findings, tmp_path):
    for finding in [*findings.values(), *examine(tmp_path / "nothing")]:
        assert (finding.level == "ok") == (finding.remedy == "")
        assert finding.level == "ok" or finding.remedy.endswith(".")


def test_where_boxes_cannot_be_nested_it_is_as_safe_and_says_what_would_be_faster(
    monkeypatch, tmp_path
):
    forbid_nesting(monkeypatch, tmp_path)
    found = {finding.name: finding for finding in examine(ENVIRONMENT)}
    levels = {name: finding.level for name, finding in found.items()}
    assert levels.pop("nested boxes") == "warning"
    assert set(levels.values()) == {"ok"}
    assert set(doctor.PROBES) <= set(levels)
    assert "sandbox for each submission" in found["nested boxes"].found
    assert "sysctl -w user.max_user_namespaces=15000" in found["nested boxes"].remedy
    assert "nested boxes: Grading is as safe" in shown(found.values())
    assert "can be graded safely" in shown(found.values())


def test_json_says_the_same_as_the_table(findings):
    done = CliRunner().invoke(app, ["doctor", "--json", "--course", str(ROOT)])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == [finding.as_json() for finding in findings.values()]
    assert {finding["level"] for finding in json.loads(done.stdout)} <= {"ok", "warning"}


def test_json_of_a_machine_that_is_not_ready_has_the_remedy_and_the_exit_code(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(app, ["doctor", "--json", "--course", str(ROOT)])
    assert done.exit_code == 1
    [found] = [f for f in json.loads(done.stdout) if f["name"] == "bubblewrap"]
    assert found["level"] == "error"
    assert "apt-get install bubblewrap" in found["remedy"]


@pytest.mark.parametrize(
    ("system", "release", "remedy"),
    [
        ("Darwin", "24.1.0", "autograder check' runs everywhere"),
        ("Windows", "11", "WSL 2"),
        ("Linux", "4.4.0-19041-Microsoft", "wsl --set-version"),
        ("Linux", "5.15.167.4-microsoft-standard-WSL2", ""),
        ("Linux", "6.8.0-48-generic", ""),
    ],
)
def test_a_system_without_namespaces_is_told_where_to_grade(system, release, remedy):
    finding = examine_system(system, release)
    assert (finding.level == "ok") == (remedy == "")
    assert remedy in finding.remedy


def test_a_bubblewrap_that_is_too_old_is_told_apart(monkeypatch, tmp_path):
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho bubblewrap 0.4.1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = doctor._bubblewrap()
    assert finding.level == "error"
    assert "0.5 or newer" in finding.remedy


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
        ({"kernel/apparmor_restrict_unprivileged_userns": "1"}, "/etc/apparmor.d/bwrap,"),
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


def test_a_limit_that_is_only_too_low_is_told_from_what_the_kernel_says(tmp_path):
    (tmp_path / "proc/sys/user").mkdir(parents=True)
    (tmp_path / "proc/sys/user/max_user_namespaces").write_text("2\n")
    finding = explain_namespaces("[Errno 28] unshare: No space left on device", tmp_path)
    assert "user.max_user_namespaces is 2" in finding.found
    assert "sysctl -w user.max_user_namespaces=15000" in finding.remedy


def test_apparmor_that_allows_bubblewrap_alone_is_no_obstacle(tmp_path):
    path = tmp_path / "proc/sys/kernel/apparmor_restrict_unprivileged_userns"
    path.parent.mkdir(parents=True)
    path.write_text("1\n")
    finding = examine_nesting("[Errno 13] Permission denied: '/proc/self/setgroups'", tmp_path)
    assert finding.level == "warning"
    assert "AppArmor" in finding.found
    assert "aa-disable bwrap-userns-restrict" in finding.remedy


@pytest.mark.parametrize(
    "mark", [".dockerenv", "run/.containerenv", "var/run/secrets/kubernetes.io"]
)
def test_a_container_is_told_how_to_be_started(tmp_path, mark):
    (tmp_path / mark).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / mark).touch()
    finding = explain_namespaces("Operation not permitted", tmp_path)
    assert "container" in finding.found
    for name in ("Docker", "Podman", "Kubernetes", "LXC"):
        assert f"{name}: " in finding.remedy
    assert "--security-opt seccomp=unconfined" in finding.remedy


def test_what_is_not_confined_fails_the_probe_of_files():
    command = [sys.executable, "-c", doctor.FILES_SOURCE]
    seen = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "/etc/passwd" in seen


def test_a_box_without_a_sandbox_fails_the_probes_of_network_and_files():
    with Sandbox(ENVIRONMENT, kind="none") as sandbox:
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
