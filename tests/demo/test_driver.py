"""What the driver promises: no work twice, nobody stopped by another, failures in one sentence."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from demo.driver.course import Course, DemoError
from demo.driver.intake import read_notebook, restore_test_cells, why_refused
from demo.driver.time_limit import TimeLimit
from demo.driver.verdicts import Verdict

REPOSITORY = Path(__file__).resolve().parents[2]
CLASS = REPOSITORY / "demo" / "class"
RELEASED = nbformat.read(REPOSITORY / "assignments" / "day07" / "conv2d.ipynb", as_version=4)


def executed_at(graded):
    notebooks = graded.course.root.glob("autograded/*/day07/conv2d.ipynb")
    return {path.parts[-3]: path.stat().st_mtime_ns for path in notebooks}


def add_student(small, name, answer):
    folder = small.course.class_folder / name
    folder.mkdir()
    (folder / "conv2d.py").write_text(answer, encoding="utf-8")


def test_a_second_run_does_nothing_twice(graded):
    before, results = executed_at(graded), graded.results
    started = time.monotonic()
    graded.grade()
    assert time.monotonic() - started < 5
    assert graded.results == results
    assert executed_at(graded) == before
    assert graded.said.count(": unchanged\n") == 2 + len(results)


def test_a_new_submission_is_graded_and_no_other(small):
    before = executed_at(small.grade())
    answer = CLASS / "correct-im2col" / "conv2d.py"
    shutil.copy(answer, small.course.class_folder / "crash")
    small.grade()
    assert small.results["crash"].verdict is Verdict.AC
    after = executed_at(small)
    assert [name for name in after if after[name] != before[name]] == ["crash"]


def test_the_verdict_does_not_depend_on_who_comes_before(small, graded):
    folder = small.course.class_folder
    (folder / "kernel-flipped").rename(folder / "a-kernel-flipped")
    (folder / "empty-file").rename(folder / "z-empty-file")
    add_student(small, "y-crash", (CLASS / "crash" / "conv2d.py").read_text(encoding="utf-8"))
    small.grade()
    for name in ("a-kernel-flipped", "y-crash", "z-empty-file"):
        alone, among_others = small.results[name], graded.results[name[2:]]
        assert (alone.verdict, alone.reason, alone.groups) == (
            among_others.verdict,
            among_others.reason,
            among_others.groups,
        )


def test_hostile_endings_are_verdicts_too(small):
    add_student(small, "kills-python", "import os\nos._exit(1)\n")
    add_student(
        small,
        "ignores-the-interrupt",
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except KeyboardInterrupt:\n        pass\n",
    )
    report = small.course.class_folder / "sends-a-report"
    report.mkdir()
    (report / "report.pdf").write_bytes(b"%PDF-1.7")
    small.grade()
    assert small.results["kills-python"].verdict is Verdict.RE
    assert small.results["ignores-the-interrupt"].verdict is Verdict.TLE
    assert small.results["sends-a-report"].reason.startswith("No conv2d.ipynb was handed in.")
    assert small.results["crash"].verdict is Verdict.AC
    assert all(small.course.feedback(student).exists() for student in small.results)


def test_a_release_that_is_out_of_step_is_refused(tmp_path):
    for name in ("source", "assignments", "problems", "autograder"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    source = tmp_path / "source" / "day07" / "conv2d.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[0].source += "\nOne more sentence."
    nbformat.write(notebook, source)
    course = Course(tmp_path, tmp_path / "course", CLASS)
    with pytest.raises(DemoError, match=r"nbgrader generate_assignment day07 --force$"):
        course.release()


def test_ctrl_c_saves_no_verdict_for_the_submission_that_it_hit(tmp_path):
    shutil.copytree(CLASS / "endless-loop", tmp_path / "class" / "endless-loop")
    places = ["--class-folder", tmp_path / "class", "--course", tmp_path / "course"]
    driver = subprocess.Popen(
        [sys.executable, "-m", "demo.driver", *places], cwd=REPOSITORY, stdout=subprocess.PIPE
    )
    executed = tmp_path / "course" / "autograded" / "endless-loop" / "day07" / "conv2d.ipynb"
    while not executed.exists():
        assert driver.poll() is None
        time.sleep(0.2)
    time.sleep(3)
    os.kill(driver.pid, signal.SIGINT)
    output, _ = driver.communicate(timeout=20)
    assert driver.returncode == 130
    assert output.decode().rstrip().endswith("stopped; running it again goes on from here.")
    assert not list(tmp_path.glob("course/results/*"))


def test_a_missing_class_folder_is_one_sentence(tmp_path):
    places = ["--class-folder", tmp_path / "nobody", "--course", tmp_path / "course"]
    command = [sys.executable, "-m", "demo.driver", *places]
    result = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    assert result.stdout.splitlines()[-1].startswith("demo: ")


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n\x00\xff",
        b"[]",
        b"{}",
        b'"conv2d"',
        b'{"cells": 3, "nbformat": 4}',
        b"[" * 10**5,
    ],
    ids=["binary", "list", "object", "string", "no-cells", "deep"],
)
def test_any_bytes_that_are_no_notebook_are_refused(tmp_path, content):
    path = tmp_path / "conv2d.ipynb"
    path.write_bytes(content)
    assert why_refused(path, RELEASED).startswith("conv2d.ipynb is not a Jupyter notebook.")
    restore_test_cells(path, RELEASED)
    assert path.read_bytes() == content


def test_nonsense_in_nbgrader_metadata_is_a_missing_answer(tmp_path):
    path = tmp_path / "conv2d.ipynb"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("pass")])
    notebook.cells[0].metadata["nbgrader"] = "none of it"
    nbformat.write(notebook, path)
    assert why_refused(path, RELEASED).startswith("The answer's cell is missing: conv2d.")


def test_the_released_notebook_is_accepted_as_it_is(tmp_path):
    path = tmp_path / "conv2d.ipynb"
    nbformat.write(RELEASED, path)
    before = path.read_bytes()
    assert why_refused(path, RELEASED) == ""
    restore_test_cells(path, RELEASED)
    assert path.read_bytes() == before
    assert read_notebook(path) is not None


def test_cells_get_only_a_moment_after_one_that_ran_out_of_time():
    limit = TimeLimit(lambda cell: 0.05, moment=0.01)
    cell = nbformat.v4.new_code_cell()
    assert [limit(cell), limit(cell)] == [0.05, 0.05]
    time.sleep(0.06)
    assert [limit(cell), limit(cell)] == [0.01, 0.01]
