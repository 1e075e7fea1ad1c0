"""The figures of the lessons, in one style.

Every figure is drawn on nothing: the background is transparent and all ink is dark, so a page may
show it on white or, inverted, on a dark ground. Colours differ in lightness as well as in hue, and
lines also in dash and marker, so that no reader needs colour to tell them apart. Text inside a
figure is English or mathematics, because both languages share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter
from numpy.typing import NDArray

INK = "#1a1a2e"
BLUE = "#0f4c8a"
ACCENT = "#d6304f"
AMBER = "#c98a00"
QUIET = "#8a8fa3"
LINES: list[dict[str, Any]] = [
    {"color": ACCENT, "linestyle": "-", "marker": "o"},
    {"color": BLUE, "linestyle": "--", "marker": "s"},
    {"color": AMBER, "linestyle": ":", "marker": "^"},
]
STYLE: Any = {
    "figure.facecolor": "none",
    "figure.figsize": (6.4, 3.4),
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "none",
    "savefig.bbox": "tight",
    "savefig.pad_inches": 0.06,
    "svg.hashsalt": "convlab",
    "svg.fonttype": "path",
    "image.interpolation": "none",
    "image.cmap": "gray_r",
    "font.size": 11.5,
    "axes.titlesize": 11.5,
    "axes.facecolor": "none",
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#d5d8e2",
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "legend.frameon": False,
}


def use_style() -> None:
    """Give every later figure the course's look, and notebooks vector output."""
    plt.rcParams.update(STYLE)
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # a plain Python script: nothing to show figures in
        return
    set_matplotlib_formats("svg", metadata={"Date": None})  # type: ignore[no-untyped-call]


def plot_parameters_by_side(sides: Sequence[int], series: Mapping[str, Sequence[int]]) -> Figure:
    """Plot parameters against the side of a square image, both on logarithmic axes.

    Parameters
    ----------
    sides : sequence of ints
    series : mapping from a layer's name to its parameters at each side
    """
    figure, axes = plt.subplots()
    for line, (name, values) in zip(LINES, series.items(), strict=False):
        axes.loglog(sides, values, **line)
        axes.annotate(
            f"{name}: {values[-1]:,}",
            (sides[-1], values[-1]),
            xytext=(-4, 9),
            textcoords="offset points",
            ha="right",
            color=line["color"],
        )
    axes.set(xlabel="side of the image (pixels)", ylabel="parameters of the first layer")
    axes.set_xticks(sides, [str(side) for side in sides])
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(top=max(max(values) for values in series.values()) * 8)
    return figure


def plot_shift_accuracy(shifts: Sequence[int], curves: Mapping[str, Sequence[float]]) -> Figure:
    """Plot test accuracy against how far the digits were shifted."""
    figure, axes = plt.subplots()
    for line, (name, values) in zip(LINES, curves.items(), strict=False):
        axes.plot(shifts, values, label=name, **line)
    axes.axhline(0.1, color=QUIET, linewidth=1.2)
    axes.annotate("guessing", (shifts[0], 0.1), xytext=(0, 4), textcoords="offset points")
    axes.set(xlabel="shift (pixels)", ylabel="test accuracy", ylim=(0, 1.02))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_xticks(list(shifts))
    axes.legend(loc=(0.03, 0.17))
    return figure


def draw_images(images: Sequence[NDArray[Any]], titles: Sequence[str]) -> Figure:
    """Show a row of images, each under its title."""
    figure, row = plt.subplots(1, len(images), figsize=(6.4, 1.6), squeeze=False)
    for axes, image, title in zip(row[0], images, titles, strict=True):
        _draw_image(axes, image, cmap="gray_r")
        axes.set_title(title, fontsize=10.5)
    return figure


