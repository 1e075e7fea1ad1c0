"""The two locks: what the course is installed with, and what submissions run with in the box."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
NOT_FOR_STUDENT_CODE = {"jupyter-core", "nbconvert", "nbgrader", "scipy", "torch", "torchvision"}


def lines_of(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not re.match(r"\s*#", line)}


def names_in(lines):
    return {Requirement(line).name for line in lines}


def versions_in(name, python):
    """What a lock installs on this system with a Python of that version."""
    machine = {"python_version": python, "python_full_version": f"{python}.5"}
    pins = [Requirement(line) for line in lines_of(name)]
    return {
        pin.name: str(pin.specifier)
        for pin in pins
        if pin.marker is None or pin.marker.evaluate(machine)
    }


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_submissions_compute_with_the_versions_of_the_course(python):
    box = versions_in("requirements-box.lock", python)
    course = versions_in("requirements.lock", python)
    assert {"numpy", "matplotlib", "ipython"} <= set(box)
    assert box == {name: course.get(name) for name in box}


def test_the_box_gets_nothing_of_the_instructor_and_no_other_library():
    assert names_in(lines_of("requirements-box.txt")) == {"numpy", "matplotlib", "ipython"}
    assert not names_in(lines_of("requirements-box.lock")) & NOT_FOR_STUDENT_CODE


@pytest.mark.parametrize("name", ["requirements", "requirements-box"])
def test_every_direct_dependency_is_bounded_and_locked(name):
    direct = [Requirement(line) for line in lines_of(f"{name}.txt")]
    assert [str(requirement) for requirement in direct if not requirement.specifier] == []
    pins = {(pin.name, str(pin.specifier)) for pin in map(Requirement, lines_of(f"{name}.lock"))}
    assert all("==" in version for _, version in pins)
    for requirement in direct:
        versions = {version[2:] for pinned, version in pins if pinned == requirement.name}
        assert versions
        assert all(requirement.specifier.contains(version) for version in versions)


def test_both_say_the_same_of_what_they_share():
    course = lines_of("requirements.txt")
    assert lines_of("requirements-box.txt") <= course
