"""The trusted side: runs the instructor's cells, and says what came of each grade cell."""

from __future__ import annotations

import ast
import re
import signal
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from IPython.core.displayhook import DisplayHook
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from autograder.box.shell import Recorder, Shell, new_shell, redirect_streams, run_statements
from autograder.exceptions import builtin_name, describe_exception
from autograder.names import merge, names_of
from autograder.plan import Step
from autograder.remote import BoxFailure, Process
from autograder.session import Examination, Session
from autograder.text import Text
from autograder.verdicts import Verdict

MANUAL = "manual"
LONGEST_MESSAGE = 2000
OUTPUT_LIMIT = 4 * 2**20
# Beyond the box's own deadline, for what the test itself computes.
TEST_SECONDS = 10.0

FAILURES = {
    "TLE": Text(
        "The time limit was exceeded. Look for a loop that never ends, or for work done again and "
        "again.",
        "超出时间限制。请检查有没有不会结束的循环，或者重复做的计算。",
    ),
    "MLE": Text(
        "The memory limit was exceeded. Which array grows larger than it needs to be?",
        "超出内存限制。看看哪个数组大得没有必要。",
    ),
    "OLE": Text("Far more was printed or returned than is kept.", "打印或返回的内容远远超出限制。"),
    "RE": Text(
        "The Python process ended while it ran your code.", "运行你的代码时，Python 进程终止了。"
    ),
}
ACCEPTED = Text("Accepted.", "通过。")
PARTIAL = Text("Part of the tests passed.", "通过了一部分测试。")
HIDDEN = Text("A hidden test was not passed.", "有隐藏测试未通过。")
BROKEN = Text(
    "This needs manual grading: the test itself has a syntax error.",
    "这一项需要人工评分：测试本身有语法错误。",
)
# What a submission draws and writes stays in the box.
STAYS_FIGURE = Text(
    "This needs manual grading: the test looks at the current figure, and the submission's figures "
    "stay in the sandbox.",
    "这一项需要人工评分：测试查看当前图像，而提交的图像留在沙箱里。",
)
STAYS_FILE = Text(
    "This needs manual grading: the test looks for a file that is not the course's.",
    "这一项需要人工评分：测试要找的文件不是课程自带的。",
)
STDERR = Text(
    "Your code wrote a warning or an error to stderr; nbgrader gives no points for that.",
    "你的代码向 stderr 输出了警告或错误，nbgrader 对此不给分。",
)


@dataclass(frozen=True)
class Outcome:
    """What came of one grade cell.

    Attributes
    ----------
    verdict : str
        AC, WA, RE, TLE, MLE, OLE, or "manual".
    points : float or None
        None where a person has to decide.
    message : Text
        Fit for students: no hidden input, no expected value.
    outputs : list of dict
        nbformat outputs, as fit.
    """

    verdict: str
    points: float | None
    message: Text
    outputs: list[dict[str, Any]]


