"""Formulas: drawn as a whole, or not at all."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.markup import MATHML, clean_html
from autograder.maths import tex_to_mathml

PIECES = [
    *("\\frac", "\\sqrt", "{", "}", "[", "]", "^", "_", "&", "\\\\", "\\left(", "\\right)", "x"),
    *("\\begin{align}", "\\end{align}", "\\begin{cases}", "\\end{cases}", "\\text{", "\\sum"),
    *("\\hat", "\\newcommand{\\a}{\\a\\a}", "\\a", "'", "%", "\n", "<b>", "$", "卷"),
    *("\\color{red}", "\\href{javascript:x}", "\\style{position:fixed}", "\\class{modal}"),
    "\\unicode{60}",
]


def text_of(tex, *, block=False):
    return "".join(ET.fromstring(tex_to_mathml(tex, block=block)).itertext())


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("a<b", "a<b"),
        (r"\mathbb{R}^n", "ℝn"),
        (r"\mathbb R", "ℝ"),
        (r"\bm{x}", "𝒙"),
        (r"\boldsymbol{\theta}", "𝜽"),
        (r"\mathbf{W}^\top x", "𝐖⊤x"),
        (r"\operatorname{softmax}(z)_i", "softmax(z)i"),
        (r"\text{宽}", "宽"),
    ],
)
def test_letters_are_those_of_unicode(tex, text):
    assert text_of(tex) == text


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\begin{align*} a &= b \\ c &= d \end{align*}",
        r"\begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}",
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
        r"\sum_{\substack{i<n \\ j<m}} x_{ij}",
        r"\frac{\partial L}{\partial w} = \left( \frac{1}{2} \right)^2",
        r"\hat{y} = \underbrace{\max(0, Wx + b)}_{\text{ReLU}}",
    ],
)
def test_what_courses_write_is_drawn(tex):
    drawn = tex_to_mathml(tex, block=True)
    assert drawn.startswith('<math display="block">')
    assert clean_html(drawn, is_standalone=True).count("<m") == drawn.count("<m")


@pytest.mark.parametrize(
    "tex",
    [r"\unknown{x}", r"\frac{a}", "a & b", r"\left( x", "x^", "{", r"\text{a<b}", "x" * 10_000],
)
def test_what_is_not_understood_as_a_whole_is_not_drawn(tex):
    assert tex_to_mathml(tex, block=False) is None


@given(st.lists(st.sampled_from(PIECES), max_size=20))
def test_whatever_is_drawn_is_well_formed_and_has_only_known_elements(pieces):
    drawn = tex_to_mathml(" ".join(pieces), block=True)
    if drawn is not None:
        assert all(element.tag in MATHML for element in ET.fromstring(drawn).iter())
