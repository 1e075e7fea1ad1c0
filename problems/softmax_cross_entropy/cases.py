"""Cases that tell right losses and gradients from wrong ones, and what they should give."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import Case, Expected, Group, Text
from problems.arrays import with_gaps
from problems.function_calls import afterwards, as_float32, describe_shapes, largest, run, titled
from problems.softmax_cross_entropy.reference import softmax_cross_entropy

GROUPS = {
    "loss": Group(Text("softmax_cross_entropy, the loss", "softmax_cross_entropy，损失值"), 8),
    "gradient": Group(
        Text("softmax_cross_entropy, the gradient", "softmax_cross_entropy，梯度"), 10
    ),
    "stability": Group(
        Text("softmax_cross_entropy, large logits", "softmax_cross_entropy，logits 很大时"), 8
    ),
    "robustness": Group(
        Text(
            "softmax_cross_entropy: empty batch, float32, small labels, arguments left alone",
            "softmax_cross_entropy：空批次、float32、uint8 标签、不改动参数",
        ),
        4,
    ),
}
RETURNS = ("loss", "grad_logits")
QUANTITIES = afterwards("logits", "labels")
SHAPES = [(1, 2), (1, 5), (4, 3), (3, 3), (6, 10)]


def generate(seed: int) -> list[Case]:
    """Draw the cases of all groups.

    Parameters
    ----------
    seed : int
    """
    rng = np.random.default_rng(seed)
    return [
        *(_case("loss", _draw(rng, shape), ("loss",)) for shape in SHAPES),
        *(_case("gradient", _draw(rng, shape), ("grad_logits",)) for shape in SHAPES),
        *_stability(rng),
        *_robustness(rng),
    ]


def _draw(rng: np.random.Generator, shape: tuple[int, ...]) -> dict[str, Any]:
    return {"logits": rng.normal(size=shape), "labels": rng.integers(0, shape[1], size=shape[0])}


def _case(group: str, arguments: dict[str, Any], check: tuple[str, ...]) -> Case:
    about = {"arguments": arguments, "returns": RETURNS, "check": check}
    return Case(group, describe_shapes(arguments), about)


def _stability(rng: np.random.Generator) -> list[Case]:
    """Draw rows whose exponentials overflow, underflow, or lie far from those of other rows."""
    high, low, mixed, surprised = (_draw(rng, (4, 5)) for _ in range(4))
    high["logits"] += 1000.0
    low["logits"] -= 1000.0
    mixed["logits"] += np.array([[0.0], [900.0], [-900.0], [0.0]])
    # The right class is so improbable that its probability rounds to 0; its logarithm does not.
    surprised["logits"][np.arange(4), surprised["labels"]] -= 800.0
    return [
        titled(title, _case("stability", arguments, RETURNS))
        for title, arguments in (
            (Text("all logits near 1000", "所有 logits 都在 1000 附近"), high),
            (Text("all logits near -1000", "所有 logits 都在 -1000 附近"), low),
            (Text("rows on very different levels", "各行的大小相差悬殊"), mixed),
            (Text("the right class far below the others", "正确类别远低于其他类别"), surprised),
        )
    ]


def _robustness(rng: np.random.Generator) -> list[Case]:
    group, shape = "robustness", (3, 4)
    small, strided = _draw(rng, shape), _draw(rng, shape)
    small["labels"] = small["labels"].astype(np.uint8)
    strided["logits"] = with_gaps(strided["logits"])
    return [
        titled(
            Text("an empty batch, gradient only", "空批次，只看梯度"),
            _case(group, _draw(rng, (0, 4)), ("grad_logits",)),
        ),
        titled(Text("float32", "float32"), _case(group, as_float32(_draw(rng, shape)), RETURNS)),
        titled(Text("uint8 labels", "uint8 标签"), _case(group, small, RETURNS)),
        titled(
            Text("arguments after the call", "调用之后的参数"),
            _case(group, _draw(rng, shape), tuple(QUANTITIES)),
        ),
        titled(
            Text("a view with gaps in memory", "内存不连续的视图"), _case(group, strided, RETURNS)
        ),
    ]


def expect(case: Case) -> dict[str, Expected]:
    """Compute the reference's results, and what rounding may change in them.

    Parameters
    ----------
    case : Case
    """
    logits = case.arguments["arguments"]["logits"]
    values = run(softmax_cross_entropy, case)
    if case.group != "stability" and "loss" in values:
        # A small number inside the logarithm does no harm before a probability vanishes: here the
        # loss is asked for in single precision only.
        values["loss"] = np.float32(values["loss"])
    terms = logits.shape[1] + len(logits)
    # Rounding a logit by eps * |logit| changes its exponential by that share.
    size = 1 + 2 * largest(logits)
    bounds = {"loss": (terms, size), "grad_logits": (terms, size / max(len(logits), 1))}
    return {
        name: Expected(np.asarray(values[name]), *bounds.get(name, (0, 0.0)))
        for name in case.arguments["check"]
    }
