import ast
import builtins

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.plan import Delimiters, make_plan, mark, role_of, with_gradebook_sources


def cell(source, **about):
    about.setdefault("grade_id", f"cell{abs(hash(source)) % 10**8}")
    return new_code_cell(source, metadata={"nbgrader": about})


def answer(source, **about):
    return cell(source, solution=True, **about)


def grade(source, **about):
    return cell(source, grade=True, points=1, locked=True, **about)


def setup(source):
    return new_code_cell(source)


def plan(*cells):
    return make_plan(new_notebook(cells=list(cells)))


def trusted(step):
    return [ast.unparse(statement) for statement in step.trusted]


def students(*cells):
    """Names of the last cell, a grade cell, that the box supplies."""
    return plan(*cells)[-1].student_names


SOLUTION = answer("def f(x):\n    return x + 1")


# ---------------------------------------------------------------------------------------- roles


@pytest.mark.parametrize(
    ("about", "role"),
    [
        ({"solution": True, "grade": False}, "answer"),
        ({"solution": True, "grade": True}, "answer"),
        ({"solution": False, "grade": True}, "grade"),
        ({"locked": True}, "setup"),
        ({}, "setup"),
        ("nonsense", "setup"),
    ],
)
def test_roles_follow_nbgraders_marks(about, role):
    assert role_of(new_code_cell("", metadata={"nbgrader": about})) == role


def test_text_is_text_whatever_its_marks():
    written = new_markdown_cell("x", metadata={"nbgrader": {"grade": True, "solution": True}})
    assert role_of(written) == "text"
    [step] = plan(written)
    assert step.is_graded_by_hand
    assert not step.trusted


def test_a_cell_without_marks_has_none():
    assert mark(new_code_cell("")) == mark(new_code_cell("", metadata={"nbgrader": [1]})) == {}


def test_steps_stand_in_the_order_of_the_source():
    steps = plan(setup("a = 1"), answer("b = 1", grade_id="b"), grade("assert b", grade_id="t"))
    assert [(s.role, s.grade_id, s.points) for s in steps] == [
        ("setup", "", 0),
        ("answer", "b", 0),
        ("grade", "t", 1),
    ]


# ---------------------------------------------------------------------------------------- setup


def test_what_does_not_depend_on_the_student_is_trusted():
    [step] = plan(setup("import numpy as np\nN = 3\ndata = np.arange(N)\ndef g(x):\n    return x"))
    assert len(step.trusted) == 4


def test_what_depends_on_the_student_runs_in_the_box_alone():
    step = plan(SOLUTION, setup("import os\na = f(1)\nb = a + 1\nc = 2\nprint(b)"))[1]
    assert trusted(step) == ["import os", "c = 2"]


@pytest.mark.parametrize(
    "source", ["import os; y = f(os)", "y = f(1); import os", "f(0)\nimport os"]
)
def test_the_imports_of_a_mixed_cell_hold_on_the_trusted_side(source):
    steps = plan(SOLUTION, setup(source), grade("assert os.sep == y"))
    assert "import os" in trusted(steps[1])
    assert "os" not in steps[2].student_names


def test_the_imports_of_a_solution_hold_on_the_trusted_side():
    steps = plan(answer("import numpy as np\ny = np.zeros(3)"), grade("assert np.all(y == 0)"))
    assert trusted(steps[0]) == ["import numpy as np"]
    assert steps[1].student_names == {"y"}


def test_the_trusted_side_runs_nothing_else_of_a_solution():
    assert trusted(plan(answer("x = 1\ndef g():\n    return 2\nprint(x)"))[0]) == []


