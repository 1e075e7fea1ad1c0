"""Problems about a function with one result: their cases, what is expected, and judging several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograder import Case, Expected, Group, Misconception, Problem, Text
from problems.arrays import with_gaps
from problems.function_calls import afterwards, as_float32, run, titled

Arguments = Mapping[str, Any]
QUANTITIES = afterwards("x", "grad_output", "mask")


@dataclass(frozen=True)
class Reference:
    """A function as it should be, and how far rounding may take others from its results.

    Attributes
    ----------
    function : callable
    roundings : int
        How many roundings a result goes through.
    magnitude : callable
        ``magnitude(arguments)`` returns the largest number that is rounded on the way.
    """

    function: Callable[..., Any]
    roundings: int
    magnitude: Callable[[Arguments], float]

    def expect(self, case: Case) -> dict[str, Expected]:
        """Compute the results of a case; arguments have to be exactly what they were."""
        values = run(self.function, case)
        magnitude = self.magnitude(case.arguments["arguments"])
        return {
            name: Expected(value, 0 if name in QUANTITIES else self.roundings, magnitude)
            for name, value in values.items()
        }


def function_problem(
    name: str,
    groups: Mapping[str, Group],
    generate: Callable[[int], list[Case]],
    reference: Reference,
    misconceptions: list[Misconception],
    seed: int,
) -> Problem:
    """State a problem whose implementation is a function with one result.

    Parameters
    ----------
    name, groups, generate, misconceptions, seed
        As in :class:`autograder.Problem`.
    reference : Reference

    Returns
    -------
    Problem
    """
    return Problem(
        name=name,
        groups=groups,
        generate=generate,
        run=run,
        expect=reference.expect,
        misconceptions=misconceptions,
        seed=seed,
        quantities=QUANTITIES,
    )


def judge_among(problems: Mapping[str, Problem]) -> Callable[..., float]:
    """Return a ``judge`` for several problems whose groups have different names."""
    owners = {group: problem for problem in problems.values() for group in problem.groups}
    return partial(_judge, owners)


def _judge(
    owners: Mapping[str, Problem], implementation: Any, *, group: str, seed: int | None = None
) -> float:
    if group not in owners:
        raise KeyError(f"There is no group {group!r}; choose from {list(owners)}")
    return owners[group].judge(implementation, group=group, seed=seed)


# ---------------------------------------------------------------------------------- cases


def function_case(
    group: str, returns: str, arguments: Arguments, check: tuple[str, ...] = ()
) -> Case:
    """Make a case; unless told otherwise, it looks at the function's result.

    Parameters
    ----------
    group, returns : str
    arguments : mapping
        The function's arguments by name and in order.
    check : tuple of str, optional
        The quantities to look at instead.

    Returns
    -------
    Case
    """
    about = {"arguments": arguments, "returns": (returns,), "check": check or (returns,)}
    return Case(group, _describe(arguments), about)


def robustness_cases(group: str, returns: str, arguments: Arguments) -> list[Case]:
    """Make the cases that all functions have: float32, a view, arguments left alone.

    Parameters
    ----------
    group, returns, arguments
        As in :func:`function_case`.

    Returns
    -------
    list of Case
    """
    arrays = [name for name, value in arguments.items() if isinstance(value, np.ndarray)]
    views = {name: with_gaps(arguments[name]) for name in arrays}
    untouched = tuple(f"{name} afterwards" for name in arrays)
    return [
        titled(
            Text("float32", "float32"),
            function_case(group, returns, as_float32(arguments)),
        ),
        titled(
            Text("a view with gaps in memory", "内存不连续的视图"),
            function_case(group, returns, {**arguments, **views}),
        ),
        titled(
            Text("arguments after the call", "调用之后的参数"),
            function_case(group, returns, arguments, untouched),
        ),
    ]


def _describe(arguments: Arguments) -> Text:
    """Tell the shapes of arrays, and settings as they are."""
    settings = ", ".join(
        f"{name} {value.shape if isinstance(value, np.ndarray) else value}"
        for name, value in arguments.items()
    )
    return Text(settings, settings)
