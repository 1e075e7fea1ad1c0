"""What the table of verdicts promises an instructor."""

import io
import re

import numpy as np
import pytest
from rich.console import Console

from autograder.batch import Record
from autograder.comparison import Expected
from autograder.problem import Case, Group, Misconception, Problem
from autograder.table import show
from autograder.text import Text
from autograder.trusted import ACCEPTED, FAILURES, MANUAL
from autograder.verdicts import Verdict


def cell(grade_id, verdict, points, max_points=4.0, message=ACCEPTED, notebook="conv"):
    return {
        "notebook": notebook,
        "grade_id": grade_id,
        "verdict": verdict,
        "points": points,
        "max_points": max_points,
        "message": vars(message),
    }


def record(*cells, student="ada", verdict="WA", notes=(), sandbox="bubblewrap"):
    points = sum(c["points"] or 0 for c in cells)
    most = sum(c["max_points"] for c in cells)
    return Record(student, "day", verdict, points, most, sandbox, list(notes), list(cells))


def printed(*records, width=80, unchanged=0, **options):
    stream = io.StringIO()
    show(Console(file=stream, width=width, **options), records, unchanged)
    return stream.getvalue()


def only_row(*records, width=200):
    """Return a student's row, without frames and spaces at the ends."""
    lines = [line for line in printed(*records, width=width).splitlines() if line[:1] == "│"]
    columns = zip(*(line.strip("│").split("│") for line in lines), strict=True)
    return [[cell.strip() for cell in column if cell.strip()] for column in columns]


PROBLEM = Problem(
    name="double",
    groups={"all": Group(Text("doubling", "翻倍"), 4.0)},
    generate=lambda seed: [Case("all", Text("three numbers", "三个数"), {"x": np.arange(3.0)})],
    run=lambda double, case: {"doubled": double(case.arguments["x"])},
    expect=lambda case: {"doubled": Expected(2 * case.arguments["x"])},
    misconceptions=[
        Misconception(
            Text("it squares instead", "写成了平方"),
            Text("What is 2 times 3?", "2 乘 3 等于几？"),
            lambda x: x**2,
        )
    ],
)


def judged(implementation):
    """Return the verdict and the message of a real judge."""
    with pytest.raises(Verdict) as caught:
        PROBLEM.judge(implementation, group="all")
    return caught.value.code, caught.value.message


def test_everything_accepted_is_said_in_three_words():
    row = only_row(record(cell("test-a", "AC", 4.0), cell("test-b", "AC", 2.5, 2.5), verdict="AC"))
    assert row == [["ada"], ["AC"], ["6.5/6.5"], ["all 2 groups"]]


def test_nothing_accepted_is_said_in_a_few_words():
    message = FAILURES["TLE"]
    cells = [cell(name, "TLE", 0.0, message=message) for name in ("test-a", "test-b")]
    row = only_row(record(*cells, verdict="TLE"))
    assert row == [["ada"], ["TLE"], ["0/8"], ["none of the 2 groups", message.en, message.zh]]


def test_only_groups_that_failed_are_named_with_their_points():
    message = Text("Part of it.", "一部分。")
    cells = [
        cell("test-bias", "WA", 0.0, 6.0, message),
        cell("test-stride", "AC", 4.0),
        cell("other", "WA", 1.5, 3.0, message),
    ]
    assert only_row(record(*cells))[3] == ["bias 0/6, other 1.5/3", "Part of it.", "一部分。"]


def test_partial_points_are_shown_where_every_group_failed():
    cells = [cell("a", "WA", 0.0), cell("b", "WA", 1.0)]
    assert only_row(record(*cells))[3][0] == "a 0/4, b 1/4"


def test_a_single_group_is_named():
    assert only_row(record(cell("a", "AC", 4.0), verdict="AC"))[3] == ["a 4/4"]


def test_groups_of_several_notebooks_are_told_apart():
    cells = [cell("a", "WA", 0.0, notebook=name) for name in ("one", "two")]
    cells.append(cell("b", "AC", 1.0, notebook="two"))
    assert only_row(record(*cells))[3][0] == "one/a 0/4, two/a 0/4"


def test_what_a_person_grades_is_named_and_is_no_failure():
    cells = [cell("a", "AC", 4.0), cell("b", "AC", 4.0), cell("essay", MANUAL, None)]
    row = only_row(record(*cells, verdict=MANUAL))
    assert row[1:] == [["manual"], ["8/12"], ["all 2 groups, essay by hand"]]


def test_of_a_judge_s_message_the_quantity_that_is_wrong_is_shown():
    code, message = judged(np.zeros_like)
    assert len(message.en.splitlines()) > 2
    heading, *reason = only_row(record(cell("a", code, 0.0, message=message)))[3]
    assert heading == "a 0/4"
    assert reason == [text.splitlines()[-1].strip() for text in (message.en, message.zh)]
    assert reason[0].startswith("doubled: ")


