"""The student's interpreter: runs cells and answers requests about what they defined.

One request, one answer. Nothing that it says is believed beyond its being plain data.
"""

from __future__ import annotations

import builtins
import contextlib
import fcntl
import os
import signal
import socket
import sys
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from . import wire
from .shell import Recorder, Shell, redirect_streams

Request = dict[str, Any]


class _OutOfTime(KeyboardInterrupt):
    """The time of a cell or call is up."""


class Server:
    """Serves one connection.

    Parameters
    ----------
    connection : socket
    shell : Shell
    recorder : Recorder
    """

    def __init__(self, connection: socket.socket, shell: Shell, recorder: Recorder) -> None:
        self.connection = connection
        self.shell = shell
        self.recorder = recorder
        self.objects: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.timed_out = False
        self.children: list[int] = []

    def serve(self) -> None:
        """Answer requests until the other end closes the connection."""
        signal.signal(signal.SIGALRM, self._on_alarm)
        while True:
            try:
                request, blob, fds = wire.receive_frame(self.connection)
            except (wire.ConnectionLost, OSError):
                os._exit(0)
            self.encoder = wire.Encoder(self._reference)
            answer = self._answer(request, blob, fds)
            if answer is not None:
                self._send(answer)

    def _send(self, answer: Any) -> None:
        try:
            wire.send_frame(self.connection, answer, self.encoder.blobs)
        except wire.CannotCross as error:
            wire.send_frame(self.connection, {"cannot": str(error)}, [])

    def _answer(self, request: Request, blob: memoryview, fds: list[int]) -> Any:
        operation = request["op"]
        if operation == "checkpoint":
            return self._checkpoint(fds[0])
        if operation == "run":
            return self._run(request)
        self.decoder = wire.Decoder(blob, self._resolve, writable=True)
        return self._guarded(getattr(self, f"_do_{operation}"), request)

    # ------------------------------------------------------------------------------ cells

    def _run(self, request: Request) -> Any:
        """Run a cell as a notebook does."""
        self.recorder.reset()
        self.recorder.is_muted = False
        self.recorder.limit = request["output_limit"]
        self.shell.name_code(request["name"])
        raised = ""
        start = self._captured_size()
        try:
            self._set_timer(request["seconds"])
            result = self.shell.run_cell(request["source"], store_history=True)
            error = result.error_before_exec or result.error_in_exec
            raised = type(error).__name__ if error is not None else ""
        except BaseException as error:
            raised = type(error).__name__
        finally:
            self._clear_timer()
        self._take_captured(start, request["output_limit"])
        return {
            "outputs": self.recorder.outputs,
            "raised": raised,
            "timed_out": self.timed_out,
            "overflowed": self.recorder.overflowed,
            "count": self.shell.execution_count,
        }

    def _captured_size(self) -> int:
        return os.fstat(1).st_size

    def _take_captured(self, start: int, limit: int) -> None:
        """Add what was written past Python, straight to the descriptors."""
        size = self._captured_size()
        if size > start:
            text = os.pread(1, limit, start).decode(errors="replace")
            self.recorder.outputs.append({"output_type": "stream", "name": "stdout", "text": text})
            self.recorder.overflowed |= size - start > limit

    # -------------------------------------------------------------------------- checkpoints

    def _checkpoint(self, fd: int) -> Any:
        """Fork: the child waits on a connection of its own, with everything as it is now."""
        connection = socket.socket(fileno=fd)
        sys.stdout.flush()
        # Forks that were killed count as processes until they are waited for.
        self.children = [child for child in self.children if _is_running(child)]
        try:
            pid = os.fork()
        except OSError:
            # Too many processes: the other end finds the connection closed.
            connection.close()
            return {"pid": 0}
        if pid:
            connection.close()
            self.children.append(pid)
            return {"pid": pid}
        # A signal to the process group is for this process alone.
        os.setsid()
        self.connection.close()
        self.connection = connection
        self.children = []
        return None

    # ----------------------------------------------------------------------------- requests

    def _guarded(self, operation: Any, request: Request) -> Any:
        """Do what is asked, and turn whatever happens into an answer."""
        self.recorder.reset()
        self.recorder.is_muted = True
        self.recorder.limit = request.get("output_limit", 2**24)
        start = self._captured_size()
        try:
            self._set_timer(request["seconds"])
            answer = operation(request)
        except wire.CannotCross as error:
            answer = {"cannot": str(error)}
        except BaseException as error:
            answer = {"error": self._describe(error)}
        finally:
            self._clear_timer()
        answer["timed_out"] = self.timed_out
        answer["overflowed"] = self.recorder.overflowed
        answer["stdout"] = self.recorder.wrote_stdout
        answer["stderr"] = self.recorder.wrote_stderr or self._captured_size() > start
        return answer

    def _do_names(self, request: Request) -> Any:
        """Look names up in the student's namespace."""
        found = {}
        for name in request["names"]:
            if name not in self.shell.user_ns:
                continue
            kept = len(self.encoder.blobs)
            try:
                found[name] = self.encoder.encode(self.shell.user_ns[name])
            except wire.CannotCross:
                del self.encoder.blobs[kept:]
                found[name] = self._number(self.shell.user_ns[name])
        return {"names": found}

    def _do_call(self, request: Request) -> Any:
        function = self.objects[request["object"]]
        arguments = self.decoder.decode(request["arguments"])
        keywords = self.decoder.decode(request["keywords"])
        before = self._form([arguments, keywords])
        value = self.encoder.encode(function(*arguments, **keywords))
        answer = {"value": value}
        # Arguments that were changed in place go back, as they would without a box.
        if self._form([arguments, keywords]) != before:
            answer["changed"] = self.encoder.encode([arguments, keywords])
        return answer

    def _form(self, value: Any) -> Any:
        encoder = wire.Encoder(self._reference)
        try:
            return encoder.encode(value), encoder.blobs
        except wire.CannotCross:
            return None

    def _do_operator(self, request: Request) -> Any:
        import operator

        arguments = self.decoder.decode(request["arguments"])
        return {"value": self.encoder.encode(getattr(operator, request["name"])(*arguments))}

    def _do_bind(self, request: Request) -> Any:
        self.shell.user_ns[request["name"]] = self.decoder.decode(request["value"])
        return {"value": None}

    def _do_unbind(self, request: Request) -> Any:
        self.shell.user_ns.pop(request["name"], None)
        return {"value": None}

    def _do_text(self, request: Request) -> Any:
        return {"value": self.encoder.encode(str(self.objects[request["object"]]))}

    def _do_is_instance(self, request: Request) -> Any:
        of = self.objects[request["class"]]
        return {"value": bool(isinstance(self.objects[request["object"]], of))}

    def _do_getattr(self, request: Request) -> Any:
        value = getattr(self.objects[request["object"]], request["name"])
        return {"value": self.encoder.encode(value)}

    def _do_setattr(self, request: Request) -> Any:
        value = self.decoder.decode(request["value"])
        setattr(self.objects[request["object"]], request["name"], value)
        return {"value": None}

    def _do_delattr(self, request: Request) -> Any:
        delattr(self.objects[request["object"]], request["name"])
        return {"value": None}

    def _do_files(self, request: Request) -> Any:
        for name, content in self.decoder.decode(request["files"]):
            path = Path.cwd() / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return {"value": None}

    # ------------------------------------------------------------------------------- values

    def _reference(self, value: Any) -> Any:
        if type(value).__module__ == "builtins" and type(value) is bytearray:
            raise wire.CannotCross("bytearray")
        return self._number(value)

    def _number(self, value: Any) -> Any:
        """Keep an object here and name it by a number, the same one each time."""
        number = self.numbers.get(id(value))
        if number is None:
            number = len(self.objects) + 1
            self.numbers[id(value)], self.objects[number] = number, value
        exception = ""
        if isinstance(value, type) and issubclass(value, BaseException):
            exception = _builtin_base(value)
        return ["h", number, type(value).__name__, callable(value), exception]

    def _resolve(self, tag: str, parts: list[Any]) -> Any:
        if tag != "r":
            raise wire.WireError(f"unknown kind {tag!r}")
        return self.objects[parts[0]]

    def _describe(self, error: BaseException) -> Any:
        """Describe an exception by its type, its text, and the line of a cell it came from."""
        line = None
        for frame, at in traceback.walk_tb(error.__traceback__):
            name = frame.f_code.co_filename
            if name.startswith("<cell "):
                line = [name, at]
        try:
            text = str(error)[:10_000]
        except BaseException:
            text = ""
        cause = type(error)
        is_builtin = getattr(builtins, cause.__name__, None) is cause
        kept = None if is_builtin else self._number(cause)[1]
        return {
            "type": _builtin_base(cause),
            "name": cause.__name__,
            "text": text,
            "line": line,
            "class": kept,
        }

    # --------------------------------------------------------------------------------- time

    def _set_timer(self, seconds: float) -> None:
        self.timed_out = False
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def _clear_timer(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _on_alarm(self, *_: Any) -> None:
        self.timed_out = True
        raise _OutOfTime


def _is_running(child: int) -> bool:
    try:
        return os.waitpid(child, os.WNOHANG)[0] == 0
    except ChildProcessError:
        return False


def _builtin_base(cause: type) -> str:
    for base in cause.__mro__:
        if getattr(builtins, base.__name__, None) is base:
            return str(base.__name__)
    return "Exception"


def prepare(modules: list[str]) -> tuple[Shell, Recorder]:
    """Load what every notebook needs, once, before boxes are forked."""
    from .shell import new_shell

    recorder = Recorder()
    shell = new_shell(recorder)
    warnings.simplefilter("ignore", ResourceWarning)
    for name in modules:
        with contextlib.suppress(ImportError):
            __import__(name)
    # The first cell is slower than all others: run one, and forget it.
    shell.run_cell("import numpy; numpy.zeros(1)", store_history=False)
    shell.reset(new_session=True)
    recorder.reset()
    return shell, recorder


def run(connection: socket.socket, shell: Shell, recorder: Recorder) -> None:
    """Become the student's interpreter."""
    captured, path = tempfile.mkstemp(dir="/tmp")
    os.unlink(path)  # noqa: PTH108 - it lives as long as somebody can write to it
    os.set_blocking(captured, True)
    fcntl.fcntl(captured, fcntl.F_SETFL, os.O_APPEND)
    for fd in (1, 2):
        os.dup2(captured, fd)
    os.close(captured)
    redirect_streams(recorder)
    assert isinstance(shell, InteractiveShell)
    # nbgrader's own Execute runs notebooks with these as well.
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    sys.path.insert(0, "")
    Server(connection, shell, recorder).serve()
