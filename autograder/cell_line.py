"""Which line of a notebook's cell an exception came from."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path

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
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        name = frame.f_code.co_filename
        # IPython gives each cell the name of a file that does not exist, and caches its lines.
        line = "" if Path(name).exists() else linecache.getline(name, number).strip()
        if line:
            return line[:LONGEST_LINE]
    return None
