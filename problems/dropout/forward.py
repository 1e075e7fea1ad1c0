"""Dropout's forward pass: its cases, and what is looked at, whichever random numbers were drawn.

A generator has no plain form, so what is judged is ``dropout_calls(x, p, training, seed, calls)``,
which the notebook gives: it makes ``np.random.default_rng(seed)``, calls ``dropout(x, p, training,
rng)`` so many times with that one generator, and returns the list of what came back.

Right answers differ by their random numbers. So each quantity is the same for all of them: shares
and counts, and scales instead of values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder import Case, Expected, Group, Text
from autograder.comparison import Array, as_plain_array
from convlab import ops
from problems.arrays import copy_with_layout, with_gaps
from problems.function_calls import name_results, titled

Dropout = Callable[..., Any]

GROUPS = {
    "dropout_mask": Group(Text("dropout in training, the mask", "dropout 训练模式，掩码"), 8),
    "dropout_output": Group(Text("dropout in training, the output", "dropout 训练模式，输出"), 8),
    "dropout_evaluation": Group(Text("dropout in evaluation", "dropout 评估模式"), 6),
}
QUANTITIES = {
    "shape of mask": Text("shape of mask", "mask 的形状"),
    "values of mask": Text("values that occur in mask", "mask 中出现的值"),
    "share dropped": Text("share of dropped elements", "被丢弃元素的比例"),
    "masks along each axis": Text(
        "how many different masks there are along each axis", "沿每个维各有多少种不同的掩码"
    ),
    "masks of one generator": Text(
        "how many different masks three calls with one generator gave",
        "用同一个生成器调用三次，得到多少种不同的掩码",
    ),
    "masks of equal seeds": Text(
        "how many different masks two generators with one seed gave",
        "用同一个种子的两个生成器，得到多少种不同的掩码",
    ),
    "scale of kept": Text("output / x where mask is True", "mask 为 True 处的 output / x"),
    "dropped in output": Text("output where mask is False", "mask 为 False 处的 output"),
    "x afterwards": Text("x, after the call", "调用之后的 x"),
}
EMPTY = Text("an empty batch", "空批次")
# The share of as many elements is off by 0.05 once in some billion times, so one decimal is safe.
MANY = (8, 5, 10, 10)


@dataclass(frozen=True)
class Observation:
    """What a case's calls gave.

    Attributes
    ----------
    x : array
        As it was before.
    x_afterwards : array
    pairs : list of (output, mask)
        One for each call of the first generator.
    again : (output, mask)
        Of the first call of a second generator with the same seed.
    """

    x: Array
    x_afterwards: Array
    pairs: list[tuple[Any, Any]]
    again: tuple[Any, Any]

    @property
    def output(self) -> Any:
        """The first call's output."""
        return self.pairs[0][0]

    @property
    def mask(self) -> Any:
        """The first call's mask."""
        return self.pairs[0][1]


def dropout_calls(function: Dropout) -> Dropout:
    """Wrap ``dropout`` as the notebook does."""

    def calls_of(x: Array, p: float, training: bool, seed: int, calls: int = 1) -> list[Any]:
        rng = np.random.default_rng(seed)
        return [function(x, p, training, rng) for _ in range(calls)]

    return calls_of


# ---------------------------------------------------------------------------------- running


def run(implementation: Any, case: Case) -> dict[str, Any]:
    """Call dropout, and measure what it did.

    Parameters
    ----------
    implementation : callable
        ``dropout_calls(x, p, training, seed, calls=1)``.
    case : Case
        Its arguments: ``x``, ``p``, ``training``, ``seed``; ``check``, the quantities to report.

    Returns
    -------
    dict
    """
    about = case.arguments
    x = copy_with_layout(about["x"])
    settings = about["p"], about["training"], about["seed"]
    calls = 3 if "masks of one generator" in about["check"] else 1
    pairs = _pairs(implementation(x, *settings, calls), calls)
    again = pairs[0]
    if "masks of equal seeds" in about["check"]:
        again = _pairs(implementation(copy_with_layout(about["x"]), *settings, 1), 1)[0]
    seen = Observation(about["x"], x, pairs, again)
    return {name: MEASURES[name](seen) for name in about["check"]}


