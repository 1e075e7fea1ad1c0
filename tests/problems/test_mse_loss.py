import numpy as np
import pytest
import torch

from autograder import compare
from problems import mse_loss as problem
from tests.problems import judging

PROBLEM = problem.PROBLEM
SEEDS = (PROBLEM.seed, 1)
ids = pytest.mark.parametrize(
    "wrong", PROBLEM.misconceptions, ids=lambda m: m.implementation.__name__
)


def torch_mse_loss(prediction, target):
    leaf = torch.tensor(np.ascontiguousarray(prediction), requires_grad=True)
    loss = torch.nn.functional.mse_loss(leaf, torch.tensor(np.ascontiguousarray(target)))
    return loss.item(), torch.autograd.grad(loss, leaf)[0].numpy()


def loops(prediction, target):
    total, grad_prediction = 0.0, np.zeros(prediction.shape)
    for index in np.ndindex(prediction.shape):
        error = prediction[index] - target[index]
        total += error**2
        grad_prediction[index] = 2 * error / prediction.size
    return total / max(prediction.size, 1), grad_prediction


def numpy_mean(prediction, target):
    error = prediction - target
    return np.mean(np.square(error)), (2 / max(error.size, 1)) * error


def dot_product(prediction, target):
    error = (prediction - target).ravel()
    grad_prediction = error.reshape(prediction.shape) * 2 / max(error.size, 1)
    return error @ error / max(error.size, 1), grad_prediction


def multiplied_out(prediction, target):
    total = np.sum(prediction**2) - 2 * np.sum(prediction * target) + np.sum(target**2)
    count = max(prediction.size, 1)
    return total / count, 2 * prediction / count - 2 * target / count


def float32(prediction, target):
    error = prediction.astype(np.float32) - target.astype(np.float32)
    return np.mean(error**2, dtype=np.float32), error * np.float32(2 / max(error.size, 1))


def list_of_both(prediction, target):
    return list(numpy_mean(prediction, target))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_agrees_with_pytorch_on_every_case(seed):
    for case in PROBLEM.generate(seed):
        received = PROBLEM.run(torch_mse_loss, case)
        for name, right in PROBLEM.expect(case).items():
            assert compare(received[name], right) is None, (case.description, name)


@pytest.mark.parametrize("group", PROBLEM.groups)
def test_every_group_has_cases_and_accepts_the_reference(group):
    assert sum(case.group == group for case in PROBLEM.generate(0)) >= 3
    assert problem.judge(problem.mse_loss, group=group) == PROBLEM.groups[group].points


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "style", [loops, numpy_mean, dot_product, multiplied_out, float32, list_of_both]
)
def test_correct_functions_of_every_style_are_accepted(style, seed):
    assert not judging.reject(problem, style, seed)


@ids
@pytest.mark.parametrize("seed", SEEDS)
def test_every_misconception_is_rejected_and_named(wrong, seed):
    named = judging.named_by(problem, wrong.implementation, seed)
    assert any(names == [wrong] for names in named.values()), named


@pytest.mark.parametrize(
    ("wrong", "groups"),
    [
        (problem.half_the_loss, {"loss", "robustness"}),
        (problem.gradient_with_wrong_sign, {"gradient", "robustness"}),
        (problem.prediction_overwritten, {"robustness"}),
    ],
)
def test_a_mistake_costs_only_the_groups_that_it_touches(wrong, groups):
    assert set(judging.reject(problem, wrong)) == groups


def test_a_function_that_returns_only_the_loss_earns_the_loss():
    verdicts = judging.reject(problem, lambda prediction, target: numpy_mean(prediction, target)[0])
    assert set(verdicts) == {"gradient", "robustness"}
    assert "grad_prediction: None received" in verdicts["gradient"].message.en


def test_a_function_that_returns_nothing_earns_nothing():
    assert set(judging.reject(problem, lambda prediction, target: None)) == set(PROBLEM.groups)


def test_verdicts_quote_no_values_and_are_written_in_both_languages():
    assert judging.has_values(problem)
    assert judging.values_quoted(problem) == []
    assert judging.texts_in_one_language(problem) == []
