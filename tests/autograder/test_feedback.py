"""Feedback: opens anywhere, says why, shows no hidden test, and runs nothing of a student's."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
import traitlets.config
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import handlers

from autograder.feedback import HideTests, configure_feedback, refusal_page
from autograder.feedback.cells import show_cell
from autograder.markdown import markdown_to_html
from autograder.text import Text
from tests.autograder.courses import answer, grade_cell, locked, manual, new_course, task

CONFIG = "from autograder.feedback import configure_feedback\nconfigure_feedback(c)"
# Honest; hostile, and changed by a person afterwards; honest, but graded by nbgrader alone.
PAGES = ("ada", "hostile", "plain")
# Stand in the hidden tests only: in their source, as an input, and as an expected value.
CANARIES = ("hidden_canary", "8675309", "42424242")

INTRODUCTION = r"""# Convolution

A layer slides a kernel $K \in \mathbb{R}^{k \times k}$ over an image, so that $i<H$ and

$$
Y_{i,j} = \sum_{u=0}^{k-1} \sum_{v=0}^{k-1} K_{u,v} \, X_{i s + u,\, j s + v}
$$

for a stride $s$. With padding $p$ the result has $\lfloor (H + 2p - k) / s \rfloor + 1$ rows.

![A kernel of nine weights](kernel.png)

| stride | rows |
|:------:|-----:|
| 1      | 26   |
| 2      | 13   |

```python
def rows(height, k, s=1):
    return (height - k) // s + 1   # no padding
```

A formula that cannot be drawn: $\unknowncommand{x}$.

## Your function
"""
ANSWER = '''import numpy as np


def convolve(image, kernel, stride=1):
    """Slide the kernel over the image."""
    k = len(kernel)
    rows = (len(image) - k) // stride + 1
    result = np.zeros((rows, rows))
    for i in range(rows):
        for j in range(rows):
            result[i, j] = np.sum(image[i : i + k, j : j + k] * kernel)  # stride is forgotten
    return result'''
HIDDEN_TESTS = """assert convolve(np.ones((6, 6)), np.ones((2, 2)), 2).shape == (3, 3)
### BEGIN HIDDEN TESTS
hidden_canary = 8675309
np.testing.assert_allclose(
    convolve(np.arange(36).reshape(6, 6) * hidden_canary, np.ones((2, 2)), 2)[1, 1], 42424242
)
### END HIDDEN TESTS"""
DRAWING = """%matplotlib inline
import matplotlib.pyplot as plt
from IPython.display import HTML, Math, display

fig, ax = plt.subplots(figsize=(4, 2.2))
ax.plot(np.arange(9.0) ** 2)
ax.set(xlabel="step", ylabel="loss")
plt.show()
display(HTML('<table class="dataframe" border="1"><thead><tr><th></th><th>loss</th><th>accuracy'
             '</th></tr></thead><tbody><tr><th>0</th><td>0.6931</td><td>0.51</td></tr>'
             '<tr><th>1</th><td>0.0412</td><td>0.98</td></tr></tbody></table>'))
display(Math(r"\\hat{y} = \\operatorname{softmax}(W x + b)"))
print("\\x1b[32mtrained\\x1b[0m in 3 epochs")
np.arange(12).reshape(3, 4)"""
ESSAY = """Each weight is **shared** by all places, so a layer has $k^2$ weights and not $H^2 W^2$.

- [x] read the chapter
- [ ] tried a stride of 3
"""
HOSTILE_TEXT = """<script>alert(1)</script><img src=x onerror="alert(2)">
<iframe src="https://evil.example/"></iframe> [link](javascript:alert(3))
[file](files/javascript:alert(4)) ![web](https://evil.example/pixel.png)
![attached](attachment:absent.png)
"""
HOSTILE_OUTPUT = """### BEGIN HIDDEN TESTS
from IPython.display import HTML, Javascript, display
display(HTML('<script>alert(5)</script><svg onload=alert(6)><p id="test-rows">'
             '<div style="position:fixed;top:0;color:#a00000" class="modal">overlay</div>'
             '<img src="https://evil.example/pixel.png"><a href="javascript:alert(7)">x</a>'))
display(Javascript("alert(8)"))
display({"application/vnd.jupyter.widget-view+json": {"model_id": "0"}, "text/plain": "w"},
        raw=True)"""
