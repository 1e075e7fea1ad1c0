import pytest

from autograder.names import Names, merge, names_of, parse_cell


def names(source):
    [statement] = parse_cell(source)
    return names_of(statement)


@pytest.mark.parametrize(
    ("source", "now", "binds"),
    [
        ("x = y + 1", {"y"}, {"x"}),
        ("x += y", {"x", "y"}, {"x"}),
        ("x: int = y", {"y", "int"}, {"x"}),
        ("a, (b, *c) = d", {"d"}, {"a", "b", "c"}),
        ("for i in xs:\n    t = i", {"xs", "i"}, {"i", "t"}),
        ("with f() as g:\n    h = 1", {"f"}, {"g", "h"}),
        ("if (n := g()):\n    m = n", {"g", "n"}, {"n", "m"}),
        ("del x", set(), {"x"}),
        ("try:\n    x = 1\nexcept E as e:\n    pass", {"E"}, {"x", "e"}),
        ("match v:\n    case [a, *b]:\n        pass", {"v"}, {"a", "b"}),
        ("assert f(x) == g", {"f", "x", "g"}, set()),
        ("print(f'{x:{w}}')", {"print", "x", "w"}, set()),
    ],
)
def test_what_a_statement_looks_up_and_what_it_binds(source, now, binds):
    found = names(source)
    assert found.now >= now
    assert found.now - now <= binds
    assert found.binds == binds
    assert not found.later


@pytest.mark.parametrize(
    ("source", "binds"),
    [
        ("import numpy as np", {"np"}),
        ("import numpy.linalg", {"numpy"}),
        ("from math import pi, tau as t", {"pi", "t"}),
    ],
)
def test_imports_are_known_as_such(source, binds):
    assert names(source).binds == names(source).imports == binds


def test_a_functions_body_is_for_later_but_its_defaults_and_decorators_are_not():
    found = names("@deco(a)\ndef f(x: T = b) -> R:\n    y = c + x\n    return y + g(d)")
    assert found.binds == {"f"}
    assert found.now >= {"deco", "a", "b"}
    assert not found.now & {"c", "g", "d"}
    assert found.later >= {"c", "g", "d"}
    assert not (found.now | found.later) & {"x", "y"}


def test_a_lambda_and_an_inner_function_are_for_later():
    assert names("f = lambda x: g(x)").later == {"g"}
    found = names("def f():\n    def h():\n        return g\n    return h")
    assert "g" in found.later
    assert "h" not in found.later | found.binds


def test_a_class_body_runs_now_and_its_methods_later():
    found = names(
        "class A(B):\n    x = c\n    y = [d for _ in e]\n    def m(self):\n        return g"
    )
    assert found.binds == {"A"}
    assert found.now >= {"B", "c", "d", "e"}
    assert found.later == {"g"}


def test_a_comprehension_runs_now_and_keeps_its_variables():
    found = names("x = [f(i) + a for i in xs if p(i)]")
    assert found.now >= {"f", "a", "xs", "p"}
    assert "i" not in found.now | found.later | found.binds


def test_a_comprehension_in_a_function_is_for_later():
    found = names("def g():\n    return {f(i) for i in xs}")
    assert {"f", "xs"} <= found.later
    assert not found.now


@pytest.mark.parametrize(
    "source",
    [
        *("x.append(1)", "x[0] = 1", "x.a = 1", "x.a[1].b += 1", "x.a.sort()", "del x[0]"),
        *("x[1:], y = z", "for x[0] in y: pass", "def f():\n    x.append(1)", "del x.a"),
        "def f():\n    global x\n    x = 1",
    ],
)
def test_what_may_be_changed_in_place(source):
    assert "x" in names(source).touches


@pytest.mark.parametrize("source", ["y = x", "f(x)", "x", "y = x[0]", "y = x.a", "x = 1"])
def test_reading_changes_nothing_in_place(source):
    assert "x" not in names(source).touches


def test_a_top_level_await_is_understood():
    found = names("x = await f(y)")
    assert found.now >= {"f", "y"}
    assert found.binds == {"x"}


def test_an_await_in_a_block_is_understood():
    found = names("async with f() as s:\n    r = [i async for i in s]")
    assert found.now >= {"f"}
    assert found.binds == {"s", "r"}


@pytest.mark.parametrize(
    "source", ["%matplotlib inline", "!ls", "%%time\nx = 1", "x?", "files = !ls"]
)
def test_magics_are_understood(source):
    statements = parse_cell(source)
    assert statements
    assert "get_ipython" in merge([names_of(s) for s in statements]).now


def test_a_variable_that_takes_a_magics_result_is_bound():
    assert names("files = !ls").binds == {"files"}


@pytest.mark.parametrize("source", ["def f(:", "x = = 1", "x = '", "\0", "(" * 5000])
def test_what_does_not_parse_is_nothing(source):
    assert parse_cell(source) is None


@pytest.mark.parametrize("source", ["", "\n\n", "# only a comment"])
def test_an_empty_cell_has_no_statements(source):
    assert parse_cell(source) == []


def test_statements_keep_their_lines():
    assert [s.lineno for s in parse_cell("# a\nx = 1\n\ny = (\n  2)\n")] == [2, 4]
    assert [s.lineno for s in parse_cell("\n \n\nx = 1\ny = 2")] == [4, 5]


def test_names_are_merged():
    whole = merge([names("import a"), names("b = c"), names("def d():\n    e.f = g")])
    assert whole == Names(
        now={"c"}, later={"e", "g"}, binds={"a", "b", "d"}, imports={"a"}, touches={"e"}
    )
