"""The student's interpreter: runs cells and answers requests about what they defined.

One request, one answer. Nothing that it says is believed beyond its being plain data.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import fcntl
import math
import operator
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
from .inplace import MUTABLE, change_in_place, is_small
from .randomness import set_state
from .shell import Recorder, Shell, redirect_streams

Request = dict[str, Any]
# Requests that run the student's code, which may change global names.
RUNS_CODE = {
    "call", "operator", "next", "await", "text", "getattr", "setattr", "delattr",
    "is_instance", "is_subclass",
}  # fmt: skip


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
        self.last_number = 0
        self.watched: dict[str, tuple[Any, Any]] = {}
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
        self.decoder = wire.Decoder(blob, self._resolve)
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
        for number in request.get("released", ()):
            self.numbers.pop(id(self.objects.pop(number, None)), None)
        self.recorder.reset()
        self.recorder.is_muted = not request.get("captures")
        self.recorder.limit = request.get("output_limit", 2**24)
        start = self._captured_size()
        try:
            self._set_timer(request["seconds"])
            answer = self._attempt(operation, request)
            if request["op"] in RUNS_CODE and "cannot" not in answer:
                self._add_rebound(answer)
        finally:
            self._clear_timer()
        answer["timed_out"] = self.timed_out
        answer["overflowed"] = self.recorder.overflowed
        answer["stderr"] = self.recorder.wrote_stderr or self._captured_size() > start
        if self.recorder.outputs:
            answer["streams"] = [
                [output["name"], output["text"]]
                for output in self.recorder.outputs
                if output["output_type"] == "stream"
            ]
        return answer

    def _attempt(self, operation: Any, request: Request) -> Any:
        try:
            return operation(request)
        except wire.CannotCross as error:
            return {"cannot": str(error)}
        except BaseException as error:
            self.encoder.blobs.clear()
            return {"error": self._describe(error)}

    def _do_names(self, request: Request) -> Any:
        """Look names up in the student's namespace, and watch them from then on."""
        self.watched = {}
        return self._named([name for name in request["names"] if name in self.shell.user_ns])

    def _named(self, names: list[str]) -> Any:
        found, numbers = {}, {}
        for name in names:
            value = self.shell.user_ns[name]
            self.watched[name] = (value, self._form(value))
            kept = len(self.encoder.blobs)
            try:
                found[name] = self.encoder.encode(value)
                numbers[name] = self._number_to_keep(value)
            except wire.CannotCross:
                del self.encoder.blobs[kept:]
                found[name] = self._reference(value)
        return {"names": found, "numbers": numbers}

    def _add_rebound(self, answer: Any) -> None:
        """Add the student's global names that are not what they were."""
        changed = [
            name
            for name, (value, form) in self.watched.items()
            if name in self.shell.user_ns and self._is_other(self.shell.user_ns[name], value, form)
        ]
        if changed:
            named = self._named(changed)
            answer["rebound"], answer["numbers"] = named["names"], named["numbers"]

    def _is_other(self, value: Any, known: Any, form: Any) -> bool:
        return value is not known or (form is not None and self._form(value) != form)

    def _do_call(self, request: Request) -> Any:
        function = self.objects[request["object"]]
        arguments = self.decoder.decode(request["arguments"])
        keywords = self.decoder.decode(request["keywords"])
        before = wire.form_of([arguments, keywords], self._reference)
        value = function(*arguments, **keywords)
        answer = self._value(value)
        # Arguments that were changed in place go back, as they would without a box.
        if wire.form_of([arguments, keywords], self._reference) != before:
            answer["changed"] = self.encoder.encode([arguments, keywords])
        given = [*arguments, *keywords.values()]
        answer["given"] = [self._number_to_keep(argument) for argument in given]
        return answer

    def _value(self, value: Any) -> Any:
        return {"value": self.encoder.encode(value), "number": self._number_to_keep(value)}

    def _form(self, value: Any) -> Any:
        """Return a form of what can be changed in place, to tell later whether it was."""
        small = type(value) in MUTABLE and is_small(value)
        return wire.form_of(value, self._reference) if small else None

    def _do_operator(self, request: Request) -> Any:
        arguments = self.decoder.decode(request["arguments"])
        name = request["name"]
        function = getattr(operator, name, None) or getattr(math, name, None)
        return self._value((function or getattr(builtins, name))(*arguments))

    def _do_next(self, request: Request) -> Any:
        return self._value(next(self.objects[request["object"]]))

    def _do_await(self, request: Request) -> Any:
        async def wait() -> Any:
            return await self.objects[request["object"]]

        return self._value(asyncio.run(wait()))

    def _do_bind(self, request: Request) -> Any:
        value = self.shell.user_ns[request["name"]] = self.decoder.decode(request["value"])
        self.watched.pop(request["name"], None)
        return {"number": self._number_to_keep(value)}

    def _do_unbind(self, request: Request) -> Any:
        self.shell.user_ns.pop(request["name"], None)
        self.watched.pop(request["name"], None)
        return {}

    def _do_update(self, request: Request) -> Any:
        """Do to a value what the test has done to its copy."""
        number = request["object"]
        changed = change_in_place(self.objects[number], self.decoder.decode(request["value"]))
        if changed is not self.objects[number]:
            raise wire.CannotCross("an array that was given another shape")
        for name, (value, _) in self.watched.items():
            if value is changed:
                self.watched[name] = (value, self._form(value))
        return {}

    def _do_seed(self, request: Request) -> Any:
        """Take over the state of a test's random numbers."""
        set_state(self.decoder.decode(request["value"]))
        return {}

    def _do_text(self, request: Request) -> Any:
        return {"value": self.encoder.encode(str(self.objects[request["object"]]))}

    def _do_is_instance(self, request: Request) -> Any:
        of = self.objects[request["of"]]
        return {"value": bool(isinstance(self.objects[request["object"]], of))}

    def _do_is_subclass(self, request: Request) -> Any:
        of = self.objects[request["of"]]
        return {"value": bool(issubclass(self.objects[request["object"]], of))}

    def _do_getattr(self, request: Request) -> Any:
        return self._value(getattr(self.objects[request["object"]], request["name"]))

    def _do_setattr(self, request: Request) -> Any:
        value = self.decoder.decode(request["value"])
        setattr(self.objects[request["object"]], request["name"], value)
        return {"number": self._number_to_keep(value)}

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
        return ["h", self._number(value), self._about(value)]

    def _number(self, value: Any) -> int:
        """Keep an object here and name it by a number, the same one each time."""
        number = self.numbers.get(id(value))
        if number is None:
            self.last_number += 1
            number = self.last_number
            self.numbers[id(value)], self.objects[number] = number, value
        return number

    def _number_to_keep(self, value: Any) -> int:
        """Return a number for a plain value that both sides can change, 0 for others."""
        return self._number(value) if type(value) in MUTABLE else 0

    def _about(self, value: Any) -> Any:
        """Describe an object; nobody has to believe it."""
        is_class = isinstance(value, type)
        kind = value if is_class else type(value)
        own = isinstance(kind, type) and kind.__module__ == "__main__"
        about = {
            "name": kind.__name__,
            "is_callable": any("__call__" in vars(base) for base in kind.__mro__),
            "is_iterator": hasattr(kind, "__next__"),
            "compares_by_identity": _inherits(kind, "__eq__") and _inherits(kind, "__hash__"),
            "is_kind_of_builtin": _is_kind_of_other(kind),
        }
        if is_class:
            about["is_class"] = own
            if issubclass(kind, BaseException):
                about["exception"] = _builtin_base(kind)
        elif own:
            about["class"] = self._reference(kind)
        return about

    def _resolve(self, tag: str, parts: list[Any]) -> Any:
        if tag == "again":
            return self.decoder.made[parts[0]]
        if tag == "r":
            return self.objects[parts[0]]
        raise wire.WireError(f"unknown kind {tag!r}")

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
        described = {
            "type": _builtin_base(cause),
            "name": cause.__name__,
            "text": text,
            "line": line,
            "arguments": self._arguments_of(error),
        }
        if getattr(builtins, cause.__name__, None) is not cause:
            described["class"], described["number"] = self._reference(cause), self._number(error)
        return described

    def _arguments_of(self, error: BaseException) -> Any:
        try:
            return self.encoder.encode(tuple(error.args))
        except Exception:
            self.encoder.blobs.clear()
            return None

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


def _inherits(kind: type, method: str) -> bool:
    return getattr(kind, method, None) is getattr(object, method)


def _is_kind_of_other(kind: type) -> bool:
    """Tell whether a class has a base, beyond ``object``, that is not the notebook's own."""
    plain = kind.__module__ in ("builtins", "types")
    others = (base for base in kind.__mro__ if base.__module__ != "__main__")
    return not plain and any(base is not object for base in others)


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
