"""Run a notebook's cells for :mod:`autograder.check`, in a process that may be killed.

It needs IPython alone, and nothing of one operating system. What each cell did is written to a file
at once, so that it outlives this process.
"""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
from pathlib import Path
from typing import Any, TextIO

from autograder.box.shell import Recorder, Shell, new_shell, redirect_streams
from autograder.verdicts import Verdict

TEXT_LIMIT = 4000


def main() -> None:
    """Start from the command line: the file of cells, and the file to write to."""
    job, results = map(Path, sys.argv[1:])
    # As in Jupyter, where a notebook's program has no arguments, and modules beside it are found.
    sys.argv[1:] = []
    sources = json.loads(job.read_text(encoding="utf-8"))
    with results.open("w", encoding="utf-8") as stream:
        run_cells(sources, stream)
    # Threads that a cell left behind would keep the process waiting.
    os._exit(0)


def run_cells(sources: list[str], stream: TextIO) -> None:
    """Run code cells in order; write a line of JSON when one starts, and one when it has ended.

    Parameters
    ----------
    sources : list of str
        Empty ones are passed over.
    stream : TextIO
    """
    recorder = Recorder()
    shell = new_shell(recorder)
    redirect_streams(recorder)
    for number, source in enumerate(sources):
        if source.strip():
            _write(stream, {"cell": number})
            _write(stream, {"cell": number, **_run(shell, recorder, source, f"<cell {number}>")})
    _write(stream, {"done": True})


def _write(stream: TextIO, event: dict[str, Any]) -> None:
    stream.write(json.dumps(event) + "\n")
    stream.flush()


def _run(shell: Shell, recorder: Recorder, source: str, name: str) -> dict[str, Any]:
    recorder.reset()
    shell.name_code(name)
    error: BaseException | None
    try:
        result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
    except BaseException as raised:
        error = raised
    return {
        "error": _describe(error) if error is not None else None,
        "overflowed": recorder.overflowed,
        "stderr": "".join(o["text"] for o in recorder.outputs if o.get("name") == "stderr"),
        "value": next((_plain(o) for o in recorder.outputs if "execution_count" in o), None),
    }


def _plain(output: dict[str, Any]) -> str:
    return str(output["data"].get("text/plain", ""))[:TEXT_LIMIT]


def _describe(error: BaseException) -> dict[str, Any]:
    message = error.message if isinstance(error, Verdict) else None
    try:
        text = str(error)[:TEXT_LIMIT]
    except Exception:
        text = ""
    return {
        "type": type(error).__name__,
        "is_assertion": isinstance(error, AssertionError),
        "is_unwritten": isinstance(error, NotImplementedError),
        "is_missing_name": isinstance(error, NameError),
        "en": message.en if message else text,
        "zh": message.zh if message else text,
        "lines": _lines(error),
    }


def _lines(error: BaseException) -> list[tuple[int, int]]:
    """Return where it happened, as numbers of cells and of their lines, outermost first."""
    frames = traceback.walk_tb(error.__traceback__)
    lines = [(frame.f_code.co_filename, line) for frame, line in frames]
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        lines.append((error.filename, error.lineno))
    named = [(re.fullmatch(r"<cell (\d+)>", name), line) for name, line in lines]
    return [(int(match[1]), line) for match, line in named if match]
