"""The mission of Day 4: released, solved, unsolved, wrong, and alone."""

from problems import conv2d_backward
from tests.missions import missions
from tests.missions.missions import Mission

MISSION = Mission("day04", "conv2d_backward")
GROUPS = {"conv2d_backward": conv2d_backward.PROBLEM.groups}


def test_the_release_keeps_the_signature():
    text = "\n".join(cell.source for cell in MISSION.release().cells)
    assert "def conv2d_backward(grad_output, input_tensor, weight, stride=1, padding=0):" in text
    assert text.count("raise NotImplementedError(") == 1


def test_every_group_of_the_problem_is_judged_for_its_points():
    judged = missions.judged_groups(MISSION.source())
    assert judged == missions.all_groups(GROUPS)
    assert sum(judged.values()) == 100


def test_no_cell_may_take_longer_than_the_instructions_say():
    assert set(missions.time_limits(MISSION.source()).values()) == {20}


def test_the_solution_earns_full_marks(worker):
    result = missions.grade(worker, MISSION, MISSION.solved())
    assert missions.lost(result, MISSION) == set()
    assert sum(missions.points(result).values()) == 100


def test_the_untouched_release_earns_nothing(worker):
    result = missions.grade(worker, MISSION, MISSION.release())
    assert set(missions.points(result).values()) == {0}


def test_one_gradient_alone_earns_its_points(worker):
    only_bias = (
        "def conv2d_backward(grad_output, input_tensor, weight, stride=1, padding=0):\n"
        "    return None, None, grad_output.sum(axis=(0, 2, 3))\n"
    )
    result = missions.grade(worker, MISSION, MISSION.solved({"conv2d_backward": only_bias}))
    assert {name for name, got in missions.points(result).items() if got} == {"test-grad-bias"}


def test_the_commonest_mistake_is_named_in_both_languages(worker):
    solution = MISSION.solutions()["conv2d_backward"]
    cropped = "[:, :, top:-top, left:-left]"
    wrong = solution.replace("[:, :, top : top + height, left : left + width]", cropped)
    assert wrong != solution
    result = missions.grade(worker, MISSION, MISSION.solved({"conv2d_backward": wrong}))
    assert {"test-grad-bias", "test-grad-weight"}.isdisjoint(missions.lost(result, MISSION))
    assert {"test-grad-input", "test-stride"} <= missions.lost(result, MISSION)
    message = str(result.outcomes["test-stride"])
    assert "grad_input is cropped with [p:-p]" in message
    assert "用 [p:-p] 裁剪 grad_input" in message


def test_the_release_runs_alone_once_it_is_solved(tmp_path):
    assert not missions.errors(missions.run_alone(MISSION.solved(), tmp_path))


def test_an_unsolved_notebook_says_what_to_do_in_every_visible_test(tmp_path):
    notebook = missions.run_alone(MISSION.release(), tmp_path)
    assert missions.tests_that_do_not_say_what_to_do(notebook) == []
