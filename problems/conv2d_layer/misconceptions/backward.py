"""Wrong backward passes of layers whose forward pass is right."""

# ruff: noqa: D101, D102 - each class is documented by its name and hint, in two languages

from __future__ import annotations

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import conv2d_backward
from problems.arrays import pad, rotated
from problems.catalogue import known
from problems.conv2d_layer.reference import Conv2d

BACKWARD: list[Misconception] = []


class WrongGradients(Conv2d):
    """A layer whose forward pass is right."""

    def backward(self, grad_output: Array) -> Array:
        grad_input = super().backward(grad_output)
        self.grad_bias = self.bias_gradient(grad_output)
        self.grad_weight = self.weight_gradient(grad_output)
        return self.input_gradient(grad_output, grad_input)

    def bias_gradient(self, grad_output: Array) -> Array | None:
        return self.grad_bias

    def weight_gradient(self, grad_output: Array) -> Array | None:
        return self.grad_weight

    def input_gradient(self, grad_output: Array, grad_input: Array) -> Array:
        return grad_input

    def gradients(self, grad_output: Array, input_tensor: Array) -> tuple[Array, Array, Array]:
        """Gradients of this layer for another input."""
        settings = self.stride, self.padding
        return conv2d_backward(grad_output, input_tensor, self.weight, *settings)


@known(
    BACKWARD,
    name=Text("grad_bias is not summed over the batch", "grad_bias 没有对批次求和"),
    hint=Text(
        "One bias serves all images, so the gradients of all images add up in it: sum over the "
        "axes "
        "0, 2 and 3.",
        "同一个偏置作用于所有图像，因此所有图像的梯度都要累加：对 0、2、3 三个轴求和。",
    ),
)
class BiasGradientPerImage(WrongGradients):
    def bias_gradient(self, grad_output: Array) -> Array:
        return np.asarray(grad_output.sum(axis=(2, 3)))


@known(
    BACKWARD,
    name=Text("grad_bias is a mean instead of a sum", "grad_bias 求了平均，而不是求和"),
    hint=Text(
        "Gradients that meet in one parameter add up. If the loss takes a mean, grad_output "
        "already "
        "holds its 1/N.",
        "汇到同一个参数上的梯度要相加。如果损失取了平均，那个 1/N 已经包含在 grad_output 里了。",
    ),
)
class BiasGradientMean(WrongGradients):
    def bias_gradient(self, grad_output: Array) -> Array:
        return np.asarray(grad_output.mean(axis=(0, 2, 3)))


@known(
    BACKWARD,
    name=Text("grad_bias is divided by the batch size", "grad_bias 多除了一次批次大小"),
    hint=Text(
        "If the loss takes a mean over the batch, grad_output already holds its 1/N: only sum "
        "here.",
        "如果损失对批次取了平均，1/N 已经包含在 grad_output 里：这里只需求和。",
    ),
)
class BiasGradientOverBatchSize(WrongGradients):
    def bias_gradient(self, grad_output: Array) -> Array:
        return np.asarray(grad_output.sum(axis=(0, 2, 3)) / len(grad_output))


@known(
    BACKWARD,
    name=Text("grad_weight is rotated by 180 degrees", "grad_weight 旋转了 180 度"),
    hint=Text(
        "With cross-correlation in the forward pass, grad_weight is the plain cross-correlation of "
        "the input with grad_output. Nothing is rotated here.",
        "前向做的是互相关，因此 grad_weight 就是输入与 grad_output 的互相关，这里什么都不用旋转。",
    ),
)
class WeightGradientFlipped(WrongGradients):
    def weight_gradient(self, grad_output: Array) -> Array:
        return rotated(super().gradients(grad_output, self.input_tensor)[1])


@known(
    BACKWARD,
    name=Text("grad_weight is averaged over the batch", "grad_weight 对批次求了平均"),
    hint=Text(
        "Sum over the images. If the loss takes a mean, grad_output already holds its 1/N.",
        "对所有图像求和即可。如果损失取了平均，1/N 已经包含在 grad_output 里了。",
    ),
)
class WeightGradientMean(WrongGradients):
    def weight_gradient(self, grad_output: Array) -> Array:
        return self.gradients(grad_output, self.input_tensor)[1] / max(len(grad_output), 1)


