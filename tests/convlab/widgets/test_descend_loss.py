import json

import numpy as np
import pytest
import torch
from torch.nn import functional

from convlab.widgets import DescendLoss

X = np.array([0.0, 1.0, 2.0])
Y = np.array([1.0, 2.0, 4.0])
DESCEND = """async ([points, kind, start, rate, steps]) =>
  (await import("/descend_loss.js")).descend(points, kind, start, rate, steps)"""
WRITE = """async (values) => values.map((await import("/descend_loss.js")).write)"""


@pytest.fixture
def example():
    """At slope 0 and intercept 0: loss (1 + 4 + 16) / 3, gradient -2 (0 + 2 + 8) / 3, -14 / 3."""
    return DescendLoss(X, Y, start=(0, 0), learning_rate=0.1)


def updates(page):
    return page.locator(".cnn-updates p span:last-child").all_inner_texts()


def heading(page):
    return page.locator(".cnn-equation .cnn-heading").inner_text()


def wait_for_step(page, step):
    page.wait_for_function(
        "n => document.querySelector('.cnn-equation .cnn-heading').textContent"
        ".startsWith(`After step ${n}:`)",
        arg=step,
    )


def by_autograd(x, y, kind, start, rate, steps):
    """The same descent with PyTorch's losses and gradients."""
    loss_function = {"mse": functional.mse_loss, "mae": functional.l1_loss}[kind]
    place = torch.tensor(start, requires_grad=True)
    path = []
    for _ in range(steps + 1):
        loss = loss_function(place[0] * torch.tensor(x) + place[1], torch.tensor(y))
        (gradient,) = torch.autograd.grad(loss, place)
        path.append((place.detach().numpy(), loss.item(), gradient.numpy()))
        place = (place - rate * gradient).detach().requires_grad_()
    return path


# Numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["mse", "mae"])
def test_the_path_has_the_losses_and_gradients_of_autograd(modules, kind):
    rng = np.random.default_rng(0)
    for count, rate in [(2, 0.1), (7, 0.03), (40, 0.3), (5, 0.9)]:
        x, y, start = rng.normal(size=count), rng.normal(size=count), rng.normal(size=2)
        points = {"x": x.tolist(), "y": y.tolist()}
        path = modules.evaluate(DESCEND, [points, kind, start.tolist(), rate, 12])
        expected = by_autograd(x, y, kind, start, rate, 12)
        assert len(path) == len(expected)
        for shown, (at, loss, gradient) in zip(path, expected, strict=True):
            np.testing.assert_allclose(shown["at"], at, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(shown["loss"], loss, rtol=1e-9)
            np.testing.assert_allclose(shown["gradient"], gradient, rtol=1e-9, atol=1e-12)


def test_a_loss_that_explodes_ends_the_path_while_it_is_a_number(modules):
    points = {"x": [0, 1, 2], "y": [1, 2, 4]}
    path = modules.evaluate(DESCEND, [points, "mse", [0, 0], 5, 400])
    assert len(path) < 30
    assert np.isfinite(path[-1]["loss"])
    assert path[-1]["loss"] > 1e12


def test_a_number_is_written_so_that_it_can_be_read(modules):
    values = [0, -0.0001, -0.125, 3, 123.44, -123456, 9.97e8]
    expected = ["0.000", "0.000", "−0.125", "3.000", "123.4", "−1.2×10^5", "1.0×10^9"]
    assert modules.evaluate(WRITE, values) == expected


# The reader's hands ------------------------------------------------------------------------------


def test_each_step_shows_the_arithmetic_of_the_next(open_widgets, example):
    page = open_widgets(example)
    assert heading(page) == "After step 0: loss 7.000"
    assert updates(page) == [
        "0.000 − 0.1 × (−6.667) = 0.667",
        "0.000 − 0.1 × (−4.667) = 0.467",
    ]
    page.get_by_role("button", name="Step", exact=True).click()
    wait_for_step(page, 1)
    assert [text.split(" ")[0] for text in updates(page)] == ["0.667", "0.467"]
    assert "down from 7.000" in page.locator(".cnn-equation").inner_text()
    page.get_by_role("button", name="Back").click()
    wait_for_step(page, 0)


def test_playing_goes_on_by_itself_until_it_is_paused(open_widgets, example):
    page = open_widgets(example)
    page.get_by_role("button", name="Play").click()
    wait_for_step(page, 2)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play").wait_for()


def test_the_learning_rate_goes_from_a_crawl_to_an_explosion(open_widgets):
    page = open_widgets(DescendLoss(X, Y, learning_rate=0.1, steps=40))
    slider = page.get_by_role("slider", name="Learning rate")

    def final_loss():
        return float(heading(page).split("loss ")[1].replace("×10^", "e"))

    start, lowest = 7.0, ((Y - np.polyval(np.polyfit(X, Y, 1), X)) ** 2).mean()
    good = final_loss()
    slider.press("Home")
    page.wait_for_timeout(60)
    crawl = final_loss()
    slider.press("End")
    page.wait_for_selector(".cnn-warn")
    assert lowest < good < 2 * lowest < crawl < start < 1e5 < final_loss()
    assert "too long" in page.locator(".cnn-warn").inner_text()


def test_arrow_keys_move_the_start_and_stop_at_the_edges(open_widgets, example):
    page = open_widgets(example)
    [low, high] = [[c - r, c + r] for c, r in zip(example.centre, example.reach, strict=True)]
    page.locator(".cnn-board").focus()
    for keys, slope, intercept in [
        (["Home"], low[0], high[1]),
        (["ArrowLeft", "ArrowUp"], low[0], high[1]),
        (["ArrowRight"] * 20, (low[0] + low[1]) / 2, high[1]),
        (["End"], low[1], high[0]),
        (["ArrowUp"] * 20, low[1], (high[0] + high[1]) / 2),
    ]:
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_timeout(60)
        shown = [float(text.split(" ")[0].replace("−", "-")) for text in updates(page)]
        assert shown == pytest.approx([slope, intercept], abs=6e-4), keys


def test_a_pointer_drags_the_start(open_widgets, example):
    page = open_widgets(example)
    box = page.locator(".cnn-ground").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.down()
    page.mouse.move(*middle, steps=4)
    page.mouse.up()
    page.mouse.move(box["x"] + 3, box["y"] + 3)  # released: the start stays
    page.wait_for_function(  # the middle is the lowest point: nothing is left to correct
        "document.querySelector('.cnn-updates').textContent.split('× 0.000 =').length === 3"
    )


def test_a_finger_moves_the_start(open_widgets, example):
    page = open_widgets(example, width=360, touch=True)
    box = page.locator(".cnn-ground").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function(
        "document.querySelector('.cnn-updates').textContent.includes('× 0.000 =')"
    )


def test_the_ground_lies_exactly_under_the_frame(open_widgets, example):
    page = open_widgets(example, width=700)
    ground = page.locator(".cnn-ground").bounding_box()
    frame = page.locator(".cnn-board .cnn-frame").bounding_box()
    for side in ("x", "y", "width", "height"):
        assert ground[side] == pytest.approx(frame[side], abs=1.5), side


def test_the_absolute_error_has_another_loss_and_another_gradient(open_widgets, example):
    page = open_widgets(example)
    page.get_by_label("Loss", exact=True).select_option("mae")
    page.wait_for_function(
        "document.querySelector('.cnn-equation').textContent.includes('loss 2.333')"
    )
    assert updates(page) == ["0.000 − 0.1 × (−1.000) = 0.100", "0.000 − 0.1 × (−1.000) = 0.100"]


def test_what_is_shown_is_said_in_words_for_screen_readers(open_widgets, example):
    spoken = open_widgets(example).locator("[aria-live=polite]").inner_text()
    assert spoken == (
        "After step 0: loss 7.000 No step has been made yet. Gradient: slope −6.667, "
        "intercept −4.667. Next: slope 0.000 − 0.1 × (−6.667) = 0.667; "
        "intercept 0.000 − 0.1 × (−4.667) = 0.467."
    )
    spoken = open_widgets(example, language="zh-CN").locator("[aria-live=polite]").inner_text()
    assert spoken.startswith("第 0 步之后：损失 7.000。还没有迈出第一步。梯度：斜率 −6.667")


# Python ------------------------------------------------------------------------------------------


def test_the_state_that_a_page_embeds_is_plain_json(example):
    state = example.get_state(["x", "y", "start", "centre", "reach", "largest_rate"])
    assert json.loads(json.dumps(state)) == state
    assert state["centre"] == pytest.approx(np.polyfit(X, Y, 1).tolist())


@pytest.mark.parametrize(
    ("points", "options", "message"),
    [
        (([1, 2], [1, 2, 3]), {}, r"x has shape \(2,\) and y \(3,\)"),
        (([1], [1]), {}, "2 to 200 numbers"),
        (([1, np.nan], [1, 2]), {}, "not finite"),
        (([2, 2], [1, 2]), {}, "all x are 2"),
        ((X, Y), {"start": (0, np.inf)}, "start is"),
        ((X, Y), {"learning_rate": 0}, "learning_rate is 0"),
        ((X, Y), {"steps": 41}, "steps is 41"),
    ],
)
def test_what_cannot_be_descended_is_refused(points, options, message):
    with pytest.raises(ValueError, match=message):
        DescendLoss(*points, **options)
