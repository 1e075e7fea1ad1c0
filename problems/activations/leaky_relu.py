"""Wrong versions of leaky ReLU and its gradient that students really write."""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from problems.activations.texts import (
    OVERWRITTEN_HINT,
    UPSTREAM_FORGOTTEN,
    UPSTREAM_HINT,
    WRONG_GATE,
    WRONG_GATE_HINT,
    overwritten,
)
from problems.catalogue import known

FORWARD: list[Misconception] = []
BACKWARD: list[Misconception] = []

SLOPE_FIXED = Text("negative_slope is always 0.01", "negative_slope 被写死为 0.01")
SLOPE_FIXED_HINT = Text(
    "0.01 is the default only. Where does the function use the argument that it was given?",
    "0.01 只是默认值。函数里哪一处用到了传进来的参数？",
)


@known(FORWARD, name=SLOPE_FIXED, hint=SLOPE_FIXED_HINT)
def leaky_relu_fixed(x: Array, negative_slope: float = 0.01) -> Array:
    return np.where(x > 0, x, 0.01 * x)


@known(
    FORWARD,
    name=Text("nothing leaks: negative numbers become 0", "没有“漏”：负数全成了 0"),
    hint=Text(
        "That is the plain ReLU. What should be left of -5 with a negative_slope of 0.2?",
        "这还是普通的 ReLU。negative_slope 为 0.2 时，-5 应该剩下多少？",
    ),
)
def leaky_relu_without_leak(x: Array, negative_slope: float = 0.01) -> Array:
    return np.where(x > 0, x, 0)


@known(
    FORWARD,
    name=Text(
        "it is the maximum of x and negative_slope * x", "取了 x 与 negative_slope * x 中较大的一个"
    ),
    hint=Text(
        "That is right for slopes up to 1. What does it give for x = -1 and a slope of 1.5?",
        "斜率不超过 1 时这样没错。斜率为 1.5、x = -1 时会得到什么？",
    ),
)
def leaky_relu_by_maximum(x: Array, negative_slope: float = 0.01) -> Array:
    return np.maximum(x, negative_slope * x)


@known(
    FORWARD,
    name=Text("the leak has the wrong sign", "漏过去的部分符号反了"),
    hint=Text(
        "Negative numbers come out positive. negative_slope is the slope on the negative side; the "
        "word says nothing of its sign.",
        "负数出来变成了正数。negative_slope 是负半轴上的斜率，并不是说斜率本身为负。",
    ),
)
def leaky_relu_sign(x: Array, negative_slope: float = 0.01) -> Array:
    return np.where(x > 0, x, -negative_slope * x)


@known(
    FORWARD,
    name=Text("positive numbers are scaled as well", "正数也乘了斜率"),
    hint=Text(
        "On the positive side leaky ReLU leaves x as it is. Which condition chooses the side?",
        "在正半轴上，Leaky ReLU 让 x 原样通过。是哪个条件在决定用哪一边？",
    ),
)
def leaky_relu_everywhere(x: Array, negative_slope: float = 0.01) -> Array:
    return negative_slope * x


@known(FORWARD, name=overwritten("x"), hint=OVERWRITTEN_HINT)
def leaky_relu_in_place(x: Array, negative_slope: float = 0.01) -> Array:
    x[x < 0] *= negative_slope
    return x


@known(BACKWARD, name=SLOPE_FIXED, hint=SLOPE_FIXED_HINT)
def leaky_relu_backward_fixed(grad_output: Array, x: Array, negative_slope: float = 0.01) -> Array:
    return np.where(x > 0, grad_output, 0.01 * grad_output)


@known(
    BACKWARD,
    name=Text("no gradient passes where x is negative", "x 为负的地方没有梯度通过"),
    hint=Text(
        "Then a unit that has died stays dead, which the leak was made to prevent. What is the "
        "slope on the negative side?",
        "这样一来，“死掉”的神经元还是活不过来，而 Leaky ReLU 正是为此设计的。"
        "负半轴上的斜率是多少？",
    ),
)
def leaky_relu_backward_closed(grad_output: Array, x: Array, negative_slope: float = 0.01) -> Array:
    return np.where(x > 0, grad_output, 0)


@known(BACKWARD, name=WRONG_GATE, hint=WRONG_GATE_HINT)
def leaky_relu_gate_from_gradient(
    grad_output: Array, x: Array, negative_slope: float = 0.01
) -> Array:
    return np.where(grad_output > 0, grad_output, negative_slope * grad_output)


@known(
    BACKWARD,
    name=Text("the slope is multiplied by x, not by the gradient", "斜率乘的是 x，而不是梯度"),
    hint=Text(
        "negative_slope * x is the value of the function. The derivative of a * x with respect to "
        "x holds no x any more.",
        "negative_slope * x 是函数值。a * x 对 x 求导之后，还剩下 x 吗？",
    ),
)
def leaky_relu_value_for_slope(grad_output: Array, x: Array, negative_slope: float = 0.01) -> Array:
    return np.where(x > 0, grad_output, negative_slope * x)


@known(
    BACKWARD,
    name=Text("at x = 0 the whole gradient passes", "x 等于 0 时让梯度全部通过了"),
    hint=Text(
        "At the bend a rule is needed; this course's is PyTorch's: 0 belongs to the negative side.",
        "折点处需要约定；本课程与 PyTorch 一致：0 归入负半轴。",
    ),
)
def leaky_relu_open_at_zero(grad_output: Array, x: Array, negative_slope: float = 0.01) -> Array:
    return np.where(x >= 0, grad_output, negative_slope * grad_output)


@known(BACKWARD, name=UPSTREAM_FORGOTTEN, hint=UPSTREAM_HINT)
def leaky_relu_derivative_only(grad_output: Array, x: Array, negative_slope: float = 0.01) -> Array:
    return np.where(x > 0, 1.0, negative_slope)


@known(BACKWARD, name=overwritten("grad_output"), hint=OVERWRITTEN_HINT)
def leaky_relu_backward_in_place(
    grad_output: Array, x: Array, negative_slope: float = 0.01
) -> Array:
    grad_output[x <= 0] *= negative_slope
    return grad_output
