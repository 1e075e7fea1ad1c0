"""Frames and values that cross between the grader and the box.

A frame is two lengths, a JSON text and the raw bytes of arrays. JSON scalars stand for themselves;
every other value is a JSON array that begins with a tag, and is rebuilt from exact, plain types:
no pickle, no ``.npy`` header, no subclass. Whatever does not fit raises :class:`WireError`.
"""

from __future__ import annotations

import json
import math
import re
import socket
import struct
import time
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from datetime import time as clock_time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from .inplace import MUTABLE

HEADER = struct.Struct("!II")
MAX_TEXT = 16 * 2**20
MAX_BYTES = 128 * 2**20
MAX_DEPTH = 64
# Booleans, numbers, fixed-length strings and times; never objects or records.
DTYPE = re.compile(r"[<>|=]?(b1|[iu][1248]|f(2|4|8|16)|c(8|16|32)|[SU]\d{1,7}|[mM]8(\[\w+\])?)")
TYPES: dict[str, type] = {
    t.__name__: t
    for t in (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, object)
} | {
    f"numpy.{t.__name__}": t
    for t in (
        *(np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32),
        *(np.uint64, np.float16, np.float32, np.float64, np.complex64, np.complex128, np.ndarray),
    )
}
NAMES = {t: name for name, t in TYPES.items()}

Json = Any


class WireError(ValueError):
    """A frame or a value that does not follow the rules."""


class TooLarge(WireError):  # noqa: N818 - says what the frame is
    """A frame that is larger than is accepted."""


class CannotCross(TypeError):  # noqa: N818 - says what happened, as tests read it
    """A value that has no plain form."""


class ConnectionLost(EOFError):  # noqa: N818 - an end, not an error
    """The other end closed the connection."""


class Encoder:
    """Turn values into a JSON text and raw bytes.

    Parameters
    ----------
    reference : callable
        What to write for an object that has no plain form; raises `CannotCross` to refuse it.
    known : callable, optional
        The number under which the other end knows a value already, which then is all that is
        written; 0 for others.
    repeats : bool
        Whether a value that occurs twice arrives as one object: for the box alone, since a few
        bytes can stand for an endless value then.
    """

    def __init__(
        self,
        reference: Callable[[Any], Json],
        known: Callable[[Any], int] | None = None,
        *,
        repeats: bool = False,
    ) -> None:
        self._reference = reference
        self._known = known
        self._repeats = repeats
        # Values are kept, lest another gets the id of one that is gone.
        self._written: dict[int, tuple[int, Any]] = {}
        self.blobs: list[bytes] = []

    def encode(self, value: Any, depth: int = 0) -> Json:
        """Return the JSON form of a value; its raw bytes are added to ``blobs``."""
        if depth > MAX_DEPTH:
            raise CannotCross(f"the value is nested more than {MAX_DEPTH} levels deep")
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if abs(value) < 2**53 else ["i", hex(value)]
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        number = self._known(value) if self._known else 0
        if number:
            return ["r", number]
        if not self._repeats or kind not in MUTABLE:
            return self._encode_value(value, depth)
        if id(value) in self._written:
            return ["again", self._written[id(value)][0]]
        form = self._encode_value(value, depth)
        self._written[id(value)] = (len(self._written), value)
        return form

    def _encode_value(self, value: Any, depth: int) -> Json:
        kind = type(value)
        if kind in CONTAINERS:
            return [CONTAINERS[kind], [self.encode(item, depth + 1) for item in value]]
        if kind in DICTIONARIES:
            pairs = value.items()
            forms = [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in pairs]
            return [DICTIONARIES[kind], forms]
        return self._encode_other(value, depth)

    def _encode_other(self, value: Any, depth: int) -> Json:
        kind = type(value)
        if kind is defaultdict and any(value.default_factory is f for f in (None, *NAMES)):
            return ["dd", self.encode(value.default_factory), self.encode(dict(value), depth + 1)]
        if kind is deque:
            return ["deque", self.encode(list(value), depth + 1), value.maxlen]
        if kind is complex:
            return ["c", self.encode(value.real), self.encode(value.imag)]
        if kind in (bytes, bytearray):
            return ["b", self._blob(bytes(value)), kind is bytearray]
        if issubclass(kind, np.ndarray | np.generic) and DTYPE.fullmatch(value.dtype.str):
            return self._encode_array(value)
        if kind in (range, slice):
            bounds = [int(x) if isinstance(x, np.integer) else x for x in _bounds(value)]
            if {type(x) for x in bounds} <= {int, type(None)}:
                return [kind.__name__, *map(self.encode, bounds)]
        if kind in TIMES and type(getattr(value, "tzinfo", None)) in (type(None), timezone):
            return [kind.__name__, value.isoformat()]
        if kind is timedelta:
            return ["timedelta", value.days, value.seconds, value.microseconds]
        if kind is Decimal:
            return ["decimal", str(value)]
        if kind is Fraction:
            return ["fraction", hex(value.numerator), hex(value.denominator)]
        if value is Ellipsis:
            return ["..."]
        if issubclass(kind, np.dtype) and DTYPE.fullmatch(value.str):
            return ["dtype", value.str]
        if issubclass(kind, type) and value in NAMES:
            return ["type", NAMES[value]]
        return self._reference(value)

    def _encode_array(self, value: Any) -> Json:
        # asarray also makes a plain array of a subclass, whose methods may be anything.
        array = np.ndarray.__array__(value) if isinstance(value, np.ndarray) else np.asarray(value)
        plain = np.array(array, copy=None, subok=False, order="C")
        tag = "a" if isinstance(value, np.ndarray) else "n"
        return [tag, plain.dtype.str, list(plain.shape), self._blob(plain.tobytes())]

    def _blob(self, content: bytes) -> int:
        self.blobs.append(content)
        return len(content)


