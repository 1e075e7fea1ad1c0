"""Day 3: the number of positions of a sliding kernel along one axis.

The implementation to judge is a function ``output_size(input_size, kernel_size, stride=1,
padding=0, dilation=1)``. Each case asks for the sizes of several inputs at once, so that a verdict
can say which of them come out wrong.
"""

# ruff: noqa: D103 - each function of the catalogue is documented by its name and hint

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import Case, Expected, Group, Misconception, Problem, Text
from autograder.comparison import as_plain_array
from convlab.ops import output_size
from problems.catalogue import known

GROUPS = {
    "kernel_and_padding": Group(Text("output size, kernel and padding", "输出尺寸，核与填充"), 5),
    "stride": Group(Text("output size, stride", "输出尺寸，步幅"), 6),
    "dilation": Group(Text("output size, dilation", "输出尺寸，膨胀"), 4),
}
TYPE = "output_size is an int"
QUANTITIES = {TYPE: Text("whether output_size is an int", "output_size 是不是整数（int）")}
# For each group: (kernel_size, stride, padding, dilation).
SETTINGS = {
    "kernel_and_padding": [(1, 1, 0, 1), (3, 1, 0, 1), (4, 1, 0, 1), (5, 1, 1, 1), (3, 1, 3, 1)],
    "stride": [(3, 2, 0, 1), (2, 3, 0, 1), (5, 4, 1, 1), (1, 5, 2, 1)],
    "dilation": [(3, 1, 0, 2), (2, 1, 1, 3), (3, 2, 1, 2), (4, 3, 2, 3), (1, 2, 0, 4)],
}
MISCONCEPTIONS: list[Misconception] = []


def generate(seed: int) -> list[Case]:
    """Draw input sizes for every setting.

    Parameters
    ----------
    seed : int

    Returns
    -------
    list of Case
    """
    rng = np.random.default_rng(seed)
    return [
        _case(group, setting, rng) for group, settings in SETTINGS.items() for setting in settings
    ]


def _case(group: str, setting: tuple[int, int, int, int], rng: np.random.Generator) -> Case:
    kernel_size, stride, padding, dilation = setting
    smallest = max(1, dilation * (kernel_size - 1) + 1 - 2 * padding)
    # Every remainder of the stride occurs, with an odd and with an even quotient.
    start = smallest + int(rng.integers(1, 20))
    input_sizes = [smallest, *range(start, start + max(2 * stride, 4))]
    text = (
        f"input_size {input_sizes}, kernel_size {kernel_size}, stride {stride}, "
        f"padding {padding}, dilation {dilation}"
    )
    arguments = {"input_sizes": input_sizes, "setting": setting}
    return Case(group, Text(text, text), arguments)


def run(implementation: Any, case: Case) -> dict[str, Any]:
    """Ask for the output size of each of the case's input sizes.

    Parameters
    ----------
    implementation : callable or handle to one
    case : Case

    Returns
    -------
    dict
        ``output_size``, a list; and whether each of its numbers is an int.
    """
    arguments = case.arguments
    received = [implementation(size, *arguments["setting"]) for size in arguments["input_sizes"]]
    return {
        "output_size": [_number(value) for value in received],
        # np.zeros takes no 3.0 for a size.
        TYPE: [issubclass(type(value), int | np.integer) for value in received],
    }


def _number(value: Any) -> Any:
    plain = as_plain_array(value)
    return None if plain is None or plain.ndim else plain.item()


def expect(case: Case) -> dict[str, Expected]:
    """Compute the output sizes, which must be equal exactly.

    Parameters
    ----------
    case : Case

    Returns
    -------
    dict of str to Expected
    """
    return {name: Expected(np.array(values)) for name, values in run(output_size, case).items()}


