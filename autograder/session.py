"""What a grade cell and a fork of the box say to each other while the cell is judged."""

from __future__ import annotations

import builtins
import sys
import time
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.aliases import Aliases
from autograder.box import wire
from autograder.box.inplace import change_in_place
from autograder.box.randomness import get_state
from autograder.handles import (
    TYPES,
    Link,
    RemoteType,
    is_handle,
    link_of,
    new_class,
    new_handle,
    new_instance,
)
from autograder.remote import BoxFailure, Process

_MISSING = object()
_STALE = object()
_input = builtins.input
Answer = dict[str, Any]


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
    seeds : bool
        Whether the test seeds random numbers, which the student's code then draws.
    """

    deadline: float
    is_hidden: bool = False
    asked_by_hidden: bool = False
    failure: BoxFailure | None = None
    cannot: str = ""
    changed: bool = False
    writes_back: bool = True
    wrote_stderr: bool = False
    seeds: bool = False


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
    bound_by_test : set of str
        Names that the test has bound or deleted.
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
        self._handles: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._exhausted: set[int] = set()
        self._issued: set[int] = set()
        self._aliases = Aliases(_form_of)
        self._namespace: dict[str, Any] = {}
        self._mirrored: dict[str, Any] = {}
        self._given: dict[str, Any] = {}
        self.bound_by_test: set[str] = set()
        self._state: Any = None
        # A test that collects what is printed puts others in their places.
        self._streams = {"stdout": sys.stdout, "stderr": sys.stderr}

    # --------------------------------------------------------------------------------- names

    def names(self, names: Iterable[str]) -> dict[str, Any]:
        """Return what the student's namespace holds under some names."""
        answer, decoder = self._ask({"op": "names", "names": sorted(names)}, [])
        return self._decode_names(answer.get("names"), answer.get("numbers"), names, decoder)

    def mirror(
        self,
        namespace: dict[str, Any],
        names: Iterable[str],
        given: Iterable[str] = (),
        stale: Iterable[str] = (),
    ) -> None:
        """Bind names of a namespace to what the box holds, and keep both in step from then on.

        A test that deletes a student's name does so in the box too; what the student's functions
        do to their global names is seen by the test.

        Parameters
        ----------
        namespace : dict
        names : iterable of str
            The student's.
        given : iterable of str
            Names that the test may bind for the student's functions to look up. No other value of
            a test's variable ever goes in.
        stale : iterable of str
            Those of them that an earlier test has bound.
        """
        found = self.names(names)
        for name in names:
            namespace.pop(name, None)
        namespace.update(found)
        self._namespace = namespace
        self._mirrored = {name: found.get(name, _MISSING) for name in names}
        self._given = {name: namespace.get(name, _MISSING) for name in given}
        self._given |= {name: _STALE for name in stale if wire.form_of(namespace.get(name))}

    def release(self) -> None:
        """Forget the namespace: later cells have names of their own."""
        for name, known in self._mirrored.items():
            if self._namespace.get(name, _MISSING) is known:
                self._namespace.pop(name, None)
        self._mirrored, self._given = {}, {}

    def _keep_in_step(self) -> None:
        """Tell the box what the test has done to names and to values that both sides hold."""
        if self.examination.seeds:
            self._send_state()
        for number, value in self._aliases.changes():
            self._store({"op": "update", "object": number}, value)
        for name, known in (self._mirrored | self._given).items():
            now = self._namespace.get(name, _MISSING)
            if now is known:
                continue
            self.bound_by_test.add(name)
            for names in (self._mirrored, self._given):
                names.update({name: now} if name in names else {})
            if now is _MISSING:
                self._ask({"op": "unbind", "name": name}, [])
            elif name in self._given:
                self._store({"op": "bind", "name": name}, now)

    def _send_state(self) -> None:
        form = wire.form_of(get_state())
        if form is not None and form != self._state:
            self._state = form
            self._ask({"op": "seed", "value": form[0]}, form[1])

    def _follow(self, answer: Answer, decoder: wire.Decoder) -> None:
        """Take over what a call has done to the student's own names."""
        rebound = answer.get("rebound")
        if not rebound:
            return
        found = self._decode_names(rebound, answer.get("numbers"), self._mirrored, decoder)
        for name in found.keys() - self.bound_by_test:
            self._mirrored[name] = self._namespace[name] = found[name]

    def _decode_names(
        self, found: Any, numbers: Any, names: Iterable[str], decoder: wire.Decoder
    ) -> dict[str, Any]:
        # A box that has been taken over may try to bind what nobody has asked it for.
        if type(found) is not dict or not found.keys() <= set(names):
            raise self._fail(BoxFailure("RE"))
        numbers = numbers if type(numbers) is dict else {}
        # In the order in which the box wrote them: raw bytes follow one another.
        return {
            name: self._arrived(numbers.get(name), self._decode(decoder, form))
            for name, form in found.items()
        }

    # ------------------------------------------------------------------------------ requests

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
        if encoder is None:
            self._keep_in_step()
        answer, decoder = self._ask({"op": operation, **details}, encoder.blobs if encoder else [])
        self._raise_error(answer, decoder)
        value = self._decode(decoder, answer.get("value"))
        self._follow(answer, decoder)
        return self._arrived(answer.get("number"), value)

    def call(self, number: int, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """Call an object of the box."""
        encoder = self.encoder()
        forms = self.encode(encoder, list(arguments)), self.encode(encoder, dict(keywords))
        details = {"op": "call", "object": number, "arguments": forms[0], "keywords": forms[1]}
        answer, decoder = self._ask(details, encoder.blobs)
        self._raise_error(answer, decoder)
        value = self._decode(decoder, answer.get("value"))
        ours = [list(arguments), dict(keywords)]
        twins = ours
        if "changed" in answer:
            twins = self._decode(decoder, answer["changed"])
            self.examination.changed |= value is not None
            if self.examination.writes_back:
                change_in_place(ours, twins)
        self._note_arguments(answer.get("given"), [*arguments, *keywords.values()], twins)
        self._follow(answer, decoder)
        return self._arrived(answer.get("number"), value)

    def store(self, operation: str, value: Any, **details: Any) -> None:
        """Give the box a value of the test's to keep."""
        self._keep_in_step()
        self._store({"op": operation, **details}, value)

    def draw(self, number: int) -> Any:
        """Return the next item of an iterator; once it has ended, it has ended for good."""
        if number in self._exhausted:
            raise StopIteration
        try:
            return self.ask("next", object=number)
        except StopIteration:
            self._exhausted.add(number)
            raise

    def encoder(self) -> wire.Encoder:
        """Return an encoder for what the test passes, in step with what it has done before."""
        self._keep_in_step()
        return wire.Encoder(self._reference, self._aliases.number_of, repeats=True)

    def encode(self, encoder: wire.Encoder, value: Any) -> Any:
        """Return the form of a value; remember it when there is none."""
        try:
            return encoder.encode(value)
        except wire.CannotCross as error:
            raise self.refuse(str(error)) from None

    def refuse(self, what: str) -> wire.CannotCross:
        """Remember that something cannot be carried; return the error to raise."""
        self.examination.cannot = self.examination.cannot or what
        return wire.CannotCross(what)

    def _store(self, request: dict[str, Any], value: Any) -> None:
        encoder = wire.Encoder(self._reference)
        form = self.encode(encoder, value)
        answer, decoder = self._ask({**request, "value": form}, encoder.blobs)
        self._raise_error(answer, decoder)
        self._sent(answer.get("number"), value, value)
        self._follow(answer, decoder)

    def _note_arguments(self, numbers: Any, ours: list[Any], twins: Any) -> None:
        """Note under which numbers the box keeps its copies of a call's arguments."""
        try:
            theirs = [*twins[0], *twins[1].values()]
        except (TypeError, LookupError, AttributeError):
            return
        if type(numbers) is list and len(numbers) == len(ours) == len(theirs):
            for number, value, twin in zip(numbers, ours, theirs, strict=True):
                self._sent(number, value, twin)

    def _ask(self, form: dict[str, Any], blobs: list[bytes]) -> tuple[Answer, wire.Decoder]:
        noted = self.examination
        if noted.failure:
            raise noted.failure
        noted.asked_by_hidden |= noted.is_hidden
        seconds = max(0.01, noted.deadline - time.monotonic())
        if builtins.input is not _input:
            raise self.refuse("an input() that the test has replaced")
        captures = [name for name, own in self._streams.items() if getattr(sys, name) is not own]
        form = {**form, "seconds": seconds, "released": self._released(), "captures": captures}
        try:
            answer, blob = self.process.request(form, blobs, seconds)
        except BoxFailure as failure:
            raise self._fail(failure) from None
        except wire.CannotCross as error:
            raise self.refuse(str(error)) from None
        noted.wrote_stderr |= answer.get("stderr") is True and "stderr" not in captures
        if answer.get("timed_out") is True:
            raise self._fail(BoxFailure("TLE"))
        if answer.get("overflowed") is True:
            raise self._fail(BoxFailure("OLE"))
        if "cannot" in answer:
            raise self.refuse(str(answer["cannot"])[:200])
        if captures:
            _print_again(answer.get("streams"), captures)
        return answer, wire.Decoder(blob, self._resolve)

    def _released(self) -> list[int]:
        """Return the numbers of objects that the test has let go of."""
        released = [n for n in self._issued if n not in self._handles and n not in self._aliases]
        self._issued.difference_update(released)
        return released

    def _fail(self, failure: BoxFailure) -> BoxFailure:
        self.examination.failure = failure
        return failure

    # -------------------------------------------------------------------------------- values

    def _raise_error(self, answer: Answer, decoder: wire.Decoder) -> None:
        if "error" in answer:
            error = self._exception(answer["error"], decoder)
            self._follow(answer, decoder)
            raise error

    def _decode(self, decoder: wire.Decoder, form: Any) -> Any:
        try:
            return decoder.decode(form)
        except wire.WireError as error:
            raise self._fail(BoxFailure("RE")) from error

    def _arrived(self, number: Any, value: Any) -> Any:
        if type(number) is not int or number <= 0:
            return value
        self._issued.add(number)
        return self._aliases.arrived(number, value)

    def _sent(self, number: Any, value: Any, twin: Any) -> None:
        if type(number) is int and number > 0:
            self._issued.add(number)
            self._aliases.sent(number, value, twin)

    def _reference(self, value: Any) -> Any:
        if is_handle(value):
            link = link_of(value)
            if link.session is self:
                return ["r", link.number]
            raise self.refuse("an object from another test cell")
        remote_class = getattr(value, "_remote_class", None) if isinstance(value, type) else None
        if type(remote_class) is int:
            return ["r", remote_class]
        raise self.refuse(f"a value of type {type(value).__name__}")

    def _resolve(self, tag: str, parts: list[Any]) -> Any:
        number, about = parts
        if tag != "h" or type(number) is not int or type(about) is not dict:
            raise wire.WireError("a malformed handle")
        found = self._handles.get(number)
        if found is None:
            found = self._handles[number] = self._new(number, about)
            self._issued.add(number)
        return found

    def _new(self, number: int, about: dict[str, Any]) -> Any:
        name = about.get("name")
        if type(name) is not str or not name.isidentifier():
            name = "object"
        base = _exception_type(about.get("exception"))
        if base:
            return self._new_exception_type(number, name[:100], base)
        is_own = type(about.get("class")) is list
        link = Link(
            session=self,
            number=number,
            name=name[:100],
            compares_by_identity=about.get("compares_by_identity") is True,
            face=TYPES.get(name) if not is_own else None,
            is_kind_of_builtin=about.get("is_kind_of_builtin") is True,
        )
        kind = {
            "is_callable": about.get("is_callable") is True,
            "is_iterator": about.get("is_iterator") is True,
        }
        if about.get("is_class") is True:
            return new_class(link, **kind)
        of = self._resolve("h", about["class"][1:]) if is_own else None
        if type(of) is RemoteType:
            return new_instance(of, link)
        return new_handle(link, **kind)

    def _new_exception_type(
        self, number: int, name: str, base: type[BaseException]
    ) -> type[BaseException]:
        """Return a class that stands for one of the student's exceptions."""

        def attribute(error: Any, attribute: str) -> Any:
            own = vars(error)
            if attribute.startswith("__") or "remote_number" not in own:
                raise AttributeError(attribute)
            return self.ask("getattr", object=own["remote_number"], name=attribute)

        def text(error: Any) -> str:
            return str(vars(error).get("remote_text", ""))

        content = {"_remote_class": number, "__getattr__": attribute, "__str__": text}
        return type(name, (base,), content)

    def _exception(self, described: Any, decoder: wire.Decoder) -> BaseException:
        """Rebuild an exception, of the same type and with the student's own line."""
        described = described if type(described) is dict else {}
        own = described.get("class")
        arguments = self._decode(decoder, described.get("arguments"))
        text = str(described.get("text", ""))
        kind = _exception_type(described.get("type")) or RuntimeError
        mirrored = self._decode(decoder, own) if type(own) is list else None
        if isinstance(mirrored, type) and issubclass(mirrored, BaseException):
            kind = mirrored
        error = _rebuilt(kind, arguments if type(arguments) is tuple else (text,), text)
        line = described.get("line")
        own_line = None
        if type(line) is list and len(line) == 2 and type(line[1]) is int:
            own_line = self.line_of(str(line[0]), line[1])
        noted = vars(error)
        noted["remote_name"] = str(described.get("name", kind.__name__))[:60]
        noted["remote_line"] = own_line
        noted["remote_text"] = text
        if type(described.get("number")) is int:
            noted["remote_number"] = described["number"]
        return error


def _form_of(value: Any) -> Any:
    return wire.form_of(value, _quiet_reference)


def _quiet_reference(value: Any) -> Any:
    """Name a handle by its number, and remember nothing of what has no form."""
    return ["r", link_of(value).number] if is_handle(value) else wire.no_reference(value)


def _print_again(streams: Any, captures: list[str]) -> None:
    """Print what a call printed, for a test that collects it."""
    for stream in streams if type(streams) is list else []:
        name, text = stream if type(stream) is list and len(stream) == 2 else ("", "")
        if name in captures and type(text) is str:
            getattr(sys, name).write(text)


def _rebuilt(kind: type[BaseException], arguments: tuple[Any, ...], text: str) -> BaseException:
    """Return an exception that was raised with these arguments, or at least says this text."""
    for attempt in (arguments, (text,)):
        try:
            error = kind(*attempt)
        except TypeError:
            # UnicodeDecodeError and a few others want more than a text.
            continue
        if str(error) == text or attempt == (text,) or hasattr(kind, "_remote_class"):
            return error
    return kind.__new__(kind)


def _exception_type(name: Any) -> type[BaseException] | None:
    found = getattr(builtins, name, None) if type(name) is str else None
    if isinstance(found, type) and issubclass(found, BaseException):
        # Groups need members; they are told as what they are a kind of.
        return Exception if issubclass(found, BaseExceptionGroup) else found
    return None
