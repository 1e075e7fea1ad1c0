"""Keep a formula and the punctuation behind it on one line.

MathJax draws an inline formula as a box, after which browsers may break the line, so that a line
could begin with a full stop.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

CLOSING = frozenset(",.;:!?)]”’，。；：、！？）】》”’")


def keep_punctuation(app: Sphinx, doctree: nodes.document) -> None:
    """Wrap each inline formula together with the punctuation that follows it."""
    for formula in list(doctree.findall(nodes.math)):
        text = formula.next_node(descend=False, siblings=True)
        if not isinstance(text, nodes.Text) or text[:1] not in CLOSING:
            continue
        rest = text.lstrip("".join(CLOSING))
        punctuation = text[: len(text) - len(rest)]
        parent = formula.parent
        parent.replace(text, nodes.Text(rest))
        kept = nodes.inline(classes=["cnn-keep"])
        parent.replace(formula, kept)
        kept += [formula, nodes.Text(punctuation)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("doctree-read", keep_punctuation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
