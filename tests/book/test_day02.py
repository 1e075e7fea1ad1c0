"""What the lesson of Day 2 says about its letters, numbers and mission is true."""

import re
from itertools import combinations

import numpy as np
import pytest

from tests.book import lessons


@pytest.fixture(scope="module")
def names():
    return lessons.names(2)


def agreement(window, feature):
    """Count pixels that agree, minus those that do not: an own way to a sum of products."""
    agreeing = int((window == feature).sum())
    return agreeing - (feature.size - agreeing)


def test_the_three_maps_of_the_x_are_right_at_all_49_places(names):
    for name, feature in names["FEATURES"].items():
        shown = names["ninths"][name]
        assert shown.shape == (7, 7)
        for row, column in np.ndindex(7, 7):
            window = names["letter_x"][row : row + 3, column : column + 3]
            assert shown[row, column] == agreement(window, feature), (name, row, column)


def test_the_maps_have_the_values_that_the_source_slides_lost(names):
    ninths = names["ninths"]
    assert np.diagonal(ninths["diagonal"]).tolist() == [7, 9, 9, 5, 9, 9, 7]
    crossing = ninths["crossing"]
    assert crossing[3, 3] == 9
    assert [crossing[2, 3], crossing[3, 2], crossing[3, 4], crossing[4, 3]] == [-7] * 4


def test_the_o_fits_the_template_better_than_a_moved_x(names):
    scores = names["scores"]
    assert scores["moved"] < scores["O"] < 1 == scores["X"]
    assert agreement(names["letter_o"], names["letter_x"]) == 60 - 21


def test_the_x_has_four_perfect_diagonals_and_the_o_two_and_no_crossing(names):
    feature_map, features = names["feature_map"], names["FEATURES"]
    for name in ("diagonal", "antidiagonal"):
        assert (feature_map(names["letter_x"], features[name]) == 1).sum() == 4
        assert (feature_map(names["letter_o"], features[name]) == 1).sum() == 2
    assert feature_map(names["letter_o"], features["crossing"]).max() == pytest.approx(5 / 9)


def test_any_two_flipped_pixels_bring_the_crossing_down_to_the_os(names):
    pairs = list(combinations(range(9), 2))
    assert len(pairs) == 36
    for pair in pairs:
        spoilt = names["letter_x"].copy()
        for pixel in pair:
            spoilt[3 + pixel // 3, 3 + pixel % 3] *= -1
        best = names["feature_map"](spoilt, names["FEATURES"]["crossing"]).max()
        assert best == pytest.approx(5 / 9), pair


def test_the_worked_example_is_correlated_and_convolved_as_the_text_says(names):
    assert names["tiny_output"].tolist() == [[25, 31], [43, 49]]
    assert names["tiny_convolved"].tolist() == [[11, 17], [29, 35]]


@lessons.both_languages
def test_the_worked_sums_are_in_the_text_and_add_up(language):
    derivation = lessons.module(lessons.read(2, language), 4)
    lines = re.findall(r"^([\d+\\cdot]+)&=(\d+)", derivation, re.M)
    assert [int(total) for _, total in lines] == [25, 31, 43, 49, 11, 17, 29, 35]
    for products, total in lines:
        assert eval(products.replace(r"\cdot", "*")) == int(total), products


def test_the_map_moves_along_and_is_not_invariant(names):
    assert np.array_equal(names["moved"], names["carried"])
    assert abs(names["moved"] - names["still"]).max() > 1


@lessons.both_languages
def test_the_decoder_has_a_symbol_for_each_array(language):
    assert lessons.symbols(2, language) == [
        "X",
        "K",
        "i",
        "j",
        "P",
        "Y",
        "F",
        "n",
        "M",
        "C",
        "Z",
        "A",
    ]


def test_the_decoders_sizes_are_distinct_so_that_a_swapped_axis_shows(names):
    sizes = [*(names[name] for name in ("H", "W", "k_h", "k_w")), *names["correlated"].shape]
    assert len(set(sizes)) == len(sizes)


@lessons.both_languages
def test_the_sizes_of_the_sources_examples_are_in_the_text(language):
    text = lessons.read(2, language)
    assert "960 × 600" in text
    assert r"$224\cdot224\cdot3 = 150{,}528$" in text
    assert ("1.5 billion" if language == "en" else "15 亿") in text


@lessons.both_languages
def test_each_row_of_the_missions_table_is_worth_its_grade_cells(language):
    points = lessons.points(2)
    mission = lessons.module(lessons.read(2, language), 6)
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| [^|]+ \|$", mission, re.M)
    assert [name for name, _ in rows] == [
        "cross_correlate",
        "convolve",
        "feature_map",
        "is_letter_x",
    ]
    for name, announced in rows:
        prefix = f"test-{name.replace('_', '-')}-"
        worth = sum(value for cell, value in points.items() if cell.startswith(prefix))
        assert int(announced) == worth, name


@lessons.both_languages
def test_the_page_cites_the_match_of_one_window_and_no_loop_over_windows(language):
    text = lessons.read(2, language)
    assert re.findall(r":pyobject: (\w+)", text) == ["match"]
    for cell in lessons.code_cells(text):
        for name in ("cross_correlate", "convolve", "feature_map", "is_letter_x"):
            assert f"def {name}(" not in cell