MESSAGE = {
    "en": "2 of 8 hidden cases not passed.\nFirst such case: a stride of 2 on <6 x 6>.\n"
    "This looks like a known mistake: the stride only sets the size. Where does window (1, 1) "
    "begin?",
    "zh": "8 个隐藏测试点中有 2 个未通过。\n第一个未通过的测试点：<6 x 6> 上步幅为 2。\n"
    "这像是一个常见错误：步幅只用在了输出的大小上。第 (1, 1) 个窗口从哪里开始？",
}
COMMENT = "Good: you say *why*. What about $W$?"


def cells():
    return [
        nbformat.v4.new_markdown_cell(INTRODUCTION),
        answer("convolve", ANSWER),
        locked("sizes", "sizes = [4, 5, 6]"),
        grade_cell("test-rows", "assert convolve(np.ones((5, 5)), np.ones((2, 2))).shape[0] == 4"),
        nbformat.v4.new_markdown_cell("## Strides"),
        grade_cell("test-strides", HIDDEN_TESTS, points=4),
        nbformat.v4.new_markdown_cell("## Looking at it"),
        answer("look", DRAWING),
        nbformat.v4.new_markdown_cell("## Questions"),
        manual("why", "Why are weights shared?", points=3),
        task("survey", "Measure the time for three sizes, in cells below this one."),
    ]


@dataclass
class Given:
    """A course whose feedback has been written."""

    course: object

    def page(self, student):
        if student == "plain":
            return self.course.root / "plain.html"
        return self.course.root / "feedback" / student / "ps1" / "conv.html"

    def text(self, student):
        return self.page(student).read_text()

    def soup(self, student):
        return BeautifulSoup(self.text(student), "html.parser")

    def write_feedback(self, student):
        api = NbGraderAPI(config=self.course.config)
        done = api.generate_feedback("ps1", student, force=True)
        assert done["success"], done["log"]
        return self

    def notebook(self, student):
        return self.course.root / "autograded" / student / "ps1" / "conv.ipynb"


