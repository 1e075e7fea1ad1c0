"""What the example class shows: every kind of submission gets the verdict that it deserves."""

import io

import pytest
from rich.console import Console

from demo.driver.report import class_table, legend, where_to_look
from demo.driver.submissions import students
from demo.driver.verdicts import Verdict


def group_points(result):
    return {group.name: group.points for group in result.groups}


@pytest.mark.parametrize("student", ["correct-loops", "correct-im2col"])
def test_a_correct_answer_gets_full_marks_in_any_style(graded, student):
    result = graded.results[student]
    assert result.verdict is Verdict.AC, result.reason
    assert result.points == result.max_points == 100
    assert result.reason == ""


@pytest.mark.parametrize(
    ("student", "english", "chinese"),
    [
        ("kernel-flipped", "the kernel is flipped in the forward pass", "卷积核翻转"),
        ("cropped-by-minus-p", "grad_input is cropped with [p:-p]", "[p:-p]"),
        ("mean-instead-of-sum", "divided by the batch size", "除了一次批次大小"),
        ("partly-right", "grad_input ignores the stride", "没有考虑步幅"),
    ],
)
def test_a_misconception_is_named_in_both_languages(graded, student, english, chinese):
    result = graded.results[student]
    assert result.verdict is Verdict.WA
    in_english, in_chinese = result.reason.splitlines()
    assert english in in_english
    assert chinese in in_chinese


def test_partly_right_keeps_the_points_of_what_is_right(graded):
    points = group_points(graded.results["partly-right"])
    right = ("test-one-channel", "test-channels", "test-padding", "test-stride", "test-rectangles")
    assert all(points[name] > 0 for name in (*right, "test-grad-weight"))
    assert points["test-backward-settings"] == 0


def test_a_crash_is_a_runtime_error_that_says_which(graded):
    result = graded.results["crash"]
    assert (result.verdict, result.points) == (Verdict.RE, 0)
    assert "Your code raised AttributeError at this line: (ph, pw) = self.pad" in result.reason


def test_an_endless_loop_exceeds_the_time_limit(graded):
    result = graded.results["endless-loop"]
    assert result.verdict is Verdict.TLE
    assert "loop that never ends" in result.reason
    assert "循环" in result.reason


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("empty-file", "conv2d.ipynb is empty."),
        ("not-a-notebook", "conv2d.ipynb is not a Jupyter notebook."),
        ("missing-answer-cell", "The answer's cell is missing: conv2d."),
    ],
)
def test_what_cannot_be_run_gets_a_verdict_and_a_page(graded, student, reason):
    result = graded.results[student]
    assert (result.verdict, result.points) == (Verdict.CE, 0)
    assert result.reason.splitlines()[0] == reason
    page = graded.course.feedback(student).read_text(encoding="utf-8")
    assert reason.replace("'", "&#x27;") in page
    assert result.reason.splitlines()[1] in page


def test_deleted_test_cells_are_put_back_and_count(graded):
    result = graded.results["missing-test-cells"]
    assert result.points == result.max_points
    assert "test-padding, test-stride" in result.reason
    submitted = graded.course.submitted("missing-test-cells").read_text(encoding="utf-8")
    assert "problem.judge" not in submitted


def test_everybody_gets_a_result_feedback_and_a_grade(graded):
    everybody = students(graded.course)
    assert sorted(graded.results) == everybody
    assert all(graded.course.feedback(student).exists() for student in everybody)
    with graded.course.gradebook() as gradebook:
        grades = {row.student.id: row.score for row in gradebook.assignment_submissions("day07")}
    assert grades == {name: result.points for name, result in graded.results.items()}


def test_the_table_names_every_student_on_a_narrow_terminal(graded):
    output = io.StringIO()
    console = Console(file=output, width=80)
    results = list(graded.results.values())
    console.print(class_table(graded.course, results))
    console.print(legend(results))
    where_to_look(graded.course, console)
    text = output.getvalue()
    assert all(f"│ {student} " in text for student in graded.results)
    assert " TLE  1  time limit exceeded 超时" in text
    assert "gradebook.db" in text
    assert "…" not in text
