"""Wrong dropout, forward and backward, that students really write, with name and hint."""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import dropout, dropout_backward
from problems import catalogue
from problems.activations.texts import OVERWRITTEN_HINT, overwritten
from problems.dropout.forward import Dropout, dropout_calls

Generator = np.random.Generator
Pair = tuple[Array, Array]

FORWARD: list[Misconception] = []
BACKWARD: list[Misconception] = []


def known(*, name: Text, hint: Text) -> Callable[[Dropout], Dropout]:
    """Put a wrong ``dropout`` into the catalogue, wrapped as the notebook wraps the student's."""

    def add(function: Dropout) -> Dropout:
        wrapped = dropout_calls(function)
        wrapped.__name__ = function.__name__
        FORWARD.append(Misconception(name, hint, wrapped))
        return function

    return add


# ---------------------------------------------------------------------------------- the mask


@known(
    name=Text("p is taken for the probability of keeping", "把 p 当成了保留的概率"),
    hint=Text(
        "Early papers call the probability of keeping p. Here, as in PyTorch, p = 0.2 drops one "
        "element in five.",
        "早期论文用 p 表示保留的概率。这里与 PyTorch 一致：p = 0.2 表示平均每五个元素丢弃一个。",
    ),
)
def keep_probability(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = rng.random(x.shape) < p
    return x * mask / p, mask


@known(
    name=Text("normal instead of uniform random numbers", "用了正态分布的随机数，而不是均匀分布"),
    hint=Text(
        "How often is a number from rng.normal, or randn, less than p? And one from rng.random?",
        "rng.normal（或 randn）给出的数小于 p 的概率是多少？rng.random 给出的呢？",
    ),
)
def normal_numbers(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = rng.normal(size=x.shape) >= p
    return x * mask / (1 - p), mask


@known(
    name=Text("all examples of a batch share one mask", "整个批次共用一个掩码"),
    hint=Text(
        "Each example is to lose other elements. What shape do the random numbers have that you "
        "draw?",
        "每个样本丢弃的元素应各不相同。你抽取的随机数是什么形状？",
    ),
)
def one_mask_for_the_batch(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    return _with_mask_of_shape((1, *x.shape[1:]), x, p, training, rng)


@known(
    name=Text("whole channels are dropped", "整个通道一起被丢弃"),
    hint=Text(
        "Elements are dropped one by one, each by a random number of its own. How many numbers are "
        "needed for x?",
        "元素要一个一个地丢弃，每个元素用自己的随机数决定。x 一共需要多少个随机数？",
    ),
)
def whole_channels(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    return _with_mask_of_shape(x.shape[:2] + (1,) * (x.ndim - 2), x, p, training, rng)


def _with_mask_of_shape(
    shape: tuple[int, ...], x: Array, p: float, training: bool, rng: Generator
) -> Pair:
    if not training:
        return x, np.ones(x.shape, dtype=bool)
    mask = np.broadcast_to(rng.random(shape) >= p, x.shape).copy()
    return x * mask / (1 - p), mask


@known(
    name=Text("the same mask is drawn in every call", "每次调用抽到的掩码都一样"),
    hint=Text(
        "A generator that is made anew with a fixed seed starts from the beginning each time. Draw "
        "from the one that you are given.",
        "每次都用固定的种子新建生成器，它就总是从头开始。请从传进来的 rng 里抽取随机数。",
    ),
)
def seeded_anew(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    return dropout(x, p, training, np.random.default_rng(0))


@known(
    name=Text("rng is not used", "没有使用 rng"),
    hint=Text(
        "With np.random.rand, or a generator of your own, nobody can repeat a training run. Draw "
        "from the one that you are given.",
        "用 np.random.rand 或者自己另建的生成器，别人就无法重现这次训练。请从传进来的 rng "
        "里抽取随机数。",
    ),
)
def generator_ignored(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    return dropout(x, p, training, np.random.default_rng())


@known(
    name=Text("mask holds the scale as well", "mask 里混进了缩放系数"),
    hint=Text(
        "mask says only what was kept: True or False. dropout_backward is given p, so it can scale "
        "by itself.",
        "mask 只说明哪些元素被保留：True 或 False。dropout_backward 会收到 p，缩放由它自己来做。",
    ),
)
def scaled_mask(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    output, mask = dropout(x, p, training, rng)
    return output, mask / (1 - p)


# ---------------------------------------------------------------------------------- the output


@known(
    name=Text("what is kept is not scaled", "保留下来的元素没有放大"),
    hint=Text(
        "With p = 0.5 the next layer receives half as much in training as in evaluation, on "
        "average. What has each kept element to be divided by?",
        "p = 0.5 时，下一层在训练中收到的总量平均只有评估时的一半。保留的元素应当除以多少来补上？",
    ),
)
def not_scaled(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    _, mask = dropout(x, p, training, rng)
    return x * mask, mask


@known(
    name=Text("what is kept is multiplied by 1 - p", "保留的元素乘上了 1 - p"),
    hint=Text(
        "That makes what is left even less. Which operation makes up for what was dropped?",
        "这样剩下的反而更少了。要弥补被丢弃的部分，该用乘还是除？",
    ),
)
def scaled_down(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    _, mask = dropout(x, p, training, rng)
    return (x * mask * (1 - p) if training else x), mask


@known(name=overwritten("x"), hint=OVERWRITTEN_HINT)
def x_overwritten(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    output, mask = dropout(x, p, training, rng)
    x[...] = output
    return x, mask


# ---------------------------------------------------------------------------------- evaluation


@known(
    name=Text("elements are dropped in evaluation", "评估时也在丢弃元素"),
    hint=Text(
        "The same digit would be read differently each time. What is the argument training for?",
        "这样同一个数字每次识别的结果都可能不同。参数 training 是做什么用的？",
    ),
)
def dropped_in_evaluation(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    return dropout(x, p, True, rng)


@known(
    name=Text("the output is scaled in evaluation", "评估时对输出做了缩放"),
    hint=Text(
        "Classic dropout multiplies by 1 - p in evaluation. Inverted dropout has settled that in "
        "training already: what is left to do?",
        "经典的 dropout 在评估时乘以 1 - p。inverted dropout 在训练时就补偿过了："
        "评估时还需要做什么？",
    ),
)
def scaled_in_evaluation(x: Array, p: float, training: bool, rng: Generator) -> Pair:
    output, mask = dropout(x, p, training, rng)
    return (output if training else x * (1 - p)), mask


@known(
    name=Text("there is no mask in evaluation", "评估时没有返回掩码"),
    hint=Text(
        "Callers unpack and use two arrays in either mode. Which mask says that everything was "
        "kept?",
        "两种模式下，调用者都会取出两个数组来用。什么样的掩码表示“全部保留”？",
    ),
)
def no_mask_in_evaluation(x: Array, p: float, training: bool, rng: Generator) -> tuple[Any, Any]:
    return dropout(x, p, training, rng) if training else (x, None)


# ---------------------------------------------------------------------------------- backward


def known_backward(*, name: Text, hint: Text) -> Callable[[Dropout], Dropout]:
    """Put a wrong ``dropout_backward`` into its catalogue."""
    return catalogue.known(BACKWARD, name=name, hint=hint)


@known_backward(
    name=Text("the gradient is not scaled", "梯度没有放大"),
    hint=Text(
        "By how much does the output change when a kept element grows by 1?",
        "一个被保留的元素增加 1，输出会变化多少？",
    ),
)
def gradient_not_scaled(grad_output: Array, mask: Array, p: float) -> Array:
    return grad_output * mask


@known_backward(
    name=Text("mask is not used", "没有用到 mask"),
    hint=Text(
        "A dropped element had no influence on the output. What is its gradient, then?",
        "被丢弃的元素对输出毫无影响。那么它的梯度应该是多少？",
    ),
)
def mask_ignored(grad_output: Array, mask: Array, p: float) -> Array:
    return grad_output / (1 - p)


@known_backward(
    name=Text("the gradient passes where elements were dropped", "梯度从被丢弃的位置通过了"),
    hint=Text(
        "mask is True for what was kept. Is there a 1 - mask or a ~mask too many?",
        "mask 为 True 表示保留。是不是多写了一个 1 - mask 或 ~mask？",
    ),
)
def mask_inverted(grad_output: Array, mask: Array, p: float) -> Array:
    return np.where(mask, 0, grad_output / (1 - p))


@known_backward(
    name=Text("the gradient is multiplied by 1 - p", "梯度乘上了 1 - p"),
    hint=Text(
        "Forward divides by 1 - p. What is the derivative of x / (1 - p) with respect to x?",
        "前向除以了 1 - p。x / (1 - p) 对 x 的导数是什么？",
    ),
)
def gradient_scaled_down(grad_output: Array, mask: Array, p: float) -> Array:
    return grad_output * mask * (1 - p)


@known_backward(
    name=Text("the gradient is divided by p", "梯度除以了 p"),
    hint=Text(
        "p is the probability of dropping. By what did the forward pass divide?",
        "p 是丢弃的概率。前向时除以的是什么？",
    ),
)
def gradient_divided_by_p(grad_output: Array, mask: Array, p: float) -> Array:
    return grad_output * mask / p


@known_backward(name=overwritten("grad_output"), hint=OVERWRITTEN_HINT)
def gradient_overwritten(grad_output: Array, mask: Array, p: float) -> Array:
    grad_output[...] = dropout_backward(grad_output, mask, p)
    return grad_output
