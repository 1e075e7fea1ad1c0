"""Day 1: the mean squared error and its gradient.

The implementation to judge is ``mse_loss(prediction, target) -> (loss, grad_prediction)``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import Case, Expected, Group, Misconception, Problem, Text
from autograder.comparison import Array
from convlab import ops
from problems.arrays import with_gaps
from problems.catalogue import known
from problems.function_calls import afterwards, as_float32, describe_shapes, largest, run, titled

GROUPS = {
    "loss": Group(Text("mse_loss, the loss", "mse_loss，损失值"), 6),
    "gradient": Group(Text("mse_loss, the gradient", "mse_loss，梯度"), 8),
    "robustness": Group(
        Text(
            "mse_loss: empty batch, float32, arguments left alone",
            "mse_loss：空批次、float32、不改动参数",
        ),
        4,
    ),
}
RETURNS = ("loss", "grad_prediction")
QUANTITIES = afterwards("prediction", "target")
SHAPES: list[tuple[int, ...]] = [(1,), (7,), (1, 4), (5, 1), (4, 3), (3, 6), (2, 3, 5)]
MISCONCEPTIONS: list[Misconception] = []


def mse_loss(prediction: Array, target: Array) -> tuple[Any, Array]:
    """Mean squared error and its gradient: the reference.

    Parameters
    ----------
    prediction, target : arrays of one shape

    Returns
    -------
    loss : float
    grad_prediction : array of the same shape
    """
    return ops.mse_loss(prediction, target), ops.mse_loss_backward(prediction, target)


def generate(seed: int) -> list[Case]:
    """Draw the cases of all groups.

    Parameters
    ----------
    seed : int
    """
    rng = np.random.default_rng(seed)
    return [
        *(_case("loss", _draw(rng, shape), ("loss",)) for shape in SHAPES),
        *(_case("gradient", _draw(rng, shape), ("grad_prediction",)) for shape in SHAPES),
        *_robustness(rng),
    ]


def _draw(rng: np.random.Generator, shape: tuple[int, ...]) -> dict[str, Array]:
    return {"prediction": rng.normal(size=shape), "target": rng.normal(size=shape)}


def _case(group: str, arguments: dict[str, Array], check: tuple[str, ...]) -> Case:
    about = {"arguments": arguments, "returns": RETURNS, "check": check}
    return Case(group, describe_shapes(arguments), about)


def _robustness(rng: np.random.Generator) -> list[Case]:
    group, shape = "robustness", (3, 4)
    strided = {name: with_gaps(array) for name, array in _draw(rng, shape).items()}
    return [
        titled(
            Text("an empty batch, gradient only", "空批次，只看梯度"),
            _case(group, _draw(rng, (0, 4)), ("grad_prediction",)),
        ),
        titled(Text("float32", "float32"), _case(group, as_float32(_draw(rng, shape)), RETURNS)),
        titled(
            Text("arguments after the call", "调用之后的参数"),
            _case(group, _draw(rng, shape), tuple(QUANTITIES)),
        ),
        titled(
            Text("a view with gaps in memory", "内存不连续的视图"), _case(group, strided, RETURNS)
        ),
    ]


def expect(case: Case) -> dict[str, Expected]:
    """Compute the reference's results, and what rounding may change in them.

    Parameters
    ----------
    case : Case
    """
    prediction, target = case.arguments["arguments"].values()
    values = run(mse_loss, case)
    # Multiplied out, (p - t)^2 = p^2 - 2 p t + t^2, whose terms cancel.
    size = np.abs(prediction) + np.abs(target)
    count = max(prediction.size, 1)
    bounds = {
        "loss": (count, float(np.sum(size**2)) / count),
        "grad_prediction": (2, 2 * largest(size) / count),
    }
    return {
        # A Python float says nothing of the precision in which it was computed.
        name: Expected(np.asarray(values[name], prediction.dtype), *bounds.get(name, (0, 0.0)))
        for name in case.arguments["check"]
    }


# ---------------------------------------------------------------------------------- the loss


@known(
    MISCONCEPTIONS,
    name=Text("the loss is half of the mean squared error", "损失只有均方误差的一半"),
    hint=Text(
        "Some books put 1/2 in front, so that the gradient loses its 2. Is there a 1/2 in this "
        "mission's formula?",
        "有些教材在前面乘 1/2，好让求导后的 2 消掉。这次任务的公式里有 1/2 吗？",
    ),
)
def half_the_loss(prediction: Array, target: Array) -> tuple[Any, Array]:
    loss, grad_prediction = mse_loss(prediction, target)
    return loss / 2, grad_prediction


@known(
    MISCONCEPTIONS,
    name=Text("the loss is a sum, not a mean", "损失是求和，没有取平均"),
    hint=Text(
        "Would your loss double if every example stood in the batch twice? A mean would not.",
        "如果把批次里的每个样本都重复一遍，你的损失会翻倍吗？平均值是不会的。",
    ),
)
def summed_loss(prediction: Array, target: Array) -> tuple[Any, Array]:
    loss, grad_prediction = mse_loss(prediction, target)
    return loss * prediction.size, grad_prediction


@known(
    MISCONCEPTIONS,
    name=Text("the loss is divided by the batch size only", "损失只除以了批次大小"),
    hint=Text(
        "len(prediction) counts rows. How many squared errors are there in all?",
        "len(prediction) 数的是行数。一共有多少个平方误差？",
    ),
)
def loss_per_row(prediction: Array, target: Array) -> tuple[Any, Array]:
    loss, grad_prediction = mse_loss(prediction, target)
    return loss * prediction.size / max(len(prediction), 1), grad_prediction


@known(
    MISCONCEPTIONS,
    name=Text("the loss is the mean absolute error", "算成了平均绝对误差"),
    hint=Text(
        "MSE squares each error: an error twice as large counts four times as much.",
        "MSE 要把每个误差平方：误差大一倍，代价就是四倍。",
    ),
)
def absolute_error(prediction: Array, target: Array) -> tuple[Any, Array]:
    error = prediction - target
    return np.mean(np.abs(error)), ops.mse_loss_backward(prediction, target)


@known(
    MISCONCEPTIONS,
    name=Text("the root of the mean squared error is taken", "多开了一次平方根"),
    hint=Text(
        "The root gives another loss, RMSE, with another gradient.",
        "开了平方根就成了另一种损失（RMSE），梯度也不一样。",
    ),
)
def root_of_the_loss(prediction: Array, target: Array) -> tuple[Any, Array]:
    loss, grad_prediction = mse_loss(prediction, target)
    return np.sqrt(loss), grad_prediction


@known(
    MISCONCEPTIONS,
    name=Text("there is one loss for each element", "每个元素各有一个损失"),
    hint=Text(
        "Descent needs one number to go down. Over what is the mean of the name taken?",
        "梯度下降要降低的是一个数。“均方误差”的“均”，是对哪些数取平均？",
    ),
)
def loss_of_each_element(prediction: Array, target: Array) -> tuple[Any, Array]:
    return (prediction - target) ** 2, ops.mse_loss_backward(prediction, target)


@known(
    MISCONCEPTIONS,
    name=Text("there is one loss for each row", "每一行各有一个损失"),
    hint=Text(
        "Descent needs one number to go down. What does the axis argument of mean leave standing?",
        "梯度下降要降低的是一个数。给 mean 传了 axis，会留下哪个轴？",
    ),
)
def loss_of_each_row(prediction: Array, target: Array) -> tuple[Any, Array]:
    return np.mean((prediction - target) ** 2, axis=-1), ops.mse_loss_backward(prediction, target)


# ---------------------------------------------------------------------------------- the gradient


@known(
    MISCONCEPTIONS,
    name=Text("the gradient has the wrong sign", "梯度的符号反了"),
    hint=Text(
        "A prediction that is too large must get a positive gradient, so that descent lowers it.",
        "预测值偏大时，梯度应当是正的，这样梯度下降才会把它调小。",
    ),
)
def gradient_with_wrong_sign(prediction: Array, target: Array) -> tuple[Any, Array]:
    loss, grad_prediction = mse_loss(prediction, target)
    return loss, -grad_prediction


@known(
    MISCONCEPTIONS,
    name=Text("the gradient lacks the factor 2", "梯度少了系数 2"),
    hint=Text("What is the derivative of x squared?", "x 的平方，导数是什么？"),
)
def gradient_without_two(prediction: Array, target: Array) -> tuple[Any, Array]:
    loss, grad_prediction = mse_loss(prediction, target)
    return loss, grad_prediction / 2


@known(
    MISCONCEPTIONS,
    name=Text("the gradient is that of a sum, not of a mean", "梯度是求和的梯度，没有除以元素个数"),
    hint=Text(
        "Each element makes up one M-th of the mean. Does its gradient know that?",
        "每个元素只占平均值的 M 分之一。你的梯度里体现出来了吗？",
    ),
)
def gradient_of_the_sum(prediction: Array, target: Array) -> tuple[Any, Array]:
    loss, grad_prediction = mse_loss(prediction, target)
    return loss, grad_prediction * prediction.size


@known(
    MISCONCEPTIONS,
    name=Text("the gradient is divided by the batch size only", "梯度只除以了批次大小"),
    hint=Text(
        "The loss is a mean over all elements, not over rows; its gradient has the same divisor.",
        "损失是对所有元素取平均，不是对行取平均；梯度的除数和它一样。",
    ),
)
def gradient_per_row(prediction: Array, target: Array) -> tuple[Any, Array]:
    loss, grad_prediction = mse_loss(prediction, target)
    return loss, grad_prediction * prediction.size / max(len(prediction), 1)


@known(
    MISCONCEPTIONS,
    name=Text("the gradient is summed or averaged", "对梯度求了和或平均"),
    hint=Text(
        "Each prediction can be moved by itself, so each has its own number in the gradient.",
        "每个预测值都可以单独调整，所以梯度里要给每个预测值各留一个数。",
    ),
)
def one_gradient_for_all(prediction: Array, target: Array) -> tuple[Any, Array]:
    loss, grad_prediction = mse_loss(prediction, target)
    return loss, grad_prediction.sum()


# ---------------------------------------------------------------------------------- arguments


@known(
    MISCONCEPTIONS,
    name=Text("prediction is overwritten", "改动了传入的 prediction"),
    hint=Text(
        "-= changes the caller's array. The caller still needs it: make a new one.",
        "-= 会改掉调用者手里的数组，而调用者还要用它：请新建一个数组。",
    ),
)
def prediction_overwritten(prediction: Array, target: Array) -> tuple[Any, Array]:
    results = mse_loss(prediction, target)
    prediction -= target
    return results


PROBLEM = Problem(
    name="mse_loss",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=expect,
    misconceptions=MISCONCEPTIONS,
    seed=20_010_101,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
