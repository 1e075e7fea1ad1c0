"""The backward pass: its problem, and wrong passes that students really write."""

from __future__ import annotations

import numpy as np

from autograder import Misconception, Problem, Text
from autograder.comparison import Array
from problems.catalogue import known
from problems.function_calls import run
from problems.linear.cases import (
    BACKWARD_GROUPS,
    BACKWARD_QUANTITIES,
    expect_backward,
    generate_backward,
)
from problems.linear.reference import Gradients, linear_backward

MISCONCEPTIONS: list[Misconception] = []


@known(
    MISCONCEPTIONS,
    name=Text(
        "grad_input is computed with weight transposed", "算 grad_input 时多转置了一次 weight"
    ),
    hint=Text(
        "Output k saw input j through weight[k, j]. The gradient goes back along the same number.",
        "输入 j 是通过 weight[k, j] 影响输出 k 的，梯度也要沿着同一个数传回去。",
    ),
)
def weight_transposed(grad_output: Array, input_tensor: Array, weight: Array) -> Gradients:
    _, grad_weight, grad_bias = linear_backward(grad_output, input_tensor, weight)
    return grad_output @ weight.T, grad_weight, grad_bias


@known(
    MISCONCEPTIONS,
    name=Text("grad_input adds up over the batch", "grad_input 沿批次求了和"),
    hint=Text(
        "Each example has an input of its own, and so a gradient of its own.",
        "每个样本都有自己的输入，因此也有自己的梯度。",
    ),
)
def input_gradient_summed(grad_output: Array, input_tensor: Array, weight: Array) -> Gradients:
    grad_input, grad_weight, grad_bias = linear_backward(grad_output, input_tensor, weight)
    return grad_input.sum(axis=0), grad_weight, grad_bias


@known(
    MISCONCEPTIONS,
    name=Text(
        "output features overwrite each other in grad_input",
        "grad_input 里各输出特征的贡献互相覆盖",
    ),
    hint=Text(
        "An input reaches every output feature. What comes back from them adds up: +=, not =.",
        "一个输入会影响所有输出特征，从它们传回来的梯度要累加：用 +=，而不是 =。",
    ),
)
def input_gradient_overwritten(grad_output: Array, input_tensor: Array, weight: Array) -> Gradients:
    _, grad_weight, grad_bias = linear_backward(grad_output, input_tensor, weight)
    return grad_output[:, -1:] @ weight[-1:], grad_weight, grad_bias


@known(
    MISCONCEPTIONS,
    name=Text("grad_weight is transposed", "grad_weight 转置了"),
    hint=Text(
        "A gradient has the shape of what it is the gradient of: (out_features, in_features) here.",
        "梯度的形状和它所对应的数组相同：这里应为 (out_features, in_features)。",
    ),
)
def weight_gradient_transposed(grad_output: Array, input_tensor: Array, weight: Array) -> Gradients:
    grad_input, grad_weight, grad_bias = linear_backward(grad_output, input_tensor, weight)
    return grad_input, grad_weight.T, grad_bias


@known(
    MISCONCEPTIONS,
    name=Text("grad_weight is divided by the batch size", "grad_weight 多除了一次批次大小"),
    hint=Text(
        "The mean is the loss's affair: grad_output has been divided already.",
        "取平均是损失函数的事：grad_output 里已经除过了。",
    ),
)
def weight_gradient_averaged(grad_output: Array, input_tensor: Array, weight: Array) -> Gradients:
    grad_input, grad_weight, grad_bias = linear_backward(grad_output, input_tensor, weight)
    return grad_input, grad_weight / max(len(grad_output), 1), grad_bias


@known(
    MISCONCEPTIONS,
    name=Text("grad_weight keeps only the last example", "grad_weight 只留下了最后一个样本"),
    hint=Text(
        "All examples of the batch share the weight. What each contributes adds up: +=, not =.",
        "批次里的所有样本共用同一个权重，各样本的贡献要累加：用 +=，而不是 =。",
    ),
)
def weight_gradient_of_the_last(
    grad_output: Array, input_tensor: Array, weight: Array
) -> Gradients:
    grad_input, _, grad_bias = linear_backward(grad_output, input_tensor, weight)
    return grad_input, grad_output[-1:].T @ input_tensor[-1:], grad_bias


@known(
    MISCONCEPTIONS,
    name=Text("grad_weight leaves grad_output out", "grad_weight 没有用到 grad_output"),
    hint=Text(
        "Chain rule: how much the output changes, times how much the loss cares about that output.",
        "链式法则：输出变化了多少，还要乘上损失对这个输出有多敏感。",
    ),
)
def weight_gradient_without_upstream(
    grad_output: Array, input_tensor: Array, weight: Array
) -> Gradients:
    grad_input, _, grad_bias = linear_backward(grad_output, input_tensor, weight)
    return grad_input, np.ones_like(grad_output).T @ input_tensor, grad_bias


