"""What lint says of values that cannot cross is what the grader does with them."""

import pytest

from tests.autograder.courses import answer, grade_cell, locked
from tests.autograder.test_same_marks import FEATURES

SOLUTION = answer(
    "solution",
    "from dataclasses import dataclass\nimport pathlib\n"
    "def same(x=1, y=None):\n    return x\n"
    "def write():\n    open('written.txt', 'w').write('7')\n"
    "def count():\n    yield 1\n    yield 2\n"
    "def place():\n    found = pathlib.Path('a')\n    return found\n"
    "@dataclass\nclass P:\n    x: int = 1\n"
    "class Dog:\n"
    "    name = 'Rex'\n"
    "    def feed(self, food):\n        pass\n"
    "    def __len__(self):\n        return 1\n"
    "    def __bool__(self):\n        return True\n"
    "    def __iter__(self):\n        return iter([1])\n"
    "    def __lt__(self, other):\n        return False\n"
    "    def __enter__(self):\n        return self\n"
    "    def __exit__(self, *rest):\n        pass\n"
    "    def __getitem__(self, i):\n        return [1][i]\n"
    "    def __int__(self):\n        return 1\n"
    "class Puppy(Dog):\n    pass\n"
    "dog = Dog()\n",
)
SETUP = locked(
    "setup",
    "import math\nimport numpy as np\n"
    "def ours(x):\n    return x\n"
    "class Ours:\n    pass\n"
    "def make():\n    return Dog()\n",
)
NOT_CARRIED = {
    "a-lambda": "same(lambda x: x)",
    "a-lambda-by-keyword": "same(y=lambda x: x)",
    "a-lambda-in-a-list": "same([lambda x: x])",
    "a-lambda-in-a-dictionary": "same({'f': lambda x: x})",
    "a-function-of-the-tests": "same(ours)",
    "a-function-of-the-cell": "def here():\n    pass\nsame(here)",
    "a-class-of-the-tests": "same(Ours)",
    "an-object-of-the-tests": "same(Ours())",
    "a-module": "same(math)",
    "a-function-of-a-module": "same(math.sqrt)",
    "a-ufunc": "same(np.sin)",
    "a-builtin": "same(len)",
    "an-exception-class": "same(ValueError)",
    "a-generator": "same(n for n in [1])",
    "a-map": "same(map(int, '12'))",
    "a-random-generator": "same(np.random.default_rng(0))",
    "an-open-file": "same(open('/dev/null'))",
    "a-path": "from pathlib import Path\nsame(Path('a'))",
    "an-argument-of-a-method": "dog.feed(lambda x: x)",
    "length": "assert len(dog) == 1",
    "length-of-a-new-one": "assert len(Dog()) == 1",
    "length-of-a-subclass": "assert len(Puppy()) == 1",
    "length-of-what-a-helper-makes": "d = make()\nassert len(d) == 1",
    "truth": "assert dog.name and dog",
    "truth-in-a-condition": "if not dog:\n    assert dog.name",
    "items": "for item in dog:\n    assert item == 1",
    "items-in-a-list": "assert list(dog) == [1]",
    "items-unpacked": "(first,) = dog\nassert first == 1",
    "items-in-a-comprehension": "assert [x for x in dog] == [1]",
    "members": "assert 1 in dog",
    "order": "assert not dog < Dog()",
    "order-in-a-list": "assert sorted([dog, Dog()])[0].name == 'Rex'",
    "equality-of-a-dataclass": "assert P(1) == P(1)",
    "equality-in-a-list": "assert [P(1)] == [P(1)]",
    "equality-of-what-a-library-makes": "import pathlib\nassert place() == pathlib.Path('a')",
    "value": "assert int(dog) == 1",
    "context": "with dog as d:\n    assert d.name == 'Rex'",
    "copy": "import copy\nassert copy.copy(dog).name == 'Rex'",
    "array": "assert np.array(dog).shape == (1,)",
    "code": "assert same.__code__.co_argcount == 2",
    "source": "import inspect\nassert 'return' in inspect.getsource(same)",
    "a-file-that-is-read": "write()\nassert open('written.txt').read() == '7'",
    "a-file-that-numpy-reads": "write()\nassert np.loadtxt('written.txt') == 7",
    "a-file-that-a-path-reads": "from pathlib import Path\nwrite()\n"
    "assert Path('written.txt').read_text() == '7'",
}
CARRIED = {
    "numbers": "assert same(3) == 3",
    "arrays": "assert same(np.ones(2)).tolist() == [1, 1]",
    "ranges": "assert same(range(3)) == range(3)",
    "types": "assert same(int) is int and same(np.float64) is np.float64",
    "constants-of-modules": "assert same(math.pi) == math.pi",
    "what-the-student-made": "assert same(dog).name == 'Rex' and same(same)(1) == 1",
    "what-a-function-returns": "assert same(ours(2)) == 2",
    "counters": "from collections import Counter\nassert same(Counter('aa'))['a'] == 2",
    "functions-of-the-tests-called-here": "assert ours(lambda x: x)(same(1)) == 1",
    "attributes": "assert dog.name == 'Rex' and make().name == 'Rex'",
    "items-by-number": "assert dog[0] == 1",
    "classes": "assert isinstance(dog, Dog) and type(dog) is Dog",
    "identity": "assert dog is dog and dog is not None",
    "equality-by-identity": "g = count()\nassert g == g and g != count()",
    "generators": "assert list(count()) == [1, 2] and sum(count()) == 3",
    "texts": "assert same.__name__ == 'same' and Dog.__name__ == 'Dog'",
    "a-name-bound-again": "dog = [1]\nassert len(dog) == 1 and same(dog) == [1]",
    "a-file-of-the-tests": "open('own.txt', 'w').write('1')\n"
    "assert same(open('own.txt').read()) == '1'",
}


