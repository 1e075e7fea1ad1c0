"""What the lesson of Day 5 says about its own arrays, numbers and mission is true."""

import re

import numpy as np
import pytest

from tests.book import lessons

SYMBOLS = ["X", "k", "s", "p", r"\tilde X", "Y", "A"]
MISSION = ["max_pool2d", "avg_pool2d", "max_pool2d_backward", "avg_pool2d_backward"]
# The measurement over 69 repositories: how often each mistake was made.
COUNTS = ["26", "24", "12", "11", "4", "3", "2"]


@pytest.fixture(scope="module")
def names():
    return lessons.names(5)


@lessons.both_languages
def test_the_decoder_begins_with_the_symbols_of_pooling(language):
    assert lessons.symbols(5, language)[: len(SYMBOLS)] == SYMBOLS


def test_the_decoders_sizes_are_distinct_so_that_a_swapped_axis_shows(names):
    sizes = [names[name] for name in ("N", "C", "H", "W", "H_out", "W_out")]
    assert len(set(sizes)) == len(sizes)
    assert names["k_h"] != names["k_w"]
    assert names["stride"][0] != names["stride"][1]


def test_the_winners_are_the_places_where_the_maxima_stand(names):
    flat = names["input_tensor"].reshape(names["N"], names["C"], -1)
    winners = names["winners"].reshape(names["N"], names["C"], -1)
    maxima = names["output_tensor"].reshape(winners.shape)
    np.testing.assert_array_equal(np.take_along_axis(flat, winners, axis=2), maxima)


def test_the_map_of_the_widget_has_an_overlap_a_tie_and_the_gradients_that_the_text_tells(names):
    expected = np.zeros((5, 5))
    expected[1, 2], expected[3, 1], expected[2, 2] = 1 + 2, 3, 4
    np.testing.assert_array_equal(names["routed"], expected)
    assert names["spread"][2, 2] == pytest.approx(10 / 9)
    assert names["as_printed"][1, 2] == 2


def test_a_shift_of_one_pixel_changes_a_map_by_more_than_half_of_what_another_digit_does(names):
    assert names["by_digit"] / 2 < names["by_shift"] < names["by_digit"]


@lessons.both_languages
def test_each_function_is_worth_what_its_grade_cells_give(language):
    mission = lessons.module(lessons.read(5, language), 6)
    announced = re.findall(r"^\| `(\w+)` \| (\d+) \| [^|]+ \|$", mission, re.M)
    points = lessons.points(5)
    prefixes = {
        "max_pool2d": r"test-max-(?!backward|routing|ties|overlap)",
        "avg_pool2d": r"test-avg-(?!backward|spreading|overlap)",
        "max_pool2d_backward": r"test-max-(?:backward|routing|ties|overlap)",
        "avg_pool2d_backward": r"test-avg-(?:backward|spreading|overlap)",
    }
    assert [name for name, _ in announced] == MISSION
    for name, worth in announced:
        cells = [cell for cell in points if re.match(prefixes[name], cell)]
        assert int(worth) == sum(points[cell] for cell in cells), name


@lessons.both_languages
def test_the_measurement_is_told_with_its_counts_and_its_limits(language):
    mistakes = re.split(r"^### ", lessons.module(lessons.read(5, language), 6), flags=re.M)[2]
    rows = re.findall(r"^\| [^|]+ \| (\d+)[^|]* \| [^|]+ \|$", mistakes, re.M)
    assert rows == COUNTS
    for number in ("69", "233", "68", "79", "21", "41", "108", "104"):
        assert number in mistakes, number
    assert "python -m tools.survey" in mistakes


def test_the_four_shapes_are_those_that_caught_every_implementation_of_the_measurement():
    (cell,) = [cell for cell in lessons.code_cells(lessons.read(5, "en")) if "shapes = {" in cell]
    drawn = re.findall(r"standard_normal\(\((\d), (\d)\)\), \((\d), (\d)\), (\d)", cell)
    assert ["".join(shape) for shape in drawn] == ["77223", "48222", "76322"]
    assert "np.zeros((4, 4)), (2, 2), 2" in cell
