"""Wrong forward passes: one class each, with its name and hint.

A class overrides one step of the reference. Its docstring says what the student's code looks like,
where that is not obvious from the name.
"""

# ruff: noqa: D101, D102 - each class is documented by its name and hint, in two languages

from __future__ import annotations

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import conv2d
from convlab.ops.types import Size2d
from problems.arrays import pad, rotated
from problems.catalogue import known
from problems.conv2d_layer.reference import Conv2d

FORWARD: list[Misconception] = []


@known(
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
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
    FORWARD,
    name=Text("the output is cut to whole numbers", "输出被截断成了整数"),
    hint=Text(
        "Your output array has an integer dtype. np.zeros(shape) makes floats.",
        "输出数组的 dtype 是整数。np.zeros(shape) 得到的才是浮点数。",
    ),
)
class IntegerOutput(Conv2d):
    def forward(self, input_tensor: Array) -> Array:
        return super().forward(input_tensor).astype(np.int64)


@known(
    FORWARD,
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
