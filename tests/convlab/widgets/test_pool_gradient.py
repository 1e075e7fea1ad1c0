import numpy as np
import pytest
from playwright.sync_api import expect

from convlab import ops
from convlab.widgets import PoolGradient

IMAGE = [[1, 3, 0, 2, 1], [4, 2, 9, 5, 3], [0, 6, 0, 0, 0], [2, 7, 0, 0, 0], [1, 5, 0, 0, 0]]
POOLED = """async ([given, grads]) => {
  const { fits, outputSize, pool, receivedParts } = await import("/pool_gradient.js");
  const sums = (parts) => parts.map((line) => line.map((own) => own.reduce((a, b) => a + b, 0)));
  return { fits: fits(given), size: outputSize(given), output: pool(given),
           gradInput: sums(receivedParts(given, grads)) };
}"""


@pytest.fixture
def example():
    return PoolGradient(IMAGE, 3, stride=2)


def numbers(page, grid):
    texts = page.locator(f".cnn-{grid} text").all_text_contents()
    return [float(text.replace("−", "-")) if text else None for text in texts]


def told(page):
    return [text.split("\n") for text in page.locator(".cnn-told").all_inner_texts()]


def wait_for(page, text):
    page.wait_for_function(
        "t => document.querySelector('.cnn-below').innerText.includes(t)", arg=text
    )


def press(page, label, *keys):
    page.get_by_label(label).focus()
    for key in keys:
        page.keyboard.press(key)


# Numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["max", "average"])
def test_output_and_gradient_equal_the_operations_ties_and_padding_included(modules, mode):
    forward, backward = {
        "max": (ops.max_pool2d, ops.max_pool2d_backward),
        "average": (ops.avg_pool2d, ops.avg_pool2d_backward),
    }[mode]
    for seed in range(40):
        rng = np.random.default_rng(seed)
        kernel = rng.integers(1, 5, size=2)
        padding, stride = int(rng.integers(0, kernel.min() // 2 + 1)), int(rng.integers(1, 4))
        image = rng.integers(-2, 2, size=rng.integers(4, 9, size=2)).astype(float)  # many ties
        settings = tuple(kernel.tolist()), stride, padding
        expected = forward(image[None, None], *settings)
        grads = rng.normal(size=expected.shape)
        given = {"image": image.tolist(), "mode": mode}
        given |= {"kernel_size": kernel.tolist(), "stride": stride, "padding": padding}

        shown = modules.evaluate(POOLED, [given, grads.ravel().tolist()])

        assert shown["fits"]
        assert tuple(shown["size"].values()) == expected.shape[2:]
        np.testing.assert_allclose(shown["output"], expected.ravel(), atol=1e-12)
        rows, columns = image.shape
        inside = np.array(shown["gradInput"])[padding : padding + rows, padding : padding + columns]
        expected = backward(grads, image[None, None], *settings)[0, 0]
        np.testing.assert_allclose(inside, expected, atol=1e-12)


def test_at_first_the_gradient_has_arrived_and_nothing_has_gone_back(open_widgets, example):
    page = open_widgets(example)
    assert numbers(page, "output") == [9, 9, 7, 0]
    assert numbers(page, "gradOutput") == [1, 2, 3, 4]
    assert numbers(page, "gradInput") == [None] * 25


def test_windows_that_share_a_winner_add_up_and_the_first_of_the_tied_wins(open_widgets, example):
    page = open_widgets(example)
    press(page, "Output: arrow", "Home")
    wait_for(page, "grad_input = 1 + 2 = 3")
    gradient = np.reshape(numbers(page, "gradInput"), (5, 5))
    assert {place: gradient[place] for place in zip(*np.nonzero(gradient), strict=True)} == {
        (1, 2): 3,
        (2, 2): 4,
        (3, 1): 3,
    }


# The reader's hands ------------------------------------------------------------------------------


def test_stepping_goes_forward_through_all_windows_and_then_back(open_widgets, example):
    page = open_widgets(example)
    press(page, "Output: arrow", "Home")  # everything is shown; the next step begins anew
    step = page.get_by_role("button", name="Step", exact=True)
    stages = []
    for _ in range(8):
        step.click()
        page.wait_for_timeout(40)
        gradient = numbers(page, "gradInput")
        stages.append(None if None in gradient else (gradient[7], gradient[12], gradient[16]))
        if len(stages) == 2:
            assert numbers(page, "output") == [9, 9, None, None]
    assert stages == [None] * 4 + [(1, 0, 0), (3, 0, 0), (3, 0, 3), (3, 4, 3)]
    page.get_by_role("button", name="Back").click()
    page.wait_for_function(
        "document.querySelectorAll('.cnn-gradInput text')[12].textContent === '0'"
    )


def test_playing_ends_by_itself_with_everything_shown(open_widgets, example):
    page = open_widgets(example)
    page.clock.install()
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(1000)
    assert numbers(page, "gradInput")[7] == 1  # the first of the two windows that the 9 won
    page.clock.run_for(10_000)
    page.get_by_role("button", name="Play").wait_for()
    assert sum(numbers(page, "gradInput")) == 10


def test_ties_are_named_and_marked(open_widgets, example):
    page = open_widgets(example)
    press(page, "Output: arrow", "End")
    wait_for(page, "9 are equal")
    assert "goes to input row 2, column 2." in told(page)[0][-1]
    rings = page.locator(".cnn-input .cnn-ring[visibility=visible]")
    assert rings.count() == 9
    assert page.locator(".cnn-input .cnn-ring:not(.cnn-dashed)").count() == 1


def test_arrow_keys_move_the_window_and_stop_at_the_edges(open_widgets, example):
    page = open_widgets(example)
    for key, place in [
        ("End", "row 1, column 1"),
        ("ArrowRight", "row 1, column 1"),
        ("ArrowUp", "row 0, column 1"),
        ("ArrowLeft", "row 0, column 0"),
        ("ArrowDown", "row 1, column 0"),
        ("Home", "row 0, column 0"),
    ]:
        press(page, "Output: arrow", key)
        wait_for(page, f"Window of output {place}")


def test_digits_and_the_minus_sign_change_the_pixel(open_widgets, example):
    page = open_widgets(example)
    press(page, "Input image", "Home", "ArrowRight", "8")
    page.wait_for_function("document.querySelectorAll('.cnn-input text')[1].textContent === '8'")
    assert page.get_by_label("Image", exact=True).input_value() == "custom"
    press(page, "Input image", "-")
    page.wait_for_function("document.querySelectorAll('.cnn-input text')[1].textContent === '−8'")


def test_typed_value_moves_the_gradient_and_nonsense_is_marked(open_widgets, example):
    page = open_widgets(example)
    page.locator(".cnn-input svg").click(position={"x": 8, "y": 8})
    field = page.get_by_label("Value of pixel row 0, column 0")
    field.fill("12.5")
    wait_for(page, "grad_input = 1")
    assert numbers(page, "output")[0] == 12.5
    for text in ("", "x", "1e5", "100"):
        field.fill(text)
        assert field.get_attribute("aria-invalid") == "true", text
    assert numbers(page, "output")[0] == 12.5


def test_finger_picks_a_pixel_of_the_gradient(open_widgets, example):
    page = open_widgets(example, width=360, touch=True)
    press(page, "Output: arrow", "End")
    box = page.locator(".cnn-gradInput svg").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait_for(page, "Pixel row 2, column 2")
    assert "grad_input = 4" in told(page)[1]


def test_average_spreads_and_padding_takes_its_share(open_widgets, example):
    page = open_widgets(example)
    page.get_by_label("Pooling", exact=True).select_option("average")
    page.get_by_label("Window", exact=True).select_option("2 × 3")
    page.get_by_label("Padding").select_option("1")
    page.wait_for_function("document.querySelectorAll('.cnn-gradInput text').length === 49")
    expected = ops.avg_pool2d(np.array(IMAGE, float)[None, None], (2, 3), 2, 1)
    assert page.locator(".cnn-output text").count() == expected.size
    assert "Its gradient: 1 / 6 = 0.17 for each." in told(page)[0]


def test_sum_is_said_in_words_for_screen_readers(open_widgets, example):
    page = open_widgets(example)
    press(page, "Output: arrow", "Home")
    wait_for(page, "row 0, column 0")
    expect(page.locator("[aria-live=polite]")).to_have_text(
        "Window of output row 0, column 0 max(1, 3, 0, 4, 2, 9, 0, 6, 0) = 9 "
        "Its gradient 1 goes to input row 1, column 2."
    )
    page = open_widgets(example, language="zh-CN")
    press(page, "输出：方向键", "Home")
    press(page, "输入图像", "End")
    wait_for(page, "第 4 行第 4 列")
    spoken = page.locator("[aria-live=polite]")
    expect(spoken).to_have_text(
        "第 4 行第 4 列的像素 输入梯度 grad_input = 0：没有窗口传给它任何东西。"
    )


# Python ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "settings", "message"),
    [
        (np.zeros((9, 3)), {"kernel_size": 2, "stride": 1}, r"image has shape \(9, 3\)"),
        (np.zeros(4), {"kernel_size": 2, "stride": 1}, r"image has shape \(4,\)"),
        (np.zeros((5, 5)), {"kernel_size": (2, 5), "stride": 1}, "from 1 to 4"),
        (np.zeros((5, 5)), {"kernel_size": 3, "stride": 1, "padding": 2}, "at most half"),
        (np.zeros((2, 5)), {"kernel_size": 3, "stride": 1}, "do not fit"),
        (np.zeros((5, 5)), {"kernel_size": 3, "stride": 0}, "at least 1"),
        (np.zeros((5, 5)), {"kernel_size": 3, "stride": 1, "mode": "min"}, '"max" or "average"'),
    ],
)
def test_arrays_and_settings_that_cannot_be_shown_are_refused(image, settings, message):
    with pytest.raises(ValueError, match=message):
        PoolGradient(image, **settings)
