"""The student's check: run the visible tests of a released notebook, and say how each went.

It needs no sandbox, no file of the instructor's and no gradebook: students run their own code on
their own machine. It decides nothing; the hidden tests do.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import nbformat
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.text import Text

Code = Literal["AC", "WA", "RE", "TLE", "OLE"]
COLOURS = {"AC": "green", "WA": "red", "RE": "magenta", "TLE": "yellow", "OLE": "yellow"}
FOLDERS = (Path(), Path("assignments"))
HIDDEN_DECIDE = Text(
    "These are the visible tests. Hidden tests, with other inputs, decide your points.",
    "以上只是可见测试；最终得分由使用其他输入的隐藏测试决定。",
)


class CheckError(ValueError):
    """There is nothing to check; the message says why and what to do."""


@dataclass(frozen=True)
class Outcome:
    """How one visible test went.

    Attributes
    ----------
    name : str
        The nbgrader id of its cell.
    verdict : {"AC", "WA", "RE", "TLE", "OLE"}
    message : Text
        What is wrong; empty if all is well.
    """

    name: str
    verdict: Code
    message: Text


@dataclass(frozen=True)
class Report:
    """How the visible tests of a notebook went.

    Attributes
    ----------
    notebook : Path
    tests : tuple of Outcome
    hidden : int
        Number of tests of which the released notebook shows nothing.
    seconds : float
        Time that the whole notebook took.
    """

    notebook: Path
    tests: tuple[Outcome, ...]
    hidden: int
    seconds: float

    @property
    def is_accepted(self) -> bool:
        """Whether every visible test is accepted."""
        return all(test.verdict == "AC" for test in self.tests)


@dataclass(frozen=True)
class _Cell:
    """A code cell: ``name`` is how messages call it."""

    name: str
    source: str
    is_test: bool
    is_own: bool

    @property
    def is_hidden(self) -> bool:
        """Whether it is a test of which the release left nothing but comments."""
        lines = (line.strip() for line in self.source.splitlines())
        return self.is_test and all(not line or line.startswith("#") for line in lines)


def find_notebooks(name: str, root: Path) -> list[Path]:
    """Find the notebooks that a student means.

    Parameters
    ----------
    name : str
        An assignment (its folder lies in ``root`` or in ``root/assignments``), a folder or a
        notebook.
    root : Path
        Where the student is.

    Returns
    -------
    list of Path

    Raises
    ------
    CheckError
        When there are none.
    """
    path = root / name
    if path.suffix == ".ipynb":
        if path.is_file():
            return [path]
        raise CheckError(f"There is no notebook {name} here; look at the spelling and the folder.")
    folders = [root / folder / name for folder in FOLDERS]
    for folder in folders:
        if found := sorted(folder.glob("*.ipynb")):
            return found
    if any(folder.is_dir() for folder in folders):
        raise CheckError(f"There is no notebook in {name}; fetch the assignment again.")
    raise CheckError(
        f"There is no assignment {name} here: change to the folder that holds {name} or "
        f"assignments/{name}, or name the notebook itself (autograder check path/to/it.ipynb)."
    )


def check(path: Path, seconds: int = 120) -> Report:
    """Run a notebook as it is, and judge its visible tests.

    Parameters
    ----------
    path : Path
        A released notebook, with the student's answers.
    seconds : int
        Time for the whole notebook.

    Returns
    -------
    Report

    Raises
    ------
    CheckError
        When it is no notebook, or has no tests.
    """
    cells = _read(path)
    started = time.monotonic()
    run = _Run(cells, seconds, *_execute(cells, path.absolute().parent, seconds))
    tests = tuple(
        run.judge(number)
        for number, cell in enumerate(cells)
        if cell.is_test and not cell.is_hidden
    )
    hidden = sum(cell.is_hidden for cell in cells)
    return Report(path, tests, hidden, time.monotonic() - started)


def show(console: Console, report: Report) -> None:
    """Print a table of verdicts, what is wrong, and who decides."""
    table = Table("test", "verdict", title=escape(report.notebook.name), title_justify="left")
    for test in report.tests:
        table.add_row(escape(test.name), f"[bold {COLOURS[test.verdict]}]{test.verdict}[/]")
    console.print(table)
    _show_messages(console, report)
    accepted, total = sum(test.verdict == "AC" for test in report.tests), len(report.tests)
    console.print(
        f"{accepted} of {total} visible tests accepted. 通过 {accepted}/{total} 项可见测试。"
    )
    console.print(f"{HIDDEN_DECIDE.en} {HIDDEN_DECIDE.zh}")


def _show_messages(console: Console, report: Report) -> None:
    """Print what is wrong, once for all tests of which the same is to be said."""
    names: dict[tuple[Code, Text], list[str]] = {}
    for test in report.tests:
        if test.verdict != "AC":
            names.setdefault((test.verdict, test.message), []).append(test.name)
    for (verdict, message), tests in names.items():
        console.print(f"[bold {COLOURS[verdict]}]{verdict}[/] {escape(', '.join(tests))}")
        # What a course says in both languages at once is printed once.
        for text in dict.fromkeys((message.en, message.zh)):
            console.print(text, markup=False, highlight=False)


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as plain data, for ``--json``."""
    return {
        "notebook": report.notebook.as_posix(),
        "accepted": report.is_accepted,
        "seconds": round(report.seconds, 3),
        "hidden": report.hidden,
        "tests": [asdict(test) for test in report.tests],
        "note": asdict(HIDDEN_DECIDE),
    }


