"""The mission of Day 2: released, solved, unsolved, wrong, and alone."""

from __future__ import annotations

import re

import pytest

from problems import convolve, cross_correlate, feature_map, is_letter_x
from tests.missions import missions

MISSION = missions.Mission("day02", "letters")
GROUPS = {
    **{
        problem.PROBLEM.name: problem.PROBLEM.groups
        for problem in (cross_correlate, convolve, feature_map)
    },
    "is_letter_x": is_letter_x.GROUPS,
}

FOUR_LOOPS = """
def cross_correlate(image, kernel):
    rows, columns = len(image) - len(kernel) + 1, len(image[0]) - len(kernel[0]) + 1
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(len(kernel)):
                for v in range(len(kernel[0])):
                    output[i, j] += image[i + u, j + v] * kernel[u, v]
    return output
"""
FLIPPED_FOR_GOOD = """
def convolve(image, kernel):
    kernel[:] = kernel[::-1, ::-1].copy()
    return cross_correlate(image, kernel)
"""
FEATURE_FLIPPED = """
def feature_map(image, feature):
    return convolve(image, feature) / feature.size
"""
CROSSING_ALONE = """
def is_letter_x(image):
    return feature_map(image, FEATURES["crossing"]).max() > 0.7
"""


def test_the_release_keeps_signatures_and_says_what_to_write():
    text = "\n".join(cell.source for cell in MISSION.release().cells)
    for signature in (
        "def cross_correlate(image, kernel):",
        "def convolve(image, kernel):",
        "def feature_map(image, feature):",
        "def is_letter_x(image):",
    ):
        assert signature in text
    assert text.count("raise NotImplementedError(") == 4


def test_every_group_is_judged_for_its_points_and_they_make_100():
    judged = missions.judged_groups(MISSION.source())
    assert judged == missions.all_groups(GROUPS)
    assert sum(judged.values()) == 100


def test_every_cell_judges_the_function_that_its_problem_is_about():
    for cell in missions.grade_cells(MISSION.source()):
        (problem,) = re.findall(r"from problems import (\w+) as problem", cell.source)
        assert f"problem.judge({problem}, group=" in cell.source


def test_the_instructions_state_the_rules_that_are_judged():
    text = "\n".join(cell.source for cell in MISSION.release().cells)
    percents = [f"{noise:.0%}" for noise in is_letter_x.NOISE.values()]
    assert "{}、{}、{}".format(*percents) in text
    assert "{}, {} and {}".format(*(percent.replace("%", " %") for percent in percents)) in text
    for number in (f"{is_letter_x.PICTURES} in each", f"每组 {is_letter_x.PICTURES} 张"):
        assert number in text
    assert f"at least {is_letter_x.REQUIRED_RATE:.0%}".replace("%", " %") in text
    assert f"至少 {is_letter_x.REQUIRED_RATE:.0%}" in text


def test_every_cell_may_take_what_the_instructions_say():
    assert set(missions.time_limits(MISSION.source()).values()) == {20}
    introduction = MISSION.source().cells[0].source
    assert "20 seconds" in introduction
    assert "限时 20 秒" in introduction


@pytest.mark.parametrize("answers", [{}, {"cross-correlate": FOUR_LOOPS}], ids=["ours", "loops"])
def test_a_solution_earns_all_points_in_the_sandbox(worker, answers):
    result = missions.grade(worker, MISSION, MISSION.solved(answers))
    assert not missions.lost(result, MISSION)
    assert sum(missions.points(result).values()) == 100


def test_the_untouched_release_earns_nothing(worker):
    result = missions.grade(worker, MISSION, MISSION.release())
    assert set(missions.points(result).values()) == {0}


@pytest.fixture(scope="module")
def careless(worker):
    answers = {
        "convolve": FLIPPED_FOR_GOOD,
        "feature-map": FEATURE_FLIPPED,
        "is-letter-x": CROSSING_ALONE,
    }
    return missions.grade(worker, MISSION, MISSION.solved(answers))


def test_mistakes_cost_the_points_of_what_they_spoil(careless):
    assert missions.lost(careless, MISSION) == {
        "test-convolve-robustness",
        "test-feature-map-sizes",
        "test-feature-map-robustness",
        "test-is-letter-x-noisy",
        "test-is-letter-x-very-noisy",
    }


@pytest.mark.parametrize(
    ("test", "en", "zh"),
    [
        (
            "test-convolve-robustness",
            "the caller's own kernel is flipped",
            "把调用者的卷积核也翻转了",
        ),
        ("test-feature-map-sizes", "the feature is flipped", "特征被翻转了"),
        ("test-is-letter-x-noisy", "the crossing alone decides", "只凭交叉点下结论"),
    ],
)
def test_a_mistake_is_named_in_both_languages(careless, test, en, zh):
    verdict = str(careless.outcomes[test])
    assert en in verdict
    assert zh in verdict


def test_the_release_runs_alone_once_it_is_solved(tmp_path):
    assert not missions.errors(missions.run_alone(MISSION.solved(), tmp_path))


def test_an_unsolved_notebook_says_what_to_do_in_every_visible_test(tmp_path):
    notebook = missions.run_alone(MISSION.release(), tmp_path)
    assert missions.tests_that_do_not_say_what_to_do(notebook) == []
