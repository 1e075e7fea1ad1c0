"""What is wrong with a page fails the build, which names the file and the line."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""
TOC = """format: jb-book
root: index
parts:
  - caption: Lessons
    chapters: [{file: day01-faults}, {file: cells}, {file: alone}]
  - caption: Extras
    chapters: [{file: day02-crowded}]
"""
# Lines are counted from the first below; the tests expect the numbers in the comments.
FAULTS = r"""# Day 1

A formula $\frac{1}{2$ without its end.

## 1 Technical debt & evolution

## 2 Visual intuition: an unknown macro $\foo$

$$
a^b^c
$$

## 3 Decoder

![](picture.svg)

:::{figure} picture.svg
A caption is not an alternative text.
:::

<img src="picture.svg">
"""
CELLS = (
    NOTEBOOK
    + """# Cells

```{code-cell} ipython3
from ipywidgets import interact
interact(lambda value: value, value=3);
```

```{code-cell} ipython3
import matplotlib.pyplot as plt
plt.plot([1, 2]);
```

```{code-cell} ipython3
---
mystnb: {image: {alt: A described line}}
---
plt.plot([2, 1]);
```

```{code-cell} ipython3
:tags: [raises-exception, hide-output]
1 / 0
```

A [link](nowhere.md) and a citation {cite}`nobody1999`.
"""
)
CROWDED = "# Day 2\n" + "".join(f"\n## {number} Seven\n" for number in range(1, 8))
BROKEN = NOTEBOOK + "# Broken\n\n```{code-cell} ipython3\nx = 1\ny = x + undefined_name\n```\n"


@dataclass(frozen=True)
class Build:
    """How a build ended: its exit code, and what it wrote."""

    code: int
    problems: str
    output: Path

    def names(self, file: str, line: int, complaint: str) -> bool:
        """Tell whether a problem of this file and line matches the complaint."""
        pattern = rf"^\S*{re.escape(file)}:{line}: .*{complaint}"
        return re.search(pattern, self.problems, re.MULTILINE) is not None


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def build(source: Path, *options: str) -> Build:
    output = source.with_name(f"{source.name}-built")
    command = [sys.executable, "-m", "tools.build_book", "--source", source, "--output", output]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    return Build(done.returncode, done.stderr, output)


def small_book(folder: Path, files: dict[str, str]) -> Path:
    logo = (ROOT / "book" / "_static" / "logo.svg").read_text(encoding="utf-8")
    shared = {"_static/logo.svg": logo, "picture.svg": logo, "references.bib": ""}
    for template in (ROOT / "book" / "_templates").iterdir():
        shared[f"_templates/{template.name}"] = template.read_text(encoding="utf-8")
    write(folder, shared | files)
    return folder


@pytest.fixture(scope="module")
def faulty_book(tmp_path_factory) -> Path:
    pages = {"index.md": "# Book\n", "day01-faults.md": FAULTS, "cells.md": CELLS}
    pages["day02-crowded.md"] = CROWDED
    twins = {f"zh/{name}": text for name, text in pages.items()}
    twins["zh/cells.md"] = CELLS.replace("plt.plot([2, 1])", "plt.plot([3, 1])")
    files = pages | twins | {"_toc.yml": TOC, "alone.md": "# No twin\n"}
    return small_book(tmp_path_factory.mktemp("faulty") / "book", files)


@pytest.fixture(scope="module")
def faulty(faulty_book) -> Build:
    return build(faulty_book)


# MyST-NB places a cell two lines below its fence.
FINDINGS = [
    ("book/day01-faults.md", 3, r"formula does not parse: Missing close brace"),
    ("book/day01-faults.md", 7, r"formula does not parse: Undefined control sequence \\foo"),
    ("book/day01-faults.md", 9, r"formula does not parse: Double exponent"),
    ("book/day01-faults.md", 13, r"is called '3 Symbol decoder', not '3 Decoder'"),
    ("book/day01-faults.md", 1, r"module 4 of the lesson is missing: 'Derivation'"),
    ("book/day01-faults.md", 15, r"image without an alternative text"),
    ("book/day01-faults.md", 17, r"image without an alternative text"),
    ("book/day01-faults.md", 21, r"<img> without an alternative text"),
    ("book/day02-crowded.md", 15, r"a lesson has six modules"),
    ("book/cells.md", 9, r"a widget that a page cannot run without a kernel"),
    ("book/cells.md", 14, r"figure has no alternative text"),
    ("book/cells.md", 26, r"may fail .* but its output is hidden"),
    ("book/cells.md", 29, r"nobody1999"),
    ("book/cells.md", 29, r"nowhere"),
    ("book/zh/day01-faults.md", 3, r"formula does not parse: Missing close brace"),
    ("book/zh/day01-faults.md", 5, r"is called '1 技术债与演进动机'"),
    ("book/zh/cells.md", 17, r"code cell differs from the page's \(line 17\)"),
    ("book/alone.md", 1, r"no twin: write zh/alone.md"),
    ("book/_toc.yml", 6, r"caption 'Extras' has no translation"),
]


@pytest.mark.parametrize(("file", "line", "complaint"), FINDINGS)
def test_a_fault_is_named_with_file_and_line(file, line, complaint, faulty):
    assert faulty.code == 1
    assert faulty.names(file, line, complaint), faulty.problems


def test_what_is_right_is_not_reported(faulty):
    figures = [line for line in faulty.problems.splitlines() if "figure has no alternative" in line]
    assert len(figures) == 2, "the described figure of each language passes"


def test_a_fault_is_reported_again_by_the_next_build(faulty, faulty_book):
    again = build(faulty_book, "--language", "en")
    assert again.code == 1
    english = {
        line for line in faulty.problems.splitlines() if re.match(r"\S*book/[^z]\S*md:\d", line)
    }
    assert set(again.problems.splitlines()) >= english - {
        line for line in english if "no twin" in line
    }


def test_a_faulty_book_is_not_published(faulty):
    assert not (faulty.output / "site" / "en").exists()
    assert not (faulty.output / "site" / "zh").exists()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_broken_cell_is_named_with_the_line_that_raised(language, tmp_path):
    toc = "format: jb-book\nroot: broken\n"
    pages = {
        "broken.md": BROKEN,
        "zh/broken.md": BROKEN.replace("# Broken\n", "# 坏的代码\n\n一段话。\n"),
    }
    book = small_book(tmp_path / "book", pages | {"_toc.yml": toc})
    result = build(book, "--language", language)
    assert result.code == 1
    file, line = ("book/broken.md", 9) if language == "en" else ("book/zh/broken.md", 11)
    assert result.names(file, line, "a code cell failed: NameError: name 'undefined_name'"), (
        result.problems
    )


def test_a_sound_book_is_published_and_rebuilt_without_work(tmp_path):
    pages = {"index.md": "# Book\n\n$x^2$\n", "zh/index.md": "# 书\n\n$x^2$\n"}
    book = small_book(tmp_path / "book", pages | {"_toc.yml": "format: jb-book\nroot: index\n"})
    first = build(book)
    assert (first.code, first.problems) == (0, "")
    page = first.output / "site" / "zh" / "index.html"
    assert "<h1>书" in page.read_text(encoding="utf-8")
    written = page.stat().st_mtime_ns
    assert build(book).code == 0
    assert page.stat().st_mtime_ns == written
    (book / "zh" / "index.md").write_text("# 新书\n\n$x^2$\n", encoding="utf-8")
    assert build(book, "--language", "zh").code == 0
    assert "<h1>新书" in page.read_text(encoding="utf-8"), "a changed twin is read again"
    (book / "_static" / "late.css").write_text("p { color: red }", encoding="utf-8")
    assert build(book, "--language", "zh").code == 0
    assert "late.css" in page.read_text(encoding="utf-8"), "a changed style reaches every page"


def test_a_folder_without_a_book_is_refused(tmp_path):
    result = build(tmp_path)
    assert result.code == 2
    assert "_toc.yml is missing" in result.problems
