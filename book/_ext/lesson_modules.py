"""A lesson has six modules, always these, in this order.

Pages named ``dayNN-...`` must have exactly these headings of level two, numbered from 1; a
subtitle may follow a colon. Each module's section gets the classes ``cnn-module`` and
``cnn-module-N``, which the style sheet draws.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
LESSON = re.compile(r"^day\d\d\b")
MODULES = {
    "en": (
        "Technical debt & evolution",
        "Visual intuition",
        "Symbol decoder",
        "Derivation",
        "Engineering optimisation",
        "OJ mission",
    ),
    "zh_CN": ("技术债与演进动机", "直觉建立", "符号解码字典", "核心推导", "工程优化点", "今日靶机"),
}


def mark_modules(app: Sphinx, doctree: nodes.document) -> None:
    """Give a lesson's modules their classes, and warn where the page departs from the six."""
    if not LESSON.match(app.env.docname):
        return
    modules = MODULES[app.config.language]
    sections = [
        section
        for page in doctree.children
        for section in page.children
        if isinstance(page, nodes.section) and isinstance(section, nodes.section)
    ]
    for number, section in enumerate(sections, 1):
        section["classes"] += ["cnn-module", f"cnn-module-{number}"]
        expected = f"{number} {modules[number - 1]}" if number <= len(modules) else None
        _check_heading(section, expected)
    for number in range(len(sections) + 1, len(modules) + 1):
        _warn(f"module {number} of the lesson is missing: {modules[number - 1]!r}", app.env.docname)


def _check_heading(section: nodes.section, expected: str | None) -> None:
    """Compare a heading, less a subtitle behind a colon, and set its number apart for the style."""
    title = section.next_node(nodes.title)
    assert title is not None, "a section has a title"
    found = title.astext()
    if expected is None:
        _warn(f"a lesson has six modules; make {found!r} a heading of level three", title)
    elif re.split(r"[:：]", found, maxsplit=1)[0].strip() != expected:
        _warn(f"this module of a lesson is called {expected!r}, not {found!r}", title)
    elif isinstance(title[0], nodes.Text):
        number, _, name = str(title[0]).partition(" ")
        title[0:1] = [
            nodes.inline("", number, classes=["cnn-module-number"]),
            nodes.Text(f" {name}"),
        ]


def _warn(message: str, where: nodes.Node | str) -> None:
    LOGGER.warning(
        message, location=(where, 1) if isinstance(where, str) else where, type="modules"
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    # Before Sphinx collects the titles for tables of contents.
    app.connect("doctree-read", mark_modules, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
