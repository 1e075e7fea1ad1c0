"""Markdown of students: honest text stays as it is, and no text runs anything."""

from __future__ import annotations

import time

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.markdown import clean_markdown, markdown_to_html
from tests.autograder.hostile_markup import HTML, MARKDOWN, live

PNG = "iVBORw0KGgo="
HONEST = [
    "# A title\n\nSome *text* with `a<b>c` and **$a<b$**.",
    "$$\\begin{aligned} a &= b \\\\ c &< d \\end{aligned}$$",
    "\\begin{align}\nx &< y \\\\\nz &> 0\n\\end{align}",
    "```python\nif a < b and c > d:\n    print('<script>')\n```",
    "    <script>in a block of code</script>",
    "`<img src=x onerror=alert(1)>`",
    "x < y, a<b, 3 <4 & 5 > 2, <3",
    "[a link](https://example.org/?a=1&b=2 'title') and <https://example.org>",
    "[a file](data/mnist.csv) and [a place](#A-title)",
    "![a figure](figures/kernel.png) ![web](https://example.org/a.png)",
    "| a | b |\n|:--|--:|\n| 1 | 2 |",
    "- [ ] to do\n- [x] done\n1. one\n> quoted\n\n---",
    'H<sub>2</sub>O <br> <font color="red">red</font> <b style="color: blue">b</b>',
    "<details><summary>More</summary>\n\ntext\n\n</details>",
    "<!-- Write your answer here. -->\nBecause.",
    '<img src="figures/kernel.png" width="300" alt="a kernel">',
    "<div align='center'>\n\n**centred**\n\n</div>",
    "为什么权重是共享的？因为 $W$ 与位置无关。🙂",
    "",
]


@pytest.mark.parametrize("source", HONEST)
def test_honest_text_is_stored_byte_for_byte(source):
    assert clean_markdown(source) == source


def test_pasted_images_are_found():
    source = "![it](attachment:it.png)"
    attachments = {"it.png": {"image/png": PNG}}
    assert clean_markdown(source, attachments) == source
    assert f"data:image/png;base64,{PNG}" in markdown_to_html(source, attachments=attachments)


def test_a_missing_image_does_not_stop_anything():
    source = "![it](attachment:absent.png)"
    assert as_nbconvert_shows(clean_markdown(source)).text.strip() == source
    assert "it" in markdown_to_html(source)


def as_nbconvert_shows(source):
    html = MarkdownWithMath(renderer=IPythonRenderer(escape=False)).render(source)
    return BeautifulSoup(html, "html.parser")


hostile = st.sampled_from(HTML + MARKDOWN)
pieces = st.lists(hostile | st.text(max_size=8) | st.sampled_from(HONEST), max_size=4)


@given(pieces, st.sampled_from(["", " ", "\n", "\n\n", "`", "$"]))
@settings(max_examples=300)
def test_no_markdown_is_live_when_our_pages_show_it(parts, between):
    source = between.join(parts)
    for is_standalone in (True, False):
        assert live(markdown_to_html(source, is_standalone=is_standalone)) == []


@given(pieces, st.sampled_from(["", " ", "\n", "\n\n", "`", "$"]))
@settings(max_examples=300)
def test_no_stored_markdown_is_live_even_in_nbconvert_s_own_pages(parts, between):
    shown = as_nbconvert_shows(clean_markdown(between.join(parts)))
    for allowed in shown.select("input[type=checkbox][disabled], img[src^='https://']"):
        allowed.decompose()
    assert live(str(shown)) == []


@pytest.mark.parametrize("source", [*HTML, *MARKDOWN])
def test_what_is_not_stored_as_it_was_is_stored_as_visible_source(source):
    stored = clean_markdown(source)
    if stored != source:
        visible = source.replace("\0", "\ufffd")
        assert as_nbconvert_shows(stored).text.strip("\n") == visible.strip("\n")


@pytest.mark.parametrize("source", ["```\n<script>", "`````\n<script>\n````", "<script>\n```\nx"])
def test_the_block_that_shows_the_source_cannot_be_left(source):
    shown = as_nbconvert_shows(clean_markdown(source))
    assert shown.select("script") == []
    assert [tag.name for tag in shown.find_all(recursive=False)] in (["div"], ["pre"])


@pytest.mark.parametrize(
    "source",
    [
        "\\begin{a}" * 5_000,
        "\\\\[" * 20_000,
        ">" * 20_000,
        "- " * 20_000,
        "[" * 40_000,
        "<div>" * 9_000,
        "<a " * 15_000,
        "<a" + " b" * 20_000,
        "$x$ " * 10_000,
        "$" + "{" * 4_000 + "$",
        "x" * 2_000_000,
    ],
)
def test_no_text_takes_long(source):
    start = time.monotonic()
    assert live(markdown_to_html(source, is_standalone=True)) == []
    clean_markdown(source)
    assert time.monotonic() - start < 10


def test_headings_and_their_links_stay_apart_from_the_page_s():
    html = markdown_to_html("# Part one\n\n[back](#Part-one)")
    soup = BeautifulSoup(html, "html.parser")
    assert soup.a["href"] == f"#{soup.h1['id']}" == "#nb-Part-one"


def test_boxes_of_a_list_are_drawn():
    text = BeautifulSoup(markdown_to_html("- [ ] a\n- [x] b"), "html.parser").text
    assert text.split() == ["☐", "a", "☑", "b"]
