"""Day 6: flatten a batch, and the way back.

The implementation to judge is one function: ``flatten(x)``, or ``flatten_backward(grad_output,
shape)``.
"""

from __future__ import annotations

import numpy as np

from autograder import Case, Group, Misconception, Text
from autograder.comparison import Array
from convlab import ops
from problems.catalogue import known
from problems.function_calls import largest, titled
from problems.function_problems import (
    Arguments,
    Reference,
    function_case,
    function_problem,
    judge_among,
    robustness_cases,
)

FORWARD = {
    "flatten": Group(Text("flatten", "展平"), 4),
    "flatten_empty": Group(Text("flatten an empty batch", "展平空批次"), 1),
}
BACKWARD = {"flatten_backward": Group(Text("gradient of flatten", "展平的梯度"), 5)}
# Features, signals, images with H and W apart, volumes.
SHAPES: list[tuple[int, ...]] = [(4, 6), (3, 2, 5), (2, 3, 4, 5), (3, 2, 5, 2), (2, 3, 2, 4, 3)]
EMPTY: list[tuple[int, ...]] = [(0, 5), (0, 2, 3, 4)]
SEED = 20_060_602


def generate(seed: int) -> list[Case]:
    """Draw the cases of ``flatten``.

    Parameters
    ----------
    seed : int
        Shapes are fixed; the values are drawn from it.
    """
    rng = np.random.default_rng(seed)
    images = {"x": rng.normal(size=(3, 2, 4, 5))}
    return [
        *(function_case("flatten", "output", {"x": rng.normal(size=shape)}) for shape in SHAPES),
        *robustness_cases("flatten", "output", images),
        function_case("flatten_empty", "output", {"x": rng.normal(size=(1, 2, 3, 4))}),
        *(
            titled(EMPTY_TITLE, function_case("flatten_empty", "output", {"x": np.zeros(shape)}))
            for shape in EMPTY
        ),
    ]


def generate_backward(seed: int) -> list[Case]:
    """Draw the cases of ``flatten_backward``.

    Parameters
    ----------
    seed : int
    """
    rng = np.random.default_rng(seed)

    def arguments(shape: tuple[int, ...]) -> Arguments:
        return {"grad_output": rng.normal(size=(shape[0], np.prod(shape[1:]))), "shape": shape}

    group, result = "flatten_backward", "grad_input"
    return [
        *(function_case(group, result, arguments(shape)) for shape in SHAPES),
        *(titled(EMPTY_TITLE, function_case(group, result, arguments(shape))) for shape in EMPTY),
        *robustness_cases(group, result, arguments((3, 2, 4, 5))),
    ]


def magnitude(arguments: Arguments) -> float:
    """Return the largest number; it is rounded once, by who answers in float32."""
    return max(largest(value) for value in arguments.values() if isinstance(value, np.ndarray))


EMPTY_TITLE = Text("an empty batch", "空批次")
FORWARD_MISCONCEPTIONS: list[Misconception] = []
BACKWARD_MISCONCEPTIONS: list[Misconception] = []
ORDER_HINT = Text(
    "Row-major order, NumPy's default: the last index runs fastest. Which elements of x[0] are "
    "neighbours in your row?",
    "行优先是 NumPy 的默认顺序：最后一个下标变化最快。在你得到的那一行里，x[0] 的哪些元素相邻？",
)
AXES_HINT = Text(
    "Does something unpack exactly N, C, H, W? x may have any number of axes after the first.",
    "代码里是不是把形状拆成了恰好四个数 N, C, H, W？第一维之后可以有任意多个维。",
)


# ---------------------------------------------------------------------------------- forward


@known(
    FORWARD_MISCONCEPTIONS,
    name=Text("the batch is flattened too", "连批次维也一起展平了"),
    hint=Text(
        "Your output has one axis. How would the next layer tell one image from another?",
        "你的输出只剩一个维。下一层要怎样分清哪些数属于哪张图像？",
    ),
)
def batch_flattened(x: Array) -> Array:
    return x.ravel()


@known(
    FORWARD_MISCONCEPTIONS,
    name=Text("the channels are kept apart", "保留了通道维"),
    hint=Text(
        "Only the axes after the channels are joined. A fully connected layer wants (N, features).",
        "你只合并了通道之后的维。全连接层要的是 (N, features)。",
    ),
)
def channels_kept(x: Array) -> Array:
    return x.reshape(*x.shape[:2], int(np.prod(x.shape[2:])))


@known(
    FORWARD_MISCONCEPTIONS,
    name=Text("the elements are in column-major order", "元素按列优先排列了"),
    hint=ORDER_HINT,
)
def column_major(x: Array) -> Array:
    return x.reshape((x.shape[0], int(np.prod(x.shape[1:]))), order="F")


@known(
    FORWARD_MISCONCEPTIONS,
    name=Text("the channels come last", "通道被排到了最后"),
    hint=Text(
        "Your row holds all channels of a pixel, then those of the next. In (N, C, H, W) the "
        "elements of one channel stand together.",
        "你的一行里先是一个像素的所有通道，再是下一个像素。按 (N, C, H, W)，"
        "同一通道的元素应排在一起。",
    ),
)
def channels_last(x: Array) -> Array:
    return np.moveaxis(x, 1, -1).reshape(x.shape[0], int(np.prod(x.shape[1:])))


