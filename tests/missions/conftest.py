"""What the tests of all missions run in."""

import pytest

from tests.missions import missions


@pytest.fixture(scope="session")
def worker():
    """Grade in the sandbox: ``missions.grade(worker, mission, notebook)``."""
    return missions.make_worker()


@pytest.fixture(scope="session")
def course_of(tmp_path_factory):
    """Make a scratch course with one assignment released afresh, once a session for each."""
    courses = {}

    def make(mission):
        if mission not in courses:
            folder = tmp_path_factory.mktemp(mission.assignment)
            missions.scratch_course(folder, mission.assignment)
            missions.generate(folder, mission.assignment)
            courses[mission] = folder
        return courses[mission]

    return make
