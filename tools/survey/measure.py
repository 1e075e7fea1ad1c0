"""Judge every distinct function of a folder once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from autograder.sandbox import Sandbox
from tools.survey.definitions import Definition
from tools.survey.failures import classify
from tools.survey.shapes import DETECTING, FORWARD_OF, FUNCTIONS, OWN_CHECK, Shape
from tools.survey.trial import SECONDS, Outcome, try_function

# What a function raises that is not written yet, or needs other files of its course.
INCOMPLETE = ("NotImplementedError", "NameError", "ImportError", "ModuleNotFoundError")
Track = Callable[[list[Any], str], Iterable[Any]]


@dataclass(frozen=True)
class Judgement:
    """What became of one distinct function.

    Attributes
    ----------
    function : str
    definitions : list of Definition
        Where it stands; more than one for identical code.
    outcomes : dict of Shape to Outcome
    causes : list of str
        In which ways it fails; empty if it is right.
    has_own_cache : bool
        Whether a backward function was given its own forward function's cache on any shape.
    """

    function: str
    definitions: list[Definition]
    outcomes: dict[Shape, Outcome]
    causes: list[str]
    has_own_cache: bool = False

    @property
    def is_incomplete(self) -> bool:
        """Whether it was left empty, or lacks what its file does not give it.

        So does a backward function that raises on every cache of the standard form, where its file
        has no forward function that makes another.
        """
        outcomes = self.outcomes.values()
        if self.function in FORWARD_OF and not self.has_own_cache:
            return all(outcome.kind in ("nothing", "raised") for outcome in outcomes)
        return all(o.kind == "nothing" or o.detail in INCOMPLETE for o in outcomes)

    @property
    def passes_own_check(self) -> bool:
        """Whether the assignment's own notebook finds nothing wrong with it."""
        return self.outcomes[OWN_CHECK[self.function]].kind == "right"

    @property
    def caught_by(self) -> list[Shape]:
        """The detecting shapes on which it fails."""
        return [shape for shape in DETECTING if shape in self.failing]

    @property
    def failing(self) -> list[Shape]:
        """The shapes on which it fails."""
        return [shape for shape, outcome in self.outcomes.items() if outcome.kind != "right"]

    def is_right(self, where: Callable[[Shape], bool] = lambda shape: True) -> bool:
        """Tell whether it is right on all shapes, or on all of some kind."""
        return not any(where(shape) for shape in self.failing)


def measure(
    sandbox: Sandbox,
    definitions: Iterable[Definition],
    seconds: float = SECONDS,
    track: Track = lambda items, description: items,
) -> list[Judgement]:
    """Judge functions, identical ones once.

    A backward function is given the cache of its own forward function on each shape where that is
    right, and else one of the assignment's standard form.

    Parameters
    ----------
    sandbox : Sandbox
    definitions : iterable of Definition
    seconds : float
        Time limit of each call.
    track : callable
        Shows progress: ``track(items, description)`` yields the items.
    """
    groups: dict[tuple[str, str], list[Definition]] = {}
    for definition in definitions:
        groups.setdefault((definition.function, definition.code), []).append(definition)
    # Forward functions first: backward ones are given their caches.
    ordered = sorted(groups.items(), key=lambda group: group[0][0] in FORWARD_OF)
    right: dict[str, frozenset[Shape]] = {"": frozenset()}
    judgements = []
    for (function, code), same in track(ordered, "running"):
        definition = max(same, key=lambda definition: len(right[definition.forward]))
        with_own_cache = right[definition.forward]
        outcomes = try_function(sandbox, definition, with_own_cache, seconds)
        causes = classify(function, list(outcomes), list(outcomes.values()))
        judgement = Judgement(function, same, outcomes, causes, bool(with_own_cache))
        right[code] = frozenset(outcomes) - frozenset(judgement.failing)
        judgements.append(judgement)
    return sorted(judgements, key=lambda j: (FUNCTIONS.index(j.function), j.definitions[0].path))