def test_a_misconception_that_a_later_group_names_is_the_reason():
    code, message = judged(np.square)
    cells = [
        cell("first", "TLE", 0.0, message=FAILURES["TLE"]),
        cell("second", code, 0.0, message=message),
        cell("third", "AC", 4.0),
    ]
    row = only_row(record(*cells, verdict="TLE"))
    assert row[1] == ["TLE"]
    assert row[3] == [
        "first 0/4, second 0/4",
        "This looks like a known mistake: it squares instead.",
        "这像是一个常见错误：写成了平方。",
    ]


def test_of_other_messages_the_first_line_is_shown():
    message = Text("This test was not passed: assert f(2) == 4\nAssertionError: ", "未通过\n更多")
    assert only_row(record(cell("a", "WA", 0.0, message=message)))[3][1:] == [
        "This test was not passed: assert f(2) == 4",
        "未通过",
    ]


def test_what_is_said_in_both_languages_at_once_is_printed_once():
    message = Text("Too slow. 太慢。", "Too slow. 太慢。")
    assert only_row(record(cell("a", "WA", 0.0, message=message)))[3][1:] == ["Too slow. 太慢。"]


def test_a_refusal_says_why():
    reason = Text("conv.ipynb is empty.", "conv.ipynb 是空文件。")
    row = only_row(Record("ada", "day", "CE", 0.0, 10.0, "bubblewrap", [reason]))
    assert row == [["ada"], ["CE"], ["0/10"], [reason.en, reason.zh]]


def test_what_was_put_right_is_said_once_and_not_at_length():
    told = FAILURES["TLE"]
    notes = [Text(f"TLE in cell a: {told.en}", f"单元格 a TLE：{told.zh}")]
    notes += [Text(f"{n} is a link.", f"{n} 是链接。") for n in "vwxyz"]
    reason = only_row(record(cell("a", "TLE", 0.0, message=told), verdict="TLE", notes=notes))[3]
    assert reason[1:6] == [
        "v is a link.",
        "w is a link.",
        "x is a link.",
        "... and 2 more.",
        told.en,
    ]


def test_what_a_submission_brings_does_not_steer_the_terminal():
    bad = "\x1b[2J\x1b]0;owned\x07\u202e[red]"
    message = Text(f"Your code raised E at this line: {bad}", bad)
    said = printed(
        record(cell("a", "WA", 0.0, message=message), student=f"ada{bad}", notes=[Text(bad, bad)]),
        force_terminal=True,
        color_system=None,
    )
    assert not set(said) & set("\x1b\x07\u202e")
    assert "[red]" in said


@pytest.mark.parametrize("width", [80, 200])
def test_nothing_is_cut_off(width):
    code, message = judged(np.square)
    cells = [cell(f"test-group-{n}", code, 0.0, message=message) for n in range(12)]
    cells.append(cell("test-last", "AC", 4.0))
    notes = [Text("Missing: " + "x" * 90, "缺失：" + "测" * 60)]
    said = printed(record(*cells, student="mean-instead-of-sum", notes=notes), width=width)
    assert "…" not in said
    assert "│ mean-instead-of-sum │" in said
    assert all(f"group-{n} " in said for n in range(12))
    assert said.count("x") == 90
    assert said.count("测") == 60


def test_colours_say_it_again():
    said = printed(
        record(cell("a", "AC", 4.0), cell("b", "AC", 4.0), verdict="AC"),
        record(cell("a", "WA", 0.0), cell("b", "AC", 4.0), student="bob"),
        force_terminal=True,
        color_system="standard",
    )
    green, red = "\x1b[32m", "\x1b[31m"
    assert f"{green}all 2 groups" in said
    assert f"{red}a 0/4" in said
    assert re.search(r"\x1b\[1;32m *AC ", said)
    assert re.search(r"\x1b\[1;31m *WA ", said)


def test_verdicts_are_counted_and_explained():
    accepted = record(cell("a", "AC", 4.0), verdict="AC")
    said = printed(accepted, accepted, record(cell("a", "RE", 0.0), verdict="RE"), unchanged=7)
    assert "    AC   2  accepted 通过\n    RE   1  runtime error 运行时错误\n" in said
    assert "7 graded before and unchanged (--force grades them again)." in said
    assert "without a sandbox" not in said


def test_grades_without_a_sandbox_are_marked():
    assert "Graded without a sandbox" in printed(record(cell("a", "AC", 4.0), sandbox="none"))


def test_without_submissions_there_is_no_table():
    assert printed() == ""
    assert printed(unchanged=2).startswith("2 graded before")
