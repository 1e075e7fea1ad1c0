"""The trusted end of the connection to a box: requests, handles, failures.

A :class:`Handle` stands for an object that has no plain form. Everything that is done with it
becomes a request to the box; nothing is ever stored on it. What the box answers is plain data.
"""

from __future__ import annotations

import builtins
import operator
import os
import socket
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.box import wire
from autograder.box.shell import Stream

# How long a box may take to notice that its time is up, before it is killed.
GRACE_SECONDS = 3.0
CHECKPOINT_SECONDS = 20.0
_MISSING = object()


class BoxFailure(BaseException):
    """The box did not answer: no ``except Exception`` of a test may take it for an answer.

    Parameters
    ----------
    code : {"TLE", "OLE", "RE"}
        An online judge's word for what happened; a lost connection may turn out to be MLE.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Process:
    """A process of the box that answers requests.

    Parameters
    ----------
    connection : socket
    pid : int
        Its number inside the box, as the box says; 0 where it is not known.
    """

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self._connection = connection
        self.pid = pid
        self.is_alive = True

    def request(
        self,
        form: dict[str, Any],
        blobs: list[bytes],
        seconds: float,
        fd: int | None = None,
    ) -> tuple[dict[str, Any], memoryview]:
        """Send a request and wait for the answer.

        Raises
        ------
        BoxFailure
            When there is none in time, or it breaks the rules.
        CannotCross
            When the request is too large to be sent.
        """
        deadline = time.monotonic() + seconds + GRACE_SECONDS
        try:
            self._connection.settimeout(seconds + GRACE_SECONDS)
            wire.send_frame(self._connection, form, blobs, fd)
            answer, blob, fds = wire.receive_frame(self._connection, deadline)
        except TimeoutError as error:
            self.is_alive = False
            raise BoxFailure("TLE") from error
        except wire.WireError as error:
            self.is_alive = False
            too_large = isinstance(error, wire.TooLarge)
            raise BoxFailure("OLE" if too_large else "RE") from error
        except (wire.ConnectionLost, OSError) as error:
            self.is_alive = False
            raise BoxFailure("RE") from error
        for received in fds:
            os.close(received)
        if type(answer) is not dict:
            self.is_alive = False
            raise BoxFailure("RE")
        return answer, blob

    def checkpoint(self) -> Process:
        """Fork it; the child waits on a connection of its own."""
        ours, theirs = socket.socketpair()
        with theirs:
            answer, _ = self.request(
                {"op": "checkpoint"}, [], CHECKPOINT_SECONDS, fd=theirs.fileno()
            )
        pid = answer.get("pid")
        return Process(ours, pid if type(pid) is int else 0)

    def run(self, source: str, name: str, seconds: float, output_limit: int) -> dict[str, Any]:
        """Run a notebook's cell; return what the box says of it, with exact types or defaults."""
        answer, _ = self.request(
            {
                "op": "run",
                "source": source,
                "name": name,
                "seconds": seconds,
                "output_limit": output_limit,
            },
            [],
            seconds,
        )
        outputs = answer.get("outputs")
        count = answer.get("count")
        return {
            "outputs": outputs if type(outputs) is list else [],
            "raised": str(answer.get("raised", ""))[:100],
            "timed_out": answer.get("timed_out") is True,
            "overflowed": answer.get("overflowed") is True,
            "count": count if type(count) is int else None,
        }

    def write_files(self, files: Mapping[str, bytes]) -> None:
        """Write files into the working folder; what the disk limit refuses is left out."""
        encoder = wire.Encoder(_no_reference)
        form = encoder.encode([(name, content) for name, content in files.items()])
        request = {"op": "files", "files": form, "seconds": CHECKPOINT_SECONDS}
        self.request(request, encoder.blobs, CHECKPOINT_SECONDS)

    def close(self) -> None:
        """Close the connection; an honest process ends by that."""
        self.is_alive = False
        self._connection.close()


def _no_reference(value: Any) -> Any:
    raise wire.CannotCross(f"a {type(value).__name__}")