# ------------------------------------------------------------------------------ the notebook


def _read(path: Path) -> list[_Cell]:
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:
        raise CheckError(
            f"{path.name} cannot be read as a notebook ({type(error).__name__}); open it in "
            "Jupyter and save it again, or fetch the assignment again."
        ) from error
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    cells = [_cell(number, cell) for number, cell in enumerate(code, 1)]
    if not any(cell.is_test and not cell.is_hidden for cell in cells):
        raise CheckError(
            f"{path.name} has no visible tests; check a notebook that your course has released."
        )
    return cells


def _cell(number: int, cell: Any) -> _Cell:
    mark = cell.metadata.get("nbgrader") or {}
    is_solution = bool(mark.get("solution"))
    return _Cell(
        str(mark.get("grade_id") or f"code cell {number}"),
        str(cell.source),
        # A cell that is both is an answer that a person reads.
        is_test=bool(mark.get("grade")) and not is_solution,
        is_own=is_solution or not mark,
    )


# ----------------------------------------------------------------------------------- the run


def _execute(
    cells: list[_Cell], folder: Path, seconds: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Run the cells in a process of their own, in the notebook's folder.

    Returns
    -------
    list of dict, int or None
        What `autograder.check_child` wrote, and the exit code; None when the time was over.

    Raises
    ------
    CheckError
        When nothing could be run at all.
    """
    with tempfile.TemporaryDirectory(prefix="autograder-") as temporary:
        job, results, errors = (Path(temporary, name) for name in ("job", "results", "errors"))
        job.write_text(json.dumps([cell.source for cell in cells]), encoding="utf-8")
        with errors.open("wb") as stream:
            exit_code = _run_child([str(job), str(results)], folder, seconds, stream)
        events = _events(results.read_text(encoding="utf-8")) if results.exists() else []
        said = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    if not events and exit_code is not None:
        reason = said[-1] if said else f"exit code {exit_code}"
        raise CheckError(
            f"Python cannot run notebooks here ({reason}); install what is missing, for instance "
            "with 'python -m pip install numpy matplotlib ipython'."
        )
    return events, exit_code


def _run_child(arguments: list[str], folder: Path, seconds: int, stderr: BinaryIO) -> int | None:
    root = str(Path(__file__).parents[1])
    code = f"import sys; sys.path.append({root!r}); from autograder.check_child import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, **_variables()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        # So that what the cells started can be ended with them.
        start_new_session=True,
    ) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)


def _variables() -> dict[str, str]:
    return {
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _events(text: str) -> list[dict[str, Any]]:
    # A process that is killed may leave half a line.
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


class _Run:
    """What came of a run, and how its tests are judged.

    Parameters
    ----------
    cells : list of _Cell
    seconds : int
    events : list of dict
    exit_code : int or None
        None when the time was over.
    """

    def __init__(
        self,
        cells: list[_Cell],
        seconds: int,
        events: list[dict[str, Any]],
        exit_code: int | None,
    ) -> None:
        self.cells = cells
        self.seconds = seconds
        self.exit_code = exit_code
        self.ends = {event["cell"]: event for event in events if "error" in event}
        self.last = max((event["cell"] for event in events if "cell" in event), default=0)

    def judge(self, number: int) -> Outcome:
        """Judge the test in a cell."""
        end = self.ends.get(number)
        verdict, message = self._judge_end(number, end) if end else self._judge_no_end(number)
        return Outcome(self.cells[number].name, verdict, message)

    def _judge_end(self, number: int, end: dict[str, Any]) -> tuple[Code, Text]:
        error = end["error"]
        if end["overflowed"]:
            return "OLE", Text("It printed more than 1 MiB.", "输出超过 1 MiB。")
        if error and error["is_assertion"]:
            return "WA", self._wrong(number, error)
        if error:
            return "RE", self._raised(number, error)
        if end["stderr"]:
            return "RE", _on_stderr(end["stderr"])
        return _judge_value(end["value"])

    def _judge_no_end(self, number: int) -> tuple[Code, Text]:
        """Judge a test that was running when the process ended, or was never reached."""
        culprit = self.cells[self.last].name
        if self.exit_code is None:
            why = Text(f"the {self.seconds} s were over", f"{self.seconds} 秒时间已用完")
            verdict: Code = "TLE"
        else:
            code = self.exit_code
            why = Text(f"Python ended (exit code {code})", f"Python 已退出（退出码 {code}）")
            verdict = "RE"
        if number == self.last:
            return verdict, Text(f"While it ran, {why.en}.", f"运行期间，{why.zh}。")
        return verdict, Text(
            f"Not reached: {why.en} while the cell '{culprit}' ran.",
            f"未运行到：在运行单元格 '{culprit}' 时，{why.zh}。",
        )

    def _wrong(self, number: int, error: dict[str, Any]) -> Text:
        if error["en"].strip():
            return Text(error["en"].strip(), error["zh"].strip())
        where = self._line(error, lambda cell: cell is self.cells[number])
        line = where[2] if where else ""
        return Text(f"This does not hold: {line}", f"以下断言不成立：{line}")

    def _raised(self, number: int, error: dict[str, Any]) -> Text:
        cause = self._failure_before(number) if error["is_missing_name"] else None
        unwritten = next((e for e in (error, cause and cause[1]) if e and e["is_unwritten"]), None)
        if unwritten:
            return self._unwritten(unwritten)
        texts = [_name(error)]
        if where := self._line(error, lambda cell: cell.is_own):
            cell, line, source = where
            texts.append(
                Text(
                    f"Your line {line} in '{cell}': {source}",
                    f"你的代码（'{cell}' 第 {line} 行）：{source}",
                )
            )
        if cause:
            earlier = _name(cause[1])
            texts.append(
                Text(
                    f"Before it, the cell '{cause[0]}' failed. {earlier.en}",
                    f"在此之前，单元格 '{cause[0]}' 已经出错。{earlier.zh}",
                )
            )
        return Text.lines(texts)

    def _unwritten(self, error: dict[str, Any]) -> Text:
        where = self._line(error, lambda cell: cell.is_own)
        if not where:
            return Text("Not written yet.", "尚未完成。")
        cell, line, _ = where
        return Text(
            f"Not written yet: line {line} of '{cell}' still raises NotImplementedError.",
            f"尚未完成：'{cell}' 第 {line} 行仍然抛出 NotImplementedError。",
        )

    def _failure_before(self, number: int) -> tuple[str, dict[str, Any]] | None:
        """Return the first cell before a test that failed without being a test itself."""
        for earlier, cell in enumerate(self.cells[:number]):
            error = self.ends.get(earlier, {}).get("error")
            if error and not cell.is_test:
                return cell.name, error
        return None

    def _line(
        self, error: dict[str, Any], is_meant: Callable[[_Cell], bool]
    ) -> tuple[str, int, str] | None:
        """Return the innermost line of such a cell that an exception went through."""
        for number, line in reversed(error["lines"]):
            cell = self.cells[number]
            lines = cell.source.splitlines()
            if is_meant(cell) and line <= len(lines):
                return cell.name, line, lines[line - 1].strip()
        return None


def _name(error: dict[str, Any]) -> Text:
    what = f"{error['type']}: {error['en'].strip()}".removesuffix(": ")
    return Text(f"It raised {what}", f"抛出了 {what}")


def _on_stderr(text: str) -> Text:
    last = (text.strip().splitlines() or [""])[-1]
    return Text(
        f"It wrote to stderr, as a warning does, and nbgrader gives no points for that: {last}",
        f"它向 stderr 输出了内容（例如警告），nbgrader 因此不给分：{last}",
    )


def _judge_value(value: str | None) -> tuple[Code, Text]:
    """Judge a test that ended well by its last value, which is its partial credit."""
    try:
        points = float(value or "nan")
    except ValueError:
        points = math.nan
    if points == 0:
        return "WA", Text("The visible test gives no points.", "可见测试没有给分。")
    # A hidden part may add to it: it is no fault that it is less than the cell's points.
    return "AC", Text("", "")
