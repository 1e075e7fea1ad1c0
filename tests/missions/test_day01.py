"""The mission of Day 1: released, solved, unsolved, wrong, and alone."""

import pytest

from problems import linear, mse_loss, sgd_step, softmax_cross_entropy
from tests.missions import missions
from tests.missions.missions import Mission

MISSION = Mission("day01", "descent")
GROUPS = {
    "mse_loss": mse_loss.GROUPS,
    "softmax_cross_entropy": softmax_cross_entropy.PROBLEM.groups,
    "linear": linear.GROUPS,
    "sgd_step": sgd_step.GROUPS,
}
SIGNATURES = {
    "mse-loss": "def mse_loss(prediction, target):",
    "softmax-cross-entropy": "def softmax_cross_entropy(logits, labels):",
    "linear-forward": "def linear_forward(input_tensor, weight, bias):",
    "linear-backward": "def linear_backward(grad_output, input_tensor, weight):",
    "sgd-step": "def sgd_step(parameters, gradients, learning_rate):",
}
# Plain Python loops, as slow as an honest answer gets.
LOOPS = {
    "mse-loss": """
def mse_loss(prediction, target):
    total, grad_prediction = 0.0, np.zeros(prediction.shape)
    for index in np.ndindex(prediction.shape):
        error = prediction[index] - target[index]
        total += error**2
        grad_prediction[index] = 2 * error / prediction.size
    return total / max(prediction.size, 1), grad_prediction
""",
    "softmax-cross-entropy": """
def softmax_cross_entropy(logits, labels):
    N, K = logits.shape
    loss, grad_logits = 0.0, np.zeros((N, K))
    for n in range(N):
        highest = max(logits[n])
        total = sum(np.exp(logits[n, k] - highest) for k in range(K))
        for k in range(K):
            grad_logits[n, k] = np.exp(logits[n, k] - highest) / total / N
        grad_logits[n, labels[n]] -= 1 / N
        loss -= (logits[n, labels[n]] - highest - np.log(total)) / N
    return loss, grad_logits
""",
    "linear-forward": """
def linear_forward(input_tensor, weight, bias):
    output_tensor = np.zeros((len(input_tensor), len(weight)))
    for n, k in np.ndindex(output_tensor.shape):
        output_tensor[n, k] = bias[k]
        for j in range(input_tensor.shape[1]):
            output_tensor[n, k] += input_tensor[n, j] * weight[k, j]
    return output_tensor
""",
    "linear-backward": """
def linear_backward(grad_output, input_tensor, weight):
    grad_input, grad_weight = np.zeros(input_tensor.shape), np.zeros(weight.shape)
    grad_bias = np.zeros(len(weight))
    for n, k in np.ndindex(grad_output.shape):
        grad_bias[k] += grad_output[n, k]
        for j in range(input_tensor.shape[1]):
            grad_input[n, j] += grad_output[n, k] * weight[k, j]
            grad_weight[k, j] += grad_output[n, k] * input_tensor[n, j]
    return grad_input, grad_weight, grad_bias
""",
    "sgd-step": """
def sgd_step(parameters, gradients, learning_rate):
    for i in range(len(parameters)):
        for index in np.ndindex(parameters[i].shape):
            parameters[i][index] -= learning_rate * gradients[i][index]
""",
}


def test_the_release_keeps_signatures_and_docstrings():
    kept = {missions.grade_id(cell): cell.source for cell in MISSION.release().cells}
    assert set(MISSION.solutions()) == set(SIGNATURES)
    for name, signature in SIGNATURES.items():
        assert kept[name].startswith(signature)
        assert "Parameters\n" in kept[name]
        assert kept[name].count("raise NotImplementedError(") == 1


def test_every_group_of_the_problems_is_judged_for_its_points():
    judged = missions.judged_groups(MISSION.source())
    assert judged == missions.all_groups(GROUPS)
    assert sum(judged.values()) == 100


@pytest.mark.parametrize("answers", [{}, LOOPS], ids=["instructor", "loops"])
def test_right_answers_earn_all_points(worker, answers):
    result = missions.grade(worker, MISSION, MISSION.solved(answers))
    assert missions.lost(result, MISSION) == set()
    assert sum(missions.points(result).values()) == 100


def test_the_untouched_release_earns_nothing(worker):
    result = missions.grade(worker, MISSION, MISSION.release())
    assert set(missions.points(result).values()) == {0}


def test_wrong_answers_lose_their_groups_and_are_named_in_both_languages(worker):
    right = MISSION.solutions()
    wrong = {
        "mse-loss": right["mse-loss"].replace(", 2 * error /", ", error /"),
        "softmax-cross-entropy": right["softmax-cross-entropy"].replace(
            "logits.max(axis=1, keepdims=True)", "0"
        ),
        "sgd-step": right["sgd-step"].replace(
            "parameter -= learning_rate * gradient", "parameter = parameter - gradient"
        ),
    }
    assert all(wrong[name] != right[name] for name in wrong)

    result = missions.grade(worker, MISSION, MISSION.solved(wrong))

    assert missions.lost(result, MISSION) == {
        "test-mse-gradient",
        "test-mse-robustness",
        "test-softmax-stability",
        "test-sgd-update",
        "test-sgd-robustness",
        "test-sgd-in-place",
    }
    for name, en, zh in (
        ("test-mse-gradient", "the gradient lacks the factor 2", "梯度少了系数 2"),
        ("test-softmax-stability", "the sum inside the logarithm overflows", "对数里的求和溢出"),
        ("test-sgd-update", "the arrays of the list do not change", "列表里的数组没有变化"),
    ):
        message = result.outcomes[name].message
        assert f"This looks like a known mistake: {en}. " in message.en
        assert f"这像是一个常见错误：{zh}。" in message.zh


def test_one_function_is_worth_its_points_alone(worker):
    only = {"sgd-step": MISSION.solutions()["sgd-step"]}
    submitted = missions.with_answers(MISSION.release(), only)
    points = missions.points(missions.grade(worker, MISSION, submitted))
    assert {name for name, earned in points.items() if earned} == {
        "test-sgd-update",
        "test-sgd-in-place",
        "test-sgd-robustness",
    }
    assert sum(points.values()) == 16


def test_the_release_runs_alone_once_it_is_solved(tmp_path):
    notebook = missions.run_alone(MISSION.solved(), tmp_path)
    assert not missions.errors(notebook)
    (playground,) = (c for c in notebook.cells if missions.grade_id(c) == "playground")
    assert any("image/png" in output.get("data", {}) for output in playground.outputs)


def test_an_unsolved_notebook_says_what_to_do_in_every_visible_test(tmp_path):
    notebook = missions.run_alone(MISSION.release(), tmp_path)
    assert missions.tests_that_do_not_say_what_to_do(notebook) == []


def test_every_cell_has_twenty_seconds():
    assert set(missions.time_limits(MISSION.source()).values()) == {20}
