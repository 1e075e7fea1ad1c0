"""What `autograder check` promises a student."""

import io
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from autograder.check import CheckError, as_json, check, find_notebooks, show

ROOT = Path(__file__).parents[2]
RELEASED = ROOT / "assignments/day07/conv2d.ipynb"


def solution(source, grade_id="answer"):
    return _cell(source, grade_id=grade_id, grade=False, solution=True)


def visible_test(source, grade_id="test"):
    return _cell(source, grade_id=grade_id, grade=True, solution=False, points=1)


def _cell(source, **mark):
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": mark})


def write(path, *cells):
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), path)
    return path


def check_cells(folder, *cells, seconds=60):
    report = check(write(folder / "work.ipynb", *cells), seconds)
    return {outcome.name: outcome for outcome in report.tests}


def fill_in(folder, student):
    notebook = nbformat.read(RELEASED, as_version=4)
    answer = (ROOT / "demo/class" / student / "conv2d.py").read_text(encoding="utf-8")
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "conv2d":
            cell.source = answer
    nbformat.write(notebook, folder / "conv2d.ipynb")
    return check(folder / "conv2d.ipynb")


def shown(report, width=200):
    stream = io.StringIO()
    show(Console(file=stream, width=width), report)
    return stream.getvalue()


# ------------------------------------------------------------------------- the course's mission


def test_a_correct_answer_is_accepted_everywhere(tmp_path):
    report = fill_in(tmp_path, "correct-im2col")
    assert report.is_accepted
    assert len(report.tests) == 13


def test_a_wrong_answer_is_told_with_the_text_of_the_test(tmp_path):
    report = fill_in(tmp_path, "kernel-flipped")
    outcomes = {outcome.name: outcome for outcome in report.tests}
    assert outcomes["test-one-channel"].verdict == "WA"
    assert "11 received, 25 expected" in outcomes["test-one-channel"].message.en
    assert outcomes["test-channels"].verdict == "AC"
    assert not report.is_accepted


def test_a_crash_is_told_with_type_text_and_the_students_own_line(tmp_path):
    [outcome, *_] = fill_in(tmp_path, "crash").tests
    assert outcome.verdict == "RE"
    assert "AttributeError: 'Conv2d' object has no attribute 'pad'" in outcome.message.en
    assert "Your line 26 in 'conv2d': (ph, pw) = self.pad" in outcome.message.en
    assert "第 26 行" in outcome.message.zh


def test_an_untouched_release_is_not_written_yet(tmp_path):
    shutil.copy(RELEASED, tmp_path)
    before = (tmp_path / RELEASED.name).read_bytes()
    report = check(tmp_path / RELEASED.name)
    assert {outcome.verdict for outcome in report.tests} == {"RE"}
    for outcome in report.tests:
        assert "Not written yet: line 41 of 'conv2d'" in outcome.message.en
        assert "尚未完成" in outcome.message.zh
    assert (tmp_path / RELEASED.name).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [RELEASED.name]
    # The same sentence is not repeated for each of thirteen tests.
    assert shown(report).count("Not written yet") == 1


# ------------------------------------------------------------------------------------ verdicts


def test_an_endless_loop_ends_at_the_time_limit_and_earlier_verdicts_stay(tmp_path):
    started = time.monotonic()
    outcomes = check_cells(
        tmp_path,
        solution("def spin():\n    while True:\n        try:\n            while True: pass\n"
                 "        except BaseException: pass"),
        visible_test("assert True", "before"),
        visible_test("spin()", "spins"),
        visible_test("assert True", "after"),
        seconds=5,
    )  # fmt: skip
    assert time.monotonic() - started < 10
    assert [o.verdict for o in outcomes.values()] == ["AC", "TLE", "TLE"]
    assert "5 s" in outcomes["spins"].message.en
    assert "Not reached" in outcomes["after"].message.en
    assert "'spins'" in outcomes["after"].message.en


def test_what_the_cells_started_ends_with_them(tmp_path):
    source = (
        "import subprocess, sys, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "pathlib.Path('pid').write_text(str(child.pid))"
    )
    check_cells(tmp_path, solution(source), visible_test("assert True"))
    state = Path("/proc", (tmp_path / "pid").read_text(), "stat")
    deadline = time.monotonic() + 5
    while state.exists() and state.read_text().split()[2] != "Z" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_an_interpreter_that_ends_is_a_runtime_error(tmp_path):
    outcomes = check_cells(
        tmp_path,
        solution("import os\ndef leave(): os._exit(3)"),
        visible_test("leave()", "leaves"),
        visible_test("assert True", "after"),
    )
    assert [o.verdict for o in outcomes.values()] == ["RE", "RE"]
    assert "exit code 3" in outcomes["leaves"].message.en
    assert "Not reached" in outcomes["after"].message.en


def test_a_syntax_error_is_named_by_the_tests_that_miss_the_answer(tmp_path):
    outcomes = check_cells(
        tmp_path, solution("def double(x)\n    return 2 * x"), visible_test("assert double(2) == 4")
    )
    message = outcomes["test"].message.en
    assert outcomes["test"].verdict == "RE"
    assert "NameError" in message
    assert "the cell 'answer' failed. It raised SyntaxError" in message


