import numpy as np
import pytest

from convlab.ops import conv2d_backward, output_size
from convlab.widgets import GradientTerms

SMALL = np.arange(1, 10).reshape(3, 3)
KERNEL = [[0, 1], [2, 3]]
UPSTREAM = [[1, 2], [0, -1]]
COMPUTE = """async (state) => {
  const { gradients, outputSize, terms, upstream } = await import("/gradient_terms.js");
  const size = outputSize(state);
  const shown = { ...state, grad: upstream("given", size, state.grad) };
  const sent = shown.grad.map((line, row) => line.map((g, column) =>
    terms(shown, { of: "output", row, column })));
  return { size, grad: shown.grad, ...gradients(shown), sent };
}"""


@pytest.fixture
def example():
    return GradientTerms(SMALL, KERNEL, UPSTREAM)


def numbers(page, name):
    texts = page.locator(f".cnn-panel-{name} text.cnn-number").all_text_contents()
    return [float(text.replace("−", "-")) for text in texts]


def lit(page, name):
    """The letters in the corners of a grid's cells."""
    texts: list[str] = page.locator(f".cnn-panel-{name} .cnn-tag").all_text_contents()
    return texts


def terms(page):
    return page.locator(".cnn-term > span:last-child").all_inner_texts()


def wait_for(page, sentence):
    page.wait_for_function(
        "text => document.querySelector('.cnn-equation .cnn-heading').textContent === text",
        arg=sentence,
    )


def point_at(page, name, row, column, rows, columns):
    box = page.locator(f".cnn-panel-{name} svg").bounding_box()
    x = box["x"] + box["width"] * (column + 0.5) / columns
    y = box["y"] + box["height"] * (row + 0.5) / rows
    page.mouse.move(x, y)


# Numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_the_three_gradients_equal_conv2d_backward(modules, seed):
    rng = np.random.default_rng(seed)
    k_h, k_w = rng.integers(1, 4, size=2)
    stride, padding = int(rng.integers(1, 4)), int(rng.integers(0, 2))
    image = rng.normal(size=(rng.integers(k_h, 6), rng.integers(k_w, 6)))
    weight = rng.normal(size=(k_h, k_w))
    state = {"input": image.tolist(), "weight": weight.tolist(), "grad": [[1.5]],
             "stride": stride, "padding": padding}  # fmt: skip
    shown = modules.evaluate(COMPUTE, state)
    assert shown["size"] == [
        output_size(image.shape[axis], weight.shape[axis], stride, padding) for axis in (0, 1)
    ]
    grad = np.array(shown["grad"], dtype=float)
    expected = conv2d_backward(grad[None, None], image[None, None], weight[None, None],
                               stride, padding)  # fmt: skip
    inside = slice(padding, -padding or None)
    np.testing.assert_allclose(np.array(shown["input"])[inside, inside], expected[0][0, 0])
    np.testing.assert_allclose(shown["weight"], expected[1][0, 0], atol=1e-12)
    np.testing.assert_allclose(shown["bias"], [expected[2]], atol=1e-12)
    # What the outputs send back is what the pixels receive.
    received = np.zeros(np.shape(shown["input"]))
    for term in (term for line in shown["sent"] for cell in line for term in cell):
        received[tuple(term["input"])] += term["product"]
    np.testing.assert_allclose(received, shown["input"], atol=1e-12)


def test_the_lessons_example_opens_on_the_middle_pixel_with_its_four_terms(open_widgets, example):
    page = open_widgets(example)
    assert numbers(page, "grad_input") == [0, 1, 2, 2, 7, 5, 0, -2, -3]
    assert numbers(page, "grad_weight") == [0, 2, 6, 8]
    assert numbers(page, "grad_bias") == [2]
    wait_for(page, "grad_input[1, 1] is a sum of 4")
    assert terms(page) == ["1 × 3", "2 × 2", "0 × 1", "(−1) × 0"]
    assert page.locator(".cnn-total").inner_text() == "= 7"
    # Forwards through grad_output, backwards through the weight.
    assert lit(page, "grad_output") == ["a", "b", "c", "d"]
    assert lit(page, "weight") == ["d", "c", "b", "a"]


# The reader's hands ------------------------------------------------------------------------------


def test_pointing_at_a_weight_lights_the_pixels_that_it_met(open_widgets, example):
    page = open_widgets(example)
    point_at(page, "grad_weight", 1, 1, 2, 2)
    wait_for(page, "grad_weight[1, 1] is a sum of 4")
    assert terms(page) == ["1 × 5", "2 × 6", "0 × 8", "(−1) × 9"]
    assert lit(page, "input_tensor") == ["", "", "", "", "a", "b", "", "c", "d"]


