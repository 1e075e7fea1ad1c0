import contextlib
import json
import math
import socket
import textwrap
import threading
import time

import numpy as np
import pytest

from autograder.box import wire
from autograder.remote import BoxFailure, CallableHandle, Examination, Handle, Process, Session
from autograder.sandbox import Box, Limits

CELL = textwrap.dedent('''\
    import numpy as np

    class Odd(Exception):
        pass

    class Vector:
        kind = "vector"
        def __init__(self, x):
            self.x = x
        def __add__(self, other):
            return Vector(self.x + getattr(other, "x", other))
        def __radd__(self, other):
            return Vector(other + self.x)
        def __matmul__(self, other):
            return self.x * other.x
        def __neg__(self):
            return Vector(-self.x)
        def __getitem__(self, key):
            return key
        def __setitem__(self, key, value):
            self.x = value
        def __str__(self):
            return f"V({self.x})"
        def __len__(self):
            return 3
        def __eq__(self, other):
            return True
        def __call__(self, y):
            return self.x + y
        def norm(self):
            return abs(self.x)
        def me(self):
            return self

    class Layer(Vector):
        pass

    def fail(name="ValueError", text="why"):
        import builtins
        raise {"Odd": Odd}.get(name, getattr(builtins, name, None))(text)

    def deep(n):
        if n:
            return deep(n - 1)
        return 1 / 0  # here

    def kind_of(value):
        return type(value).__name__

    def call(function, *arguments):
        return function(*arguments)

    def change(value, how):
        exec(how, {"value": value, "np": np})

    def look(name):
        return globals().get(name, "missing")

    def hang():
        while True:
            pass

    def leave():
        import os
        os._exit(0)

    def shout():
        import sys
        print("!", file=sys.stderr)

    number, array, items = 5, np.arange(3.0), [1, [2]]
    v, layer = Vector(2), Layer(3)
    deep_inside = [np.ones(1)]
    for _ in range(80):
        deep_inside = [np.ones(1), deep_inside]
    unsorted_last = np.arange(4)
''')  # fmt: skip
NAMES = [
    *("Odd", "Vector", "Layer", "fail", "deep", "kind_of", "call", "change", "look", "hang"),
    *("leave", "shout", "number", "array", "items", "v", "layer"),
]


def line_of(name, number):
    lines = CELL.splitlines()
    return lines[number - 1].strip() if name == "<cell 0>" and 0 < number <= len(lines) else None


@pytest.fixture(scope="module")
def prepared(sandbox):
    with Box(sandbox, Limits(memory_mb=300), {}) as box:
        assert not box.interpreter.run(CELL, "<cell 0>", 10, 10_000)["raised"]
        yield box


@pytest.fixture
def session(prepared):
    fork = prepared.checkpoint()
    yield Session(fork, line_of, Examination(time.monotonic() + 5))
    prepared.kill(fork)


@pytest.fixture
def space(session):
    """The namespace of a test, with the student's names."""
    namespace = {}
    session.mirror(namespace, NAMES)
    return namespace


@pytest.fixture
def student(space):
    class Student:
        def __getattr__(self, name):
            return space[name]

    return Student()


# --------------------------------------------------------------------------------------- handles


def test_names_arrive_as_values_or_handles(space):
    assert space["number"] == 5
    assert space["items"] == [1, [2]]
    assert type(space["array"]) is np.ndarray
    assert type(space["fail"]) is CallableHandle


def test_a_name_that_is_not_there_is_left_out_and_never_taken_from_the_grader(session):
    namespace = {"gone": "the grader's own"}
    session.mirror(namespace, ["gone", "number"])
    assert namespace == {"number": 5}


def test_a_value_that_has_no_plain_form_does_not_shift_the_arrays_after_it(session):
    found = session.names(["deep_inside", "unsorted_last"])
    assert isinstance(found["deep_inside"], Handle)
    assert found["unsorted_last"].tolist() == [0, 1, 2, 3]


