"""The mission of Day 5: released, solved, unsolved, wrong, and alone."""

from __future__ import annotations

import re

import pytest

from problems import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from tests.missions import missions

MISSION = missions.Mission("day05", "pooling")
GROUPS = {
    problem.PROBLEM.name: problem.PROBLEM.groups
    for problem in (max_pool2d, max_pool2d_backward, avg_pool2d, avg_pool2d_backward)
}


def test_the_release_keeps_signatures_and_says_what_to_write():
    text = "\n".join(cell.source for cell in MISSION.release().cells)
    for name in ("max_pool2d", "avg_pool2d"):
        assert f"def {name}(input_tensor, kernel_size, stride=None, padding=0):" in text
        signature = "(grad_output, input_tensor, kernel_size, stride=None, padding=0):"
        assert f"def {name}_backward{signature}" in text
    assert text.count("raise NotImplementedError(") == 4


def test_every_group_is_judged_for_its_points_and_they_make_100():
    judged = missions.judged_groups(MISSION.source())
    assert judged == missions.all_groups(GROUPS)
    assert sum(judged.values()) == 100


def test_every_cell_judges_the_function_that_its_problem_is_about():
    for cell in missions.grade_cells(MISSION.source()):
        (problem,) = re.findall(r"from problems import (\w+) as problem", cell.source)
        assert f"problem.judge({problem}, group=" in cell.source


def test_every_cell_may_take_what_the_instructions_say():
    limits = missions.time_limits(MISSION.source())
    assert set(limits.values()) == {20}
    introduction = MISSION.source().cells[0].source
    assert "20 seconds" in introduction
    assert "限时 20 秒" in introduction


def test_the_solution_earns_all_points_in_the_sandbox(worker):
    result = missions.grade(worker, MISSION, MISSION.solved())
    assert not missions.lost(result, MISSION)
    assert sum(missions.points(result).values()) == 100


def test_the_untouched_release_earns_nothing(worker):
    result = missions.grade(worker, MISSION, MISSION.release())
    assert set(missions.points(result).values()) == {0}


@pytest.fixture(scope="module")
def careless(worker):
    """Two mistakes that no visible test sees, and one function that was not written."""
    answers = MISSION.solutions()
    backward = answers["max-pool2d-backward"]
    assert "grad_padded[n, c, row + u, column + v] +=" in backward
    return missions.grade(
        worker,
        MISSION,
        MISSION.solved(
            {
                "max-pool2d": answers["max-pool2d"].replace(
                    "rows = (height - kernel_height) // row_step + 1",
                    "rows = round((height - kernel_height) / row_step) + 1",
                ),
                "max-pool2d-backward": backward.replace(
                    "u, v = np.unravel_index(window.argmax(), window.shape)",
                    "u, v = divmod(window.argmax(), window.shape[0])",
                ),
                "avg-pool2d-backward": "",
            }
        ),
    )


def test_mistakes_cost_the_points_of_what_they_spoil(careless):
    assert missions.lost(careless, MISSION) == {
        "test-max-stride",
        "test-max-backward-rectangles",
        "test-max-backward-padding",
        "test-avg-spreading",
        "test-avg-overlap",
        "test-avg-backward-settings",
        "test-avg-backward-robustness",
    }


def test_a_mistake_is_named_in_both_languages(careless):
    verdict = str(careless.outcomes["test-max-backward-rectangles"])
    assert "the index of the maximum is decoded with the window's height" in verdict
    assert "用窗口的高度去换算最大值的下标" in verdict


def test_the_solved_release_runs_alone(tmp_path):
    assert not missions.errors(missions.run_alone(MISSION.solved(), tmp_path))


def test_every_test_of_the_unsolved_release_says_what_to_do(tmp_path):
    notebook = missions.run_alone(MISSION.release(), tmp_path)
    assert not missions.tests_that_do_not_say_what_to_do(notebook)
