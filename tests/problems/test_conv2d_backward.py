"""The problem of Day 4's gradients."""

import numpy as np
import pytest
import torch

from autograder import compare
from convlab.ops import conv2d_backward
from problems import conv2d_backward as problem
from problems.conv2d_settings import as_pair
from tests.problems.judging import (
    has_values,
    named_by,
    reject,
    texts_in_one_language,
    values_quoted,
)

PROBLEM = problem.PROBLEM
SEEDS = (PROBLEM.seed, 1)


def torch_backward(grad_output, input_tensor, weight, stride=1, padding=0):
    leaves = [
        torch.tensor(np.ascontiguousarray(array), requires_grad=True)
        for array in (input_tensor, weight, np.zeros(len(weight), weight.dtype))
    ]
    output = torch.nn.functional.conv2d(*leaves, stride=stride, padding=padding)
    gradient = torch.tensor(np.ascontiguousarray(grad_output))
    return tuple(array.numpy() for array in torch.autograd.grad(output, leaves, gradient))


def of_layer(layer):
    """Make a function of a layer in one of the styles."""

    def backward(grad_output, input_tensor, weight, stride=1, padding=0):
        made = layer(weight.shape[1], weight.shape[0], weight.shape[2:], stride, padding)
        made.weight, made.bias = weight, np.zeros(len(weight))
        made.forward(input_tensor)
        return made.backward(grad_output), made.grad_weight, made.grad_bias

    return backward


def matrix(grad_output, input_tensor, weight, stride=1, padding=0):
    """Multiply by the transpose of the matrix that the convolution is."""
    (s, t), (p, q), (_, _, height, width) = as_pair(stride), as_pair(padding), input_tensor.shape
    (out, channels, *kernel), (rows, columns) = weight.shape, grad_output.shape[2:]
    toeplitz = np.zeros((out, rows, columns, channels, height + 2 * p, width + 2 * q))
    for i, j in np.ndindex(rows, columns):
        window = np.s_[i * s : i * s + kernel[0], j * t : j * t + kernel[1]]
        toeplitz[(slice(None), i, j, slice(None), *window)] = weight
    toeplitz = toeplitz[..., p : p + height, q : q + width].reshape(out * rows * columns, -1)
    flat = grad_output.reshape(len(grad_output), out * rows * columns)
    grad_input = (flat @ toeplitz).reshape(input_tensor.shape)
    padded = np.pad(input_tensor, ((0, 0), (0, 0), (p, p), (q, q)))
    grad_weight = np.empty(weight.shape)
    for u, v in np.ndindex(*kernel):
        view = padded[:, :, u : u + (rows - 1) * s + 1 : s, v : v + (columns - 1) * t + 1 : t]
        grad_weight[:, :, u, v] = np.tensordot(grad_output, view, ((0, 2, 3), (0, 2, 3)))
    return [grad_input, grad_weight, grad_output.sum((0, 2, 3))]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_agrees_with_pytorch_on_every_case(seed):
    for case in PROBLEM.generate(seed):
        received = PROBLEM.run(torch_backward, case)
        for name, right in PROBLEM.expect(case).items():
            assert compare(received[name], right) is None, (case.description, name)


@pytest.mark.parametrize("group", PROBLEM.groups)
def test_every_group_has_cases_and_accepts_the_reference(group):
    assert sum(case.group == group for case in PROBLEM.generate(0)) >= 3
    assert problem.judge(conv2d_backward, group=group) == PROBLEM.groups[group].points


@pytest.mark.parametrize("seed", SEEDS)
def test_correct_functions_of_every_style_are_accepted(style, seed):
    assert not reject(problem, of_layer(style), seed)


def test_the_matrix_view_is_accepted_and_a_list_is_as_good_as_a_tuple():
    assert not reject(problem, matrix)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wrong", PROBLEM.misconceptions, ids=lambda m: m.implementation.__name__)
def test_every_misconception_is_rejected_and_named(wrong, seed):
    named = named_by(problem, wrong.implementation, seed)
    assert [wrong] in named.values(), named


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("grad_bias", {"grad_weight", "grad_input"}), ("grad_weight", {"grad_bias", "grad_input"})],
)
def test_one_right_gradient_earns_its_points(right, wrong):
    def one_gradient(*arguments, **settings):
        names = ("grad_input", "grad_weight", "grad_bias")
        gradients = dict(zip(names, conv2d_backward(*arguments, **settings), strict=True))
        return tuple(gradients[name] if name == right else None for name in names)

    rejected = set(reject(problem, one_gradient))
    assert wrong <= rejected
    assert right not in rejected


@pytest.mark.parametrize("answer", [None, 3.0, (), (None, None)])
def test_what_is_no_triple_is_rejected_without_a_crash(answer):
    verdicts = reject(problem, lambda *arguments, **settings: answer)
    named = "object of type" if isinstance(answer, tuple) and None in answer else "received"
    assert named in verdicts["grad_input"].message.en


def test_two_mistakes_in_one_function_are_both_named():
    def both(*arguments, **settings):
        grad_input, grad_weight, grad_bias = conv2d_backward(*arguments, **settings)
        return grad_input, grad_weight[:, :, ::-1, ::-1], grad_bias / len(arguments[0])

    assert {m.implementation.__name__ for m in named_by(problem, both)["stride"]} == {
        "WeightGradientFlipped",
        "BiasGradientOverBatchSize",
    }


def test_upstream_gradients_of_ones_would_hide_some_of_the_mistakes():
    """Show why they are drawn at random."""

    def flipped(grad_output, input_tensor, weight, stride=1, padding=0):
        turned = grad_output[:, :, ::-1, ::-1]
        return conv2d_backward(turned, input_tensor, weight, stride, padding)

    case = PROBLEM.generate(0)[0]
    arrays = [np.ones_like(case.arguments["grad_output"])]
    arrays += [case.arguments["input_tensor"], case.arguments["weight"]]
    for received, right in zip(flipped(*arrays), conv2d_backward(*arrays), strict=True):
        np.testing.assert_allclose(received, right)
    assert {"grad_weight", "grad_input", "stride", "padding"} <= set(reject(problem, flipped))


def test_the_shapes_that_detect_every_published_mistake_are_among_the_cases():
    descriptions = [case.description.en for case in PROBLEM.generate(0)]
    for settings in (
        "input_tensor (2, 2, 7, 7), weight (3, 2, 2, 2), stride 3, padding 0",
        "input_tensor (2, 3, 10, 7), weight (2, 3, 3, 4), stride 2, padding 1",
    ):
        assert any(settings in text for text in descriptions), settings


def test_no_message_holds_a_hidden_or_expected_value():
    assert has_values(problem)
    assert not values_quoted(problem)


def test_names_and_hints_are_written_in_both_languages():
    assert not texts_in_one_language(problem)


def test_no_hint_speaks_of_a_layer():
    hints = [m.hint for m in PROBLEM.misconceptions]
    assert not [hint.en for hint in hints if "layer" in hint.en or "self." in hint.en]
    assert not [hint.zh for hint in hints if "层" in hint.zh.replace("内层", "")]
