"""The four problems of Day 5, which share their cases and many of their mistakes."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from autograder import compare
from problems import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from problems.conv2d_settings import as_pair
from tests.problems import judging
from tests.problems.pooling_styles import STYLES

MODULES = {
    "max_pool2d": max_pool2d,
    "max_pool2d_backward": max_pool2d_backward,
    "avg_pool2d": avg_pool2d,
    "avg_pool2d_backward": avg_pool2d_backward,
}
PROBLEMS = {name: module.PROBLEM for name, module in MODULES.items()}
ALL_MISCONCEPTIONS = [
    pytest.param(name, wrong, id=f"{name}-{wrong.implementation.__name__}")
    for name, problem in PROBLEMS.items()
    for wrong in problem.misconceptions
]
ALL_GROUPS = [(name, group) for name, problem in PROBLEMS.items() for group in problem.groups]


TORCH = {
    "max": torch.nn.functional.max_pool2d,
    # The padding's zeros count, which is PyTorch's default.
    "avg": torch.nn.functional.avg_pool2d,
}


def torch_forward(name):
    def forward(input_tensor, kernel_size, stride=None, padding=0):
        leaf = torch.tensor(np.ascontiguousarray(input_tensor))
        return TORCH[name](leaf, kernel_size, stride, padding).numpy()

    return forward


def torch_backward(name):
    def backward(grad_output, input_tensor, kernel_size, stride=None, padding=0):
        leaf = torch.tensor(np.ascontiguousarray(input_tensor), requires_grad=True)
        output = TORCH[name](leaf, kernel_size, stride, padding)
        gradient = torch.tensor(np.ascontiguousarray(grad_output))
        return torch.autograd.grad(output, leaf, gradient)[0].numpy()

    return backward


PYTORCH = {
    "max_pool2d": torch_forward("max"),
    "max_pool2d_backward": torch_backward("max"),
    "avg_pool2d": torch_forward("avg"),
    "avg_pool2d_backward": torch_backward("avg"),
}


@pytest.mark.parametrize("seed", [None, 1])
@pytest.mark.parametrize("name", PROBLEMS)
def test_the_reference_agrees_with_pytorch_on_every_case(name, seed):
    problem = PROBLEMS[name]
    for case in problem.generate(problem.seed if seed is None else seed):
        received = problem.run(PYTORCH[name], case)
        for quantity, right in problem.expect(case).items():
            assert compare(received[quantity], right) is None, (case.description, quantity)


@pytest.mark.parametrize(("name", "group"), ALL_GROUPS)
def test_every_group_has_cases_and_accepts_what_pytorch_gives(name, group):
    problem = PROBLEMS[name]
    assert sum(case.group == group for case in problem.generate(0)) >= 3
    assert problem.judge(PYTORCH[name], group=group) == problem.groups[group].points


@pytest.mark.parametrize("seed", [None, 1])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", PROBLEMS)
def test_correct_functions_of_every_style_are_accepted(name, style, seed):
    assert not judging.reject(MODULES[name], STYLES[style][name], seed)


@pytest.mark.parametrize(("name", "wrong"), ALL_MISCONCEPTIONS)
def test_every_misconception_is_rejected_and_named(name, wrong):
    named = judging.named_by(MODULES[name], wrong.implementation)
    assert any(names == [wrong] for names in named.values()), named


@pytest.mark.parametrize(
    ("name", "mistake", "lost"),
    [
        ("max_pool2d", "padded_with_zeros", {"padding"}),
        ("max_pool2d", "square_window", {"rectangles", "padding"}),
        ("max_pool2d_backward", "all_winners", {"ties"}),
        ("max_pool2d_backward", "last_winner", {"ties"}),
        ("max_pool2d_backward", "winner_assigned", {"overlap", "rectangles", "padding"}),
        ("max_pool2d_backward", "padding_not_cropped", {"padding"}),
        ("avg_pool2d", "padding_not_counted", {"settings"}),
        ("avg_pool2d_backward", "windows_overwrite", {"overlap", "settings"}),
        ("avg_pool2d_backward", "empty_batch_refused", {"robustness"}),
    ],
)
def test_a_mistake_costs_the_points_of_what_it_spoils_only(name, mistake, lost):
    (wrong,) = (m for m in PROBLEMS[name].misconceptions if m.implementation.__name__ == mistake)
    assert set(judging.reject(MODULES[name], wrong.implementation)) == lost


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_not_implemented_names_no_misconception(name):
    def unsolved(*arguments, **settings):
        raise NotImplementedError

    verdicts = judging.reject(MODULES[name], unsolved)
    assert set(verdicts) == set(PROBLEMS[name].groups)
    assert all("NotImplementedError" in verdict.message.en for verdict in verdicts.values())
    assert not any(judging.named_by(MODULES[name], unsolved).values())


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_function_that_changes_its_arguments_is_told_which(name):
    right = STYLES["Windows"][name]

    def careless(*arguments, **settings):
        result = right(*arguments, **settings)
        arguments[0][...] = 0
        return result

    verdicts = judging.reject(MODULES[name], careless)
    assert set(verdicts) == {"robustness"}
    changed = "grad_output" if name.endswith("backward") else "input_tensor"
    assert f"{changed}, after the call" in verdicts["robustness"].message.en
    assert f"调用之后的 {changed}" in verdicts["robustness"].message.zh


@pytest.mark.parametrize("name", PROBLEMS)
def test_no_message_holds_a_hidden_or_expected_value(name):
    assert judging.has_values(MODULES[name])
    assert not judging.values_quoted(MODULES[name])


@pytest.mark.parametrize(
    "settings",
    [
        r"7, 7\), kernel_size 2, stride 3,",
        r"4, 8\), kernel_size 2, stride 2,",
        r"7, 6\), kernel_size \(3, 2\), stride 2,",
    ],
)
@pytest.mark.parametrize("name", PROBLEMS)
def test_the_shapes_that_detect_every_published_mistake_are_among_the_cases(name, settings):
    descriptions = [case.description.en for case in PROBLEMS[name].generate(0)]
    assert any(re.search(settings, description) for description in descriptions)


def test_a_window_of_zeros_is_among_the_cases_with_ties():
    cases = max_pool2d_backward.PROBLEM.generate(0)
    images = [case.arguments["arguments"]["input_tensor"] for case in cases]
    assert (1, 1, 4, 4) in [image.shape for image in images if not image.any()]


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_sizes_that_rounding_gets_wrong_are_among_the_cases(name):
    fractions = set()
    for case in PROBLEMS[name].generate(0):
        arguments = case.arguments["arguments"]
        kernel = as_pair(arguments["kernel_size"])
        stride = as_pair(arguments.get("stride") or kernel)
        padding = as_pair(arguments.get("padding", 0))
        for axis, size in enumerate(arguments["input_tensor"].shape[2:]):
            fractions.add((size + 2 * padding[axis] - kernel[axis]) / stride[axis])
    assert any(size % 1 == 0.5 and size // 1 % 2 == 1 for size in fractions)
    assert any(size % 1 == 0.5 and size // 1 % 2 == 0 for size in fractions)
    assert any(size % 1 == pytest.approx(2 / 3) for size in fractions)


@pytest.mark.parametrize("name", PROBLEMS)
def test_names_and_hints_are_written_in_both_languages(name):
    assert not judging.texts_in_one_language(MODULES[name])
