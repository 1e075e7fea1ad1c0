"""The example class and the driver that grades it: verdicts that each submission deserves, an
instructor's own commands, no work twice, failures in one sentence.

One file, so that the class is graded once for all of its tests.
"""

import os
import shutil
import signal
import time

import nbformat
import pytest
from bs4 import BeautifulSoup

from tests.demo.conftest import REPOSITORY, Demo

SOURCE = REPOSITORY / "source" / "day07" / "conv2d.ipynb"


@pytest.mark.parametrize("student", ["correct-loops", "correct-im2col"])
def test_a_correct_answer_gets_full_marks_in_any_style(graded, student):
    assert graded.scores()[student] == (100, 100)
    assert graded.row(student) == [student, "AC", "100/100", "all 13 groups"]


@pytest.mark.parametrize(
    ("student", "english", "chinese"),
    [
        ("kernel-flipped", "the kernel is flipped in the forward pass.", "卷积核翻转"),
        ("cropped-by-minus-p", "grad_input is cropped with [p:-p].", "[p:-p]"),
        ("mean-instead-of-sum", "grad_bias is divided by the batch size.", "除了一次批次大小"),
        ("partly-right", "grad_input ignores the stride.", "没有考虑步幅"),
    ],
)
def test_a_misconception_is_named_in_both_languages(graded, student, english, chinese):
    verdict, reason = graded.row(student)[1::2]
    assert verdict == "WA"
    assert f"This looks like a known mistake: {english}" in reason
    assert chinese in reason.replace(" ", "")


def test_partly_right_keeps_the_points_of_what_is_right(graded):
    groups = graded.results()["partly-right"].groups
    right = ("test-one-channel", "test-channels", "test-padding", "test-stride", "test-rectangles")
    assert all(groups[name] == "AC" for name in (*right, "test-grad-weight"))
    assert groups["test-backward-settings"] == "WA"
    assert "backward-settings 0/10" in graded.row("partly-right")[3]
    assert graded.scores()["partly-right"] == (81, 100)


def test_a_crash_is_a_runtime_error_that_says_which(graded):
    _, verdict, points, reason = graded.row("crash")
    assert (verdict, points) == ("RE", "0/100")
    assert reason.startswith("none of the 13 groups")
    assert "Your code raised AttributeError at this line: (ph, pw) = self.pad" in reason


def test_an_endless_loop_exceeds_the_time_limit(small):
    result = small.results["endless-loop"]
    assert (result.verdict, result.points) == ("TLE", 0)
    assert "loop that never ends" in result.messages["test-one-channel"][0]
    assert "循环" in result.messages["test-one-channel"][1]


@pytest.mark.parametrize(
    ("student", "english", "chinese"),
    [
        ("empty-file", "conv2d.ipynb is empty.", "conv2d.ipynb 是空文件。"),
        ("not-a-notebook", "conv2d.ipynb is not a Jupyter notebook.", "不是 Jupyter 笔记本。"),
    ],
)
def test_what_cannot_be_run_gets_a_verdict_and_a_page(graded, student, english, chinese):
    _, verdict, points, reason = graded.row(student)
    assert (verdict, points) == ("CE", "0/100")
    page = graded.feedback(student).read_text(encoding="utf-8")
    for text in (english, chinese):
        assert text in reason
        assert text in page


def test_a_missing_answer_is_named(graded):
    _, verdict, points, reason = graded.row("missing-answer-cell")
    assert (verdict, points) == ("RE", "0/100")
    assert "The answer's cell is missing: conv2d." in reason
    assert "缺少作答单元格：conv2d。" in reason


def test_deleted_test_cells_are_put_back_and_count(graded):
    _, verdict, points, reason = graded.row("missing-test-cells")
    assert (verdict, points) == ("AC", "100/100")
    assert "Test cells were missing and put back: test-padding, test-stride." in reason
    submitted = graded.course / "submitted" / "missing-test-cells" / "day07" / "conv2d.ipynb"
    assert "test-padding" not in submitted.read_text(encoding="utf-8")


def test_everybody_gets_a_row_feedback_and_a_grade(graded):
    everybody = sorted(folder.name for folder in graded.class_folder.iterdir())
    scores = graded.scores()
    assert sorted(scores) == everybody
    for student in everybody:
        points, most = scores[student]
        assert graded.row(student)[2] == f"{points:g}/{most:g}"
        assert graded.feedback(student).exists()


