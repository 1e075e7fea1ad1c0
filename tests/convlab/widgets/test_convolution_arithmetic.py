import numpy as np
import pytest

from convlab.ops import conv2d_macs, conv2d_parameters, output_size
from convlab.ops.windows import gather_windows
from convlab.widgets import ConvolutionArithmetic

AXIS = """async (settings) => {
  const { axis, read, reached } = await import("/convolution_arithmetic.js");
  const size = axis(settings);
  const inputs = Array.from({ length: size.total }, (_, i) => i - settings.padding);
  return {
    ...size,
    read: Array.from({ length: size.outputs }, (_, i) => read(settings, i)),
    reached: inputs.map((i) => reached(settings, i).map(({ output, weight }) => [output, weight])),
  };
}"""
CHANNELS = """async ([settings, o]) =>
  (await import("/convolution_arithmetic.js")).channelsOf(settings, o)"""


def axis_settings(*values):
    names = ("input_size", "kernel_size", "stride", "padding", "dilation")
    return dict(zip(names, values, strict=True))


def random_settings(seed):
    rng = np.random.default_rng(seed)
    limits = [(1, 10), (1, 5), (1, 4), (0, 3), (1, 3)]
    while True:
        settings = axis_settings(*(int(rng.integers(least, most + 1)) for least, most in limits))
        span = settings["dilation"] * (settings["kernel_size"] - 1) + 1
        if span <= settings["input_size"] + 2 * settings["padding"]:
            return settings


def told(page):
    return page.locator("[aria-live=polite]").first


def wait_for(page, sentence):
    page.wait_for_function(
        "text => [...document.querySelectorAll('[aria-live=polite]')]"
        ".some(p => p.textContent.includes(text))",
        arg=sentence,
    )


def set_slider(page, name, value):
    page.get_by_label(name, exact=True).fill(str(value))


def framed(page, side):
    """How many cells of the picture are framed."""
    path = page.locator(f".cnn-{side} .cnn-window").get_attribute("d")
    return path.count("M")


# Arithmetic --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_positions_and_windows_are_those_of_the_convolution(modules, seed):
    settings = random_settings(seed)
    n, k, s, p, d = settings.values()
    shown = modules.evaluate(AXIS, settings)
    assert shown["outputs"] == output_size(n, k, s, p, d)
    indices = np.arange(n).reshape(1, 1, 1, n)
    windows = gather_windows(indices, (1, k), (1, s), (0, p), (1, d), fill=-1)[0, 0, 0, :, 0].T
    read = np.array(shown["read"])
    np.testing.assert_array_equal(np.where((read >= 0) & (read < n), read, -1), windows)
    for index, joined in enumerate(shown["reached"], start=-p):
        assert joined == [[*pair] for pair in np.argwhere(read == index).tolist()]
    assert shown["left"] == n + 2 * p - (shown["outputs"] - 1) * s - shown["span"]


def test_a_kernel_that_does_not_fit_has_no_position(modules):
    shown = modules.evaluate(AXIS, axis_settings(4, 3, 1, 0, 2))
    assert (shown["outputs"], shown["read"]) == (0, [])
    assert all(joined == [] for joined in shown["reached"])


@pytest.mark.parametrize(
    ("channels", "o", "read"),
    [((6, 4, 1), 3, [0, 1, 2, 3, 4, 5]), ((6, 4, 2), 2, [3, 4, 5]), ((4, 8, 4), 3, [1])],
)
def test_groups_split_the_channels_and_the_cost(modules, channels, o, read):
    ins, outs, groups = channels
    settings = {
        "in_channels": ins,
        "out_channels": outs,
        "groups": groups,
        **axis_settings(9, 3, 2, 1, 1),
    }
    shown = modules.evaluate(CHANNELS, [settings, o])
    assert shown["channels"] == read
    assert shown["weights"] == conv2d_parameters(ins, outs, 3, groups, bias=False)
    assert shown["macs"] == conv2d_macs((ins, 9, 9), outs, 3, 2, 1, groups=groups)


# The reader's hands ------------------------------------------------------------------------------


def test_sliders_change_the_formula_and_the_picture(open_widgets):
    page = open_widgets(ConvolutionArithmetic(7, 3, stride=2))
    formula = page.locator(".cnn-formula")
    assert formula.inner_text() == "⌊(7 + 2 × 0 − 1 × (3 − 1) − 1) / 2⌋ + 1 = ⌊4 / 2⌋ + 1 = 3"
    set_slider(page, "Padding", 2)
    set_slider(page, "Dilation", 3)
    assert formula.inner_text() == "⌊(7 + 2 × 2 − 3 × (3 − 1) − 1) / 2⌋ + 1 = ⌊4 / 2⌋ + 1 = 3"
    assert page.locator(".cnn-input .cnn-cell").count() == 121
    assert page.locator(".cnn-output .cnn-cell").count() == 9