def draw_pixels(image: NDArray[Any], rows: slice, columns: slice) -> Figure:
    """Show a whole picture with a frame on a part of it, and that part with its numbers.

    Parameters
    ----------
    image : (H, W) array of integers
    rows, columns : slices with start and stop
    """
    part = image[rows, columns]
    height, width = part.shape
    figure, (whole, close) = plt.subplots(
        1, 2, figsize=(5.8, 2.9), gridspec_kw={"width_ratios": [1, width / height]}
    )
    _draw_image(whole, image, cmap="gray_r")
    corner = (columns.start - 0.5, rows.start - 0.5)
    whole.add_patch(
        Rectangle(corner, width, height, facecolor="none", edgecolor=ACCENT, linewidth=2.5)
    )
    _draw_image(close, part, cmap="gray_r", limits=(0, float(image.max())))
    for (row, column), value in np.ndenumerate(part):
        ink = "white" if value > image.max() / 2 else INK
        close.text(column, row, str(value), ha="center", va="center", color=ink, fontsize=10.5)
    close.set_xticks(range(width), [str(columns.start + column) for column in range(width)])
    close.set_yticks(range(height), [str(rows.start + row) for row in range(height)])
    close.set(xlabel="column", ylabel="row")
    for spine in close.spines.values():
        spine.set(color=ACCENT, linewidth=2.5)
    return figure