def test_pointing_at_an_output_shows_where_it_sends_the_kernel(open_widgets, example):
    page = open_widgets(example)
    point_at(page, "grad_output", 0, 1, 2, 2)
    wait_for(page, "grad_output[0, 1] sends each weight of its window back, times 2")
    assert terms(page) == ["2 × 0", "2 × 1", "2 × 2", "2 × 3"]
    assert lit(page, "grad_input") == ["", "a", "b", "", "c", "d", "", "", ""]


def test_tab_and_arrow_keys_reach_every_gradient_and_stop_at_the_edges(open_widgets, example):
    page = open_widgets(example)
    page.locator(".cnn-panel-grad_input .cnn-grid").focus()
    for key, sentence in [
        ("ArrowUp", "grad_input[0, 1] is a sum of 2"),
        ("ArrowUp", "grad_input[0, 1] is a sum of 2"),
        ("Home", "grad_input[0, 0] has one term"),
        ("End", "grad_input[2, 2] has one term"),
        ("Tab", "grad_weight[1, 1] is a sum of 4"),
        ("ArrowLeft", "grad_weight[1, 0] is a sum of 4"),
        ("Tab", "grad_bias is a sum of 4"),
    ]:
        page.keyboard.press(key)
        wait_for(page, sentence)


def test_a_finger_taps_a_pixel(open_widgets, example):
    page = open_widgets(example, width=360, touch=True)
    box = page.locator(".cnn-panel-grad_input svg").bounding_box()
    page.touchscreen.tap(box["x"] + 6, box["y"] + 6)
    wait_for(page, "grad_input[0, 0] has one term")


def test_padding_shows_a_ring_whose_gradient_is_cropped(open_widgets, example):
    page = open_widgets(example)
    page.get_by_label("Padding").select_option("1")
    page.wait_for_function(
        "document.querySelectorAll('.cnn-panel-grad_input .cnn-number').length === 25"
    )
    assert page.locator(".cnn-panel-grad_input .cnn-dashed").count() == 16
    page.locator(".cnn-panel-grad_input .cnn-grid").focus()
    page.keyboard.press("Home")
    wait_for(page, "grad_input[−1, −1] has one term")
    assert "cropped" in page.locator(".cnn-equation .cnn-note").inner_text()


def test_a_pixel_that_no_window_reaches_says_so(open_widgets, example):
    page = open_widgets(example)
    page.get_by_label("Stride").select_option("2")
    page.locator(".cnn-panel-grad_input .cnn-grid").focus()
    page.keyboard.press("End")
    wait_for(page, "grad_input[2, 2]: no window reaches it, so no term")
    assert page.locator(".cnn-total").inner_text() == "= 0"


def test_all_ones_make_the_bias_gradient_count_the_outputs(open_widgets, example):
    page = open_widgets(example)
    page.get_by_label("grad_output", exact=True).select_option("ones")
    page.wait_for_function(
        "document.querySelector('.cnn-panel-grad_bias .cnn-number').textContent === '4'"
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "grad_input[1, 1] = 1 × 3 + 2 × 2 + 0 × 1 + (−1) × 0 = 7"),
        ("zh-CN", "梯度 grad_input[1, 1] = 1 × 3 + 2 × 2 + 0 × 1 + (−1) × 0 = 7"),
    ],
)
def test_the_sum_is_said_in_words_for_screen_readers(open_widgets, example, language, sentence):
    page = open_widgets(example, language=language)
    assert page.locator("[aria-live=polite]").inner_text() == sentence


# Python ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        ((np.ones((6, 3)), KERNEL, UPSTREAM), {}, r"input_tensor has shape \(6, 3\)"),
        ((SMALL, np.ones((4, 2)), UPSTREAM), {}, "weight has shape .* at most 3x3"),
        ((SMALL, KERNEL, np.ones((3, 3))), {}, r"grad_output has shape \(3, 3\).* \(2, 2\)"),
        ((SMALL, KERNEL, UPSTREAM), {"stride": 4}, "stride 1, 2 or 3"),
        ((SMALL, KERNEL, UPSTREAM), {"padding": 2}, "padding 0 or 1"),
        ((np.ones((2, 2)), np.ones((3, 3)), [[1]]), {}, "kernel does not fit"),
    ],
)
def test_arrays_that_cannot_be_shown_are_refused(arguments, settings, message):
    with pytest.raises(ValueError, match=message):
        GradientTerms(*arguments, **settings)