@known(
    MISCONCEPTIONS,
    name=Text("the 1 for the first position is missing", "漏掉了第一个位置：少加了 1"),
    hint=Text(
        "A kernel that just fits has one position, though it cannot move at all. What does your "
        "formula give for it?",
        "卷积核刚好放得下时，一步也动不了，但它仍占一个位置。你的公式这时得多少？",
    ),
)
def without_plus_one(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    return output_size(input_size, kernel_size, stride, padding, dilation) - 1


@known(
    MISCONCEPTIONS,
    name=Text("padding is counted on one side only", "填充只算了一侧"),
    hint=Text(
        "Zeros are put before the first element and after the last: how many are there together?",
        "首尾两端都要补零：一共补了多少个？",
    ),
)
def padding_once(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    return (input_size + padding - dilation * (kernel_size - 1) - 1) // stride + 1


@known(
    MISCONCEPTIONS,
    name=Text("padding is ignored", "没有考虑填充"),
    hint=Text(
        "The kernel moves over the padded input. How long is that?",
        "卷积核是在填充后的输入上滑动的。填充之后有多长？",
    ),
)
def padding_ignored(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    return (input_size - dilation * (kernel_size - 1) - 1) // stride + 1


@known(
    MISCONCEPTIONS,
    name=Text("the size is rounded to the nearest integer", "尺寸用了四舍五入"),
    hint=Text(
        "A step that does not fit entirely is not taken. Python's round() sends halves to the even "
        "neighbour: round(2.5) happens to come out right, round(3.5) does not.",
        "走不满的一步不算数。Python 的 round() 遇到 .5 取偶数：round(2.5) 碰巧对了，"
        "round(3.5) 就错了。",
    ),
)
def rounded(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    return round((input_size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1


@known(
    MISCONCEPTIONS,
    name=Text("the size is rounded up", "尺寸向上取整了"),
    hint=Text(
        "A last, incomplete step would take the kernel over the edge: is it taken?",
        "最后不足一步时再往前走，卷积核就越出边缘了：这一步该算吗？",
    ),
)
def rounded_up(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    return -(-(input_size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride) + 1


@known(
    MISCONCEPTIONS,
    name=Text("the size is a fraction, not a whole number", "尺寸成了小数，不是整数"),
    hint=Text(
        "/ gives a float even when it comes out even; np.zeros wants an int. Which division of "
        "Python's rounds down?",
        "/ 的结果总是浮点数，除得尽也一样，而 np.zeros 只收整数。Python 里哪种除法会向下取整？",
    ),
)
def true_division(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> float:
    return (input_size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1


@known(
    MISCONCEPTIONS,
    name=Text("stride is ignored", "没有考虑步幅"),
    hint=Text(
        "With stride s the kernel takes s elements in one step. How many steps fit?",
        "步幅为 s 时一步跨过 s 个元素。总共走得了几步？",
    ),
)
def stride_ignored(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    return output_size(input_size, kernel_size, 1, padding, dilation)


@known(
    MISCONCEPTIONS,
    name=Text(
        "the input is divided by the stride, the kernel left out", "直接用输入除以步幅，漏了卷积核"
    ),
    hint=Text(
        "H / s is right only where the kernel is as wide as the stride. How far can a wider kernel "
        "move before it reaches the end?",
        "只有卷积核与步幅一样宽时，H / s 才对。核更宽时，走到头之前还能移动多远？",
    ),
)
def input_over_stride(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    return (input_size + 2 * padding) // stride


@known(
    MISCONCEPTIONS,
    name=Text("dilation is ignored", "没有考虑膨胀"),
    hint=Text(
        "Draw a kernel of 3 with dilation 2: how many elements lie from its first to its last?",
        "画一个大小为 3、膨胀为 2 的核：从第一个元素到最后一个元素，一共跨了几格？",
    ),
)
def dilation_ignored(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    return output_size(input_size, kernel_size, stride, padding)


@known(
    MISCONCEPTIONS,
    name=Text(
        "the kernel is taken to span dilation * kernel_size", "把核的跨度算成了膨胀乘以核的大小"
    ),
    hint=Text(
        "Between k elements there are k - 1 gaps, and nothing is stretched after the last one. "
        "What does a kernel of 1 span?",
        "k 个元素之间只有 k - 1 个间隔，最后一个元素后面不再拉开。大小为 1 的核跨几格？",
    ),
)
def span_too_long(
    input_size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    return (input_size + 2 * padding - dilation * kernel_size) // stride + 1


PROBLEM = Problem(
    name="output_size",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=expect,
    misconceptions=MISCONCEPTIONS,
    seed=20_030_303,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge
