"""What the lesson of Day 7 says about its own arrays, numbers and mission is true."""

import ast
import json
import re
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGES = {
    "en": ROOT / "book" / "day07-convolutional-network.md",
    "zh": ROOT / "book" / "zh" / "day07-convolutional-network.md",
}
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
SYMBOLS = ["X", "W", "b", "Y", "s", "p"]
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.S | re.M)
CELL_HEADER = re.compile(r"\A(---\n.*?\n---\n|(:[^\n]*\n)+)", re.S)
DECODER_ROW = re.compile(r"^\| \$(.+?)\$ \| `(\w+)` \| `(\(.*?\))` \|", re.M)


def code_cells(text):
    return [CELL_HEADER.sub("", cell.group(1)) for cell in CELL.finditer(text)]


def module(text, number):
    return re.split(r"^## ", text, flags=re.M)[number]


@pytest.fixture(scope="module")
def lesson_names():
    """Run modules 1 to 4 as a reader would; return every name that they define."""
    text = PAGES["en"].read_text(encoding="utf-8")
    names = {}
    with mpl.rc_context(), pytest.MonkeyPatch.context() as environment:
        environment.setenv("OMP_NUM_THREADS", "1")  # the page sets it too; this restores it
        for cell in code_cells(text[: text.index("\n## 5 ")]):
            exec(compile(cell, str(PAGES["en"]), "exec"), names)
        plt.close("all")
    return names


@pytest.mark.parametrize("language", PAGES)
def test_the_six_modules_stand_in_their_order(language):
    text = CELL.sub("", PAGES[language].read_text(encoding="utf-8"))
    assert re.findall(r"^## (.+)$", text, re.M) == TITLES[language]


@pytest.mark.parametrize("language", PAGES)
def test_every_shape_of_the_symbol_decoder_is_that_of_the_real_array(language, lesson_names):
    rows = DECODER_ROW.findall(module(PAGES[language].read_text(encoding="utf-8"), 3))
    assert [symbol for symbol, *_ in rows][: len(SYMBOLS)] == SYMBOLS
    assert len(rows) == 12
    for _symbol, name, shape in rows:
        assert np.shape(lesson_names[name]) == eval(shape, lesson_names), name


def test_the_decoders_sizes_are_distinct_so_that_a_swapped_axis_shows(lesson_names):
    sizes = [lesson_names[name] for name in ("N", "C_in", "C_out", "H", "W")]
    assert len(set(sizes)) == len(sizes)
    assert lesson_names["H_out"] != lesson_names["W_out"]
    assert lesson_names["k_h"] != lesson_names["k_w"]


def test_the_printed_weight_gradient_of_the_source_notes_is_wrong_in_both_readings(lesson_names):
    for wrong in lesson_names["printed"].values():
        assert not np.allclose(wrong, [[0, 2], [6, 8]])


@pytest.mark.parametrize("language", PAGES)
def test_the_hand_worked_numbers_are_in_the_text(language):
    derivation = module(PAGES[language].read_text(encoding="utf-8"), 4)
    for by_hand in (r"1\cdot1 + 2\cdot2 + 0\cdot4 - 1\cdot5 = 0", r"1\cdot3 + 2\cdot2 + 0\cdot1"):
        assert by_hand in derivation


@pytest.mark.parametrize("language", PAGES)
def test_every_number_a_formula_spells_out_is_right(language):
    """Evaluate each formula of the form "numbers = number" in the text."""
    text = PAGES[language].read_text(encoding="utf-8")
    checked = 0
    for left, right in re.findall(
        r"\$([\d{},\s+\-^]*(?:\\cdot[\d{},\s+\-^\\cdot]*)*) = ([\d{},]+)\$", text
    ):
        expression = left.replace("{,}", "").replace(r"\cdot", "*").replace("^", "**")
        assert eval(expression) == int(right.replace("{,}", "")), left
        checked += 1
    assert checked >= 8


@pytest.mark.parametrize("language", PAGES)
def test_the_missions_points_are_those_of_the_assignment(language):
    notebook = json.loads((ROOT / "assignments/day07/conv2d.ipynb").read_text(encoding="utf-8"))
    cells = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    points = {cell["grade_id"]: cell["points"] for cell in cells if cell.get("points")}
    mission = module(PAGES[language].read_text(encoding="utf-8"), 6)
    announced = [int(row) for row in re.findall(r"^\| [^|]+ \| (\d+) \| [^|]+ \|$", mission, re.M)]
    forward = ("one-channel", "channels", "padding", "stride", "rectangles")
    backward = ("grad-bias", "grad-weight", "grad-input", "backward-settings")
    groups = [forward, backward, ("repeated-calls", "robustness"), ("accuracy", "feature-maps")]
    expected = [sum(points[f"test-{name}"] for name in group) for group in groups]
    assert announced[:4] == expected
    assert sum(expected) == sum(points.values()) == 100


@pytest.mark.parametrize("language", PAGES)
def test_the_lesson_does_not_hand_out_the_missions_answer(language):
    text = PAGES[language].read_text(encoding="utf-8")
    (listing,) = re.findall(r"^```python\n(class Conv2d.*?)^```$", text, re.S | re.M)
    for method in ast.parse(listing).body[0].body:
        assert [type(statement) for statement in method.body] == [ast.Expr], method.name
        assert ast.get_docstring(method)
    assert "ops/conv2d.py" not in text