def no_reference(value: Any) -> Json:
    """Refuse whatever has no plain form."""
    raise CannotCross(f"a {type(value).__name__}")


def form_of(
    value: Any, reference: Callable[[Any], Json] = no_reference
) -> tuple[Json, list[bytes]] | None:
    """Return a value's form and its raw bytes, to compare or to send; None when it has none."""
    encoder = Encoder(reference)
    try:
        return encoder.encode(value), encoder.blobs
    except CannotCross:
        return None


CONTAINERS: dict[type, str] = {list: "l", tuple: "t", set: "s", frozenset: "fs"}
DICTIONARIES: dict[type, str] = {dict: "d", OrderedDict: "od", Counter: "counter"}
TIMES: dict[type, Callable[[str], Any]] = {
    kind: kind.fromisoformat for kind in (date, datetime, clock_time)
}


class Decoder:
    """Rebuild values from a JSON text and raw bytes, trusting neither.

    Parameters
    ----------
    blob : memoryview
        All raw bytes of the frame; values take theirs in order.
    resolve : callable
        Called with what follows an unknown tag: handles and references.

    Attributes
    ----------
    made : list
        Values that can be changed in place, in the order in which they were finished.
    """

    def __init__(self, blob: memoryview, resolve: Callable[[str, list[Json]], Any]) -> None:
        self._blob = blob
        self._at = 0
        self._resolve = resolve
        self.made: list[Any] = []

    def decode(self, form: Json, depth: int = 0) -> Any:
        """Return the value of a JSON form."""
        if depth > MAX_DEPTH + 1:
            raise WireError("the value is nested too deep")
        if form is None or type(form) in (bool, int, float, str):
            return form
        if type(form) is not list or not form or type(form[0]) is not str:
            raise WireError("a value without a tag")
        tag, *parts = form
        try:
            if tag not in PLAIN:
                return self._resolve(tag, parts)
            value = PLAIN[tag](self, parts, depth)
            if type(value) in MUTABLE:
                self.made.append(value)
            return value
        except (TypeError, ValueError, OverflowError, ArithmeticError, LookupError) as error:
            if isinstance(error, WireError):
                raise
            raise WireError(f"a malformed value of kind {tag[:20]!r}") from error

    def _items(self, parts: list[Json], depth: int) -> Iterator[Any]:
        # One by one: a set of a million items with one hash must leave room for an alarm.
        [items] = parts
        return (self.decode(item, depth + 1) for item in _list(items))

    def _dict(self, parts: list[Json], depth: int) -> dict[Any, Any]:
        [pairs] = parts
        return {
            self.decode(key, depth + 1): self.decode(value, depth + 1)
            for key, value in map(_list, _list(pairs))
        }

    def _bytes(self, parts: list[Json], depth: int) -> bytes | bytearray:
        size, is_mutable = parts
        content = bytes(self._take(size))
        return bytearray(content) if is_mutable is True else content

    def _array(self, parts: list[Json], depth: int) -> np.ndarray[Any, Any]:
        name, shape, size = parts
        if not DTYPE.fullmatch(name):
            raise WireError("an array of a dtype that does not cross")
        dtype, dimensions = np.dtype(name), [_length(n) for n in _list(shape)]
        if len(dimensions) > 32 or math.prod(dimensions) * dtype.itemsize != size:
            raise WireError("an array whose size is not that of its shape")
        content = self._take(size)
        if not size:
            # Of text without a width NumPy makes text of width 1, whose size nobody has checked.
            if 0 not in dimensions:
                raise WireError("an array whose items have no size")
            return np.zeros(dimensions, dtype)
        # A copy is aligned and can be written to.
        return _valid(np.frombuffer(content, dtype)).reshape(dimensions).copy()

    def _scalar(self, parts: list[Json], depth: int) -> Any:
        array = self._array(parts, depth)
        if array.shape != ():
            raise WireError("a scalar with a shape")
        return array[()]

    def _take(self, size: Json) -> memoryview:
        end = self._at + _length(size)
        if end > len(self._blob):
            raise WireError("fewer bytes than announced")
        taken = self._blob[self._at : end]
        self._at = end
        return taken