@known(
    BACKWARD,
    name=Text(
        "grad_weight keeps the last image of the batch only", "grad_weight 只保留了最后一张图像"
    ),
    hint=Text(
        "Is grad_weight assigned, or set back to zero, inside the loop over images? It must add "
        "up: "
        "+=.",
        "是不是在图像循环里对 grad_weight 赋值或清零了？它应当一直累加：用 +=。",
    ),
)
class WeightGradientLastImage(WrongGradients):
    def weight_gradient(self, grad_output: Array) -> Array:
        return self.gradients(grad_output[-1:], self.input_tensor[-1:])[1]


@known(
    BACKWARD,
    name=Text("grad_weight is computed from grad_input", "grad_weight 是用 grad_input 算出来的"),
    hint=Text(
        "A weight was multiplied by pixels of the input, so its gradient is made of input windows "
        "and grad_output. grad_input plays no part in it.",
        "权重当初乘的是输入像素，所以它的梯度由输入窗口和 grad_output 相乘得到，与 grad_input "
        "无关。",
    ),
)
class WeightGradientFromGradInput(WrongGradients):
    def backward(self, grad_output: Array) -> Array:
        grad_input = super().backward(grad_output)
        self.grad_weight = self.gradients(grad_output, grad_input)[1]
        return grad_input


@known(
    BACKWARD,
    name=Text("grad_weight ignores the stride", "grad_weight 没有考虑步幅"),
    hint=Text(
        "Output (i, j) came from the window that starts at (i * stride, j * stride); the same "
        "window "
        "must be used on the way back.",
        "输出 (i, j) 来自从 (i * stride, j * stride) 开始的窗口，反向时也要用同一个窗口。",
    ),
)
class WeightGradientIgnoresStride(WrongGradients):
    def weight_gradient(self, grad_output: Array) -> Array:
        padded = pad(self.input_tensor, *self.padding)
        # Only the corner that windows with stride 1 reach.
        rows, columns = (
            out + kernel - 1
            for out, kernel in zip(grad_output.shape[2:], self.weight.shape[2:], strict=True)
        )
        return conv2d_backward(grad_output, padded[:, :, :rows, :columns], self.weight)[1]


@known(
    BACKWARD,
    name=Text(
        "grad_input uses the kernel without the 180 degree rotation",
        "grad_input 用的卷积核没有旋转 180 度",
    ),
    hint=Text(
        "The weight at (u, v) sent the pixel at (i + u, j + v) to the output at (i, j). Going back "
        "from the output to that pixel means the same weight at the same place, which, seen from "
        "the pixel, is the kernel turned by 180 degrees.",
        "前向时，(u, v) 处的权重把 (i + u, j + v) 处的像素送到输出 (i, j)。反向沿原路走回，"
        "用的是同一个权重；"
        "从像素的角度看，卷积核恰好旋转了 180 度。",
    ),
)
class InputGradientWithoutRotation(WrongGradients):
    def input_gradient(self, grad_output: Array, grad_input: Array) -> Array:
        settings = self.stride, self.padding
        return conv2d_backward(grad_output, self.input_tensor, rotated(self.weight), *settings)[0]


@known(
    BACKWARD,
    name=Text("the padding is not cropped from grad_input", "grad_input 没有裁掉填充"),
    hint=Text(
        "grad_input has the shape of the input, without its frame of zeros.",
        "grad_input 的形状与输入相同，不包括四周补的零。",
    ),
)
class PaddingNotCropped(WrongGradients):
    def input_gradient(self, grad_output: Array, grad_input: Array) -> Array:
        padded = pad(self.input_tensor, *self.padding)
        return conv2d_backward(grad_output, padded, self.weight, self.stride)[0]


