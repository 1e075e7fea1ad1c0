"""Judge implementations against a reference, as an online judge does.

This package knows nothing about any particular course: a course states its problems with
:class:`Problem`, :class:`Case` and :class:`Misconception`, and its hidden tests call
``problem.judge``.
"""

from autograder.comparison import Difference, Expected, compare, tolerance
from autograder.problem import Case, Group, Misconception, Problem
from autograder.text import Text
from autograder.verdicts import SubmissionError, Verdict, WrongAnswer

__all__ = [
    "Case",
    "Difference",
    "Expected",
    "Group",
    "Misconception",
    "Problem",
    "SubmissionError",
    "Text",
    "Verdict",
    "WrongAnswer",
    "compare",
    "tolerance",
]
