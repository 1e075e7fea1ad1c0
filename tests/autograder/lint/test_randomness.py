import pytest
from nbformat.v4 import new_code_cell

from tests.autograder.courses import answer, grade_cell, locked

IMPORTS = locked("imports", "import random\nimport numpy as np\nimport torch")
SOLUTION = answer("mean", "def mean(x):\n    return sum(x) / len(x)")
USE = "\nassert mean(x) == sum(x) / 3"


def unseeded(desk, *cells):
    found = desk.lint(IMPORTS, *cells)
    return [(f.cell, f.line, f.severity) for f in found if f.rule == "unseeded-randomness"]


@pytest.mark.parametrize(
    "draw",
    [
        "np.random.rand(3)",
        "np.random.default_rng().random(3)",
        "np.random.default_rng(None).random(3)",
        "np.random.default_rng(seed=None).random(3)",
        "np.random.RandomState().rand(3)",
        "[random.random() for _ in range(3)]",
        "random.Random().sample(range(9), 3)",
        "torch.rand(3)",
        "torch.randint(0, 9, (3,))",
    ],
)
def test_a_test_that_draws_without_a_seed_is_a_warning(desk, draw):
    cell = grade_cell("test", f"x = {draw}{USE}")
    assert unseeded(desk, SOLUTION, cell) == [("test", 1, "warning")]


@pytest.mark.parametrize(
    "text",
    [
        "np.random.seed(3)\nx = np.random.rand(3)",
        "x = np.random.default_rng(3).random(3)",
        "x = np.random.default_rng(seed=3).random(3)",
        "x = np.random.RandomState(3).rand(3)",
        "random.seed(3)\nx = random.sample(range(9), 3)",
        "x = random.Random(3).sample(range(9), 3)",
        "torch.manual_seed(3)\nx = torch.rand(3)",
        "x = torch.rand(3, generator=torch.Generator().manual_seed(3))",
        "x = np.random.Generator(np.random.PCG64(3)).random(3)",
        "x = torch.zeros(3)",
    ],
)
def test_a_seeded_one_is_fine(desk, text):
    assert unseeded(desk, SOLUTION, grade_cell("test", text + USE)) == []


def test_each_library_has_a_seed_of_its_own(desk):
    text = "random.seed(3)\nx = np.random.rand(3)" + USE
    assert unseeded(desk, SOLUTION, grade_cell("test", text)) == [("test", 2, "warning")]


def test_a_seed_holds_for_the_cells_below_and_not_for_those_above(desk):
    first = grade_cell("first", "x = np.random.rand(3)" + USE)
    second = grade_cell("second", "x = np.random.rand(3)" + USE)
    seed = locked("seed", "np.random.seed(3)")
    assert unseeded(desk, SOLUTION, first, seed, second) == [("first", 1, "warning")]


def test_a_seed_in_an_answer_is_not_the_instructors(desk):
    mine = answer("mine", "np.random.seed(3)\ndef mean(x):\n    return sum(x) / len(x)")
    cell = grade_cell("test", "x = np.random.rand(3)" + USE)
    assert unseeded(desk, mine, cell) == [("test", 1, "warning")]


def test_data_that_the_answer_and_the_test_draw_each_for_themselves_is_an_error(desk, grade):
    data = locked("data", "data = np.random.rand(3)")
    mine = answer("mine", "total = sum(data)")
    cell = grade_cell("test", "assert total == sum(data)")
    assert unseeded(desk, data, mine, cell) == [("data", 1, "error")]
    numpy = locked("imports", "import numpy as np")
    assert grade([numpy, data, mine, cell]) == {"test": "WA"}
    seeded = locked("data", "np.random.seed(3)\ndata = np.random.rand(3)")
    assert unseeded(desk, seeded, mine, cell) == []
    assert grade([numpy, seeded, mine, cell]) == {"test": "AC"}


def test_data_that_the_answer_may_have_changed_is_the_students_and_a_warning(desk, grade):
    data = locked("data", "data = np.random.rand(3)")
    mine = answer("mine", "data.sort()\ntotal = sum(data)")
    cell = grade_cell("test", "assert total == sum(data)")
    assert unseeded(desk, data, mine, cell) == [("data", 1, "warning")]
    assert grade([locked("imports", "import numpy as np"), data, mine, cell]) == {"test": "AC"}


def test_data_of_the_tests_alone_is_a_warning(desk):
    data = locked("data", "raw = np.random.rand(3)\nx = raw + 1")
    cell = grade_cell("test", USE.strip())
    assert unseeded(desk, data, SOLUTION, cell) == [("data", 1, "warning")]


def test_a_helper_that_draws_counts_from_where_it_is_called(desk):
    helper = locked("helper", "def some():\n    return np.random.rand(3)")
    text = "x = some()" + USE
    assert unseeded(desk, helper, SOLUTION, grade_cell("test", text)) == [("helper", 2, "warning")]
    seeded = grade_cell("test", "np.random.seed(3)\n" + text)
    assert unseeded(desk, helper, SOLUTION, seeded) == []


@pytest.mark.parametrize(
    "cell",
    [
        new_code_cell("picture = np.random.rand(9, 9)"),
        answer("more", "noise = np.random.rand(3)"),
        locked("plots", "def noise():\n    return np.random.rand(3)\nnoise()"),
    ],
)
def test_what_no_grade_depends_on_may_be_random(desk, cell):
    test = grade_cell("test", "assert mean([1, 3]) == 2")
    assert unseeded(desk, SOLUTION, cell, test) == []
