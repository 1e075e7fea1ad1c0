"""What the lesson of Day 3 says about its own numbers, arguments and mission is true."""

import inspect
import re

import numpy as np
import pytest
from torch import nn

from tests.book import lessons


@pytest.fixture(scope="module")
def names():
    return lessons.names(3)


def test_thirteen_layers_leave_nothing_of_a_digit_to_convolve(names):
    assert [len(layer) for layer in names["maps_of_a_digit"]] == list(range(28, 1, -2))


def test_a_corner_is_read_once_and_the_centre_nine_times(names):
    readers = names["readers"]
    assert (readers[0, 0], readers[0, 3], readers[3, 3]) == (1, 3, 9)


def test_864_weights_stand_against_77_million(names):
    assert names["convolution"].weight.numel() == 864
    assert names["dense"].weight.numel() == 77_070_336


def test_the_padded_and_the_strided_example_have_the_numbers_of_the_slides(names):
    padded = [[3, 8, 13, 6], [13, 25, 31, 12], [25, 43, 49, 18], [7, 8, 9, 0]]
    assert names["tiny_output"].tolist() == padded
    assert names["strided"].tolist() == [[3, 13], [25, 49]]


@lessons.both_languages
def test_the_hand_worked_numbers_are_in_the_text(language):
    derivation = lessons.module(lessons.read(3, language), 4)
    for by_hand in (
        r"0\cdot0+0\cdot1+1\cdot2+2\cdot3&=8",
        r"\begin{bmatrix}29&35\\47&53\end{bmatrix}",
        r"$12 + 2 \cdot 1 = 14$",
        "$1 + 2 + 4 + 8 = 15$",
    ):
        assert by_hand in derivation


@lessons.both_languages
def test_the_decoder_holds_every_setting_of_a_convolution(language):
    rows = re.findall(r"^\| \$(.+?)\$ \| `(\w+)` \|", lessons.read(3, language), re.M)
    settings = {"k": "kernel_size", "s": "stride", "p": "padding", "d": "dilation", "g": "groups"}
    assert dict(rows).items() >= settings.items()


def test_the_decoders_sizes_are_distinct_so_that_a_swapped_axis_shows(names):
    group_in = names["C_in"] // names["groups"]
    sizes = [names[name] for name in ("N", "C_in", "C_out", "H", "W")]
    assert len({*sizes, group_in}) == 6
    for name in ("kernel_size", "stride", "padding", "dilation", "span"):
        height, width = names[name]
        assert height != width, name
    assert len({*names["output_tensor"].shape}) == 4


def test_the_spans_that_are_worked_out_are_those_of_the_dilated_kernel(names):
    kernel_size, dilation = np.array(names["kernel_size"]), np.array(names["dilation"])
    assert names["span"] == tuple(dilation * (kernel_size - 1) + 1)


@lessons.both_languages
def test_the_table_of_arguments_is_that_of_the_installed_pytorch(language):
    derivation = lessons.module(lessons.read(3, language), 4)
    table = re.findall(r"^\| `(\w+)` \| (?:`(.+?)`)? ?\|", derivation, re.M)
    signature = inspect.signature(nn.Conv2d).parameters.values()
    required = inspect.Parameter.empty
    expected = [(p.name, "" if p.default is required else _written(p.default)) for p in signature]
    assert table == expected


def _written(value):
    return f'"{value}"' if isinstance(value, str) else str(value)


def test_every_argument_is_executed_against_pytorch(names):
    tried = {*names["usual"], *(name for change in names["changes"] for name in change)}
    assert tried | {"padding_mode"} == {*inspect.signature(nn.Conv2d).parameters}
    assert list(names["numpy_names"]) == ["zeros", "reflect", "replicate", "circular"]


def test_depthwise_alone_mixes_no_channels_and_its_pointwise_half_does(names):
    assert np.array_equal(names["four"], np.eye(4))
    assert names["four_then_pointwise"].all()


@lessons.both_languages
def test_each_rows_points_are_those_of_its_grade_cells(language):
    rows = [
        ("size-kernel", "size-stride", "size-dilation"),
        ("one-channel", "channels"),
        ("padding", "stride"),
        ("rectangles",),
        ("dilation", "groups"),
        ("robustness",),
    ]
    assert lessons.announced_points(3, language) == lessons.worth(3, rows)


def test_the_notes_padding_keeps_the_size_of_an_odd_undilated_kernel_only(names):
    side_after = names["side_after"]  # of 28 pixels: kernel, stride, dilation, padding
    assert side_after(5, 1, 1, (5 - 1) // 2) == 28
    assert side_after(4, 1, 1, (4 - 1) // 2) == 27
    assert side_after(3, 1, 2, (3 - 1) // 2) == 26
    assert side_after(3, 1, 2, 2 * (3 - 1) // 2) == 28
