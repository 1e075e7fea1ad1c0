"""What the lesson of Day 7 says about its own arrays, numbers and mission is true."""

import numpy as np
import pytest

from tests.book import lessons

SYMBOLS = ["X", "W", "b", "Y", "s", "p"]


@pytest.fixture(scope="module")
def names():
    return lessons.names(7)


@lessons.both_languages
def test_the_decoder_begins_with_the_six_symbols_of_a_layer(language):
    symbols = lessons.symbols(7, language)
    assert symbols[: len(SYMBOLS)] == SYMBOLS
    assert len(symbols) == 12


def test_the_decoders_sizes_are_distinct_so_that_a_swapped_axis_shows(names):
    sizes = [names[name] for name in ("N", "C_in", "C_out", "H", "W")]
    assert len(set(sizes)) == len(sizes)
    assert names["H_out"] != names["W_out"]
    assert names["k_h"] != names["k_w"]


def test_the_printed_weight_gradient_of_the_source_notes_is_wrong_in_both_readings(names):
    for wrong in names["printed"].values():
        assert not np.allclose(wrong, [[0, 2], [6, 8]])


@lessons.both_languages
def test_the_hand_worked_numbers_are_in_the_text(language):
    derivation = lessons.module(lessons.read(7, language), 4)
    for by_hand in (r"1\cdot1 + 2\cdot2 + 0\cdot4 - 1\cdot5 = 0", r"1\cdot3 + 2\cdot2 + 0\cdot1"):
        assert by_hand in derivation


@lessons.both_languages
def test_each_row_of_the_missions_table_is_worth_its_grade_cells(language):
    forward = ("one-channel", "channels", "padding", "stride", "rectangles")
    backward = ("grad-bias", "grad-weight", "grad-input", "backward-settings")
    groups = [forward, backward, ("repeated-calls", "robustness"), ("accuracy", "feature-maps")]
    assert lessons.announced_points(7, language) == lessons.worth(7, groups)