def cell_of(name, source):
    return grade_cell(name, f"{source}\nassert same(1) == 1")


@pytest.fixture(scope="module")
def verdicts(grade):
    """What the grader says of the model solution itself."""
    cells = [cell_of(name, source) for name, source in (NOT_CARRIED | CARRIED).items()]
    return grade([SOLUTION, SETUP, *cells])


def crossings(desk, *cells, **options):
    found = desk.lint(*cells, **options)
    return [(f.cell, f.line, f.severity) for f in found if f.rule == "cannot-cross"]


@pytest.mark.parametrize("name", list(NOT_CARRIED))
def test_lint_warns_of_what_the_grader_leaves_to_a_person(desk, verdicts, name):
    assert verdicts[name] == "manual"
    found = crossings(desk, SOLUTION, SETUP, cell_of(name, NOT_CARRIED[name]))
    assert {(cell, severity) for cell, _, severity in found} == {(name, "warning")}


@pytest.mark.parametrize("name", list(CARRIED))
def test_lint_is_silent_on_what_the_grader_carries(desk, verdicts, name):
    assert verdicts[name] == "AC"
    assert crossings(desk, SOLUTION, SETUP, cell_of(name, CARRIED[name])) == []


@pytest.mark.parametrize("name", list(FEATURES))
def test_lint_foretells_which_features_of_python_need_a_person(desk, name):
    feature = FEATURES[name]
    before = [locked("before", feature.before)] if feature.before else []
    cells = [answer("answer", feature.right), *before, grade_cell("test", feature.tests)]
    assert bool(crossings(desk, *cells)) == (not feature.crosses)


def test_a_finding_stands_at_its_line_and_says_what_it_is_about(desk):
    test = grade_cell("test", "d = Dog()\nassert d.name == 'Rex'\nassert len(d) == 1")
    [finding] = desk.lint(SOLUTION, SETUP, test)
    assert finding.line == 3
    assert "length of the student's 'd'" in finding.message
    assert "manual grading" in finding.message


@pytest.mark.parametrize("question", ["os.path.exists('w.txt')", "pathlib.Path('w.txt').exists()"])
def test_a_file_that_only_a_submission_has_is_for_a_person(desk, grade, question):
    test = grade_cell("test", f"import os, pathlib\nwrite()\nassert {question}")
    assert grade([SOLUTION, SETUP, test]) == {"test": "manual"}
    assert crossings(desk, SOLUTION, SETUP, test) == [("test", 3, "warning")]
    assert crossings(desk, SOLUTION, SETUP, test, files={"w.txt": "7"}) == []


@pytest.mark.parametrize(
    "source",
    [
        "open('data.txt').read()",
        "open('made.txt').read()",
        "open('/etc/hostname').read()",
        "np.loadtxt('data.txt')",
    ],
)
def test_files_of_the_courses_own_may_be_read(desk, source):
    setup = locked("files", "open('made.txt', 'w').write('7')\nimport numpy as np")
    test = grade_cell("test", f"assert same({source})")
    assert crossings(desk, SOLUTION, setup, test, files={"data.txt": "7"}) == []


@pytest.mark.parametrize(
    "test",
    [
        "import builtins\nbuiltins.input = lambda *a: 'Ada'\nassert same(1) == 1",
        "from unittest import mock\nwith mock.patch('builtins.print'):\n    assert same(1) == 1",
        "from unittest.mock import patch\nwith patch.object(str, 'x'):\n    assert same(1) == 1",
    ],
)
def test_what_a_test_replaces_stays_outside_the_sandbox(desk, test):
    assert crossings(desk, SOLUTION, grade_cell("test", test)) == [("test", 2, "warning")]


@pytest.mark.parametrize(
    "test",
    [
        "from unittest import mock\nwith mock.patch('os.getcwd'):\n    n = 1\nassert same(n) == 1",
        "import sys, io\nsys.stdout = io.StringIO()\nassert same(1) == 1",
        "import matplotlib.pyplot as plt\nfigure = plt.figure()\nassert same(1) == 1",
    ],
)
def test_what_the_students_code_does_not_meet_may_be_replaced(desk, test):
    assert crossings(desk, SOLUTION, grade_cell("test", test)) == []


@pytest.mark.parametrize("look", ["plt.gca()", "plt.gcf().axes[0]"])
def test_the_current_figure_is_not_the_students(desk, look):
    test = grade_cell("test", f"import matplotlib.pyplot as plt\nsame(1)\nassert {look}.lines")
    assert crossings(desk, SOLUTION, test) == [("test", 3, "warning")]
