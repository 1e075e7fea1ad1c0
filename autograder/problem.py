"""A problem of an online judge: groups of cases, a reference, and known misconceptions."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.comparison import Array, Difference, Expected, as_plain_array, compare
from autograder.exceptions import builtin_name, cell_line, describe_exception
from autograder.text import Text
from autograder.verdicts import SubmissionError, Verdict, WrongAnswer

# What a student returned, by quantity: "output_tensor", "grad_input" ...
Results = Mapping[str, Any]

# How the line begins that names a misconception.
KNOWN_MISTAKE = Text("This looks like a known mistake", "这像是一个常见错误")


@dataclass(frozen=True)
class Group:
    """Cases that examine one ability and are worth points together.

    Attributes
    ----------
    title : Text
    points : float
    """

    title: Text
    points: float


@dataclass(frozen=True)
class Case:
    """One test case.

    Attributes
    ----------
    group : str
        Key of its group.
    description : Text
        Shapes and settings, which students may see; never values.
    arguments : mapping
        What the problem's ``run`` and ``expect`` need.
    """

    group: str
    description: Text
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Misconception:
    """A wrong implementation that students really write.

    Attributes
    ----------
    name, hint : Text
        What went wrong, and a question or fact that leads to the remedy.
    implementation : object
        It is run exactly as a submission is.
    """

    name: Text
    hint: Text
    implementation: Any


@dataclass(frozen=True)
class Outcome:
    """What one case made of one implementation: results, or the exception that it raised."""

    results: Results
    error: str | None = None
    line: str | None = None

    def quantity(self, name: str) -> Any:
        """Return a result, or None when there is none of that name."""
        return self.results.get(name)


@dataclass(frozen=True)
class Failure:
    """A case that was not passed, with the differing quantities."""

    case: Case
    error: str | None
    line: str | None
    differences: Mapping[str, Difference]

    def describe(self, titles: Mapping[str, Text]) -> Text:
        """Say which case it was and what differed, without values.

        Parameters
        ----------
        titles : mapping of str to Text
            How to call quantities that do not speak for themselves.
        """
        case = Text(
            f"First such case: {self.case.description.en}.",
            f"第一个未通过的测试点：{self.case.description.zh}。",
        )
        return Text.lines([case, *self._reasons(titles)])

    def _reasons(self, titles: Mapping[str, Text]) -> list[Text]:
        if self.error:
            raised = describe_exception(self.error, self.line)
            return [Text(f"  {raised.en}", f"  {raised.zh}")]
        return [
            _reason(titles.get(name, Text(name, name)), difference.describe(values=False))
            for name, difference in self.differences.items()
        ]


@dataclass(frozen=True)
class Problem:
    """Cases that are drawn from a seed, and everything needed to judge an implementation by them.

    An implementation is only ever called, asked for attributes, given attributes, and handed plain
    arrays, all of it by ``run``; so it may as well be a handle to an object in another process.

    Attributes
    ----------
    name : str
    groups : mapping of str to Group
    generate : callable
        ``generate(seed)`` returns the cases of all groups, the same ones for the same seed.
    run : callable
        ``run(implementation, case)`` drives an implementation through a case and returns its
        results by quantity.
    expect : callable
        ``expect(case)`` returns the reference's results, with the same quantities.
    misconceptions : sequence of Misconception
    seed : int
        The seed that is used unless ``judge`` is given another.
    quantities : mapping of str to Text
        What messages call the quantities whose names do not speak for themselves.
    """

    name: str
    groups: Mapping[str, Group]
    generate: Callable[[int], Sequence[Case]]
    run: Callable[[Any, Case], Results]
    expect: Callable[[Case], Mapping[str, Expected]]
    misconceptions: Sequence[Misconception] = ()
    seed: int = 0
    quantities: Mapping[str, Text] = field(default_factory=dict)

    def judge(self, implementation: Any, *, group: str, seed: int | None = None) -> float:
        """Run an implementation on a group of cases.

        Parameters
        ----------
        implementation : object
            What ``run`` expects: a function, a class, or a handle to one.
        group : str
        seed : int, optional
            Draws other cases than the problem's own.

        Returns
        -------
        float
            The group's points. (nbgrader reads a cell's last value as the points earned, but only
            if it prints as a plain number.)

        Raises
        ------
        WrongAnswer
            At least one case ran and gave wrong results.
        SubmissionError
            Every case that was not passed raised an exception.
        KeyError
            There is no such group.
        """
        if group not in self.groups:
            raise KeyError(f"{self.name} has no group {group!r}; choose from {list(self.groups)}")
        cases = self._cases(group, self.seed if seed is None else seed)
        outcomes = [self._outcome(implementation, case) for case in cases]
        expected = [self.expect(case) for case in cases]
        failures = [
            failure
            for case, outcome, right in zip(cases, outcomes, expected, strict=True)
            if (failure := _failure(case, outcome, right)) is not None
        ]
        if not failures:
            return float(self.groups[group].points)
        named = self._matching(cases, outcomes, expected)
        raise self._verdict(group, len(cases), failures, named)

    def _cases(self, group: str, seed: int) -> list[Case]:
        return [case for case in self.generate(seed) if case.group == group]

    def _outcome(self, implementation: Any, case: Case) -> Outcome:
        # nbgrader gives no points to a cell that writes to stderr, as a NumPy warning does.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return Outcome(_detached(self.run(implementation, case)))
            except (Exception, SystemExit) as error:
                # The text of the exception may quote hidden inputs; its type and line do not.
                return Outcome({}, builtin_name(error), cell_line(error))

    def _matching(
        self,
        cases: Sequence[Case],
        outcomes: Sequence[Outcome],
        expected: Sequence[Mapping[str, Expected]],
    ) -> list[Misconception]:
        """Find the misconceptions that give the very results that were received."""
        return [
            misconception
            for misconception in self.misconceptions
            if _explains(
                [self._outcome(misconception.implementation, case) for case in cases],
                outcomes,
                expected,
            )
        ]

    def _verdict(
        self,
        group: str,
        total: int,
        failures: Sequence[Failure],
        named: Sequence[Misconception],
    ) -> Verdict:
        kind = SubmissionError if all(failure.error for failure in failures) else WrongAnswer
        title = self.groups[group].title
        heading = Text(
            f"{kind.code} · {title.en}: {len(failures)} of {total} hidden cases not passed.",
            f"{kind.code} · {title.zh}：{total} 个隐藏测试点中有 {len(failures)} 个未通过。",
        )
        hints = [
            Text(
                f"{KNOWN_MISTAKE.en}: {m.name.en}. {m.hint.en}",
                f"{KNOWN_MISTAKE.zh}：{m.name.zh}。{m.hint.zh}",
            )
            for m in named
        ]
        return kind(Text.lines([heading, failures[0].describe(self.quantities), *hints]))


def _reason(title: Text, difference: Text) -> Text:
    return Text(f"  {title.en}: {difference.en}.", f"  {title.zh}：{difference.zh}。")


def _detached(results: Results) -> Results:
    """Copy arrays, since an implementation may reuse its buffers in the next case."""
    plain = {name: as_plain_array(value) for name, value in results.items()}
    return {name: results[name] if plain[name] is None else plain[name] for name in results}


def _failure(case: Case, outcome: Outcome, expected: Mapping[str, Expected]) -> Failure | None:
    if outcome.error:
        return Failure(case, outcome.error, outcome.line, {})
    found = {name: compare(outcome.quantity(name), right) for name, right in expected.items()}
    differences = {name: difference for name, difference in found.items() if difference}
    return Failure(case, None, None, differences) if differences else None


def _explains(
    suspected: Sequence[Outcome],
    received: Sequence[Outcome],
    expected: Sequence[Mapping[str, Expected]],
) -> bool:
    """Tell whether a misconception accounts for a wrong quantity in every case of a group.

    Each quantity is looked at alone, so that two mistakes in one submission are both named.
    """
    if [outcome.error for outcome in suspected] != [outcome.error for outcome in received]:
        return False
    if all(outcome.error for outcome in suspected):
        # Many mistakes crash everywhere: that tells nothing.
        return False
    if any(outcome.error for outcome in suspected):
        return all(_same(s, r, e) for s, r, e in zip(suspected, received, expected, strict=True))
    names = {name for right in expected for name in right}
    return any(_explains_quantity(name, suspected, received, expected) for name in names)


def _same(suspected: Outcome, received: Outcome, expected: Mapping[str, Expected]) -> bool:
    return bool(suspected.error) or all(
        _equals(received.quantity(name), suspected.quantity(name), right)
        for name, right in expected.items()
    )


def _explains_quantity(
    name: str,
    suspected: Sequence[Outcome],
    received: Sequence[Outcome],
    expected: Sequence[Mapping[str, Expected]],
) -> bool:
    triples = [
        (s.quantity(name), r.quantity(name), e[name])
        for s, r, e in zip(suspected, received, expected, strict=True)
        if name in e
    ]
    is_wrong = any(compare(suspect, right) for suspect, _, right in triples)
    return is_wrong and all(_equals(got, suspect, right) for suspect, got, right in triples)


def _equals(received: Any, suspected: Any, expected: Expected) -> bool:
    plain: Array | None = as_plain_array(suspected)
    if plain is None:
        return as_plain_array(received) is None and type(received) is type(suspected)
    return compare(received, Expected(plain, expected.terms, expected.magnitude)) is None