def expect(case: Case) -> dict[str, Expected]:
    """Measure the reference in the same way.

    Parameters
    ----------
    case : Case
    """
    values = run(dropout_calls(ops.dropout), case)
    # A quotient, and the division that finds it again.
    scale = 1 / (1 - case.arguments["p"]) * float(np.abs(case.arguments["x"]).max(initial=1))
    return {
        name: Expected(np.asarray(value), *((4, scale) if name in ROUNDED else (0, 0.0)))
        for name, value in values.items()
    }


def _pairs(returned: Any, calls: int) -> list[tuple[Any, Any]]:
    received = returned if type(returned) is list and len(returned) == calls else [None] * calls
    named = (name_results(one, ("output", "mask")) for one in received)
    return [(results.get("output"), results.get("mask")) for results in named]


# ---------------------------------------------------------------------------------- measuring


def _shape_of_mask(seen: Observation) -> Any:
    mask = as_plain_array(seen.mask)
    return seen.mask if mask is None else np.array(mask.shape)


def _values_of_mask(seen: Observation) -> Any:
    mask = as_plain_array(seen.mask)
    return seen.mask if mask is None else np.unique(mask).astype(float)


def _share_dropped(seen: Observation) -> Any:
    mask = as_plain_array(seen.mask)
    return seen.mask if mask is None else round(1 - float(np.mean(mask != 0)), 1)


def _masks_along_each_axis(seen: Observation) -> Any:
    mask = as_plain_array(seen.mask)
    if mask is None or mask.shape != seen.x.shape:
        return seen.mask
    return np.array([_count_different(np.moveaxis(mask, axis, 0)) for axis in range(mask.ndim)])


def _masks_of_one_generator(seen: Observation) -> Any:
    return _count_different_masks(seen, [mask for _, mask in seen.pairs])


def _masks_of_equal_seeds(seen: Observation) -> Any:
    return _count_different_masks(seen, [seen.mask, seen.again[1]])


def _scale_of_kept(seen: Observation) -> Any:
    """Divide output by x; where elements were dropped, take the middle one of the others."""
    found = _output_and_kept(seen)
    if found is None:
        return seen.output
    output, kept = found
    scale = output / seen.x
    scale[~kept] = np.median(scale[kept]) if kept.any() else 0
    # Whoever answers in float32 is judged as float32.
    return scale.astype(output.dtype) if output.dtype.kind == "f" else scale


def _dropped_in_output(seen: Observation) -> Any:
    found = _output_and_kept(seen)
    if found is None:
        return seen.output
    output, kept = found
    return np.where(kept, 0, output)


def _output_and_kept(seen: Observation) -> tuple[Array, Array] | None:
    output, mask = as_plain_array(seen.output), as_plain_array(seen.mask)
    if output is None or mask is None or not output.shape == mask.shape == seen.x.shape:
        return None
    return output, mask != 0


def _count_different_masks(seen: Observation, masks: list[Any]) -> Any:
    plain = [as_plain_array(mask) for mask in masks]
    arrays = [mask for mask in plain if mask is not None and mask.shape == seen.x.shape]
    # Masks that drop all or nothing are alike for another reason than their random numbers.
    is_drawn = len(arrays) == len(masks) and all(len(np.unique(mask)) > 1 for mask in arrays)
    return _count_different(np.stack(arrays)) if is_drawn else masks[0]


def _count_different(masks: Array) -> int:
    return len(np.unique(masks.reshape(len(masks), -1) != 0, axis=0))


