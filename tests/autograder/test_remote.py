import builtins
import contextlib
import copy
import inspect
import io
import json
import math
import random
import socket
import textwrap
import threading
import time
import types
from collections import deque
from pathlib import Path

import numpy as np
import pytest

from autograder.box import wire
from autograder.handles import CallableHandle, Handle
from autograder.remote import BoxFailure, Process
from autograder.sandbox import Box, Limits
from autograder.session import Examination, Session

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

    class Linear:
        def __init__(self, weight, bias=None):
            self.weight, self.bias = weight, bias
        def forward(self, x):
            return self.weight @ x
        def step(self):
            self.weight -= 1.0
        def parameters(self):
            return [self.weight, self.bias]

    class Deep(Linear):
        pass

    class Overdrawn(Exception):
        def __init__(self, missing):
            super().__init__(f"{missing} short")
            self.missing = missing

    class Stack(list):
        def push(self, item):
            self.append(item)

    def withdraw(amount):
        raise Overdrawn(amount)

    def count_up(n):
        for i in range(n):
            yield i

    async def later(x):
        return x + 1

    class Restarting:
        """Begins again whenever it has ended."""
        def __init__(self):
            self.left = 0
        def __iter__(self):
            return self
        def __next__(self):
            self.left = (self.left - 1) % 4
            if not self.left:
                raise StopIteration
            return self.left

    def documented(a, b=2):
        "What it does."

    counter, history = 0, []

    def increment():
        global counter
        counter += 1
        history.append(counter)

    def rebind(name, value):
        globals()[name] = value

    linear, stack = Linear(np.ones((2, 2))), Stack([1])

    number, array, items = 5, np.arange(3.0), [1, [2]]
    v, layer = Vector(2), Layer(3)
    deep_inside = [np.ones(1)]
    for _ in range(80):
        deep_inside = [np.ones(1), deep_inside]
    unsorted_last = np.arange(4)
