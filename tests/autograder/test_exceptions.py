"""A student whose code crashes is told where, and no value of a hidden case."""

import linecache

from autograder.exceptions import cell_line


def caught(call):
    try:
        call()
    except ValueError as error:
        return error
    raise AssertionError("the call was meant to raise")


def define_in_cell(source):
    """Compile as IPython does: the file does not exist, its lines are in linecache."""
    name = "/nowhere/ipykernel_1/2.py"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    namespace = {}
    exec(compile(source, name, "exec"), namespace)
    return namespace


def test_the_innermost_line_of_the_cell_is_named_without_the_exception_s_text():
    cell = define_in_cell("def outer():\n    inner()\n\ndef inner():\n    raise ValueError('31')\n")
    assert cell_line(caught(cell["outer"])) == "raise ValueError('31')"


def test_a_crash_inside_a_library_names_the_cell_s_line_that_called_it():
    cell = define_in_cell("def parse():\n    return int('x')\n")
    assert cell_line(caught(cell["parse"])) == "return int('x')"


def test_code_that_stands_in_a_file_has_no_cell():
    assert cell_line(caught(lambda: int("x"))) is None
