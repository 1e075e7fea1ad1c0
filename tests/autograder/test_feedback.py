"""Feedback: opens anywhere, says why, shows no hidden test, and runs nothing of a student's."""

from __future__ import annotations

import functools
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.feedback import configure_feedback, refusal_page
from autograder.text import Text
from tests.autograder.courses import answer, grade_cell, locked, manual, new_course, task

CONFIG = "from autograder.feedback import configure_feedback\nconfigure_feedback(c)"
STUDENTS = ("ada", "plain", "hostile")
# Stand in the hidden tests only: in their source, as an input, and as an expected value.
CANARIES = ("hidden_canary", "8675309", "42424242", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")

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
HOSTILE_OUTPUT = """from IPython.display import HTML, Javascript, display
display(HTML('<script>alert(5)</script><svg onload=alert(6)><p id="test-rows">'
             '<div style="position:fixed;top:0;color:red" class="modal">overlay</div>'
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
    course.hand_in("plain", "ps1", honest)
    course.hand_in("hostile", "ps1", honest | {"why": HOSTILE_TEXT, "look": HOSTILE_OUTPUT})
    course.grade_with_nbgrader("ps1", STUDENTS)
    given = Given(course)
    with course.gradebook() as gradebook:
        gradebook.find_comment("why", "conv", "ps1", "ada").manual_comment = COMMENT
        gradebook.db.commit()
    annotate(given.notebook("ada"))
    annotate(given.notebook("hostile"))
    for student in STUDENTS:
        given.write_feedback(student)
    return given
