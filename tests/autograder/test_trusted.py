"""What an instructor's test tells the box, and what a student may be told of it."""

from pathlib import Path

import pytest
from nbformat.v4 import new_notebook

from autograder.grading import Task
from autograder.worker import Settings, Worker
from tests.autograder.courses import answer, grade_cell

REPOSITORY = Path(__file__).resolve().parents[2]
HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


@pytest.fixture(scope="module")
def worker():
    worker = Worker(Settings(REPOSITORY / ".box", "bubblewrap"))
    with worker.sandbox:
        yield worker


@pytest.fixture
def judge(worker):
    """Grade an answer by tests; ``solution`` is the instructor's."""

    def graded(given, *tests, solution="def f(x):\n    return x", before=()):
        first = [*before, answer("f", solution)]
        cells = [grade_cell(f"t{number}", test) for number, test in enumerate(tests)]
        source = new_notebook(cells=[*first, *cells])
        submitted = new_notebook(cells=[*before, answer("f", given), *cells])
        return list(worker.grade(Task(source, submitted)).outcomes.values())

    return graded


VARIABLES = {
    "loop": "for expected in [8675309]:\n    assert f(1) == expected",
    "unpacking": "for x, (expected, _) in [(1, (8675309, 0))]:\n    assert f(x) == expected",
    "condition": "if 1:\n    expected = 8675309\n    assert f(1) == expected",
    "with block": "import contextlib\nwith contextlib.nullcontext(8675309) as expected:\n"
    "    assert f(1) == expected",
    "try": "try:\n    expected = 8675309\nfinally:\n    assert f(1) == expected",
    "walrus": "assert (expected := 8675309) == f(1)",
    "assignment": "expected = 8675309\nassert f(1) == expected",
    "function": "def check():\n    global expected\n    expected = 8675309\n"
    "    assert f(1) == expected\ncheck()",
}


@pytest.mark.parametrize("variable", VARIABLES)
def test_what_a_test_expects_never_reaches_the_box(judge, variable):
    lookup = "def f(x):\n    return globals().get('expected', 0)"
    [outcome] = judge(lookup, VARIABLES[variable])
    assert outcome.points == 0
    # Not even when the solution has a variable of that name.
    solution = "expected = 5\ndef f(x):\n    return 8675309"
    [outcome] = judge(f"expected = 5\n{lookup}", VARIABLES[variable], solution=solution)
    assert outcome.points == 0


def test_a_value_that_the_solution_looks_up_is_given(judge):
    solution = "rate = 2\ndef f(x):\n    return x * rate"
    test = "rate = 5\nassert f(3) == 15"
    assert judge(solution, test, solution=solution)[0].points == 1
    assert judge("def f(x):\n    return x * 2", test, solution=solution)[0].points == 0


def test_so_is_one_that_the_notebook_gives_before(judge):
    before = [grade_cell("settings", "rate = 2", points=0)]
    solution = "def f(x):\n    return x * rate"
    tests = "rate = 5\nassert f(3) == 15", "assert f(2) == 10"
    outcomes = judge(solution, *tests, solution=solution, before=before)
    assert [outcome.points for outcome in outcomes[-2:]] == [1, 1]


KEEPS = {
    "an earlier object": (
        "def f(x):\n    return x\nclass g:\n    seen = []\n    def __call__(self, x):\n"
        "        self.seen.append(x)\n        if x == 2:\n            raise ValueError(self.seen)\n"
        "        return x",
        "h = g()\n" + HIDDEN.format("assert h(8675309) == 8675309"),
        "assert h(2) == 2",
    ),
    "a file": (
        "def f(x):\n    open('seen', 'a').write(str(x))\n    return x\n"
        "def g(x):\n    raise ValueError(open('seen').read())",
        HIDDEN.format("assert f(8675309) == 8675309"),
        "assert g(2) == 2",
    ),
    "what it prints": (
        "def f(x):\n    open('seen', 'a').write(str(x))\n    return x\n"
        "def g(x):\n    return int(open('seen').read())",
        HIDDEN.format("assert f(8675309) == 8675309"),
        "print(g(2))\nassert g(2) == 2",
    ),
    "the name of a class": (
        "def f(x):\n    open('seen', 'a').write(str(x))\n    return x\n"
        "def g(x):\n    return type('n' + open('seen').read(), (), {})()",
        HIDDEN.format("assert f(8675309) == 8675309"),
        "assert g(2) + 1 == 2",
    ),
}


@pytest.mark.parametrize("place", KEEPS)
def test_a_hidden_input_is_in_no_later_message(judge, place):
    given, hidden, visible = KEEPS[place]
    first, last = judge(given, hidden, visible, solution="def f(x):\n    return x\ng = f")
    assert first.points == 1
    assert last.points in (0, None)
    assert "8675309" not in f"{first} {last}"
    assert last.message.en
    assert last.message.zh


def test_a_visible_test_tells_its_details_as_long_as_nothing_hidden_was_asked(judge):
    failing = "values = f(2)\nassert values == 3, f'{values} is not 3'"
    before, hidden, after = judge(
        "def f(x):\n    return x", failing, HIDDEN.format("assert f(1) == 1"), failing
    )
    assert "2 is not 3" in before.message.en
    assert hidden.verdict == "AC"
    assert "2 is not 3" not in after.message.en
    assert "assert values == 3" in after.message.en
    assert "Run it in your notebook" in after.message.en
    assert "笔记本" in after.message.zh


BY_HAND = {
    "a syntax error of the test": ("def f(x):\n    return x", "assert f(1) = 1"),
    "a file that is looked for": (
        "def f(x):\n    open('w.txt', 'w').write('')",
        "import os\nf(1)\nassert os.path.exists('w.txt')",
    ),
    "items passed on": (
        "class D:\n    def __getitem__(self, n):\n        return [1][n]\ndef f(x):\n    return D()",
        "def items():\n    yield from f(1)\nassert list(items()) == [1]",
    ),
}


@pytest.mark.parametrize("what", BY_HAND)
def test_a_person_decides_about(judge, what):
    given, test = BY_HAND[what]
    [outcome] = judge(given, test)
    assert (outcome.verdict, outcome.points) == ("manual", None)


def test_a_semicolon_hides_the_last_value(judge):
    given = "def f(x):\n    yield 0.25"
    hidden, shown = judge(given, "[*f(1)][0];", "[*f(1)][0]")
    assert (hidden.verdict, hidden.points) == ("AC", 1)
    assert (shown.verdict, shown.points) == ("WA", 0.25)
