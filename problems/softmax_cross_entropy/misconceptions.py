"""Wrong functions that students really write, each with its name and hint."""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab import ops
from problems.catalogue import known
from problems.softmax_cross_entropy.reference import Labels, softmax_cross_entropy

MISCONCEPTIONS: list[Misconception] = []
# Constants that are added inside logarithms to keep them from infinity.
SMALL_NUMBERS = (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7)


# ---------------------------------------------------------------------------------- the loss


def _parts(logits: Array, labels: Labels) -> tuple[Any, Array, Array]:
    """Return the loss, its gradient, and the one-hot rows of the labels."""
    return *softmax_cross_entropy(logits, labels), np.eye(logits.shape[1])[labels]


@known(
    MISCONCEPTIONS,
    name=Text("the loss is a sum over the batch, not a mean", "损失是对批次求和，没有取平均"),
    hint=Text(
        "Would your loss double if every example stood in the batch twice? A mean would not.",
        "如果把批次里的每个样本都重复一遍，你的损失会翻倍吗？平均值是不会的。",
    ),
)
def summed_loss(logits: Array, labels: Labels) -> tuple[Any, Array]:
    loss, grad_logits = softmax_cross_entropy(logits, labels)
    return loss * len(logits), grad_logits


@known(
    MISCONCEPTIONS,
    name=Text("the loss is divided by the number of all logits", "损失除以了 logits 的总个数"),
    hint=Text(
        "Each example gives one logarithm, that of its right class. How many are there to average?",
        "每个样本只贡献一个对数，即正确类别的那个。一共要对多少个数取平均？",
    ),
)
def loss_over_all_logits(logits: Array, labels: Labels) -> tuple[Any, Array]:
    loss, grad_logits = softmax_cross_entropy(logits, labels)
    return loss / logits.shape[1], grad_logits


@known(
    MISCONCEPTIONS,
    name=Text("the loss lacks its minus sign", "损失少了负号"),
    hint=Text(
        "Logarithms of probabilities are negative, and a loss should fall as the model improves.",
        "概率的对数是负数；而模型变好时，损失应当变小。",
    ),
)
def loss_without_minus(logits: Array, labels: Labels) -> tuple[Any, Array]:
    loss, grad_logits = softmax_cross_entropy(logits, labels)
    return -loss, grad_logits


@known(
    MISCONCEPTIONS,
    name=Text("the loss adds up the logarithms of all classes", "把所有类别的对数都加进了损失"),
    hint=Text(
        "Which single probability of a row does its label ask for?",
        "一行里有 K 个概率，标签要看的是哪一个？",
    ),
)
def loss_of_all_classes(logits: Array, labels: Labels) -> tuple[Any, Array]:
    _, grad_logits = softmax_cross_entropy(logits, labels)
    classes = np.arange(logits.shape[1])
    losses = [ops.cross_entropy(logits, np.full(len(logits), k)) for k in classes]
    return sum(losses), grad_logits


@known(
    MISCONCEPTIONS,
    name=Text("the logarithm is missing", "漏了取对数"),
    hint=Text(
        "Probabilities of a batch multiply. What makes a sum of a product, and a large cost of a "
        "small probability?",
        "一批样本的概率是相乘的。什么运算能把乘积变成求和，又让小概率付出大代价？",
    ),
)
def loss_without_logarithm(logits: Array, labels: Labels) -> tuple[Any, Array]:
    _, grad_logits, one_hot = _parts(logits, labels)
    return -np.mean(np.sum(ops.softmax(logits) * one_hot, axis=1)), grad_logits


# ---------------------------------------------------------------------------------- the gradient


@known(
    MISCONCEPTIONS,
    name=Text("the gradient is not divided by the batch size", "梯度没有除以批次大小"),
    hint=Text(
        "The loss is a mean over N examples; each example makes up one N-th of it.",
        "损失是 N 个样本的平均值，每个样本只占其中的 N 分之一。",
    ),
)
def gradient_of_the_sum(logits: Array, labels: Labels) -> tuple[Any, Array]:
    loss, grad_logits = softmax_cross_entropy(logits, labels)
    return loss, grad_logits * len(logits)


