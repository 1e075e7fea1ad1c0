"""The mission of Day 3: released, solved, unsolved, wrong, and alone."""

from problems import conv2d, output_size
from tests.missions import missions
from tests.missions.missions import Mission

MISSION = Mission("day03", "conv2d_forward")
GROUPS = {"output_size": output_size.PROBLEM.groups, "conv2d": conv2d.PROBLEM.groups}


def test_the_release_keeps_signatures():
    text = "\n".join(cell.source for cell in MISSION.release().cells)
    settings = "stride=1, padding=0, dilation=1"
    assert f"def output_size(input_size, kernel_size, {settings}):" in text
    assert f"def conv2d(input_tensor, weight, bias=None, {settings}, groups=1):" in text
    assert text.count("raise NotImplementedError(") == 2


def test_every_group_of_the_problems_is_judged_for_its_points():
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


def test_a_mistake_that_only_pairs_show_costs_only_the_points_of_rectangles(worker):
    solution = MISSION.solutions()["conv2d"]
    wrong = solution.replace("i * s : i * s + d *", "i * t : i * t + d *")
    assert wrong != solution
    result = missions.grade(worker, MISSION, MISSION.solved({"conv2d": wrong}))
    assert missions.lost(result, MISSION) == {"test-rectangles"}


def test_a_size_rounded_to_the_nearest_is_named_in_both_languages(worker):
    solution = MISSION.solutions()["output_size"]
    wrong = solution.replace(
        "(input_size + 2 * padding - span) // stride + 1",
        "round((input_size + 2 * padding - span) / stride) + 1",
    )
    assert wrong != solution
    result = missions.grade(worker, MISSION, MISSION.solved({"output_size": wrong}))
    assert "test-size-stride" in missions.lost(result, MISSION)
    assert "test-size-kernel" not in missions.lost(result, MISSION)
    message = str(result.outcomes["test-size-stride"])
    assert "the size is rounded to the nearest integer" in message
    assert "尺寸用了四舍五入" in message


def test_the_release_runs_alone_once_it_is_solved(tmp_path):
    assert not missions.errors(missions.run_alone(MISSION.solved(), tmp_path))


def test_an_unsolved_notebook_says_what_to_do_in_every_visible_test(tmp_path):
    notebook = missions.run_alone(MISSION.release(), tmp_path)
    assert missions.tests_that_do_not_say_what_to_do(notebook) == []
