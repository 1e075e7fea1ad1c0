"""The mission of Day 7 under real nbgrader: solved, unsolved, released, and alone."""

import subprocess
import sys

import nbformat
import pytest
from nbgrader.api import Gradebook

from problems import conv2d_layer, digit_training
from tests.missions import missions
from tests.missions.missions import Mission

MISSION = Mission("day07", "conv2d")
GROUPS = {"conv2d_layer": conv2d_layer.PROBLEM.groups, "digit_training": digit_training.GROUPS}


def nbgrader(course, *arguments):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr


def hand_in(course, student, notebook):
    submitted = course / "submitted" / student / "day07"
    submitted.mkdir(parents=True)
    nbformat.write(notebook, str(submitted / "conv2d.ipynb"))


def grades(course, student):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission_notebook("conv2d", "day07", student)
        return {grade.name: (grade.score, grade.max_score) for grade in submission.grades}


def graded(course, student):
    path = course / "autograded" / student / "day07" / "conv2d.ipynb"
    return nbformat.read(path, as_version=4)


@pytest.fixture
def course(course_of):
    return course_of(MISSION)


def test_the_release_keeps_signatures_and_docstrings():
    (kept,) = (c.source for c in MISSION.release().cells if c.id == "conv2d")
    for signature in (
        "def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):",
        "def forward(self, input_tensor):",
        "def backward(self, grad_output):",
    ):
        assert signature in kept
    assert kept.count("raise NotImplementedError(") == 2


def test_every_group_of_the_problems_is_judged_for_its_points():
    judged = missions.judged_groups(MISSION.source())
    assert judged == missions.all_groups(GROUPS)
    assert sum(judged.values()) == 100


def test_source_notebook_earns_full_marks_under_nbgrader(course):
    hand_in(course, "solution", MISSION.solved())

    nbgrader(course, "autograde", "day07", "--create")

    scores = grades(course, "solution")
    assert len(scores) == 13
    assert all(score == highest for score, highest in scores.values()), scores
    assert sum(score for score, _ in scores.values()) == 100
    assert not missions.errors(graded(course, "solution"))


def test_a_wrong_layer_loses_its_groups_and_is_told_why_without_a_traceback(course):
    # No visible test sees this one.
    rotating = MISSION.solutions()["conv2d"].replace(
        "        return grad_padded[",
        "        self.weight = self.weight[:, :, ::-1, ::-1]\n        return grad_padded[",
    )
    wrong = MISSION.solved({"conv2d": rotating})
    # The network plays no part here, and takes time.
    wrong.cells = [c for c in wrong.cells if c.id not in ("train", "learning-curve")]
    hand_in(course, "rotating", wrong)

    nbgrader(course, "autograde", "day07", "--create", "--student", "rotating")

    lost = {"test-repeated-calls", "test-robustness", "test-accuracy"}
    scores = grades(course, "rotating")
    assert {name for name, (score, _) in scores.items() if score == 0} == lost
    output = missions.errors(graded(course, "rotating"))["test-robustness"]
    traceback = "\n".join(output.traceback)
    assert output.ename == "WrongAnswer"
    assert "backward rotates the layer's own weight" in traceback
    assert "backward 把层自己的 weight 旋转了" in traceback
    assert "File " not in traceback
    assert "judge" not in traceback


def test_the_release_runs_alone_once_the_layer_is_written(tmp_path):
    assert not missions.errors(missions.run_alone(MISSION.solved(), tmp_path))


def test_an_unsolved_notebook_says_what_to_do_in_every_visible_test(tmp_path):
    notebook = missions.run_alone(MISSION.release(), tmp_path)
    assert missions.tests_that_do_not_say_what_to_do(notebook) == []


def test_only_the_training_cell_may_take_longer():
    limits = missions.time_limits(MISSION.source())
    assert limits.pop("train") == 120
    assert set(limits.values()) == {20}
