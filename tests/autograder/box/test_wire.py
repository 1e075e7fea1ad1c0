import contextlib
import json
import math
import socket
import threading
import time
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import UTC
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.box import wire
from autograder.box.wire import CannotCross, ConnectionLost, Decoder, Encoder, WireError

DTYPES = [
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128", ">i4", ">f8", "<u2"),
    *("S1", "S5", "U1", "U7", ">U3", "M8[s]", "M8[D]", "m8[ns]", "m8"),
]
shapes = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
any_array = st.sampled_from(DTYPES).flatmap(lambda name: arrays.arrays(np.dtype(name), shapes))
hashable = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(-(2**200), 2**200),
        st.floats(),
        st.complex_numbers(),
        st.text(),
        st.binary(),
        st.fractions(),
        st.decimals(allow_nan=False),
        st.just(...),
        st.builds(range, st.integers(), st.integers(), st.integers(1)),
        st.sampled_from([int, np.float32, np.ndarray, object]),
    ),
    lambda inner: st.one_of(st.lists(inner).map(tuple), st.frozensets(inner, max_size=4)),
    max_leaves=6,
)
values = st.recursive(
    st.one_of(
        hashable,
        st.binary().map(bytearray),
        st.sets(hashable, max_size=4),
        st.slices(9),
        any_array,
        any_array.filter(lambda a: a.size).map(lambda a: a.reshape(-1)[0]),
        st.sampled_from(DTYPES).map(np.dtype),
        st.dates(),
        st.datetimes(),
        st.datetimes(timezones=st.just(UTC)),
        st.times(),
        st.timedeltas(),
        st.dictionaries(hashable, st.integers(), max_size=4).map(Counter),
    ),
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(hashable, inner, max_size=4),
        st.dictionaries(hashable, inner, max_size=4).map(OrderedDict),
        st.dictionaries(hashable, inner, max_size=4).map(lambda d: defaultdict(list, d)),
        st.lists(inner, max_size=4).map(lambda items: deque(items, maxlen=5)),
    ),
    max_leaves=12,
)
junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**41), 2**41),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from(["<f8", "|b1", "<U1", "<U0", "|S0", "|O", "<M8[s]", "nan", "0x1", "int"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=3), inner, max_size=2),
        st.tuples(st.sampled_from(sorted(wire.PLAIN)), inner).map(list),
        st.tuples(st.sampled_from(sorted(wire.PLAIN)), inner, inner).map(list),
        st.tuples(st.sampled_from(["a", "n", "range"]), inner, inner, inner).map(list),
    ),
    max_leaves=15,
)


def refuse(value):
    raise CannotCross(type(value).__name__)


def unknown(tag, parts):
    raise WireError(f"unknown kind {tag!r}")


def decode(form, blob=b""):
    return Decoder(memoryview(blob).toreadonly(), unknown).decode(form)


def carry(value):
    """Encode, write as JSON, read and decode."""
    encoder = Encoder(refuse)
    text = json.dumps(encoder.encode(value))
    return decode(json.loads(text), b"".join(encoder.blobs))