def annotate(path):
    """Add what this package's grader leaves in a notebook."""
    notebook = nbformat.read(path, as_version=4)
    notes = [{"en": "TLE in cell 12.", "zh": "单元格 12 TLE。"}]
    notebook.metadata.autograder = {"sandbox": "none", "verdict": "WA", "notes": notes}
    verdicts = {
        "test-rows": ("AC", 1.0, {"en": "All cases passed.", "zh": "全部通过。"}),
        "test-strides": ("WA", 0.0, MESSAGE),
    }
    for cell in notebook.cells:
        verdict, points, message = verdicts.get(
            cell.metadata.get("nbgrader", {}).get("grade_id"), (None, None, None)
        )
        if verdict:
            about = {"verdict": verdict, "points": points, "message": message}
            cell.metadata.autograder = about | {"max_points": cell.metadata.nbgrader.points}
            shown = [f"{verdict}: {message['en']}"] if points == 0 else []
            cell.outputs = [
                nbformat.v4.new_output("error", ename=verdict, evalue="", traceback=shown)
                for _ in shown
            ]
    path.chmod(0o644)
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    course = new_course(tmp_path_factory.mktemp("course") / "course", CONFIG)
    course.write_source("ps1", "conv", cells())
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.imshow([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
    figure.savefig(course.root / "source" / "ps1" / "kernel.png")
    plt.close(figure)
    course.generate("ps1")
    honest = course.solutions("ps1") | {"why": ESSAY}
    course.hand_in("ada", "ps1", honest)
    course.hand_in("hostile", "ps1", honest | {"why": HOSTILE_TEXT, "look": HOSTILE_OUTPUT})
    course.grade_with_nbgrader("ps1", ["ada", "hostile"])
    given = Given(course)
    given.write_feedback("ada")
    shutil.copy(given.page("ada"), given.page("plain"))
    shutil.copy(given.notebook("ada"), given.course.root / "plain.ipynb")
    with course.gradebook() as gradebook:
        gradebook.find_comment("why", "conv", "ps1", "ada").manual_comment = COMMENT
        gradebook.find_grade("test-strides", "conv", "ps1", "hostile").manual_score = 3.5
        for grade_id in ("why", "survey"):
            grade = gradebook.find_grade(grade_id, "conv", "ps1", "hostile")
            grade.manual_score, grade.needs_manual_grade = 2, False
        late = gradebook.find_submission_notebook("conv", "ps1", "hostile")
        late.late_submission_penalty = 0.25
        gradebook.db.commit()
    for student in ("ada", "hostile"):
        annotate(given.notebook(student))
        given.write_feedback(student)
    return given


@pytest.fixture
def opened(given, browser):
    """Open a page from its file; what it asks for and complains of is kept."""
    contexts = []

    def open_page(path, *, theme="light", width=1100):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=theme, locale="en-GB"
        )
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_timeout(200)
        return page

    yield open_page
    for context in contexts:
        context.close()


every_student = pytest.mark.parametrize("student", PAGES)


@every_student
def test_a_page_opens_from_its_file_and_asks_for_nothing_else(student, given, opened):
    path = given.page(student)
    page = opened(path)
    assert [url for url in page.asked if not url.startswith("data:")] == [path.as_uri()]
    assert page.complaints == []


def test_formulas_are_drawn(given, opened):
    page = opened(given.page("ada"))
    boxes = [formula.bounding_box() for formula in page.locator("math").all()]
    assert len(boxes) > 8
    assert all(box["width"] > 3 and box["height"] > 3 for box in boxes)
    assert page.locator("math", has_text="softmax").count() == 1


def test_a_formula_that_cannot_be_drawn_is_shown_as_its_source(given):
    assert r"<code>$\unknowncommand{x}$</code>" in given.text("ada")


@pytest.mark.parametrize("theme", ["light", "dark"])
@every_student
def test_a_page_is_accessible(student, theme, given, opened):
    page = opened(given.page(student), theme=theme)
    assert violations(page) == []


@every_student
def test_a_page_fits_a_phone(student, given, opened):
    page = opened(given.page(student), width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []


def test_dark_mode_is_dark_and_prints_on_white(given, opened):
    page = opened(given.page("ada"), theme="dark")
    background = "getComputedStyle(document.documentElement).backgroundColor"
    assert max(numbers(page.evaluate(background))) < 60
    page.emulate_media(media="print", color_scheme="dark")
    assert min(numbers(page.evaluate(background))) == 255


def test_the_summary_gives_verdict_points_and_place_of_every_part(given):
    rows = given.soup("ada").select(".summary tbody tr:not(.reason)")
    assert [[" ".join(cell.text.split()) for cell in row.select("th, td")] for row in rows] == [
        ["Your function test-rows", "AC Accepted 通过", "1 / 1"],
        ["Strides test-strides", "WA Wrong answer 答案错误", "0 / 4"],
        ["Questions why", "Needs manual grading 等待人工评分", "– / 3"],
        ["Questions survey", "Needs manual grading 等待人工评分", "– / 3"],
    ]


def test_every_part_is_linked(given):
    soup = given.soup("ada")
    for link in soup.select(".summary a"):
        cell = soup.find(id=link["href"].removeprefix("#"))
        assert cell.select_one(".bar-of-cell code").text in link.parent.text


def test_the_reason_stands_there_in_both_languages_line_by_line(given):
    english, chinese = given.soup("ada").select(".summary .reason p")[-2:]
    assert (english.text, chinese.text) == (MESSAGE["en"], MESSAGE["zh"])
    assert chinese["lang"] == "zh-CN"


def test_lines_of_a_reason_stay_lines(given, opened):
    reason = opened(given.page("ada")).locator(".summary .reason p", has_text="hidden cases").first
    assert reason.inner_text().count("\n") == MESSAGE["en"].count("\n")


@every_student
def test_hidden_tests_are_not_in_a_page(student, given):
    assert [canary for canary in CANARIES if canary in given.text(student)] == []


def test_not_even_where_nbgrader_itself_left_them_in_a_traceback(given):
    autograded = (given.course.root / "plain.ipynb").read_text()
    assert all(canary in autograded for canary in CANARIES)
    link = given.soup("plain").find("a", string="Strides")
    cell = given.soup("plain").find(id=link["href"].removeprefix("#"))
    assert "The output of hidden tests is not shown." in cell.text


def test_a_student_may_write_the_delimiter(given):
    assert "### BEGIN HIDDEN TESTS" in given.text("hostile")


def test_the_course_own_delimiters_count():
    config = traitlets.config.Config()
    config.ClearHiddenTests.begin_test_delimeter = "VERBORGEN"
    config.ClearHiddenTests.end_test_delimeter = "OFFEN"
    cell = grade_cell("a", "x\n# VERBORGEN\nsecret\n# OFFEN\ny")
    hidden, _ = HideTests(config=config).preprocess_cell(cell, {}, 0)
    assert hidden.source == "x\ny"


@pytest.mark.parametrize(
    "source", ["x\n### BEGIN HIDDEN TESTS\nsecret", "### BEGIN HIDDEN TESTS\n" * 2 + "secret"]
)
def test_where_a_delimiter_is_missing_nothing_of_the_cell_is_shown(source):
    cell, _ = HideTests().preprocess_cell(grade_cell("a", source), {}, 0)
    assert cell.source == ""


def test_without_the_grader_s_data_a_page_still_has_the_scores(given):
    rows = given.soup("plain").select(".summary tbody tr")
    points = [row.select_one(".points").text.replace("\xa0", " ") for row in rows]
    assert points == ["1 / 1", "0 / 4", "– / 3", "– / 3"]


def test_the_gradebook_s_score_is_the_one_that_is_shown(given):
    soup = given.soup("hostile")
    assert soup.select_one(".score .points").text == "8.25 / 11"
    row = soup.find("a", string="Strides").find_parent("tr")
    assert row.select_one(".points").text == "3.5\xa0/\xa04"
    assert "A grader set these points." in row.find_next_sibling("tr").text


def test_a_late_penalty_is_shown(given):
    assert "Late submission 迟交扣分 −0.25" in " ".join(
        given.soup("hostile").select_one(".summary tfoot").text.split()
    )


def test_what_was_graded_by_hand_says_so(given):
    assert given.text("hostile").count("Graded by hand") == 4


def test_a_grade_without_a_sandbox_is_marked(given):
    assert "graded without a sandbox" in given.soup("ada").select_one(".warning").text
    assert given.soup("plain").select(".warning") == []


def test_notes_of_the_grader_are_shown(given):
    assert "TLE in cell 12." in given.soup("ada").select_one("[aria-label=Notes]").text


def test_comments_of_graders_are_shown(given):
    comment = given.soup("ada").select_one(".comment")
    assert "Good: you say why." in comment.text
    assert comment.select("em, math")


def test_outputs_are_shown(given):
    soup = given.soup("ada")
    assert len(soup.select(".output.image img[alt^=Figure]")) == 1
    assert soup.select_one(".output table.dataframe tbody td").text == "0.6931"
    assert soup.select_one(".output .ansi-green-fg").text == "trained"
    assert "array([[ 0,  1,  2,  3]," in soup.text


def test_images_beside_the_notebook_are_in_the_page(given):
    image = given.soup("ada").find("img", alt="A kernel of nine weights")
    assert image["src"].startswith("data:image/png;base64,")


def test_files_elsewhere_do_not_get_into_the_page(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    folder = tmp_path / "ps1"
    folder.mkdir()
    (folder / "link.png").symlink_to(secret)
    os.mkfifo(folder / "pipe.png")
    for name in ("link.png", "../secret.png", "%2e%2e/secret.png", str(secret), "pipe.png"):
        shown = markdown_to_html(f"![it]({name})", folder=folder, is_standalone=True)
        assert "src" not in shown


def live(html):
    """Find what could run or load something."""
    soup = BeautifulSoup(html, "html.parser")
    tags = soup.select("script, iframe, object, embed, svg, form, base, style, link, meta")
    attributes = [
        (tag.name, name, value)
        for tag in soup.find_all(True)
        for name, value in tag.attrs.items()
        if name.startswith("on")
        or re.match(r"\s*(javascript|vbscript|data:text|//|https?:)", str(value), re.IGNORECASE)
        or "fixed" in str(value)
        or "modal" in str(value)
    ]
    return tags, attributes


def test_nothing_of_a_student_runs_in_feedback(given):
    body = given.soup("hostile").main
    assert live(str(body)) == ([], [])


@pytest.mark.parametrize(
    "tex",
    [
        r"$\href{javascript:alert(1)}{x}$",
        r"$$\style{position:fixed}{x} \class{modal}{y}$$",
        "<script>alert(1)</script> $x$",
        r"\begin{align}<img src=x onerror=alert(1)>\end{align}",
    ],
)
def test_a_displayed_formula_runs_nothing(tex):
    output = nbformat.v4.new_output("display_data", data={"text/latex": tex})
    [shown] = show_cell(nbformat.v4.new_code_cell("", outputs=[output]), Path(), 1).outputs
    assert live(str(shown.body)) == ([], [])
    assert BeautifulSoup(shown.body, "html.parser").find_all(href=True) == []


def formgraded(given, student):
    """Render a notebook as formgrader does."""
    config = given.course.config
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    about = {"base_url": "", "notebook_id": "conv", "index": 0, "total": 1}
    resources = {**about, "submission_id": "1", "assignment_id": "ps1", "student": student}
    page, _ = HTMLExporter(config=config).from_filename(
        str(given.notebook(student)), resources={**resources, "notebook_path": ""}
    )
    return BeautifulSoup(page, "html.parser")


def test_nothing_of_a_student_runs_in_formgrader(given):
    notebook = formgraded(given, "hostile").find(id="notebook-container")
    assert live(str(notebook)) == ([], [])
    assert notebook.find_all(id="test-rows")[0].name == "input", "the score box, and nothing else"


def test_formgrader_shows_honest_work_as_before(given):
    notebook = formgraded(given, "ada").find(id="notebook-container")
    assert r"$K \in \mathbb{R}^{k \times k}$" in notebook.text
    assert r"$i<H$" in notebook.text
    assert notebook.select_one("table.dataframe td").text == "0.6931"
    assert notebook.select(".rendered_html h1, .rendered_html strong, .output_png img")
    assert notebook.find("img", alt="A kernel of nine weights")["src"] == "kernel.png"
    assert len(notebook.select("input.score")) == 4


def test_formgrader_can_show_the_settings():
    config = traitlets.config.Config()
    configure_feedback(config)
    assert json.loads(json.dumps(config)) == config


REASON = Text("Two cells are called <b>a</b>.\nHand in again.", "有两个单元格都叫 <b>a</b>。")


def test_a_refusal_has_the_reason_in_both_languages():
    soup = BeautifulSoup(refusal_page("ps1", "CE", REASON, "0 / 11"), "html.parser")
    assert [p.text for p in soup.select(".reason p")] == [REASON.en, REASON.zh]
    assert "0 / 11" in soup.select_one(".score").text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_refusal_is_accessible_and_asks_for_nothing(theme, opened, tmp_path):
    path = tmp_path / "conv.html"
    path.write_text(refusal_page("ps1", "CE", REASON, "0 / 11"))
    page = opened(path, theme=theme, width=360)
    assert [url for url in page.asked if not url.startswith("data:")] == [path.as_uri()]
    assert page.complaints == []
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(problem["id"], [node["html"][:200] for node in problem["nodes"]]) for problem in found]


def numbers(color):
    return [int(part) for part in re.findall(r"\d+", color)[:3]]
