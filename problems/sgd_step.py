"""Day 1: one step of gradient descent.

The implementation to judge is ``sgd_step(parameters, gradients, learning_rate)``, which changes the
arrays of a list in place and returns None.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import Case, Expected, Group, Misconception, Problem, Text
from autograder.comparison import Array, as_plain_array
from problems.arrays import copy_with_layout, with_gaps
from problems.catalogue import known
from problems.function_calls import largest, titled

GROUPS = {
    "update": Group(Text("sgd_step, the update rule", "sgd_step，更新规则"), 8),
    "in_place": Group(Text("sgd_step, arrays changed in place", "sgd_step，原地修改数组"), 4),
    "robustness": Group(
        Text(
            "sgd_step: empty list, float32, gradients left alone",
            "sgd_step：空列表、float32、不改动梯度",
        ),
        4,
    ),
}
STILL_THE_SAME = "still the same arrays"
RETURNED_NONE = "returned None"
QUANTITIES = {
    "parameters": Text(
        "parameters after the call, all their numbers in one row",
        "调用之后的 parameters（所有数排成一行）",
    ),
    "gradients": Text(
        "gradients after the call, all their numbers in one row",
        "调用之后的 gradients（所有数排成一行）",
    ),
    STILL_THE_SAME: Text(
        "does the list still hold the arrays that it held (1 yes, 0 no)",
        "列表里是否还是原来的数组（1 是，0 否）",
    ),
    RETURNED_NONE: Text("was None returned (1 yes, 0 no)", "返回值是否为 None（1 是，0 否）"),
}
UPDATED = ("parameters",)
MISCONCEPTIONS: list[Misconception] = []


def sgd_step(parameters: list[Array], gradients: list[Array], learning_rate: float) -> None:
    """Move parameters against their gradients, in place: the reference.

    Parameters
    ----------
    parameters, gradients : lists of arrays, in the same order
    learning_rate : float
    """
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter -= learning_rate * gradient


# ---------------------------------------------------------------------------------- cases


def generate(seed: int) -> list[Case]:
    """Draw the cases of all groups.

    Parameters
    ----------
    seed : int
    """
    rng = np.random.default_rng(seed)
    layer: list[tuple[int, ...]] = [(3, 4), (3,)]
    network: list[tuple[int, ...]] = [(4, 6), (4,), (2, 4), (2,)]
    return [
        _case("update", rng, [(1,)], 0.1, UPDATED),
        _case("update", rng, [(5,)], 1, UPDATED),
        _case("update", rng, layer, 0.5, UPDATED),
        _case("update", rng, network, 0.3, UPDATED),
        _case("update", rng, [(2, 1, 3, 3), (2,)], 2.5, UPDATED),
        *(
            _case("in_place", rng, shapes, 0.2, (STILL_THE_SAME, RETURNED_NONE))
            for shapes in ([*layer, (6,)], layer, network)
        ),
        *_robustness(rng, layer),
    ]


def _robustness(rng: np.random.Generator, layer: list[tuple[int, ...]]) -> list[Case]:
    def case(title: Text, shapes: list[tuple[int, ...]], check: tuple[str, ...]) -> Case:
        return titled(title, _case("robustness", rng, shapes, 0.1, check))

    single = case(Text("float32", "float32"), layer, UPDATED)
    views = case(Text("views with gaps in memory", "内存不连续的视图"), layer, UPDATED)
    return [
        case(Text("an empty list", "空列表"), [], (STILL_THE_SAME,)),
        case(Text("an array without elements", "没有元素的数组"), [(0, 3)], UPDATED),
        case(Text("gradients after the call", "调用之后的梯度"), layer, ("gradients",)),
        _with_arrays(single, lambda array: array.astype(np.float32)),
        _with_arrays(views, with_gaps),
    ]


def _case(
    group: str,
    rng: np.random.Generator,
    shapes: list[tuple[int, ...]],
    learning_rate: float,
    check: tuple[str, ...],
) -> Case:
    about = f"parameters {shapes}, learning_rate {learning_rate}"
    arguments = {
        "parameters": [rng.normal(size=shape) for shape in shapes],
        "gradients": [rng.normal(size=shape) for shape in shapes],
        "learning_rate": learning_rate,
        "check": check,
    }
    return Case(group, Text(about, about), arguments)


def _with_arrays(case: Case, change: Any) -> Case:
    lists = {
        name: [change(a) for a in case.arguments[name]] for name in ("parameters", "gradients")
    }
    return Case(case.group, case.description, {**case.arguments, **lists})


def run(implementation: Any, case: Case) -> dict[str, Any]:
    """Make a step with copies of the case's arrays.

    Parameters
    ----------
    implementation : callable
    case : Case

    Returns
    -------
    dict
        The quantities in the case's ``check``.
    """
    parameters = [copy_with_layout(array) for array in case.arguments["parameters"]]
    gradients = [copy_with_layout(array) for array in case.arguments["gradients"]]
    kept = list(parameters)
    returned = implementation(parameters, gradients, case.arguments["learning_rate"])
    same = [len(parameters) == len(kept)]
    same += [now is before for now, before in zip(parameters, kept, strict=False)]
    results = {
        "parameters": _in_one_row(parameters),
        "gradients": _in_one_row(gradients),
        STILL_THE_SAME: np.array(same, dtype=float),
        RETURNED_NONE: np.array(float(returned is None)),
    }
    return {name: results.get(name) for name in case.arguments["check"]}


def _in_one_row(arrays: list[Any]) -> Array | None:
    """Return all numbers of some arrays; None when one of them is no array of numbers."""
    plain = [as_plain_array(array) for array in arrays]
    rows = [array.ravel() for array in plain if array is not None]
    return np.concatenate(rows) if rows and len(rows) == len(plain) else None


def expect(case: Case) -> dict[str, Expected]:
    """Compute the reference's results, and what rounding may change in them.

    Parameters
    ----------
    case : Case
    """
    sizes = [
        max((largest(array) for array in case.arguments[name]), default=0.0)
        for name in ("parameters", "gradients")
    ]
    magnitude = sizes[0] + case.arguments["learning_rate"] * sizes[1]
    return {
        name: Expected(value, 2 if name == "parameters" else 0, magnitude)
        for name, value in run(sgd_step, case).items()
    }


# ---------------------------------------------------------------------------------- the rule


@known(
    MISCONCEPTIONS,
    name=Text("the step climbs", "走反了方向，在上坡"),
    hint=Text(
        "The gradient points to where the loss grows. Which way leads down?",
        "梯度指向损失增大的方向。往哪边走才是下坡？",
    ),
)
def climbing(parameters: list[Array], gradients: list[Array], learning_rate: float) -> None:
    sgd_step(parameters, gradients, -learning_rate)


@known(
    MISCONCEPTIONS,
    name=Text("the learning rate is left out", "漏乘了学习率"),
    hint=Text(
        "Your step is as long as the gradient itself. What should scale it?",
        "你的步长就等于梯度本身。它应当再乘上什么？",
    ),
)
def without_learning_rate(
    parameters: list[Array], gradients: list[Array], learning_rate: float
) -> None:
    sgd_step(parameters, gradients, 1.0)


@known(
    MISCONCEPTIONS,
    name=Text("only the first array is updated", "只更新了第一个数组"),
    hint=Text(
        "The other arrays of the list stay as they were. Is there a return inside the loop, or no "
        "loop at all?",
        "列表里其余的数组都没有变。是不是 return 写进了循环里，或者根本没有循环？",
    ),
)
def first_array_only(parameters: list[Array], gradients: list[Array], learning_rate: float) -> None:
    sgd_step(parameters[:1], gradients[:1], learning_rate)


@known(
    MISCONCEPTIONS,
    name=Text("each parameter moves by the mean gradient of its array", "整个数组都按平均梯度移动"),
    hint=Text(
        "Each number has its own slope, and so its own step.",
        "每个数都有自己的斜率，所以各走各的步长。",
    ),
)
def mean_gradient(parameters: list[Array], gradients: list[Array], learning_rate: float) -> None:
    for parameter, gradient in zip(parameters, gradients, strict=True):
        if gradient.size:
            parameter -= learning_rate * gradient.mean()


@known(
    MISCONCEPTIONS,
    name=Text("only the sign of the gradient counts", "只用了梯度的符号"),
    hint=Text(
        "Steep slopes should give longer steps than gentle ones: use the gradient as it is.",
        "坡越陡，步子应当越大：请直接使用梯度本身。",
    ),
)
def sign_of_the_gradient(
    parameters: list[Array], gradients: list[Array], learning_rate: float
) -> None:
    sgd_step(parameters, [np.sign(gradient) for gradient in gradients], learning_rate)


# ---------------------------------------------------------------------------------- in place


@known(
    MISCONCEPTIONS,
    name=Text("the arrays of the list do not change", "列表里的数组没有变化"),
    hint=Text(
        "p = p - step makes a new array and calls it p; the list still holds the old one. Which "
        "operator changes an array itself?",
        "p = p - step 是新建一个数组再取名叫 p，列表里的还是旧数组。哪个运算符会直接修改数组本身？",
    ),
)
def name_bound_anew(parameters: list[Array], gradients: list[Array], learning_rate: float) -> None:
    sgd_step([parameter.copy() for parameter in parameters], gradients, learning_rate)


@known(
    MISCONCEPTIONS,
    name=Text("the list gets new arrays", "列表里换成了新数组"),
    hint=Text(
        "The layers hold the old arrays and will not notice. Change the arrays, not the list.",
        "各层手里拿的还是旧数组，根本不知道有更新。要修改的是数组，而不是列表。",
    ),
)
def new_arrays(parameters: list[Array], gradients: list[Array], learning_rate: float) -> None:
    parameters[:] = [parameter.copy() for parameter in parameters]
    sgd_step(parameters, gradients, learning_rate)


@known(
    MISCONCEPTIONS,
    name=Text("something is returned", "多返回了东西"),
    hint=Text(
        "What changes its arguments returns None, as list.sort does: nobody then takes the result "
        "for a copy.",
        "原地修改参数的函数应返回 None，就像 list.sort 那样，免得别人误以为拿到的是副本。",
    ),
)
def something_returned(
    parameters: list[Array], gradients: list[Array], learning_rate: float
) -> list[Array]:
    sgd_step(parameters, gradients, learning_rate)
    return parameters


@known(
    MISCONCEPTIONS,
    name=Text("gradients are overwritten", "改动了传入的 gradients"),
    hint=Text(
        "gradient *= learning_rate changes the caller's array, who may still want to look at it.",
        "gradient *= learning_rate 会改掉调用者的梯度，而调用者可能还要用它。",
    ),
)
def gradients_overwritten(
    parameters: list[Array], gradients: list[Array], learning_rate: float
) -> None:
    for parameter, gradient in zip(parameters, gradients, strict=True):
        gradient *= learning_rate
        parameter -= gradient


PROBLEM = Problem(
    name="sgd_step",
    groups=GROUPS,
    generate=generate,
    run=run,
    expect=expect,
    misconceptions=MISCONCEPTIONS,
    seed=20_010_105,
    quantities=QUANTITIES,
)
judge = PROBLEM.judge

__all__ = ["PROBLEM", "judge"]
