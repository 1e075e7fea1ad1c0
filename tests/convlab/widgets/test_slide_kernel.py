import json

import numpy as np
import pytest
from playwright.sync_api import expect

from convlab.ops import conv2d
from convlab.teaching import FEATURES, LETTERS, feature_map
from convlab.widgets import SlideKernel

SMALL = np.arange(1, 10).reshape(3, 3)
TERMS = """async ([given, row, column]) => {
  const { compute, windowTerms } = await import("/slide_kernel.js");
  const { rows, columns, values } = compute(given);
  return { rows, columns, values: Array.from(values), terms: windowTerms(given, row, column) };
}"""
BEST = """async (given) => {
  const { bestMatch, compute } = await import("/slide_kernel.js");
  const output = compute(given);
  return { values: Array.from(output.values), ...bestMatch(output) };
}"""


@pytest.fixture
def example():
    return SlideKernel(SMALL, [[0, 1], [2, 3]])


@pytest.fixture
def letters():
    return SlideKernel(LETTERS, FEATURES, matching=True)


def output_numbers(page):
    texts = page.locator(".cnn-output text").all_text_contents()
    return [float(text.replace("−", "-")) if text else None for text in texts]


def total(page):
    return page.locator(".cnn-total").inner_text().removeprefix("= ").replace("−", "-")


def press(page, *keys):
    page.locator(".cnn-input").focus()
    for key in keys:
        page.keyboard.press(key)


# Numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_output_equals_conv2d_at_every_position(modules, seed):
    rng = np.random.default_rng(seed)
    k, stride, padding = int(rng.integers(1, 6)), int(rng.integers(1, 4)), int(rng.integers(0, 3))
    image = rng.normal(size=rng.integers(k, 15, size=2))
    kernel = rng.normal(size=(k, k))
    given = {
        "image": image.tolist(),
        "kernel": kernel.tolist(),
        "stride": stride,
        "padding": padding,
    }
    expected = conv2d(image[None, None], kernel[None, None], stride=stride, padding=padding)[0, 0]
    for row in range(expected.shape[0]):
        for column in range(expected.shape[1]):
            shown = modules.evaluate(TERMS, [given, row, column])
            total = sum(term["product"] for term in shown["terms"])
            assert total == pytest.approx(expected[row, column], abs=1e-12)
    assert (shown["rows"], shown["columns"]) == expected.shape
    np.testing.assert_allclose(shown["values"], expected.ravel(), atol=1e-12)


def test_textbook_example_gives_25_31_43_49(open_widgets, example):
    page = open_widgets(example)
    assert output_numbers(page) == [25, 31, 43, 49]
    assert total(page) == "25"
    assert page.locator(".cnn-term").all_inner_texts() == ["1 × 0", "2 × 1", "4 × 2", "5 × 3"]


@pytest.mark.parametrize("name", ["identity", "vertical", "horizontal", "sobel", "blur", "sharpen"])
def test_picked_kernel_equals_conv2d_on_a_real_digit(open_widgets, modules, digits, name):
    image = digits.test_images[0][::2, ::2] // 25
    page = open_widgets(SlideKernel(image, np.eye(3)))
    page.get_by_label("Kernel", exact=True).select_option(name)
    kernel = modules.evaluate(
        """async (n) => (await import("/slide_kernel.js")).presets[n]""", name
    )
    weight = np.array(kernel)[None, None]
    expected = conv2d(image[None, None].astype(float), weight)[0, 0]
    np.testing.assert_allclose(output_numbers(page), expected.ravel(), atol=0.0051)


# The reader's hands ------------------------------------------------------------------------------


def test_arrow_keys_move_the_window_and_stop_at_the_edges(open_widgets, example):
    page = open_widgets(example)
    for key, expected in [
        ("ArrowRight", "31"),
        ("ArrowRight", "31"),
        ("ArrowDown", "49"),
        ("ArrowDown", "49"),
        ("ArrowLeft", "43"),
        ("ArrowLeft", "43"),
        ("ArrowUp", "25"),
        ("ArrowUp", "25"),
        ("End", "49"),
        ("Home", "25"),
    ]:
        press(page, key)
        page.wait_for_function(
            "n => document.querySelector('.cnn-total').textContent === `= ${n}`", arg=expected
        )


