"""What the lesson of Day 1 says about its own numbers, formulas and mission is true."""

import re

import numpy as np
import pytest
import torch
from torch.nn import functional

from tests.book import lessons

SYMBOLS = [r"\hat y", "y", "X", "W", "b", "Z", "y_n", "T", "P", "L"]
# The rows of the mission's table, by the grade cells that they sum up.
ROWS = [
    ["mse-loss", "mse-gradient", "mse-robustness"],
    ["softmax-loss", "softmax-gradient", "softmax-stability", "softmax-robustness"],
    ["linear-forward", "linear-forward-robustness"],
    ["grad-input", "grad-weight", "grad-bias", "linear-backward-robustness"],
    ["sgd-update", "sgd-in-place", "sgd-robustness"],
]


@lessons.both_languages
def test_the_decoder_begins_with_the_models_letters(language):
    symbols = lessons.symbols(1, language)
    assert symbols[: len(SYMBOLS)] == SYMBOLS
    assert len(symbols) == 15


def test_the_decoders_sizes_are_distinct_so_that_a_swapped_axis_shows():
    names = lessons.names(1)
    sizes = [names[name] for name in ("M", "N", "in_features", "out_features")]
    assert len(set(sizes)) == len(sizes)


def test_rules_written_by_hand_misread_more_than_half_of_the_digits():
    names = lessons.names(1)
    assert 0.1 < names["ink_accuracy"] < names["template_accuracy"] < 0.5


def test_the_gradient_with_its_minus_sign_descends_and_the_printed_one_climbs():
    names = lessons.names(1)
    x = torch.tensor(names["stroke_x"])
    y = torch.tensor(names["stroke_y"])
    slope = torch.tensor(names["start"][0], requires_grad=True)
    error = ((y - slope * x - names["start"][1]) ** 2).sum() / 2
    error.backward()
    missing = y - slope.detach() * x - names["start"][1]
    np.testing.assert_allclose(slope.grad, -(missing * x).sum())
    for path in (names["derived"], names["printed"]):
        np.testing.assert_allclose(path[0], error.item())
    assert names["derived"][-1] < error.item() < names["printed"][-1]


@lessons.both_languages
@pytest.mark.parametrize("sign", [1, -1])
def test_the_step_by_hand_ends_where_the_text_says(language, sign):
    x, y, w, eta = 2, 5, 1, 0.1
    gradient = sign * -(y - w * x) * x
    error = (y - (w - eta * gradient) * x) ** 2 / 2
    derivation = lessons.module(lessons.read(1, language), 4)
    assert f"${gradient}$" in derivation or rf"{eta} \cdot {gradient}$" in derivation
    assert f"{error:.2f}" in derivation


def test_the_limit_of_the_learning_rate_is_where_the_widgets_surface_explodes():
    names = lessons.names(1)
    assert round(names["limit"], 3) == 0.518
    assert names["losses"](0.98 * names["limit"], 300)[-1] < names["losses"](0.02)[-1]
    assert names["losses"](1.02 * names["limit"], 300)[-1] > names["losses"](0.02)[0]


@pytest.mark.parametrize("rate", [0.79, 0.83])  # the slider's places around 0.8
def test_the_absolute_error_neither_explodes_nor_comes_to_rest(rate):
    names = lessons.names(1)
    x, y = names["stroke_x"], names["stroke_y"]

    def gradient(place):
        sign = np.sign(place[0] * x + place[1] - y)
        return np.array([(sign * x).mean(), sign.mean()])

    path = names["descend"](gradient, names["start"], rate, 40)
    np.testing.assert_allclose(path[-1], path[-3])
    assert np.linalg.norm(path[-1] - path[-2]) > 0.5
    assert np.abs(path).max() < 5


def test_at_a_score_of_minus_six_only_the_cross_entropy_still_pushes():
    slopes = lessons.names(1)["slopes"]
    score = torch.tensor([[-6.0, 0.0]], dtype=torch.float64, requires_grad=True)
    functional.cross_entropy(score, torch.tensor([0])).backward()
    assert slopes["cross-entropy"][20] == pytest.approx(score.grad[0, 0].item())
    assert slopes["cross-entropy"][20] < -0.99
    assert max(abs(slopes["MSE"][20]), abs(slopes["MAE"][20])) < 0.005


@lessons.both_languages
def test_the_hand_worked_numbers_are_in_the_text(language):
    derivation = lessons.module(lessons.read(1, language), 4)
    for by_hand in ("2.75", "17.25", r"1 - 0.1 \cdot (-6)", r"\frac18 - 1"):
        assert by_hand in derivation


@lessons.both_languages
def test_each_row_of_the_mission_is_worth_its_grade_cells(language):
    assert lessons.announced_points(1, language) == lessons.worth(1, ROWS)
    assert sum(len(row) for row in ROWS) == len(lessons.points(1))


@lessons.both_languages
def test_no_cell_prints_the_missions_answers(language):
    for cell in lessons.code_cells(lessons.read(1, language)):
        assert not re.search(r"-= ?learning_rate|\.T @ input_tensor|\.T @ grad", cell)
