"""Wrong layers that students really write: one class each, with its name and hint.

A class overrides one step of the reference. Its docstring says what the student's code looks like,
where that is not obvious from the name.
"""

# ruff: noqa: D101, D102 - each class is documented by its name and hint, in two languages

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import conv2d, conv2d_backward
from problems.conv2d_layer.reference import Conv2d, Size2d

MISCONCEPTIONS: list[Misconception] = []
Layer = TypeVar("Layer", bound=type[Conv2d])


def known(*, name: Text, hint: Text) -> Callable[[Layer], Layer]:
    """Put a layer into the catalogue, with what its author should be told."""

    def add(layer: Layer) -> Layer:
        MISCONCEPTIONS.append(Misconception(name, hint, layer))
        return layer

    return add


def pad(array: Array, rows: int, columns: int, value: float = 0.0) -> Array:
    """Frame images with rows above and below, and columns left and right."""
    return np.pad(array, ((0, 0), (0, 0), (rows, rows), (columns, columns)), constant_values=value)


def rotated(kernels: Array) -> Array:
    """Turn every kernel by 180 degrees."""
    return np.flip(kernels, axis=(2, 3))


# ---------------------------------------------------------------------------------- forward


@known(
    name=Text("the kernel is flipped in the forward pass", "前向计算时把卷积核翻转了"),
    hint=Text(
        "A convolutional layer computes cross-correlation: the weight at row u, column v meets the "
        "pixel at row u, column v of the window, not the opposite one.",
        "卷积层做的是互相关：第 u 行第 v 列的权重，对应窗口里第 u 行第 v 列的像素，"
        "而不是对角位置上的那个。",
    ),
)
class KernelFlipped(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        self.input_tensor = input_tensor
        return conv2d(input_tensor, rotated(self.weight), self.bias, self.stride, self.padding)


@known(
    name=Text("the bias is forgotten", "忘了加偏置"),
    hint=Text(
        "Every output channel has one bias, added once to each of its elements.",
        "每个输出通道都有一个偏置，该通道的每个元素都要加上它，且只加一次。",
    ),
)
class BiasForgotten(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        return super().forward(input_tensor) - self.bias[:, None, None]


@known(
    name=Text("the bias is added once for every input channel", "每个输入通道都加了一次偏置"),
    hint=Text(
        "Is the line that adds the bias inside the loop over input channels? It belongs after it.",
        "加偏置的那一行是不是写在了输入通道的循环里面？它应该放在循环之后。",
    ),
)
class BiasPerInputChannel(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        output_tensor = super().forward(input_tensor)
        output_tensor += (input_tensor.shape[1] - 1) * self.bias[:, None, None]
        return output_tensor


@known(
    name=Text("input channels overwrite each other", "输入通道的结果互相覆盖"),
    hint=Text(
        "Only the last input channel counts in your output. What all channels contribute adds up: "
        "+=, not =.",
        "你的输出里只剩下最后一个输入通道。各通道的贡献应当累加：用 +=，而不是 =。",
    ),
)
class ChannelsOverwritten(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        self.input_tensor = input_tensor
        last = input_tensor[:, -1:], self.weight[:, -1:]
        return conv2d(*last, self.bias, self.stride, self.padding)


@known(
    name=Text("input and output channels are swapped in weight", "weight 的输入、输出通道用反了"),
    hint=Text(
        "weight has shape (out_channels, in_channels, kH, kW): the output channel comes first.",
        "weight 的形状是 (out_channels, in_channels, kH, kW)：第一维是输出通道。",
    ),
)
class ChannelsSwapped(Conv2d):
    """Write ``weight[c, o]``."""

    def forward(self, input_tensor: Array) -> Array:
        self.input_tensor = input_tensor
        if self.weight.shape[0] != self.weight.shape[1]:
            raise IndexError
        swapped = self.weight.swapaxes(0, 1)
        return conv2d(input_tensor, swapped, self.bias, self.stride, self.padding)


@known(
    name=Text("only the first image of a batch is computed", "只算了批次里的第一张图像"),
    hint=Text(
        "The other images of your output are still zero. Does something index the batch with 0, or "
        "return inside the loop over images?",
        "输出里其余图像还是零。是不是在批次维上写死了下标 0，或者在图像循环里提前 return 了？",
    ),
)
class FirstImageOnly(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        output_tensor = super().forward(input_tensor)
        output_tensor[1:] = 0
        return output_tensor


@known(
    name=Text("padding is ignored", "没有使用 padding"),
    hint=Text(
        "Frame the images with zeros first, and compute the output size from the framed images.",
        "先在图像四周补零，再按补零之后的大小计算输出尺寸。",
    ),
)
class PaddingIgnored(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        self.input_tensor = input_tensor
        return conv2d(input_tensor, self.weight, self.bias, self.stride, 0)


@known(
    name=Text("padding is always 1", "padding 被写死为 1"),
    hint=Text(
        "Your layer pads by 1 whatever it was asked for. Use self.padding, one number for each "
        "axis.",
        "无论要求填充多少，你的层都只填充 1。请使用 self.padding，高、宽两个方向各取其一。",
    ),
)
class PaddingHardCoded(Conv2d):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size2d,
        stride: Size2d = 1,
        padding: Size2d = 0,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, 1)


@known(
    name=Text("the border is padded with copies of the edge", "填充用的是边缘像素，而不是零"),
    hint=Text(
        "This layer pads with zeros; in np.pad that is mode='constant'.",
        "这一层用零填充；在 np.pad 中对应 mode='constant'。",
    ),
)
class PaddedWithEdge(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        self.input_tensor = input_tensor
        rows, columns = self.padding
        widths = ((0, 0), (0, 0), (rows, rows), (columns, columns))
        return conv2d(
            np.pad(input_tensor, widths, mode="edge"), self.weight, self.bias, self.stride
        )


@known(
    name=Text(
        "stride is used in the output size but not in the windows' positions",
        "步幅只用在了输出尺寸上，窗口的位置没有乘步幅",
    ),
    hint=Text(
        "Output row i looks at the rows from i * stride on, not from i on.",
        "输出的第 i 行对应输入中从 i * stride 开始的几行，而不是从 i 开始。",
    ),
)
class StrideNotInWindows(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        rows, columns = super().forward(input_tensor).shape[2:]
        dense = conv2d(input_tensor, self.weight, self.bias, 1, self.padding)
        return dense[:, :, :rows, :columns]


@known(
    name=Text("stride is ignored", "没有使用 stride"),
    hint=Text(
        "Your windows move by one pixel. With stride s they move by s, and there are fewer of "
        "them.",
        "你的窗口每次只移动一个像素。步幅为 s 时每次移动 s 个像素，窗口数目也相应减少。",
    ),
)
class StrideIgnored(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        self.input_tensor = input_tensor
        return conv2d(input_tensor, self.weight, self.bias, 1, self.padding)


@known(
    name=Text("outputs are written at input positions", "输出写到了输入图像的坐标上"),
    hint=Text(
        "A window that starts at row i * stride fills output row i. Your output has gaps of zeros "
        "between its values.",
        "从第 i * stride 行开始的窗口，结果应写在输出的第 i 行。你的输出在数值之间留下了一串串零。",
    ),
)
class WrittenAtInputPositions(Conv2d):
    """``for i in range(0, H - kH + 1, stride): output[i] = ...`` into an array for stride 1."""

    def forward(self, input_tensor: Array) -> Array:
        self.input_tensor = input_tensor
        dense = conv2d(input_tensor, self.weight, self.bias, 1, self.padding)
        output_tensor = np.zeros_like(dense)
        rows, columns = self.stride
        output_tensor[:, :, ::rows, ::columns] = dense[:, :, ::rows, ::columns]
        return output_tensor


class _OutputSize(Conv2d):
    """A layer with another rule for the output size; its windows run into nothing if too many."""

    def size(self, room: int, stride: int) -> int:
        raise NotImplementedError

    def forward(self, input_tensor: Array) -> Array:
        output_tensor = super().forward(input_tensor)
        rows, columns = (
            self.size(size + 2 * padding - kernel, stride)
            for size, padding, kernel, stride in zip(
                input_tensor.shape[2:],
                self.padding,
                self.weight.shape[2:],
                self.stride,
                strict=True,
            )
        )
        if rows > output_tensor.shape[2] or columns > output_tensor.shape[3]:
            # The last window is cut off by the border and no longer fits the kernel.
            raise ValueError
        return output_tensor[:, :, :rows, :columns]


@known(
    name=Text("the output size is rounded to the nearest integer", "输出尺寸用了四舍五入"),
    hint=Text(
        "The size is rounded down: use //. Python's round() sends halves to the even neighbour, so "
        "round(2.5) happens to come out right and round(3.5) does not.",
        "输出尺寸要向下取整：请用 //。Python 的 round() 遇到 .5 取偶数，所以 round(2.5) 碰巧对了，"
        "round(3.5) 就错了。",
    ),
)
class SizeRounded(_OutputSize):
    def size(self, room: int, stride: int) -> int:
        return round(room / stride) + 1


@known(
    name=Text("the output size is rounded up", "输出尺寸向上取整了"),
    hint=Text(
        "A last, incomplete step is not taken: the size is rounded down, which // does.",
        "最后不足一步的部分不算：输出尺寸要向下取整，也就是用 //。",
    ),
)
class SizeRoundedUp(_OutputSize):
    def size(self, room: int, stride: int) -> int:
        return -(-room // stride) + 1


@known(
    name=Text("the last row and column of the output are missing", "输出少了最后一行和最后一列"),
    hint=Text(
        "n steps reach n + 1 positions: is there a + 1 at the end of your output size?",
        "走 n 步会停在 n + 1 个位置上：输出尺寸的末尾加 1 了吗？",
    ),
)
class SizeWithoutPlusOne(_OutputSize):
    def size(self, room: int, stride: int) -> int:
        return room // stride


@known(
    name=Text("sizes that the stride does not divide are refused", "步幅除不尽时拒绝计算"),
    hint=Text(
        "An assertion stops your layer. When the stride does not divide, the rest is left out: the "
        "output size is rounded down.",
        "断言让你的层停了下来。步幅除不尽时，余下的部分舍去即可：输出尺寸向下取整。",
    ),
)
class OnlyDivisibleSizes(_OutputSize):
    def size(self, room: int, stride: int) -> int:
        if room % stride:
            raise AssertionError
        return room // stride + 1


@known(
    name=Text("windows hang over the edge", "窗口越出了图像边缘"),
    hint=Text(
        "A loop over range(0, H, stride) goes on until the window sticks out. The last window must "
        "end inside the padded image.",
        "range(0, H, stride) 会一直循环到窗口伸出图像之外。"
        "最后一个窗口必须完全落在填充后的图像里。",
    ),
)
class WindowsOverTheEdge(Conv2d):
    """``for i in range(0, H, stride)``, multiplying what is left of each window."""

    def forward(self, input_tensor: Array) -> Array:
        self.input_tensor = input_tensor
        rows, columns = self.weight.shape[2] - 1, self.weight.shape[3] - 1
        extended = np.pad(
            pad(input_tensor, *self.padding), ((0, 0), (0, 0), (0, rows), (0, columns))
        )
        return conv2d(extended, self.weight, self.bias, self.stride)


@known(
    name=Text("images are taken to be square", "默认图像是正方形"),
    hint=Text(
        "Compute the output's height and width separately, from the image's own height and width.",
        "输出的高和宽要分别计算，各用图像自己的高和宽。",
    ),
)
class SquareImage(Conv2d):
    """Use the output's height as its width."""

    def forward(self, input_tensor: Array) -> Array:
        output_tensor = super().forward(input_tensor)
        height, width = output_tensor.shape[2:]
        if height > width:
            raise ValueError
        return output_tensor[:, :, :, :height]


@known(
    name=Text("kernels are taken to be square", "默认卷积核是正方形"),
    hint=Text(
        "A kernel has a height and a width of its own: weight.shape[2] and weight.shape[3].",
        "卷积核的高和宽可以不同：分别是 weight.shape[2] 和 weight.shape[3]。",
    ),
)
class SquareKernel(Conv2d):
    """Cut windows of kH by kH pixels."""

    def forward(self, input_tensor: Array) -> Array:
        if self.weight.shape[2] != self.weight.shape[3]:
            raise ValueError
        return super().forward(input_tensor)


@known(
    name=Text("(h, w) settings are read as (w, h)", "把 (h, w) 形式的参数当成了 (w, h)"),
    hint=Text(
        "In a pair for stride or padding the height comes first, as in an array's shape.",
        "stride 或 padding 写成一对数时，高在前、宽在后，与数组的形状一致。",
    ),
)
class SettingsSwapped(Conv2d):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size2d,
        stride: Size2d = 1,
        padding: Size2d = 0,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding)
        self.stride, self.padding = self.stride[::-1], self.padding[::-1]


@known(
    name=Text("the output is cut to whole numbers", "输出被截断成了整数"),
    hint=Text(
        "Your output array has an integer dtype. np.zeros(shape) makes floats.",
        "输出数组的 dtype 是整数。np.zeros(shape) 得到的才是浮点数。",
    ),
)
class IntegerOutput(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        return super().forward(input_tensor).astype(np.int64)


# --------------------------------------------------------------------------------- backward


class _WrongGradients(Conv2d):
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
    name=Text("grad_bias is not summed over the batch", "grad_bias 没有对批次求和"),
    hint=Text(
        "One bias serves all images, so the gradients of all images add up in it: sum over the "
        "axes "
        "0, 2 and 3.",
        "同一个偏置作用于所有图像，因此所有图像的梯度都要累加：对 0、2、3 三个轴求和。",
    ),
)
class BiasGradientPerImage(_WrongGradients):
    def bias_gradient(self, grad_output: Array) -> Array:
        return np.asarray(grad_output.sum(axis=(2, 3)))


@known(
    name=Text("grad_bias is a mean instead of a sum", "grad_bias 求了平均，而不是求和"),
    hint=Text(
        "Gradients that meet in one parameter add up. If the loss takes a mean, grad_output "
        "already "
        "holds its 1/N.",
        "汇到同一个参数上的梯度要相加。如果损失取了平均，那个 1/N 已经包含在 grad_output 里了。",
    ),
)
class BiasGradientMean(_WrongGradients):
    def bias_gradient(self, grad_output: Array) -> Array:
        return np.asarray(grad_output.mean(axis=(0, 2, 3)))


@known(
    name=Text("grad_bias is divided by the batch size", "grad_bias 多除了一次批次大小"),
    hint=Text(
        "If the loss takes a mean over the batch, grad_output already holds its 1/N: only sum "
        "here.",
        "如果损失对批次取了平均，1/N 已经包含在 grad_output 里：这里只需求和。",
    ),
)
class BiasGradientOverBatchSize(_WrongGradients):
    def bias_gradient(self, grad_output: Array) -> Array:
        return np.asarray(grad_output.sum(axis=(0, 2, 3)) / len(grad_output))


@known(
    name=Text("grad_weight is rotated by 180 degrees", "grad_weight 旋转了 180 度"),
    hint=Text(
        "With cross-correlation in the forward pass, grad_weight is the plain cross-correlation of "
        "the input with grad_output. Nothing is rotated here.",
        "前向做的是互相关，因此 grad_weight 就是输入与 grad_output 的互相关，这里什么都不用旋转。",
    ),
)
class WeightGradientFlipped(_WrongGradients):
    def weight_gradient(self, grad_output: Array) -> Array:
        return rotated(super().gradients(grad_output, self.input_tensor)[1])


@known(
    name=Text("grad_weight is averaged over the batch", "grad_weight 对批次求了平均"),
    hint=Text(
        "Sum over the images. If the loss takes a mean, grad_output already holds its 1/N.",
        "对所有图像求和即可。如果损失取了平均，1/N 已经包含在 grad_output 里了。",
    ),
)
class WeightGradientMean(_WrongGradients):
    def weight_gradient(self, grad_output: Array) -> Array:
        return self.gradients(grad_output, self.input_tensor)[1] / max(len(grad_output), 1)


@known(
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
class WeightGradientLastImage(_WrongGradients):
    def weight_gradient(self, grad_output: Array) -> Array:
        return self.gradients(grad_output[-1:], self.input_tensor[-1:])[1]


@known(
    name=Text("grad_weight is computed from grad_input", "grad_weight 是用 grad_input 算出来的"),
    hint=Text(
        "A weight was multiplied by pixels of the input, so its gradient is made of input windows "
        "and grad_output. grad_input plays no part in it.",
        "权重当初乘的是输入像素，所以它的梯度由输入窗口和 grad_output 相乘得到，与 grad_input "
        "无关。",
    ),
)
class WeightGradientFromGradInput(_WrongGradients):
    def backward(self, grad_output: Array) -> Array:
        grad_input = super().backward(grad_output)
        self.grad_weight = self.gradients(grad_output, grad_input)[1]
        return grad_input


@known(
    name=Text("grad_weight ignores the stride", "grad_weight 没有考虑步幅"),
    hint=Text(
        "Output (i, j) came from the window that starts at (i * stride, j * stride); the same "
        "window "
        "must be used on the way back.",
        "输出 (i, j) 来自从 (i * stride, j * stride) 开始的窗口，反向时也要用同一个窗口。",
    ),
)
class WeightGradientIgnoresStride(_WrongGradients):
    def weight_gradient(self, grad_output: Array) -> Array:
        padded = pad(self.input_tensor, *self.padding)
        # Only the corner that windows with stride 1 reach.
        rows, columns = (
            out + kernel - 1
            for out, kernel in zip(grad_output.shape[2:], self.weight.shape[2:], strict=True)
        )
        return conv2d_backward(grad_output, padded[:, :, :rows, :columns], self.weight)[1]


@known(
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
class InputGradientWithoutRotation(_WrongGradients):
    def input_gradient(self, grad_output: Array, grad_input: Array) -> Array:
        settings = self.stride, self.padding
        return conv2d_backward(grad_output, self.input_tensor, rotated(self.weight), *settings)[0]


@known(
    name=Text("the padding is not cropped from grad_input", "grad_input 没有裁掉填充"),
    hint=Text(
        "grad_input has the shape of the input, without its frame of zeros.",
        "grad_input 的形状与输入相同，不包括四周补的零。",
    ),
)
class PaddingNotCropped(_WrongGradients):
    def input_gradient(self, grad_output: Array, grad_input: Array) -> Array:
        padded = pad(self.input_tensor, *self.padding)
        return conv2d_backward(grad_output, padded, self.weight, self.stride)[0]


@known(
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
    name=Text("grad_input is assigned where windows overlap", "窗口重叠处的 grad_input 被覆盖"),
    hint=Text(
        "A pixel lies in several windows, and each of them sends something back: +=, not =.",
        "一个像素会落在好几个窗口里，每个窗口都会传回一份梯度：用 +=，而不是 =。",
    ),
)
class InputGradientAssigned(_WrongGradients):
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
    name=Text("grad_input ignores the stride", "grad_input 没有考虑步幅"),
    hint=Text(
        "Output (i, j) came from the window that starts at (i * stride, j * stride); what goes "
        "back "
        "belongs there. Seen as a convolution: zeros go between the elements of grad_output.",
        "输出 (i, j) 来自从 (i * stride, j * stride) 开始的窗口，梯度也要传回那里。"
        "从卷积的角度看，就是在 grad_output 的元素之间插零。",
    ),
)
class InputGradientIgnoresStride(_WrongGradients):
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
    name=Text("grad_input ends where the last window ends", "grad_input 只到最后一个窗口为止"),
    hint=Text(
        "When the stride does not divide, some rows and columns at the end belong to no window. "
        "Their gradient is zero, but they are part of the input's shape.",
        "步幅除不尽时，末尾有几行几列不属于任何窗口。它们的梯度是零，但 grad_input "
        "的形状仍要包含它们。",
    ),
)
class InputGradientTooSmall(_WrongGradients):
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


# ------------------------------------------------------------------------------ life of a layer


@known(
    name=Text("gradients add up across calls", "多次调用时梯度不断累加"),
    hint=Text(
        "Each backward starts afresh: set grad_weight and grad_bias to zero at its beginning, not "
        "in "
        "__init__.",
        "每次 backward 都要从头算起：在它的开头把 grad_weight 和 grad_bias 清零，而不是在 __init__ "
        "里。",
    ),
)
class GradientsAccumulated(_WrongGradients):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size2d,
        stride: Size2d = 1,
        padding: Size2d = 0,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, stride, padding)
        self.totals: tuple[Array, Array] = (np.zeros_like(self.weight), np.zeros_like(self.bias))

    def backward(self, grad_output: Array) -> Array:
        grad_input = super().backward(grad_output)
        _, grad_weight, grad_bias = self.gradients(grad_output, self.input_tensor)
        self.totals = (self.totals[0] + grad_weight, self.totals[1] + grad_bias)
        self.grad_weight, self.grad_bias = self.totals
        return grad_input


@known(
    name=Text("backward uses the first forward's input", "backward 用的是第一次 forward 的输入"),
    hint=Text(
        "Remember the input anew in every forward; backward belongs to the last one.",
        "每次 forward 都要重新保存输入；backward 对应的是最近一次 forward。",
    ),
)
class FirstInputRemembered(Conv2d):
    """``if self.input_tensor is None: self.input_tensor = input_tensor``."""

    def forward(self, input_tensor: Array) -> Array:
        first = getattr(self, "input_tensor", input_tensor)
        output_tensor = super().forward(input_tensor)
        self.input_tensor = first
        return output_tensor

    def backward(self, grad_output: Array) -> Array:
        if len(grad_output) > len(self.input_tensor):
            raise IndexError
        return super().backward(grad_output)


@known(
    name=Text("the caller's input is overwritten", "改动了调用者传入的输入"),
    hint=Text(
        "Does grad_input share memory with the input? Start from np.zeros(shape), and assign to "
        "new "
        "arrays rather than into the argument.",
        "grad_input 是不是和输入共用了同一块内存？请从 np.zeros(shape) 开始，写到新数组里，"
        "不要写进参数。",
    ),
)
class InputOverwritten(Conv2d):
    def backward(self, grad_output: Array) -> Array:
        grad_input = super().backward(grad_output)
        self.input_tensor[...] = grad_input
        return self.input_tensor


@known(
    name=Text("backward rotates the layer's own weight", "backward 把层自己的 weight 旋转了"),
    hint=Text(
        "The rotated kernel is for this computation only: keep it in a variable of its own.",
        "旋转后的卷积核只在这次计算中使用：请另存到一个变量里。",
    ),
)
class WeightRotatedInPlace(Conv2d):
    def backward(self, grad_output: Array) -> Array:
        grad_input = super().backward(grad_output)
        self.weight = rotated(self.weight)
        return grad_input


@known(
    name=Text("an empty batch is refused", "遇到空批次就报错"),
    hint=Text(
        "A batch of no images has an output of no images. np.stack needs at least one array; an "
        "array made in advance with np.zeros does not.",
        "没有图像的批次，输出也没有图像。np.stack 至少需要一个数组；预先用 np.zeros "
        "建好的数组则没有这个问题。",
    ),
)
class EmptyBatchRefused(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        if not len(input_tensor):
            raise ValueError
        return super().forward(input_tensor)
