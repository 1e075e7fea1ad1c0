"""Say where a code cell of a page failed, from what Jupyter reports: neither file line nor page."""

from __future__ import annotations

import re
from pathlib import Path

from book._ext.twins import twin_path

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_CELL = re.compile(r"^-{18}\n(?P<source>.*?)\n-{18}$", re.S | re.M)
_LINE_IN_CELL = re.compile(
    r"^(?:Cell In\[\d+\], line|\s*File .*<ipython-input.*>:) ?(?P<line>\d+)", re.M
)


def describe_broken_cell(error: BaseException, source: Path, language: str) -> str | None:
    """Return ``file:line: what went wrong`` for a failed cell, or None for another error.

    Parameters
    ----------
    error : BaseException
        What the build raised.
    source : Path
        The book's folder.
    language : str
        Sphinx's name of the language that was being built.
    """
    from myst_nb.core.execute.base import ExecutionError

    if not isinstance(error, ExecutionError):
        return None
    page = Path(str(error))
    twin = twin_path(page, source, language)
    if twin is not None and twin.exists():
        page = twin
    report = _ANSI.sub("", str(error.__cause__)).strip()
    line = _line(page.read_text(encoding="utf-8"), report)
    return f"{page}:{line}: a code cell failed: {_reason(report)}"


def _line(page: str, report: str) -> int:
    """Return the line of the failing statement in the page, or of its cell, or 1."""
    cell = _CELL.search(report)
    start = page.find(cell["source"]) if cell else -1
    if cell is None or start < 0:
        return 1
    first = page.count("\n", 0, start) + 1
    statement = _LINE_IN_CELL.search(report)
    return first + int(statement["line"]) - 1 if statement else first


def _reason(report: str) -> str:
    """Return the report's last line: the exception and its message."""
    return report.rpartition("\n")[2] or "no reason given"
