"""Cases that tell right layers from wrong ones, and wrong ones from each other.

Two shapes in here, 7x7 by 2x2 with stride 3 and 10x7 by 3x4 with stride 2 and padding 1, were
enough to detect every wrong convolution among 233 published implementations. The others tell
apart which mistake it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder import Case, Group, Text
from autograder.comparison import Array
from convlab.ops import output_size
from problems.conv2d_layer.reference import Size2d, as_pair

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
GRADIENTS = ("grad_input", "grad_weight", "grad_bias")
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
    return [
        _worked_example(),
        draw.case("one_channel", (1, 1, 5, 5), 1, 3),
        draw.case("one_channel", (1, 1, 6, 6), 1, 1),
        draw.case("one_channel", (1, 1, 6, 6), 1, 6),
        draw.case("channels", (1, 3, 6, 6), 1, 3),
        draw.case("channels", (1, 1, 6, 6), 4, 3),
        draw.case("channels", (3, 2, 6, 6), 2, 3),
        draw.case("channels", (4, 3, 5, 5), 5, 2),
        draw.case("padding", (2, 2, 6, 6), 3, 3, padding=1),
        draw.case("padding", (2, 2, 6, 6), 3, 3, padding=2),
        draw.case("padding", (2, 3, 4, 4), 2, 5, padding=3),
        draw.case("padding", (1, 2, 5, 5), 2, 1, padding=1),
        # Fractions 0, 1/2 (odd and even whole part), 1/3 and 2/3: rounding is not flooring.
        draw.case("stride", (2, 2, 7, 7), 3, 3, stride=2),
        draw.case("stride", (2, 2, 8, 8), 3, 3, stride=2),
        draw.case("stride", (2, 2, 10, 10), 3, 3, stride=2),
        draw.case("stride", (2, 2, 7, 7), 3, 2, stride=3),
        draw.case("stride", (2, 2, 9, 9), 3, 2, stride=3),
        draw.case("stride", (1, 2, 10, 10), 2, 2, stride=3),
        draw.case("stride", (1, 1, 9, 9), 2, 2, stride=4),
        draw.case("rectangles", (2, 2, 5, 8), 3, 3),
        draw.case("rectangles", (2, 2, 9, 6), 3, 3),
        draw.case("rectangles", (2, 2, 7, 7), 3, (2, 4)),
        draw.case("rectangles", (1, 2, 7, 7), 3, (5, 1)),
        draw.case("rectangles", (2, 2, 8, 8), 2, 3, stride=(1, 2)),
        draw.case("rectangles", (2, 2, 6, 6), 2, 3, padding=(0, 2)),
        draw.case("rectangles", (2, 3, 10, 7), 4, (3, 4), stride=2, padding=1),
    ]


def _worked_example() -> Case:
    """Lesson 2's example: 25 31 43 49."""
    image = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    arguments = {
        "weight": np.arange(4.0).reshape(1, 1, 2, 2),
        "bias": np.zeros(1),
        "stride": 1,
        "padding": 0,
        "calls": [(image, None)],
        "check": OUTPUT,
    }
    return Case("one_channel", _describe(image.shape, 1, (2, 2), 1, 0), arguments)


def _gradient_cases(draw: _Draw) -> list[Case]:
    simple: list[tuple[tuple[int, ...], int, Size2d]] = [
        ((1, 1, 5, 5), 1, 2),
        ((3, 2, 6, 6), 3, 3),
        ((2, 3, 7, 5), 2, (3, 2)),
    ]
    settings: list[dict[str, Any]] = [
        {"shape": (2, 2, 7, 7), "out": 3, "kernel": 2, "stride": 3, "padding": 0},
        {"shape": (2, 3, 10, 7), "out": 2, "kernel": (3, 4), "stride": 2, "padding": 1},
        {"shape": (2, 2, 6, 6), "out": 3, "kernel": 3, "stride": 1, "padding": 1},
        {"shape": (2, 2, 6, 6), "out": 3, "kernel": 4, "stride": 1, "padding": 2},
        {"shape": (2, 2, 8, 8), "out": 2, "kernel": 3, "stride": 2, "padding": 0},
        {"shape": (1, 2, 9, 8), "out": 3, "kernel": 3, "stride": (2, 1), "padding": (0, 2)},
    ]
    return [
        *(
            draw.case(name, shape, out, kernel, backward=True, check=(name,))
            for name in ("grad_bias", "grad_weight", "grad_input")
            for shape, out, kernel in simple
        ),
        *(
            draw.case(
                "backward_settings",
                s["shape"],
                s["out"],
                s["kernel"],
                s["stride"],
                s["padding"],
                backward=True,
                check=GRADIENTS,
            )
            for s in settings
        ),
    ]


