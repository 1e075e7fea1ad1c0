import numpy as np
import pytest

from convlab.widgets import SlideKernel
from tests.accessibility import violations


@pytest.fixture
def both(draw_digit, digits):
    return draw_digit, SlideKernel(digits.test_images[0][::2, ::2] // 25, [[-1, 0, 1]] * 3)


def wait_for_bars(page):
    page.wait_for_timeout(300)  # a transition half-way has colours of neither theme


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [900, 360])
def test_axe_finds_nothing(open_widgets, both, language, theme, width):
    page = open_widgets(*both, language=language, theme=theme, width=width)
    wait_for_bars(page)
    assert violations(page) == []


@pytest.mark.parametrize("width", [360, 600, 900])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_nothing_is_wider_than_the_page(open_widgets, both, width, language):
    page = open_widgets(*both, width=width, language=language)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_in_cells_can_be_read(open_widgets, both, theme):
    """SVG text is out of axe's reach: contrast of each number with its cell, by WCAG's formula."""
    page = open_widgets(*both, theme=theme)
    wait_for_bars(page)
    pairs = page.evaluate(
        """[...document.querySelectorAll(".cnn-slide-kernel .cnn-cell")].map((cell) => [
          getComputedStyle(cell).fill, getComputedStyle(cell.nextElementSibling).fill])"""
    )
    assert len(pairs) == 14 * 14 + 12 * 12
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    channels = np.array([int(part) for part in colour[4:-1].split(",")]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_every_control_can_be_reached_by_tab(open_widgets, both):
    page = open_widgets(*both)
    expected = page.evaluate(
        "document.querySelectorAll('button, select, input, [tabindex=\"0\"]').length"
    )
    reached = set()
    for _ in range(expected):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)")
        )
    assert len(reached) == expected == 1 + 2 + 10 + 3 + 3 + 1 + 9


def test_only_the_two_surfaces_keep_touches_from_scrolling(open_widgets, both):
    page = open_widgets(*both, width=360)
    blocking = page.evaluate(
        """[...document.querySelectorAll("*")]
          .filter((e) => getComputedStyle(e).touchAction === "none").map((e) => e.className)"""
    )
    assert set(blocking) == {"cnn-pad", "", "cnn-input"}  # "": the pad's canvas
    assert len(blocking) == 3
