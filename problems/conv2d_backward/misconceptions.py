"""Wrong gradients that students really write, as functions: Day 7's, and what a layer has not."""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

import numpy as np

from autograder import Text
from autograder.comparison import Array
from convlab.ops import conv2d_backward
from convlab.ops.types import Size2d
from problems.arrays import pad, rotated
from problems.catalogue import known
from problems.conv2d_backward.layers import LAYERS, Gradients
from problems.conv2d_settings import as_pair

MISCONCEPTIONS = [*LAYERS]


def over_windows(grad_output: Array, padded: Array, weight: Array, stride: Size2d) -> Gradients:
    """Go through the output's positions, as most people do; windows must fit."""
    grad_padded, grad_weight = np.zeros_like(padded), np.zeros_like(weight)
    (s, t), (height, width) = as_pair(stride), weight.shape[2:]
    for i, j in np.ndindex(grad_output.shape[2:]):
        grad = grad_output[:, :, i, j]
        window = np.s_[:, :, i * s : i * s + height, j * t : j * t + width]
        grad_weight += np.tensordot(grad, padded[window], axes=(0, 0))
        grad_padded[window] += np.tensordot(grad, weight, axes=(1, 0))
    return grad_padded, grad_weight, grad_output.sum(axis=(0, 2, 3))