class TrustedShell:
    """Runs instructor's code. One for each notebook, in a process of its own.

    Parameters
    ----------
    line_of : callable
        Returns a line of the student's, from our copy.
    has_exceeded_memory : callable
        Tells, after a connection was lost, whether the watchdog ended it.
    """

    def __init__(
        self,
        line_of: Callable[[str, int], str | None],
        has_exceeded_memory: Callable[[], bool],
    ) -> None:
        self.recorder = Recorder(OUTPUT_LIMIT)
        self.shell: Shell = new_shell(self.recorder)
        redirect_streams(self.recorder)
        self._line_of = line_of
        self._has_exceeded_memory = has_exceeded_memory
        self._sessions: list[Session] = []
        self._hidden_names: set[str] = set()
        self._given_names: set[str] = set()
        self._has_asked_hidden = False

    def run_setup(self, step: Step) -> None:
        """Run what of a setup cell or an answer belongs to the trusted side.

        A statement that fails here has failed in the box too, or is found missing by the tests.
        """
        for statement in step.trusted:
            with _alarm(TEST_SECONDS):
                run_statements(
                    self.shell, [statement], f"<setup {step.grade_id}>", shows_last=False
                )
        self.recorder.reset()

    def judge(self, step: Step, fork: Process, seconds: float) -> Outcome:
        """Run a grade cell against a fork of the box.

        Parameters
        ----------
        step : Step
        fork : Process
            Heard of no other hidden test before.
        seconds : float
            For the whole cell.
        """
        if step.is_broken:
            return _manual(BROKEN)
        namespace = dict(self.shell.user_ns)
        spare = _spare(fork)
        outcome, examination = self._judge_once(step, fork, seconds, writes_back=True)
        if not examination.changed or not outcome.points or spare is None:
            return outcome
        # A function that returns a result, and on the way changes what it was given, could make
        # the test expect whatever it likes. Its points must not depend on that.
        self.shell.user_ns.clear()
        self.shell.user_ns.update(namespace)
        again, _ = self._judge_once(step, spare, seconds, writes_back=False)
        if again.points is not None and again.points >= outcome.points:
            return outcome
        return _manual(
            Text(
                "A function changed its arguments, and the result depends on that.",
                "有函数改动了传入的参数，而结果取决于这一改动。",
            )
        )

    def _judge_once(
        self, step: Step, fork: Process, seconds: float, *, writes_back: bool
    ) -> tuple[Outcome, Examination]:
        # Forks share a folder and more: what one has heard, the next may say.
        examination = Examination(
            time.monotonic() + seconds,
            asked_by_hidden=self._has_asked_hidden,
            writes_back=writes_back,
            seeds=step.seeds,
        )
        session = Session(fork, self._line_of, examination)
        self._sessions.append(session)
        for earlier in self._sessions:
            earlier.examination = examination
        self.recorder.reset()
        shown, result, error = self._run(step, session, examination, seconds)
        self._has_asked_hidden |= examination.asked_by_hidden
        # What the notebook itself gives has the test's value from now on, as without a box; what
        # the student's cells bind is as they left it.
        self._given_names |= session.bound_by_test & step.given_names - step.student_names
        return self._conclude(step, examination, shown, result, error), examination

    def _run(
        self, step: Step, session: Session, examination: Examination, seconds: float
    ) -> tuple[list[Any], list[Any], BaseException | None]:
        """Run the cell; return what may be shown, all outputs, and what was raised."""
        shown: list[Any] = []
        everything: list[Any] = []
        error: BaseException | None = None
        name = f"<test {step.grade_id}>"
        try:
            with _alarm(seconds + TEST_SECONDS):
                ours = step.unknown_names & self.shell.user_ns.keys()
                session.mirror(
                    self.shell.user_ns,
                    step.student_names - ours,
                    step.given_names,
                    self._given_names,
                )
        except BoxFailure as failure:
            return shown, everything, failure
        chunks = _chunks(step)
        # As in Jupyter, a semicolon at the end hides the last value.
        shows_last = not DisplayHook.semicolon_at_end_of_expression(step.source)
        has_hidden = False
        for number, (is_hidden, statements) in enumerate(chunks, 1):
            # What a hidden test bound may stand in any line that comes after it.
            names = merge([names_of(statement) for statement in statements])
            if is_hidden or (names.now | names.later) & self._hidden_names:
                has_hidden = True
                self._hidden_names |= names.binds | names.touches
            examination.is_hidden = has_hidden
            with _alarm(seconds + TEST_SECONDS):
                error = run_statements(
                    self.shell, statements, name, shows_last=shows_last and number == len(chunks)
                )
            outputs = self.recorder.take()
            everything += outputs
            if not has_hidden and not examination.asked_by_hidden:
                shown += [o for o in outputs if o["output_type"] in ("stream", "display_data")]
            if error is not None:
                break
        session.release()
        return shown, everything, error

    def _conclude(
        self,
        step: Step,
        examination: Examination,
        shown: list[Any],
        everything: list[Any],
        error: BaseException | None,
    ) -> Outcome:
        failure = examination.failure or (error if isinstance(error, BoxFailure) else None)
        if failure is not None:
            code = failure.code
            if code == "RE" and self._has_exceeded_memory():
                code = "MLE"
            return _refused(code, FAILURES[code], shown)
        if examination.cannot:
            # Names of a student's classes may be made of hidden inputs.
            is_told = not (examination.is_hidden or examination.asked_by_hidden)
            what = examination.cannot if is_told else "an object"
            return _manual(
                Text(
                    f"This needs manual grading: {what} cannot be carried out of the sandbox.",
                    "这一项需要人工评分：有的对象无法从沙箱中传出。",
                )
            )
        if error is not None and not hasattr(error, "remote_name"):
            if step.looks_at_figure:
                return _manual(STAYS_FIGURE)
            if step.looks_for_file or isinstance(error, FileNotFoundError):
                return _manual(STAYS_FILE)
        if error is not None:
            return _refused(*_explain(step, examination, error), shown)
        if examination.wrote_stderr:
            everything = [*everything, {"output_type": "stream", "name": "stderr", "text": ""}]
        return _score(step, shown, everything, self.shell.last_value)


def _spare(fork: Process) -> Process | None:
    try:
        return fork.checkpoint()
    except BoxFailure:
        return None


def _chunks(step: Step) -> list[tuple[bool, list[ast.stmt]]]:
    """Split a cell into stretches of visible and of hidden statements."""

    def is_hidden(statement: ast.stmt) -> bool:
        last = statement.end_lineno or statement.lineno
        return any(first <= last and statement.lineno <= end for first, end in step.hidden_lines)

    return [(hidden, list(chunk)) for hidden, chunk in groupby(step.trusted, is_hidden)]