def is_same(a, b):
    """Tell whether two values have the same types and contents, NaN being NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        # Bit for bit, padding of strings and payloads of NaN included.
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if type(a) is defaultdict and a.default_factory is not b.default_factory:
        return False
    if type(a) is deque and a.maxlen != b.maxlen:
        return False
    if type(a) in (list, tuple, deque):
        return len(a) == len(b) and all(map(is_same, a, b))
    if type(a) in (set, frozenset):
        return len(a) == len(b) and all(any(is_same(x, y) for y in b) for x in a)
    if isinstance(a, dict):
        return is_same([list(pair) for pair in a.items()], [list(pair) for pair in b.items()])
    if type(a) is complex:
        return is_same([a.real, a.imag], [b.real, b.imag])
    if type(a) is float:
        return repr(a) == repr(b)
    return a == b


# ------------------------------------------------------------------------------------- round trip


@settings(max_examples=80, deadline=None)
@given(values)
def test_every_plain_value_arrives_as_it_was(value):
    assert is_same(carry(value), value)


@settings(max_examples=100, deadline=None)
@given(any_array)
def test_every_plain_array_arrives_bit_for_bit(array):
    assert is_same(carry(array), array)


@pytest.mark.parametrize("name", ["longdouble", "clongdouble"])
def test_extended_precision_arrives_with_its_value(name):
    array = np.array([1, 2, 3], name) / 3
    np.testing.assert_array_equal(carry(array), array)
    assert carry(array).dtype == array.dtype


@pytest.mark.parametrize("array", [np.zeros((2, 0, 3)), np.array([], "U3"), np.array([], bool)])
def test_an_empty_array_keeps_its_shape_and_dtype(array):
    assert is_same(carry(array), array)


@pytest.mark.parametrize("value", ["\ud800", "a\udfff\x00", "é\U0001f40d", '\u2028"\\'])
def test_text_that_utf8_cannot_hold_arrives(value):
    assert carry(value) == value


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), 2**64, -(10**5000), True, 0, -0.0, 5e-324], ids=hash
)
def test_numbers_keep_their_type_and_every_digit(value):
    assert is_same(carry(value), value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, complex(math.nan, -math.inf)])
def test_numbers_that_are_none_arrive(value):
    assert is_same(carry(value), value)


@pytest.mark.parametrize(
    "value", [Decimal("1.10"), Decimal("NaN"), Fraction(-1, 3), slice(1, None)]
)
def test_exact_numbers_and_slices_arrive(value):
    assert repr(carry(value)) == repr(value)


@pytest.mark.parametrize(
    "array",
    [
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1),
        np.arange(10)[::-3],
        np.broadcast_to(np.float32(2), (2, 3)),
        np.arange(6).reshape(2, 3)[:, 1:],
    ],
    ids=["fortran", "transposed", "backwards", "broadcast", "columns"],
)
def test_arrays_in_any_order_of_memory_arrive_with_their_values(array):
    arrived = carry(array)
    np.testing.assert_array_equal(arrived, array)
    assert arrived.flags.c_contiguous


class Lying(np.ndarray):
    def __array__(self, *_, **__):
        return np.full(2, 9.0)

    def tobytes(self, *_, **__):
        return b"\0" * 16

    def __eq__(self, other):
        return np.ones(2, bool)

    __hash__ = None


@pytest.mark.parametrize("kind", [Lying, np.ma.MaskedArray, np.matrix])
def test_an_array_of_a_subclass_arrives_as_a_plain_one_with_its_real_values(kind):
    arrived = carry(np.array([[1.0, 2.0]]).view(kind))
    assert type(arrived) is np.ndarray
    assert arrived.tolist() == [[1, 2]]


@pytest.mark.parametrize("base", [int, float, str, list, dict, tuple, set, bytes, complex])
def test_a_subclass_of_a_builtin_has_no_plain_form(base):
    with pytest.raises(CannotCross):
        carry(type("Lying", (base,), {"__eq__": lambda *_: True, "__hash__": lambda _: 0})())


@pytest.mark.parametrize(
    "array",
    [np.array([object()]), np.zeros(1, "i4,f8"), np.zeros(1, "V8"), np.array([[1]], object)],
    ids=["objects", "record", "void", "numbers as objects"],
)
def test_arrays_of_objects_and_records_do_not_cross(array):
    with pytest.raises(CannotCross):
        carry(array)


@pytest.mark.parametrize("value", [len, lambda: 0, object(), iter([]), np, np.float64.mean, type])
def test_what_has_no_plain_form_is_left_to_the_reference(value):
    assert Encoder(lambda v: ["h", id(v)]).encode([value]) == ["l", [["h", id(value)]]]
    with pytest.raises(CannotCross):
        carry([value])


@pytest.mark.parametrize("value", [np.zeros(3), np.zeros((0,)), np.array(["卷", "积"])])
def test_arrays_are_aligned_and_can_be_written_to(value):
    _, array = carry([b"x", value])
    assert array.flags.aligned
    assert array.flags.owndata
    array[...] = array


def test_arrays_share_no_memory():
    one, other = carry([np.zeros(3), np.zeros(3)])
    one[:] = 1
    assert not other.any()


def nested(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


def test_a_value_nested_to_the_limit_arrives():
    assert carry(nested(wire.MAX_DEPTH)) == nested(wire.MAX_DEPTH)


def test_a_value_nested_deeper_or_in_itself_does_not_cross():
    knot = []
    knot.append(knot)
    for value in (nested(wire.MAX_DEPTH + 1), nested(900), knot):
        with pytest.raises(CannotCross, match="nested"):
            carry(value)


# --------------------------------------------------------------------------------------- hostile


def array_form(name, shape, size, tag="a"):
    return [tag, name, shape, size]


HOSTILE = {
    "no tag": [],
    "tag that is no text": [1, 2],
    "object": {"a": 1},
    "unknown tag": ["exec", "1"],
    "objects as array": array_form("|O", [1], 8),
    "record": array_form("|V8", [1], 8),
    "record in disguise": array_form("f8,O", [1], 8),
    "aligned alias": array_form("float64", [1], 8),
    "dtype that is a list": array_form([["a", "<f8"]], [1], 8),
    "dtype with trailing newline": array_form("<f8\n", [1], 8),
    "unknown unit": array_form("<M8[zzz]", [1], 8),
    "impossible width": array_form("<S9999999", [1], 8),
    "size larger than the shape": array_form("<f8", [1], 16),
    "size smaller than the shape": array_form("<f8", [3], 16),
    "more than there is": array_form("<f8", [3], 24),
    "negative size": array_form("<f8", [-1], -8),
    "two negative sizes": array_form("<f8", [-1, -1], 8),
    "negative size of bytes": ["b", -1, False],
    "boolean size": ["b", True, False],
    "float size": ["b", 1.0, False],
    "huge size": ["b", 2**62, False],
    "bytes beyond the end": ["b", 17, False],
    "shape that is no list": array_form("<f8", 1, 8),
    "shape of floats": array_form("<f8", [1.0], 8),
    "shape of booleans": array_form("<f8", [True], 8),
    "33 dimensions": array_form("<f8", [1] * 33, 8),
    "nothing of a huge shape": array_form("<f8", [0, 2**40, 2**40, 2**40], 0),
    "huge dimension": array_form("<f8", [2**40, 2**40], 8),
    "scalar with a shape": array_form("<f8", [1], 8, "n"),
    "boolean of 255": array_form("|b1", [8], 8),
    "scalar boolean of 255": array_form("|b1", [], 1, "n"),
    "character beyond Unicode": array_form("<U2", [1], 8),
    "character beyond Unicode, other order": array_form(">U2", [1], 8),
    "float that is none": ["f", "1_0"],
    "float of a list": ["f", ["nan"]],
    "integer that is none": ["i", "0o7"],
    "integer with underscores": ["i", "0x1_0"],
    "integer of nothing": ["i"],
    "complex of texts": ["c", "1", "2"],
    "complex of one": ["c", 1],
    "complex of booleans": ["c", True, False],
    "range of zero step": ["range", 0, 1, 0],
    "range of floats": ["range", 0, 1.5, 1],
    "range of four": ["range", 0, 1, 2, 3],
    "slice of lists": ["slice", ["l", []], None, None],
    "fraction by zero": ["fraction", "0x1", "0x0"],
    "decimal that is none": ["decimal", "one"],
    "type that is not listed": ["type", "Exception"],
    "type of a list": ["type", []],
    "dtype of objects": ["dtype", "|O"],
    "list in a set": ["s", [["l", []]]],
    "dictionary in a dictionary's key": ["d", [[["d", []], 1]]],
    "signalling number in a set": ["s", [["decimal", "sNaN"]]],
    "dictionary of triples": ["d", [[1, 2, 3]]],
    "dictionary of texts": ["d", ["ab"]],
    "list that is none": ["l", "ab"],
    "list of two": ["l", [], []],
    "handle where there are none": ["h", 1, "f", True, ""],
}


@pytest.mark.parametrize("form", HOSTILE.values(), ids=HOSTILE)
def test_a_form_that_breaks_the_rules_is_refused(form):
    with pytest.raises(WireError):
        decode(form, b"\xff" * 16)


@pytest.mark.parametrize("name", ["<U0", "|S0"])
def test_text_of_no_width_takes_no_memory(name):
    # NumPy gives such an array a width of 1, and with it memory that nobody sent.
    with contextlib.suppress(WireError):
        assert decode(array_form(name, [2**36], 0)).nbytes == 0


def test_a_form_that_is_too_deep_is_refused():
    form = None
    for _ in range(500):
        form = ["l", [form]]
    with pytest.raises(WireError, match="deep"):
        decode(form)


def test_bytes_are_used_once_and_in_order():
    assert decode(["l", [["b", 2, False], ["b", 1, True]]], b"abc") == [b"ab", bytearray(b"c")]
    with pytest.raises(WireError):
        decode(["l", [["b", 2, False], ["b", 2, False]]], b"abc")


@settings(max_examples=200, deadline=None)
@given(junk, st.binary(max_size=64))
def test_any_other_form_gives_a_plain_value_or_is_refused(form, blob):
    with contextlib.suppress(WireError):
        value = decode(form, blob)
        repr(value)


# ---------------------------------------------------------------------------------------- frames


def receive(content, seconds=2.0, *, ends=True):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=_send, args=(theirs, content, ends))
        sender.start()
        try:
            return wire.receive_frame(ours, time.monotonic() + seconds)
        finally:
            ours.close()
            sender.join()


def _send(connection, content, ends):
    with contextlib.suppress(OSError):
        connection.sendall(content)
        if ends:
            connection.shutdown(socket.SHUT_WR)


def frame(text, blob=b""):
    return wire.HEADER.pack(len(text), len(blob)) + text + blob


@settings(max_examples=30, deadline=None)
@given(values)
def test_a_frame_arrives_as_it_was_sent(value):
    ours, theirs = socket.socketpair()
    encoder = Encoder(refuse)
    form = {"value": encoder.encode(value)}
    with ours, theirs:
        wire.send_frame(theirs, form, encoder.blobs)
        answer, blob, fds = wire.receive_frame(ours, time.monotonic() + 2)
    assert fds == []
    assert is_same(Decoder(blob, unknown).decode(answer["value"]), value)


def test_a_large_frame_arrives():
    content = frame(b"[]", np.arange(2**18).tobytes())
    form, blob, _ = receive(content)
    assert form == []
    assert bytes(blob) == content[10:]
    assert blob.readonly


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_frame_or_refused_or_cut_off(content):
    with contextlib.suppress(WireError, ConnectionLost):
        receive(content)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"1" * 5000, b"[1] [2]", b"\0",
    ],
    ids=["empty", "open", "bytes", "deep", "deep objects", "long number", "two", "null"],
)  # fmt: skip
def test_a_frame_that_is_no_json_is_refused(text):
    with pytest.raises(WireError):
        receive(frame(text))


@pytest.mark.parametrize(
    "header",
    [(2**32 - 1, 0), (0, 2**32 - 1), (wire.MAX_TEXT + 1, 0), (2, wire.MAX_BYTES + 1)],
)
def test_a_frame_that_announces_too_much_is_refused_at_once(header):
    start = time.monotonic()
    with pytest.raises(WireError, match="large"):
        receive(wire.HEADER.pack(*header), ends=False)
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("content", [b"", b"\0\0\0", frame(b"[1]")[:-1], frame(b"[]", b"ab")[:-1]])
def test_the_end_of_the_connection_is_no_frame(content):
    with pytest.raises(ConnectionLost):
        receive(content)


@pytest.mark.parametrize("content", [b"", b"\0\0", frame(b"[1]")[:-1], frame(b"[]", b"ab")[:-1]])
def test_silence_lasts_until_the_deadline_and_no_longer(content):
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        receive(content, 0.2, ends=False)
    assert 0.15 < time.monotonic() - start < 1


def test_bytes_that_trickle_in_do_not_put_the_deadline_off():
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def trickle():
        theirs.sendall(wire.HEADER.pack(1000, 0))
        while not stop.wait(0.02):
            theirs.sendall(b" ")

    sender = threading.Thread(target=trickle)
    sender.start()
    start = time.monotonic()
    with ours, theirs:
        with pytest.raises(TimeoutError):
            wire.receive_frame(ours, start + 0.3)
        stop.set()
        sender.join()
    assert time.monotonic() - start < 1


def test_what_the_other_end_would_not_accept_is_not_sent():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with pytest.raises(CannotCross, match="MiB"):
            wire.send_frame(theirs, [], [bytes(wire.MAX_BYTES + 1)])
        with pytest.raises(CannotCross, match="MiB"):
            wire.send_frame(theirs, "x" * (wire.MAX_TEXT + 1), [])
        wire.send_frame(theirs, "next", [])
        assert wire.receive_frame(ours, time.monotonic() + 1)[0] == "next"