@dataclass
class Examination:
    """What is noted while one grade cell is judged, whichever forks of the box it talks to.

    Attributes
    ----------
    deadline : float
        Value of ``time.monotonic()`` at which the cell's time is up.
    is_hidden : bool
        Whether a hidden test is running now.
    asked_by_hidden : bool
        Whether a hidden test has asked the box: what the box says may then hold hidden inputs.
    failure : BoxFailure or None
        Why the box stopped answering. Whatever the test made of it, it decides the verdict.
    cannot : str
        What could not be carried; the cell then needs manual grading.
    changed : bool
        Whether a call that returned something changed its arguments as well.
    writes_back : bool
        Whether changes of arguments are made on the trusted side too.
    wrote_stderr : bool
        Whether a call wrote to stderr, for which nbgrader gives no points.
    """

    deadline: float
    is_hidden: bool = False
    asked_by_hidden: bool = False
    failure: BoxFailure | None = None
    cannot: str = ""
    changed: bool = False
    writes_back: bool = True
    wrote_stderr: bool = False


class Session:
    """Conversation with one fork of the box.

    Parameters
    ----------
    process : Process
        The fork.
    line_of : callable
        ``line_of(cell name, line number)`` returns the student's own line, from our copy.

    Attributes
    ----------
    examination : Examination
        Of the cell that is being judged; objects of an earlier cell are examined by later ones.
    """

    def __init__(
        self,
        process: Process,
        line_of: Callable[[str, int], str | None],
        examination: Examination,
    ) -> None:
        self.process = process
        self.line_of = line_of
        self.examination = examination
        self._handles: dict[int, Any] = {}
        self._namespace: dict[str, Any] = {}
        self._mirrored: dict[str, Any] = {}

    # ----------------------------------------------------------------------------- requests

    def names(self, names: Iterable[str]) -> dict[str, Any]:
        """Return what the student's namespace holds under some names."""
        answer, blob = self._ask({"op": "names", "names": sorted(names)}, [])
        found = answer.get("names")
        decoder = self._decoder(blob)
        # A box that has been taken over may try to bind what nobody has asked it for.
        if type(found) is not dict or not found.keys() <= set(names):
            raise self._fail(BoxFailure("RE"))
        try:
            # In the order in which the box wrote them: raw bytes follow one another.
            return {name: decoder.decode(form) for name, form in found.items()}
        except wire.WireError as error:
            raise self._fail(BoxFailure("RE")) from error

    def mirror(self, namespace: dict[str, Any], names: Iterable[str]) -> None:
        """Bind names of a namespace to what the box holds, and keep both in step from then on.

        A test that deletes a student's name, or gives it another value, does so in the box too.
        """
        found = self.names(names)
        for name in names:
            namespace.pop(name, None)
        namespace.update(found)
        self._namespace = namespace
        self._mirrored = {name: found.get(name, _MISSING) for name in names}

    def _keep_in_step(self) -> None:
        for name, known in self._mirrored.items():
            now = self._namespace.get(name, _MISSING)
            if now is known:
                continue
            self._mirrored[name] = now
            if now is _MISSING:
                self._ask({"op": "unbind", "name": name}, [])
            else:
                encoder = self.encoder()
                form = encoder.encode(now)
                self._ask({"op": "bind", "name": name, "value": form}, encoder.blobs)

    def release(self) -> None:
        """Forget the namespace: later cells have names of their own."""
        for name, known in self._mirrored.items():
            if self._namespace.get(name, _MISSING) is known:
                self._namespace.pop(name, None)
        self._mirrored = {}

    def ask(self, operation: str, encoder: wire.Encoder | None = None, **details: Any) -> Any:
        """Send a request about a handle; return the value that comes back.

        Raises
        ------
        BoxFailure
        CannotCross
            When a value has no plain form; the session remembers it.
        Exception
            What the student's code raised, of the same built-in type.
        """
        self._keep_in_step()
        blobs = encoder.blobs if encoder else []
        answer, blob = self._ask({"op": operation, **details}, blobs)
        decoder = self._decoder(blob)
        if "error" in answer:
            raise self._exception(answer["error"])
        try:
            value = decoder.decode(answer.get("value"))
            if "changed" in answer:
                return value, decoder.decode(answer["changed"])
        except wire.WireError as error:
            raise self._fail(BoxFailure("RE")) from error
        return (value, None) if operation == "call" else value

    def encoder(self) -> wire.Encoder:
        """Return an encoder for arguments: handles of this session go as what they stand for."""
        return wire.Encoder(self._reference)

    def refuse(self, what: str) -> wire.CannotCross:
        """Remember that something cannot be carried; return the error to raise."""
        self.examination.cannot = self.examination.cannot or what
        return wire.CannotCross(what)

    def _ask(self, form: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], memoryview]:
        noted = self.examination
        if noted.failure:
            raise noted.failure
        noted.asked_by_hidden |= noted.is_hidden
        seconds = max(0.01, noted.deadline - time.monotonic())
        try:
            answer, blob = self.process.request({**form, "seconds": seconds}, blobs, seconds)
        except BoxFailure as failure:
            raise self._fail(failure) from None
        except wire.CannotCross as error:
            raise self.refuse(str(error)) from None
        noted.wrote_stderr |= answer.get("stderr") is True
        if answer.get("timed_out") is True:
            raise self._fail(BoxFailure("TLE"))
        if answer.get("stdout") is True and not isinstance(sys.stdout, Stream):
            raise self.refuse("what a call prints")
        if answer.get("overflowed") is True:
            raise self._fail(BoxFailure("OLE"))
        if "cannot" in answer:
            raise self.refuse(str(answer["cannot"])[:200])
        return answer, blob

    def _fail(self, failure: BoxFailure) -> BoxFailure:
        self.examination.failure = failure
        return failure

    # -------------------------------------------------------------------------------- values

    def _decoder(self, blob: memoryview) -> wire.Decoder:
        return wire.Decoder(blob, self._resolve, writable=False)

    def _resolve(self, tag: str, parts: list[Any]) -> Any:
        number, name, is_callable, exception = parts
        if tag != "h" or type(number) is not int or type(name) is not str:
            raise wire.WireError("a malformed handle")
        if number not in self._handles:
            base = _exception_type(exception) if exception else None
            if base:
                self._handles[number] = type("RemoteError", (base,), {"_remote_class": number})
            else:
                kind = CallableHandle if is_callable is True else Handle
                self._handles[number] = kind(self, number, name[:100])
        return self._handles[number]

    def _reference(self, value: Any) -> Any:
        if isinstance(value, Handle):
            session, number = _identity(value)
            if session is self:
                return ["r", number]
            raise self.refuse("an object from another test cell")
        remote_class = getattr(value, "_remote_class", None) if isinstance(value, type) else None
        if type(remote_class) is int:
            return ["r", remote_class]
        raise self.refuse(f"a value of type {type(value).__name__}")

    def _exception(self, described: Any) -> BaseException:
        """Rebuild an exception, of the same built-in type and with the student's own line."""
        described = described if type(described) is dict else {}
        kind = _exception_type(described.get("type")) or RuntimeError
        mirrored = self._handles.get(described.get("class") or 0)
        if isinstance(mirrored, type) and issubclass(mirrored, kind):
            kind = mirrored
        try:
            error = kind(str(described.get("text", "")))
        except TypeError:
            # UnicodeDecodeError and a few others want more than a text.
            error = kind.__new__(kind)
        line = described.get("line")
        own_line = None
        if type(line) is list and len(line) == 2 and type(line[1]) is int:
            own_line = self.line_of(str(line[0]), line[1])
        error.remote_name = str(described.get("name", kind.__name__))[:60]  # type: ignore[attr-defined]
        error.remote_line = own_line  # type: ignore[attr-defined]
        return error


