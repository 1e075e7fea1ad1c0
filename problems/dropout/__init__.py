"""Day 6: inverted dropout, forward and backward.

The implementation to judge is one function: ``dropout_calls(x, p, training, seed, calls=1)``, which
calls ``dropout(x, p, training, rng)`` (see :mod:`problems.dropout.forward`), or
``dropout_backward(grad_output, mask, p)``.
"""

from __future__ import annotations

from autograder import Problem
from convlab import ops
from problems.dropout import backward, forward, misconceptions
from problems.function_problems import Reference, function_problem, judge_among

SEED = 20_060_603

PROBLEMS = {
    "dropout": Problem(
        name="dropout",
        groups=forward.GROUPS,
        generate=forward.generate,
        run=forward.run,
        expect=forward.expect,
        misconceptions=misconceptions.FORWARD,
        seed=SEED,
        quantities=forward.QUANTITIES,
    ),
    "dropout_backward": function_problem(
        "dropout_backward",
        backward.GROUPS,
        backward.generate,
        Reference(ops.dropout_backward, 2, backward.magnitude),
        misconceptions.BACKWARD,
        SEED,
    ),
}
GROUPS = {**forward.GROUPS, **backward.GROUPS}
judge = judge_among(PROBLEMS)

__all__ = ["GROUPS", "PROBLEMS", "judge"]
