"""Run a stranger's function in the autograder's box, and compare what comes back with PyTorch."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from autograder.box.wire import CannotCross
from autograder.comparison import as_plain_array, compare
from autograder.handles import CallableHandle
from autograder.remote import BoxFailure
from autograder.sandbox import Box, Limits, Sandbox
from autograder.session import Examination, Session
from tools.survey.definitions import Definition
from tools.survey.shapes import FORWARD_OF, Case, Shape, cases

# Loops in Python need some milliseconds for the largest of the shapes.
SECONDS = 5.0
OUTPUT_BYTES = 2**20
# What was there when many solutions of this assignment were written: Python 2 and NumPy 1.
PRELUDE = """
import numpy as np
xrange = range
np.int, np.float, np.lib.pad = int, float, np.pad
def divide_as_python_2(a, b):
    return a // b if isinstance(a, int) and isinstance(b, int) else a / b
"""
Kind = Literal["right", "values", "shape", "empty", "nothing", "raised", "stopped"]


@dataclass(frozen=True)
class Outcome:
    """What a function did with one case.

    Attributes
    ----------
    kind : {"right", "values", "shape", "empty", "nothing", "raised", "stopped"}
        "empty": an array without elements was returned; "nothing": None was; "stopped": the
        function did not answer, and was not asked again.
    keeps_total : bool
        Whether what was returned adds up to what was expected.
    detail : str
        An exception's type, why the function was stopped, or what it returned.
    """

    kind: Kind
    keeps_total: bool = False
    detail: str = ""


def try_function(
    sandbox: Sandbox,
    definition: Definition,
    with_own_cache: Collection[Shape] = (),
    seconds: float = SECONDS,
) -> dict[Shape, Outcome]:
    """Run a function on its cases.

    Parameters
    ----------
    sandbox : Sandbox
    definition : Definition
    with_own_cache : collection of Shape
        Where a backward function is given the cache of its own forward function; elsewhere it is
        the assignment's standard one.
    seconds : float
        Time limit of each call.
    """
    shapes = [case.shape for case in cases(definition.function)]
    outcomes: list[Outcome] = []
    with Box(sandbox, Limits(), {}) as box:
        try:
            for number, source in enumerate(_cells(definition)):
                box.interpreter.run(source, f"<cell {number}>", seconds, OUTPUT_BYTES)
            session = Session(box.interpreter, _no_line, _examination(seconds))
            trial = _Trial(session, definition.function, with_own_cache, seconds)
            for case in cases(definition.function):
                outcomes.append(trial.attempt(case))
        except BoxFailure as failure:
            outcomes.append(Outcome("stopped", detail=_reason(failure, box)))
    # What was stopped is not asked again.
    outcomes += outcomes[-1:] * (len(shapes) - len(outcomes))
    return dict(zip(shapes, outcomes, strict=True))


def _cells(definition: Definition) -> tuple[str, ...]:
    return PRELUDE, definition.imports, definition.forward, definition.code


class _Trial:
    """A function in the box, and the forward function whose cache it reads."""

    def __init__(
        self, session: Session, function: str, with_own_cache: Collection[Shape], seconds: float
    ) -> None:
        self.session = session
        self.function = function
        self.with_own_cache = with_own_cache
        self.seconds = seconds
        self.found = session.names({function, FORWARD_OF.get(function, function)})

    def attempt(self, case: Case) -> Outcome:
        """Call the function; only what is plain data comes back.

        Raises
        ------
        BoxFailure
            When there is no answer.
        """
        if self.function not in self.found:
            # Its file cannot define it: a decorator or a constant comes from elsewhere.
            return Outcome("raised", detail="NameError")
        self.session.examination = _examination(self.seconds)
        try:
            returned = self._call(case)
        except BoxFailure:
            raise
        except BaseException as error:
            # What the box raised, SystemExit and KeyboardInterrupt included, was raised there.
            if hasattr(error, "remote_name"):
                return Outcome("raised", detail=str(error.remote_name))
            if isinstance(error, CannotCross):
                return Outcome("values", detail=str(error)[:100])
            raise
        return _judge(returned, case, self.function)

    def _call(self, case: Case) -> Any:
        function = self._callable(self.function)
        if self.function not in FORWARD_OF:
            returned = function(*case.inputs)
            is_pair = type(returned) is tuple and len(returned) == 2
            return (returned[0],) if is_pair else (returned,)
        cache: Any = case.inputs
        if case.shape in self.with_own_cache:
            _, cache = self._callable(FORWARD_OF[self.function])(*case.inputs)
        returned = function(case.grad_output, cache)
        return returned if type(returned) is tuple else (returned,)

    def _callable(self, name: str) -> Any:
        found = self.found[name]
        if type(found) is not CallableHandle:
            raise CannotCross(f"{name} is no function")
        return found


def _judge(returned: tuple[Any, ...], case: Case, function: str) -> Outcome:
    expected = case.expected(function)
    if all(value is None for value in returned):
        return Outcome("nothing")
    if len(returned) != len(expected):
        return Outcome("values", detail=f"returns {len(returned)} results")
    differences = [compare(r, e) for r, e in zip(returned, expected, strict=True)]
    if not any(differences):
        return Outcome("right")
    first = as_plain_array(returned[0])
    if first is not None and not first.size:
        return Outcome("empty")
    if first is None or first.shape != expected[0].values.shape:
        return Outcome("shape")
    with np.errstate(all="ignore"):
        keeps = bool(np.isclose(first.sum(dtype=np.float64), expected[0].values.sum()))
    return Outcome("values", keeps)


def _examination(seconds: float) -> Examination:
    return Examination(time.monotonic() + seconds, writes_back=False)


def _no_line(name: str, number: int) -> None:
    return None


def _reason(failure: BoxFailure, box: Box) -> str:
    code = "MLE" if failure.code == "RE" and box.has_exceeded_memory() else failure.code
    return {
        "TLE": "does not end in time",
        "OLE": "writes without end",
        "MLE": "uses up the memory",
    }.get(code, "ends its process")