def _exception_type(name: Any) -> type[BaseException] | None:
    found = getattr(builtins, name, None) if type(name) is str else None
    if isinstance(found, type) and issubclass(found, BaseException):
        # Groups need members; they are told as what they are a kind of.
        return Exception if issubclass(found, BaseExceptionGroup) else found
    return None


class Handle:
    """Stands for an object in the box: a request for everything that is done with it."""

    __slots__ = ("__name", "__number", "__session", "__weakref__")

    def __init__(self, session: Session, number: int, name: str) -> None:
        object.__setattr__(self, "_Handle__session", session)
        object.__setattr__(self, "_Handle__number", number)
        object.__setattr__(self, "_Handle__name", name)

    def __repr__(self) -> str:
        return f"<the submission's {self.__name}>"

    def __str__(self) -> str:
        text = self.__session.ask("text", object=self.__number)
        if type(text) is not str:
            raise self.__session.refuse("str() of an object")
        return text

    def __format__(self, specification: str) -> str:
        return format(str(self), specification)

    __hash__ = object.__hash__

    def __getattr__(self, name: str) -> Any:
        if _is_reserved(name):
            if name in ("__name__", "__doc__", "__wrapped__", "__dict__", "__array__"):
                self.__session.refuse(f"{name} of an object")
            raise AttributeError(name)
        return self.__session.ask("getattr", object=self.__number, name=name)

    def __setattr__(self, name: str, value: Any) -> None:
        if _is_reserved(name):
            raise self.__session.refuse(f"{name} of an object")
        encoder = self.__session.encoder()
        form = encoder.encode(value)
        self.__session.ask("setattr", encoder, object=self.__number, name=name, value=form)

    def __delattr__(self, name: str) -> None:
        if _is_reserved(name):
            raise self.__session.refuse(f"{name} of an object")
        self.__session.ask("delattr", object=self.__number, name=name)

    def __instancecheck__(self, instance: Any) -> bool:
        if not isinstance(instance, Handle):
            return False
        session, number = _identity(instance)
        if session is not self.__session:
            raise self.__session.refuse("an object from another test cell")
        answer = session.ask("is_instance", **{"object": number, "class": self.__number})
        return answer is True

    def _refuse(self, what: str) -> wire.CannotCross:
        session, _ = _identity(self)
        return session.refuse(f"{what} of a {self.__name}")

    def _operate(self, name: str, *arguments: Any) -> Any:
        encoder = self.__session.encoder()
        form = encoder.encode(list(arguments))
        return self.__session.ask("operator", encoder, name=name, arguments=form)


