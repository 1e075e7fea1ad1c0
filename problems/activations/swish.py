"""Wrong versions of swish and its gradient that students really write."""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import sigmoid
from problems.activations.texts import (
    OVERWRITTEN_HINT,
    UPSTREAM_FORGOTTEN,
    UPSTREAM_HINT,
    overwritten,
)
from problems.catalogue import known

FORWARD: list[Misconception] = []
BACKWARD: list[Misconception] = []


@known(
    FORWARD,
    name=Text("only the sigmoid is returned", "只返回了 sigmoid"),
    hint=Text(
        "All your outputs lie between 0 and 1: that is the gate alone. What goes through it?",
        "你的输出都在 0 和 1 之间：这只是那道“门”。从门里通过的是什么？",
    ),
)
def swish_gate_only(x: Array) -> Array:
    return sigmoid(x)


@known(
    FORWARD,
    name=Text("the sigmoid has the wrong sign in its exponent", "sigmoid 的指数符号反了"),
    hint=Text(
        "For large x the gate should be open, near 1. What does yours give for x = 5?",
        "x 很大时门应该打开，接近 1。你的门在 x = 5 时等于多少？",
    ),
)
def swish_gate_reversed(x: Array) -> Array:
    output: Array = x * sigmoid(-x)
    return output


@known(
    FORWARD,
    name=Text("the gate is tanh instead of the sigmoid", "门用的是 tanh，而不是 sigmoid"),
    hint=Text(
        "A gate lets a share between 0 and 1 through. Between which numbers does tanh lie?",
        "门放行的比例应在 0 到 1 之间。tanh 的取值范围是什么？",
    ),
)
def swish_gate_tanh(x: Array) -> Array:
    return x * np.tanh(x)


@known(
    FORWARD,
    name=Text("it is hard swish, made of straight pieces", "写成了分段的 hard swish"),
    hint=Text(
        "x * clip(x + 3, 0, 6) / 6 is an approximation that is used on phones. Here the gate is "
        "the smooth 1 / (1 + exp(-x)).",
        "x * clip(x + 3, 0, 6) / 6 是手机上常用的近似。这里的门是光滑的 1 / (1 + exp(-x))。",
    ),
)
def hard_swish(x: Array) -> Array:
    return np.asarray(x * np.clip(x + 3, 0, 6) / 6)


@known(FORWARD, name=overwritten("x"), hint=OVERWRITTEN_HINT)
def swish_in_place(x: Array) -> Array:
    x *= sigmoid(x)
    return x


EXPONENTIAL_OVERFLOWS = Text("exp(x) overflows for large x", "x 很大时 exp(x) 溢出")
EXPONENTIAL_HINT = Text(
    "exp(1000) is infinite, and infinite / infinite is NaN. The sigmoid can be written with "
    "exp(-x) "
    "as well: what does that give for x = 1000?",
    "exp(1000) 是无穷大，而无穷大除以无穷大是 NaN。sigmoid 也可以用 exp(-x) 来写：x = 1000 "
    "时结果如何？",
)


@known(FORWARD, name=EXPONENTIAL_OVERFLOWS, hint=EXPONENTIAL_HINT)
def swish_overflowing(x: Array) -> Array:
    return np.asarray(x * np.exp(x) / (1 + np.exp(x)))


@known(
    BACKWARD,
    name=Text("the gate's own change is forgotten", "漏掉了门本身的变化"),
    hint=Text(
        "x * sigmoid(x) is a product of two things that both depend on x. How many terms has the "
        "product rule?",
        "x * sigmoid(x) 是两个都依赖 x 的量相乘。乘积的求导法则有几项？",
    ),
)
def swish_first_term(grad_output: Array, x: Array) -> Array:
    return grad_output * sigmoid(x)


@known(
    BACKWARD,
    name=Text("only the gate's change is counted", "只算了门的变化"),
    hint=Text(
        "With the gate held still, x * gate still follows x. Which term of the product rule says "
        "so?",
        "就算门固定不动，x * 门 也会随 x 变化。乘积求导法则里的哪一项说的是这件事？",
    ),
)
def swish_second_term(grad_output: Array, x: Array) -> Array:
    gate = sigmoid(x)
    return grad_output * x * gate * (1 - gate)


@known(
    BACKWARD,
    name=Text("it is the sigmoid's derivative", "这是 sigmoid 的导数"),
    hint=Text(
        "g (1 - g) is the derivative of the gate g. The function is x * g: use the product rule.",
        "g (1 - g) 是门 g 的导数。而这里的函数是 x * g：请用乘积求导法则。",
    ),
)
def swish_sigmoid_derivative(grad_output: Array, x: Array) -> Array:
    gate = sigmoid(x)
    return grad_output * gate * (1 - gate)


@known(
    BACKWARD,
    name=Text("the sigmoid's derivative has the wrong sign", "sigmoid 的导数符号反了"),
    hint=Text(
        "The sigmoid rises everywhere, so its derivative is positive everywhere. Is yours?",
        "sigmoid 处处上升，所以导数处处为正。你的导数是正的吗？",
    ),
)
def swish_second_term_negative(grad_output: Array, x: Array) -> Array:
    gate = sigmoid(x)
    return grad_output * (gate - x * gate * (1 - gate))


@known(BACKWARD, name=UPSTREAM_FORGOTTEN, hint=UPSTREAM_HINT)
def swish_derivative_only(grad_output: Array, x: Array) -> Array:
    gate = sigmoid(x)
    return gate + x * gate * (1 - gate)


@known(BACKWARD, name=overwritten("grad_output"), hint=OVERWRITTEN_HINT)
def swish_backward_in_place(grad_output: Array, x: Array) -> Array:
    gate = sigmoid(x)
    grad_output *= gate + x * gate * (1 - gate)
    return grad_output


@known(BACKWARD, name=EXPONENTIAL_OVERFLOWS, hint=EXPONENTIAL_HINT)
def swish_backward_overflowing(grad_output: Array, x: Array) -> Array:
    exponential = np.exp(x)
    derivative = exponential * (exponential + x + 1) / (exponential + 1) ** 2
    return np.asarray(grad_output * derivative)


@known(
    BACKWARD,
    name=Text("exp(-x) overflows for very negative x", "x 为很大的负数时 exp(-x) 溢出"),
    hint=Text(
        "exp(1000) is infinite, and infinite / infinite is NaN. The derivative of the sigmoid g "
        "can "
        "be written with g alone, and g never overflows.",
        "exp(1000) 是无穷大，而无穷大除以无穷大是 NaN。sigmoid 记作 g，它的导数可以只用 g 写出来，"
        "而 g 不会溢出。",
    ),
)
def swish_backward_underflowing(grad_output: Array, x: Array) -> Array:
    exponential = np.exp(-x)
    derivative = 1 / (1 + exponential) + x * exponential / (1 + exponential) ** 2
    return np.asarray(grad_output * derivative)
