import re

import numpy as np
import pytest
import torch
from torch.nn import functional

from autograder import SubmissionError, compare
from convlab import ops
from problems import activations
from tests.problems.judging import (
    has_values,
    named_by,
    reject,
    texts_in_one_language,
    values_quoted,
)
from tests.problems.several import alone, misconceptions

SEEDS = (None, 1)
PROBLEMS = alone(activations.PROBLEMS)
of_every_function = pytest.mark.parametrize("name", PROBLEMS)


def sigmoid(x):
    return 0.5 * (1 + np.tanh(x / 2))


def elementwise(function):
    """Compute one number at a time, in Python's own floats."""

    def apply(*arguments):
        arrays = [argument for argument in arguments if isinstance(argument, np.ndarray)]
        settings = [argument for argument in arguments if not isinstance(argument, np.ndarray)]
        output = np.zeros(arrays[0].shape)
        for index in np.ndindex(output.shape):
            output[index] = function(*(float(array[index]) for array in arrays), *settings)
        return output

    return apply


def torch_backward(function):
    def backward(grad_output, x, *settings):
        leaf = torch.tensor(np.ascontiguousarray(x), requires_grad=True)
        function(leaf, *settings).backward(torch.tensor(np.ascontiguousarray(grad_output)))
        return leaf.grad.numpy()

    return backward


def torch_forward(function):
    return lambda x, *settings: function(torch.tensor(np.ascontiguousarray(x)), *settings).numpy()


def float32(function):
    """Compute and answer in single precision."""

    def apply(*arguments):
        single = (np.float32(a) if isinstance(a, np.ndarray) else a for a in arguments)
        return function(*single).astype(np.float32)

    return apply


def multiplied_leak(grad_output, x, negative_slope=0.01):
    slope = np.ones_like(x)
    slope[x <= 0] = negative_slope
    return slope * grad_output


def swish_of_both_signs(x):
    positive, negative = np.clip(x, 0, None), np.clip(x, None, 0)
    return positive / (1 + np.exp(-positive)) + negative * np.exp(negative) / (1 + np.exp(negative))


STYLES = {
    "relu": [
        lambda x: np.maximum(x, 0),
        lambda x: x * (x > 0),
        lambda x: (x + np.abs(x)) / 2,
        elementwise(lambda x: x if x > 0 else 0.0),
        torch_forward(torch.relu),
    ],
    "relu_backward": [
        lambda g, x: g * (x > 0),
        lambda g, x: np.where(x <= 0, 0, g),
        lambda g, x: g * np.heaviside(x, 0),
        elementwise(lambda g, x: g if x > 0 else 0.0),
        torch_backward(torch.relu),
    ],
    "leaky_relu": [
        lambda x, a=0.01: np.where(x > 0, x, a * x),
        lambda x, a=0.01: np.maximum(x, 0) + a * np.minimum(x, 0),
        lambda x, a=0.01: x * ((x > 0) + a * (x <= 0)),
        elementwise(lambda x, a=0.01: x if x > 0 else a * x),
        torch_forward(functional.leaky_relu),
    ],
    "leaky_relu_backward": [
        lambda g, x, a=0.01: np.where(x > 0, g, a * g),
        multiplied_leak,
        lambda g, x, a=0.01: g * (a + (1 - a) * (x > 0)),
        elementwise(lambda g, x, a=0.01: g if x > 0 else a * g),
        torch_backward(functional.leaky_relu),
    ],
    "swish": [
        lambda x: x / (1 + np.exp(-x)),
        lambda x: x * sigmoid(x),
        swish_of_both_signs,
        lambda x: x * np.exp(-np.logaddexp(0, -x)),
        torch_forward(functional.silu),
    ],
    "swish_backward": [
        lambda g, x: g * (sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x))),
        lambda g, x: g * (x * sigmoid(x) + sigmoid(x) * (1 - x * sigmoid(x))),
        lambda g, x: g * sigmoid(x) * (1 + x * sigmoid(-x)),
        lambda g, x: g * (sigmoid(x) + x / 4 / np.cosh(np.clip(x, -700, 700) / 2) ** 2),
        torch_backward(functional.silu),
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


@pytest.mark.parametrize("group", activations.GROUPS)
def test_every_group_has_cases_and_accepts_the_reference(group):
    name = group.removesuffix("_large")
    cases = PROBLEMS[name].PROBLEM.generate(0)
    assert sum(case.group == group for case in cases) >= 3
    points = activations.judge(getattr(ops, name), group=group)
    assert points == activations.GROUPS[group].points


@pytest.mark.parametrize("seed", SEEDS)
@of_every_function
def test_correct_functions_of_every_style_are_accepted(name, seed):
    for style in STYLES[name] + [float32(style) for style in STYLES[name][:-1]]:
        assert not reject(PROBLEMS[name], style, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "wrong"), **misconceptions(activations.PROBLEMS))
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
    # The default slope, which a hint speaks of, is no value of a case.
    quoted = [text.replace("0.01", "") for text in values_quoted(PROBLEMS[name])]
    assert not [text for text in quoted if re.search(r"\d\.\d{2}", text)]


def test_only_large_numbers_are_lost_to_an_exponential_that_overflows():
    def swish(x):
        return x * np.exp(x) / (1 + np.exp(x))

    assert set(reject(PROBLEMS["swish"], swish)) == {"swish_large"}


def test_cases_hold_zeros_of_both_signs_and_slopes_above_one():
    cases = PROBLEMS["leaky_relu_backward"].PROBLEM.generate(0)
    arguments = [case.arguments["arguments"] for case in cases]
    zeros = np.concatenate([a["x"][a["x"] == 0] for a in arguments])
    assert set(np.signbit(zeros)) == {True, False}
    assert {a.get("negative_slope") for a in arguments} >= {None, 0.2, 1.5}


def test_a_function_that_is_not_written_names_no_misconception():
    def relu(x):
        raise NotImplementedError

    with pytest.raises(SubmissionError) as caught:
        activations.judge(relu, group="relu")
    assert "NotImplementedError" in caught.value.message.en
    assert "known mistake" not in caught.value.message.en


def test_a_group_that_does_not_exist_is_refused():
    with pytest.raises(KeyError, match="no group 'sigmoid'"):
        activations.judge(ops.sigmoid, group="sigmoid")
