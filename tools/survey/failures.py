"""Tell how a function fails from where it fails: its causes leave different shapes untouched."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from tools.survey.shapes import (
    CONV,
    CONV_BACKWARD,
    FUNCTIONS,
    POOL,
    POOL_BACKWARD,
    Shape,
)
from tools.survey.trial import Outcome

EVERYWHERE = "wrong on every shape"
ANOTHER_WAY = "wrong in another way"
CROPPED = "grad_input cropped with [pad:-pad], which is empty for pad 0"
PAD_0 = "pad 0 crashes"
PAD_1 = "padding or crop hard-coded to 1"
PAD_2 = "wrong for pads larger than 1"
PADDED = "wrong for every pad but 0"
SQUARE = "square image or kernel assumed"
NOT_DIVIDED = "sizes that the stride does not divide: assertion, float, or round"
LOOP = "loops over range(0, H, stride)"
POSITIONS = "output written at input positions"
THREE = "3x3 hard-coded"
ASSIGNED = "overlapping pool windows assigned, not accumulated"
ALL_TIED = "all tied maxima given the full gradient"
OTHER_TIE = "of tied maxima, another than the first is chosen, or they share"
POOL_SIZE = "output size H/pool, i.e. stride = pool assumed"
DECODED = "flat argmax or columns decoded with the height instead of the width"
POOL_STRIDE = "pool size used as stride"
# A cause more has to explain at least so many shapes better.
PRICE_OF_CAUSE = 3
MOST_CAUSES = 4


@dataclass(frozen=True)
class Cause:
    """A mistake, and what it does.

    Attributes
    ----------
    name : str
    functions : tuple of str
        In which it can be made.
    where : callable
        Whether it spoils the result on a shape.
    shows : callable
        Whether it can spoil it in this way.
    """

    name: str
    functions: tuple[str, ...]
    where: Callable[[Shape], bool]
    shows: Callable[[Outcome], bool] = lambda outcome: True


def _is_square(size: tuple[int, int]) -> bool:
    return size[0] == size[1]


def _round_is_more(shape: Shape, before: int = 0) -> bool:
    """Tell whether ``round`` gives another size than floor; it rounds halves to even numbers."""
    sizes = zip(shape.spans, shape.output, strict=True)
    return any(round(span / shape.stride + before) + 1 - before != size for span, size in sizes)


def _has_as_many_steps(shape: Shape) -> bool:
    steps = tuple(math.ceil(size / shape.stride) for size in shape.image)
    return steps == shape.output


def _fits_side_by_side(shape: Shape) -> bool:
    sizes = tuple(n // k for n, k in zip(shape.image, shape.kernel, strict=True))
    return sizes == shape.output


CAUSES = (
    Cause(CROPPED, (CONV_BACKWARD,), lambda s: s.padding == 0, lambda o: o.kind == "empty"),
    Cause(PAD_0, CONV, lambda s: s.padding == 0),
    Cause(PAD_1, CONV, lambda s: s.padding != 1),
    Cause(PAD_2, CONV, lambda s: s.padding > 1),
    Cause(PADDED, CONV, lambda s: s.padding > 0),
    Cause(THREE, CONV, lambda s: s.kernel != (3, 3)),
    Cause(POSITIONS, FUNCTIONS, lambda s: s.stride > 1),
    Cause(ALL_TIED, (POOL_BACKWARD,), lambda s: s.values != "random", lambda o: not o.keeps_total),
    Cause(OTHER_TIE, (POOL_BACKWARD,), lambda s: s.values != "random"),
    Cause(ASSIGNED, (POOL_BACKWARD,), lambda s: s.overlaps),
    Cause(
        DECODED, POOL, lambda s: not _is_square(s.kernel), lambda o: o.kind in ("values", "raised")
    ),
    Cause(SQUARE, FUNCTIONS, lambda s: not _is_square(s.image)),
    Cause(SQUARE, FUNCTIONS, lambda s: not _is_square(s.output)),
    Cause(SQUARE, FUNCTIONS, lambda s: not _is_square(s.kernel)),
    Cause(SQUARE, FUNCTIONS, lambda s: not (_is_square(s.image) and _is_square(s.kernel))),
    Cause(NOT_DIVIDED, FUNCTIONS, lambda s: not s.divides),
    Cause(NOT_DIVIDED, FUNCTIONS, _round_is_more),
    Cause(NOT_DIVIDED, FUNCTIONS, lambda s: _round_is_more(s, before=1)),
    Cause(POOL_SIZE, POOL, lambda s: not _fits_side_by_side(s)),
    Cause(POOL_STRIDE, POOL, lambda s: s.kernel != (s.stride, s.stride)),
    Cause(LOOP, FUNCTIONS, lambda s: not _has_as_many_steps(s)),
    Cause(ANOTHER_WAY, FUNCTIONS, lambda s: True),
)


@dataclass(frozen=True)
class _Candidate:
    name: str
    spoils: frozenset[int]
    explains: frozenset[int]


def classify(function: str, shapes: Sequence[Shape], outcomes: Sequence[Outcome]) -> list[str]:
    """Name the causes of a function's failures; the fewest that account for all of them.

    Of several explanations the best is the one that would spoil the fewest shapes on which the
    function is right.

    Parameters
    ----------
    function : str
    shapes : sequence of Shape
    outcomes : sequence of Outcome

    Returns
    -------
    list of str
        Empty for a function that is right.
    """
    failing = frozenset(n for n, outcome in enumerate(outcomes) if outcome.kind != "right")
    if not failing:
        return []
    stopped = [outcome.detail for outcome in outcomes if outcome.kind == "stopped"]
    if stopped:
        return [stopped[0]]
    if len(failing) == len(shapes):
        return [EVERYWHERE]
    candidates = list(_candidates(function, shapes, outcomes, failing))

    def price(chosen: tuple[_Candidate, ...]) -> int:
        spoils = frozenset[int]().union(*(cause.spoils for cause in chosen))
        return len(spoils - failing) + PRICE_OF_CAUSE * len(chosen)

    best = min(_explanations(candidates, failing), key=price)
    return list(dict.fromkeys(cause.name for cause in best))


def _candidates(
    function: str, shapes: Sequence[Shape], outcomes: Sequence[Outcome], failing: frozenset[int]
) -> Iterator[_Candidate]:
    for cause in CAUSES:
        if function in cause.functions:
            spoils = frozenset(n for n, shape in enumerate(shapes) if cause.where(shape))
            explains = frozenset(n for n in spoils & failing if cause.shows(outcomes[n]))
            if explains:
                yield _Candidate(cause.name, spoils, explains)


def _explanations(
    candidates: list[_Candidate], failing: frozenset[int]
) -> Iterator[tuple[_Candidate, ...]]:
    for count in range(1, MOST_CAUSES + 1):
        for chosen in combinations(candidates, count):
            if failing <= frozenset[int]().union(*(cause.explains for cause in chosen)):
                yield chosen
