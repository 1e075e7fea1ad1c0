"""IPython without a kernel: run cells, and record what they show in nbformat's form.

Used at both ends: for the student's cells in the box, and for the instructor's outside it.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import io
import sys
from collections.abc import Sequence
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from traitlets import Type
from traitlets.config import Config

Output = dict[str, Any]


class OutputLimit(BaseException):
    """More was shown than is kept."""


class Recorder:
    """Collects a cell's outputs, up to a number of bytes.

    Attributes
    ----------
    outputs : list of dict
        nbformat 4 outputs.
    limit : int
        Bytes that are kept; what goes beyond raises `OutputLimit`.
    is_muted : bool
        Whether outputs are forgotten as they come.
    wrote_stderr, overflowed : bool
    """

    def __init__(self, limit: int = 2**20) -> None:
        self.limit = limit
        self.is_muted = False
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.outputs: list[Output] = []
        self.size = 0
        self.wrote_stderr = False
        self.overflowed = False

    def take(self) -> list[Output]:
        """Return the outputs so far, and forget them."""
        outputs = self.outputs
        self.reset()
        return outputs

    def write(self, name: str, text: str) -> None:
        """Record text of a stream."""
        self.wrote_stderr |= name == "stderr"
        self._count(len(text))
        if self.is_muted:
            return
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def add(self, output: Output) -> None:
        """Record any other output."""
        self._count(sum(len(str(value)) for value in output.get("data", {}).values()))
        if not self.is_muted:
            self.outputs.append(output)

    def _count(self, size: int) -> None:
        self.size += size
        if self.size > self.limit:
            self.overflowed = True
            raise OutputLimit(f"more than {self.limit} bytes of output")


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a cell."""

    encoding = "utf-8"

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder = recorder
        self.name = name

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return 1 if self.name == "stdout" else 2

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._recorder.write(self.name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    recorder: Recorder

    def publish(  # type: ignore[override]
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **kwargs: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id")
        if update:
            for output in self.recorder.outputs:
                if display_id is not None and output.get("display_id") == display_id:
                    output["data"], output["metadata"] = dict(data), dict(metadata or {})
            return
        output = {"output_type": "display_data", "data": dict(data), "metadata": metadata or {}}
        self.recorder.add(output | ({"display_id": display_id} if display_id else {}))

    def clear_output(self, wait: bool = False) -> None:
        self.recorder.outputs.clear()


class _Hook(DisplayHook):
    recorder: Recorder

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.recorder.add(
            {
                "output_type": "execute_result",
                "execution_count": self.prompt_count,
                "data": dict(format_dict),
                "metadata": dict(md_dict or {}),
            }
        )

    def finish_displayhook(self) -> None:
        pass


class _Compiler(CachingCompiler):
    """Names the code of a cell after the cell, so that a traceback tells which one it was."""

    cell = ""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return self.cell or super().get_code_name(raw_code, transformed_code, number)


class Shell(InteractiveShell):
    """An interactive shell that shows nothing and records everything."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    compiler_class = Type(_Compiler)
    recorder: Recorder
    last_value: Any = None

    def name_code(self, name: str) -> None:
        """Call the code of the next cells so."""
        assert isinstance(self.compile, _Compiler)
        self.compile.cell = name

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there is no window system."""

    def ask_exit(self) -> None:
        """Raise, so that ``exit`` ends the cell and not the process without a word."""
        raise SystemExit

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        self.recorder.outputs.append(
            {
                "output_type": "error",
                "ename": str(getattr(etype, "__name__", etype)),
                "evalue": _text_of(evalue),
                "traceback": [str(line) for line in stb],
            }
        )


def _text_of(value: Any) -> str:
    try:
        return str(value)
    except Exception:
        return ""


def new_shell(recorder: Recorder) -> Shell:
    """Make the process's one shell; ``get_ipython()`` returns it."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoindent = False
    config.InteractiveShell.xmode = "Context"
    # A fork of a process that has a shell of its own becomes this one's alone.
    InteractiveShell.clear_instance()
    shell = Shell.instance(config=config)
    shell.recorder = recorder
    for part in (shell.displayhook, shell.display_pub):
        assert isinstance(part, _Hook | _Publisher)
        part.recorder = recorder
    return shell


def redirect_streams(recorder: Recorder) -> None:
    """Make ``print`` write to the recorder."""
    sys.stdout = Stream(recorder, "stdout")
    sys.stderr = Stream(recorder, "stderr")


def run_statements(
    shell: Shell, statements: Sequence[ast.stmt], name: str, *, shows_last: bool
) -> BaseException | None:
    """Run statements in the shell's namespace, with their own line numbers.

    Parameters
    ----------
    shell : Shell
    statements : sequence of ast.stmt
    name : str
        Name of the code in tracebacks.
    shows_last : bool
        Whether the value of a last expression is shown, as at the end of a cell.

    Returns
    -------
    BaseException or None
        What was raised; it is recorded as an output too. The value of a last expression is left
        in ``shell.last_value``.
    """
    result = ExecutionResult(None)
    interactivity = "last_expr" if shows_last else "none"
    shell.displayhook.exec_result = result
    with shell.builtin_trap, shell.display_trap:
        flags = shell.compile.flags
        shell.compile.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        try:
            run = shell.run_ast_nodes(
                list(statements), name, interactivity, compiler=shell.compile, result=result
            )
            asyncio.run(run) if inspect.iscoroutine(run) else None
        finally:
            shell.compile.flags = flags
    shell.last_value = result.result
    shell.events.trigger("post_execute")
    shell.displayhook.exec_result = None
    error: BaseException | None = result.error_before_exec or result.error_in_exec
    return error
