import warnings

import numpy as np
import pytest

from autograder import (
    Case,
    Expected,
    Group,
    Misconception,
    Problem,
    SubmissionError,
    Text,
    WrongAnswer,
)

SECRET = 8_675_309.25


def double(values):
    return {"doubled": 2 * values}


def halve(values):
    return {"doubled": values / 2}


def square(values):
    return {"doubled": values**2}


def generate(seed):
    rng = np.random.default_rng(seed)
    return [
        Case("small", Text("3 values", "3 个值"), {"values": np.array([SECRET, 2, 2])}),
        Case("small", Text("4 values", "4 个值"), {"values": rng.normal(size=4)}),
        Case("twos", Text("2 values", "2 个值"), {"values": np.array([2.0, 2.0])}),
    ]


def run(implementation, case):
    return implementation(case.arguments["values"].copy())


def expect(case):
    return {"doubled": Expected(double(case.arguments["values"])["doubled"], 1, 2 * SECRET)}


PROBLEM = Problem(
    name="doubling",
    groups={
        "small": Group(Text("small arrays", "小数组"), 7),
        "twos": Group(Text("twos", "全是二"), 2.5),
    },
    generate=generate,
    run=run,
    expect=expect,
    misconceptions=[
        Misconception(Text("halved", "除以了二"), Text("Look at /.", "看看 /。"), halve),
        Misconception(Text("squared", "平方了"), Text("Look at **.", "看看 **。"), square),
    ],
    seed=3,
)


def verdict(implementation, group="small"):
    with pytest.raises((WrongAnswer, SubmissionError)) as caught:
        PROBLEM.judge(implementation, group=group)
    return caught.value


@pytest.mark.parametrize(("group", "points"), [("small", 7), ("twos", 2.5)])
def test_a_right_implementation_earns_the_groups_points_as_a_plain_float(group, points):
    earned = PROBLEM.judge(double, group=group)
    assert earned == points
    # nbgrader reads the printed value; np.float64(7.0) would not be understood.
    assert type(earned) is float


def test_the_verdict_counts_the_cases_and_names_the_quantity():
    error = verdict(lambda values: {"doubled": 2 * values + (len(values) == 3)})
    assert type(error) is WrongAnswer
    assert error.code == "WA"
    assert "small arrays: 1 of 2" in error.message.en
    assert "小数组：2 个隐藏测试点中有 1 个" in error.message.zh
    assert "doubled" in error.message.en
    assert "3 values" in error.message.en


def test_the_verdict_tells_both_shapes():
    error = verdict(lambda values: {"doubled": values[:2]})
    assert "(2,)" in error.message.en
    assert "(3,)" in error.message.en


def test_a_missing_quantity_is_told():
    assert "None" in verdict(lambda values: {}).message.en


@pytest.mark.parametrize(("wrong", "name"), [(halve, "halved"), (square, "squared")])
def test_a_misconception_is_named_with_its_hint_in_both_languages(wrong, name):
    error = verdict(wrong)
    misconception = next(m for m in PROBLEM.misconceptions if m.name.en == name)
    for text in (misconception.name, misconception.hint):
        assert text.en in error.message.en
        assert text.zh in error.message.zh
    others = [m.name.en for m in PROBLEM.misconceptions if m is not misconception]
    assert not any(other in error.message.en for other in others)


def test_a_mistake_of_ones_own_is_not_given_a_misconceptions_name():
    message = verdict(lambda values: {"doubled": values + 2}).message.en
    assert "known mistake" not in message


def test_a_misconception_that_agrees_with_the_reference_explains_nothing():
    # On twos, squaring is doubling: another error there must not be called squaring.
    assert "squared" not in verdict(lambda v: {"doubled": v}, "twos").message.en
    assert PROBLEM.judge(square, group="twos") == 2.5


def test_an_exception_is_told_by_its_type_alone():
    def crash(values):
        raise ValueError(f"these are the hidden inputs: {values}")

    error = verdict(crash)
    assert type(error) is SubmissionError
    assert error.code == "RE"
    assert "ValueError" in error.message.en
    assert "hidden inputs" not in str(error)
    # The student's exception, whose text holds the inputs, must not be printed along with ours.
    assert error.__context__ is None
    assert error.__cause__ is None


def test_leaving_the_interpreter_is_an_exception_like_others():
    def leave(values):
        raise SystemExit

    assert "SystemExit" in verdict(leave).message.en


def test_an_interrupt_is_not_swallowed():
    # nbgrader interrupts a cell that takes too long.
    def hang(values):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        PROBLEM.judge(hang, group="small")


def test_some_wrong_results_and_some_crashes_are_a_wrong_answer():
    def mixed(values):
        if len(values) == 4:
            raise IndexError
        return halve(values)

    assert type(verdict(mixed)) is WrongAnswer


def test_messages_show_no_hidden_value():
    def wrong(values):
        return {"doubled": values * 3}

    text = str(verdict(wrong))
    shell = "".join(verdict(wrong)._render_traceback_())
    for value in (SECRET, 2 * SECRET, 3 * SECRET, SECRET / 2):
        assert f"{value:.0f}"[:5] not in text + shell


def test_ipython_is_given_the_message_in_place_of_a_traceback():
    error = verdict(halve)
    assert error._render_traceback_() == [f"WrongAnswer: {error.message.en}\n\n{error.message.zh}"]


def test_warnings_of_students_do_not_reach_stderr():
    def noisy(values):
        warnings.warn("overflow", RuntimeWarning, stacklevel=1)
        return double(values)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert PROBLEM.judge(noisy, group="small") == 7


def test_a_reused_buffer_does_not_change_earlier_results():
    buffer = np.zeros(4)

    def reuse(values):
        out = buffer[: len(values)]
        out[:] = 2 * values
        return {"doubled": out}

    assert PROBLEM.judge(reuse, group="small") == 7


def test_the_seed_decides_the_cases():
    seen = []

    def remember(values):
        seen.append(values)
        return double(values)

    for seed in (None, 3, 4):
        PROBLEM.judge(remember, group="small", seed=seed)
    np.testing.assert_array_equal(seen[1], seen[3])
    assert not np.array_equal(seen[1], seen[5])


def test_an_unknown_group_is_an_error_of_the_instructor():
    with pytest.raises(KeyError, match=r"no group 'smal'.*small"):
        PROBLEM.judge(double, group="smal")


def test_the_grader_knows_nothing_about_this_course():
    import ast
    from pathlib import Path

    import autograder

    sources = [path.read_text() for path in Path(autograder.__file__).parent.rglob("*.py")]
    imported = {
        name
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
    }
    assert imported
    assert not {name.split(".")[0] for name in imported} & {"convlab", "problems", "torch"}