def test_an_outputs_window_is_framed_and_its_rows_are_worked_out(open_widgets):
    page = open_widgets(ConvolutionArithmetic(7, 3, stride=2, padding=1))
    page.locator(".cnn-output").focus()
    page.keyboard.press("End")
    wait_for(page, "Output (3, 3) reads rows 3 × 2 − 1 + (0, 1, 2) × 1 = 5, 6, 7")
    assert "above 6 is padding" in told(page).inner_text()
    assert (framed(page, "input"), framed(page, "output")) == (9, 1)
    page.keyboard.press("ArrowRight")  # already at the edge
    page.keyboard.press("ArrowUp")
    wait_for(page, "Output (2, 3)")


def test_a_pixels_outputs_are_framed_with_their_weights(open_widgets):
    page = open_widgets(ConvolutionArithmetic(5, 3))
    box = page.locator(".cnn-input svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait_for(page, "Pixel (2, 2) is read by 3 × 3 = 9: rows 0, 1, 2 with weight rows 2, 1, 0")
    assert (framed(page, "input"), framed(page, "output")) == (1, 9)
    weights = page.locator(".cnn-output .cnn-number").all_text_contents()
    assert weights == ["2,2", "2,1", "2,0", "1,2", "1,1", "1,0", "0,2", "0,1", "0,0"]
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    wait_for(page, "Pixel (0, 0) is read by 1 × 1 = 1")


def test_pixels_that_the_stride_leaves_out_are_read_by_no_output(open_widgets):
    page = open_widgets(ConvolutionArithmetic(8, 3, stride=2))
    page.locator(".cnn-input").focus()
    page.keyboard.press("End")
    wait_for(page, "Pixel (7, 7) is read by no output")
    assert page.locator(".cnn-input .cnn-number").last.text_content() == "0"


def test_a_finger_chooses_a_pixel(open_widgets):
    page = open_widgets(ConvolutionArithmetic(5, 3), width=360, touch=True)
    box = page.locator(".cnn-input svg").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] - 8, box["y"] + 8)
    wait_for(page, "Pixel (0, 4) is read by 1 × 1 = 1")


def test_settings_that_do_not_go_together_are_explained_and_can_be_left_again(open_widgets):
    page = open_widgets(ConvolutionArithmetic(4, 3, in_channels=4, out_channels=6))
    set_slider(page, "Dilation", 2)
    assert "spans 5 cells, the input with its padding has 4" in page.inner_text(".cnn-equation")
    assert page.locator(".cnn-output .cnn-cell").count() == 0
    page.locator(".cnn-output").focus()
    page.keyboard.press("End")
    wait_for(page, "is read by no output")
    set_slider(page, "Groups", 3)
    wait_for(page, "3 groups do not divide 4 input and 6 output channels")
    set_slider(page, "Groups", 2)
    set_slider(page, "Padding", 1)
    assert page.locator(".cnn-output .cnn-cell").count() == 4
    wait_for(page, "Output channel 0 belongs to group 0 and reads input channels 0, 1")


def test_an_output_channel_shows_the_input_channels_it_reads(open_widgets):
    page = open_widgets(ConvolutionArithmetic(in_channels=4, out_channels=6, groups=2))
    page.locator(".cnn-channels").focus()
    page.keyboard.press("End")
    wait_for(page, "Output channel 5 belongs to group 1 and reads input channels 2, 3")
    assert page.locator(".cnn-channels .cnn-joined").count() == 12
    assert page.locator(".cnn-channels .cnn-joined-here").count() == 2
    assert "weight (6, 4 / 2, 3, 3): 6 × 2 × 3 × 3 = 108 weights" in page.inner_text(".cnn-cost")


def test_the_widget_speaks_chinese_on_a_chinese_page(open_widgets):
    page = open_widgets(ConvolutionArithmetic(5, 3), language="zh-CN")
    assert told(page).inner_text() == (
        "输出 (1, 1) 读的行是 1 × 1 − 0 + (0, 1, 2) × 1 = 1, 2, 3，"
        "列是 1 × 1 − 0 + (0, 1, 2) × 1 = 1, 2, 3。"
    )


# Python ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"input_size": 11}, "input_size is 11; give an integer from 1 to 10"),
        ({"stride": 0}, "stride is 0; give an integer from 1 to 4"),
        ({"padding": 0.5}, "padding is 0.5; give an integer from 0 to 3"),
    ],
)
def test_settings_that_cannot_be_shown_are_refused(setting, message):
    with pytest.raises(ValueError, match=message):
        ConvolutionArithmetic(**setting)
