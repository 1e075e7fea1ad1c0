"""Every figure of the course draws its data, on a transparent ground, small enough to ship."""

import io
import re

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from convlab import figures

NOISE = np.random.default_rng(0).random((8, 28, 28))
PIXELS = (NOISE[0] * 256).astype(np.uint8)
FIGURES = {
    "parameters": lambda: figures.plot_parameters_by_side([28, 56], {"a": [10, 40], "b": [5, 5]}),
    "shift": lambda: figures.plot_shift_accuracy([0, 1], {"a": [0.9, 0.8], "b": [0.9, 0.5]}),
    "images": lambda: figures.draw_images([NOISE[0]] * 2, ["0 px", "1 px"]),
    "positions": lambda: figures.draw_positions(6, 3, 2, 1),
    "windows": lambda: figures.draw_windows_over_pixel((3, 3), (2, 2), (1, 1)),
    "times": lambda: figures.plot_times({"k": ([1, 3], [0.1, 0.9], 2), "C": ([1, 2], [1, 2], 1)}),
    "bars": lambda: figures.plot_bars({"MACs": {"full": 8, "separable": 1}}, ["M"]),
    "training": lambda: figures.plot_training([2.0, 1.0, 0.5], [0.9, 0.95]),
    "filters": lambda: figures.draw_filters(NOISE[:, :3, :3], NOISE),
    "differences": lambda: figures.draw_differences({"right": np.eye(3), "wrong": np.ones((3, 3))}),
    "gradients": lambda: figures.draw_gradients(
        [{"right": np.eye(3), "wrong": np.ones((3, 3)), "small": np.eye(2), "no": np.zeros((0, 0))}]
    ),
    "pixels": lambda: figures.draw_pixels(PIXELS, slice(2, 4), slice(1, 4)),
    "maps": lambda: figures.draw_maps({"a": np.array([[-7, 9]]), "b": np.array([[0, 3]])}),
    "numbers": lambda: figures.draw_numbers([np.eye(3), np.arange(8).reshape(2, 4)], ["a", "b"]),
    "curves": lambda: figures.plot_curves(
        {"loss": ([0, 1, 2], {"a": [3, 2, 1], "b": [1, 1, 1]}), "slope": ([0, 1], {"a": [1, 2]})},
        "step",
        logarithmic="y",
    ),
}


@pytest.fixture(autouse=True)
def course_style():
    with mpl.rc_context():
        figures.use_style()
        yield
    plt.close("all")


def as_svg(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue().decode()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_a_small_vector_image_without_background(name):
    svg = as_svg(FIGURES[name]())
    assert len(svg) < 200_000
    background = re.search(r'<g id="patch_1">.*?</g>', svg, re.S)
    assert background is not None
    assert "fill: none" in background.group()


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_data_give_the_same_bytes(name):
    assert as_svg(FIGURES[name]()) == as_svg(FIGURES[name]())


def test_positions_shows_one_bar_for_each_output_and_hatches_what_is_left_over():
    axes = figures.draw_positions(input_size=6, kernel_size=3, stride=2, padding=1).axes[0]
    labels = [text.get_text() for text in axes.texts]
    assert [label for label in labels if label.startswith("output")] == [
        "output 0",
        "output 1",
        "output 2",
    ]
    assert sum(patch.get_hatch() == "//" for patch in axes.patches) == 1


@pytest.mark.parametrize(("pixel", "windows"), [((1, 1), 4), ((0, 0), 1), ((2, 1), 2)])
def test_windows_over_a_pixel_are_counted_right(pixel, windows):
    figure = figures.draw_windows_over_pixel((3, 3), (2, 2), pixel)
    assert len(figure.axes) == windows


def test_window_and_weight_indices_add_up_to_the_pixel():
    figure = figures.draw_windows_over_pixel((4, 5), (3, 2), (2, 3))
    for axes in figure.axes:
        row, column = map(int, re.findall(r"\d+", axes.get_title()))
        u, v = map(int, re.findall(r"\d+", axes.texts[0].get_text()))
        assert (row + u, column + v) == (2, 3)


def test_curves_hold_the_data_they_were_given():
    figure = figures.plot_shift_accuracy([0, 1, 2], {"a": [0.9, 0.8, 0.6], "b": [0.9, 0.5, 0.2]})
    curves = {line.get_label(): list(line.get_ydata()) for line in figure.axes[0].lines[:2]}
    assert curves == {"a": [0.9, 0.8, 0.6], "b": [0.9, 0.5, 0.2]}


def test_the_running_mean_averages_only_the_past():
    means = figures._running_mean(np.arange(6.0), window=2)
    assert means.tolist() == [0, 0.5, 1.5, 2.5, 3.5, 4.5]


def test_pixels_writes_every_number_of_the_part_at_its_row_and_column():
    axes = figures.draw_pixels(PIXELS, slice(2, 4), slice(1, 4)).axes[1]
    written = [text.get_text() for text in axes.texts]
    assert written == [str(number) for number in PIXELS[2:4, 1:4].ravel()]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "3"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["2", "3"]


def test_curves_draws_each_curve_in_its_panel():
    figure = FIGURES["curves"]()
    loss, slope = figure.axes
    assert [line.get_ydata().tolist() for line in loss.lines] == [[3, 2, 1], [1, 1, 1]]
    assert [line.get_ydata().tolist() for line in slope.lines] == [[1, 2]]
    assert [axes.get_yscale() for axes in figure.axes] == ["log", "log"]


def test_maps_share_one_scale_and_write_every_number():
    first, second = FIGURES["maps"]().axes
    assert first.images[0].get_clim() == second.images[0].get_clim()
    assert [text.get_text() for text in first.texts] == ["−7", "9"]


def test_numbers_writes_each_array_in_reading_order():
    figure = FIGURES["numbers"]()
    written = [[text.get_text() for text in axes.texts] for axes in figure.axes]
    assert written == [list("100010001"), list("01234567")]


def test_differences_frames_only_the_cells_that_depart_from_the_first_array():
    right, wrong = FIGURES["differences"]().axes[:2]
    bold = [[text.get_fontweight() == "bold" for text in axes.texts] for axes in (right, wrong)]
    assert bold == [[False] * 9, [False, True, True, True, False, True, True, True, False]]
    assert [text.get_text() for text in wrong.texts] == ["1"] * 9


def test_gradients_crosses_the_wrong_elements_and_says_what_has_another_shape():
    right, wrong, small, empty = FIGURES["gradients"]().axes
    crosses = [sorted(map(tuple, axes.lines[0].get_xydata())) for axes in (right, wrong)]
    assert crosses == [[], [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]]
    assert "2 × 2" in small.get_title()
    assert [text.get_text() for text in empty.texts] == ["empty"]
