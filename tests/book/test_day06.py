"""What the lesson of Day 6 says about its own arrays, numbers and mission is true."""

import re

import numpy as np
import pytest

from convlab import ops
from tests.book import lessons

SYMBOLS = ["A", "X", "W", "b", "Y", "a", r"\beta", "g", "p", "M", "q", "G"]
GROUPS = {
    26: ("relu", "relu-backward", "leaky-relu", "leaky-relu-backward"),
    22: ("swish", "swish-large", "swish-backward", "swish-backward-large"),
    30: ("dropout-mask", "dropout-output", "dropout-evaluation", "dropout-backward"),
    10: ("flatten", "flatten-empty", "flatten-backward"),
    12: ("linear-forward", "linear-grad-input", "linear-grad-weight", "linear-grad-bias"),
}


@pytest.fixture(scope="module")
def names():
    return lessons.names(6)


@pytest.fixture(scope="module")
def counted(names):
    """What the cell that builds and counts the notes' networks defines."""
    (cell,) = [c for c in lessons.code_cells(lessons.read(6, "en")) if "nn.Conv2d" in c]
    defined = dict(names)
    exec(cell, defined)
    return defined


@lessons.both_languages
def test_the_decoder_holds_the_letters_of_the_day(language):
    assert lessons.symbols(6, language)[: len(SYMBOLS)] == SYMBOLS


def test_the_decoders_sizes_are_distinct_so_that_a_swapped_axis_shows(names):
    sizes = [names[name] for name in ("N", "C", "H", "W", "in_features", "out_features")]
    assert len(set(sizes)) == len(sizes)


def test_two_convolutions_are_one_and_blur_then_edge_is_sobels_kernel(names):
    assert names["both_in_one"].tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert names["two_layers"].shape == (24, 24)
    assert names["difference"] < 1e-14


def test_three_linear_layers_learn_no_more_than_one_and_a_bend_helps(names):
    one, three, bent = names["shares"]
    assert abs(three - one) < 0.02
    assert bent > max(one, three) + 0.01


def test_dead_units_get_no_gradient_and_only_a_leak_brings_some_back(names):
    still_off = names["still_off"]
    assert names["largest"] == 0
    assert set(still_off[0.0]) == {names["dead"][-1]}
    assert still_off[0.2][-1] < still_off[0.1][-1] < still_off[0.0][-1]


def test_twenty_layers_scale_a_signal_as_the_variance_argument_predicts(names):
    for name, (forward, backward) in names["sizes"].items():
        assert 0.3 < forward[-1] / names["predicted"][name] < 3, name
        # The gradient that arrives at the first layer has passed one layer less.
        one_layer = names["predicted"][name] ** (1 / 20)
        assert 0.3 < backward[0] * one_layer / names["predicted"][name] < 3, name
    assert names["outcome"]["twice He"] == names["outcome"]["half of He"] == 0.1


@lessons.both_languages
def test_the_notes_networks_have_54410_and_407050_parameters(language, counted):
    assert counted["totals"] == {"CNN": 54_410, "MLP": 407_050, "larger CNN": 1_199_882}
    text = lessons.prose(lessons.read(6, language))
    assert f"{counted['ratio']:.1f}" == "7.5"
    for number in ("54,410", "407{,}050", "7.5", "16"):
        assert number in text
    share = counted["by_formula"]["larger CNN"]["linear"] / counted["totals"]["larger CNN"]
    assert f"{share:.0%}".replace("%", " %") in text


@lessons.both_languages
def test_the_alternative_text_of_the_parameter_bars_tells_their_lengths(language, counted):
    (alt,) = re.findall(r"^    alt: \"(.*1,181.*)\"", lessons.read(6, language), re.M)
    for counts in counted["by_formula"].values():
        for number in counts.values():
            assert figure_label(number / 1000) in re.findall(r"[\d.,]*\d", alt)


def figure_label(thousands):
    return f"{thousands:,.0f}" if thousands >= 10 else f"{thousands:.2g}"


@lessons.both_languages
def test_decimals_that_are_worked_out_in_the_text_are_right(language):
    text = lessons.read(6, language)
    worked = re.findall(r"\$([\d.+ ]*(?:\\times[\d.+ ]*)+) = ([\d.]+)\$", text)
    assert len(worked) >= 2
    for left, right in worked:
        assert abs(eval(left.replace(r"\times", "*")) - float(right)) < 1e-4, left


@lessons.both_languages
def test_the_values_of_swish_in_the_text_are_those_of_the_function(language):
    text = lessons.read(6, language)
    gate, value = ops.sigmoid(np.array([2.0]))[0], ops.swish(np.array([2.0]))[0]
    slope = ops.swish_backward(np.ones(1), np.array([2.0]))[0]
    dip = [f"−{-number:.3f}" for number in ops.swish(np.array([-1.0, -3.0]))]
    for number in (f"{gate:.4f}", f"{value:.4f}", f"{slope:.4f}", *dip):
        assert number in text


@lessons.both_languages
def test_each_row_of_the_mission_is_worth_what_its_grade_cells_are(language):
    announced = lessons.announced_points(6, language)
    assert announced == list(GROUPS)
    assert announced == lessons.worth(6, GROUPS.values())


def test_no_cell_and_no_quoted_code_holds_a_missions_answer():
    """The mission's functions are called by name, and quoted code works on single numbers."""
    text = lessons.read(6, "en")
    code = "\n".join(lessons.code_cells(text))
    for answer in ("np.maximum(", "reshape(", "input_tensor @", "grad_output @", "grad_output.T @"):
        assert answer not in code
    quoted = re.findall(r"^:pyobject: (\w+)", text, re.M)
    assert quoted == [
        "relu_of_one",
        "relu_slope",
        "sigmoid_of_one",
        "connect_one_example",
        "drop_one",
    ]