''')  # fmt: skip
NAMES = [
    *("Odd", "Vector", "Layer", "fail", "deep", "kind_of", "call", "change", "look", "hang"),
    *("leave", "shout", "number", "array", "items", "v", "layer", "Linear", "Deep", "linear"),
    *("Overdrawn", "withdraw", "count_up", "later", "Restarting", "documented", "counter"),
    *("history", "increment", "rebind", "Stack", "stack"),
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
    assert {student.fail: 1}[student.fail] == 1


def test_classes_tell_their_instances(student):
    assert isinstance(student.layer, student.Vector)
    assert isinstance(student.layer, student.Layer)
    assert not isinstance(student.v, student.Layer)
    assert not isinstance(3, student.Vector)


def test_what_is_callable_says_so(student):
    assert callable(student.fail)
    assert callable(student.v)


def test_a_students_class_is_a_class(student):
    deep = student.Deep(np.zeros(1))
    assert type(deep) is student.Deep
    assert deep.__class__ is student.Deep
    assert type(deep).__name__ == student.Deep.__name__ == "Deep"
    assert isinstance(deep, student.Linear)
    assert issubclass(student.Deep, student.Linear)
    assert not issubclass(student.Linear, student.Deep)
    assert student.Deep.step is not None
    assert deep.__dict__.keys() == {"weight", "bias"}


def test_attributes_of_a_class_are_written_in_the_box(student):
    student.Vector.kind = "changed"
    assert student.v.kind == student.Vector.kind == "changed"


def test_objects_without_an_order_of_their_own_compare_by_identity(student):
    one, other = student.Linear(1), student.Linear(1)
    assert one == one
    assert one != other
    assert one != 5
    assert len({one, other, one}) == 2


def test_what_python_writes_on_a_function_is_read(student):
    assert student.documented.__name__ == "documented"
    assert student.documented.__doc__ == "What it does."
    assert student.documented.__defaults__ == (2,)
    assert isinstance(student.documented, types.FunctionType)
    assert inspect.isgenerator(student.count_up(2))


def test_whether_an_object_is_one_of_pythons_own_kinds_is_for_a_person_to_say(student, session):
    assert not isinstance(student.linear, list)
    assert not session.examination.cannot
    isinstance(student.stack, list)
    assert "class of a Stack" in session.examination.cannot


def test_generators_give_their_items_once(student, session):
    items = student.count_up(3)
    assert list(items) == [0, 1, 2]
    assert list(items) == []
    assert [a for a, _ in zip(student.count_up(100), "ab", strict=False)] == [0, 1]
    assert next(student.count_up(1)) == 0
    with pytest.raises(StopIteration):
        next(student.count_up(0))
    with pytest.raises(TypeError):
        len(student.count_up(1))
    assert not session.examination.cannot


def test_an_iterator_that_has_ended_has_ended_for_good(student):
    items = student.Restarting()
    assert list(items) == [3, 2, 1]
    assert list(items) == []


def test_coroutines_are_awaited_in_the_box(student):
    async def wait():
        return await student.later(2)

    # By hand: a browser test in the same process may have left an event loop running.
    with pytest.raises(StopIteration) as ended:
        wait().send(None)
    assert ended.value.value == 3


def test_an_exception_keeps_its_arguments_and_its_own_attributes(student):
    with pytest.raises(KeyError) as caught:
        student.change({}, "value['missing']")
    assert caught.value.args == ("missing",)
    with pytest.raises(student.Overdrawn, match="7 short") as caught:
        student.withdraw(7)
    assert caught.value.missing == 7
    assert type(caught.value).__name__ == "Overdrawn"


# ----------------------------------------------------------------------------------------- shared


def test_an_attribute_that_the_test_changes_in_place_is_changed_in_the_box(student):
    weight = student.linear.weight
    weight[0] = 5
    assert student.linear.forward(np.ones(2)).tolist() == [10, 2]
    weight += 1
    assert student.linear.forward(np.ones(2)).tolist() == [12, 4]
    student.linear.weight *= 0
    assert student.linear.forward(np.ones(2)).tolist() == [0, 0]
    assert student.linear.weight is weight


def test_a_value_that_the_test_gave_and_then_changes_is_changed_in_the_box(student):
    weight = np.eye(2)
    student.linear.weight = weight
    built = student.Linear(weight, bias=weight)
    weight[0, 0] = 7
    for layer in (student.linear, built):
        assert layer.forward(np.ones(2)).tolist() == [7, 1]
    assert built.bias.tolist() == [[7, 0], [0, 1]]


def test_what_a_call_returns_can_be_changed_in_place(student):
    result = student.linear.forward(np.ones(2))
    result += 1
    assert result.tolist() == [3, 3]
    student.linear.parameters()[0][:] = 4
    assert student.linear.forward(np.ones(2)).tolist() == [8, 8]


def test_what_the_box_changes_in_place_is_seen_by_who_holds_it(student):
    weight = student.linear.weight
    student.linear.step()
    assert student.linear.weight is weight
    assert weight.tolist() == [[0, 0], [0, 0]]


def test_the_box_cannot_change_what_the_test_gave(student):
    weight = np.ones((2, 2))
    student.linear.weight = weight
    student.linear.step()
    assert student.linear.weight.tolist() == [[0, 0], [0, 0]]
    assert weight.tolist() == [[1, 1], [1, 1]]


def test_a_numerical_gradient_can_be_taken(student):
    weight = np.array([[1.0, 2.0], [3.0, 4.0]])
    layer, x, slope = student.Linear(weight), np.array([5.0, 6.0]), np.zeros((2, 2))
    for index in np.ndindex(2, 2):
        for sign in (1, -1):
            layer.weight[index] += sign * 0.5
            slope[index] += sign * layer.forward(x).sum()
            layer.weight[index] -= sign * 0.5
    assert slope.tolist() == [[5, 6], [5, 6]]


def test_two_arguments_that_are_one_object_are_one_object_in_the_box(student):
    weight = np.zeros(2)
    student.linear.weight = weight
    for layer in (student.Linear(weight, weight), student.Linear(w := np.zeros(2), bias=w)):
        layer.weight += 1
        assert layer.bias.tolist() == [1, 1]


def test_a_value_within_another_is_the_same_object_in_the_box(student):
    row = [0]
    rows = [row, row, {"row": row}, deque([1])]
    student.change(rows, "value[0][0] = 5; value[3].append(2)")
    assert rows == [[5], [5], {"row": [5]}, deque([1, 2])]
    assert rows[0] is row


def test_a_value_within_itself_is_for_a_person(student, session):
    loop = []
    loop.append(loop)
    with pytest.raises(wire.CannotCross):
        student.kind_of(loop)
    assert "nested" in session.examination.cannot


def test_values_that_the_test_let_go_of_do_not_fill_the_box(student, session):
    session.examination.deadline += 60
    for _ in range(250):
        # Of 300 MiB.
        assert student.Linear(np.zeros(2**18)).weight[0] == 0
    assert not session.examination.failure


def test_an_array_that_the_test_gives_another_shape_is_for_a_person(student, session):
    values = student.linear.weight
    values.resize((1, 2), refcheck=False)
    with pytest.raises(wire.CannotCross):
        student.linear.forward(np.ones(2))
    assert session.examination.cannot


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
    "hash": hash,
    "what is wrapped": lambda v: getattr(v, "__wrapped__", None) or v.__wrapped__,
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "code": lambda v: v.__code__,
    "signature": inspect.signature,
    "with block": lambda v: v.__enter__(),
    "bytes": bytes,
    "path": Path,
    "reversed": reversed,
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


def test_what_a_call_prints_is_printed_again_for_a_test_that_collects_it(student, session):
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        student.change([], "print('to see')")
        student.shout()
    assert out.getvalue() == "to see\n"
    assert errors.getvalue() == "!\n"
    assert not session.examination.wrote_stderr


def test_a_generator_that_the_test_seeds_is_seeded_in_the_box(student, session):
    session.examination.seeds = True
    draw = "value[:] = np.random.rand(2).tolist() + [__import__('random').random()]"
    values = []
    np.random.seed(5)
    random.seed(6)
    student.change(values, draw)
    np.random.seed(5)
    random.seed(6)
    assert values == [*np.random.rand(2), random.random()]
    student.change(values, draw)
    assert values[0] == np.random.RandomState(5).rand(3)[2]


def test_an_input_that_the_test_replaces_is_for_a_person(student, session, monkeypatch):
    monkeypatch.setattr(builtins, "input", lambda prompt: "5")
    with pytest.raises(wire.CannotCross):
        student.kind_of(1)
    assert "input()" in session.examination.cannot


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
    expected = copy.deepcopy(value)
    exec(how, {"value": expected, "np": np})
    given = copy.deepcopy(value)
    student.change(given, how)
    assert as_text(given) == as_text(expected)


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


def test_a_name_that_the_test_gives_is_rebound_in_the_box(session):
    space = {}
    session.mirror(space, NAMES, given=["number"])
    space["number"] = 41
    assert space["look"]("number") == 41
    space["number"] = space["v"]
    assert space["look"]("number") is space["v"]


def test_a_name_that_the_test_deletes_is_deleted_in_the_box(space):
    del space["number"]
    assert space["look"]("number") == "missing"


def test_what_a_function_does_to_its_global_names_is_seen(space):
    history = space["history"]
    space["increment"]()
    space["increment"]()
    assert space["counter"] == 2
    assert space["history"] == [1, 2]
    assert space["history"] is history


def test_a_global_list_that_the_test_changes_is_changed_in_the_box(space):
    space["history"].append("the test's")
    space["increment"]()
    assert space["history"] == ["the test's", 1]


def test_a_name_that_the_test_has_bound_is_the_tests_alone(space):
    space["number"] = 41
    assert space["look"]("number") == 5
    space["rebind"]("number", 6)
    assert space["number"] == 41
    space["rebind"]("expected", 6)
    assert "expected" not in space


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


FUNCTION = {"names": {"f": ["h", 1, {"name": "function", "is_callable": True}]}}


def test_a_box_cannot_bind_names_that_nobody_asked_for():
    names = {
        "f": 1,
        "len": ["h", 1, {"name": "function", "is_callable": True}],
        "np": ["h", 2, {"name": "module"}],
    }
    namespace = {"np": np}
    with peer({"names": names}) as session, contextlib.suppress(BoxFailure):
        session.mirror(namespace, ["f"])
    assert namespace.get("np") is np
    assert "len" not in namespace


@pytest.mark.parametrize(
    "answer",
    [
        b"{", b"[]", {"names": [1]}, {"names": 1}, {}, {"names": {"f": ["exec", 1]}},
        {"names": {"f": ["a", "|O", [1], 8]}}, {"names": {"f": ["h", "1", {"name": "f"}]}},
        {"names": {"f": ["h", 1]}}, {"names": {"f": ["h", 1, []]}},
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
        {"value": ["r", 1]}, {"value": ["h", [], {"name": "f"}]},
        {"value": ["h", 2, {"name": "f", "exception": ["ValueError"]}]},
        {"value": ["h", 2, {"name": 5, "class": 7}]}, {"value": ["h", 2, {"class": []}]},
        {"value": ["h", 2, {"class": ["h", 3, {}]}]},
        {"value": ["h", 2, {"class": ["h", 2, {"is_class": True}]}]},
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
        None, 1, [], {}, {"type": 1}, {"type": "eval"}, {"type": "ValueError", "number": []},
        {"type": "ValueError", "line": [[], 3]},
        {"type": "ValueError", "line": ["<cell 0>", 10**9]},
        {"type": "ValueError", "name": {}, "text": [1]}, {"type": "ExceptionGroup", "text": "x"},
        {"type": "ValueError", "class": {}}, {"type": "ValueError", "line": ["<cell 0>", -5]},
        {"type": "ValueError", "arguments": ["l", [1]]}, {"type": "OSError", "arguments": 5},
        {"type": "ValueError", "class": ["h", 3, {"exception": "KeyError", "name": "a b"}]},
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