@known(
    BACKWARD,
    name=Text("grad_input is cropped with [p:-p]", "用 [p:-p] 裁剪 grad_input"),
    hint=Text(
        "With p = 0 that is [0:-0], which is [0:0]: nothing is left. [p : p + H] always works.",
        "p = 0 时就成了 [0:-0]，也就是 [0:0]，什么都不剩。写成 [p : p + H] 才总是对的。",
    ),
)
class CropEmpty(PaddingNotCropped):
    def input_gradient(self, grad_output: Array, grad_input: Array) -> Array:
        padded = super().input_gradient(grad_output, grad_input)
        rows, columns = self.padding
        return padded[:, :, rows:-rows, columns:-columns]


@known(
    BACKWARD,
    name=Text("grad_input is always cropped by 1", "grad_input 总是裁掉 1 圈"),
    hint=Text(
        "Crop by the layer's own padding: [p : p + H], for each axis.",
        "裁多少取决于这一层的 padding：每个方向都用 [p : p + H]。",
    ),
)
class CropHardCoded(PaddingNotCropped):
    def input_gradient(self, grad_output: Array, grad_input: Array) -> Array:
        return super().input_gradient(grad_output, grad_input)[:, :, 1:-1, 1:-1]


@known(
    BACKWARD,
    name=Text("grad_input is assigned where windows overlap", "窗口重叠处的 grad_input 被覆盖"),
    hint=Text(
        "A pixel lies in several windows, and each of them sends something back: +=, not =.",
        "一个像素会落在好几个窗口里，每个窗口都会传回一份梯度：用 +=，而不是 =。",
    ),
)
class InputGradientAssigned(WrongGradients):
    def input_gradient(self, grad_output: Array, grad_input: Array) -> Array:
        (top, left), (height, width) = self.padding, self.input_tensor.shape[2:]
        grad_padded = np.zeros_like(pad(grad_input, top, left))
        for i, j in np.ndindex(grad_output.shape[2:]):
            row, column = i * self.stride[0], j * self.stride[1]
            window = np.s_[
                :, :, row : row + self.weight.shape[2], column : column + self.weight.shape[3]
            ]
            grad_padded[window] = np.tensordot(grad_output[:, :, i, j], self.weight, axes=(1, 0))
        return grad_padded[:, :, top : top + height, left : left + width]


@known(
    BACKWARD,
    name=Text("grad_input ignores the stride", "grad_input 没有考虑步幅"),
    hint=Text(
        "Output (i, j) came from the window that starts at (i * stride, j * stride); what goes "
        "back "
        "belongs there. Seen as a convolution: zeros go between the elements of grad_output.",
        "输出 (i, j) 来自从 (i * stride, j * stride) 开始的窗口，梯度也要传回那里。"
        "从卷积的角度看，就是在 grad_output 的元素之间插零。",
    ),
)
class InputGradientIgnoresStride(WrongGradients):
    def input_gradient(self, grad_output: Array, grad_input: Array) -> Array:
        (top, left), (height, width) = self.padding, self.input_tensor.shape[2:]
        grad_padded = np.zeros_like(pad(grad_input, top, left))
        rows, columns = (
            out + kernel - 1
            for out, kernel in zip(grad_output.shape[2:], self.weight.shape[2:], strict=True)
        )
        reached = grad_padded[:, :, :rows, :columns]
        grad_padded[:, :, :rows, :columns] = conv2d_backward(grad_output, reached, self.weight)[0]
        return grad_padded[:, :, top : top + height, left : left + width]


@known(
    BACKWARD,
    name=Text("grad_input ends where the last window ends", "grad_input 只到最后一个窗口为止"),
    hint=Text(
        "When the stride does not divide, some rows and columns at the end belong to no window. "
        "Their gradient is zero, but they are part of the input's shape.",
        "步幅除不尽时，末尾有几行几列不属于任何窗口。它们的梯度是零，但 grad_input "
        "的形状仍要包含它们。",
    ),
)
class InputGradientTooSmall(WrongGradients):
    def input_gradient(self, grad_output: Array, grad_input: Array) -> Array:
        rows, columns = (
            (out - 1) * stride + kernel - 2 * padding
            for out, stride, kernel, padding in zip(
                grad_output.shape[2:],
                self.stride,
                self.weight.shape[2:],
                self.padding,
                strict=True,
            )
        )
        return grad_input[:, :, :rows, :columns]
