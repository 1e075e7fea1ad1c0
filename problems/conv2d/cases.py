"""Cases that tell right forward passes from wrong ones, and wrong ones from each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograder import Case, Group, Text
from problems.arrays import with_gaps
from problems.conv2d_settings import FORWARD, Setting
from problems.function_calls import afterwards, titled

GROUPS = {
    "one_channel": Group(Text("conv2d, one channel", "conv2d，单通道"), 10),
    "channels": Group(Text("conv2d, channels, batch and bias", "conv2d，多通道、批次与偏置"), 12),
    "padding": Group(Text("conv2d, padding", "conv2d，填充"), 10),
    "stride": Group(Text("conv2d, stride", "conv2d，步幅"), 13),
    "rectangles": Group(Text("conv2d, height and width differ", "conv2d，高与宽不同"), 12),
    "dilation": Group(Text("conv2d, dilation", "conv2d，膨胀"), 12),
    "groups": Group(Text("conv2d, groups", "conv2d，分组"), 12),
    "robustness": Group(
        Text("conv2d, empty batch, float32, arguments", "conv2d，空批次、float32、不改动参数"), 4
    ),
}
OUTPUT = ("output_tensor",)
QUANTITIES = afterwards("input_tensor", "weight", "bias")
UNTOUCHED = tuple(QUANTITIES)
# What only this day's function has; the other settings are shared with Day 7's layer.
SETTINGS = {
    **FORWARD,
    "dilation": [
        Setting((2, 2, 7, 7), 3, 3, dilation=2),
        Setting((2, 2, 9, 9), 2, 2, dilation=3),
        # One element spans one, however far the next would be.
        Setting((1, 2, 6, 6), 2, 1, dilation=3),
        Setting((1, 2, 10, 10), 3, 3, stride=2, padding=1, dilation=2),
        Setting((2, 2, 9, 8), 2, (2, 3), dilation=(1, 2)),
        Setting((1, 1, 8, 6), 2, 3, padding=(0, 2), dilation=(3, 1)),
    ],
    "groups": [
        Setting((2, 4, 5, 5), 6, 3, groups=2),
        Setting((2, 3, 6, 6), 3, 3, padding=1, groups=3),
        Setting((1, 3, 5, 6), 6, 2, groups=3),
        Setting((2, 6, 5, 5), 3, 3, groups=3),
        Setting((1, 4, 9, 8), 4, (3, 2), stride=2, dilation=2, groups=2),
    ],
}


def generate(seed: int) -> list[Case]:
    """Draw the cases of all groups.

    Parameters
    ----------
    seed : int
        Shapes and settings are fixed; the values are drawn from it.

    Returns
    -------
    list of Case
    """
    rng = np.random.default_rng(seed)
    drawn = [
        _case(group, setting, rng) for group, settings in SETTINGS.items() for setting in settings
    ]
    return [_worked_example(), *drawn, _without_bias(rng), *_robustness(rng)]


def _case(
    group: str, setting: Setting, rng: np.random.Generator, check: tuple[str, ...] = OUTPUT
) -> Case:
    arguments = {
        "input_tensor": rng.normal(size=setting.shape),
        "weight": rng.normal(size=setting.weight_shape),
        "bias": rng.normal(size=setting.out_channels),
        "settings": {
            "stride": setting.stride,
            "padding": setting.padding,
            "dilation": setting.dilation,
            "groups": setting.groups,
        },
        "check": check,
    }
    return Case(group, _describe(setting), arguments)


def _describe(setting: Setting) -> Text:
    text = (
        f"input_tensor {setting.shape}, weight {setting.weight_shape}, stride {setting.stride}, "
        f"padding {setting.padding}, dilation {setting.dilation}, groups {setting.groups}"
    )
    return Text(text, text)


def _worked_example() -> Case:
    """Lesson 2's example: 25 31 43 49."""
    setting = Setting((1, 1, 3, 3), 1, 2)
    case = _case("one_channel", setting, np.random.default_rng(0))
    image, kernel = np.arange(1.0, 10.0), np.arange(4.0)
    return _with(
        case,
        input_tensor=image.reshape(setting.shape),
        weight=kernel.reshape(setting.weight_shape),
        bias=np.zeros(1),
    )


def _without_bias(rng: np.random.Generator) -> Case:
    case = _case("channels", Setting((2, 3, 5, 5), 2, 2), rng)
    return titled(Text("bias None", "bias 为 None"), _with(case, bias=None))


def _robustness(rng: np.random.Generator) -> list[Case]:
    setting = Setting((2, 2, 6, 5), 3, 3, stride=2, padding=1)
    empty = replace(setting, shape=(0, *setting.shape[1:]))
    unpadded = replace(setting, stride=1, padding=0)
    single = _case("robustness", setting, rng)
    gaps = _case("robustness", setting, rng)
    arrays = ("input_tensor", "weight", "bias")
    return [
        titled(Text("an empty batch", "空批次"), _case("robustness", empty, rng)),
        titled(
            Text("float32", "float32"),
            _with(single, **{name: single.arguments[name].astype(np.float32) for name in arrays}),
        ),
        # Without padding there may be no copy between the caller's image and the windows.
        titled(
            Text("arguments after the call", "调用之后的参数"),
            _case("robustness", unpadded, rng, UNTOUCHED),
        ),
        titled(
            Text("views with gaps in memory", "内存不连续的视图"),
            _with(gaps, **{name: with_gaps(gaps.arguments[name]) for name in arrays}),
        ),
    ]


def _with(case: Case, **arguments: Any) -> Case:
    return replace(case, arguments={**case.arguments, **arguments})