@known(
    MISCONCEPTIONS,
    name=Text("grad_bias is not summed over the batch", "grad_bias 没有对批次求和"),
    hint=Text(
        "One bias is added to its feature in every example. How many places did it reach?",
        "同一个偏置加到了每个样本的对应特征上。它影响了多少个位置？",
    ),
)
def bias_gradient_not_summed(grad_output: Array, input_tensor: Array, weight: Array) -> Gradients:
    grad_input, grad_weight, _ = linear_backward(grad_output, input_tensor, weight)
    return grad_input, grad_weight, grad_output


@known(
    MISCONCEPTIONS,
    name=Text("grad_bias is averaged over the batch", "grad_bias 对批次取了平均"),
    hint=Text(
        "The mean is the loss's affair: grad_output has been divided already.",
        "取平均是损失函数的事：grad_output 里已经除过了。",
    ),
)
def bias_gradient_averaged(grad_output: Array, input_tensor: Array, weight: Array) -> Gradients:
    grad_input, grad_weight, grad_bias = linear_backward(grad_output, input_tensor, weight)
    return grad_input, grad_weight, grad_bias / max(len(grad_output), 1)


@known(
    MISCONCEPTIONS,
    name=Text("grad_bias is summed over the features", "grad_bias 沿特征求了和"),
    hint=Text(
        "There is one bias for each output feature. Which axis must disappear, which one stay?",
        "每个输出特征有一个偏置。求和之后，哪个轴应当消失，哪个轴应当保留？",
    ),
)
def bias_gradient_over_features(
    grad_output: Array, input_tensor: Array, weight: Array
) -> Gradients:
    grad_input, grad_weight, _ = linear_backward(grad_output, input_tensor, weight)
    return grad_input, grad_weight, grad_output.sum(axis=1)


@known(
    MISCONCEPTIONS,
    name=Text("grad_bias is one number", "grad_bias 只剩一个数"),
    hint=Text(
        "Each output feature has a bias of its own. What does a sum without an axis add up?",
        "每个输出特征都有自己的偏置。求和时不写 axis，加的是哪些数？",
    ),
)
def bias_gradient_of_everything(
    grad_output: Array, input_tensor: Array, weight: Array
) -> Gradients:
    grad_input, grad_weight, _ = linear_backward(grad_output, input_tensor, weight)
    return grad_input, grad_weight, np.asarray(grad_output.sum())


@known(
    MISCONCEPTIONS,
    name=Text("grad_bias keeps the axis of the batch", "grad_bias 保留了批次的轴"),
    hint=Text(
        "A gradient has the shape of what it is the gradient of, and bias has one axis.",
        "梯度的形状和它所对应的数组相同，而 bias 只有一个轴。",
    ),
)
def bias_gradient_with_two_axes(
    grad_output: Array, input_tensor: Array, weight: Array
) -> Gradients:
    grad_input, grad_weight, grad_bias = linear_backward(grad_output, input_tensor, weight)
    return grad_input, grad_weight, grad_bias[None]


@known(
    MISCONCEPTIONS,
    name=Text("the gradients come in another order", "返回梯度的顺序不对"),
    hint=Text(
        "The docstring says in which order the three are returned.",
        "三个梯度按什么顺序返回，文档字符串里写着。",
    ),
)
def weight_before_input(grad_output: Array, input_tensor: Array, weight: Array) -> Gradients:
    grad_input, grad_weight, grad_bias = linear_backward(grad_output, input_tensor, weight)
    return grad_weight, grad_input, grad_bias


@known(
    MISCONCEPTIONS,
    name=Text("linear_backward changes its arguments", "linear_backward 改动了传入的数组"),
    hint=Text(
        "/= and *= change the caller's array. The caller still needs it: make a new one.",
        "/=、*= 会改掉调用者手里的数组，而调用者还要用它：请新建一个数组。",
    ),
)
def upstream_overwritten(grad_output: Array, input_tensor: Array, weight: Array) -> Gradients:
    results = linear_backward(grad_output, input_tensor, weight)
    grad_output /= max(len(grad_output), 1)
    return results


PROBLEM = Problem(
    name="linear_backward",
    groups=BACKWARD_GROUPS,
    generate=generate_backward,
    run=run,
    expect=expect_backward,
    misconceptions=MISCONCEPTIONS,
    seed=20_010_104,
    quantities=BACKWARD_QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
