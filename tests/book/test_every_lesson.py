"""What every lesson keeps: six modules in order, true shapes, true sums, no answer given away."""

import ast
import re

import numpy as np
import pytest

from tests.book import lessons

TITLES = {
    "en": [
        "1 Technical debt & evolution",
        "2 Visual intuition",
        "3 Symbol decoder",
        "4 Derivation",
        "5 Engineering optimisation",
        "6 OJ mission",
    ],
    "zh": [
        "1 技术债与演进动机",
        "2 直觉建立",
        "3 符号解码字典",
        "4 核心推导",
        "5 工程优化点",
        "6 今日靶机",
    ],
}
PROMISE = {"en": "**After today you can**", "zh": "**学完今天，你能够**"}
SECTIONS = {
    "en": ["Summary", "Common mistakes", "Check yourself", "Exercises", "Sources"],
    "zh": ["小结", "常见错误", "自测", "练习", "参考文献"],
}
MODULE_LABELS = ["debt", "intuition", "decoder", "derivation", "engineering", "mission"]
SUM = re.compile(r"\$([\d{},\s+\-^]*(?:\\cdot[\d{},\s+\-^\\cdot]*)*) = ([\d{},]+)\$")

every_lesson = pytest.mark.parametrize("day", lessons.DAYS)


def test_the_days_follow_one_another():
    assert list(range(1, 8)) == lessons.DAYS


@every_lesson
@lessons.both_languages
def test_it_says_what_one_can_do_after_it(day, language):
    assert PROMISE[language] in lessons.read(day, language).split("\n## ")[0]


@every_lesson
@lessons.both_languages
def test_the_six_modules_stand_in_their_order(day, language):
    text = lessons.prose(lessons.read(day, language))
    assert re.findall(r"^## (.+)$", text, re.M) == TITLES[language]
    labels = re.findall(r"^\((.+)\)=\n## ", text, re.M)
    assert labels == [f"day{day:02}-{name}" for name in MODULE_LABELS]


@every_lesson
@lessons.both_languages
def test_it_ends_with_summary_mistakes_questions_exercises_and_sources(day, language):
    mission = lessons.prose(lessons.module(lessons.read(day, language), 6))
    assert re.findall(r"^### (.+)$", mission, re.M) == SECTIONS[language]
    _, questions, exercises = re.split(r"^### (?:Check yourself|自测|Exercises|练习)$", mission,
                                       flags=re.M)  # fmt: skip
    assert questions.count("{dropdown}") >= 4
    assert exercises.count("{dropdown}") == len(re.findall(r"^\*\*\d+\.\*\*", exercises, re.M)) >= 4


@every_lesson
@lessons.both_languages
def test_every_shape_of_the_symbol_decoder_is_that_of_the_real_array(day, language):
    rows = lessons.decoder_rows(day, language)
    defined = dict(lessons.names(day))
    assert len(rows) >= 8
    for _symbol, name, shape in rows:
        assert np.shape(defined[name]) == eval(shape, defined), name


@every_lesson
@lessons.both_languages
def test_every_number_a_formula_spells_out_is_right(day, language):
    """Evaluate each formula of the form "numbers = number" in the text."""
    for left, right in SUM.findall(lessons.read(day, language)):
        expression = left.replace("{,}", "").replace(r"\cdot", "*").replace("^", "**")
        assert eval(expression) == int(right.replace("{,}", "")), left


@every_lesson
@lessons.both_languages
def test_the_mission_is_worth_what_the_assignment_gives(day, language):
    assert sum(lessons.announced_points(day, language)) == sum(lessons.points(day).values()) == 100


@every_lesson
@lessons.both_languages
def test_it_does_not_hand_out_the_missions_answer(day, language):
    text = lessons.read(day, language)
    functions = [
        node
        for listing in lessons.listings(lessons.module(text, 6))
        for node in ast.walk(ast.parse(listing))
        if isinstance(node, ast.FunctionDef)
    ]
    assert functions
    for function in functions:
        assert [type(statement) for statement in function.body] == [ast.Expr], function.name
        assert ast.get_docstring(function)
    assert "convlab/ops/" not in text
