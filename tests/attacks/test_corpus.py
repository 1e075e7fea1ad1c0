"""The corpus itself: every folder is what it says, honest work is right, nothing is given away."""

import ast
import re
import stat

import nbformat
import pytest

from tests.attacks import corpus

ATTACKS = corpus.load()
HONEST = [attack for attack in ATTACKS if attack.honest]
HOSTILE = [attack for attack in ATTACKS if not attack.honest]
VERDICTS = {"AC", "WA", "RE", "TLE", "MLE", "OLE", "CE", "manual"}
TEXTS = [*corpus.CELLS, "last.py", "build.py"]
CODE = [
    path for attack in ATTACKS for path in sorted(attack.folder.glob("*.py")) if path.name in TEXTS
]


def by_name(attack):
    return attack.name


def run_cell(text, names):
    """Run a cell and return the value of its last line, as a notebook does."""
    tree = ast.parse(text)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


def earned(notebook):
    """Run the cells one after another with the hidden tests and return the sum of the points."""
    points = 0.0
    names = {"display": lambda *things: None}
    tests = {cell.id: cell for cell in corpus.source().cells if corpus.is_test(cell)}
    for cell in notebook.cells:
        if cell.id in tests:
            try:
                value = run_cell(tests[cell.id].source, names)
            except Exception:
                continue
            full = tests[cell.id].metadata.nbgrader.points
            points += value if isinstance(value, float) else full
        elif cell.cell_type == "code":
            run_cell(cell.source.replace("await ", "_ = "), names)
    return points


def test_the_corpus_is_large_enough():
    assert len(HOSTILE) >= 45
    assert len(HONEST) >= 3


@pytest.mark.parametrize("attack", ATTACKS, ids=by_name)
def test_folder_says_what_it_tries_and_what_it_deserves(attack):
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)+", attack.name)
    assert attack.tries.endswith(".")
    assert len(attack.tries) > 15
    assert attack.verdicts
    assert attack.verdicts <= VERDICTS
    assert 0 <= attack.least_points <= attack.most_points <= 18
    files = {path.name for path in attack.folder.iterdir()} - {"__pycache__"}
    assert files <= {"expected.toml", *TEXTS}
    assert attack.name == "honest-nothing" or len(files) > 1


def test_names_of_honest_work_say_so():
    assert {attack.name for attack in HONEST} == {
        attack.name for attack in ATTACKS if attack.name.startswith("honest-")
    }
    assert all(attack.points == attack.most_points for attack in HONEST)


def test_no_two_submissions_try_the_same():
    assert len({attack.tries for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("path", CODE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_text_of_a_cell_is_python_and_tells_nothing_hidden(path):
    text = path.read_text(encoding="utf-8")
    compile(text, path.name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    # What is found in outputs has then been found out.
    assert [value for value in corpus.hidden_values() if value in text.lower()] == []
    assert corpus.HARM not in text


@pytest.mark.parametrize("attack", HONEST, ids=by_name)
def test_honest_work_earns_its_points_when_the_cells_are_simply_run(attack, released_course):
    released = nbformat.read(released_course / "release" / "target" / "mission.ipynb", 4)
    assert earned(attack.notebook(released)) == pytest.approx(attack.points)


def test_solution_earns_all_points_but_those_marked_by_hand():
    notebook = corpus.source()
    assert earned(notebook) == 18
    points = [cell.metadata.get("nbgrader", {}).get("points", 0) for cell in notebook.cells]
    assert sum(points) == 20


def test_released_notebook_holds_no_solution_and_nothing_hidden(released_course):
    path = released_course / "release" / "target" / "mission.ipynb"
    assert "BEGIN" not in path.read_text(encoding="utf-8")
    released = "\n".join(cell.source for cell in nbformat.read(path, 4).cells)
    assert [line for line in corpus.hidden_lines() if line in released] == []
    assert [value for value in corpus.hidden_values() if value in released.lower()] == []
    assert "np.convolve" not in released
    assert released.count("raise NotImplementedError") == 6


def test_something_can_be_run_between_two_tests(released_course):
    released = nbformat.read(released_course / "release" / "target" / "mission.ipynb", 4)
    ids = [cell.id for cell in released.cells]
    assert ids.index("test-moving-average") < ids.index("scratch") < ids.index("test-count-words")
    assert "nbgrader" not in corpus.cell(released, "scratch").metadata


def test_every_submission_is_written(course):
    corpus.write_submissions(course, ATTACKS)
    folders = {attack.name: course / "submitted" / attack.name / "target" for attack in ATTACKS}
    assert folders.pop("folder-is-symlink").is_symlink()
    kinds = {
        name: stat.S_IFMT((folder / "mission.ipynb").lstat().st_mode)
        for name, folder in folders.items()
    }
    assert kinds["honest-solved"] == stat.S_IFREG
    assert kinds["notebook-is-fifo"] == stat.S_IFIFO
    assert kinds["notebook-is-folder"] == stat.S_IFDIR
    assert kinds["notebook-is-symlink-to-source"] == stat.S_IFLNK
