"""What the tests of the attacks share: the course that is attacked, as it is released."""

import shutil
import subprocess
import sys

import pytest

from tests.attacks import corpus


@pytest.fixture(scope="session")
def released_course(tmp_path_factory):
    """A course with the assignment generated; copy it before you change it."""
    root = tmp_path_factory.mktemp("attacked") / "course"
    corpus.copy_course(root)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", corpus.ASSIGNMENT]
    done = subprocess.run(
        command, cwd=root, env=corpus.environment(), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture
def course(released_course, tmp_path):
    """A course of one's own."""
    return shutil.copytree(released_course, tmp_path / "course")
