"""What a judge says when it does not accept: exceptions whose text is meant for students."""

from __future__ import annotations

from typing import ClassVar

from autograder.text import Text


class Verdict(Exception):  # noqa: N818 - a verdict, of which an error is only one kind
    """A submission is not accepted.

    Parameters
    ----------
    message : Text
        What is wrong, without hidden inputs or expected values.

    Attributes
    ----------
    code : str
        The online judge's abbreviation: WA, RE ...
    message : Text
    """

    code: ClassVar[str] = ""

    def __init__(self, message: Text) -> None:
        super().__init__(f"{message}")
        self.message = message

    def _render_traceback_(self) -> list[str]:
        # IPython prints this instead of a traceback, whose frames would quote the hidden tests
        # and bury the one thing that helps.
        return [f"{type(self).__name__}: {self.message}"]


class WrongAnswer(Verdict, AssertionError):  # noqa: N818 - a verdict's name at every online judge
    """The submission ran, and its results are wrong (WA)."""

    code = "WA"


class SubmissionError(Verdict):
    """The submission's own code raised an exception (RE)."""

    code = "RE"