def test_an_unwritten_value_is_not_a_name_error(tmp_path):
    outcomes = check_cells(
        tmp_path, solution("raise NotImplementedError()"), visible_test("assert answer == 42")
    )
    assert outcomes["test"].message.en.startswith("Not written yet")


def test_an_assertion_without_words_is_told_by_its_line(tmp_path):
    outcomes = check_cells(tmp_path, solution("x = 1"), visible_test("y = 2\nassert x == y"))
    assert outcomes["test"].verdict == "WA"
    assert outcomes["test"].message.en == "This does not hold: assert x == y"


def test_a_judges_verdict_speaks_each_language_for_itself(tmp_path):
    source = (
        "from autograder import Text, WrongAnswer\nraise WrongAnswer(Text('Too big.', '太大。'))"
    )
    outcomes = check_cells(tmp_path, solution("x = 1"), visible_test(source))
    assert outcomes["test"].verdict == "WA"
    assert (outcomes["test"].message.en, outcomes["test"].message.zh) == ("Too big.", "太大。")


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("import sys; print('careful', file=sys.stderr)", "RE"),
        ("import warnings; warnings.warn('careful')", "RE"),
        ("print('x' * 2**21)", "OLE"),
        ("0", "WA"),
        ("0.5", "AC"),
        ("'fine'", "AC"),
        ("%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()", "AC"),
        ("import asyncio\nawait asyncio.sleep(0)", "AC"),
        ("input()", "RE"),
        ("exit()", "RE"),
        ("compile('1 / 0', '<cell 99>', 'eval')", "AC"),
    ],
)
def test_a_test_cell_counts_as_it_does_in_nbgrader(tmp_path, source, verdict):
    assert check_cells(tmp_path, visible_test(source))["test"].verdict == verdict


def test_files_and_modules_beside_the_notebook_are_found(tmp_path):
    (tmp_path / "numbers.txt").write_text("7")
    (tmp_path / "helper.py").write_text("def read(): return open('numbers.txt').read()")
    outcomes = check_cells(tmp_path, visible_test("import helper\nassert helper.read() == '7'"))
    assert outcomes["test"].verdict == "AC"


def test_wholly_hidden_tests_and_written_answers_have_no_verdict(tmp_path):
    written = _cell("print('why')", grade_id="written", grade=True, solution=True, points=1)
    path = write(
        tmp_path / "work.ipynb",
        written,
        visible_test("# Hidden.\n", "hidden"),
        visible_test("assert True", "shown"),
    )
    report = check(path)
    assert [outcome.name for outcome in report.tests] == ["shown"]
    assert report.hidden == 1


# ------------------------------------------------------------------------------------ showing


def test_the_table_says_that_hidden_tests_decide_and_promises_no_points(tmp_path):
    path = write(tmp_path / "work.ipynb", visible_test("assert True"))
    text = shown(check(path))
    assert "Hidden tests" in text
    assert "隐藏测试" in text
    assert "1 of 1 visible tests accepted" in text


def test_a_message_that_looks_like_markup_is_shown_as_it_is(tmp_path):
    path = write(tmp_path / "work.ipynb", visible_test("assert False, '[bold]x[/nothing]'", "[a]"))
    text = shown(check(path))
    assert "[bold]x[/nothing]" in text
    assert "[a]" in text


def test_the_report_is_plain_json(tmp_path):
    path = write(tmp_path / "work.ipynb", visible_test("assert False, 'no'"))
    report = json.loads(json.dumps(as_json(check(path))))
    assert report["accepted"] is False
    expected = {"name": "test", "verdict": "WA", "message": {"en": "no", "zh": "no"}}
    assert report["tests"] == [expected]


# ------------------------------------------------------------------------------------ finding


@pytest.mark.parametrize("folder", ["day07", "assignments/day07"])
def test_an_assignment_is_found_by_its_name(tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True)
    path = write(tmp_path / folder / "a.ipynb")
    assert find_notebooks("day07", tmp_path) == [path]
    assert find_notebooks(f"{folder}/a.ipynb", tmp_path) == [path]
    assert find_notebooks(folder, tmp_path) == [path]
    assert find_notebooks(str(path), Path("elsewhere")) == [path]


@pytest.mark.parametrize("name", ["day08", "a.ipynb", "empty"])
def test_what_is_not_there_is_refused_in_a_sentence(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CheckError, match=rf"^There is no .*{name}.*\.?$"):
        find_notebooks(name, tmp_path)


@pytest.mark.parametrize("content", ["", "{}", "no json", "[]"])
def test_a_file_that_is_no_notebook_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "work.ipynb"
    path.write_text(content)
    with pytest.raises(CheckError, match=r"^work\.ipynb .*; .*\.$"):
        check(path)


def test_a_notebook_without_tests_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(CheckError, match="has no visible tests"):
        check(write(tmp_path / "work.ipynb", nbformat.v4.new_code_cell("1")))


def test_it_runs_without_fork_and_without_anything_of_the_instructors(tmp_path):
    path = write(tmp_path / "work.ipynb", visible_test("assert True"))
    missing = ("fcntl", "resource", "nbgrader", "torch", "scipy", "problems", "convlab")
    code = (
        "import os, sys\n"
        f"sys.modules.update(dict.fromkeys({missing!r}))\n"
        "del os.fork\n"
        "import autograder.check_child\n"
        "from autograder.check import Path, check\n"
        f"assert check(Path({str(path)!r})).is_accepted\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