def test_mouse_drag_moves_the_window(open_widgets, example):
    page = open_widgets(example)
    box = page.locator(".cnn-input svg").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5, steps=6)
    page.mouse.up()
    page.wait_for_function("document.querySelector('.cnn-total').textContent === '= 49'")
    page.mouse.move(box["x"] + 5, box["y"] + 5)  # released: the window stays
    assert total(page) == "49"


def test_finger_moves_the_window(open_widgets, example):
    page = open_widgets(example, width=360, touch=True)
    box = page.locator(".cnn-input svg").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 8, box["y"] + 8)
    page.wait_for_function("document.querySelector('.cnn-total').textContent === '= 31'")


def test_step_buttons_visit_every_position_and_begin_again(open_widgets, example):
    page = open_widgets(example)
    seen = [total(page)]
    for _ in range(4):
        page.get_by_role("button", name="Step", exact=True).click()
        page.wait_for_timeout(60)
        seen.append(total(page))
    assert seen == ["25", "31", "43", "49", "25"]
    page.get_by_role("button", name="Back").click()
    page.wait_for_function("document.querySelector('.cnn-total').textContent === '= 49'")


def test_playing_fills_the_output_cell_by_cell(open_widgets, example):
    page = open_widgets(example)
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(80)
    assert output_numbers(page) == [25, None, None, None]
    page.wait_for_function(
        "[...document.querySelectorAll('.cnn-output text')].every(t => t.textContent)"
    )
    page.get_by_role("button", name="Play").wait_for()  # stopped by itself
    assert output_numbers(page) == [25, 31, 43, 49]


def test_reader_edits_a_weight(open_widgets, example):
    page = open_widgets(example)
    page.get_by_label("Kernel weight, row 1, column 1").fill("-1/2")
    page.wait_for_function("document.querySelector('.cnn-total').textContent === '= 7.5'")
    assert page.locator(".cnn-term").last.inner_text() == "5 × (−1/2)"
    assert page.get_by_label("Kernel", exact=True).input_value() == "custom"


def test_what_is_not_a_number_is_marked_and_changes_nothing(open_widgets, example):
    page = open_widgets(example)
    field = page.get_by_label("Kernel weight, row 0, column 0")
    for text in ("", "x", "1/0", "1e5"):
        field.fill(text)
        assert field.get_attribute("aria-invalid") == "true", text
    assert total(page) == "25"


def test_padding_shows_the_zeros_that_the_edge_multiplies(open_widgets, example):
    page = open_widgets(example)
    page.get_by_label("Padding").select_option("1")
    page.wait_for_function("document.querySelectorAll('.cnn-output text').length === 16")
    expected = conv2d(SMALL[None, None].astype(float), np.array([[[[0.0, 1], [2, 3]]]]), padding=1)
    assert output_numbers(page) == expected.ravel().tolist()
    assert page.locator(".cnn-term.cnn-dashed").count() == 3  # the corner: one real pixel
    assert total(page) == "3"


def test_stride_skips_positions(open_widgets, digits):
    image = digits.test_images[0][::2, ::2] // 25
    kernel = np.array([[-1, 0, 1]] * 3)
    page = open_widgets(SlideKernel(image, kernel))
    page.get_by_label("Stride").select_option("3")
    page.wait_for_function("document.querySelectorAll('.cnn-output text').length === 16")
    expected = conv2d(image[None, None].astype(float), kernel[None, None].astype(float), stride=3)
    assert output_numbers(page) == expected.ravel().tolist()


def test_kernel_that_does_not_fit_is_not_taken(open_widgets):
    page = open_widgets(SlideKernel([[1, 2], [3, 4]], [[1, 1], [1, 1]]))
    page.get_by_label("Kernel", exact=True).select_option("sobel")
    assert total(page) == "10"


