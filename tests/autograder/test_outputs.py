"""Outputs of students: whatever they are, valid and harmless notebooks come out of them."""

from __future__ import annotations

import base64
import io
import json
import re
import time

import matplotlib.pyplot as plt
import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from autograder.outputs import SHORTENED, clean_attachments, clean_outputs, clean_text
from tests.autograder.hostile_markup import HTML, live

LIMIT = 1_000_000


def png():
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


PNG = png()


def clean(*outputs, limit_bytes=LIMIT):
    return clean_outputs(list(outputs), limit_bytes=limit_bytes)


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def display(**data):
    names = {"html": "text/html", "plain": "text/plain", "png": "image/png"}
    names |= {"svg": "image/svg+xml", "jpeg": "image/jpeg", "json": "application/json"}
    named = {names.get(key, key): value for key, value in data.items()}
    return {"output_type": "display_data", "data": named, "metadata": {}}


def data_of(output):
    [cleaned] = clean(output)
    return cleaned.data


def assert_valid(outputs):
    cell = nbformat.v4.new_code_cell("", outputs=outputs)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()


# ------------------------------------------------------------------------------ anything at all

text = st.text(st.characters(exclude_categories=()), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
mime = st.sampled_from(
    [
        *("text/plain", "text/html", "text/latex", "text/markdown", "image/png", "image/jpeg"),
        *("image/svg+xml", "application/json", "application/javascript", "text/x"),
        "application/vnd.jupyter.widget-view+json",
    ]
)
fields = {
    "output_type": st.sampled_from(["stream", "error", "display_data", "execute_result"]) | values,
    "name": st.sampled_from(["stdout", "stderr"]) | values,
    "text": text | values,
    "data": st.dictionaries(mime | text, text | values, max_size=4) | values,
    "metadata": values,
    "execution_count": values,
    "ename": values,
    "evalue": values,
    "traceback": st.lists(text, max_size=3) | values,
    "transient": values,
}
outputs = st.lists(st.fixed_dictionaries({}, optional=fields) | values, max_size=5)


@given(outputs, st.integers(0, 300))
def test_whatever_comes_in_valid_outputs_come_out(some, limit):
    cleaned = clean_outputs(some, limit_bytes=limit)
    assert_valid(cleaned)


@pytest.mark.parametrize("something", [None, 3, "outputs", {"output_type": "stream"}, [[]], [None]])
def test_what_is_no_list_of_outputs_is_none(something):
    assert clean_outputs(something, limit_bytes=LIMIT) == []


@given(outputs)
def test_cleaning_again_changes_nothing(some):
    once = clean_outputs(some, limit_bytes=LIMIT)
    assert clean_outputs(once, limit_bytes=LIMIT) == once


@given(st.lists(st.sampled_from(HTML) | text, max_size=6))
@settings(max_examples=200)
def test_no_html_is_left_live(pieces):
    for cleaned in clean(display(html="".join(pieces))):
        assert live(cleaned.data["text/html"]) == []


@given(st.sampled_from(HTML), st.integers(0, 100), st.integers(0, 100))
def test_no_part_of_hostile_html_is_left_live(source, start, stop):
    for cleaned in clean(display(html=f"<p>{source[start:]}{source[:stop]}")):
        assert live(cleaned.data["text/html"]) == []


def test_a_browser_runs_and_loads_nothing_of_it(browser):
    context = browser.new_context()
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    shown = [cleaned.data["text/html"] for html in HTML for cleaned in clean(display(html=html))]
    page.set_content("<body>" + "\n".join(f"<div>{html}</div>" for html in shown))
    for link in page.locator("a").all():
        link.evaluate("link => link.click()")
    page.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith(("data:", "about:"))] == []
    assert said == []
    context.close()


# ------------------------------------------------------------------------------- what is kept