@pytest.mark.parametrize(
    "source",
    [
        "a = f(1)",
        "xs.append(f(1))",
        "xs[0] = f(1)",
        "xs.a = f(1)",
        "for xs in f(1): pass",
        "if f(1):\n    xs = 2",
        "with f(1) as xs: pass",
        "xs += f(1)",
        "del xs[f(0)]",
        "xs, ys = f(1), 2",
        "class xs(f): pass",
        "[xs.append(f(i)) for i in range(3)]",
    ],
)
def test_what_a_statement_binds_or_changes_with_the_students_help_is_the_students(source):
    name = "a" if source.startswith("a") else "xs"
    assert name in students(setup("xs = [1]"), SOLUTION, setup(source), grade(f"assert {name}"))


def test_what_is_made_of_a_students_list_is_the_students():
    cells = (
        setup("xs = []"),
        SOLUTION,
        setup("xs.append(f(1))\nn = len(xs)"),
        grade("assert n == 1"),
    )
    assert students(*cells) == {"n"}


def test_a_name_that_the_trusted_side_binds_anew_is_its_own_again():
    cells = SOLUTION, setup("a = f(1)"), setup("a = 5"), grade("assert f(4) == a")
    assert students(*cells) == {"f"}


def test_a_statement_that_calls_a_trusted_function_that_calls_the_student_runs_in_the_box():
    steps = plan(
        SOLUTION,
        setup("def helper(x):\n    return f(x)\ndef outer(x):\n    return helper(x)"),
        setup("a = outer(1)\nb = 2"),
        grade("assert a == b"),
    )
    assert len(steps[1].trusted) == 2
    assert trusted(steps[2]) == ["b = 2"]
    assert steps[3].student_names == {"a"}


def test_what_a_lambda_computes_with_the_students_help_is_the_students():
    cells = SOLUTION, setup("best = max(range(3), key=lambda i: f(i))"), grade("assert best == 2")
    assert "best" in students(*cells)


# ---------------------------------------------------------------------------------- grade cells


def test_a_name_that_the_solution_binds_is_the_students():
    assert students(SOLUTION, grade("assert f(1) == 2")) == {"f"}


def test_a_name_that_the_solution_binds_anew_is_the_students():
    assert students(setup("x = 0"), answer("x = 1"), grade("assert x == 1")) == {"x"}


def test_a_name_that_no_cell_of_the_source_binds_is_the_students():
    # A solution region may be the whole of it; the source may have been cut short.
    assert students(answer("pass"), grade("assert made_up == 1")) == {"made_up"}


def test_the_student_never_supplies_a_builtin():
    source = "assert sorted(map(f, range(3))) == [len([1])] and isinstance(1, int)\nprint(display)"
    assert students(SOLUTION, grade(source)) == {"f"}


@pytest.mark.parametrize("name", ["print", "len", "isinstance", "get_ipython", "AssertionError"])
def test_the_student_never_supplies_a_builtin_that_is_changed_by_a_setup_statement(name):
    cells = SOLUTION, setup(f"{name}.x = f(1)"), grade(f"assert {name}")
    assert hasattr(builtins, name) or name == "get_ipython"
    assert name not in students(*cells)


@pytest.mark.parametrize(
    "cells",
    [
        (setup("import numpy as np"), SOLUTION),
        (setup("import numpy as np"), answer("np = 1")),
        (setup("import numpy as np"), answer("np.random.seed(0)\nnp.x = 2")),
        (setup("import numpy as np"), SOLUTION, setup("np.random.seed(f(1))")),
        (setup("import numpy as np"), SOLUTION, setup("np.x = f(1)")),
        (answer("import numpy as np"),),
        (answer("def f():\n    return 1"), setup("import numpy as np")),
        (setup("try:\n    import numpy as np\nexcept ImportError:\n    np = None"), SOLUTION),
    ],
)
def test_the_student_never_supplies_a_module(cells):
    assert "np" not in students(*cells, grade("np.testing.assert_array_equal(f(1), 2)"))


@pytest.mark.parametrize(
    "statement",
    [
        "import numpy as np",
        "from numpy import linalg as np",
        "np = 1",
        "def np(): pass",
        "class np: 1",
    ],
)
def test_the_student_never_supplies_what_the_test_itself_binds_first(statement):
    assert "np" not in students(SOLUTION, grade(f"{statement}\nassert np and f(1)"))


