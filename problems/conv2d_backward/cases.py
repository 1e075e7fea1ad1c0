"""Cases that tell right gradients from wrong ones, and wrong ones from each other.

Upstream gradients are drawn: all ones would hide flips and transpositions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograder import Case, Group, Text
from problems.arrays import with_gaps
from problems.conv2d_rounding import GRADIENTS
from problems.conv2d_settings import BACKWARD, Setting
from problems.function_calls import afterwards, titled

GROUPS = {
    "grad_bias": Group(Text("gradient of the bias", "偏置的梯度"), 10),
    "grad_weight": Group(Text("gradient of the weight", "权重的梯度"), 20),
    "grad_input": Group(Text("gradient of the input", "输入的梯度"), 20),
    "padding": Group(Text("backward with padding", "带填充的反向传播"), 14),
    "stride": Group(Text("backward with stride", "带步幅的反向传播"), 18),
    "rectangles": Group(Text("backward, height and width differ", "反向，高与宽不同"), 12),
    "robustness": Group(
        Text("empty batch, float32, arguments left alone", "空批次、float32、不改动参数"), 6
    ),
}
QUANTITIES = afterwards("grad_output", "input_tensor", "weight")
UNTOUCHED = tuple(QUANTITIES)
# Day 7's layer has some of these settings too.
SETTINGS = {
    "padding": [
        *BACKWARD["padding"],
        Setting((1, 2, 5, 5), 2, 3),
        Setting((2, 2, 5, 5), 2, 1, padding=1),
        # A frame as wide as the kernel: the first windows hold nothing but zeros.
        Setting((1, 1, 4, 4), 2, 2, padding=2),
    ],
    "stride": [
        *BACKWARD["stride"],
        # Fractions of a step: 0, 1/3 and 2/3; 1/2.
        Setting((2, 2, 8, 8), 2, 2, stride=3),
        Setting((1, 2, 9, 9), 2, 3, stride=3),
        Setting((2, 1, 10, 10), 2, 2, stride=3),
        Setting((2, 2, 7, 7), 2, 3, stride=2, padding=1),
    ],
    "rectangles": [
        *BACKWARD["rectangles"],
        Setting((2, 2, 5, 8), 2, 3),
        Setting((2, 2, 8, 5), 2, 2, stride=2),
        Setting((1, 2, 6, 6), 2, (2, 4)),
        Setting((2, 1, 7, 9), 2, 3, padding=(2, 0), stride=(1, 3)),
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
    return [
        *(
            _case(name, setting, rng, (name,))
            for name in ("grad_bias", "grad_weight", "grad_input")
            for setting in BACKWARD["plain"]
        ),
        *(
            _case(group, setting, rng)
            for group, settings in SETTINGS.items()
            for setting in settings
        ),
        *_robustness(rng),
    ]


def _case(
    group: str, setting: Setting, rng: np.random.Generator, check: tuple[str, ...] = GRADIENTS
) -> Case:
    arguments = {
        "grad_output": rng.normal(size=setting.output_shape),
        "input_tensor": rng.normal(size=setting.shape),
        "weight": rng.normal(size=setting.weight_shape),
        "settings": {"stride": setting.stride, "padding": setting.padding},
        "check": check,
    }
    return Case(group, _describe(setting), arguments)


def _describe(setting: Setting) -> Text:
    text = (
        f"grad_output {setting.output_shape}, input_tensor {setting.shape}, "
        f"weight {setting.weight_shape}, stride {setting.stride}, padding {setting.padding}"
    )
    return Text(text, text)


def _robustness(rng: np.random.Generator) -> list[Case]:
    setting = Setting((2, 2, 6, 5), 3, 3, stride=2, padding=1)
    empty = replace(setting, shape=(0, *setting.shape[1:]))
    single, gaps = _case("robustness", setting, rng), _case("robustness", setting, rng)
    arrays = ("grad_output", "input_tensor", "weight")
    return [
        titled(Text("an empty batch", "空批次"), _case("robustness", empty, rng)),
        titled(
            Text("float32", "float32"),
            _with(single, **{name: single.arguments[name].astype(np.float32) for name in arrays}),
        ),
        titled(
            Text("arguments after the call", "调用之后的参数"),
            _case("robustness", setting, rng, UNTOUCHED),
        ),
        titled(
            Text("views with gaps in memory", "内存不连续的视图"),
            _with(gaps, **{name: with_gaps(gaps.arguments[name]) for name in arrays}),
        ),
    ]


def _with(case: Case, **arguments: Any) -> Case:
    return replace(case, arguments={**case.arguments, **arguments})
