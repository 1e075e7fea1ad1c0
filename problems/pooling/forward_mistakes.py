"""Mistakes in the forward pass that max and average pooling have in common."""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

import numpy as np

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import pad
from problems.catalogue import known
from problems.pooling.forward import pool, pool_counted
from problems.pooling.kinds import Kind, Settings

SHARED: list[Misconception] = []


@known(
    SHARED,
    name=Text("the stride is 1 unless given", "没有指定步幅时当成了 1"),
    hint=Text(
        "In pooling, stride=None means that windows stand side by side: what must the stride be?",
        "池化层的 stride=None 表示窗口一个挨一个、互不重叠：这时步幅应该等于多少？",
    ),
)
def stride_defaults_to_one(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    stride = settings.stride if settings.is_stride_given else 1
    return kind.forward(input_tensor, settings.kernel, stride, settings.padding)


@known(
    SHARED,
    name=Text("the kernel size is used as the stride", "把窗口大小当成了步幅"),
    hint=Text(
        "Windows may overlap or leave gaps. When the caller gives a stride, how far apart do two "
        "of your windows start?",
        "窗口可以重叠，也可以留有间隔。调用者指定了步幅时，你的相邻两个窗口起点相距多少？",
    ),
)
def stride_is_kernel(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    return kind.forward(input_tensor, settings.kernel, None, settings.padding)


@known(
    SHARED,
    name=Text(
        "the stride is used in the output size but not in the windows' positions",
        "步幅只用在了输出尺寸上，窗口的位置没有乘步幅",
    ),
    hint=Text(
        "Which rows of the input does output row 1 look at when the stride is 2?",
        "步幅为 2 时，输出的第 1 行（从 0 数起）对应输入的哪几行？",
    ),
)
def stride_not_in_positions(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    rows, columns = settings.window_counts((input_tensor.shape[2], input_tensor.shape[3]))
    padded = pad(input_tensor, settings.padding, kind.fill)
    return pool(kind, padded, settings.kernel, range(rows), range(columns))


@known(
    SHARED,
    name=Text("outputs are written at input positions", "输出写到了输入图像的坐标上"),
    hint=Text(
        "A window that starts at row i * stride belongs to output row i. Your output has gaps of "
        "zeros between its values.",
        "从第 i * stride 行开始的窗口，对应的是输出的第 i 行。你的输出在数值之间留下了一串串零。",
    ),
)
def written_at_input_positions(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    dense = kind.forward(input_tensor, settings.kernel, 1, settings.padding)
    output_tensor = np.zeros_like(dense)
    (rows, columns) = settings.stride
    output_tensor[:, :, ::rows, ::columns] = dense[:, :, ::rows, ::columns]
    return output_tensor


@known(
    SHARED,
    name=Text(
        "the output size is the image divided by the window", "输出尺寸算成了图像除以窗口大小"
    ),
    hint=Text(
        "H // kernel_size counts windows that stand side by side. How many fit when they start "
        "every `stride` pixels?",
        "H // kernel_size 数的是并排摆放、互不重叠的窗口。"
        "如果每隔 stride 个像素就有一个窗口，能放下几个？",
    ),
)
def size_over_kernel(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    return pool_counted(kind, input_tensor, settings, lambda size, kernel, stride: size // kernel)


@known(
    SHARED,
    name=Text("the output size is rounded to the nearest integer", "输出尺寸用了四舍五入"),
    hint=Text(
        "The size is rounded down. Python's round() sends halves to the even neighbour, so "
        "round(2.5) happens to come out right and round(3.5) does not.",
        "输出尺寸要向下取整。Python 的 round() 遇到 .5 取偶数，所以 round(2.5) 碰巧对了，"
        "round(3.5) 就错了。",
    ),
)
def size_rounded(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    def count(size: int, kernel: int, stride: int) -> int:
        return round((size - kernel) / stride) + 1

    return pool_counted(kind, input_tensor, settings, count)


@known(
    SHARED,
    name=Text("the output size is rounded up", "输出尺寸向上取整了"),
    hint=Text(
        "Your last window sticks out of the image. A last, incomplete step is not taken here.",
        "你的最后一个窗口伸到了图像之外。这里不足一步的部分应当舍去。",
    ),
)
def size_rounded_up(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    def count(size: int, kernel: int, stride: int) -> int:
        return -(-(size - kernel) // stride) + 1

    return pool_counted(kind, input_tensor, settings, count)


@known(
    SHARED,
    name=Text("the last row and column of the output are missing", "输出少了最后一行和最后一列"),
    hint=Text(
        "After n steps, how many positions has the window been at?",
        "窗口走了 n 步，一共停过多少个位置？",
    ),
)
def size_without_plus_one(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    def count(size: int, kernel: int, stride: int) -> int:
        return (size - kernel) // stride

    return pool_counted(kind, input_tensor, settings, count)


@known(
    SHARED,
    name=Text("sizes that the stride does not divide are refused", "步幅除不尽时拒绝计算"),
    hint=Text(
        "An assertion stops your function. When the stride does not divide, the rest of the image "
        "is left out.",
        "断言让你的函数停了下来。步幅除不尽时，图像余下的部分舍去不管即可。",
    ),
)
def only_divisible_sizes(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    def count(size: int, kernel: int, stride: int) -> int:
        if (size - kernel) % stride:
            raise AssertionError
        return (size - kernel) // stride + 1

    return pool_counted(kind, input_tensor, settings, count)


@known(
    SHARED,
    name=Text("windows hang over the edge", "窗口越出了图像边缘"),
    hint=Text(
        "A loop over range(0, H, stride) goes on until the window sticks out. Where does the last "
        "window start that still fits?",
        "range(0, H, stride) 会一直循环到窗口伸出图像之外。最后一个放得下的窗口从哪里开始？",
    ),
)
def windows_over_the_edge(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    return pool_counted(
        kind, input_tensor, settings, lambda size, kernel, stride: -(-size // stride)
    )


@known(
    SHARED,
    name=Text("images are taken to be square", "默认图像是正方形"),
    hint=Text(
        "Your output is as wide as it is high. Does each axis have its own size?",
        "你的输出高和宽总是相等。两个方向的尺寸是分别计算的吗？",
    ),
)
def square_image(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    padded = pad(input_tensor, settings.padding, kind.fill)
    rows, _ = settings.window_counts((input_tensor.shape[2], input_tensor.shape[3]))
    starts = [[i * stride for i in range(rows)] for stride in settings.stride]
    return pool(kind, padded, settings.kernel, *starts)


@known(
    SHARED,
    name=Text("windows are taken to be square", "默认窗口是正方形"),
    hint=Text(
        "kernel_size may be a pair (height, width). Which of the two ends your window on the "
        "right?",
        "kernel_size 可以是一对数 (高, 宽)。你的窗口右边界用的是哪一个？",
    ),
)
def square_window(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    height = settings.kernel[0]
    square = Settings((height, height), settings.stride, settings.padding)
    rows, columns = square.window_counts((input_tensor.shape[2], input_tensor.shape[3]))
    starts = (
        [i * stride for i in range(count)]
        for count, stride in zip((rows, columns), settings.stride, strict=True)
    )
    padded = pad(input_tensor, settings.padding, kind.fill)
    return pool(kind, padded, square.kernel, *starts)


@known(
    SHARED,
    name=Text("(h, w) settings are read as (w, h)", "把 (h, w) 形式的参数当成了 (w, h)"),
    hint=Text(
        "In a pair the height comes first, as in an array's shape.",
        "参数写成一对数时，高在前、宽在后，与数组的形状一致。",
    ),
)
def settings_swapped(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    return kind.forward(
        input_tensor, settings.kernel[::-1], settings.stride[::-1], settings.padding[::-1]
    )


@known(
    SHARED,
    name=Text("padding is ignored", "没有使用 padding"),
    hint=Text(
        "Your windows start inside the image. With padding p, where does the first one start?",
        "你的窗口是从图像内部开始的。填充为 p 时，第一个窗口应该从哪里开始？",
    ),
)
def padding_ignored(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    return kind.forward(input_tensor, settings.kernel, settings.stride)


@known(
    SHARED,
    name=Text("padding is counted on one side only", "计算尺寸时只算了一侧的填充"),
    hint=Text(
        "How many rows does padding p add to the image in all, above and below?",
        "填充 p 之后，图像上下一共多了几行？",
    ),
)
def padding_counted_once(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    padded = pad(input_tensor, settings.padding, kind.fill)
    rows, columns = (
        [i * stride for i in range((size + padding - kernel) // stride + 1)]
        for size, kernel, stride, padding in zip(
            input_tensor.shape[2:],
            settings.kernel,
            settings.stride,
            settings.padding,
            strict=True,
        )
    )
    return pool(kind, padded, settings.kernel, rows, columns)


@known(
    SHARED,
    name=Text("only the first image of a batch is pooled", "只处理了批次里的第一张图像"),
    hint=Text(
        "The other images of your output are still zero. Does something index the batch with 0, or "
        "return inside the loop over images?",
        "输出里其余图像还是零。是不是在批次维上写死了下标 0，或者在图像循环里提前 return 了？",
    ),
)
def first_image_only(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    output_tensor = kind.forward(input_tensor, settings.kernel, settings.stride, settings.padding)
    output_tensor[1:] = 0
    return output_tensor


@known(
    SHARED,
    name=Text("channels are pooled together", "把不同通道合在一起池化了"),
    hint=Text(
        "All channels of your output are equal. Over which axes of a window do you reduce?",
        "你的输出里各个通道完全相同。你对窗口的哪几个轴做了归约？",
    ),
)
def channels_together(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    together = kind.reduce(input_tensor, axis=1, keepdims=True)
    output_tensor = kind.forward(together, settings.kernel, settings.stride, settings.padding)
    return np.repeat(output_tensor, input_tensor.shape[1], axis=1)


@known(
    SHARED,
    name=Text("the output is cut to whole numbers", "输出被截断成了整数"),
    hint=Text(
        "Your output holds no fractions. What dtype does its array have?",
        "你的输出里没有小数。输出数组的 dtype 是什么？",
    ),
)
def integer_output(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    output_tensor = kind.forward(input_tensor, settings.kernel, settings.stride, settings.padding)
    return output_tensor.astype(np.int64)


@known(
    SHARED,
    name=Text("an empty batch is refused", "遇到空批次就报错"),
    hint=Text(
        "A batch of no images has an output of no images. Which line of yours needs at least one?",
        "没有图像的批次，输出也没有图像。你的哪一行代码要求至少有一张图像？",
    ),
)
def empty_batch_refused(kind: Kind, input_tensor: Array, settings: Settings) -> Array:
    if not len(input_tensor):
        raise ValueError
    return kind.forward(input_tensor, settings.kernel, settings.stride, settings.padding)