def test_functions_are_called_with_values_and_handles(student):
    assert student.kind_of(np.float32(1)) == "float32"
    assert student.kind_of(value={1: 2}) == "dict"
    assert student.call(student.v, 5) == 7
    assert student.call(student.Vector, 5).x == 5
    assert math.isnan(student.call(student.call, student.call, student.kind_of, 1) and math.nan)


def test_attributes_are_read_written_and_deleted_in_the_box(student):
    assert student.v.x == 2
    assert student.v.norm() == 2
    student.v.x = [1, 2]
    assert student.call(student.Vector.me, student.v).x == [1, 2]
    student.v.other = student.layer
    assert student.v.other is student.layer
    del student.v.other
    with pytest.raises(AttributeError, match="other"):
        _ = student.v.other
    assert hasattr(student.v, "x")
    assert not hasattr(student.v, "nothing")


def test_private_names_with_one_underscore_are_the_students_own(student):
    student.v._cache = 3
    assert student.v._cache == 3


def test_arithmetic_is_done_in_the_box(student):
    assert (student.v + student.layer).x == 5
    assert (student.v + 1).x == 3
    assert (1 + student.v).x == 3
    assert student.v @ student.layer == 6
    assert (-student.v).x == -2
    with pytest.raises(TypeError):
        _ = student.v * 2


@pytest.mark.parametrize("key", [3, "k", (1, slice(None, 2)), ..., slice(np.int64(1), 3)])
def test_items_are_read_in_the_box(student, key):
    assert student.v[key] == key


def test_items_are_written_in_the_box(student):
    student.v[0] = 9
    assert student.v.x == 9


def test_text_is_made_in_the_box_and_the_representation_is_ours(student):
    assert str(student.v) == f"{student.v}" == "V(2)"
    assert f"{student.v:>6}" == "  V(2)"
    assert repr(student.v) == "<the submission's Vector>"


def test_the_same_object_is_the_same_handle(student):
    assert student.v.me() is student.v
    assert student.v.me is not student.layer.me
    assert {student.v: 1}[student.v.me()] == 1


def test_classes_tell_their_instances(student):
    assert isinstance(student.layer, student.Vector)
    assert isinstance(student.layer, student.Layer)
    assert not isinstance(student.v, student.Layer)
    assert not isinstance(3, student.Vector)


def test_what_is_callable_says_so(student):
    assert callable(student.fail)
    assert callable(student.v)


# --------------------------------------------------------------------------------------- refused