def plot_curves(
    panels: Mapping[str, tuple[Sequence[float], Mapping[str, Sequence[float]]]],
    x_label: str,
    *,
    logarithmic: str = "",
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Plot a few curves in each panel, without markers; the first panel holds the legend.

    Parameters
    ----------
    panels : mapping from a panel's title to (x, mapping from a curve's name to y)
    x_label : str
    logarithmic : str
        The axes that are logarithmic: "", "x", "y" or "xy".
    limits : pair of floats, optional
        Of the y axes.
    """
    figure, row = plt.subplots(1, len(panels), figsize=(6.8, 2.9), squeeze=False)
    for axes, (title, (x, curves)) in zip(row[0], panels.items(), strict=True):
        for line, (name, y) in zip(LINES, curves.items(), strict=False):
            axes.plot(x, y, label=name, **{**line, "marker": ""})
        axes.set(title=title, xlabel=x_label)
        if limits is not None:
            axes.set_ylim(*limits)
        if "x" in logarithmic:
            axes.set_xscale("log")
        if "y" in logarithmic:
            axes.set_yscale("log")
    row[0][0].legend()
    return figure


def draw_numbers(grids: Sequence[NDArray[Any]], titles: Sequence[str]) -> Figure:
    """Write small arrays side by side as grids of numbers; the more ink, the larger.

    Parameters
    ----------
    grids : sequence of (rows, columns) arrays of numbers that are not negative
        Cells are equally large in all of them.
    titles : sequence of str
    """
    columns = [grid.shape[1] for grid in grids]
    rows = max(grid.shape[0] for grid in grids)
    height = min(3.2, 0.6 + 6.4 * rows / (sum(columns) + len(grids) - 1))
    figure, axes_row = plt.subplots(
        1,
        len(grids),
        figsize=(6.8, height),
        squeeze=False,
        gridspec_kw={"width_ratios": columns},
    )
    for axes, grid, title in zip(axes_row[0], grids, titles, strict=True):
        _draw_image(axes, grid, cmap="gray_r", limits=(0, 3 * float(grid.max())))
        for (row, column), value in np.ndenumerate(grid):
            axes.text(column, row, f"{value:g}", ha="center", va="center", fontsize=10)
        axes.hlines(np.arange(0.5, grid.shape[0] - 1), -0.5, grid.shape[1] - 0.5, QUIET, lw=0.5)
        axes.vlines(np.arange(0.5, grid.shape[1] - 1), -0.5, grid.shape[0] - 0.5, QUIET, lw=0.5)
        axes.set_title(title)
    return figure


def draw_positions(input_size: int, kernel_size: int, stride: int, padding: int) -> Figure:
    """Draw one line of pixels and, below it, every place where a window fits.

    Padding cells are dashed; pixels that no window reaches are hatched.
    """
    total = input_size + 2 * padding
    starts = range(0, total - kernel_size + 1, stride)
    reached = starts[-1] + kernel_size
    figure, axes = plt.subplots(figsize=(6.4, 0.42 * (len(starts) + 2)))
    for cell in range(total):
        inside = padding <= cell < padding + input_size
        axes.add_patch(
            Rectangle(
                (cell, 0),
                1,
                1,
                facecolor="#e4e8f1" if inside else "none",
                edgecolor=INK if inside else QUIET,
                linestyle="-" if inside else "--",
                hatch="//" if cell >= reached else None,
            )
        )
        axes.text(
            cell + 0.5,
            0.52,
            str(cell - padding) if inside else "0",
            ha="center",
            va="center",
            color=INK if inside else QUIET,
        )
    for row, start in enumerate(starts):
        level = -1.15 * (row + 1)
        axes.add_patch(
            Rectangle((start, level), kernel_size, 0.9, facecolor=ACCENT, edgecolor="none")
        )
        axes.text(
            start + kernel_size / 2,
            level + 0.45,
            f"output {row}",
            ha="center",
            va="center",
            color="white",
            fontsize=10,
        )
    axes.set(xlim=(-0.2, total + 0.2), ylim=(-1.15 * len(starts) - 0.2, 1.2), aspect="equal")
    axes.axis("off")
    return figure


def draw_windows_over_pixel(
    input_size: tuple[int, int], kernel_size: tuple[int, int], pixel: tuple[int, int]
) -> Figure:
    """Draw every window that covers ``pixel``, naming the output it makes and the weight it uses.

    The outputs run forwards while the weights run backwards: the 180-degree turn, seen.
    """
    height, width = input_size
    k_h, k_w = kernel_size
    corners = [
        (row, column)
        for row in range(max(0, pixel[0] - k_h + 1), min(height - k_h, pixel[0]) + 1)
        for column in range(max(0, pixel[1] - k_w + 1), min(width - k_w, pixel[1]) + 1)
    ]
    figure, grid = plt.subplots(1, len(corners), figsize=(6.4, 2.1), squeeze=False)
    for axes, (row, column) in zip(grid[0], corners, strict=True):
        _draw_cells(axes, height, width)
        axes.add_patch(
            Rectangle((column, row), k_w, k_h, facecolor=BLUE, alpha=0.25, edgecolor="none")
        )
        axes.add_patch(
            Rectangle((column, row), k_w, k_h, facecolor="none", edgecolor=BLUE, linewidth=2.5)
        )
        axes.plot(pixel[1] + 0.5, pixel[0] + 0.5, "o", color=ACCENT, markersize=11)
        axes.set_title(f"output [{row}, {column}]", color=BLUE)
        axes.text(
            width / 2,
            height + 0.15,
            f"weight [{pixel[0] - row}, {pixel[1] - column}]",
            ha="center",
            va="top",
            color=ACCENT,
        )
        axes.set_ylim(height + 0.6, -0.1)
    return figure


def plot_times(panels: Mapping[str, tuple[Sequence[float], Sequence[float], int]]) -> Figure:
    """Plot measured milliseconds against a layer's settings, a panel each, all logarithmic.

    Parameters
    ----------
    panels : mapping from the setting's name to (its values, milliseconds, power)
        A dashed line through the last point rises with that power, as the counted MACs do.
    """
    figure, row = plt.subplots(1, len(panels), figsize=(7.2, 2.9), squeeze=False, sharey=True)
    for axes, (name, (values, milliseconds, power)) in zip(row[0], panels.items(), strict=True):
        law = milliseconds[-1] * (np.asarray(values) / values[-1]) ** power
        axes.loglog(values, law, color=QUIET, linestyle="--", linewidth=1.5, label="MACs")
        axes.loglog(values, milliseconds, label="time", **LINES[0])
        axes.set_xlabel(name)
        axes.set_xticks(list(values), [f"{value:g}" for value in values])
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    row[0][0].set_ylabel("milliseconds")
    row[0][0].legend(loc="upper left", fontsize=10)
    return figure


def plot_bars(panels: Mapping[str, Mapping[str, float]], unit_labels: Sequence[str]) -> Figure:
    """Compare the same few things in several quantities: a panel a quantity, bars labelled."""
    figure, row = plt.subplots(1, len(panels), figsize=(6.4, 2.2), squeeze=False, sharey=True)
    for axes, (title, bars), unit in zip(row[0], panels.items(), unit_labels, strict=True):
        names, values = list(bars), list(bars.values())
        drawn = axes.barh(names, values, color=[BLUE, ACCENT, AMBER][: len(names)], height=0.6)
        axes.bar_label(drawn, labels=[f"{_short(value)} {unit}" for value in values], padding=4)
        axes.set_title(title)
        axes.set_xlim(0, max(values) * 1.45)
        axes.grid(visible=False)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
    row[0][0].invert_yaxis()
    return figure


def plot_training(loss: Sequence[float], accuracy: Sequence[float]) -> Figure:
    """Plot the loss of every step and the test accuracy after every epoch."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.8, 2.9))
    steps = np.arange(1, len(loss) + 1)
    left.plot(steps, loss, color=QUIET, linewidth=0.8)
    left.plot(steps, _running_mean(np.asarray(loss)), color=ACCENT)
    left.set(xlabel="step", ylabel="loss", ylim=(0, None))
    epochs = np.arange(1, len(accuracy) + 1)
    right.plot(epochs, accuracy, **LINES[1])
    right.annotate(
        f"{accuracy[-1]:.1%}",
        (epochs[-1], accuracy[-1]),
        xytext=(6, 8),
        textcoords="offset points",
        ha="right",
        color=BLUE,
    )
    right.set(xlabel="epoch", ylabel="test accuracy", ylim=(None, max(accuracy) + 0.01))
    right.set_xticks(epochs)
    right.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return figure


