"""What is said of several activations' mistakes."""

from __future__ import annotations

from autograder import Text


def overwritten(array: str) -> Text:
    """Name the mistake of writing into an argument."""
    return Text(f"the caller's {array} is overwritten", f"改动了调用者传入的 {array}")


OVERWRITTEN_HINT = Text(
    "Assigning to elements of an argument, or *= on it, changes the caller's array, which is still "
    "needed: x for the backward pass, for instance. Which NumPy functions give a new array?",
    "对参数的元素赋值，或者对它用 *=，改动的都是调用者手里的那个数组，而它后面还要用，"
    "例如反向传播还需要 x。哪些 NumPy 函数会返回新数组？",
)
UPSTREAM_FORGOTTEN = Text("grad_output is not used", "没有用到 grad_output")
UPSTREAM_HINT = Text(
    "f'(x) says how the output follows the input. How the loss follows the output is in "
    "grad_output: what does the chain rule do with the two?",
    "f'(x) 只说明输出怎样随输入变化；损失怎样随输出变化，写在 grad_output 里。"
    "链式法则怎样把两者合起来？",
)
WRONG_GATE = Text(
    "the sign of grad_output decides, not that of x", "用 grad_output 的符号代替了 x 的符号"
)
WRONG_GATE_HINT = Text(
    "Which side of the bend an element was on was settled in the forward pass, by x. A negative "
    "gradient passes through an open ReLU like any other.",
    "元素落在折点的哪一边，前向时就由 x 定下了。负的梯度同样可以通过打开的 ReLU。",
)