@known(
    MISCONCEPTIONS,
    name=Text("the gradient is divided by the number of all logits", "梯度除以了 logits 的总个数"),
    hint=Text(
        "The gradient has the same divisor as the loss. Over how many numbers is that averaged?",
        "梯度的除数和损失的一样。损失是对多少个数取的平均？",
    ),
)
def gradient_over_all_logits(logits: Array, labels: Labels) -> tuple[Any, Array]:
    loss, grad_logits = softmax_cross_entropy(logits, labels)
    return loss, grad_logits / logits.shape[1]


@known(
    MISCONCEPTIONS,
    name=Text("the gradient has the wrong sign", "梯度的符号反了"),
    hint=Text(
        "Descent subtracts the gradient, and should raise the right class's logit. Which sign does "
        "its gradient need?",
        "梯度下降要减去梯度，而正确类别的 logit 应当变大。那么它的梯度应当是正还是负？",
    ),
)
def gradient_with_wrong_sign(logits: Array, labels: Labels) -> tuple[Any, Array]:
    loss, grad_logits = softmax_cross_entropy(logits, labels)
    return loss, -grad_logits


@known(
    MISCONCEPTIONS,
    name=Text("the gradient does not depend on the labels", "梯度里没有用到标签"),
    hint=Text(
        "Your gradient is softmax alone. For a perfect answer it should be 0: what is missing?",
        "你的梯度只有 softmax 这一项。答案完全正确时梯度应当为 0：还差了什么？",
    ),
)
def gradient_without_labels(logits: Array, labels: Labels) -> tuple[Any, Array]:
    loss, grad_logits, one_hot = _parts(logits, labels)
    return loss, grad_logits + one_hot / max(len(logits), 1)


@known(
    MISCONCEPTIONS,
    name=Text("only the right class has a gradient", "只有正确类别有梯度"),
    hint=Text(
        "The other classes' logits stand in the denominator of softmax: they change the loss too.",
        "其他类别的 logits 也出现在 softmax 的分母里，它们同样会影响损失。",
    ),
)
def gradient_of_the_right_class(logits: Array, labels: Labels) -> tuple[Any, Array]:
    loss, grad_logits, one_hot = _parts(logits, labels)
    return loss, grad_logits * one_hot


@known(
    MISCONCEPTIONS,
    name=Text("softmax adds up over the batch, not over the classes", "softmax 沿批次归一化了"),
    hint=Text(
        "Each row of probabilities must sum to 1. Which axis goes through one row?",
        "每一行的概率之和应当为 1。沿哪个轴才是在一行之内求和？",
    ),
)
def softmax_over_the_batch(logits: Array, labels: Labels) -> tuple[Any, Array]:
    if not len(logits):
        return softmax_cross_entropy(logits, labels)
    p = ops.softmax(logits.T).T
    right = np.arange(len(logits)), labels
    loss = -np.mean(np.log(p[right]))
    p[right] -= 1
    return loss, p / len(logits)


@known(
    MISCONCEPTIONS,
    name=Text("softmax adds up over the whole batch", "softmax 对整个批次归一化了"),
    hint=Text(
        "The probabilities of each row must sum to 1; yours of all rows together do. What does a "
        "sum without an axis add up?",
        "应当是每一行的概率之和为 1，而你的是所有行加起来才为 1。求和时不写 axis，加的是哪些数？",
    ),
)
def softmax_over_everything(logits: Array, labels: Labels) -> tuple[Any, Array]:
    exponentials = np.exp(logits - logits.max(initial=-np.inf))
    p = exponentials / exponentials.sum()
    right = np.arange(len(p)), labels
    loss = -np.mean(np.log(p[right])) if len(p) else np.nan
    p[right] -= 1
    return loss, p / max(len(p), 1)


@known(
    MISCONCEPTIONS,
    name=Text("the gradient is softmax's own derivative", "梯度只是 softmax 自身的导数"),
    hint=Text(
        "p (1 - p) tells how a probability reacts to its own logit. How does the loss react to the "
        "probability, and what of the other logits?",
        "p (1 - p) 说的是概率对自己那个 logit 的反应。损失对概率的反应呢？其他 logits 的影响呢？",
    ),
)
def derivative_of_softmax(logits: Array, labels: Labels) -> tuple[Any, Array]:
    p = ops.softmax(logits)
    return ops.cross_entropy(logits, labels), p * (1 - p) / max(len(p), 1)


# ---------------------------------------------------------------------------------- large logits


def _from_exponentials(exponentials: Array, labels: Labels) -> tuple[Any, Array]:
    """Go on from exponentials as on paper, without any care for their size."""
    p = exponentials / exponentials.sum(axis=1, keepdims=True)
    right = np.arange(len(p)), labels
    loss = -np.mean(np.log(p[right])) if len(p) else np.nan
    p[right] -= 1
    return loss, p / max(len(p), 1)