def test_sum_is_said_in_words_for_screen_readers(open_widgets, example):
    page = open_widgets(example)
    spoken = page.locator("[aria-live=polite]")
    expect(spoken).to_have_text("Output row 0, column 0: 1 × 0 + 2 × 1 + 4 × 2 + 5 × 3 = 25")
    page = open_widgets(example, language="zh-CN")
    spoken = page.locator("[aria-live=polite]")
    expect(spoken).to_have_text("输出第 0 行第 0 列：1 × 0 + 2 × 1 + 4 × 2 + 5 × 3 = 25")


# Matching letters --------------------------------------------------------------------------------


def middle_of(page, row, column):
    """Where the middle of an input pixel of a 9x9 letter is on the screen."""
    box = page.locator(".cnn-input svg").bounding_box()
    side = (box["width"] - 4) / 9
    return box["x"] + 2 + (column + 0.5) * side, box["y"] + 2 + (row + 0.5) * side


def wait_for_total(page, text):
    page.wait_for_function("t => document.querySelector('.cnn-total').textContent === t", arg=text)


@pytest.mark.parametrize("seed", range(5))
def test_matches_are_the_mean_of_conv2ds_products(modules, seed):
    rng = np.random.default_rng(seed)
    k = seed + 1
    image = rng.choice([-1.0, 1.0], size=rng.integers(k, 12, size=2))
    kernel = rng.choice([-1.0, 1.0], size=(k, k))
    expected = conv2d(image[None, None], kernel[None, None])[0, 0] / k**2
    given = {"image": image.tolist(), "kernel": kernel.tolist(), "stride": 1, "padding": 0}
    shown = modules.evaluate(BEST, {**given, "matching": True})
    np.testing.assert_allclose(shown["values"], expected.ravel(), atol=1e-12)
    assert shown["best"] == pytest.approx(expected.max())
    assert shown["count"] == np.isclose(expected, expected.max()).sum()


def test_each_feature_shows_its_map_of_each_letter(open_widgets, letters):
    page = open_widgets(letters)
    for letter, image in LETTERS.items():
        page.get_by_label("Letter").select_option(letter)
        for name, feature in FEATURES.items():
            page.get_by_label("Feature", exact=True).select_option(name)
            page.wait_for_timeout(50)
            fits = feature_map(image, feature)
            np.testing.assert_allclose(output_numbers(page), fits.ravel(), atol=0.0051)
            count = np.isclose(fits, fits.max()).sum()
            best = page.get_by_text("Best match").inner_text()
            assert best == f"Best match: {float(f'{fits.max():.2f}'):g}, at {count} of 49 places"


def test_first_letter_and_feature_are_the_ones_picked_on_a_saved_page(open_widgets, letters):
    def save(state):  # a saved notebook has its keys sorted
        state.update(json.loads(json.dumps(state, sort_keys=True)))

    page = open_widgets(letters, change=save)
    options = page.locator("option").all_inner_texts()
    assert options[:3] == ["X", "O", "Your own"]
    assert options[3:] == ["Diagonal", "Crossing", "Antidiagonal", "Your own"]
    assert page.get_by_label("Letter").input_value() == "X"
    assert page.get_by_label("Stride").count() == 0


def test_clicked_pixel_is_flipped_and_the_map_follows(open_widgets, letters):
    page = open_widgets(letters)
    assert total(page) == "9 / 9 = 1"
    page.get_by_role("button", name="Flip pixels").click()
    page.mouse.click(*middle_of(page, 2, 2))
    wait_for_total(page, "= 7 / 9 = 0.78")
    flipped = LETTERS["X"].copy()
    flipped[2, 2] *= -1
    fits = feature_map(flipped, FEATURES["diagonal"])
    np.testing.assert_allclose(output_numbers(page), fits.ravel(), atol=0.0051)
    assert page.get_by_label("Letter").input_value() == "custom"
    page.mouse.click(*middle_of(page, 2, 2))  # and back
    wait_for_total(page, "= 9 / 9 = 1")
    page.mouse.click(*middle_of(page, 2, 2))
    page.get_by_label("Letter").select_option("X")  # the letter as it was
    wait_for_total(page, "= 9 / 9 = 1")