REFUSED = {
    "truth": lambda v: bool(v),
    "not": lambda v: not v,
    "equality": lambda v: v == 1,
    "inequality": lambda v: v != 1,
    "order": lambda v: v < 1,
    "length": len,
    "iteration": list,
    "unpacking": lambda v: (lambda *a: a)(*v),
    "containment": lambda v: 1 in v,
    "integer": int,
    "float": float,
    "complex": complex,
    "index": lambda v: [1, 2][v],
    "range": range,
    "array": np.asarray,
    "sum": sum,
    "name": lambda v: v.__name__,
    "documentation of the object": lambda v: getattr(v, "__wrapped__", None) or v.__wrapped__,
    "deletion": lambda v: delattr(v, "__dict__"),
    "method of IPython": lambda v: setattr(v, "_repr_html_", 1),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_box_could_make_up_on_the_spot_is_refused_and_noted(student, session, what):
    handle = student.v
    with contextlib.suppress(wire.CannotCross, AttributeError, TypeError):
        # NumPy goes on, with an array of one object.
        assert REFUSED[what](handle).dtype == object
    assert session.examination.cannot


@pytest.mark.parametrize("name", ["__call_me__", "_repr_html_", "_ipython_display_", "__len__"])
def test_reserved_names_are_never_looked_up_in_the_box(student, name):
    student.change(student.v, f"type(value).{name} = 3")
    found = getattr(student.v, name, "nothing")
    assert found == "nothing" or found.__func__ is getattr(Handle, name)


@pytest.mark.parametrize("value", [len, lambda: 0, print, type("Mine", (), {}), object(), math])
def test_what_belongs_to_the_test_never_goes_in(student, session, value):
    for put in (
        student.kind_of,
        lambda v: student.kind_of([v]),
        lambda v: setattr(student.v, "a", v),
    ):
        session.examination.cannot = ""
        with pytest.raises(wire.CannotCross):
            put(value)
        assert session.examination.cannot


def test_an_object_of_another_cell_does_not_go_in(prepared, student, session):
    fork = prepared.checkpoint()
    other = Session(fork, line_of, session.examination).names(["v"])["v"]
    with pytest.raises(wire.CannotCross):
        student.kind_of(other)
    assert "another" in session.examination.cannot
    prepared.kill(fork)


# ------------------------------------------------------------------------------------- exceptions


@pytest.mark.parametrize(
    "name",
    ["ValueError", "KeyError", "IndexError", "ZeroDivisionError", "NotImplementedError", "OSError"],
)
def test_builtin_exceptions_keep_their_type_and_text(student, name):
    with pytest.raises(Exception, match="this is why") as caught:
        student.fail(name, "this is why")
    assert type(caught.value).__name__ == name
    assert caught.value.remote_name == name


def test_a_class_of_the_students_can_be_caught_and_is_told_from_others(student):
    with pytest.raises(student.Odd):
        student.fail("Odd")
    with pytest.raises(ValueError, match="why"), contextlib.suppress(student.Odd):
        student.fail("ValueError")


def test_an_exception_tells_the_students_own_line_from_our_copy(student):
    with pytest.raises(ZeroDivisionError) as caught:
        student.deep(3)
    assert caught.value.remote_line == "return 1 / 0  # here"


def test_an_exception_that_wants_more_than_a_text_arrives(student):
    student.change(student.v, "type(value).norm = lambda self: b'\\xff'.decode()")
    with pytest.raises(UnicodeDecodeError):
        student.v.norm()


def test_attribute_errors_of_properties_arrive(student):
    with pytest.raises(AttributeError, match="nothing"):
        _ = student.v.nothing


def test_stderr_is_noted(student, session):
    assert not session.examination.wrote_stderr
    student.shout()
    assert session.examination.wrote_stderr


# ------------------------------------------------------------------------------------ written back


CHANGES = {
    "append": ([1], "value.append(2)"),
    "list item": ([1, 2], "value[0] = 5"),
    "sort": ([3, 1, 2], "value.sort()"),
    "clear": ([1, 2], "value.clear()"),
    "nested list": ([[1], [2]], "value[1].append(3)"),
    "list in a dictionary": ({"a": [1]}, "value['a'].append(3)"),
    "dictionary item": ({"a": 1}, "value['a'] = 2; value['b'] = 3"),
    "dictionary without an item": ({"a": 1, "b": [2]}, "del value['b']"),
    "set": ({1, 2}, "value.add(3); value.remove(1)"),
    "bytearray": (bytearray(b"ab"), "value.extend(b'c')"),
    "array in a list": ([np.zeros(2)], "value[0][1] = 4"),
    "array in a tuple": ((np.zeros(2), 1), "value[0][1] = 4"),
    "tuple in a list": ([(1, 2), (3, 4)], "value[0] = (5, 6)"),
    "tuple in a dictionary": ({"a": (1, 2)}, "value['a'] = (5, 6)"),
    "another kind in a dictionary": ({"a": [1]}, "value['a'] = 5"),
    "another kind in a list": ([[1], [2]], "value[0] = 5"),
    "another shape in a list": ([np.zeros(2)], "value[0] = np.ones(3)"),
    "another dtype in a dictionary": ({"w": np.zeros(2)}, "value['w'] = np.ones(2, int)"),
    "tuple of lists": (([1], [2]), "value[1].append(5)"),
}


def as_text(value):
    return repr(value)


@pytest.mark.parametrize("name", CHANGES)
def test_changes_in_place_are_made_on_the_trusted_side_too(student, name):
    value, how = CHANGES[name]
    expected = _copy(value)
    exec(how, {"value": expected, "np": np})
    given = _copy(value)
    student.change(given, how)
    assert as_text(given) == as_text(expected)


def _copy(value):
    import copy

    return copy.deepcopy(value)


def test_an_array_is_changed_in_its_own_memory(student):
    whole = np.zeros((3, 2))
    student.change(whole[1:], "value[0, 1] = 7")
    student.change(whole.T, "value[0] = 1")
    assert whole.tolist() == [[1, 0], [1, 7], [1, 0]]


def test_inner_lists_stay_the_same_objects(student):
    inner = [1]
    outer = [inner, {"a": [1]}]
    student.change(outer, "value[0].append(2)")
    assert outer[0] is inner
    assert inner == [1, 2]


def test_a_read_only_array_is_left_as_it_is(student):
    array = np.zeros(2)
    array.flags.writeable = False
    student.change(array, "value[0] = 1")
    assert array.tolist() == [0, 0]


def test_where_changes_are_not_written_back_there_are_none(student, session):
    session.examination.writes_back = False
    values = [1]
    student.change(values, "value.append(2)")
    assert values == [1]


def test_a_call_that_returns_and_changes_is_noted(student, session):
    student.change([1], "value.append(2)")
    assert not session.examination.changed
    student.call(student.call, student.kind_of, [1])
    assert not session.examination.changed
    student.change(student.v, "type(value).pop = lambda self, values: values.pop()")
    values = [1, 2]
    assert student.v.pop(values) == 2
    assert values == [1]
    assert session.examination.changed


# ------------------------------------------------------------------------------------- namespace


def test_a_name_that_the_test_rebinds_is_rebound_in_the_box(space):
    space["number"] = 41
    assert space["look"]("number") == 41
    space["number"] = space["v"]
    assert space["look"]("number") is space["v"]


def test_a_name_that_the_test_deletes_is_deleted_in_the_box(space):
    del space["number"]
    assert space["look"]("number") == "missing"


def test_names_that_the_test_has_for_itself_stay_outside(space):
    space["expected"] = 42
    assert space["look"]("expected") == "missing"


def test_forgotten_names_are_gone_and_the_tests_own_stay(session, space):
    space["number"] = 1
    space["mine"] = 2
    session.release()
    assert space == {"number": 1, "mine": 2}


# ---------------------------------------------------------------------------------------- failure


@pytest.mark.parametrize(("name", "code"), [("hang", "TLE"), ("leave", "RE")])
def test_a_box_that_does_not_answer_fails_and_every_later_request_fails_too(
    student, session, name, code
):
    session.examination.deadline = time.monotonic() + 0.4
    with pytest.raises(BoxFailure) as caught:
        getattr(student, name)()
    assert caught.value.code == code
    assert session.examination.failure is caught.value
    for action in (lambda: student.v.x, lambda: student.kind_of(1), lambda: str(student.v)):
        with pytest.raises(BoxFailure) as again:
            action()
        assert again.value is caught.value


def test_no_ordinary_handler_takes_a_failure_for_an_answer(student):
    with pytest.raises(BoxFailure), contextlib.suppress(Exception):
        student.leave()


@contextlib.contextmanager
def peer(*answers):
    """A process that a student has taken over: it answers whatever it likes."""
    ours, theirs = socket.socketpair()

    def serve():
        with contextlib.suppress(wire.ConnectionLost, OSError):
            for answer in answers:
                wire.receive_frame(theirs)
                content = answer if type(answer) is bytes else json.dumps(answer).encode()
                theirs.sendall(wire.HEADER.pack(len(content), 0) + content)
            wire.receive_frame(theirs)

    server = threading.Thread(target=serve)
    server.start()
    with ours, theirs:
        yield Session(Process(ours, 0), line_of, Examination(time.monotonic() + 2))
        ours.shutdown(socket.SHUT_RDWR)
        server.join()


FUNCTION = {"names": {"f": ["h", 1, "function", True, ""]}}


def test_a_box_cannot_bind_names_that_nobody_asked_for():
    names = {"f": 1, "len": ["h", 1, "function", True, ""], "np": ["h", 2, "module", False, ""]}
    namespace = {"np": np}
    with peer({"names": names}) as session, contextlib.suppress(BoxFailure):
        session.mirror(namespace, ["f"])
    assert namespace.get("np") is np
    assert "len" not in namespace


@pytest.mark.parametrize(
    "answer",
    [
        b"{", b"[]", {"names": [1]}, {"names": 1}, {}, {"names": {"f": ["exec", 1]}},
        {"names": {"f": ["a", "|O", [1], 8]}}, {"names": {"f": ["h", "1", "f", True, ""]}},
        {"names": {"f": ["h", 1]}}, {"names": {"f": ["h", 1, [], True, ""]}},
    ],
)  # fmt: skip
def test_an_answer_about_names_that_breaks_the_rules_is_a_failure(answer):
    with peer(answer) as session:
        with pytest.raises(BoxFailure):
            session.mirror({}, ["f"])
        assert session.examination.failure


@pytest.mark.parametrize(
    "answer",
    [
        b"null", b"1", {"value": ["exec"]}, {"value": ["l", 1]}, {"value": {}},
        {"value": ["b", 9, 0]}, {"value": 1, "changed": ["exec"]}, {"value": ["h", 1]},
        {"value": ["r", 1]}, {"value": ["h", [], "f", True, ""]},
        {"value": ["h", 2, "f", True, ["ValueError"]]},
    ],
)  # fmt: skip
def test_an_answer_to_a_call_that_breaks_the_rules_is_a_failure_or_a_handle(answer):
    with peer(FUNCTION, answer) as session:
        f = session.names(["f"])["f"]
        try:
            assert isinstance(f(), Handle)
        except BoxFailure:
            assert session.examination.failure


@pytest.mark.parametrize(
    "error",
    [
        None, 1, [], {}, {"type": 1}, {"type": "eval"}, {"type": "ValueError", "class": []},
        {"type": "ValueError", "line": [[], 3]},
        {"type": "ValueError", "line": ["<cell 0>", 10**9]},
        {"type": "ValueError", "name": {}, "text": [1]}, {"type": "ExceptionGroup", "text": "x"},
        {"type": "ValueError", "class": {}}, {"type": "ValueError", "line": ["<cell 0>", -5]},
    ],
)  # fmt: skip
def test_whatever_a_box_says_of_an_exception_it_is_one_of_the_students(error):
    with peer(FUNCTION, {"error": error}) as session:
        f = session.names(["f"])["f"]
        with pytest.raises(Exception) as caught:  # noqa: PT011 - that it is marked is the point
            f()
        assert hasattr(caught.value, "remote_name")


def test_a_box_cannot_change_more_of_the_arguments_than_they_are():
    changed = ["l", [["l", [["l", [7]], 5]], ["d", [["k", 1]]]]]
    with peer(FUNCTION, {"value": None, "changed": changed}) as session:
        f = session.names(["f"])["f"]
        inner, fixed = [1], (2, 3)
        f(inner, fixed)
    assert inner == [7]
    assert fixed == (2, 3)


@pytest.mark.parametrize(
    "changed",
    [1, ["l", []], ["l", [1, 2]], ["l", [["l", [1]]]], ["l", [["d", []], ["l", []]]], None],
)
def test_changes_that_fit_no_argument_are_left_out(changed):
    with peer(FUNCTION, {"value": None, "changed": changed}) as session:
        f = session.names(["f"])["f"]
        values = [4]
        with contextlib.suppress(BoxFailure):
            f(values)
    assert values == [4]


def test_bytes_that_trickle_in_do_not_put_the_time_limit_off():
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def trickle():
        with contextlib.suppress(OSError):
            theirs.sendall(wire.HEADER.pack(10_000, 0))
            while not stop.wait(0.05):
                theirs.sendall(b" ")

    sender = threading.Thread(target=trickle)
    sender.start()
    start = time.monotonic()
    with ours, theirs:
        session = Session(Process(ours, 0), line_of, Examination(start + 0.2))
        with pytest.raises(BoxFailure) as caught:
            session.names(["f"])
        stop.set()
        sender.join()
    assert caught.value.code == "TLE"
    assert time.monotonic() - start < 6
