"""Every widget can be read and reached, on a small screen too: all of them on one page."""

import numpy as np
import pytest

from tests.accessibility import violations


@pytest.fixture
def open_all(open_widgets, one_of_each):
    """Open one page with all widgets, drawn and at rest."""

    def show(**options):
        page = open_widgets(*one_of_each.values(), **options)
        page.wait_for_function(
            f"document.querySelectorAll('.cnn-widget').length === {len(one_of_each)}"
        )
        page.wait_for_timeout(300)  # a transition half-way has colours of neither theme
        return page

    return show


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [900, 360])
def test_axe_finds_nothing(open_all, language, theme, width):
    assert violations(open_all(language=language, theme=theme, width=width)) == []


@pytest.mark.parametrize("width", [360, 600, 900])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_nothing_is_wider_than_the_page(open_all, width, language):
    page = open_all(width=width, language=language)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_in_cells_can_be_read(open_all, theme):
    """SVG text is out of axe's reach: contrast of each number with its cell, by WCAG's formula."""
    pairs = open_all(theme=theme).evaluate(
        """[...document.querySelectorAll(".cnn-cell")]
          .map((cell) => [cell, cell.nextElementSibling])
          .filter(([cell, number]) => number.textContent && getComputedStyle(cell).fill !== "none")
          .map((pair) => pair.map((element) => getComputedStyle(element).fill))"""
    )
    assert len(pairs) > 14 * 14 + 12 * 12
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    channels = np.array([int(part) for part in colour[4:-1].split(",")]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_every_control_can_be_reached_by_tab(open_all):
    page = open_all()
    expected = page.evaluate(
        """[...document.querySelectorAll('button, select, input, [tabindex="0"]')]
          .filter((element) => !element.disabled && element.tabIndex >= 0)
          .filter((element) => element.checkVisibility()).length"""
    )
    reached = set()
    for _ in range(expected):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)")
        )
    assert len(reached) == expected > 40


def test_only_surfaces_to_draw_or_drag_on_keep_touches_from_scrolling(open_all):
    """Elsewhere a finger scrolls the page; a surface is as focusable as it is draggable."""
    blocking = open_all(width=360).evaluate(
        """[...document.querySelectorAll("*")]
          .filter((element) => getComputedStyle(element).touchAction === "none")
          .map((element) => element.closest("[tabindex='0']") ?? element)
          .map((element) => element.getAttribute("role") ?? element.outerHTML)"""
    )
    assert set(blocking) == {"application"}