def test_a_name_that_the_test_uses_before_it_binds_it_is_the_students():
    assert students(answer("x = 1"), grade("assert x == 1\nx = 2\nassert x == 2")) == {"x"}


def test_a_name_that_the_test_may_not_bind_is_still_the_students():
    assert "x" in students(answer("x = 1"), grade("if f:\n    x = 2\nassert x == 1"))


def test_the_student_never_supplies_what_the_trusted_side_defines():
    cells = setup("LIMIT = 3\ndef check(x):\n    assert x < LIMIT"), SOLUTION
    assert students(*cells, grade("check(f(1))")) == {"f"}


def test_the_student_never_supplies_what_an_earlier_test_defined():
    cells = (
        SOLUTION,
        grade("def check(x):\n    assert x\nexpected = 2"),
        grade("check(f(1) == expected)"),
    )
    assert students(*cells) == {"f"}


@pytest.mark.parametrize("source", ["from numpy.testing import *", "%run tools.py", "exec(TEXT)"])
def test_a_name_that_nobody_is_seen_to_bind_is_the_trusted_sides_where_that_has_it(source):
    step = plan(setup(source), SOLUTION, grade("assert_array_equal(f(1), 2)"))[-1]
    assert step.unknown_names == {"assert_array_equal"}


def test_the_names_that_a_helper_reaches_are_supplied():
    cells = SOLUTION, setup("def helper(x):\n    return f(x)"), grade("assert helper(1) == 2")
    assert students(*cells) == {"f"}


def test_the_names_that_a_tests_own_helper_reaches_are_supplied():
    assert students(SOLUTION, grade("def g():\n    return f(1)\nassert g() == 2")) == {"f"}


def test_the_names_that_an_earlier_tests_helper_reaches_are_supplied():
    cells = SOLUTION, grade("def g():\n    return f(1)"), grade("assert g() == 2")
    assert students(*cells) == {"f"}


def test_helpers_that_call_each_other_are_followed_to_the_end():
    helpers = "def a(n):\n    return b(n) if n else f(n)\ndef b(n):\n    return a(n - 1)"
    assert students(SOLUTION, setup(helpers), grade("assert a(2) == 1")) == {"f"}


def test_a_class_that_derives_from_the_students_is_the_students():
    cells = answer("class A: pass"), setup("class B(A): pass"), grade("assert B()")
    assert students(*cells) == {"B"}


def test_variables_of_a_test_are_not_asked_of_the_student():
    source = "for i in range(3):\n    assert f(i) == i + 1\nassert [j for j in range(2)]"
    assert "j" not in students(SOLUTION, grade(source))


def test_magics_and_await_hold_no_surprise():
    source = "%matplotlib inline\nresult = await f(1)\nassert result == 2"
    [_, step] = plan(SOLUTION, grade(source))
    assert step.student_names == {"f"}
    assert len(step.trusted) == 3


@pytest.mark.parametrize("make", [setup, answer, grade])
def test_a_cell_with_a_syntax_error_has_nothing_trusted_and_stops_nothing(make):
    steps = plan(SOLUTION, make("def broken(:"), grade("assert f(1) == 2"))
    assert steps[1].trusted == []
    assert steps[2].student_names == {"f"}


# ------------------------------------------------------------------------------------- released


def released(*cells):
    return [step.released for step in plan(*cells) if step.role == "grade"]


def test_a_test_whose_variables_no_later_cell_uses_is_not_run_in_the_box():
    assert released(SOLUTION, grade("y = f(1)\nassert y == 2"), setup("z = 1")) == [""]


@pytest.mark.parametrize(
    "later", [answer("z = y + 1"), setup("print(y)"), answer("def g():\n    return y")]
)
def test_a_test_whose_variables_a_later_cell_uses_is_run_in_the_box(later):
    source = "y = f(1)\nassert y == 2"
    assert released(SOLUTION, grade(source), later) == [source]


