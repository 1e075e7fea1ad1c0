"""The three problems of Day 2 that slide a kernel: cross_correlate, convolve, feature_map."""

from types import ModuleType

import numpy as np
import pytest
import torch

from autograder import compare
from convlab.teaching.letters import FEATURES, LETTERS
from problems import convolve, cross_correlate, feature_map
from tests.problems.correlation_styles import STYLES
from tests.problems.judging import (
    has_values,
    named_by,
    names_in,
    reject,
    texts_in_one_language,
    values_quoted,
)


def torch_correlation(image, kernel):
    single = image.dtype == kernel.dtype == np.float32
    dtype = torch.float32 if single else torch.float64
    image, kernel = (torch.tensor(a.copy(), dtype=dtype) for a in (image, kernel))
    return torch.nn.functional.conv2d(image[None, None], kernel[None, None])[0, 0].numpy()


# How each problem's function follows from a correct cross-correlation.
OPERATIONS = {
    cross_correlate: lambda correlate: correlate,
    convolve: lambda correlate: lambda image, kernel: correlate(image, np.rot90(kernel, 2)),
    feature_map: lambda correlate: lambda image, feature: correlate(image, feature) / feature.size,
}
SEEDS = (None, 1)
WRONG = [(problem, wrong) for problem in OPERATIONS for wrong in problem.PROBLEM.misconceptions]
GROUPS = [(problem, group) for problem in OPERATIONS for group in problem.PROBLEM.groups]


def name_of(value):
    if isinstance(value, ModuleType):
        return value.PROBLEM.name
    return value.implementation.__name__ if hasattr(value, "implementation") else None


every_problem = pytest.mark.parametrize("problem", OPERATIONS, ids=name_of)
every_misconception = pytest.mark.parametrize(("problem", "wrong"), WRONG, ids=name_of)
either_seed = pytest.mark.parametrize("seed", SEEDS)


@either_seed
@every_problem
def test_the_reference_agrees_with_pytorch_on_every_case(problem, seed):
    right = OPERATIONS[problem](torch_correlation)
    for case in problem.PROBLEM.generate(problem.PROBLEM.seed if seed is None else seed):
        received = problem.PROBLEM.run(right, case)
        for name, expected in problem.PROBLEM.expect(case).items():
            assert compare(received[name], expected) is None, (case.description, name)


@pytest.mark.parametrize(("problem", "group"), GROUPS, ids=name_of)
def test_every_group_has_cases_and_gives_its_points_for_a_correct_function(problem, group):
    assert sum(case.group == group for case in problem.PROBLEM.generate(0)) >= 3
    points = problem.judge(OPERATIONS[problem](torch_correlation), group=group)
    assert points == problem.PROBLEM.groups[group].points


@either_seed
@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
@every_problem
def test_correct_functions_of_every_style_are_accepted(problem, style, seed):
    assert not reject(problem, OPERATIONS[problem](style), seed)


def convolved_row_by_row(image, kernel):
    """Sum the one-dimensional convolutions that NumPy has."""
    height = kernel.shape[0]
    rows = range(image.shape[0] - height + 1)
    pairs = [[(image[i + u], kernel[height - 1 - u]) for u in range(height)] for i in rows]
    return np.array([sum(np.convolve(*pair, mode="valid") for pair in row) for row in pairs])


def test_convolve_agrees_with_what_numpy_calls_convolution():
    assert not reject(convolve, convolved_row_by_row)


@either_seed
@every_misconception
def test_every_misconception_is_rejected_and_named(problem, wrong, seed):
    named = named_by(problem, wrong.implementation, seed)
    assert [wrong] in named.values(), named


@every_problem
def test_there_are_enough_misconceptions_and_each_only_once(problem):
    names = [wrong.name.en for wrong in problem.PROBLEM.misconceptions]
    assert len(names) == len(set(names)) >= 8


@pytest.mark.parametrize(
    ("problem", "mistake", "kept"),
    [
        (cross_correlate, "square_image", {"three_by_three", "kernel_sizes"}),
        (cross_correlate, "three_by_three", {"three_by_three"}),
        (cross_correlate, "image_dtype", {"three_by_three", "kernel_sizes", "rectangles"}),
        (convolve, "square_kernel", {"squares"}),
        (convolve, "kernel_changed", {"squares", "rectangles"}),
        (feature_map, "divided_by_nine", {"letters"}),
        (feature_map, "feature_changed", {"letters", "sizes"}),
        # The features of the letters look the same when they are turned.
        (feature_map, "feature_flipped", {"letters"}),
    ],
    ids=name_of,
)
def test_part_of_the_work_earns_part_of_the_points(problem, mistake, kept):
    (wrong,) = (
        known.implementation
        for known in problem.PROBLEM.misconceptions
        if known.implementation.__name__ == mistake
    )
    assert set(problem.PROBLEM.groups) - set(reject(problem, wrong)) == kept


def test_a_function_that_returns_nothing_is_told_so():
    verdict = reject(cross_correlate, lambda image, kernel: None)["kernel_sizes"]
    assert "output: None received" in verdict.message.en
    assert names_in(cross_correlate, verdict) == []


@every_problem
def test_everything_not_implemented_names_no_misconception(problem):
    def unsolved(image, kernel):
        raise NotImplementedError

    verdicts = reject(problem, unsolved)
    assert set(verdicts) == set(problem.PROBLEM.groups)
    assert all("NotImplementedError" in verdict.message.en for verdict in verdicts.values())
    assert not any(names_in(problem, verdict) for verdict in verdicts.values())


@every_problem
def test_no_message_holds_a_hidden_or_expected_value(problem):
    assert has_values(problem)
    assert values_quoted(problem) == []


@every_problem
def test_names_and_hints_are_written_in_both_languages(problem):
    assert texts_in_one_language(problem) == []


def test_the_worked_example_of_the_lesson_is_among_the_cases():
    (example,) = (
        case for case in cross_correlate.PROBLEM.generate(0) if "(3, 3)" in case.description.en[:14]
    )
    values = cross_correlate.PROBLEM.expect(example)["output"].values
    np.testing.assert_array_equal(values, [[25, 31], [43, 49]])


@every_problem
def test_cases_differ_in_height_and_width_of_image_and_kernel(problem):
    shapes = [
        tuple(array.shape for array in case.arguments["arguments"].values())
        for case in problem.PROBLEM.generate(0)
    ]
    assert any(image[0] < image[1] and kernel[0] == kernel[1] for image, kernel in shapes)
    assert any(image[0] > image[1] and kernel[0] == kernel[1] for image, kernel in shapes)
    assert any(image[0] == image[1] and kernel[0] < kernel[1] for image, kernel in shapes)
    assert any(image[0] == image[1] and kernel[0] > kernel[1] for image, kernel in shapes)
    assert any(image == kernel for image, kernel in shapes)
    assert {kernel[0] % 2 for _, kernel in shapes} == {0, 1}


def maps_of_the_x():
    feature = OPERATIONS[feature_map](torch_correlation)
    return {name: 9 * feature(LETTERS["X"], values) for name, values in FEATURES.items()}


def test_feature_maps_of_the_x_hold_the_numbers_of_the_lesson():
    maps = maps_of_the_x()
    np.testing.assert_allclose(np.diagonal(maps["diagonal"]), [7, 9, 9, 5, 9, 9, 7])
    np.testing.assert_allclose(maps["antidiagonal"], maps["diagonal"][:, ::-1])
    middle = maps["crossing"][2:5, 2:5]
    np.testing.assert_allclose(middle, [[5, -7, 5], [-7, 9, -7], [5, -7, 5]])
