"""However many grade cells a notebook has, the forks that are kept for them cost no marks."""

from pathlib import Path

import nbformat

from autograder.grading import Task
from autograder.sandbox import default_environment
from autograder.worker import Settings, grade, start_workers
from tests.autograder.courses import answer, grade_cell

COUNT = 150
ENVIRONMENT = default_environment(Path(__file__).parents[2])


def test_150_grade_cells_over_a_large_state_get_full_marks():
    cells = [answer("data", "import numpy as np\nx = np.arange(200 * 2**17)")]
    for n in range(COUNT):
        cells.append(answer(f"answer-{n}", f"def f_{n}():\n    return int(x[{n}])"))
        cells.append(grade_cell(f"test-{n}", f"assert f_{n}() == {n}"))
    notebook = nbformat.v4.new_notebook(cells=cells)
    with start_workers(Settings(ENVIRONMENT, "bubblewrap"), 1) as pool:
        result = pool.submit(grade, Task(notebook, notebook)).result()
    assert result.notes == []
    assert {name: o.verdict for name, o in result.outcomes.items() if o.verdict != "AC"} == {}
    assert sum(outcome.points for outcome in result.outcomes.values()) == COUNT
