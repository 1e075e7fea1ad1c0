"""Put wrong implementations into a problem's catalogue of misconceptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from autograder import Misconception, Text

Implementation = TypeVar("Implementation", bound=Callable[..., Any])


def known(
    catalogue: list[Misconception], *, name: Text, hint: Text
) -> Callable[[Implementation], Implementation]:
    """Decorate a wrong function or class, with what its author should be told.

    Parameters
    ----------
    catalogue : list of Misconception
        The decorated object is added to it.
    name, hint : Text

    Returns
    -------
    decorator
    """

    def add(implementation: Implementation) -> Implementation:
        catalogue.append(Misconception(name, hint, implementation))
        return implementation

    return add
