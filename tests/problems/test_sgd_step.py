import numpy as np
import pytest
import torch

from autograder import compare
from problems import sgd_step as problem
from tests.problems import judging

PROBLEM = problem.PROBLEM
SEEDS = (PROBLEM.seed, 1)
CATALOGUE = pytest.mark.parametrize(
    "wrong", PROBLEM.misconceptions, ids=lambda m: m.implementation.__name__
)


def torch_step(parameters, gradients, learning_rate):
    for parameter, gradient in zip(parameters, gradients, strict=True):
        leaf = torch.tensor(np.ascontiguousarray(parameter), requires_grad=True)
        leaf.grad = torch.tensor(np.ascontiguousarray(gradient))
        torch.optim.SGD([leaf], lr=learning_rate).step()
        parameter[...] = leaf.detach().numpy()


def augmented(parameters, gradients, learning_rate):
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter -= learning_rate * gradient


def by_index(parameters, gradients, learning_rate):
    for i in range(len(parameters)):
        parameters[i] -= learning_rate * gradients[i]


def whole_slice(parameters, gradients, learning_rate):
    for i, gradient in enumerate(gradients):
        parameters[i][...] = parameters[i] - learning_rate * gradient


def subtract_out(parameters, gradients, learning_rate):
    for parameter, gradient in zip(parameters, gradients, strict=True):
        np.subtract(parameter, np.multiply(gradient, learning_rate), out=parameter)


def one_by_one(parameters, gradients, learning_rate):
    for parameter, gradient in zip(parameters, gradients, strict=True):
        for index in np.ndindex(parameter.shape):
            parameter[index] = parameter[index] - learning_rate * gradient[index]


STYLES = [augmented, by_index, whole_slice, subtract_out, one_by_one]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_agrees_with_pytorch_on_every_case(seed):
    for case in PROBLEM.generate(seed):
        received = PROBLEM.run(torch_step, case)
        for name, right in PROBLEM.expect(case).items():
            assert compare(received[name], right) is None, (case.description, name)


@pytest.mark.parametrize("group", PROBLEM.groups)
def test_every_group_has_cases_and_accepts_the_reference(group):
    assert sum(case.group == group for case in PROBLEM.generate(0)) >= 3
    assert problem.judge(problem.sgd_step, group=group) == PROBLEM.groups[group].points


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("style", STYLES)
def test_correct_functions_of_every_style_are_accepted(style, seed):
    assert not judging.reject(problem, style, seed)


def test_single_precision_on_the_way_is_accepted():
    def float32(parameters, gradients, learning_rate):
        for parameter, gradient in zip(parameters, gradients, strict=True):
            step = np.float32(learning_rate) * gradient.astype(np.float32)
            parameter[...] = parameter.astype(np.float32) - step

    singles = [
        case
        for case in PROBLEM.generate(0)
        if case.arguments["parameters"] and case.arguments["parameters"][0].dtype == np.float32
    ]
    assert singles
    for case in singles:
        received = PROBLEM.run(float32, case)
        for name, right in PROBLEM.expect(case).items():
            assert compare(received[name], right) is None


@CATALOGUE
@pytest.mark.parametrize("seed", SEEDS)
def test_every_misconception_is_rejected_and_named(wrong, seed):
    named = judging.named_by(problem, wrong.implementation, seed)
    assert any(names == [wrong] for names in named.values()), named


@pytest.mark.parametrize(
    ("wrong", "groups"),
    [
        (problem.climbing, {"update", "robustness"}),
        (problem.new_arrays, {"in_place"}),
        (problem.something_returned, {"in_place"}),
        (problem.gradients_overwritten, {"robustness"}),
    ],
)
def test_a_mistake_costs_only_the_groups_that_it_touches(wrong, groups):
    assert set(judging.reject(problem, wrong)) == groups


def test_verdicts_quote_no_values_and_are_written_in_both_languages():
    assert judging.has_values(problem)
    assert judging.values_quoted(problem) == []
    assert judging.texts_in_one_language(problem) == []