def test_feedback_holds_no_hidden_test(graded):
    hidden = []
    for cell in nbformat.read(SOURCE, as_version=4).cells:
        _, mark, rest = cell.source.partition("### BEGIN HIDDEN TESTS\n")
        hidden += rest.partition("### END HIDDEN TESTS")[0].splitlines() if mark else []
    lines = {line.strip() for line in hidden if line.strip()}
    assert 'problem.judge(Conv2d, group="padding")' in lines
    pages = list(graded.course.glob("feedback/*/day07/conv2d.html"))
    assert len(pages) == len(graded.scores())
    for page in pages:
        text = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text()
        assert "HIDDEN TESTS" not in text
        assert [line for line in lines if line in text] == []


def test_it_shows_the_commands_that_an_instructor_types(graded):
    commands = [line for line in graded.said.splitlines() if line.startswith("$")]
    assert commands == [
        "$ nbgrader generate_assignment day07",
        "$ nbgrader zip_collect day07 --force",
        "$ autograder grade day07",
        "$ nbgrader generate_feedback day07",
    ]
    assert "gradebook.db" in graded.said
    assert "…" not in graded.said


def test_hostile_endings_are_verdicts_too(second_run):
    assert second_run.row("kills-python")[1] == "RE"
    assert second_run.scores()["kills-python"] == (0, 100)
    assert second_run.scores()["ignores-the-interrupt"] == (0, 100)
    folders = second_run.class_folder.iterdir()
    assert all(second_run.feedback(folder.name).exists() for folder in folders)


def test_a_new_submission_is_graded_and_no_other(small, second_run):
    assert second_run.scores()["crash"] == (100, 100)
    before, after = small.autograded, second_run.autograded()
    assert {name for name in before if after[name] != before[name]} == {"crash"}
    assert "self.pad<" not in second_run.feedback("crash").read_text(encoding="utf-8")


def test_feedback_takes_the_place_of_a_refusal(small, second_run):
    assert "is empty." in small.refusal
    assert second_run.scores()["empty-file"] == (100, 100)
    page = second_run.feedback("empty-file").read_text(encoding="utf-8")
    assert "is empty." not in page
    assert "100 / 100" in page


def test_the_verdict_does_not_depend_on_who_comes_before(second_run, graded):
    ours, theirs = second_run.results(), graded.results()
    assert ours["a-flipped"] == theirs["kernel-flipped"]
    assert ours["z-crash"] == theirs["crash"]


def test_a_third_run_does_nothing_twice(second_run):
    before, scores = second_run.autograded(), second_run.scores()
    pages = {
        path: path.stat().st_mtime_ns for path in second_run.course.glob("feedback/*/*/*.html")
    }
    second_run.grade()
    assert second_run.autograded() == before
    assert second_run.scores() == scores
    assert f"{len(before)} graded before and unchanged" in second_run.said
    assert "generate_assignment" not in second_run.said
    assert all(path.stat().st_mtime_ns == at for path, at in pages.items())


def test_a_release_that_is_out_of_step_is_refused(tmp_path):
    demo = Demo(tmp_path / "repository")
    source = demo.root / "source" / "day07" / "conv2d.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[0].source += "\nOne more sentence."
    nbformat.write(notebook, source)
    assert demo.run().status == 1
    assert demo.said.endswith("nbgrader generate_assignment day07 --force\n")
    # And again: what was refused is not taken for released.
    assert demo.run().status == 1


def test_ctrl_c_loses_nothing(tmp_path):
    demo = Demo(tmp_path / "repository").hurry().keep("crash", "endless-loop")
    with demo.start() as driver:
        while "crash" not in demo.autograded():
            assert driver.poll() is None
            time.sleep(0.2)
        # The endless loop runs now.
        time.sleep(2)
        os.killpg(driver.pid, signal.SIGINT)
        said, _ = driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert said.rstrip().endswith("stopped; running it again goes on from here.")
    assert "Traceback" not in said
    graded = demo.autograded()
    assert list(graded) == ["crash"]
    demo.grade()
    assert demo.autograded()["crash"] == graded["crash"]
    assert demo.row("endless-loop")[1] == "TLE"
    assert sorted(demo.scores()) == ["crash", "endless-loop"]


def test_a_missing_class_folder_is_one_sentence(tmp_path):
    demo = Demo(tmp_path / "repository")
    shutil.rmtree(demo.class_folder)
    assert demo.run().status == 1
    assert "Traceback" not in demo.said
    assert demo.said.splitlines()[-1].startswith("demo: There is no example class in ")