def draw_filters(weight: NDArray[Any], responses: NDArray[Any]) -> Figure:
    """Show each filter above the feature map that it makes of one image.

    Parameters
    ----------
    weight : (filters, k_h, k_w) array
        Blue is negative, white zero, red positive; one scale for all.
    responses : (filters, H, W) array
        The more ink, the larger.
    """
    count = len(weight)
    figure, rows = plt.subplots(2, count, figsize=(7.2, 2.0), squeeze=False)
    limit = float(np.abs(weight).max())
    for column in range(count):
        _draw_image(rows[0, column], weight[column], cmap="RdBu_r", limits=(-limit, limit))
        _draw_image(rows[1, column], responses[column], cmap="gray_r")
        rows[0, column].set_title(str(column), fontsize=10)
    return figure


def draw_maps(maps: Mapping[str, NDArray[Any]]) -> Figure:
    """Show feature maps side by side, every number in its cell; blue is negative, red positive.

    Parameters
    ----------
    maps : mapping from a feature's name to a (rows, columns) array of integers
        One scale of colours for all; zero is white.
    """
    figure, row = plt.subplots(1, len(maps), figsize=(7.2, 2.6), squeeze=False)
    limit = 2 * max(float(np.abs(values).max()) for values in maps.values())
    for axes, (name, values) in zip(row[0], maps.items(), strict=True):
        _draw_image(axes, values, cmap="RdBu_r", limits=(-limit, limit))
        axes.set_title(name)
        for (i, j), value in np.ndenumerate(values):
            axes.text(j, i, f"{value}".replace("-", "−"), ha="center", va="center", fontsize=10)
    return figure


