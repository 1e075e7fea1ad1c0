import numpy as np
import pytest

from convlab import ops
from convlab.widgets import DropoutMask

VALUES = [2.0, -1.0, 0.5, 3.0]
DROP = """async ([values, uniforms, p, training]) =>
  (await import("/dropout_mask.js")).dropout(values, uniforms, p, training)"""
UNIFORMS = """async ([seed, count]) => {
  const { generator } = await import("/dropout_mask.js");
  const next = generator(seed);
  return Array.from({ length: count }, next);
}"""


def row(page, name):
    texts = page.locator(f".cnn-layer-{name} text").all_text_contents()
    return [float(text.replace("−", "-")) for text in texts]


def wait_for_average(page, label):
    page.wait_for_function(
        "text => document.querySelector('.cnn-layer-average span').textContent === text", arg=label
    )


# Numbers ---------------------------------------------------------------------------------------


def test_output_equals_the_courses_dropout_with_the_same_random_numbers(modules):
    values = np.random.default_rng(0).standard_normal(200)
    for seed, p in enumerate([0.0, 0.25, 0.5, 0.9]):
        uniforms = np.random.default_rng(seed).random(200)
        shown = modules.evaluate(DROP, [values.tolist(), uniforms.tolist(), p, True])
        output, mask = ops.dropout(values, p, True, np.random.default_rng(seed))
        assert shown["mask"] == mask.tolist()
        np.testing.assert_allclose(shown["output"], output)


def test_evaluation_changes_nothing_whatever_was_drawn(modules):
    shown = modules.evaluate(DROP, [VALUES, [0.0] * 4, 0.9, False])
    assert shown == {"mask": [True] * 4, "output": VALUES}


def test_random_numbers_are_uniform_and_follow_from_the_seed(modules):
    first, again, other = (modules.evaluate(UNIFORMS, [seed, 20_000]) for seed in (7, 7, 8))
    assert first == again != other
    counts, _ = np.histogram(first, bins=10, range=(0, 1))
    assert counts.sum() == 20_000
    assert abs(counts - 2000).max() < 5 * np.sqrt(2000 * 0.9)
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 5 / np.sqrt(20_000)


# The reader's hands ------------------------------------------------------------------------------


def test_what_is_kept_is_scaled_and_the_mean_over_many_draws_comes_near_the_input(open_widgets):
    page = open_widgets(DropoutMask(VALUES, p=0.5))
    for _ in range(3):
        page.get_by_role("button", name="Draw 100 more").click()
    wait_for_average(page, "Mean output over all draws: 301")
    mask = np.array(row(page, "mask"))
    assert set(mask) <= {0, 1}
    assert row(page, "output") == (mask * VALUES / 0.5).tolist()
    # Standard error of one unit's mean: |x| sqrt(p / (1 - p) / draws).
    assert (abs(np.array(row(page, "average")) - VALUES) < 5 * abs(np.array(VALUES)) / 17).all()


def test_a_new_mask_is_drawn_at_each_press(open_widgets):
    page = open_widgets(DropoutMask(np.ones(12), p=0.5))
    seen = {tuple(row(page, "mask"))}
    for count in range(2, 6):
        page.get_by_role("button", name="Draw a mask").click()
        wait_for_average(page, f"Mean output over all draws: {count}")
        seen.add(tuple(row(page, "mask")))
    assert len(seen) >= 4


def test_a_larger_p_drops_more_and_begins_the_mean_anew(open_widgets):
    page = open_widgets(DropoutMask(np.ones(12), p=0.0))
    assert row(page, "mask") == [1] * 12
    page.get_by_role("button", name="Draw 100 more").click()
    wait_for_average(page, "Mean output over all draws: 101")
    page.get_by_label("Probability p").fill("0.9")
    wait_for_average(page, "Mean output over all draws: 1")
    assert sum(row(page, "mask")) < 6
    assert set(row(page, "output")) <= {0, 10}
    assert page.locator(".cnn-layer-output .cnn-dashed").count() == 12 - sum(row(page, "mask"))


def test_evaluation_passes_the_input_and_draws_nothing(open_widgets):
    page = open_widgets(DropoutMask(VALUES, p=0.75))
    page.get_by_label("Mode").select_option("evaluation")
    wait_for_average(page, "Mean output: the same in every call")
    assert row(page, "output") == row(page, "average") == VALUES
    for button in page.get_by_role("button").all():
        assert button.is_disabled()


def test_keys_and_finger_choose_a_unit_whose_arithmetic_is_said(open_widgets):
    page = open_widgets(DropoutMask(VALUES, p=0.0), width=360, touch=True)
    spoken = page.locator("[aria-live=polite]")
    surface = page.get_by_role("application")
    assert spoken.inner_text() == (
        "Unit 1: 2 × 1 / (1 − 0) = 2. Kept: its gradient is multiplied by 1."
    )
    for key, unit in [("ArrowLeft", 1), ("ArrowRight", 2), ("End", 4), ("ArrowRight", 4)]:
        surface.press(key)
        page.wait_for_function(
            "n => document.querySelector('.cnn-spoken').textContent.startsWith(`Unit ${n}:`)",
            arg=unit,
        )
    box = page.locator(".cnn-layer-output svg").bounding_box()
    page.touchscreen.tap(box["x"] + 0.6 * box["width"], box["y"] + 5)
    page.wait_for_function(
        "document.querySelector('.cnn-spoken').textContent.startsWith('Unit 3: 0.5 × 1')"
    )
    page = open_widgets(DropoutMask([3.0], p=0.9, seed=1), language="zh-CN")
    assert page.locator("[aria-live=polite]").inner_text() == (
        "单元 1：3 × 0 / (1 − 0.9) = 0。丢弃：它的梯度是 0。"
    )


# Python ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "p", "message"),
    [
        (np.zeros((2, 2)), 0.5, r"shape \(2, 2\)"),
        (np.zeros(13), 0.5, "1 to 12"),
        ([], 0.5, "1 to 12"),
        ([1.0, np.inf], 0.5, "finite"),
        ([1.0], 1.0, "p is 1.0"),
        ([1.0], -0.1, "p is -0.1"),
    ],
)
def test_arguments_that_cannot_be_shown_are_refused(values, p, message):
    with pytest.raises(ValueError, match=message):
        DropoutMask(values, p=p)