def test_what_is_known_is_kept_as_it_is():
    honest = [
        stream("loss 0.5\n\n  accuracy 0.9\n"),
        display(plain="<Figure size 640x480 with 1 Axes>", png=PNG),
        {
            "output_type": "execute_result",
            "data": {"text/plain": "array([1, 2])"},
            "metadata": {},
            "execution_count": 4,
        },
        {"output_type": "error", "ename": "E", "evalue": "why", "traceback": ["\x1b[31mE\x1b[0m"]},
        stream("a warning\n", "stderr"),
    ]
    assert clean(*honest) == [nbformat.from_dict(output) for output in honest]


def test_pandas_tables_keep_their_look():
    html = (
        '<style scoped>.dataframe td { color: red }</style><table border="1" class="dataframe">'
        '<thead><tr style="text-align: right;"><th></th><th>a</th></tr></thead>'
        "<tbody><tr><th>0</th><td>1 &lt; 2</td></tr></tbody></table><p>1 rows</p>"
    )
    assert data_of(display(html=html))["text/html"] == (
        '<table border="1" class="dataframe"><thead><tr style="text-align:right"><th></th><th>a'
        "</th></tr></thead><tbody><tr><th>0</th><td>1 &lt; 2</td></tr></tbody></table><p>1 rows</p>"
    )


def test_colours_of_a_table_are_kept():
    html = '<table><tr><td style="background-color: #ffe; color: darkred">1</td></tr></table>'
    assert 'style="background-color:#ffe;color:darkred"' in data_of(display(html=html))["text/html"]


def test_matplotlib_s_svg_is_kept():
    figure, axes = plt.subplots(figsize=(2, 2))
    axes.plot([1, 3, 2], label="loss")
    axes.imshow([[1, 2], [3, 4]])
    axes.legend()
    file = io.StringIO()
    figure.savefig(file, format="svg")
    plt.close(figure)
    source, cleaned = file.getvalue(), data_of(display(svg=file.getvalue()))["image/svg+xml"]
    for shape in ("<path", "<use", "<image", "<g", "clip-path="):
        assert cleaned.count(shape) == source.count(shape) > 0
    assert 'viewBox="' in cleaned


def test_svg_is_left_out_where_there_is_png():
    svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    assert set(data_of(display(svg=svg, png=PNG))) == {"image/png"}


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onclick="alert(1)"/>',
        '<image href="https://evil.example/x.png"/>',
        '<image href="file:///etc/passwd"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<use href="https://evil.example/x.svg#a"/>',
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        "<style>@import url(https://evil.example/x.css);</style>",
        '<rect style="fill: url(https://evil.example/x)"/>',
        '<rect style="fill: u\\72l(https://evil.example/x)"/>',
        '<animate onbegin="alert(1)"/><set attributeName="href" to="javascript:alert(1)"/>',
    ],
)
def test_svg_runs_and_loads_nothing(inside):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}<path d="M0 0"/></svg>'
    cleaned = data_of(display(svg=svg))["image/svg+xml"]
    assert "<path" in cleaned
    assert not re.search("evil|alert|script|file:|import|<foreign|<animate|<set", cleaned)


def test_svg_cannot_multiply():
    groups = "".join(
        f'<g id="g{i}"><use href="#g{i - 1}"/><use href="#g{i - 1}"/></g>' for i in range(1, 30)
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><g id="g0"/>{groups}</svg>'
    assert "href" not in data_of(display(svg=svg))["image/svg+xml"]
    entities = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    assert clean(display(svg=f'{entities}<svg xmlns="http://www.w3.org/2000/svg"/>')) == []


def test_unknown_kinds_metadata_and_other_keys_are_dropped():
    output = display(plain="7")
    output["data"] |= {
        "application/javascript": "alert(1)",
        "application/vnd.jupyter.widget-view+json": {"model_id": "0"},
        "text/vnd.mermaid": "x",
    }
    output |= {"metadata": {"isolated": True}, "transient": {"display_id": "1"}, "more": 1}
    assert clean(output) == [nbformat.from_dict(display(plain="7"))]


@pytest.mark.parametrize(
    "image",
    ["", "not base64!", base64.b64encode(b"<svg onload=alert(1)>").decode(), PNG[:7], f"{PNG}\x00"],
)
def test_an_image_that_is_none_is_dropped(image):
    assert clean(display(png=image)) == []
    assert clean(display(jpeg=image)) == []


def test_lines_in_base64_are_joined():
    assert data_of(display(png=f"{PNG[:20]}\n{PNG[20:]}\n"))["image/png"] == PNG


def test_json_is_kept_if_it_is_shallow_and_finite():
    assert data_of(display(json={"a": [1, None]}))["application/json"] == {"a": [1, None]}
    assert clean(display(json=float("nan"))) == []
    deep = json.loads("[" * 900 + "]" * 900)
    assert clean(display(json=deep)) == []


# -------------------------------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("\x1b[1;31mred\x1b[0m", "\x1b[1;31mred\x1b[0m"),
        ("\x1b[38;5;208mx\x1b[m", "\x1b[38;5;208mx\x1b[m"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;aGk=\x07x", "x"),
        ("\x1b[99999999999999999999mx", "x"),
        ("a\x00b\x08c\x7f\x9bd\x1b", "abcd"),
        ("10%\r50%\r100%\ndone\r\n", "100%\ndone\n"),
        ("\ud800 \udfff", "? ?"),
        ("tab\tand\nline 卷积 🙂", "tab\tand\nline 卷积 🙂"),
    ],
)
def test_of_commands_to_a_terminal_only_colours_are_kept(raw, kept):
    assert clean_text(raw) == kept


