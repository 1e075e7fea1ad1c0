"""Mistakes in the backward pass that max and average pooling have in common."""

# ruff: noqa: D103 - each function is documented by its name and hint, in two languages

from __future__ import annotations

from autograder import Misconception, Text
from autograder.comparison import Array
from convlab.ops import pad
from convlab.ops.types import Pair
from problems.catalogue import known
from problems.pooling.backward import cropped, right, right_padded, sent_by, starts, walk
from problems.pooling.kinds import Kind, Settings

SHARED: list[Misconception] = []


@known(
    SHARED,
    name=Text("overlapping windows overwrite each other", "重叠的窗口互相覆盖"),
    hint=Text(
        "A pixel may lie in several windows. What happens in your code to what the first of them "
        "sent back?",
        "一个像素可能落在好几个窗口里。在你的代码里，第一个窗口传回的那一份后来怎么样了？",
    ),
)
def windows_overwrite(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    def send(target: Array, window: Array, grad: Array, kernel: Pair) -> None:
        target[...] = 0
        kind.send(target, window, grad, kernel)

    return sent_by(send)(kind, grad_output, input_tensor, settings)


@known(
    SHARED,
    name=Text("the padding is not cropped", "没有裁掉填充"),
    hint=Text(
        "grad_input has the shape of the input, without its frame.",
        "grad_input 的形状与输入相同，不包括四周的填充。",
    ),
)
def padding_not_cropped(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    return right_padded(kind, grad_output, input_tensor, settings)


@known(
    SHARED,
    name=Text("grad_input is cropped with [p:-p]", "用 [p:-p] 裁剪 grad_input"),
    hint=Text(
        "With p = 0 that is [0:-0]. What does it leave of a list?",
        "p = 0 时就成了 [0:-0]。对一个列表这样切片，还剩下什么？",
    ),
)
def crop_empty(kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings) -> Array:
    rows, columns = settings.padding
    grad_padded = right_padded(kind, grad_output, input_tensor, settings)
    return grad_padded[:, :, rows:-rows, columns:-columns]


@known(
    SHARED,
    name=Text("grad_input is always cropped by 1", "grad_input 总是裁掉 1 圈"),
    hint=Text(
        "Your function takes away one row and column on each side. What if padding is 0, or 2?",
        "你的函数总是四周各裁一行一列。如果 padding 是 0 或 2 呢？",
    ),
)
def crop_hard_coded(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    return right_padded(kind, grad_output, input_tensor, settings)[:, :, 1:-1, 1:-1]


@known(
    SHARED,
    name=Text("padding is ignored", "没有使用 padding"),
    hint=Text(
        "With padding, output (0, 0) came from a window that starts outside the image. Where does "
        "yours start?",
        "有填充时，输出 (0, 0) 对应的窗口是从图像之外开始的。你的窗口从哪里开始？",
    ),
)
def padding_ignored(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    return walk(kind.send, grad_output, input_tensor, settings.kernel, starts(settings))


@known(
    SHARED,
    name=Text("the stride is 1 unless given", "没有指定步幅时当成了 1"),
    hint=Text(
        "In pooling, stride=None means that windows stand side by side: what must the stride be?",
        "池化层的 stride=None 表示窗口一个挨一个、互不重叠：这时步幅应该等于多少？",
    ),
)
def stride_defaults_to_one(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    if settings.is_stride_given:
        return right(kind, grad_output, input_tensor, settings)
    return stride_ignored(kind, grad_output, input_tensor, settings)


@known(
    SHARED,
    name=Text("the stride is ignored", "没有使用步幅"),
    hint=Text(
        "From which window did output (1, 1) come? Send its gradient back there.",
        "输出 (1, 1) 来自哪个窗口？它的梯度就应该传回那里。",
    ),
)
def stride_ignored(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    padded = pad(input_tensor, settings.padding, kind.fill)
    grad_padded = walk(kind.send, grad_output, padded, settings.kernel, lambda i, j: (i, j))
    return cropped(grad_padded, settings, input_tensor)


@known(
    SHARED,
    name=Text("the kernel size is used as the stride", "把窗口大小当成了步幅"),
    hint=Text(
        "Windows may overlap or leave gaps. When the caller gives a stride, how far apart do two "
        "of your windows start?",
        "窗口可以重叠，也可以留有间隔。调用者指定了步幅时，你的相邻两个窗口起点相距多少？",
    ),
)
def stride_is_kernel(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    padded = pad(input_tensor, settings.padding, kind.fill)
    rows, columns = settings.kernel
    grad_padded = walk(
        kind.send, grad_output, padded, settings.kernel, lambda i, j: (i * rows, j * columns)
    )
    return cropped(grad_padded, settings, input_tensor)


@known(
    SHARED,
    name=Text(
        "only H // kernel_size rows of windows are visited", "只遍历了 H // kernel_size 行窗口"
    ),
    hint=Text(
        "Overlapping windows are more than that, windows with gaps are fewer. Which array has one "
        "element for each window?",
        "窗口重叠时比这更多，有间隔时比这更少。哪个数组的元素恰好与窗口一一对应？",
    ),
)
def size_over_kernel(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    padded = pad(input_tensor, settings.padding, kind.fill)
    outputs = [
        size // kernel for size, kernel in zip(padded.shape[2:], settings.kernel, strict=True)
    ]
    where = starts(settings)
    grad_padded = walk(kind.send, grad_output, padded, settings.kernel, where, outputs)
    return cropped(grad_padded, settings, input_tensor)


@known(
    SHARED,
    name=Text("windows are visited over the edge", "遍历窗口时越出了图像边缘"),
    hint=Text(
        "range(0, H, stride) also holds starts whose window sticks out of the image. Was there an "
        "output for them?",
        "range(0, H, stride) 里也包括那些会伸出图像之外的窗口起点。前向时它们有对应的输出吗？",
    ),
)
def windows_over_the_edge(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    padded = pad(input_tensor, settings.padding, kind.fill)
    outputs = [
        -(-size // stride) for size, stride in zip(padded.shape[2:], settings.stride, strict=True)
    ]
    where = starts(settings)
    grad_padded = walk(kind.send, grad_output, padded, settings.kernel, where, outputs)
    return cropped(grad_padded, settings, input_tensor)


@known(
    SHARED,
    name=Text("images are taken to be square", "默认图像是正方形"),
    hint=Text(
        "Do both of your loops over outputs end at the same number? grad_output has a height and a "
        "width.",
        "你的两重循环是不是到同一个数就结束？grad_output 的高和宽可以不同。",
    ),
)
def square_image(kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings) -> Array:
    padded = pad(input_tensor, settings.padding, kind.fill)
    outputs = [grad_output.shape[2]] * 2
    where = starts(settings)
    grad_padded = walk(kind.send, grad_output, padded, settings.kernel, where, outputs)
    return cropped(grad_padded, settings, input_tensor)


@known(
    SHARED,
    name=Text("windows are taken to be square", "默认窗口是正方形"),
    hint=Text(
        "kernel_size may be a pair (height, width). Which of the two ends your window on the "
        "right?",
        "kernel_size 可以是一对数 (高, 宽)。你的窗口右边界用的是哪一个？",
    ),
)
def square_window(kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings) -> Array:
    padded = pad(input_tensor, settings.padding, kind.fill)
    square = (settings.kernel[0], settings.kernel[0])
    grad_padded = walk(kind.send, grad_output, padded, square, starts(settings))
    return cropped(grad_padded, settings, input_tensor)


@known(
    SHARED,
    name=Text("(h, w) settings are read as (w, h)", "把 (h, w) 形式的参数当成了 (w, h)"),
    hint=Text(
        "In a pair the height comes first, as in an array's shape.",
        "参数写成一对数时，高在前、宽在后，与数组的形状一致。",
    ),
)
def settings_swapped(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    swapped = Settings(settings.kernel[::-1], settings.stride[::-1], settings.padding[::-1])
    padded = pad(input_tensor, swapped.padding, kind.fill)
    grad_padded = walk(kind.send, grad_output, padded, swapped.kernel, starts(swapped))
    return cropped(grad_padded, swapped, input_tensor)


@known(
    SHARED,
    name=Text("grad_input ends where the last window ends", "grad_input 只到最后一个窗口为止"),
    hint=Text(
        "When the stride does not divide, some rows and columns at the end belong to no window. "
        "What is their gradient?",
        "步幅除不尽时，末尾有几行几列不属于任何窗口。它们的梯度是多少？",
    ),
)
def ends_with_the_last_window(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    rows, columns = (
        (outputs - 1) * stride + kernel - 2 * padding
        for outputs, stride, kernel, padding in zip(
            grad_output.shape[2:], settings.stride, settings.kernel, settings.padding, strict=True
        )
    )
    return right(kind, grad_output, input_tensor, settings)[:, :, :rows, :columns]


@known(
    SHARED,
    name=Text("the gradient is multiplied by the pixel", "梯度又乘上了像素值"),
    hint=Text(
        "If a pixel grows by a little, by how much does the output of its window grow? Does that "
        "depend on how large the pixel is?",
        "某个像素增大一点点，窗口的输出会增大多少？这与像素本身有多大有关系吗？",
    ),
)
def times_the_pixel(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    return right(kind, grad_output, input_tensor, settings) * input_tensor


@known(
    SHARED,
    name=Text("only the first image of a batch is computed", "只算了批次里的第一张图像"),
    hint=Text(
        "The gradients of the other images are still zero. Does something index the batch with 0, "
        "or return inside the loop over images?",
        "其余图像的梯度还是零。是不是在批次维上写死了下标 0，或者在图像循环里提前 return 了？",
    ),
)
def first_image_only(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    grad_input = right(kind, grad_output, input_tensor, settings)
    grad_input[1:] = 0
    return grad_input


@known(
    SHARED,
    name=Text("grad_input is set back inside a loop", "在循环里把 grad_input 重新清零了"),
    hint=Text(
        "Only the last image has a gradient. Where does your code make grad_input: before the loop "
        "over images, or in it?",
        "只有最后一张图像有梯度。grad_input 是在图像循环之前创建的，还是在循环里面？",
    ),
)
def last_image_only(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    grad_input = right(kind, grad_output, input_tensor, settings)
    grad_input[:-1] = 0
    return grad_input


@known(
    SHARED,
    name=Text("the caller's input is overwritten", "改动了调用者传入的输入"),
    hint=Text(
        "Does grad_input share memory with input_tensor? The caller still needs its image.",
        "grad_input 是不是和 input_tensor 共用了同一块内存？调用者之后还要用原来的图像。",
    ),
)
def input_overwritten(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    input_tensor[...] = right(kind, grad_output, input_tensor, settings)
    return input_tensor


@known(
    SHARED,
    name=Text("an empty batch is refused", "遇到空批次就报错"),
    hint=Text(
        "A batch of no images has a gradient of no images. Which line of yours needs at least one?",
        "没有图像的批次，梯度也没有图像。你的哪一行代码要求至少有一张图像？",
    ),
)
def empty_batch_refused(
    kind: Kind, grad_output: Array, input_tensor: Array, settings: Settings
) -> Array:
    if not len(input_tensor):
        raise ValueError
    return right(kind, grad_output, input_tensor, settings)