@known(
    MISCONCEPTIONS,
    name=Text("softmax overflows", "softmax 溢出"),
    hint=Text(
        "exp(1000) is infinite in floating point, and exp(-1000) is 0. What may be subtracted from "
        "a whole row without changing its softmax?",
        "浮点数里 exp(1000) 是无穷大，exp(-1000) 是 0。给一整行同时减去什么，softmax 的结果不变？",
    ),
)
def overflowing(logits: Array, labels: Labels) -> tuple[Any, Array]:
    return _from_exponentials(np.exp(logits), labels)


@known(
    MISCONCEPTIONS,
    name=Text("the sum inside the logarithm overflows", "对数里的求和溢出"),
    hint=Text(
        "log(sum(exp(z))) is infinite in floating point when one score is 1000, though its true "
        "value is about 1000. What may be taken out of the sum first?",
        "只要有一个得分是 1000，浮点数里的 log(sum(exp(z))) 就成了无穷大，而真实值只有 1000 左右。"
        "求和之前，可以先把什么提出来？",
    ),
)
def overflowing_sum(logits: Array, labels: Labels) -> tuple[Any, Array]:
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    right = np.arange(len(logits)), labels
    loss = -np.mean(log_p[right]) if len(logits) else np.nan
    grad_logits = np.exp(log_p)
    grad_logits[right] -= 1
    return loss, grad_logits / max(len(logits), 1)


@known(
    MISCONCEPTIONS,
    name=Text("the maximum of the whole batch is subtracted", "减去的是整个批次的最大值"),
    hint=Text(
        "A row far below the batch's maximum still underflows. Each row has a maximum of its own.",
        "远低于批次最大值的那一行仍会下溢。每一行都有自己的最大值。",
    ),
)
def shifted_by_the_batch(logits: Array, labels: Labels) -> tuple[Any, Array]:
    return _from_exponentials(np.exp(logits - logits.max(initial=-np.inf)), labels)


@known(
    MISCONCEPTIONS,
    name=Text(
        "the logarithm is taken of a probability that rounds to 0", "对舍入成 0 的概率取了对数"
    ),
    hint=Text(
        "log(softmax(z)) becomes infinite although its true value is not. Simplify log(a / b) on "
        "paper before you compute it.",
        "log(softmax(z)) 变成了无穷大，但真实的值并不是。先在纸上化简 log(a / b)，再去计算。",
    ),
)
def logarithm_of_zero(logits: Array, labels: Labels) -> tuple[Any, Array]:
    return _from_exponentials(np.exp(logits - logits.max(axis=1, keepdims=True)), labels)


def _add_small_number(epsilon: float) -> None:
    """Put the function into the catalogue that adds this number inside the logarithm."""

    def small_number_in_logarithm(logits: Array, labels: Labels) -> tuple[Any, Array]:
        _, grad_logits = softmax_cross_entropy(logits, labels)
        p = ops.softmax(logits)[np.arange(len(logits)), labels]
        return -np.mean(np.log(p + epsilon)), grad_logits

    known(
        MISCONCEPTIONS,
        name=Text(f"{epsilon:g} is added inside the logarithm", f"在对数里加了 {epsilon:g}"),
        hint=Text(
            "It hides how wrong the model is: the loss stops growing. log(a / b) needs no such "
            "number if it is simplified before it is computed.",
            "这样会掩盖模型错得有多离谱：损失涨到某个值就不动了。"
            "先化简 log(a / b) 再计算，就不需要加这个数。",
        ),
    )(small_number_in_logarithm)


for _epsilon in SMALL_NUMBERS:
    _add_small_number(_epsilon)


# ---------------------------------------------------------------------------------- arguments


@known(
    MISCONCEPTIONS,
    name=Text("logits are overwritten", "改动了传入的 logits"),
    hint=Text(
        "-= changes the caller's array. The caller still needs it: make a new one.",
        "-= 会改掉调用者手里的数组，而调用者还要用它：请新建一个数组。",
    ),
)
def logits_overwritten(logits: Array, labels: Labels) -> tuple[Any, Array]:
    results = softmax_cross_entropy(logits, labels)
    if len(logits):
        logits -= logits.max(axis=1, keepdims=True)
    return results
