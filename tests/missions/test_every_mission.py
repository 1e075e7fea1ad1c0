"""What holds for every mission: in step, nothing given away, both languages, clean of lint."""

import pytest

from tests.missions import missions
from tests.missions.missions import Mission

SOURCES = sorted((missions.ROOT / "source").glob("day*/*.ipynb"))


@pytest.fixture(params=SOURCES, ids=lambda path: path.parent.name)
def mission(request):
    return Mission(request.param.parent.name, request.param.stem)


def test_there_is_one_for_each_of_seven_days():
    assert [path.parent.name for path in SOURCES] == [f"day{day:02}" for day in range(1, 8)]


def test_the_committed_release_is_what_nbgrader_generates(course_of, mission):
    name = mission.assignment
    fresh = missions.files(course_of(mission) / "assignments" / name)
    assert set(fresh) == {mission.release_path.name}
    assert fresh == missions.files(mission.release_path.parent), (
        f"assignments/{name} is out of step with source/{name}: "
        f"run 'nbgrader generate_assignment {name} --force'"
    )


def test_the_release_holds_no_solution_and_no_hidden_test(mission):
    assert missions.leaks(mission) == []


def test_instructions_are_in_both_languages(mission):
    assert missions.cells_in_one_language(mission.source()) == []


def test_lint_finds_nothing(mission):
    assert missions.lint_findings(mission) == []