def _defaultdict(decoder: Decoder, parts: list[Json], depth: int) -> defaultdict[Any, Any]:
    factory, content = (decoder.decode(part, depth + 1) for part in parts)
    if type(content) is not dict:
        raise WireError("a dictionary that is not one")
    return defaultdict(factory, content)


def _deque(decoder: Decoder, parts: list[Json], depth: int) -> deque[Any]:
    items, length = parts
    content = decoder.decode(items, depth + 1)
    if type(content) is not list:
        raise WireError("a deque that is not one")
    return deque(content, None if length is None else _length(length))


def _timedelta(parts: list[Json]) -> timedelta:
    if len(parts) != 3 or {type(part) for part in parts} != {int}:
        raise WireError("a span of time that is not one")
    return timedelta(*parts)


def _float(parts: list[Json]) -> float:
    if parts not in (["nan"], ["inf"], ["-inf"]):
        raise WireError("a float that is not one")
    return float(parts[0])


def _int(text: Json) -> int:
    if type(text) is not str or not re.fullmatch(r"-?0x[0-9a-f]+", text):
        raise WireError("an integer that is not one")
    return int(text, 16)


def _complex(decoder: Decoder, parts: list[Json]) -> complex:
    real, imag = (decoder.decode(part) for part in parts)
    if not {type(real), type(imag)} <= {int, float}:
        raise WireError("a complex number that is not one")
    return complex(real, imag)


def _three(kind: type, decoder: Decoder, parts: list[Json]) -> Any:
    numbers = [decoder.decode(part) for part in parts]
    if len(numbers) != 3 or not {type(n) for n in numbers} <= {int, type(None)}:
        raise WireError("bounds that are not three integers")
    return kind(*numbers)


def _type(parts: list[Json]) -> type:
    [name] = parts
    return TYPES[name]


def _dtype(parts: list[Json]) -> np.dtype[Any]:
    [name] = parts
    if not DTYPE.fullmatch(name):
        raise WireError("a dtype that does not cross")
    return np.dtype(name)


PLAIN: dict[str, Callable[[Decoder, list[Json], int], Any]] = {
    "i": lambda decoder, parts, depth: _int(*parts),
    "f": lambda decoder, parts, depth: _float(parts),
    "c": lambda decoder, parts, depth: _complex(decoder, parts),
    "l": lambda decoder, parts, depth: list(decoder._items(parts, depth)),
    "t": lambda decoder, parts, depth: tuple(decoder._items(parts, depth)),
    "s": lambda decoder, parts, depth: set(decoder._items(parts, depth)),
    "fs": lambda decoder, parts, depth: frozenset(decoder._items(parts, depth)),
    "d": lambda decoder, parts, depth: decoder._dict(parts, depth),
    "od": lambda decoder, parts, depth: OrderedDict(decoder._dict(parts, depth)),
    "counter": lambda decoder, parts, depth: Counter(decoder._dict(parts, depth)),
    "dd": _defaultdict,
    "deque": _deque,
    "date": lambda decoder, parts, depth: TIMES[date](*parts),
    "datetime": lambda decoder, parts, depth: TIMES[datetime](*parts),
    "time": lambda decoder, parts, depth: TIMES[clock_time](*parts),
    "timedelta": lambda decoder, parts, depth: _timedelta(parts),
    "b": lambda decoder, parts, depth: decoder._bytes(parts, depth),
    "a": lambda decoder, parts, depth: decoder._array(parts, depth),
    "n": lambda decoder, parts, depth: decoder._scalar(parts, depth),
    "range": lambda decoder, parts, depth: _three(range, decoder, parts),
    "slice": lambda decoder, parts, depth: _three(slice, decoder, parts),
    "decimal": lambda decoder, parts, depth: Decimal(*parts),
    "fraction": lambda decoder, parts, depth: Fraction(*map(_int, parts)),
    "...": lambda decoder, parts, depth: Ellipsis,
    "dtype": lambda decoder, parts, depth: _dtype(parts),
    "type": lambda decoder, parts, depth: _type(parts),
}


