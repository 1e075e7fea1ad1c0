import numpy as np
import pytest
import torch

from convlab import ops
from convlab.widgets import ActivationExplorer

EVALUATE = """async ([settings, points]) => {
  const { evaluate } = await import("/activation_explorer.js");
  return points.map((x) => evaluate(settings, x));
}"""
CURVE = """async ([settings, kind]) =>
  (await import("/activation_explorer.js")).curve(settings, kind)"""
POWER = """async ([slope, layers]) =>
  (await import("/activation_explorer.js")).writePower(slope, layers)"""
POINTS = [-1000.0, -6.0, -2.0, -1e-9, 0.0, 1e-9, 0.7, 2.0, 6.0, 1000.0]


def settings(activation, negative_slope=0.1, beta=1.0):
    return {"activation": activation, "negative_slope": negative_slope, "beta": beta}


def result(page, kind):
    return page.locator(f".cnn-result-{kind}").inner_text()


def wait_for_value(page, text):
    page.wait_for_function(
        "text => document.querySelector('.cnn-result-value').textContent === text", arg=text
    )


# Numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0.0, 0.3, 2.5])
def test_rectifiers_and_swish_equal_the_courses_operations(modules, number):
    x = np.array(POINTS)
    ones = np.ones_like(x)
    expected = {
        "relu": (ops.relu(x), ops.relu_backward(ones, x)),
        "leaky_relu": (ops.leaky_relu(x, number), ops.leaky_relu_backward(ones, x, number)),
        "swish": (ops.swish(x, number), ops.swish_backward(ones, x, number)),
    }
    for activation, (values, slopes) in expected.items():
        shown = modules.evaluate(EVALUATE, [settings(activation, number, number), POINTS])
        np.testing.assert_allclose([at["value"] for at in shown], values, atol=1e-15)
        np.testing.assert_allclose([at["slope"] for at in shown], slopes, atol=1e-15)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_sigmoid_and_tanh_equal_autograd(modules, activation):
    x = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
    values = getattr(torch, activation)(x)
    values.sum().backward()
    shown = modules.evaluate(EVALUATE, [settings(activation), POINTS])
    np.testing.assert_allclose([at["value"] for at in shown], values.detach(), atol=1e-15)
    np.testing.assert_allclose([at["slope"] for at in shown], x.grad, atol=1e-15)


def test_a_slope_that_jumps_is_drawn_as_two_runs_and_a_smooth_one_as_one(modules):
    left, right = modules.evaluate(CURVE, [settings("leaky_relu", 0.2), "slope"])
    assert {y for _, y in left} == {0.2}
    assert {y for _, y in right} == {1}
    assert left[-1][0] == right[0][0] == 0
    for activation in ("swish", "sigmoid", "tanh"):
        (run,) = modules.evaluate(CURVE, [settings(activation), "slope"])
        assert (run[0][0], run[-1][0]) == (-6, 6)


def test_what_twenty_layers_leave_is_written_in_powers_of_ten(modules):
    for slope, text in [(0.25, "9.1 × 10⁻¹³"), (1, "1"), (0, "0"), (1.5, "3.3 × 10³")]:
        assert modules.evaluate(POWER, [slope, 20]) == text


# The reader's hands ------------------------------------------------------------------------------


def test_arrow_keys_move_the_point_and_stop_at_the_ends(open_widgets):
    page = open_widgets(ActivationExplorer("relu", x=-0.1))
    surface = page.get_by_role("slider", name="The point x on the curve")
    for key, expected in [
        ("ArrowRight", "f(0) = max(0, 0) = 0"),
        ("ArrowUp", "f(0.1) = max(0.1, 0) = 0.1"),
        ("ArrowDown", "f(0) = max(0, 0) = 0"),
        ("End", "f(6) = max(6, 0) = 6"),
        ("ArrowRight", "f(6) = max(6, 0) = 6"),
        ("Home", "f(−6) = max(−6, 0) = 0"),
        ("ArrowLeft", "f(−6) = max(−6, 0) = 0"),
    ]:
        surface.press(key)
        wait_for_value(page, expected)
    assert surface.get_attribute("aria-valuenow") == "-6"


def test_finger_on_either_curve_moves_both_points(open_widgets):
    page = open_widgets(ActivationExplorer("tanh"), width=360, touch=True)
    for surface in page.locator(".cnn-surface").all():
        surface.scroll_into_view_if_needed()
        box = surface.locator(".cnn-axis").first.bounding_box()  # x = 0, of no width
        page.touchscreen.tap(box["x"], box["y"] + 20)
        wait_for_value(page, "f(0) = tanh(0) = 0")
        surface.page.get_by_role("slider").press("End")
        wait_for_value(page, "f(6) = tanh(6) = 1")


def test_picking_an_activation_shows_its_arithmetic_and_only_its_own_parameter(open_widgets):
    page = open_widgets(ActivationExplorer("relu", x=-2, negative_slope=0.2))
    picker = page.get_by_label("Activation", exact=True)
    leak, steepness = page.get_by_label("Negative slope a"), page.get_by_label("Gate's steepness β")
    assert not leak.is_visible()
    assert not steepness.is_visible()
    picker.select_option("leaky_relu")
    wait_for_value(page, "f(−2) = 0.2 × (−2) = −0.4")
    assert result(page, "slope") == "f′(−2) = 0.2"
    assert leak.is_visible()
    picker.select_option("swish")
    wait_for_value(page, "f(−2) = −2 × σ(−2) = −2 × 0.1192 = −0.2384")
    assert result(page, "slope") == "f′(−2) = 0.1192 + (−2) × 0.1192 × (1 − 0.1192) = −0.0908"
    assert steepness.is_visible()
    assert not leak.is_visible()


def test_turning_the_leak_changes_the_slope(open_widgets):
    page = open_widgets(ActivationExplorer("leaky_relu", x=-3, negative_slope=0.1))
    page.get_by_label("Negative slope a").fill("0.5")
    wait_for_value(page, "f(−3) = 0.5 × (−3) = −1.5")
    assert result(page, "slope") == "f′(−3) = 0.5"


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "ReLU at x = −2. Value: max(−2, 0) = 0. Slope: 0."),
        ("zh-CN", "ReLU，x = −2。函数值：max(−2, 0) = 0。斜率：0。"),
    ],
)
def test_value_and_slope_are_said_in_words_for_screen_readers(open_widgets, language, spoken):
    page = open_widgets(ActivationExplorer(), language=language)
    assert page.locator("[aria-live=polite]").inner_text() == spoken


# Python ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"activation": "gelu"}, "no activation 'gelu'"),
        ({"x": 7}, "x is 7"),
        ({"negative_slope": -0.1}, "negative_slope is -0.1"),
        ({"beta": 5}, "give a number from 0 to 4"),
    ],
)
def test_arguments_that_cannot_be_shown_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ActivationExplorer(**arguments)
