"""What the tests of every lesson read: its text, its modules, its code, its mission's points."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import pytest

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "book"
LANGUAGES = ("en", "zh")
both_languages = pytest.mark.parametrize("language", LANGUAGES)
DAYS = [int(page.name[3:5]) for page in sorted(BOOK.glob("day*.md"))]

_CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.S | re.M)
_CELL_HEADER = re.compile(r"\A(---\n.*?\n---\n|(:[^\n]*\n)+)", re.S)
_DECODER_ROW = re.compile(r"^\| \$(.+?)\$ \| `(\w+)` \| `(\(.*?\))` \|", re.M)
_POINTS_ROW = re.compile(r"^\| [^|]+ \| (\d+) \| [^|]+ \|$", re.M)
_LISTING = re.compile(r"^```python\n(.*?)^```$", re.S | re.M)


def path(day: int, language: str) -> Path:
    """The page of a day's lesson."""
    (page,) = BOOK.glob(f"day{day:02}-*.md")
    return page if language == "en" else BOOK / "zh" / page.name


def read(day: int, language: str) -> str:
    """The text of a day's lesson."""
    return path(day, language).read_text(encoding="utf-8")


def code_cells(text: str) -> list[str]:
    """The code of each executed cell, in order."""
    return [_CELL_HEADER.sub("", cell.group(1)) for cell in _CELL.finditer(text)]


def prose(text: str) -> str:
    """The text without its executed cells and listings."""
    return _LISTING.sub("", _CELL.sub("", text))


def listings(text: str) -> list[str]:
    """The Python that a reader sees and the page does not run."""
    return _LISTING.findall(text)


def module(text: str, number: int) -> str:
    """One of the six modules, from 1."""
    return re.split(r"^## ", text, flags=re.M)[number]


def decoder_rows(day: int, language: str) -> list[tuple[str, str, str]]:
    """Symbol, name and shape, as the symbol decoder has them."""
    return _DECODER_ROW.findall(module(read(day, language), 3))


def symbols(day: int, language: str) -> list[str]:
    """The symbols that the decoder explains, in its order."""
    return [symbol for symbol, *_ in decoder_rows(day, language)]


@functools.cache
def names(day: int) -> MappingProxyType[str, Any]:
    """Run modules 1 to 4 as a reader would, once; return every name that they define."""
    text = read(day, "en")
    defined: dict[str, Any] = {}
    # The page sets the number of threads for itself; here that must not outlive it.
    with mpl.rc_context(), patch.dict(os.environ):
        for cell in code_cells(text[: text.index("\n## 5 ")]):
            exec(compile(cell, str(path(day, "en")), "exec"), defined)
        plt.close("all")
    return MappingProxyType(defined)


def points(day: int) -> dict[str, float]:
    """The points of each grade cell of the day's assignment."""
    (release,) = (ROOT / "assignments" / f"day{day:02}").glob("*.ipynb")
    cells = json.loads(release.read_text(encoding="utf-8"))["cells"]
    metadata = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    return {cell["grade_id"]: cell["points"] for cell in metadata if cell.get("points")}


def announced_points(day: int, language: str) -> list[int]:
    """The points of each row of the mission's table."""
    table = module(read(day, language), 6).split("\n### ")[0]
    return [int(row) for row in _POINTS_ROW.findall(table)]


def worth(day: int, rows: Iterable[Iterable[str]]) -> list[float]:
    """What the grade cells ``test-NAME`` of each row give together."""
    of_cell = points(day)
    return [sum(of_cell[f"test-{name}"] for name in row) for row in rows]