def _explain(step: Step, examination: Examination, error: BaseException) -> tuple[str, Text]:
    """Return the verdict on an exception, and what a student may be told of it."""
    if isinstance(error, Verdict):
        return error.code, error.message
    if hasattr(error, "remote_name"):
        code = "MLE" if isinstance(error, MemoryError) else "RE"
        told = describe_exception(_kind_of(error, examination), error.remote_line)  # type: ignore[attr-defined]
        return code, _with_text(told, error, examination)
    line = _test_line(step, error)
    if isinstance(error, NameError) and error.name in step.student_names:
        return "RE", Text(
            f"The name {error.name} is not defined. Did its cell run without an error?",
            f"名称 {error.name} 没有定义。它所在的单元格运行时有没有报错？",
        )
    if examination.is_hidden or line is None:
        return "WA", HIDDEN
    told = Text(f"This test was not passed: {line}", f"这一测试未通过：{line}")
    if examination.asked_by_hidden:
        return "WA", Text(
            f"{told.en}\nRun it in your notebook to see more.",
            f"{told.zh}\n在自己的笔记本里运行它，可以看到详细信息。",
        )
    return "WA", _with_text(told, error, examination)


def _kind_of(error: BaseException, examination: Examination) -> str:
    """Return an exception's type; a student's own class may be named after hidden inputs."""
    if examination.is_hidden or examination.asked_by_hidden:
        return builtin_name(error)
    return str(error.remote_name)  # type: ignore[attr-defined]


def _with_text(told: Text, error: BaseException, examination: Examination) -> Text:
    """Add an exception's text, unless it may quote hidden inputs."""
    if examination.is_hidden or examination.asked_by_hidden:
        return told
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    if not text:
        return told
    text = f"{type(error).__name__}: {text}"[:LONGEST_MESSAGE]
    return Text(f"{told.en}\n{text}", f"{told.zh}\n{text}")


def _test_line(step: Step, error: BaseException) -> str | None:
    """Return the line of the test at which it stopped, as the student's notebook shows it."""
    lines = step.source.splitlines()
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == f"<test {step.grade_id}>" and number <= len(lines):
            return lines[number - 1].strip()
    return None


def _score(step: Step, shown: list[Any], everything: list[Any], value: Any) -> Outcome:
    """Return the points that nbgrader reads from a cell's outputs."""
    values = [o for o in everything if o["output_type"] == "execute_result"]
    if values:
        # nbgrader gives full points for a last value that it cannot read as a number. A submission
        # may have made it one: an array where the test meant to count.
        if isinstance(value, np.integer | np.floating):
            values[0]["data"]["text/plain"] = repr(value.item())
        elif not isinstance(value, int | float | str) or value is False:
            return _manual(
                Text(
                    "This needs manual grading: the test's last value is no number of points.",
                    "这一项需要人工评分：测试最后的值不是分数。",
                )
            )
    cell = NotebookNode(
        cell_type="code",
        source=step.source,
        metadata=NotebookNode(
            nbgrader=NotebookNode(grade=True, solution=False, points=step.points, grade_id="")
        ),
        outputs=[NotebookNode(output) for output in everything],
    )
    try:
        points, most = determine_grade(cell)
    except (ValueError, KeyError) as error:
        told = Text(f"The test gave no valid points: {error}.", f"测试给出的分数无效：{error}。")
        return _manual(told)
    if points is not None and points < most:
        if any(o["output_type"] == "stream" and o["name"] == "stderr" for o in everything):
            return _refused("WA", STDERR, shown)
        return Outcome("WA", points, PARTIAL, [*shown, *map(_plain_result, values)])
    return Outcome("AC", points, ACCEPTED, [*shown, *map(_plain_result, values)])


def _plain_result(output: dict[str, Any]) -> dict[str, Any]:
    """Keep a number of points; anything else that a test evaluates to may be hidden."""
    text = str(output["data"].get("text/plain", ""))
    if not re.fullmatch(r"[-+.\deE]{1,30}", text):
        text = "..."
    return {**output, "data": {"text/plain": text}, "metadata": {}}


def _refused(code: str, message: Text, shown: Sequence[Any]) -> Outcome:
    name = {"WA": "WrongAnswer", "RE": "RuntimeError", "MLE": "MemoryLimitExceeded"}.get(
        code, {"TLE": "TimeLimitExceeded", "OLE": "OutputLimitExceeded"}.get(code, code)
    )
    error = {"output_type": "error", "ename": name, "evalue": str(message)}
    return Outcome(code, 0.0, message, [*shown, {**error, "traceback": [f"{code}: {message}"]}])


def _manual(message: Text) -> Outcome:
    output = {"output_type": "stream", "name": "stdout", "text": f"{message}\n"}
    return Outcome(MANUAL, None, message, [output])


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Stop a test that does not end, whatever the submission made it do."""

    def stop(*_: object) -> None:
        raise BoxFailure("TLE")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
