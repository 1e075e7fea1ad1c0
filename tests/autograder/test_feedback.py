"""Feedback: opens anywhere, says why, shows no hidden test, and runs nothing of a student's."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, is_dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import traitlets.config
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import handlers

from autograder.feedback import HideTests, configure_feedback, refusal_page
from autograder.feedback.cells import show_cell
from autograder.markdown import markdown_to_html
from autograder.text import Text
from problems.conv2d_layer import PROBLEM
from tests.accessibility import violations
from tests.autograder.courses import (
    REPOSITORY,
    answer,
    grade_cell,
    locked,
    manual,
    new_course,
    task,
)

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


def numbers(color):
    return [int(part) for part in re.findall(r"\d+", color)[:3]]


# ---------------------------------------------------------------------- from the grader's own hand

SANDBOXED = """
from autograder.preprocessors import configure
configure(c)
c.Limits.seconds = 10
c.Limits.seconds_after_timeout = 1
"""
WRONG = "def convolve(image, kernel, stride=1):\n    return np.zeros((3, 3))"
# Each tells what it was given, in another way, as soon as it is a hidden test that asks.
TELLING = """import sys
import warnings

said = []

def convolve(image, kernel, stride=1):
    said.append(image.tolist())
    print("given", image.tolist())
    print("given", image.tolist(), file=sys.stderr)
    warnings.warn(f"given {image.tolist()}")
    if image.max() > 1:
        raise ValueError(f"given {image.tolist()}")
    return np.zeros((3, 3))"""
ENDLESS = """def convolve(image, kernel, stride=1):
    while image.max() > 1:
        pass
    return np.zeros((3, 3))"""
SMALL = [
    nbformat.v4.new_markdown_cell("## Strides\n\nA stride.\n\n## 步幅\n\n一个步幅。"),
    locked("imports", "import numpy as np"),
    answer("convolve", ANSWER.removeprefix("import numpy as np\n\n\n")),
    grade_cell("test-strides", HIDDEN_TESTS, points=4),
    nbformat.v4.new_markdown_cell("#### Afterwards"),
    locked("afterwards", "print(globals().get('said'))"),
    manual("why", "Why are weights shared?"),
]
# The verdict of what each got wrong.
GRADED = {
    ("wrong", "small"): "WA",
    ("telling", "small"): "RE",
    ("endless", "small"): "TLE",
    ("kernel-flipped", "conv2d"): "WA",
    ("crash", "conv2d"): "RE",
}
every_graded_page = pytest.mark.parametrize(("student", "notebook"), list(GRADED))


@dataclass
class Graded:
    """A course that was graded in the sandbox, with nbgrader's feedback on it."""

    course: object

    def page(self, student, notebook):
        return self.course.root / "feedback" / student / "ps1" / f"{notebook}.html"

    def source(self, notebook):
        path = self.course.root / "source" / "ps1" / f"{notebook}.ipynb"
        return nbformat.read(path, as_version=4)

    def soup(self, student, notebook):
        return BeautifulSoup(self.page(student, notebook).read_text(), "html.parser")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    course = new_course(tmp_path_factory.mktemp("graded") / "course", SANDBOXED)
    (course.root / ".box").symlink_to(REPOSITORY / ".box")
    course.write_source("ps1", "small", SMALL)
    shutil.copy(REPOSITORY / "source" / "day07" / "conv2d.ipynb", course.root / "source" / "ps1")
    course.generate("ps1")
    for student, text in {"wrong": WRONG, "telling": TELLING, "endless": ENDLESS}.items():
        course.hand_in(student, "ps1", {"convolve": text}, without=["conv2d"])
    for student in ("kernel-flipped", "crash"):
        text = (REPOSITORY / "demo" / "class" / student / "conv2d.py").read_text()
        course.hand_in(student, "ps1", {"conv2d": text}, without=["small"])
    course.grade("ps1")
    done = NbGraderAPI(config=course.config).generate_feedback("ps1")
    assert done["success"], done["log"]
    return Graded(course)


def hidden_lines(notebook):
    for cell in notebook.cells:
        parts = re.split("### (?:BEGIN|END) HIDDEN TESTS", cell.source)
        lines = [line.strip() for part in parts[1::2] for line in part.splitlines()]
        # A lone bracket tells nothing.
        yield from (line for line in lines if len(line) > 3)