def _repeated_calls(draw: _Draw) -> list[Case]:
    """Call a layer again: the last forward counts, and gradients start afresh."""
    case = draw.case("repeated_calls", (2, 2, 6, 6), 3, 3, backward=True, check=GRADIENTS)
    (first,) = case.arguments["calls"]
    again = draw.call((2, 2, 6, 6), 3, 3, backward=True)
    larger = draw.call((3, 2, 6, 6), 3, 3, backward=True)
    return [
        _titled(
            Text("forward twice, then backward", "先后两次 forward，再 backward"),
            _with_calls(case, [(first[0], None), again]),
        ),
        _titled(
            Text("forward and backward, then both again", "forward、backward 各两遍"),
            _with_calls(case, [first, again]),
        ),
        _titled(
            Text("the same with a larger batch the second time", "同上，但第二遍的批次更大"),
            _with_calls(case, [first, larger]),
        ),
    ]


def _with_calls(case: Case, calls: list[tuple[Array, Array | None]]) -> Case:
    return Case(case.group, case.description, {**case.arguments, "calls": calls})


def _titled(title: Text, case: Case) -> Case:
    description = Text(f"{title.en}; {case.description.en}", f"{title.zh}；{case.description.zh}")
    return Case(case.group, description, case.arguments)


def _robustness(draw: _Draw) -> list[Case]:
    everything = OUTPUT + GRADIENTS
    shape, out, kernel = (2, 2, 6, 5), 3, 3

    def case(title: Text, check: tuple[str, ...], size: tuple[int, ...] = shape) -> Case:
        drawn = draw.case("robustness", size, out, kernel, 2, 1, backward=True, check=check)
        return _titled(title, drawn)

    return [
        case(Text("an empty batch", "空批次"), everything, (0, *shape[1:])),
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
    calls = [(_every_second(x), _every_second(g)) for x, g in case.arguments["calls"]]
    return Case(case.group, case.description, {**case.arguments, "calls": calls})


def _every_second(array: Array) -> Array:
    return np.repeat(array, 2, axis=-1)[..., ::2]


@dataclass(frozen=True)
class _Draw:
    """Random arrays of a case's shapes, from one generator."""

    rng: np.random.Generator

    def case(
        self,
        group: str,
        shape: tuple[int, ...],
        out_channels: int,
        kernel_size: Size2d,
        stride: Size2d = 1,
        padding: Size2d = 0,
        *,
        backward: bool = False,
        check: tuple[str, ...] = OUTPUT,
    ) -> Case:
        kernel = as_pair(kernel_size)
        arguments = {
            "weight": self.rng.normal(size=(out_channels, shape[1], *kernel)),
            "bias": self.rng.normal(size=out_channels),
            "stride": stride,
            "padding": padding,
            "calls": [
                self.call(shape, out_channels, kernel_size, stride, padding, backward=backward)
            ],
            "check": check,
        }
        return Case(group, _describe(shape, out_channels, kernel, stride, padding), arguments)

    def call(
        self,
        shape: tuple[int, ...],
        out_channels: int,
        kernel_size: Size2d,
        stride: Size2d = 1,
        padding: Size2d = 0,
        *,
        backward: bool = False,
    ) -> tuple[Array, Array | None]:
        axes = zip(
            shape[2:],
            as_pair(kernel_size),
            as_pair(stride),
            as_pair(padding),
            strict=True,
        )
        out = (shape[0], out_channels, *(output_size(*axis) for axis in axes))
        # An upstream gradient of ones would hide flips and transpositions: draw it.
        return self.rng.normal(size=shape), self.rng.normal(size=out) if backward else None


def _describe(
    shape: tuple[int, ...],
    out_channels: int,
    kernel: tuple[int, int],
    stride: Size2d,
    padding: Size2d,
) -> Text:
    settings = (
        f"input_tensor {shape}, out_channels {out_channels}, kernel_size {kernel}, "
        f"stride {stride}, padding {padding}"
    )
    return Text(settings, settings)
