"""What a student is told of an exception: its type, and the line of the cell it came from."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path

from autograder.text import Text

LONGEST_LINE = 100


def cell_line(error: BaseException) -> str | None:
    """Return the innermost line of a notebook's cell that the exception passed through.

    Only source is shown, never a value: the text of an exception may quote hidden inputs.

    Parameters
    ----------
    error : BaseException
        A caught exception, with its traceback.

    Returns
    -------
    str or None
        The line without its indentation; None when no cell was involved, as for code in a module.
    """
    if hasattr(error, "remote_line"):
        # It was raised in a box; the grader has looked the line up in its own copy.
        line: str | None = error.remote_line
        return line
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        name = frame.f_code.co_filename
        # IPython gives each cell the name of a file that does not exist, and caches its lines.
        text = "" if Path(name).exists() else linecache.getline(name, number).strip()
        if text:
            return text[:LONGEST_LINE]
    return None


def describe_exception(kind: str, line: str | None) -> Text:
    """Say that the student's code raised an exception, without the exception's text.

    Parameters
    ----------
    kind : str
        The exception's type.
    line : str or None
        What `cell_line` found.
    """
    if line is None:
        return Text(f"Your code raised {kind}.", f"你的代码抛出了异常 {kind}。")
    return Text(
        f"Your code raised {kind} at this line: {line}",
        f"你的代码抛出了异常 {kind}，出在这一行：{line}",
    )


def builtin_name(error: BaseException) -> str:
    """Return the name of the first of an exception's types that is Python's own.

    A class of the student's may be named after hidden inputs.
    """
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