class CallableHandle(Handle):
    """Stands for a function, a class, or another object that can be called."""

    __slots__ = ()

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        session, number = _identity(self)
        encoder = session.encoder()
        forms = encoder.encode(list(arguments)), encoder.encode(keywords)
        value, changed = session.ask(
            "call", encoder, object=number, arguments=forms[0], keywords=forms[1]
        )
        if changed is not None:
            session.examination.changed |= value is not None
            if session.examination.writes_back:
                _write_back([list(arguments), keywords], changed)
        return value


def _identity(handle: Handle) -> tuple[Session, int]:
    return (
        object.__getattribute__(handle, "_Handle__session"),
        object.__getattribute__(handle, "_Handle__number"),
    )


def _is_reserved(name: str) -> bool:
    return name.startswith(("__", "_repr_", "_ipython_"))


def _write_back(ours: Any, theirs: Any) -> Any:
    """Change arguments in place as the box did with its copies, where the structure allows it.

    Returns
    -------
    object
        What belongs where ``ours`` stands: itself, or what has taken its place.
    """
    if type(ours) is not type(theirs):
        return theirs
    if isinstance(ours, np.ndarray):
        if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
            return theirs.copy()
        if ours.flags.writeable:
            ours[...] = theirs
    elif type(ours) is list:
        is_like = len(ours) == len(theirs)
        ours[:] = map(_write_back, ours, theirs) if is_like else theirs
    elif type(ours) is tuple:
        merged = tuple(map(_write_back, ours, theirs)) if len(ours) == len(theirs) else theirs
        is_same = len(ours) == len(merged) and all(map(operator.is_, ours, merged))
        return ours if is_same else merged
    elif type(ours) is dict:
        merged = {k: _write_back(ours[k], v) if k in ours else v for k, v in theirs.items()}
        ours.clear()
        ours.update(merged)
    elif type(ours) is set:
        ours.clear()
        ours.update(theirs)
    elif type(ours) is bytearray:
        ours[:] = theirs
    else:
        return theirs
    return ours


def _binary(name: str, reflected: bool) -> Callable[[Handle, Any], Any]:
    def method(self: Handle, other: Any) -> Any:
        return self._operate(name, *((other, self) if reflected else (self, other)))

    return method


def _refused(what: str) -> Callable[..., Any]:
    def method(self: Handle, *arguments: Any) -> Any:
        raise self._refuse(what)

    return method


for _name in ["add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow"]:
    setattr(Handle, f"__{_name}__", _binary(_name, False))
    setattr(Handle, f"__r{_name}__", _binary(_name, True))
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Handle, f"__{_name}__", lambda self, name=_name: self._operate(name, self))
setattr(Handle, "__getitem__", lambda self, key: self._operate("getitem", self, key))  # noqa: B010
setattr(  # noqa: B010 - mypy would have Handle be generic
    Handle, "__setitem__", lambda self, key, value: self._operate("setitem", self, key, value)
)
for _kind in (Handle, CallableHandle):
    # Else the text above would be taken for the student's own.
    _kind.__doc__ = property(lambda self: self.__getattr__("__doc__"))  # type: ignore[assignment]
# A yes, a number or an order that the box makes up on the spot is no evidence.
for _name, _what in {
    "bool": "the truth", "len": "the length", "iter": "the items", "contains": "the items",
    "eq": "a comparison", "ne": "a comparison", "lt": "a comparison", "le": "a comparison",
    "gt": "a comparison", "ge": "a comparison", "int": "the value", "float": "the value",
    "complex": "the value", "index": "the value",
}.items():  # fmt: skip
    setattr(Handle, f"__{_name}__", _refused(_what))
