"""Wrong versions of ReLU and its gradient that students really write."""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import relu
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


@known(
    FORWARD,
    name=Text("the derivative is returned instead of the value", "返回的是导数，而不是函数值"),
    hint=Text(
        "Your output holds only zeros and ones. What is ReLU of 3?",
        "你的输出里只有 0 和 1。ReLU(3) 应该等于多少？",
    ),
)
def step_for_relu(x: Array) -> Array:
    return np.where(x > 0, 1.0, 0.0)


@known(
    FORWARD,
    name=Text("negative numbers change their sign", "负数变了号，而不是变成零"),
    hint=Text(
        "That is the absolute value. ReLU gives the same answer for -1 and -5: which?",
        "这是绝对值。ReLU 对 -1 和 -5 给出同一个结果：是几？",
    ),
)
def absolute_value(x: Array) -> Array:
    return np.abs(x)


@known(
    FORWARD,
    name=Text("the negative part is kept", "留下的是负的那一半"),
    hint=Text(
        "Look at the sign of your output: should it be min or max, < or >?",
        "看看输出的符号：该用 min 还是 max，小于号还是大于号？",
    ),
)
def negative_part(x: Array) -> Array:
    return np.minimum(x, 0)


@known(
    FORWARD,
    name=Text("the output is cut off at 1", "输出被限制在 1 以内"),
    hint=Text(
        "ReLU is bounded on one side only. What does it make of 5?",
        "ReLU 只在一侧有界。输入 5 时它的输出是多少？",
    ),
)
def cut_off_at_one(x: Array) -> Array:
    return np.clip(x, 0, 1)


@known(
    FORWARD,
    name=Text("the shape is lost", "形状丢了"),
    hint=Text(
        "Your output is one long row. An activation works element by element: its output has the "
        "shape of x.",
        "你的输出成了一长串。激活函数逐元素计算，输出的形状应与 x 相同。",
    ),
)
def relu_of_a_list(x: Array) -> Array:
    return np.array([max(value, 0.0) for value in x.ravel()])


@known(FORWARD, name=overwritten("x"), hint=OVERWRITTEN_HINT)
def relu_in_place(x: Array) -> Array:
    x[x < 0] = 0
    return x


@known(BACKWARD, name=UPSTREAM_FORGOTTEN, hint=UPSTREAM_HINT)
def relu_derivative_only(grad_output: Array, x: Array) -> Array:
    return np.where(x > 0, 1.0, 0.0)


@known(BACKWARD, name=WRONG_GATE, hint=WRONG_GATE_HINT)
def relu_gate_from_gradient(grad_output: Array, x: Array) -> Array:
    return np.where(grad_output > 0, grad_output, 0)


@known(
    BACKWARD,
    name=Text("the gradient passes where x is 0", "x 等于 0 的地方也让梯度通过了"),
    hint=Text(
        "At 0 ReLU has no derivative, so a rule is needed; this course's is PyTorch's, and it is "
        "stated above the function. Is it > or >=?",
        "ReLU 在 0 处不可导，需要约定取值；本课程与 PyTorch 的约定相同，写在函数说明里。"
        "该用 > 还是 >=？",
    ),
)
def relu_open_at_zero(grad_output: Array, x: Array) -> Array:
    return np.where(x >= 0, grad_output, 0)


@known(
    BACKWARD,
    name=Text("the gradient is multiplied by the output", "梯度乘上了输出值"),
    hint=Text(
        "The chain rule multiplies by the slope of ReLU, not by its value. What is the slope where "
        "x is 3?",
        "链式法则乘的是 ReLU 的斜率，不是它的值。x = 3 处的斜率是多少？",
    ),
)
def relu_value_for_slope(grad_output: Array, x: Array) -> Array:
    return grad_output * relu(x)


@known(
    BACKWARD,
    name=Text("ReLU is applied to the gradient as well", "对传回的梯度又做了一次 ReLU"),
    hint=Text(
        "A negative gradient says that the loss falls when this input grows: is that not worth "
        "knowing? What closes a ReLU is its input.",
        "负的梯度是说：这个输入变大，损失就变小。这个信息难道不要了吗？让 ReLU 关上的是它的输入。",
    ),
)
def relu_of_the_passed_gradient(grad_output: Array, x: Array) -> Array:
    return np.where(x > 0, relu(grad_output), 0)


@known(BACKWARD, name=overwritten("grad_output"), hint=OVERWRITTEN_HINT)
def relu_backward_in_place(grad_output: Array, x: Array) -> Array:
    grad_output[x <= 0] = 0
    return grad_output
