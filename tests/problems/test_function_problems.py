import numpy as np
import pytest

from autograder import Group, Text, WrongAnswer
from problems.function_problems import (
    Reference,
    function_case,
    function_problem,
    judge_among,
    robustness_cases,
)

ARGUMENTS = {"x": np.arange(1.0, 7.0).reshape(2, 3), "factor": 3}


def scaled(x, factor):
    return x * factor


def problem(name, points):
    groups = {name: Group(Text(name, "组"), points)}
    reference = Reference(scaled, 1, lambda arguments: float(np.abs(arguments["x"]).max()))

    def generate(seed):
        case = function_case(name, "output", ARGUMENTS)
        return [case, *robustness_cases(name, "output", ARGUMENTS)]

    return function_problem(name, groups, generate, reference, [], 0)


def test_a_group_is_judged_by_the_problem_that_has_it():
    judge = judge_among({"first": problem("one", 2), "second": problem("two", 5)})
    assert judge(scaled, group="one") == 2
    assert judge(scaled, group="two", seed=3) == 5


def test_a_group_that_no_problem_has_is_refused():
    judge = judge_among({"first": problem("one", 2)})
    with pytest.raises(KeyError, match=r"no group 'three'; choose from \['one'\]"):
        judge(scaled, group="three")


def test_a_description_tells_shapes_and_settings_but_no_elements():
    case = function_case("one", "output", ARGUMENTS)
    assert str(case.description.en) == str(case.description.zh) == "x (2, 3), factor 3"


def test_robustness_is_float32_then_a_view_then_what_is_left_of_the_arguments():
    single, view, untouched = robustness_cases("one", "output", ARGUMENTS)
    assert single.arguments["arguments"]["x"].dtype == np.float32
    assert not view.arguments["arguments"]["x"].flags.c_contiguous
    assert untouched.arguments["check"] == ("x afterwards",)


def test_who_answers_in_single_precision_is_accepted_and_who_overwrites_is_not():
    judge = judge_among({"first": problem("one", 2)})
    assert judge(lambda x, factor: (x * factor).astype(np.float32), group="one") == 2

    def overwriting(x, factor):
        result = x * factor
        x[:] = 0
        return result

    with pytest.raises(WrongAnswer, match="x, after the call"):
        judge(overwriting, group="one")
