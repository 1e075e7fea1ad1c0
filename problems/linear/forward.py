"""The forward pass: its problem, and wrong passes that students really write."""

from __future__ import annotations

from autograder import Misconception, Problem, Text
from autograder.comparison import Array
from convlab import ops
from problems.catalogue import known
from problems.function_calls import run
from problems.linear.cases import (
    FORWARD_GROUPS,
    FORWARD_QUANTITIES,
    expect_forward,
    generate_forward,
)

MISCONCEPTIONS: list[Misconception] = []


@known(
    MISCONCEPTIONS,
    name=Text("weight is not transposed", "weight 没有转置"),
    hint=Text(
        "weight has shape (out_features, in_features). Which of its axes must meet the features of "
        "the input?",
        "weight 的形状是 (out_features, in_features)。输入的特征应当和它的哪个轴相乘求和？",
    ),
)
def weight_not_transposed(input_tensor: Array, weight: Array, bias: Array) -> Array:
    output_tensor: Array = input_tensor @ weight + bias
    return output_tensor


@known(
    MISCONCEPTIONS,
    name=Text("the bias is forgotten", "忘了加偏置"),
    hint=Text("What should come out when all inputs are 0?", "输入全为 0 时，输出应当是什么？"),
)
def bias_forgotten(input_tensor: Array, weight: Array, bias: Array) -> Array:
    return ops.linear(input_tensor, weight)


@known(
    MISCONCEPTIONS,
    name=Text("the bias is added for each input feature", "每个输入特征都加了一次偏置"),
    hint=Text(
        "Is the line that adds the bias inside the loop over input features? It belongs outside.",
        "加偏置的那一行是不是写在了遍历输入特征的循环里面？它应该放在循环外面。",
    ),
)
def bias_for_each_feature(input_tensor: Array, weight: Array, bias: Array) -> Array:
    return ops.linear(input_tensor, weight, bias * input_tensor.shape[1])


@known(
    MISCONCEPTIONS,
    name=Text("the bias is added along the batch", "偏置沿批次的方向加了上去"),
    hint=Text(
        "There is one bias for each output feature, the same in every row.",
        "每个输出特征有一个偏置，各行都加同样的这一组。",
    ),
)
def bias_along_the_batch(input_tensor: Array, weight: Array, bias: Array) -> Array:
    return ops.linear(input_tensor, weight) + bias[:, None]


@known(
    MISCONCEPTIONS,
    name=Text("only the first example is computed", "只算了批次里的第一个样本"),
    hint=Text(
        "The other rows of your output are still zero. Does a return stand inside the loop, or an "
        "index 0 where n should be?",
        "输出的其余各行还是 0。是不是 return 写进了循环里，或者本该写 n 的地方写成了 0？",
    ),
)
def first_example_only(input_tensor: Array, weight: Array, bias: Array) -> Array:
    output_tensor = ops.linear(input_tensor, weight, bias)
    output_tensor[1:] = 0
    return output_tensor


@known(
    MISCONCEPTIONS,
    name=Text("an activation is applied", "多套了一层激活函数"),
    hint=Text(
        "Your output has no negative number. A linear layer may give any.",
        "你的输出里没有负数，而线性层的输出可正可负。",
    ),
)
def with_activation(input_tensor: Array, weight: Array, bias: Array) -> Array:
    return ops.relu(ops.linear(input_tensor, weight, bias))


@known(
    MISCONCEPTIONS,
    name=Text("linear_forward changes its arguments", "linear_forward 改动了传入的数组"),
    hint=Text(
        "+= and *= change the caller's array. The caller still needs it: make a new one.",
        "+=、*= 会改掉调用者手里的数组，而调用者还要用它：请新建一个数组。",
    ),
)
def input_overwritten(input_tensor: Array, weight: Array, bias: Array) -> Array:
    output_tensor = ops.linear(input_tensor, weight, bias)
    input_tensor *= weight[0]
    return output_tensor


PROBLEM = Problem(
    name="linear_forward",
    groups=FORWARD_GROUPS,
    generate=generate_forward,
    run=run,
    expect=expect_forward,
    misconceptions=MISCONCEPTIONS,
    seed=20_010_103,
    quantities=FORWARD_QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
