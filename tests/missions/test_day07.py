"""The mission of Day 7 under real nbgrader: solved, unsolved, released, and alone."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.api import Gradebook
from traitlets.config.loader import PyFileConfigLoader

from problems import conv2d_layer, digit_training

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "source" / "day07" / "conv2d.ipynb"
RELEASE = ROOT / "assignments" / "day07" / "conv2d.ipynb"
GROUPS = {"conv2d_layer": conv2d_layer.PROBLEM.groups, "digit_training": digit_training.GROUPS}

# Runs before a student's cells: this machine has the course and its tools, a student's has not.
WITHOUT_THE_COURSE = """
import importlib.abc
import sys


class OnlyNumpyAndMatplotlib(importlib.abc.MetaPathFinder):
    absent = {"autograder", "convlab", "problems", "torch", "torchvision", "scipy", "ipywidgets"}

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.absent:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, OnlyNumpyAndMatplotlib())
"""


def read(path):
    return nbformat.read(str(path), as_version=4)


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def grade_cells(notebook):
    return [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]


def execute(notebook, folder):
    """Run all cells in a kernel that finds no course; errors stay in the outputs."""
    notebook.cells.insert(0, nbformat.v4.new_code_cell(WITHOUT_THE_COURSE))
    client = NotebookClient(
        notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return notebook


def errors(notebook):
    """The error of each cell that has one."""
    return {
        c.id: output
        for c in notebook.cells
        if c.cell_type == "code"
        for output in c.outputs
        if output.output_type == "error"
    }


def nbgrader(course, *arguments):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course with day07 released afresh."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "source", folder / "source")
    nbgrader(folder, "generate_assignment", "day07", "--create")
    return folder


def test_the_committed_release_is_what_nbgrader_generates(course):
    fresh = course / "assignments" / "day07"
    files = {path.relative_to(fresh).as_posix() for path in fresh.rglob("*") if path.is_file()}
    committed = {
        path.relative_to(RELEASE.parent).as_posix()
        for path in RELEASE.parent.rglob("*")
        if path.is_file()
    }
    assert files == committed == {"conv2d.ipynb"}
    assert (fresh / "conv2d.ipynb").read_bytes() == RELEASE.read_bytes(), (
        "assignments/day07 is out of step with source/day07: "
        "run 'nbgrader generate_assignment day07 --force'"
    )


def test_the_release_holds_no_solution_and_no_hidden_test():
    text = RELEASE.read_text(encoding="utf-8")
    assert not re.search(r"BEGIN|END (SOLUTION|HIDDEN)|SOLUTION", text)
    assert not re.search(r"\b(problems|autograder|convlab|judge)\b", text)
    solution = cell(read(SOURCE), "conv2d").source
    kept = cell(read(RELEASE), "conv2d").source
    regions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", solution, re.DOTALL)
    assert len(regions) == 2
    for line in "\n".join(regions).splitlines():
        if len(line.strip()) > 20:
            assert line.strip() not in kept


def test_the_release_keeps_signatures_and_docstrings():
    kept = cell(read(RELEASE), "conv2d").source
    for signature in (
        "def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):",
        "def forward(self, input_tensor):",
        "def backward(self, grad_output):",
    ):
        assert signature in kept
    assert kept.count("raise NotImplementedError(") == 2


def test_every_group_of_the_problems_is_judged_for_its_points():
    judged = {}
    for c in grade_cells(read(SOURCE)):
        (module,) = re.findall(r"from problems import (\w+) as problem", c.source)
        (group,) = re.findall(r'problem\.judge\(\w+, group="(\w+)"\)', c.source)
        judged[module, group] = c.metadata.nbgrader.points
    expected = {
        (module, name): group.points
        for module, groups in GROUPS.items()
        for name, group in groups.items()
    }
    assert judged == expected
    assert sum(judged.values()) == 100


def test_instructions_are_in_both_languages():
    for c in read(SOURCE).cells:
        if c.cell_type == "markdown":
            assert re.search("[\u4e00-\u9fff]{4}", c.source), c.id
            assert re.search("[A-Za-z]{4} [a-z]{2}", c.source), c.id


def test_source_notebook_earns_full_marks_under_nbgrader(course):
    submitted = course / "submitted" / "solution" / "day07"
    submitted.mkdir(parents=True)
    solved = read(course / "assignments" / "day07" / "conv2d.ipynb")
    cell(solved, "conv2d").source = cell(read(SOURCE), "conv2d").source
    nbformat.write(solved, str(submitted / "conv2d.ipynb"))

    nbgrader(course, "autograde", "day07", "--create")

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission_notebook("conv2d", "day07", "solution")
        scores = {grade.name: (grade.score, grade.max_score) for grade in submission.grades}
    assert len(scores) == 13
    assert all(score == highest for score, highest in scores.values()), scores
    assert sum(score for score, _ in scores.values()) == 100
    graded = read(course / "autograded" / "solution" / "day07" / "conv2d.ipynb")
    assert not errors(graded)


def test_a_wrong_layer_loses_its_groups_and_is_told_why_without_a_traceback(course):
    submitted = course / "submitted" / "rotating" / "day07"
    submitted.mkdir(parents=True)
    wrong = read(course / "assignments" / "day07" / "conv2d.ipynb")
    solution = cell(read(SOURCE), "conv2d").source
    # No visible test sees this one.
    cell(wrong, "conv2d").source = solution.replace(
        "        return grad_padded[",
        "        self.weight = self.weight[:, :, ::-1, ::-1]\n        return grad_padded[",
    )
    # The network plays no part here, and takes time.
    wrong.cells = [c for c in wrong.cells if c.id not in ("train", "learning-curve")]
    nbformat.write(wrong, str(submitted / "conv2d.ipynb"))

    nbgrader(course, "autograde", "day07", "--create", "--student", "rotating")

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission_notebook("conv2d", "day07", "rotating")
        scores = {grade.name: grade.score for grade in submission.grades}
    lost = {"test-repeated-calls", "test-robustness", "test-accuracy"}
    assert {name for name, score in scores.items() if score == 0} == lost
    graded = read(course / "autograded" / "rotating" / "day07" / "conv2d.ipynb")
    output = errors(graded)["test-robustness"]
    traceback = "\n".join(output.traceback)
    assert output.ename == "WrongAnswer"
    assert "backward rotates the layer's own weight" in traceback
    assert "backward 把层自己的 weight 旋转了" in traceback
    assert "File " not in traceback
    assert "judge" not in traceback


def test_the_release_runs_alone_once_the_layer_is_written(tmp_path):
    notebook = read(RELEASE)
    cell(notebook, "conv2d").source = cell(read(SOURCE), "conv2d").source
    assert not errors(execute(notebook, tmp_path))


def test_an_unsolved_notebook_says_what_to_do_in_every_visible_test(tmp_path):
    notebook = execute(read(RELEASE), tmp_path)
    failed = errors(notebook)
    for c in grade_cells(notebook):
        assert failed[c.id].ename == "NotImplementedError"
        assert "请先完成这一部分" in failed[c.id].evalue


def test_only_the_training_cell_may_take_longer():
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    limits = {
        c.id: config.Execute.timeout_func(c) for c in read(SOURCE).cells if c.cell_type == "code"
    }
    assert limits.pop("train") == 120
    assert set(limits.values()) == {20}