def test_dragging_paints_what_the_first_pixel_became(open_widgets, letters):
    page = open_widgets(letters)
    page.get_by_role("button", name="Flip pixels").click()
    page.mouse.move(*middle_of(page, 4, 1))
    page.mouse.down()
    page.mouse.move(*middle_of(page, 4, 7), steps=20)
    page.mouse.up()
    page.mouse.move(*middle_of(page, 8, 7))  # released: nothing more is painted
    page.wait_for_timeout(50)
    painted = LETTERS["X"].copy()
    painted[4, 1:8] = 1  # the crossing was ink already and stays so
    fits = feature_map(painted, FEATURES["diagonal"])
    np.testing.assert_allclose(output_numbers(page), fits.ravel(), atol=0.0051)


def test_finger_flips_a_pixel(open_widgets, letters):
    page = open_widgets(letters, width=360, touch=True)
    page.get_by_role("button", name="Flip pixels").tap()
    page.touchscreen.tap(*middle_of(page, 1, 2))
    wait_for_total(page, "= 7 / 9 = 0.78")


def test_keyboard_walks_to_a_pixel_and_flips_it(open_widgets, letters):
    page = open_widgets(letters)
    page.get_by_role("button", name="Flip pixels").press("Enter")
    press(page, "Home", "ArrowRight", "ArrowRight", "ArrowDown", "Space")
    wait_for_total(page, "= 7 / 9 = 0.78")
    press(page, "ArrowUp", "ArrowUp", "ArrowUp", "End", "ArrowDown", "Enter")  # stays on the image
    expect(page.locator("[aria-live=polite]")).to_contain_text("Pixel row 8, column 8: 1 ")
    page.get_by_role("button", name="Flip pixels").press("Enter")
    press(page, "End")  # the window moves again
    wait_for_total(page, "= 9 / 9 = 1")  # 7 / 9 before its corner pixel was flipped
    spoken = page.locator("[aria-live=polite]")
    expect(spoken).to_contain_text("−1 × (−1) + 1 × 1 = 9, and 9 / 9 = 1")


def test_mean_is_said_in_words(open_widgets):
    pair = SlideKernel([[1, -1], [1, 1]], [[1, 1], [1, 1]], matching=True)
    spoken = open_widgets(pair, language="zh-CN").locator("[aria-live=polite]")
    terms = "1 × 1 + −1 × 1 + 1 × 1 + 1 × 1 = 2"
    expect(spoken).to_have_text(f"输出第 0 行第 0 列：{terms}，2 / 4 = 0.5")


def test_image_of_other_numbers_has_a_stride_and_no_pixels_to_flip(open_widgets, example):
    page = open_widgets(example)
    assert page.get_by_role("button", name="Flip pixels").count() == 0
    assert page.get_by_label("Letter").count() == 0
    assert page.get_by_label("Stride").count() == 1


# Python ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "kernel", "message"),
    [
        (np.zeros((17, 3)), np.eye(3), r"image has shape \(17, 3\)"),
        (np.zeros(9), np.eye(3), r"image has shape \(9,\)"),
        (np.zeros((5, 5)), np.zeros((2, 3)), "square"),
        (np.zeros((7, 7)), np.eye(6), "at most 5x5"),
        (np.zeros((2, 2)), np.eye(3), "does not fit"),
    ],
)
def test_arrays_that_cannot_be_shown_are_refused(image, kernel, message):
    with pytest.raises(ValueError, match=message):
        SlideKernel(image, kernel)


@pytest.mark.parametrize(
    ("image", "options", "message"),
    [
        ([[0, 1], [1, 1]], {}, r"paper \(-1\) or ink \(1\)"),
        ([[1, 1], [1, 1]], {"padding": 1}, "leave out stride=1 and padding=1"),
        ({}, {}, "mapping of images is empty"),
        ({"a": np.ones((2, 2)), "b": np.ones((3, 2))}, {}, r"a \(2, 2\), b \(3, 2\)"),
    ],
)
def test_letters_that_cannot_be_matched_are_refused(image, options, message):
    with pytest.raises(ValueError, match=message):
        SlideKernel(image, np.ones((2, 2)), matching=True, **options)