def test_variables_that_are_bound_again_before_they_are_used_are_not_carried():
    assert released(SOLUTION, grade("y = f(1)"), setup("y = 2"), setup("print(y)")) == [""]


HIDDEN = """y = 1
### BEGIN HIDDEN TESTS
secret = f(41)
assert secret == 42
### END HIDDEN TESTS
z = 2"""


def test_a_hidden_region_never_reaches_the_box():
    [text] = released(SOLUTION, grade(HIDDEN), setup("print(y, secret)"))
    assert text == "y = 1\nz = 2"


@pytest.mark.parametrize(
    "before", ["", "\n", "\n  \n\n", "# a\n\n", "%matplotlib inline\n", "%%time\n"]
)
def test_hidden_statements_stand_in_hidden_lines_whatever_comes_before_them(before):
    step = plan(SOLUTION, grade(f"{before}# BEGIN HIDDEN TESTS\nassert f(41) == 42"))[1]
    secret = step.trusted[-1]
    assert any(first <= secret.lineno <= last for first, last in step.hidden_lines)


def test_a_command_of_several_lines_hides_no_less():
    source = "!ls \\\n  -l\nx = 1\n# BEGIN HIDDEN TESTS\nassert f(41) == 42\n# END HIDDEN TESTS"
    step = plan(SOLUTION, grade(source))[1]
    secret = step.trusted[-1]
    assert any(first <= secret.lineno <= last for first, last in step.hidden_lines)


def test_a_variable_of_a_hidden_region_is_not_carried():
    assert released(SOLUTION, grade(HIDDEN), setup("print(secret)")) == [""]


def test_hidden_lines_are_known_and_run_on_the_trusted_side():
    step = plan(SOLUTION, grade(HIDDEN))[1]
    assert step.hidden_lines == [(2, 5)]
    assert "secret = f(41)" in trusted(step)
    assert step.student_names == {"f"}


# ------------------------------------------------------------------------------- hidden regions

REGION = ["# BEGIN HIDDEN TESTS", "a", "# END HIDDEN TESTS"]


@pytest.mark.parametrize(
    ("source", "regions", "rest"),
    [
        ("a\nb", [], "a\nb"),
        ("# BEGIN HIDDEN TESTS\na\n# END HIDDEN TESTS", [(1, 3)], ""),
        ("a\n# BEGIN HIDDEN TESTS\nb", [(2, 3)], "a"),
        ("a\n# END HIDDEN TESTS\nb", [], "a\n# END HIDDEN TESTS\nb"),
        (
            "\n".join([*REGION, "b", *REGION]),
            [(1, 3), (5, 7)],
            "b",
        ),
        ("", [], ""),
    ],
)
def test_hidden_regions_are_found_and_cut_out(source, regions, rest):
    assert Delimiters().regions(source) == regions
    assert Delimiters().strip(source) == rest


def test_a_region_that_is_never_closed_is_hidden_to_the_end():
    [text] = released(SOLUTION, grade("y = 1\n# BEGIN HIDDEN TESTS\ns = 42"), setup("print(y)"))
    assert "42" not in text


def test_other_delimiters_are_heeded():
    notebook = new_notebook(cells=[grade("y = 1\n# <<<\ns = 42\n# >>>"), setup("print(y)")])
    step = make_plan(notebook, Delimiters("<<<", ">>>"))[0]
    assert step.released == "y = 1"


# ------------------------------------------------------------------------------------ gradebook


def test_locked_cells_are_as_the_gradebook_has_them_and_answers_are_not():
    notebook = new_notebook(
        cells=[answer("solution", grade_id="a"), grade("old", grade_id="t"), setup("kept")]
    )
    sources = [c.source for c in with_gradebook_sources(notebook, {"a": "stub", "t": "new"}).cells]
    assert sources == ["solution", "new", "kept"]