@given(st.text(st.characters(exclude_categories=())))
def test_text_is_valid_and_has_no_other_command(raw):
    cleaned = clean_text(raw)
    cleaned.encode()
    assert not re.search(r"\x1b(?!\[[\d;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f]", cleaned)


def test_what_is_printed_in_pieces_is_one_text():
    assert clean(stream("a\x1b[3"), stream("1mb"), stream("\n")) == [
        nbformat.from_dict(stream("a\x1b[31mb\n"))
    ]


# -------------------------------------------------------------------------------------- limits


def size(outputs):
    return len(json.dumps(outputs, ensure_ascii=False).encode())


def test_no_more_than_the_limit_is_kept_and_a_note_says_so():
    cleaned = clean(stream("卷" * 10_000), limit_bytes=1_000)
    assert size(cleaned) < 1_500
    assert cleaned[0].text.startswith("卷卷")
    assert SHORTENED.en in cleaned[-1].text
    assert SHORTENED.zh in cleaned[-1].text


def test_the_limit_holds_for_many_small_outputs():
    many = [display(plain="x") for _ in range(50_000)]
    assert size(clean(*many, limit_bytes=10_000)) < 20_000


def test_what_does_not_fit_gives_way_to_its_text():
    [shown, note] = clean(display(plain="a figure", png=PNG), limit_bytes=100)
    assert shown.data == {"text/plain": "a figure"}
    assert SHORTENED.en in note.text


def test_what_fits_has_no_note():
    assert clean(stream("x" * 100), limit_bytes=164)[-1].text == "x" * 100


@pytest.mark.parametrize(
    "output",
    [
        *(display(html=part * 100_000) for part in ("<div>", "<b><p>", "<table><tr><td>", "<!--")),
        display(html="<a " + "x=1 " * 200_000),
        display(svg='<svg xmlns="http://www.w3.org/2000/svg">' + "<g>" * 100_000),
        *(stream(part * 300_000) for part in ("\x1b[1m", "\r", "a\r", "\x1b", "\x1b]", "\x1b[")),
        stream("\x1b[" + "1;" * 400_000),
        display(**{"text/markdown": "\\begin{a}" * 100_000}),
        display(**{"text/markdown": "> " * 20_000}),
    ],
)
def test_time_is_limited_too(output):
    start = time.monotonic()
    assert_valid(clean(*[output] * 5))
    assert time.monotonic() - start < 10


# --------------------------------------------------------------------------------- attachments


def test_pasted_images_are_kept_and_nothing_else_is():
    assert clean_attachments({"a.png": {"image/png": PNG, "text/html": "x"}}) == {
        "a.png": {"image/png": PNG}
    }
    for something in (None, 3, {"a": 1}, {"a": {"image/svg+xml": "x"}}, {"a": {"image/png": 3}}):
        assert clean_attachments(something) == {}
