"""What the lesson of Day 4 says about its own arrays, numbers and mission is true."""

import re

import numpy as np
import pytest
import torch
from torch.nn import functional

from problems.conv2d_backward import PROBLEM
from tests.book import lessons

SYMBOLS = ["X", "W", "b", "s", "p", r"\tilde X", "Y", "G"]


@pytest.fixture(scope="module")
def names():
    return lessons.names(4)


@lessons.both_languages
def test_the_decoder_explains_the_symbols_in_their_order(language):
    symbols = lessons.symbols(4, language)
    assert symbols[: len(SYMBOLS)] == SYMBOLS
    assert symbols[-3:] == [r"\hat G", "W^{rot}", "M"]


def test_the_decoders_sizes_are_distinct_so_that_a_swapped_axis_shows(names):
    sizes = [names[name] for name in ("N", "C_in", "C_out", "H", "W")]
    assert len(set(sizes)) == len(sizes)
    assert names["H_out"] != names["W_out"]
    assert names["k_h"] != names["k_w"]


def test_the_worked_example_has_the_gradients_that_the_text_works_out(names):
    assert names["tiny_grad"].tolist() == [[1, 2], [0, -1]]
    assert names["measured"].round(6).tolist() == [[0, 2], [6, 8]]
    assert (names["after"] - names["before"]).tolist() == [[3, 2], [1, 0]]
    assert names["by_transpose"].shape == (10, 7)
    assert names["summed"].tolist() == [[0, 2], [6, 8]]


@lessons.both_languages
def test_the_hand_worked_sums_are_in_the_text(language):
    derivation = lessons.module(lessons.read(4, language), 4)
    for by_hand in (
        r"1\cdot3 + 2\cdot2 + 0\cdot1 - 1\cdot0 = 7",
        r"1\cdot1 + 2\cdot2 + 0\cdot4 - 1\cdot5 = 0",
        r"1\cdot5 + 2\cdot6 + 0\cdot8 - 1\cdot9 = 8",
    ):
        assert by_hand in derivation


def test_the_printed_weight_gradient_of_the_source_notes_is_wrong_in_both_readings(names):
    first, second = names["printed"].values()
    assert not np.allclose(first, [[0, 2], [6, 8]])
    assert np.array_equal(np.rot90(second, 2), [[0, 2], [6, 8]])


def test_three_wrong_weight_gradients_pass_a_check_with_ones_and_fail_a_random_one(names):
    passes = names["passes_check"]
    assert {kind: [ok for (_, k), ok in passes.items() if k == kind] for _, kind in passes} == {
        "ones": [True] * 3,
        "random": [False] * 3,
    }


def test_the_two_recommended_shapes_catch_every_mistake_and_the_courses_own_lets_six_pass(names):
    rows = names["verdicts"].values()
    assert len(rows) == 8
    assert sum(row[0] == "passes" for row in rows) == 6
    assert all(row[1:] != ["passes", "passes"] for row in rows)


@lessons.both_languages
def test_the_exercise_on_paper_has_the_answer_that_torch_gives(language):
    exercises = lessons.module(lessons.read(4, language), 6)
    weight, grad, answer = (
        [[float(number) for number in row.split("&")] for row in matrix.split(r"\\")]
        for matrix in re.findall(r"\\begin\{bmatrix\}([\d&\\]+)\\end", exercises)
    )
    image = torch.zeros(1, 1, 4, 4, requires_grad=True)
    output = functional.conv2d(image, torch.tensor(weight)[None, None], stride=2, padding=1)
    output.backward(torch.tensor(grad)[None, None])
    assert image.grad[0, 0].tolist() == answer


@lessons.both_languages
def test_each_row_of_points_is_that_of_the_assignments_test(language):
    tests = ("grad-bias", "grad-weight", "grad-input", "padding", "stride", "rectangles",
             "robustness")  # fmt: skip
    assert lessons.announced_points(4, language) == lessons.worth(4, [[name] for name in tests])


@lessons.both_languages
def test_the_measurement_is_told_with_its_numbers_and_its_limits(language):
    text = lessons.read(4, language)
    for fact in ("69", "233", "68", "81 %", "34 %", "104", "108", "python -m tools.survey FOLDER"):
        assert fact in text, fact


@pytest.mark.parametrize(
    "known",
    ["[p:-p]", "cropped by 1", "square", "overlap", "the stride", "rotat", "goes over the input"],
)
def test_the_judge_names_the_mistakes_that_the_page_shows(known):
    assert any(known in mistake.name.en for mistake in PROBLEM.misconceptions)
