"""Make a value equal to a copy of it that was changed elsewhere, without replacing it."""

from __future__ import annotations

import operator
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

import numpy as np

DICTIONARIES = (dict, Counter, OrderedDict, defaultdict)
# What can be changed in place and has a plain form.
MUTABLE = (np.ndarray, list, set, bytearray, deque, *DICTIONARIES)


def change_in_place(ours: Any, theirs: Any) -> Any:
    """Make ``ours`` equal to ``theirs``, where the structure allows it.

    Returns
    -------
    object
        What belongs where ``ours`` stands: itself, or what has taken its place.
    """
    if type(ours) is not type(theirs):
        return theirs
    if isinstance(ours, np.ndarray):
        if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
            return theirs
        if ours.flags.writeable:
            ours[...] = theirs
    elif type(ours) is list:
        is_like = len(ours) == len(theirs)
        ours[:] = map(change_in_place, ours, theirs) if is_like else theirs
    elif type(ours) is tuple:
        merged = tuple(map(change_in_place, ours, theirs)) if len(ours) == len(theirs) else theirs
        is_same = len(ours) == len(merged) and all(map(operator.is_, ours, merged))
        return ours if is_same else merged
    elif type(ours) in DICTIONARIES:
        merged = {k: change_in_place(ours[k], v) if k in ours else v for k, v in theirs.items()}
        ours.clear()
        ours.update(merged)
    elif type(ours) is set:
        ours.clear()
        ours.update(theirs)
    elif type(ours) is deque and ours.maxlen == theirs.maxlen:
        ours.clear()
        ours.extend(theirs)
    elif type(ours) is bytearray:
        ours[:] = theirs
    else:
        return theirs
    return ours


def is_small(value: Any, items: int = 10_000, size: int = 4 * 2**20) -> bool:
    """Tell whether a value is small enough to be compared at every request.

    Parameters
    ----------
    value : object
    items, size : int
        Most elements of containers in all, and most bytes of an array.
    """
    waiting, seen = [value], 0
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, np.ndarray | bytearray | bytes | str):
            if (inner.nbytes if isinstance(inner, np.ndarray) else len(inner)) > size:
                return False
        elif type(inner) in DICTIONARIES:
            seen += len(inner)
            waiting.extend(inner.values() if seen <= items else ())
        elif type(inner) in (list, tuple, set, frozenset, deque):
            seen += len(inner)
            waiting.extend(inner if seen <= items else ())
        if seen > items:
            return False
    return True
