import math

import numpy as np
import pytest
import torch

from autograder import compare
from convlab import ops
from problems import flatten
from tests.problems.judging import (
    has_values,
    named_by,
    reject,
    texts_in_one_language,
    values_quoted,
)
from tests.problems.several import alone, misconceptions

PROBLEMS = alone(flatten.PROBLEMS)
OWNERS = {group: name for name, p in flatten.PROBLEMS.items() for group in p.groups}
SEEDS = (None, 1)
of_every_function = pytest.mark.parametrize("name", PROBLEMS)


def torch_flatten(x):
    return torch.flatten(torch.tensor(np.ascontiguousarray(x)), start_dim=1).numpy()


def torch_flatten_backward(grad_output, shape):
    leaf = torch.zeros(shape, dtype=torch.tensor(grad_output[:0].copy()).dtype, requires_grad=True)
    gradient = torch.tensor(np.ascontiguousarray(grad_output))
    torch.flatten(leaf, start_dim=1).backward(gradient)
    return leaf.grad.numpy()


def features(shape):
    return math.prod(shape[1:])


def stacked(x):
    rows = [example.ravel() for example in x]
    return np.stack(rows) if rows else np.zeros((0, features(x.shape)))


def copied(x):
    output = np.zeros((len(x), features(x.shape)))
    for n, example in enumerate(x):
        output[n] = [example[index] for index in np.ndindex(example.shape)]
    return output


def placed(grad_output, shape):
    grad_input = np.zeros(shape)
    for n, index in np.ndindex(shape[0], features(shape)):
        grad_input[(n, *np.unravel_index(index, shape[1:]))] = grad_output[n, index]
    return grad_input


def flat_filled(grad_output, shape):
    grad_input = np.empty(shape)
    grad_input.flat = grad_output
    return grad_input


STYLES = {
    "flatten": [
        lambda x: x.reshape(len(x), math.prod(x.shape[1:])),
        lambda x: np.ravel(x).reshape(x.shape[0], features(x.shape)),
        stacked,
        copied,
        lambda x: x.astype(np.float32).reshape(len(x), features(x.shape)),
        torch_flatten,
    ],
    "flatten_backward": [
        lambda g, shape: g.reshape(shape),
        lambda g, shape: np.reshape(g, shape).copy(),
        placed,
        flat_filled,
        lambda g, shape: g.astype(np.float32).reshape(shape),
        torch_flatten_backward,
    ],
}


@pytest.mark.parametrize("seed", [0, 1])
@of_every_function
def test_the_reference_agrees_with_pytorch_on_every_case(name, seed):
    problem = PROBLEMS[name].PROBLEM
    for case in problem.generate(seed):
        received = problem.run(STYLES[name][-1], case)
        for quantity, right in problem.expect(case).items():
            assert compare(received[quantity], right) is None, (case.description, quantity)


@pytest.mark.parametrize("group", flatten.GROUPS)
def test_every_group_has_cases_and_accepts_the_reference(group):
    name = OWNERS[group]
    assert sum(case.group == group for case in PROBLEMS[name].PROBLEM.generate(0)) >= 3
    assert flatten.judge(getattr(ops, name), group=group) == flatten.GROUPS[group].points


@pytest.mark.parametrize("seed", SEEDS)
@of_every_function
def test_correct_functions_of_every_style_are_accepted(name, seed):
    for style in STYLES[name]:
        assert not reject(PROBLEMS[name], style, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "wrong"), **misconceptions(flatten.PROBLEMS))
def test_every_misconception_is_rejected_and_named(name, wrong, seed):
    named = named_by(PROBLEMS[name], wrong.implementation, seed)
    assert [wrong] in named.values(), named


@of_every_function
def test_there_are_at_least_four_misconceptions(name):
    assert len(PROBLEMS[name].PROBLEM.misconceptions) >= 4


@of_every_function
def test_names_and_hints_are_written_in_both_languages(name):
    assert texts_in_one_language(PROBLEMS[name]) == []


@of_every_function
def test_no_message_holds_a_hidden_or_expected_value(name):
    assert has_values(PROBLEMS[name])
    assert values_quoted(PROBLEMS[name]) == []


def test_a_reshape_that_refuses_an_empty_batch_loses_that_group_only():
    assert set(reject(PROBLEMS["flatten"], lambda x: x.reshape(x.shape[0], -1))) == {
        "flatten_empty"
    }