@known(
    MISCONCEPTIONS,
    name=Text("gradients are returned in another order", "三个梯度的返回顺序不对"),
    hint=Text(
        "The first result should have the shape of input_tensor. Which shape has yours?",
        "第一个返回值的形状应与 input_tensor 相同。你返回的第一个是什么形状？",
    ),
)
def other_order(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    grad_input, grad_weight, grad_bias = conv2d_backward(
        grad_output, input_tensor, weight, stride, padding
    )
    return grad_weight, grad_bias, grad_input


@known(
    MISCONCEPTIONS,
    name=Text("grad_bias keeps axes of length 1", "grad_bias 保留了长度为 1 的轴"),
    hint=Text(
        "The bias has shape (C_out,), and so has its gradient. What does keepdims do?",
        "偏置的形状是 (C_out,)，它的梯度也一样。keepdims 起了什么作用？",
    ),
)
def bias_keeps_axes(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    gradients = conv2d_backward(grad_output, input_tensor, weight, stride, padding)
    return gradients[0], gradients[1], gradients[2].reshape(1, -1, 1, 1)


@known(
    MISCONCEPTIONS,
    name=Text(
        "grad_input holds the last filter's share only", "grad_input 里只剩最后一个卷积核的贡献"
    ),
    hint=Text(
        "Every filter read the image, and each sends a gradient back to it. Is grad_input "
        "assigned, or set to zero again, inside the loop over filters?",
        "每个卷积核都读过这张图像，也都要把梯度传回来。是不是在卷积核的循环里对 grad_input "
        "赋值或重新清零了？",
    ),
)
def last_filter_only(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    _, grad_weight, grad_bias = conv2d_backward(grad_output, input_tensor, weight, stride, padding)
    last = grad_output[:, -1:], input_tensor, weight[-1:]
    return conv2d_backward(*last, stride, padding)[0], grad_weight, grad_bias


@known(
    MISCONCEPTIONS,
    name=Text(
        "input and output channels of weight are swapped in grad_input",
        "计算 grad_input 时把 weight 的输入、输出通道用反了",
    ),
    hint=Text(
        "Pixel channel c was multiplied by weight[o, c] on its way to output channel o. Your code "
        "takes weight[c, o].",
        "输入通道 c 的像素通往输出通道 o 时，乘的是 weight[o, c]。你的代码取的是 weight[c, o]。",
    ),
)
def channels_swapped(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    _, grad_weight, grad_bias = conv2d_backward(grad_output, input_tensor, weight, stride, padding)
    if weight.shape[0] != weight.shape[1]:
        raise IndexError
    swapped = weight.swapaxes(0, 1)
    grad_input = conv2d_backward(grad_output, input_tensor, swapped, stride, padding)[0]
    return grad_input, grad_weight, grad_bias


@known(
    MISCONCEPTIONS,
    name=Text("images are taken to be square", "默认图像是正方形"),
    hint=Text(
        "grad_output has a height and a width of its own: shape[2] and shape[3]. Which of them "
        "bounds your inner loop?",
        "grad_output 的高和宽可以不同：shape[2] 与 shape[3]。你的内层循环用的是哪一个？",
    ),
)
def square_image(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    height, width = grad_output.shape[2:]
    if height > width:
        raise IndexError
    seen = np.where(np.arange(width) < height, grad_output, 0)
    gradients = conv2d_backward(seen, input_tensor, weight, stride, padding)
    return gradients[0], gradients[1], np.asarray(grad_output.sum(axis=(0, 2, 3)))


@known(
    MISCONCEPTIONS,
    name=Text("kernels are taken to be square", "默认卷积核是正方形"),
    hint=Text(
        "A kernel has a height and a width of its own: weight.shape[2] and weight.shape[3].",
        "卷积核的高和宽可以不同：分别是 weight.shape[2] 和 weight.shape[3]。",
    ),
)
def square_kernel(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    if weight.shape[2] != weight.shape[3]:
        raise ValueError
    return conv2d_backward(grad_output, input_tensor, weight, stride, padding)


@known(
    MISCONCEPTIONS,
    name=Text("only 3x3 kernels are provided for", "卷积核大小写死成了 3x3"),
    hint=Text(
        "Where does your code say 3? The kernel's size is weight.shape[2:].",
        "代码里哪里写了 3？卷积核的大小应取自 weight.shape[2:]。",
    ),
)
def three_by_three(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    if weight.shape[2:] != (3, 3):
        raise ValueError
    return conv2d_backward(grad_output, input_tensor, weight, stride, padding)


@known(
    MISCONCEPTIONS,
    name=Text("padding is always 1", "padding 被写死为 1"),
    hint=Text(
        "Your function frames the images by 1 whatever it was asked for. Use padding, one number "
        "for each axis.",
        "无论要求填充多少，你的函数都只填充 1。请使用参数 padding，高、宽两个方向各取其一。",
    ),
)
def padding_hard_coded(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    gradients = over_windows(grad_output, pad(input_tensor, 1, 1), weight, stride)
    return gradients[0][:, :, 1:-1, 1:-1], gradients[1], gradients[2]


@known(
    MISCONCEPTIONS,
    name=Text("padding is ignored", "没有使用 padding"),
    hint=Text(
        "Output (0, 0) came from a window that begins in the frame of zeros, not at the image's "
        "first pixel.",
        "输出 (0, 0) 来自一个从补零的边框开始的窗口，而不是从图像的第一个像素开始。",
    ),
)
def padding_ignored(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    return over_windows(grad_output, input_tensor, weight, stride)


@known(
    MISCONCEPTIONS,
    name=Text(
        "padding 0 leaves grad_input empty, and the code crashes",
        "padding 为 0 时裁剪得到空数组而报错",
    ),
    hint=Text(
        "With p = 0, [p:-p] is [0:-0], which is [0:0]: nothing is left to assign. What end of the "
        "slice is right for every p?",
        "p = 0 时，[p:-p] 成了 [0:-0]，也就是 [0:0]，没有东西可赋值。"
        "切片的终点怎样写，对任何 p 都成立？",
    ),
)
def padding_zero_crashes(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    """Write ``grad_input[...] = grad_padded[:, :, p:-p, q:-q]``."""
    if 0 in as_pair(padding):
        raise ValueError
    return conv2d_backward(grad_output, input_tensor, weight, stride, padding)


@known(
    MISCONCEPTIONS,
    name=Text("sizes that the stride does not divide are refused", "步幅除不尽时拒绝计算"),
    hint=Text(
        "An assertion stops your function. When the stride does not divide, some pixels at the end "
        "belong to no window: what is their gradient?",
        "断言让你的函数停了下来。步幅除不尽时，末尾有些像素不属于任何窗口：它们的梯度是多少？",
    ),
)
def only_divisible_sizes(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    for size, kernel, s, p in zip(
        input_tensor.shape[2:], weight.shape[2:], as_pair(stride), as_pair(padding), strict=True
    ):
        if (size + 2 * p - kernel) % s:
            raise AssertionError
    return conv2d_backward(grad_output, input_tensor, weight, stride, padding)


@known(
    MISCONCEPTIONS,
    name=Text(
        "the loop goes over the input, not over grad_output",
        "循环是按输入的大小走的，而不是按 grad_output",
    ),
    hint=Text(
        "range(0, H, stride) has more positions than the forward pass had windows. How many are in "
        "grad_output?",
        "range(0, H, stride) 走过的位置比前向时的窗口还多。grad_output 里有多少个？",
    ),
)
def loop_over_input(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    for size, out, s in zip(
        input_tensor.shape[2:], grad_output.shape[2:], as_pair(stride), strict=True
    ):
        if len(range(0, size, s)) > out:
            raise IndexError
    return conv2d_backward(grad_output, input_tensor, weight, stride, padding)


@known(
    MISCONCEPTIONS,
    name=Text("the caller's weight is rotated", "把调用者的 weight 旋转了"),
    hint=Text(
        "weight[...] = ... writes into the caller's array. Keep the rotated kernel in a variable "
        "of its own.",
        "weight[...] = ... 会写进调用者的数组。请把旋转后的卷积核另存到一个变量里。",
    ),
)
def weight_rotated_in_place(
    grad_output: Array, input_tensor: Array, weight: Array, stride: Size2d = 1, padding: Size2d = 0
) -> Gradients:
    gradients = conv2d_backward(grad_output, input_tensor, weight, stride, padding)
    weight[...] = rotated(weight).copy()
    return gradients
