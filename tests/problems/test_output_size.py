import math

import numpy as np
import pytest
import torch

from autograder import compare
from convlab.ops import output_size
from problems import output_size as problem
from tests.problems.judging import named_by, reject, texts_in_one_language

PROBLEM = problem.PROBLEM
SEEDS = (PROBLEM.seed, 1)


def torch_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    """Measure it on PyTorch's own convolution."""
    signal, kernel = torch.zeros(1, 1, input_size), torch.zeros(1, 1, kernel_size)
    return torch.conv1d(signal, kernel, None, stride, padding, dilation).shape[-1]


def counted(input_size, kernel_size, stride=1, padding=0, dilation=1):
    positions = range(0, input_size + 2 * padding - dilation * (kernel_size - 1), stride)
    return sum(1 for _ in positions)


def floored(input_size, kernel_size, stride=1, padding=0, dilation=1):
    room = input_size + 2 * padding - dilation * (kernel_size - 1) - 1
    return math.floor(room / stride + 1)


def numpy_integer(input_size, kernel_size, stride=1, padding=0, dilation=1):
    room = np.int64(input_size) + 2 * padding - dilation * (kernel_size - 1) - 1
    return np.floor_divide(room, stride) + 1


def truncated(input_size, kernel_size, stride=1, padding=0, dilation=1):
    span = kernel_size + (kernel_size - 1) * (dilation - 1)
    return int((input_size - span + 2 * padding + stride) / stride)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reference_agrees_with_pytorch_on_every_case(seed):
    for case in PROBLEM.generate(seed):
        received = PROBLEM.run(torch_size, case)
        for name, right in PROBLEM.expect(case).items():
            assert compare(received[name], right) is None, case.description


@pytest.mark.parametrize("group", PROBLEM.groups)
def test_every_group_has_cases_and_accepts_the_reference(group):
    assert sum(case.group == group for case in PROBLEM.generate(0)) >= 3
    assert problem.judge(output_size, group=group) == PROBLEM.groups[group].points


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("style", [counted, floored, numpy_integer, truncated])
def test_correct_functions_of_every_style_are_accepted(style, seed):
    assert not reject(problem, style, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wrong", PROBLEM.misconceptions, ids=lambda m: m.implementation.__name__)
def test_every_misconception_is_rejected_and_named(wrong, seed):
    named = named_by(problem, wrong.implementation, seed)
    assert [wrong] in named.values(), named


def test_a_float_is_no_size_even_when_it_comes_out_even():
    verdicts = reject(problem, lambda *sizes: float(output_size(*sizes)))
    assert set(verdicts) == set(PROBLEM.groups)
    assert "whether output_size is an int" in verdicts["stride"].message.en


@pytest.mark.parametrize("answer", [None, "3", [1, 2], {}])
def test_what_is_no_number_is_rejected(answer):
    assert set(reject(problem, lambda *sizes: answer)) == set(PROBLEM.groups)


def test_every_remainder_of_the_stride_occurs():
    for case in PROBLEM.generate(0):
        kernel, stride, padding, dilation = case.arguments["setting"]
        sizes = case.arguments["input_sizes"]
        rooms = [size + 2 * padding - dilation * (kernel - 1) - 1 for size in sizes]
        assert {room % stride for room in rooms} == set(range(stride))
        assert 0 in rooms or min(sizes) == 1


def test_names_and_hints_are_written_in_both_languages():
    assert not texts_in_one_language(problem)