def fractions(value):
    """Return the numbers in a value that are no integers, as they would be written."""
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, dict | list | tuple):
        inner = value.values() if isinstance(value, dict) else value
        return {number for item in inner for number in fractions(item)}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return {f"{number:.7g}"[:8] for number in value.ravel() if number % 1}
    return set()


@every_graded_page
def test_no_line_of_a_hidden_test_is_in_real_feedback(student, notebook, graded):
    text = graded.soup(student, notebook).text
    lines = set(hidden_lines(graded.source(notebook)))
    assert len(lines) >= 3
    assert [line for line in lines if line in text] == []


@every_graded_page
def test_nothing_that_hidden_tests_give_or_expect_is_in_real_feedback(student, notebook, graded):
    text = graded.page(student, notebook).read_text()
    cases = PROBLEM.generate(PROBLEM.seed)
    given, expected = (
        fractions([c.arguments for c in cases]),
        fractions([*map(PROBLEM.expect, cases)]),
    )
    numbers = given | expected
    assert min(len(given), len(expected)) > 1000
    assert [number for number in {*numbers, *CANARIES} if number in text] == []


@every_graded_page
def test_no_traceback_of_a_test_is_in_real_feedback(student, notebook, graded):
    soup = graded.soup(student, notebook)
    for row in soup.select(".summary tbody a"):
        shown = soup.find(id=row["href"].removeprefix("#")).text
        assert "Traceback" not in shown
        assert "autograder" not in shown
        assert "---->" not in shown


@every_graded_page
def test_every_part_that_failed_says_how_and_why_in_both_languages(student, notebook, graded):
    soup = graded.soup(student, notebook)
    failed = [
        row for row in soup.select(".summary tbody tr:not(.reason)") if row.select(".badge b")
    ]
    failed = [row for row in failed if row.select_one(".badge b").text != "AC"]
    assert {row.select_one(".badge b").text for row in failed} >= {GRADED[student, notebook]}
    for row in failed:
        english, chinese = row.find_next_sibling("tr").select("p")
        assert len(english.text) > 20
        assert re.search("[\u4e00-\u9fff]{4}", chinese.text)


def test_a_known_mistake_is_named_in_real_feedback(graded):
    row = graded.soup("kernel-flipped", "conv2d").select_one(".summary .reason")
    assert "This looks like a known mistake: the kernel is flipped" in row.text
    assert "这像是一个常见错误" in row.text


def test_what_code_says_while_a_hidden_test_runs_is_withheld(graded):
    text = graded.soup("telling", "small").select_one(".summary .reason").text
    assert "ValueError" in text
    assert 'raise ValueError(f"given {image.tolist()}")' in text


@pytest.mark.parametrize(
    ("student", "notebook"),
    [("telling", "small"), ("endless", "small"), ("kernel-flipped", "conv2d")],
)
def test_real_feedback_is_legible_everywhere_without_a_network(student, notebook, graded, opened):
    path = graded.page(student, notebook)
    for theme, width in (("light", 1100), ("dark", 360)):
        page = opened(path, theme=theme, width=width)
        assert [url for url in page.asked if not url.startswith("data:")] == [path.as_uri()]
        assert page.complaints == []
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_cell_of_data_does_not_fill_the_page(graded, opened):
    page = opened(graded.page("kernel-flipped", "conv2d"))
    heights = "[...document.querySelectorAll('.cell:not(.framed)')].map(cell => cell.offsetHeight)"
    assert max(page.evaluate(heights)) < 1500


def test_a_part_is_called_by_its_heading_in_both_languages(graded):
    link = graded.soup("wrong", "small").select_one(".summary a")
    assert link.text == "Strides · 步幅"


def test_an_answer_that_was_left_empty_says_so(graded):
    row = graded.soup("wrong", "small").find("code", string="why").find_parent("tr")
    assert "No answer 未作答" in " ".join(row.text.split())


def test_no_level_of_headings_is_skipped(graded):
    headings = graded.soup("wrong", "small").select("h2 ~ div h1, h2 ~ div h2, h3, h4, h5, h6")
    assert [(heading.name, heading.text) for heading in headings] == [
        ("h3", "Strides"),
        ("h3", "步幅"),
        ("h4", "Afterwards"),
    ]
