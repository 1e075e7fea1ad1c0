"""Refuse what a reader could not see: images without a description, and errors kept out of sight.

Each finding is a warning with file and line, and every warning fails the build. Other checks live
with what they check: formulas in ``formula_check``, widgets in ``widget_host``, twins in ``twins``.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
HIDING_TAGS = frozenset({"hide-cell", "hide-output", "remove-output", "remove_output"})
_RAW_IMAGE = re.compile(r"<img\b(?![^>]*\balt\s*=\s*(?:\"[^\"]|'[^']))[^>]*>", re.IGNORECASE)


def check_images(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each image without an alternative text: in prose, in figures, in outputs of cells."""
    for image in doctree.findall(nodes.image):
        if image.get("alt", "").strip():
            continue
        cell = _code_cell_around(image)
        if cell is None:
            LOGGER.warning(
                "image without an alternative text", location=_placed(image), type="page_checks"
            )
        else:
            LOGGER.warning(
                "this cell's figure has no alternative text: "
                "give the cell `mystnb: {image: {alt: ...}}`",
                location=cell,
                type="page_checks",
            )
    for raw in doctree.findall(nodes.raw):
        if "html" in raw.get("format", "").split() and _RAW_IMAGE.search(raw.astext()):
            LOGGER.warning(
                "<img> without an alternative text", location=_placed(raw), type="page_checks"
            )


def check_hidden_errors(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each cell that is expected to fail while its output is hidden from the reader."""
    for cell in doctree.findall(_is_code_cell):
        tags = set(cell.get("cell_metadata", {}).get("tags", ()))
        if "raises-exception" in tags and tags & HIDING_TAGS:
            LOGGER.warning(
                "this cell may fail (raises-exception), but its output is hidden (%s): show it",
                ", ".join(sorted(tags & HIDING_TAGS)),
                location=cell,
                type="page_checks",
            )


def _placed(node: nodes.Node) -> nodes.Node:
    """Return the nearest node around this one that knows its line; inline nodes do not."""
    while not node.line and node.parent is not None:
        node = node.parent
    return node


def _is_code_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def _code_cell_around(node: nodes.Node) -> nodes.Node | None:
    while node is not None and not _is_code_cell(node):
        node = node.parent
    return node


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("doctree-read", check_images)
    app.connect("doctree-read", check_hidden_errors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