def draw_gradients(rows: Sequence[Mapping[str, NDArray[Any]]]) -> Figure:
    """Compare wrong gradients with the right one, which stands first in each row.

    A cross marks each element that is wrong. A gradient that is too small leaves the rest empty.

    Parameters
    ----------
    rows : sequence of mappings from a title to a two-dimensional array
    """
    figure, grid = plt.subplots(
        len(rows), max(map(len, rows)), figsize=(7.2, 2.6 * len(rows)), squeeze=False
    )
    for line, panels in zip(grid, rows, strict=True):
        right = next(iter(panels.values()))
        limit = float(np.abs(right).max())
        for axes in line[len(panels) :]:
            axes.axis("off")
        for axes, (title, array) in zip(line, panels.items(), strict=False):
            shape = " × ".join(map(str, array.shape))
            axes.set_title(f"{title}\n{shape}", fontsize=10)
            drawn = np.full(right.shape, np.nan)
            drawn[: array.shape[0], : array.shape[1]] = array
            _draw_image(axes, drawn, cmap="RdBu_r", limits=(-limit, limit))
            if array.shape == right.shape:
                wrong = np.argwhere(~np.isclose(array, right))
                axes.plot(wrong[:, 1], wrong[:, 0], "x", color=INK, markersize=4.5)
            if not array.size:
                axes.text(0.5, 0.5, "empty", transform=axes.transAxes, ha="center", va="center")
    return figure


def draw_differences(grids: Mapping[str, NDArray[Any]], columns: int = 3) -> Figure:
    """Draw small arrays with their numbers, and frame in each what departs from the first.

    Parameters
    ----------
    grids : mapping from a title to a (rows, columns) array
        Cells that differ from the first array's have a thick frame and bold numbers.
    columns : int
        Grids side by side.
    """
    right = next(iter(grids.values()))
    lines = -(-len(grids) // columns)
    height = 7.2 / columns * right.shape[0] / right.shape[1] + 0.3
    figure, panels = plt.subplots(lines, columns, figsize=(7.2, lines * height), squeeze=False)
    for axes in panels.flat:
        axes.axis("off")
    for axes, (title, grid) in zip(panels.flat, grids.items(), strict=False):
        _draw_cells(axes, *grid.shape)
        axes.set_title(title)
        for place, value in np.ndenumerate(grid):
            _write_in_cell(axes, place, value, is_marked=value != right[place])
    return figure


def _draw_image(
    axes: Axes, image: NDArray[Any], cmap: str, limits: tuple[float, float] | None = None
) -> None:
    low, high = limits or (float(image.min()), float(image.max()))
    axes.imshow(image, cmap=cmap, vmin=low, vmax=high)
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set(visible=True, color=QUIET)


def _draw_cells(axes: Axes, height: int, width: int) -> None:
    for row in range(height):
        for column in range(width):
            axes.add_patch(
                Rectangle((column, row), 1, 1, facecolor="none", edgecolor=QUIET, linewidth=1)
            )
    axes.set(xlim=(-0.1, width + 0.1), ylim=(height + 0.1, -0.1), aspect="equal")
    axes.axis("off")


def _write_in_cell(axes: Axes, place: tuple[int, ...], value: float, is_marked: bool) -> None:
    row, column = place
    if is_marked:
        corner = (column + 0.06, row + 0.06)
        axes.add_patch(
            Rectangle(corner, 0.88, 0.88, facecolor="none", edgecolor=ACCENT, linewidth=2.2)
        )
    elif value:
        axes.add_patch(Rectangle((column, row), 1, 1, facecolor=BLUE, alpha=0.2, edgecolor="none"))
    axes.text(
        column + 0.5,
        row + 0.53,
        f"{value:.3g}",
        ha="center",
        va="center",
        color=INK if value or is_marked else QUIET,
        fontweight="bold" if is_marked else "normal",
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _running_mean(values: NDArray[Any], window: int = 25) -> NDArray[Any]:
    """Average each value with up to ``window - 1`` earlier ones."""
    sums = np.cumsum(np.insert(values, 0, 0.0))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - window, 0)
    means: NDArray[Any] = (sums[ends] - sums[starts]) / (ends - starts)
    return means
