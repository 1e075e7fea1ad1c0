import re

import numpy as np
import pytest
import torch

from autograder import Verdict, compare
from autograder.comparison import as_plain_array
from convlab import ops
from problems import dropout
from problems.dropout.forward import dropout_calls
from tests.problems.judging import has_values, named_by, reject, texts_in_one_language
from tests.problems.several import alone, misconceptions

PROBLEMS = alone(dropout.PROBLEMS)
FORWARD = PROBLEMS["dropout"]
SEEDS = (None, 1)
of_every_function = pytest.mark.parametrize("name", PROBLEMS)


def torch_dropout(x, p, training, rng):
    torch.manual_seed(int(rng.integers(2**31)))
    # What is kept shows on ones: an element of x may be zero itself.
    mask = torch.nn.functional.dropout(torch.ones(x.shape, dtype=torch.float64), p, training)
    return x * mask.numpy(), mask.numpy() > 0


def torch_dropout_backward(grad_output, mask, p):
    leaf = torch.zeros(grad_output.shape, dtype=torch.float64, requires_grad=True)
    (leaf * torch.tensor(np.ascontiguousarray(mask)) / (1 - p)).backward(
        torch.tensor(np.array(grad_output, dtype=np.float64))
    )
    return leaf.grad.numpy()


def uniform(x, p, training, rng):
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = rng.random(x.shape) >= p
    return np.where(mask, x / (1 - p), 0), mask


def binomial(x, p, training, rng):
    keep = 1 - p if training else 1.0
    mask = rng.binomial(1, keep, size=x.shape)
    return x * mask / keep, mask


def less_than(x, p, training, rng):
    mask = np.ones_like(x)
    if training:
        mask = (rng.uniform(size=x.shape) < 1 - p).astype(float)
        x = x * mask / (1 - p)
    return x.copy(), mask


def choice(x, p, training, rng):
    mask = rng.choice([True, False], p=[1 - p, p], size=x.shape) if training else x == x
    output = x.copy()
    output[~mask] = 0
    return (output / (1 - p) if training else output), mask


def loops(x, p, training, rng):
    output, mask = np.zeros(x.shape), np.zeros(x.shape, dtype=bool)
    for index in np.ndindex(x.shape):
        mask[index] = not training or rng.random() > p
        if mask[index]:
            output[index] = x[index] / (1 - p) if training else x[index]
    return output, mask


def float32(x, p, training, rng):
    output, mask = uniform(x, p, training, rng)
    return output.astype(np.float32), mask


def backward_by_index(grad_output, mask, p):
    grad_input = np.zeros_like(grad_output)
    grad_input[mask] = grad_output[mask] / (1 - p)
    return grad_input


STYLES = {
    "dropout": [
        dropout_calls(style)
        for style in (uniform, binomial, less_than, choice, loops, float32, torch_dropout)
    ],
    "dropout_backward": [
        lambda g, mask, p: g * mask / (1 - p),
        lambda g, mask, p: np.where(mask, g / (1 - p), 0),
        lambda g, mask, p: mask.astype(float) * (1 / (1 - p)) * g,
        backward_by_index,
        lambda g, mask, p: (g.astype(np.float32) * mask / np.float32(1 - p)).astype(np.float32),
        torch_dropout_backward,
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


@pytest.mark.parametrize("group", dropout.GROUPS)
def test_every_group_has_cases_and_accepts_the_reference(group):
    name = "dropout_backward" if group == "dropout_backward" else "dropout"
    assert sum(case.group == group for case in PROBLEMS[name].PROBLEM.generate(0)) >= 3
    reference = ops.dropout_backward if name == group else dropout_calls(ops.dropout)
    assert dropout.judge(reference, group=group) == dropout.GROUPS[group].points


@pytest.mark.parametrize("seed", SEEDS)
@of_every_function
def test_correct_functions_of_every_style_are_accepted(name, seed):
    for style in STYLES[name]:
        assert not reject(PROBLEMS[name], style, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "wrong"), **misconceptions(dropout.PROBLEMS))
def test_every_misconception_is_rejected_and_named(name, wrong, seed):
    named = named_by(PROBLEMS[name], wrong.implementation, seed)
    assert [wrong] in named.values(), named


def test_a_misconception_is_named_whichever_random_numbers_its_author_draws():
    def from_binomial(x, p, training, rng):
        mask = rng.binomial(1, p, size=x.shape) if training else np.ones(x.shape)
        return (x * mask / p if training else x), mask

    def unscaled(x, p, training, rng):
        output, mask = binomial(x, p, training, rng)
        return (output * (1 - p) if training else output), mask

    def always(x, p, training, rng):
        return binomial(x, p, True, rng)

    for function, group, name in (
        (from_binomial, "dropout_mask", "p is taken for the probability of keeping"),
        (unscaled, "dropout_output", "what is kept is not scaled"),
        (always, "dropout_evaluation", "elements are dropped in evaluation"),
    ):
        (wrong,) = named_by(FORWARD, dropout_calls(function))[group]
        assert wrong.name.en == name


@pytest.mark.parametrize(
    ("returned", "received"),
    [
        (lambda x: x, "mask: None received"),
        (lambda x: None, "mask: None received"),
        (lambda x: (x, x[:1] > 9), "mask: shape (1, 5) received, (4, 5) expected"),
        (lambda x: (x, "kept"), "an object of type str received"),
    ],
)
def test_what_is_no_output_with_a_mask_is_rejected_without_a_crash(returned, received):
    verdict = reject(FORWARD, dropout_calls(lambda x, p, training, rng: returned(x)))
    assert received in verdict["dropout_mask"].message.en
    assert verdict["dropout_mask"].code == "WA"
    assert "known mistake" not in verdict["dropout_mask"].message.en


def test_a_mask_that_drops_nothing_is_not_taken_for_one_that_is_drawn_anew():
    verdict = reject(FORWARD, dropout_calls(lambda x, p, training, rng: (x, np.ones(x.shape))))
    assert "known mistake" not in verdict["dropout_mask"].message.en


def test_the_share_of_dropped_elements_is_measured_safely():
    for case in FORWARD.PROBLEM.generate(0):
        if "share dropped" in case.arguments["check"]:
            p, size = case.arguments["p"], case.arguments["x"].size
            assert round(p, 1) == p
            assert 6 * np.sqrt(p * (1 - p) / size) < 0.05


def test_every_case_expects_the_same_of_every_generator():
    """The expected quantities are not those of one sequence of random numbers."""
    for case in FORWARD.PROBLEM.generate(0):
        results = [
            FORWARD.PROBLEM.run(
                dropout_calls(ops.dropout),
                type(case)(case.group, case.description, {**case.arguments, "seed": seed}),
            )
            for seed in range(5)
        ]
        for name in case.arguments["check"]:
            values = [as_plain_array(result[name]) for result in results]
            assert all(np.allclose(value, values[0]) for value in values), name


@of_every_function
def test_there_are_at_least_four_misconceptions(name):
    assert len(PROBLEMS[name].PROBLEM.misconceptions) >= 4


@of_every_function
def test_names_and_hints_are_written_in_both_languages(name):
    assert texts_in_one_language(PROBLEMS[name]) == []


@of_every_function
def test_no_message_holds_a_hidden_or_expected_value(name):
    assert has_values(PROBLEMS[name])
    for wrong in PROBLEMS[name].PROBLEM.misconceptions:
        for verdict in reject(PROBLEMS[name], wrong.implementation).values():
            assert isinstance(verdict, Verdict)
            assert not re.search(r"\d\.\d{2}", str(verdict))