@known(
    FORWARD_MISCONCEPTIONS,
    name=Text("examples stand in columns", "样本排成了列"),
    hint=Text(
        "Some courses write (features, N). Here, as in PyTorch, each example is a row.",
        "有些课程写成 (features, N)。这里与 PyTorch 一致：一个样本占一行。",
    ),
)
def examples_in_columns(x: Array) -> Array:
    return x.reshape(x.shape[0], int(np.prod(x.shape[1:]))).T


@known(
    FORWARD_MISCONCEPTIONS,
    name=Text("reshape(-1, N) mixes the examples", "reshape(-1, N) 把不同样本混在了一起"),
    hint=Text(
        "The elements of one example are neighbours in memory. Which axis has to come first so "
        "that "
        "they stay together?",
        "同一个样本的元素在内存里相邻。要让它们不被拆散，哪一维应该放在前面？",
    ),
)
def examples_mixed(x: Array) -> Array:
    return x.reshape(-1, x.shape[0])


@known(
    FORWARD_MISCONCEPTIONS,
    name=Text("only arrays with four axes are taken", "只能处理四维数组"),
    hint=AXES_HINT,
)
def four_axes_only(x: Array) -> Array:
    images, channels, height, width = x.shape
    return x.reshape(images, channels * height * width)


@known(
    FORWARD_MISCONCEPTIONS,
    name=Text("reshape(N, -1) refuses an empty batch", "reshape(N, -1) 遇到空批次就报错"),
    hint=Text(
        "With N = 0 there are no elements, and NumPy cannot find out what -1 stands for. You can: "
        "the shape of one example is known.",
        "N = 0 时一个元素也没有，NumPy 推断不出 -1 是多少。但你可以算出来："
        "单个样本的形状是已知的。",
    ),
)
def empty_batch_refused(x: Array) -> Array:
    return x.reshape(x.shape[0], -1)


# ---------------------------------------------------------------------------------- backward


@known(
    BACKWARD_MISCONCEPTIONS,
    name=Text("the gradient keeps its flat shape", "梯度没有变回原来的形状"),
    hint=Text(
        "The layer before gave out arrays of the given shape, and waits for a gradient of that "
        "shape.",
        "前一层输出的是 shape 形状的数组，它等着的梯度也是这个形状。",
    ),
)
def gradient_not_reshaped(grad_output: Array, shape: tuple[int, ...]) -> Array:
    return grad_output


@known(
    BACKWARD_MISCONCEPTIONS,
    name=Text("the gradient is all ones", "返回的梯度全是 1"),
    hint=Text(
        "Moving a number changes it by the factor 1, but grad_output says how the loss follows it. "
        "What is 1 times grad_output?",
        "搬动一个数，局部的导数确实是 1；但损失怎样随它变化，写在 grad_output 里。1 乘以 "
        "grad_output 是什么？",
    ),
)
def gradient_of_ones(grad_output: Array, shape: tuple[int, ...]) -> Array:
    return np.ones(shape)


@known(
    BACKWARD_MISCONCEPTIONS,
    name=Text("the gradient is filled in in column-major order", "梯度按列优先填了回去"),
    hint=Text(
        "flatten went through x in row-major order. The way back has to be the same way.",
        "flatten 是按行优先的顺序走的，回来时也要走同一条路。",
    ),
)
def gradient_column_major(grad_output: Array, shape: tuple[int, ...]) -> Array:
    return grad_output.reshape(shape, order="F")


@known(
    BACKWARD_MISCONCEPTIONS,
    name=Text("the channels are taken from the end", "按“通道在最后”取回了通道"),
    hint=Text(
        "In (N, C, H, W) the first H * W gradients of a row belong to the first channel.",
        "按 (N, C, H, W)，每一行最前面的 H * W 个梯度都属于第一个通道。",
    ),
)
def gradient_channels_last(grad_output: Array, shape: tuple[int, ...]) -> Array:
    return np.moveaxis(grad_output.reshape(shape[0], *shape[2:], shape[1]), -1, 1)


@known(
    BACKWARD_MISCONCEPTIONS,
    name=Text("the gradient is transposed first", "先把梯度转置了"),
    hint=Text(
        "grad_output holds one example a row. After .T, whose gradients stand side by side?",
        "grad_output 里一个样本占一行。做了 .T 之后，排在一起的是谁的梯度？",
    ),
)
def gradient_transposed(grad_output: Array, shape: tuple[int, ...]) -> Array:
    return grad_output.T.reshape(shape)


@known(
    BACKWARD_MISCONCEPTIONS,
    name=Text("only shapes with four axes are taken", "只能处理四维的 shape"),
    hint=AXES_HINT,
)
def gradient_four_axes_only(grad_output: Array, shape: tuple[int, ...]) -> Array:
    images, channels, height, width = shape
    return grad_output.reshape(images, channels, height, width)


PROBLEMS = {
    "flatten": function_problem(
        "flatten",
        FORWARD,
        generate,
        Reference(ops.flatten, 1, magnitude),
        FORWARD_MISCONCEPTIONS,
        SEED,
    ),
    "flatten_backward": function_problem(
        "flatten_backward",
        BACKWARD,
        generate_backward,
        Reference(ops.flatten_backward, 1, magnitude),
        BACKWARD_MISCONCEPTIONS,
        SEED,
    ),
}
GROUPS = {**FORWARD, **BACKWARD}
judge = judge_among(PROBLEMS)

__all__ = ["GROUPS", "PROBLEMS", "judge"]
