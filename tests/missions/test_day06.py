"""The mission of Day 6: released, solved, unsolved, wrong, and alone."""

from __future__ import annotations

import re

import pytest

from problems import activations, dropout, flatten, linear
from tests.missions import missions

MISSION = missions.Mission("day06", "layers")
GROUPS = {
    "activations": activations.GROUPS,
    "dropout": dropout.GROUPS,
    "flatten": flatten.GROUPS,
}
# Day 1 gave more for them, and looked at empty batches and float32 as well.
LINEAR = {"forward": 4, "grad_input": 3, "grad_weight": 3, "grad_bias": 2}

FUNCTIONS = {
    "relu": "relu(x)",
    "relu-backward": "relu_backward(grad_output, x)",
    "leaky-relu": "leaky_relu(x, negative_slope=0.01)",
    "leaky-relu-backward": "leaky_relu_backward(grad_output, x, negative_slope=0.01)",
    "swish": "swish(x)",
    "swish-backward": "swish_backward(grad_output, x)",
    "dropout": "dropout(x, p, training, rng)",
    "dropout-backward": "dropout_backward(grad_output, mask, p)",
    "flatten": "flatten(x)",
    "flatten-backward": "flatten_backward(grad_output, shape)",
    "linear-forward": "linear_forward(input_tensor, weight, bias)",
    "linear-backward": "linear_backward(grad_output, input_tensor, weight)",
}
# Plain loops over all elements, and formulas in which exp overflows before the result is right.
LOOPS = {
    "relu": """
def relu(x):
    output = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        output[index] = x[index] if x[index] > 0 else 0
    return output
""",
    "swish": """
def swish(x):
    return x / (1 + np.exp(-x))
""",
    "swish-backward": """
def swish_backward(grad_output, x):
    gate = 1 / (1 + np.exp(-x))
    return grad_output * (gate + x * gate * (1 - gate))
""",
    "dropout": """
def dropout(x, p, training, rng):
    output, mask = x.copy(), np.ones(x.shape, dtype=bool)
    if training:
        for index in np.ndindex(x.shape):
            mask[index] = rng.random() > p
            output[index] = x[index] / (1 - p) if mask[index] else 0
    return output, mask


def dropout_calls(x, p, training, seed, calls=1):
    rng = np.random.default_rng(seed)
    return [dropout(x, p, training, rng) for _ in range(calls)]
""",
    "flatten": """
def flatten(x):
    features = 1
    for size in x.shape[1:]:
        features *= size
    output = np.zeros((len(x), features))
    for n in range(len(x)):
        output[n] = x[n].ravel()
    return output
""",
}
# No visible test sees it.
IN_PLACE = """
def relu_backward(grad_output, x):
    grad_output[x <= 0] = 0
    return grad_output
"""


def test_the_release_keeps_signatures_and_says_what_to_write():
    cells = {missions.grade_id(cell): cell.source for cell in MISSION.release().cells}
    for name, signature in FUNCTIONS.items():
        assert f"def {signature}:" in cells[name]
        assert cells[name].count("raise NotImplementedError(") == 1
    assert set(MISSION.solutions()) == set(FUNCTIONS)


def test_every_group_is_judged_for_its_points_and_they_make_100():
    judged = missions.judged_groups(MISSION.source())
    again = {("linear", group): points for group, points in LINEAR.items()}
    assert judged == {**missions.all_groups(GROUPS), **again}
    assert set(LINEAR) < set(linear.GROUPS)
    assert sum(judged.values()) == 100


def test_every_cell_judges_the_function_that_its_visible_test_looks_at():
    for cell in missions.grade_cells(MISSION.source()):
        (function,) = re.findall(r"problem\.judge\((\w+), ", cell.source)
        visible = cell.source.partition("### END HIDDEN TESTS")[2]
        assert f"{function}(" in visible


def test_every_cell_may_take_what_the_instructions_say():
    assert set(missions.time_limits(MISSION.source()).values()) == {20}
    introduction = MISSION.source().cells[0].source
    assert "20 seconds" in introduction
    assert "限时 20 秒" in introduction


@pytest.mark.parametrize("answers", [{}, LOOPS], ids=["ours", "loops"])
def test_a_solution_earns_all_points_in_the_sandbox(worker, answers):
    result = missions.grade(worker, MISSION, MISSION.solved(answers))
    assert not missions.lost(result, MISSION)
    assert sum(missions.points(result).values()) == 100


def test_the_untouched_release_earns_nothing(worker):
    result = missions.grade(worker, MISSION, MISSION.release())
    assert set(missions.points(result).values()) == {0}


def test_mistakes_cost_their_own_tests_and_are_named_in_both_languages(worker):
    overflowing = "return x * np.exp(x) / (1 + np.exp(x))"
    swish = MISSION.solutions()["swish"].replace("return x * sigmoid(x)", overflowing)
    wrong = MISSION.solved({"relu-backward": IN_PLACE, "swish": swish})
    result = missions.grade(worker, MISSION, wrong)
    assert missions.lost(result, MISSION) == {"test-relu-backward", "test-swish-large"}
    for test, en, zh in (
        ("test-relu-backward", "grad_output is overwritten", "改动了调用者传入的 grad_output"),
        ("test-swish-large", "exp(x) overflows for large x", "x 很大时 exp(x) 溢出"),
    ):
        message = result.outcomes[test].message
        assert en in message.en
        assert zh in message.zh


def test_dropout_that_forgets_its_mask_is_told_so_and_loses_its_own_tests_only(worker):
    answer = MISSION.solutions()["dropout"]
    forgetful = re.sub(r"    ### BEGIN.*### END SOLUTION", "    return x", answer, flags=re.DOTALL)
    result = missions.grade(worker, MISSION, MISSION.solved({"dropout": forgetful}))
    lost = {"test-dropout-mask", "test-dropout-output", "test-dropout-evaluation"}
    assert missions.lost(result, MISSION) == lost
    assert "mask: None received" in result.outcomes["test-dropout-mask"].message.en


def test_the_release_runs_alone_once_it_is_solved(tmp_path):
    assert not missions.errors(missions.run_alone(MISSION.solved(), tmp_path))


def test_an_unsolved_notebook_says_what_to_do_in_every_visible_test(tmp_path):
    notebook = missions.run_alone(MISSION.release(), tmp_path)
    assert not missions.tests_that_do_not_say_what_to_do(notebook)
