"""Cases that tell right layers from wrong ones, and wrong ones from each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder import Case, Group, Text
from autograder.comparison import Array
from problems.arrays import with_gaps
from problems.conv2d_rounding import GRADIENTS
from problems.conv2d_settings import BACKWARD, FORWARD, Setting, as_pair
from problems.function_calls import titled

GROUPS = {
    "one_channel": Group(Text("forward, one channel", "前向，单通道"), 8),
    "channels": Group(Text("forward, channels, batch and bias", "前向，多通道、批次与偏置"), 10),
    "padding": Group(Text("forward, padding", "前向，填充"), 8),
    "stride": Group(Text("forward, stride", "前向，步幅"), 10),
    "rectangles": Group(Text("forward, height and width differ", "前向，高与宽不同"), 8),
    "grad_bias": Group(Text("gradient of the bias", "偏置的梯度"), 6),
    "grad_weight": Group(Text("gradient of the weight", "权重的梯度"), 12),
    "grad_input": Group(Text("gradient of the input", "输入的梯度"), 12),
    "backward_settings": Group(
        Text("backward with stride and padding", "带步幅与填充的反向传播"), 10
    ),
    "repeated_calls": Group(Text("several calls in a row", "连续多次调用"), 3),
    "robustness": Group(
        Text("empty batch, float32, arguments left alone", "空批次、float32、不改动参数"), 3
    ),
}

OUTPUT = ("output_tensor",)
QUANTITIES = {
    "input_tensor afterwards": Text("input_tensor, after the calls", "调用之后的 input_tensor"),
    "grad_output afterwards": Text("grad_output, after the calls", "调用之后的 grad_output"),
    "weight afterwards": Text("weight, after the calls", "调用之后的 weight"),
}
UNTOUCHED = tuple(QUANTITIES)


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
    draw = _Draw(np.random.default_rng(seed))
    return [
        *_forward_cases(draw),
        *_gradient_cases(draw),
        *_repeated_calls(draw),
        *_robustness(draw),
    ]


def _forward_cases(draw: _Draw) -> list[Case]:
    drawn = [
        draw.case(group, setting) for group, settings in FORWARD.items() for setting in settings
    ]
    return [_worked_example(), *drawn]


def _worked_example() -> Case:
    """Lesson 2's example: 25 31 43 49."""
    setting = Setting((1, 1, 3, 3), 1, 2)
    image = np.arange(1.0, 10.0).reshape(setting.shape)
    arguments = {
        "weight": np.arange(4.0).reshape(setting.weight_shape),
        "bias": np.zeros(1),
        "stride": 1,
        "padding": 0,
        "calls": [(image, None)],
        "check": OUTPUT,
    }
    return Case("one_channel", _describe(setting), arguments)


def _gradient_cases(draw: _Draw) -> list[Case]:
    stride, padding, rectangles = (BACKWARD[name] for name in ("stride", "padding", "rectangles"))
    # The two shapes that detect every published mistake come first.
    moved = (stride[0], rectangles[0], *padding, stride[1], rectangles[1])
    return [
        *(
            draw.case(name, setting, backward=True, check=(name,))
            for name in ("grad_bias", "grad_weight", "grad_input")
            for setting in BACKWARD["plain"]
        ),
        *(
            draw.case("backward_settings", setting, backward=True, check=GRADIENTS)
            for setting in moved
        ),
    ]


def _repeated_calls(draw: _Draw) -> list[Case]:
    """Call a layer again: the last forward counts, and gradients start afresh."""
    setting = Setting((2, 2, 6, 6), 3, 3)
    case = draw.case("repeated_calls", setting, backward=True, check=GRADIENTS)
    (first,) = case.arguments["calls"]
    again = draw.call(setting, backward=True)
    larger = draw.call(Setting((3, 2, 6, 6), 3, 3), backward=True)
    return [
        titled(
            Text("forward twice, then backward", "先后两次 forward，再 backward"),
            _with_calls(case, [(first[0], None), again]),
        ),
        titled(
            Text("forward and backward, then both again", "forward、backward 各两遍"),
            _with_calls(case, [first, again]),
        ),
        titled(
            Text("the same with a larger batch the second time", "同上，但第二遍的批次更大"),
            _with_calls(case, [first, larger]),
        ),
    ]


def _with_calls(case: Case, calls: list[tuple[Array, Array | None]]) -> Case:
    return Case(case.group, case.description, {**case.arguments, "calls": calls})


def _robustness(draw: _Draw) -> list[Case]:
    everything = OUTPUT + GRADIENTS

    def case(title: Text, check: tuple[str, ...], batch_size: int = 2) -> Case:
        setting = Setting((batch_size, 2, 6, 5), 3, 3, stride=2, padding=1)
        return titled(title, draw.case("robustness", setting, backward=True, check=check))

    return [
        case(Text("an empty batch", "空批次"), everything, batch_size=0),
        _as_float32(case(Text("float32", "float32"), everything)),
        case(Text("arguments after the calls", "调用之后的参数"), UNTOUCHED),
        _as_strided(case(Text("a view with gaps in memory", "内存不连续的视图"), everything)),
    ]


def _as_float32(case: Case) -> Case:
    arguments = dict(case.arguments)
    arguments["weight"] = arguments["weight"].astype(np.float32)
    arguments["bias"] = arguments["bias"].astype(np.float32)
    arguments["calls"] = [
        (x.astype(np.float32), g.astype(np.float32)) for x, g in arguments["calls"]
    ]
    return Case(case.group, case.description, arguments)


def _as_strided(case: Case) -> Case:
    calls = [(with_gaps(x), with_gaps(g)) for x, g in case.arguments["calls"]]
    return Case(case.group, case.description, {**case.arguments, "calls": calls})


@dataclass(frozen=True)
class _Draw:
    """Random arrays of a setting's shapes, from one generator."""

    rng: np.random.Generator

    def case(
        self,
        group: str,
        setting: Setting,
        *,
        backward: bool = False,
        check: tuple[str, ...] = OUTPUT,
    ) -> Case:
        arguments = {
            "weight": self.rng.normal(size=setting.weight_shape),
            "bias": self.rng.normal(size=setting.out_channels),
            "stride": setting.stride,
            "padding": setting.padding,
            "calls": [self.call(setting, backward=backward)],
            "check": check,
        }
        return Case(group, _describe(setting), arguments)

    def call(self, setting: Setting, *, backward: bool = False) -> tuple[Array, Array | None]:
        # An upstream gradient of ones would hide flips and transpositions: draw it.
        input_tensor = self.rng.normal(size=setting.shape)
        return input_tensor, self.rng.normal(size=setting.output_shape) if backward else None


def _describe(setting: Setting) -> Text:
    settings = (
        f"input_tensor {setting.shape}, out_channels {setting.out_channels}, "
        f"kernel_size {as_pair(setting.kernel_size)}, stride {setting.stride}, "
        f"padding {setting.padding}"
    )
    return Text(settings, settings)
