"""Values that the test and the student's objects share, as they would without a box.

``W = layer.weight; W[0] += 1`` changes the layer, and so does ``layer.weight = W; W[0] += 1``. Each
side has a copy; a change that the test makes is sent before the next request, and one that the
student's code makes is seen when the box gives the value again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.box.inplace import MUTABLE, change_in_place, is_small

Form = Any


@dataclass
class _Shared:
    """A value here whose twin is in the box.

    Attributes
    ----------
    value : object
    form : object
        What the box's twin is known to be.
    is_ours : bool
        Whether it is the test's own. The box can never change it: a test may compute from it what
        it expects.
    """

    value: Any
    form: Form
    is_ours: bool


def _is_followed(value: Any) -> bool:
    return type(value) in MUTABLE and is_small(value)


def _references(shared: _Shared) -> int:
    return sys.getrefcount(shared.value)


# How often a value is referenced that nobody but this module holds.
_ALONE = _references(_Shared(object(), None, False))


class Aliases:
    """Values of one session, by the number that the box gave them.

    Parameters
    ----------
    form_of : callable
        Returns a form of a value that can be compared; None when it has none.
    """

    def __init__(self, form_of: Callable[[Any], Form]) -> None:
        self._form_of = form_of
        self._shared: dict[int, _Shared] = {}
        self._numbers: dict[int, int] = {}

    def number_of(self, value: Any) -> int:
        """Return the number under which the box has a value of ours; 0 for others.

        To be asked when the changes have been sent.
        """
        number = self._numbers.get(id(value), 0)
        return number if number and self._shared[number].value is value else 0

    def sent(self, number: int, value: Any, twin: Any) -> None:
        """Note that the box keeps a copy of a value of the test's.

        Parameters
        ----------
        number : int
        value : object
        twin : object
            What became of the copy.
        """
        known = self._shared.get(number)
        if known is not None and known.value is value:
            known.form = self._form_of(twin)
        elif _is_followed(value):
            self._note(number, _Shared(value, self._form_of(twin), is_ours=True))

    def arrived(self, number: int, value: Any) -> Any:
        """Return what a test gets for a value that the box gave: the object it has already."""
        known = self._shared.get(number)
        if known is None and not _is_followed(value):
            return value
        form = self._form_of(value)
        if known is not None and not known.is_ours:
            merged = change_in_place(known.value, value)
            if merged is known.value:
                known.form = form
                return merged
        elif known is not None and form == known.form == self._form_of(known.value):
            return known.value
        if _is_followed(value):
            self._note(number, _Shared(value, form, is_ours=False))
        return value

    def changes(self) -> list[tuple[int, Any]]:
        """Return what the test has changed since the last request, and forget what it let go."""
        changed = []
        for number, shared in list(self._shared.items()):
            form = self._form_of(shared.value)
            if form != shared.form:
                shared.form = form
                changed.append((number, shared.value))
            elif _references(shared) <= _ALONE:
                self._forget(number)
        return changed

    def __contains__(self, number: int) -> bool:
        return number in self._shared

    def _note(self, number: int, shared: _Shared) -> None:
        self._forget(number)
        # The box may know one value of ours twice, from before it could be told so.
        self._forget(self._numbers.get(id(shared.value), 0))
        self._shared[number] = shared
        self._numbers[id(shared.value)] = number

    def _forget(self, number: int) -> None:
        shared = self._shared.pop(number, None)
        if shared is not None:
            self._numbers.pop(id(shared.value), None)
