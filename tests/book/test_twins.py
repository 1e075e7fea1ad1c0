"""A page and its twin share code, formulas, labels, references and the levels of headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from book._ext.twins import compare_twins, twin_path

BOOK = Path(__file__).parents[2] / "book"
PAGES = sorted(
    str(page.relative_to(BOOK))
    for page in BOOK.rglob("*.md")
    if not page.relative_to(BOOK).is_relative_to("zh")
)
PAGE = """---
kernelspec: {name: python3}
---
# Title

Prose with $x_1$ and {cite}`someone2020` and [a link](glossary.md).

(here)=
## Section

$$ y = 2 x $$ (eq-double)

```{code-cell} python
---
mystnb:
  image:
    alt: a line
---
plot(x)
```

### Deeper
"""
TWIN = (
    PAGE.replace("Title", "标题")
    .replace("Prose with", "文字")
    .replace("a link", "链接")
    .replace("Section", "一节")
    .replace("Deeper", "再深一层")
    .replace("a line", "一条线")
)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_agrees_with_its_twin(name):
    twin = twin_path(BOOK / name, BOOK, "zh_CN")
    assert twin is not None
    texts = [path.read_text(encoding="utf-8") for path in (BOOK / name, twin)]
    assert compare_twins(*texts) == []


def test_prose_and_descriptions_of_figures_may_differ():
    assert compare_twins(PAGE, TWIN) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("plot(x)", "plot(y)", 13, "code cell differs"),
        ("$x_1$", "$x_2$", 6, "formula that the page does not have: x_2"),
        ("$$ y = 2 x $$ (eq-double)", "", 9, "formula missing"),
        ("someone2020", "nobody1999", 6, "citation that the page does not have"),
        ("(here)=\n", "", 4, "label missing"),
        ("glossary.md", "index.md", 6, "reference that the page does not have: index.md"),
        ("### ", "## ", 22, "heading of level 2, but level 3"),
        ("### 再深一层\n", "", 9, "a section is missing behind this one"),
    ],
)
def test_a_difference_is_named_with_the_twins_line(old, new, line, complaint):
    assert old in TWIN
    differences = compare_twins(PAGE, TWIN.replace(old, new))
    matching = [found for found in differences if complaint in found.message]
    assert matching, differences
    assert line in [found.line for found in matching]