def _bounds(value: Any) -> tuple[Any, Any, Any]:
    return value.start, value.stop, value.step


def _list(form: Json) -> list[Json]:
    if type(form) is not list:
        raise WireError("a list was expected")
    return form


def _length(form: Json) -> int:
    if type(form) is not int or not 0 <= form <= 2**40:
        raise WireError("a length that is not one")
    return form


def _valid(flat: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Refuse bytes that are no value of their dtype, with which NumPy itself may misbehave."""
    if flat.dtype.kind == "b" and flat.view(np.uint8).max() > 1:
        raise WireError("a boolean that is neither 0 nor 1")
    if flat.dtype.kind == "U":
        points = flat.view(flat.dtype.str[0] + "u4")
        if points.max() > 0x10FFFF:
            raise WireError("a character that is not one")
    return flat


def send_frame(
    connection: socket.socket, form: Json, blobs: list[bytes], fd: int | None = None
) -> None:
    """Send a JSON form and raw bytes, and a file descriptor along with them if there is one.

    Raises
    ------
    CannotCross
        When the frame would be larger than the other end accepts.
    """
    text = json.dumps(form, separators=(",", ":")).encode()
    size = sum(map(len, blobs))
    if len(text) > MAX_TEXT or size > MAX_BYTES:
        raise CannotCross(
            f"{(len(text) + size) / 2**20:.0f} MiB of data (at most {MAX_BYTES // 2**20} MiB cross)"
        )
    header = HEADER.pack(len(text), size)
    if fd is None:
        connection.sendall(header)
    else:
        socket.send_fds(connection, [header], [fd])
    connection.sendall(text)
    for blob in blobs:
        connection.sendall(blob)


def receive_frame(
    connection: socket.socket, deadline: float | None = None
) -> tuple[Json, memoryview, list[int]]:
    """Receive a JSON form, raw bytes and file descriptors.

    Parameters
    ----------
    connection : socket
    deadline : float, optional
        Value of ``time.monotonic()`` at which the whole frame must be there.

    Raises
    ------
    TimeoutError
        At the deadline, however slowly the bytes trickle in.
    ConnectionLost
        When the other end is gone.
    WireError
        When the frame is too large, or no JSON.
    """
    fds: list[int] = []
    header = _receive(connection, HEADER.size, deadline, fds)
    text_size, blob_size = HEADER.unpack(header)
    if text_size > MAX_TEXT or blob_size > MAX_BYTES:
        raise TooLarge("a frame that is too large")
    text = _receive(connection, text_size, deadline)
    blob = _receive(connection, blob_size, deadline)
    try:
        form = json.loads(text.tobytes())
    except (ValueError, RecursionError) as error:
        raise WireError("a frame that is not JSON") from error
    return form, blob.toreadonly(), fds


def _receive(
    connection: socket.socket, size: int, deadline: float | None, fds: list[int] | None = None
) -> memoryview:
    content = memoryview(bytearray(size))
    at = 0
    while at < size:
        _set_timeout(connection, deadline)
        if fds is not None:
            chunk, received, _, _ = socket.recv_fds(connection, size - at, 1)
            fds.extend(received)
            content[at : at + len(chunk)] = chunk
            count = len(chunk)
        else:
            count = connection.recv_into(content[at:])
        if not count:
            raise ConnectionLost
        at += count
    return content


def _set_timeout(connection: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        connection.settimeout(None)
        return
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    connection.settimeout(remaining)