MEASURES: dict[str, Callable[[Observation], Any]] = {
    "output": lambda seen: seen.output,
    "mask": lambda seen: seen.mask,
    "shape of mask": _shape_of_mask,
    "values of mask": _values_of_mask,
    "share dropped": _share_dropped,
    "masks along each axis": _masks_along_each_axis,
    "masks of one generator": _masks_of_one_generator,
    "masks of equal seeds": _masks_of_equal_seeds,
    "scale of kept": _scale_of_kept,
    "dropped in output": _dropped_in_output,
    "x afterwards": lambda seen: seen.x_afterwards,
}
ROUNDED = ("output", "scale of kept")


# ---------------------------------------------------------------------------------- cases


def generate(seed: int) -> list[Case]:
    """Draw the cases of all groups.

    Parameters
    ----------
    seed : int
        Shapes and probabilities are fixed; the values and the generators' seeds are drawn from it.
    """
    rng = np.random.default_rng(seed)
    return [*_mask_cases(rng), *_output_cases(rng), *_evaluation_cases(rng)]


def _mask_cases(rng: np.random.Generator) -> list[Case]:
    group = "dropout_mask"
    return [
        # With p = 0 nothing is left to chance.
        _case(rng, group, (4, 5), 0.0, ("mask",)),
        _case(rng, group, (6, 7), 0.3, ("shape of mask", "values of mask")),
        _case(rng, group, (3, 2, 5, 4), 0.5, ("shape of mask", "values of mask")),
        *(_case(rng, group, MANY, p, ("share dropped",)) for p in (0.3, 0.8, 0.2, 0.0)),
        _case(rng, group, (6, 4, 5, 7), 0.5, ("masks along each axis",)),
        _case(rng, group, (20, 30), 0.5, ("masks along each axis",)),
        _case(rng, group, (9, 8), 0.5, ("masks of one generator", "masks of equal seeds")),
    ]


def _output_cases(rng: np.random.Generator) -> list[Case]:
    group, check = "dropout_output", ("scale of kept", "dropped in output")
    return [
        _case(rng, group, (4, 5), 0.0, ("output",)),
        *(_case(rng, group, (12, 10), p, check) for p in (0.3, 0.8)),
        _case(rng, group, (3, 2, 7, 5), 0.6, check),
        titled(EMPTY, _case(rng, group, (0, 4), 0.5, check)),
        titled(Text("float32", "float32"), _case(rng, group, (12, 10), 0.3, check, np.float32)),
        titled(
            Text("a view with gaps in memory", "内存不连续的视图"),
            _with_gaps(_case(rng, group, (12, 10), 0.3, check)),
        ),
        titled(
            Text("arguments after the call", "调用之后的参数"),
            _case(rng, group, (12, 10), 0.3, ("x afterwards",)),
        ),
    ]


def _evaluation_cases(rng: np.random.Generator) -> list[Case]:
    group, whole = "dropout_evaluation", ("output", "mask")
    measured = ("share dropped", "scale of kept", "values of mask")
    return [
        _case(rng, group, (4, 5), 0.6, whole, training=False),
        _case(rng, group, MANY, 0.3, measured, training=False),
        _case(rng, group, MANY, 0.8, measured, training=False),
        titled(EMPTY, _case(rng, group, (0, 4), 0.5, whole, training=False)),
    ]


def _case(
    rng: np.random.Generator,
    group: str,
    shape: tuple[int, ...],
    p: float,
    check: tuple[str, ...],
    dtype: type[np.floating[Any]] = np.float64,
    *,
    training: bool = True,
) -> Case:
    # Away from zero, so that output / x is well determined.
    x = rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], size=shape)
    about = {
        "x": x.astype(dtype),
        "p": p,
        "training": training,
        "seed": int(rng.integers(2**31)),
        "check": check,
    }
    settings = f"x {shape}, p {p}, training {training}"
    return Case(group, Text(settings, settings), about)


def _with_gaps(case: Case) -> Case:
    about = {**case.arguments, "x": with_gaps(case.arguments["x"])}
    return Case(case.group, case.description, about)
